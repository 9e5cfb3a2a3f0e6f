"""`kind: automation`: a rule that runs on time."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    Field,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from ..model.actions import Action
from ..model.conditions import Condition, Test
from ..model.data_problems import DataProblems
from ..model.fields import FIELDS
from ..model.rules import Rule
from ..model.words import Flag, refuse
from .cases_syntax import Case
from .expected_counts import ExpectedCounts
from .public_texts import update_text_problems
from .recipe import Name, Recipe
from .rule_keys import (
    Actions,
    Limits,
    NativeKey,
    OnGap,
    OnGapKey,
    Order,
    StateCondition,
    native_parts,
    needs,
    rule_names,
    said_or_native,
)

TIMED_CUSTOM = ("older_than", "newer_than", "due_within", "before", "after")


class AutomationRecipe(Recipe):
    """A rule that a scan applies to every ticket on which `when` holds; time is part of `when`."""

    NOUN: ClassVar[str] = "an automation"
    model_config = needs("when", "then")

    kind: Literal["automation"]
    active: Flag = True
    native: NativeKey = Field(default_factory=dict)
    when: StateCondition | None = Field(default=None, validate_default=True)
    then: Actions = Field(default=(), validate_default=True)
    once: Literal["run", "spell", "ticket"] = "run"
    order: Order = Order()
    limits: Limits = Limits()
    on_gap: OnGapKey = Field(default_factory=OnGap)
    expect: ExpectedCounts | None = None
    tests: Annotated[tuple[Case, ...], Field(min_length=1)] = ()

    @field_validator("when", "then", mode="wrap")
    @classmethod
    def _said_or_native(cls, value: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        return said_or_native(cls.NOUN, value, read, info)

    @field_validator("when")
    @classmethod
    def _depends_on_time(cls, when: Condition | None, info: ValidationInfo) -> Condition | None:
        native = info.data.get("native", {})
        said_natively = any(part.add_when or part.replace is not None for part in native.values())
        if when is not None and not said_natively and not _is_timed(when):
            raise refuse(
                "nothing in `when` depends on time",
                "condition",
                "add a test such as status_changed_at: {older_than: 3d} or sla_breached: true; "
                "what happens at once is a trigger",
            )
        return when

    @field_validator("then")
    @classmethod
    def _knows_no_update(cls, then: tuple[Action, ...]) -> tuple[Action, ...]:
        problems = tuple(update_text_problems(then, "an automation", actor=False))
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
                kind="automation",
                id=self.id,
                title=self.title,
                active=self.active,
                when=self.when,
                then=self.then,
                once=self.once,
                order=self.order.as_rule_order(),
                native=native_parts(self.native),
                at=self.at,
            ),
        )


def _is_timed(condition: Condition) -> bool:
    """Whether some test is on an instant (not only on there being one) or on `sla_breached`."""
    if not isinstance(condition, Test):
        return any(_is_timed(part) for part in condition.of)
    field = FIELDS.get(condition.field)
    if field is None:
        return condition.op in TIMED_CUSTOM
    return field.name == "sla_breached" or (field.type == "instant" and condition.op != "empty")
