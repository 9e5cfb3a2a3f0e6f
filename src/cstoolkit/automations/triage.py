"""`kind: triage`: tags by topic, over the tickets of a scan."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, ValidationInfo, WithJsonSchema, field_validator

from ..model.action_syntax import parse_actions
from ..model.actions import Action
from ..model.condition_syntax import parse_condition
from ..model.conditions import Condition
from ..model.data_problems import DataProblem, DataProblems, ProblemLog
from ..model.frozen import Frozen
from ..model.plain_conditions import to_plain
from ..model.words import Share, Text, refuse
from .cases_syntax import Case
from .recipe import Recipe
from .rule_keys import Actions, AsPlainActions, Limits, Place, StateCondition, place_in


def _read_tags(raw: Any, info: ValidationInfo) -> Mapping[str, Condition]:
    """Tag -> condition, in the order of the file."""
    if not isinstance(raw, Mapping) or not raw:
        raise refuse("expected tags and their conditions", "type", "write topic_login: {text: {word: login}}")
    log = ProblemLog()
    place = place_in(info)
    tags: dict[str, Condition] = {}
    for tag, condition in raw.items():
        if not tag.strip() or any(letter.isspace() for letter in tag):
            log.add_key((tag,), f'"{tag}" cannot be a tag', "value", f'write "{"_".join(tag.split())}"')
        try:
            tags[tag] = parse_condition(condition, scope="state", locate=_below(place, tag))
        except DataProblems as found:
            log.problems.extend(
                DataProblem((tag, *problem.path), problem.message, problem.code, problem.hint, problem.on_key)
                for problem in found.problems
            )
    log.raise_any()
    return tags


def _below(place: Place | None, tag: str) -> Place | None:
    return None if place is None else lambda path: place((tag, *path))


def _read_otherwise(raw: Any) -> tuple[Action, ...]:
    """One action, or several."""
    items = raw if isinstance(raw, list) else [raw]
    try:
        return parse_actions(items)
    except DataProblems as found:
        if isinstance(raw, list):
            raise
        raise DataProblems(
            DataProblem(problem.path[1:], problem.message, problem.code, problem.hint, problem.on_key)
            for problem in found.problems
        ) from None


class Requirements(Frozen):
    """What the labelled sample must show; shares are 0 to 1. Precision is by tag."""

    precision: dict[str, Share] = {}
    recall: dict[str, Share] = {}
    micro_precision: Share | None = None
    coverage: Share | None = None
    conflicts: Share | None = None


class Evaluation(Frozen):
    """A labelled sample (JSONL or CSV, path from the recipe's project) and the bounds it must keep."""

    data: Text
    require: Requirements = Requirements()


Tagging = Annotated[
    Mapping[str, Condition],
    BeforeValidator(_read_tags),
    PlainSerializer(lambda tags: {tag: to_plain(condition) for tag, condition in tags.items()}),
    WithJsonSchema({"x-ref": "tagging"}),
]
Otherwise = Annotated[
    tuple[Action, ...],
    BeforeValidator(_read_otherwise),
    AsPlainActions,
    WithJsonSchema({"x-ref": "otherwise"}),
]


class TriageRecipe(Recipe):
    """Tags for the tickets that `scan` finds: those whose condition holds, the first one or all.

    `otherwise` is done where no condition holds, `then` always.
    """

    NOUN: ClassVar[str] = "a triage"

    kind: Literal["triage"]
    scan: StateCondition | None = None
    tag: Tagging
    choose: Literal["first", "all"] = "first"
    otherwise: Otherwise = ()
    then: Actions = ()
    limits: Limits = Limits()
    evaluate: Evaluation | None = None
    tests: Annotated[tuple[Case, ...], Field(min_length=1)] = ()

    @field_validator("evaluate")
    @classmethod
    def _bounds_known_tags(cls, evaluate: Evaluation | None, info: ValidationInfo) -> Evaluation | None:
        tags = info.data.get("tag")
        if evaluate is None or tags is None:
            return evaluate
        unknown = [
            DataProblem(("require", name, tag), f'no condition gives the tag "{tag}"', "key", on_key=True)
            for name, bounds in (
                ("precision", evaluate.require.precision),
                ("recall", evaluate.require.recall),
            )
            for tag in bounds
            if tag not in tags
        ]
        if unknown:
            raise DataProblems(unknown)
        return evaluate
