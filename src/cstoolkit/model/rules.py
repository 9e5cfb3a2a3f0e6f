"""Rules: what macro, trigger and automation recipes give, and what a vendor holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..errors import Location
from .actions import Action
from .conditions import Condition

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Order:
    """Where a rule stands in its list: a stage of the project, and neighbours by recipe id."""

    stage: str | None = None
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may use a macro: everyone, or the named groups."""

    groups: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class NativePart:
    """What a recipe says to one vendor in the vendor's own words."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    add_when: tuple[Any, ...] = ()
    add_then: tuple[Any, ...] = ()
    replace: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A neutral rule. `id` is the recipe's id; the title is what the vendor shows."""

    kind: Literal["macro", "trigger", "automation"]
    id: str
    title: str
    active: bool = True
    event: tuple[str, ...] = ()
    when: Condition | None = None
    then: tuple[Action, ...] = ()
    once: Literal["run", "spell", "ticket"] = "run"
    order: Order = Order()
    available_to: Audience = Audience()
    native: Mapping[str, NativePart] = field(default_factory=dict)
    at: Location | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class NativeRule:
    """A rule in one vendor's own form.

    `kind` is the vendor's word ("trigger", "rule_4", "Flow"). `key` is the recipe id, with "#2" for a split
    part and "#guard" for a companion; None is a rule that no recipe manages. `id` is the vendor's. `body` is
    normalised: without id, order and stamps.
    """

    vendor: str
    kind: str
    key: str | None
    id: str | None
    title: str
    active: bool
    body: Json
    order: tuple[int | str, ...] = ()
