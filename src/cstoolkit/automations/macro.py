"""`kind: macro`: what an agent applies to a ticket by hand."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BeforeValidator,
    Field,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    field_validator,
)

from ..model.actions import Action
from ..model.data_problems import DataProblems
from ..model.frozen import Frozen
from ..model.rules import Audience, Rule
from ..model.words import Flag, Words, refuse
from .cases_syntax import Case
from .model_problems import read_model
from .public_texts import update_text_problems
from .recipe import Recipe
from .rule_keys import Limits, MacroActions, NativeKey, OnGap, OnGapKey, native_parts, needs, said_or_native


class _Groups(Frozen):
    groups: Words


def _read_audience(raw: Any) -> Audience:
    if raw == "everyone":
        return Audience()
    if not isinstance(raw, Mapping):
        raise refuse("expected who may use it", "value", "write everyone, or {groups: [Billing]}")
    return Audience(read_model(_Groups, raw, '"available_to"').groups)


AudienceKey = Annotated[Audience, BeforeValidator(_read_audience), WithJsonSchema({"x-ref": "audience"})]


class MacroRecipe(Recipe):
    """Actions that an agent applies; no event and no condition."""

    NOUN: ClassVar[str] = "a macro"
    model_config = needs("then")

    kind: Literal["macro"]
    active: Flag = True
    native: NativeKey = Field(default_factory=dict)
    available_to: AudienceKey = Audience()
    then: MacroActions = Field(default=(), validate_default=True)
    limits: Limits = Limits()
    on_gap: OnGapKey = Field(default_factory=OnGap)
    tests: Annotated[tuple[Case, ...], Field(min_length=1)] = ()

    @field_validator("then", mode="wrap")
    @classmethod
    def _said_or_native(cls, value: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        return said_or_native(cls.NOUN, value, read, info)

    @field_validator("then")
    @classmethod
    def _knows_no_update(cls, then: tuple[Action, ...]) -> tuple[Action, ...]:
        problems = tuple(update_text_problems(then, "a macro", actor=True))
        if problems:
            raise DataProblems(problems)
        return then

    def rules(self) -> tuple[Rule, ...]:
        """The neutral rule, one for each recipe."""
        return (
            Rule(
                kind="macro",
                id=self.id,
                title=self.title,
                active=self.active,
                then=self.then,
                available_to=self.available_to,
                native=native_parts(self.native),
                at=self.at,
            ),
        )
