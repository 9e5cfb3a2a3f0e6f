"""The keys that macros, triggers and automations share: then, order, limits, on_gap, native."""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, PlainSerializer, ValidationInfo, WithJsonSchema

from ..errors import Location
from ..model.action_syntax import parse_actions
from ..model.actions import Action, Call
from ..model.condition_syntax import Scope, parse_condition
from ..model.conditions import Condition
from ..model.data_problems import DataProblem, DataProblems, Path, ProblemLog, did_you_mean
from ..model.frozen import Frozen
from ..model.plain_actions import actions_to_plain
from ..model.plain_conditions import to_plain
from ..model.rules import NativePart
from ..model.rules import Order as RuleOrder
from ..model.words import VENDORS, Count, Share, Slug, Slugs, Vendor
from .recipe import Name
from .source import Document

ON_GAP = ("error", "client")

Place = Callable[[Path], Location | None]


def place_in(info: ValidationInfo) -> Place | None:
    """Where a path below the field under validation stands; None if the recipe is not from a file."""
    document: Document | None = (info.context or {}).get("document")
    field = info.field_name
    if document is None or field is None:
        return None
    return lambda path: document.locate((field, *path))


def read_condition(scope: Scope) -> Callable[[Any, ValidationInfo], Condition]:
    """A validator of conditions; "state" refuses tests on an update."""

    def read(raw: Any, info: ValidationInfo) -> Condition:
        return parse_condition(raw, scope=scope, locate=place_in(info))

    return read


def _read_actions(raw: Any, info: ValidationInfo) -> tuple[Action, ...]:
    return parse_actions(raw, locate=place_in(info))


def _read_macro_actions(raw: Any, info: ValidationInfo) -> tuple[Action, ...]:
    return parse_actions(raw, macro=True, locate=place_in(info))


AsPlain = PlainSerializer(to_plain)
AsPlainActions = PlainSerializer(actions_to_plain)

UpdateCondition = Annotated[
    Condition, BeforeValidator(read_condition("update")), AsPlain, WithJsonSchema({"x-ref": "condition"})
]
StateCondition = Annotated[
    Condition, BeforeValidator(read_condition("state")), AsPlain, WithJsonSchema({"x-ref": "state_condition"})
]
Actions = Annotated[
    tuple[Action, ...], BeforeValidator(_read_actions), AsPlainActions, WithJsonSchema({"x-ref": "actions"})
]
MacroActions = Annotated[
    tuple[Action, ...],
    BeforeValidator(_read_macro_actions),
    AsPlainActions,
    WithJsonSchema({"x-ref": "macro_actions"}),
]


class Order(Frozen):
    """`order:`. The stage is one of the project's; neighbours are recipe ids."""

    stage: Slug | None = None
    after: Slugs = ()
    before: Slugs = ()

    def as_rule_order(self) -> RuleOrder:
        return RuleOrder(self.stage, self.after, self.before)


def rule_names(order: Order, then: tuple[Action, ...]) -> Iterator[Name]:
    """The stage and the endpoints that a rule names."""
    if order.stage is not None:
        yield Name("stage", order.stage, ("order", "stage"))
    for index, action in enumerate(then):
        if isinstance(action, Call):
            yield Name("endpoint", action.endpoint, ("then", index, "call", "endpoint"))


class Limits(Frozen):
    """Bounds of one run. None: the project's, else the defaults (50 rules, 1,000 tickets, 0.3, 100)."""

    max_changes: Count | None = None
    max_share: Share | None = None
    max_messages: Count | None = None


class Gap(Frozen):
    """What to do for a vendor that cannot hold the recipe. `reason` goes with "skip" only."""

    choice: Literal["error", "client", "skip"]
    reason: str | None = None


class OnGap(Frozen):
    """`on_gap:`, one choice for all vendors or one each; where nothing is said it is "error"."""

    default: Gap = Gap(choice="error")
    vendors: Mapping[str, Gap] = {}

    def of(self, vendor: str) -> Gap:
        return self.vendors.get(vendor, self.default)


def _read_on_gap(raw: Any) -> OnGap:
    if not isinstance(raw, Mapping) or "skip" in raw:
        log = ProblemLog()
        gap = _read_gap(raw, (), log)
        log.raise_any()
        return OnGap(default=gap)
    log = ProblemLog()
    vendors: dict[str, Gap] = {}
    for vendor, choice in raw.items():
        if vendor in VENDORS:
            vendors[vendor] = _read_gap(choice, (vendor,), log)
        else:
            hint = did_you_mean(vendor, VENDORS, label="vendors are")
            log.add_key((vendor,), f'"{vendor}" is not a vendor', "key", hint)
    if not raw:
        log.add((), "on_gap is empty", "empty", "write client, or {skip: reason}")
    log.raise_any()
    return OnGap(vendors=vendors)


def _read_gap(raw: Any, path: Path, log: ProblemLog) -> Gap:
    hint = "write error, client or {skip: reason}"
    if raw in ON_GAP:
        return Gap(choice=raw)
    if not isinstance(raw, Mapping):
        said = f'"{raw}" is no way to fill a gap' if isinstance(raw, str) else "expected a way to fill a gap"
        log.add(
            path,
            said,
            "value",
            did_you_mean(raw, (*ON_GAP, "skip"), label="ways")
            if isinstance(raw, str) and raw != "skip"
            else hint,
        )
        return Gap(choice="error")
    for key in raw:
        if key != "skip":
            log.add_key((*path, key), f'"{key}" does not go with skip', "key", hint)
    reason = raw.get("skip")
    if not isinstance(reason, str) or not reason.strip():
        log.add((*path, "skip"), "skip needs a reason", "value", "write {skip: why this vendor does without}")
        return Gap(choice="error")
    return Gap(choice="skip", reason=reason)


class Native(Frozen):
    """`native:` for one vendor, in its own words; what is in them is checked by the vendor's own part."""

    settings: dict[str, Any] = {}
    add_when: tuple[Any, ...] = ()
    add_then: tuple[Any, ...] = ()
    replace: dict[str, Any] | None = None

    def as_part(self) -> NativePart:
        return NativePart(self.settings, self.add_when, self.add_then, self.replace)


def said_or_native(noun: str, value: Any, read: Callable[[Any], Any], info: ValidationInfo) -> Any:
    """A key that may be left out where a vendor's own words, read before it, say it.

    `replace` says everything; `add_then` says what is done. Raises DataProblems where nothing says it.
    """
    if value is not None and value != ():
        return read(value)
    native: Mapping[Vendor, Native] | None = info.data.get("native")
    said = native is None or any(  # None: it is wrong itself, and that is said
        part.replace is not None or (info.field_name == "then" and part.add_then) for part in native.values()
    )
    if said:
        return value
    key = info.field_name
    raise DataProblems([DataProblem((), f'{noun} needs "{key}"', "missing", f"add `{key}:`", on_key=True)])


def needs(*keys: str) -> ConfigDict:
    """For editors: these keys, or a vendor's own words."""
    return ConfigDict(json_schema_extra={"anyOf": [{"required": list(keys)}, {"required": ["native"]}]})


def native_parts(native: Mapping[Vendor, Native]) -> dict[str, NativePart]:
    return {vendor: part.as_part() for vendor, part in native.items()}


OnGapKey = Annotated[OnGap, BeforeValidator(_read_on_gap), WithJsonSchema({"x-ref": "on_gap"})]


NativeKey = Annotated[dict[Vendor, Native], WithJsonSchema({"x-ref": "native"})]
