"""`kind: trigger`: a rule that runs on an event."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    Field,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    field_validator,
)

from ..model.actions import Action
from ..model.data_problems import DataProblem, DataProblems, did_you_mean
from ..model.events import EVENTS
from ..model.rules import Rule
from ..model.words import Flag, Words, one_or_more
from .cases_syntax import Case
from .expected_counts import ExpectedCounts
from .public_texts import private_text_problems
from .recipe import Name, Recipe
from .rule_keys import (
    Actions,
    Limits,
    NativeKey,
    OnGap,
    OnGapKey,
    Order,
    UpdateCondition,
    native_parts,
    needs,
    rule_names,
    said_or_native,
)


def _check_events(events: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [(index, event) for index, event in enumerate(events) if event not in EVENTS]
    if unknown:
        raise DataProblems(
            DataProblem(
                (index,),
                f'"{event}" is not an event',
                "event",
                did_you_mean(event, EVENTS, label="events are"),
            )
            for index, event in unknown
        )
    return events


Events = Annotated[Words, AfterValidator(_check_events), WithJsonSchema(one_or_more({"enum": list(EVENTS)}))]


class TriggerRecipe(Recipe):
    """A rule that runs when one of `event` happens and `when` holds; no `when` always holds."""

    NOUN: ClassVar[str] = "a trigger"
    model_config = needs("event", "then")

    kind: Literal["trigger"]
    active: Flag = True
    native: NativeKey = Field(default_factory=dict)
    event: Events = Field(default=(), validate_default=True)
    when: UpdateCondition | None = None
    then: Actions = Field(default=(), validate_default=True)
    once: Literal["run", "spell", "ticket"] = "run"
    order: Order = Order()
    limits: Limits = Limits()
    on_gap: OnGapKey = Field(default_factory=OnGap)
    expect: ExpectedCounts | None = None
    tests: Annotated[tuple[Case, ...], Field(min_length=1)] = ()

    @field_validator("event", "then", mode="wrap")
    @classmethod
    def _said_or_native(cls, value: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        return said_or_native(cls.NOUN, value, read, info)

    @field_validator("then")
    @classmethod
    def _keep_private_text_private(cls, then: tuple[Action, ...], info: ValidationInfo) -> tuple[Action, ...]:
        if "event" in info.data and "when" in info.data:
            problems = tuple(private_text_problems(then, info.data["event"], info.data["when"]))
            if problems:
                raise DataProblems(problems)
        return then

    def names(self) -> Iterator[Name]:
        yield from super().names()
        yield from rule_names(self.order, self.then)

    def rules(self) -> tuple[Rule, ...]:
        """The neutral rule, one for each recipe."""
        return (
            Rule(
                kind="trigger",
                id=self.id,
                title=self.title,
                active=self.active,
                event=self.event,
                when=self.when,
                then=self.then,
                once=self.once,
                order=self.order.as_rule_order(),
                native=native_parts(self.native),
                at=self.at,
            ),
        )
