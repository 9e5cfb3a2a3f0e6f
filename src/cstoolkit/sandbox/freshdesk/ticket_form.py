"""The account's ticket fields as tickets are checked against them: statuses, types, custom fields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from ..http import Record
from .attributes import Attribute, check_value
from .refusals import Problem, one_of, unknown_field
from .visit import Desk

DEFAULT_FIELDS = frozenset(
    {
        "default_subject", "default_requester", "default_status", "default_priority", "default_source",
        "default_ticket_type", "default_group", "default_agent", "default_product", "default_company",
        "default_description",
    }
)  # fmt: skip
_KINDS: Mapping[str, Attribute] = {
    "custom_text": Attribute("text", most=255),
    "custom_paragraph": Attribute("text"),
    "custom_checkbox": Attribute("flag"),
    "custom_date": Attribute("text"),
    "custom_number": Attribute("integer"),
    "custom_decimal": Attribute("number"),
}
CUSTOM_TYPES = (*_KINDS, "custom_dropdown", "nested_field")


@dataclass(frozen=True)
class Form:
    """Read once for a call: `fields` are the records, by position."""

    fields: tuple[Record, ...]

    def _default(self, type_: str) -> list[Record]:
        return next((field["choices"] for field in self.fields if field["type"] == type_), [])

    @cached_property
    def statuses(self) -> Mapping[int, Record]:
        return {
            choice["id"]: choice for choice in self._default("default_status") if not choice.get("deleted")
        }

    @cached_property
    def types(self) -> tuple[str, ...]:
        return tuple(choice["value"] for choice in self._default("default_ticket_type"))

    @cached_property
    def sources(self) -> tuple[int, ...]:
        return tuple(choice["id"] for choice in self._default("default_source"))

    @cached_property
    def custom(self) -> Mapping[str, Record]:
        """Custom fields by name, those of nested levels too; a level knows its `level` and its `top`."""
        found: dict[str, Record] = {}
        for field in self.fields:
            if field["default"] or field["archived"]:
                continue
            found[field["name"]] = field
            for inner in field.get("dependent_fields") or []:
                found[inner["name"]] = inner | {"type": "nested_level", "top": field}
        return found

    def values(self, kept: Record) -> Record:
        """`custom_fields` as a ticket shows them: every field there is now, and no other."""
        return {name: kept.get(name) for name in self.custom}

    def read_form(self, texts: Record) -> Record:
        """Values of a form, which are texts, as what their fields are."""
        return {name: self._from_text(name, text) for name, text in texts.items()}

    def _from_text(self, name: str, text: Any) -> Any:
        type_ = self.custom.get(name, {}).get("type")
        if type_ == "custom_checkbox" and text in ("true", "false"):
            return text == "true"
        if type_ in ("custom_number", "custom_decimal") and isinstance(text, str):
            try:
                return int(text) if type_ == "custom_number" else float(text)
            except ValueError:
                return text
        return text

    def check(self, sent: Record, whole: Record) -> list[Problem]:
        """Problems of `sent` custom values; `whole` are all of the ticket's, for nested levels."""
        problems: list[Problem] = []
        for name, value in sent.items():
            field = self.custom.get(name)
            if field is None:
                problems.append(unknown_field(f"custom_fields.{name}"))
            elif value is not None:
                problems += _check_field(field, name, value, whole)
        return problems


def form_of(desk: Desk) -> Form:
    return Form(tuple(desk.state.rows("ticket_fields", order="position, id")))


def _check_field(field: Record, name: str, value: Any, whole: Record) -> list[Problem]:
    where = f"custom_fields.{name}"
    if field["type"] in _KINDS:
        problems = check_value(where, value, _KINDS[field["type"]])
        if not problems and field["type"] == "custom_date" and not _is_date(value):
            return [Problem(where, "It should be in the 'yyyy-mm-dd' format")]
        return problems
    choices = _choices(field, whole)
    if not isinstance(value, str):
        return check_value(where, value, Attribute("text"))
    return [] if value in choices else [one_of(where, choices)]


def _choices(field: Record, whole: Record) -> list[str]:
    """What a dropdown, or a level of a nested field under the levels above it, may have."""
    if field["type"] != "nested_level":
        return [choice["value"] for choice in field["choices"]]
    top = field["top"]
    above = [
        top["name"],
        *(item["name"] for item in top["dependent_fields"] if item["level"] < field["level"]),
    ]
    choices = top["choices"]
    for name in above:
        choices = next((item.get("choices", []) for item in choices if item["value"] == whole.get(name)), [])
    return [choice["value"] for choice in choices]


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def missing_custom(form: Form, flag: str, ticket: Record) -> Iterator[str]:
    """Names of required fields that a ticket leaves empty."""
    for field in form.fields:
        if not field[flag] or field["archived"]:
            continue
        if field["default"]:
            name = _ATTRIBUTES.get(field["type"])
            if name is not None and ticket.get(name) in (None, ""):
                yield name
        elif ticket["custom_fields"].get(field["name"]) in (None, "", False):
            yield f"custom_fields.{field['name']}"


_ATTRIBUTES = {
    "default_ticket_type": "type", "default_group": "group_id", "default_agent": "responder_id",
    "default_product": "product_id", "default_company": "company_id",
}  # fmt: skip
"""Default fields whose emptiness the form decides; subject, status and the like have rules of their own."""
