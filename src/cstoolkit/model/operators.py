"""What conditions can ask of a field, by its type; docs and the JSON Schema are made from these tables."""

from dataclasses import dataclass
from typing import Literal

FieldType = Literal[
    "choice", "reference", "actor", "flag", "text", "set", "number", "instant", "calendar", "custom"
]

Operand = Literal[
    "word", "category", "name", "flag", "text", "regex", "label", "number", "instant", "span", "true", "calendar",
    "scalar",
]  # fmt: skip
"""What stands after an operator: a word of the field, one with a place in its order, a name in the account, true
or false, text, an RE2 expression, a label (tag), a number, an instant with its zone, a length of time, only
`true`, a calendar, or (custom fields) text, number or flag."""

Lists = Literal["one", "any", "all", "pair"]
"""How many values it takes: exactly one; one or more of which any counts, or all; a low and a high one."""


@dataclass(frozen=True, slots=True)
class Operator:
    """One question. `takes` "own" is what the field's type holds, "rank" the same where it has an order."""

    takes: Operand | Literal["own", "rank"]
    lists: Lists
    about: str
    update_only: bool = False


OPERATORS: dict[str, Operator] = {
    "is": Operator("own", "any", "has this value"),
    "is_not": Operator("own", "any", "has another value"),
    "in": Operator("own", "any", "has one of these values"),
    "not_in": Operator("own", "any", "has a value, and none of these"),
    "empty": Operator("flag", "one", "true: there is no value; false: there is one"),
    "changed": Operator("true", "one", "this update changes it", update_only=True),
    "changed_to": Operator("own", "any", "this update gives it this value", update_only=True),
    "changed_from": Operator("own", "any", "this update takes this value away", update_only=True),
    "not_changed": Operator("true", "one", "it has a value that this update leaves alone", update_only=True),
    "at_least": Operator("rank", "one", "is this or higher"),
    "at_most": Operator("rank", "one", "is this or lower"),
    "above": Operator("rank", "one", "is higher"),
    "below": Operator("rank", "one", "is lower"),
    "between": Operator("rank", "pair", "lies between the two, both included"),
    "contains": Operator("text", "any", "has this in it, inside a word too"),
    "contains_all": Operator("text", "all", "has each of these in it"),
    "not_contains": Operator("text", "any", "has a text without any of these in it"),
    "word": Operator("text", "any", "has this whole word or phrase in it"),
    "word_all": Operator("text", "all", "has each of these whole words or phrases in it"),
    "not_word": Operator("text", "any", "has a text without any of these whole words in it"),
    "starts_with": Operator("text", "any", "begins with this"),
    "ends_with": Operator("text", "any", "ends with this"),
    "regex": Operator("regex", "any", "the RE2 expression is found in it, whatever the case of letters"),
    "has": Operator("label", "all", "has all of these"),
    "has_any": Operator("label", "any", "has at least one of these"),
    "has_none": Operator("label", "any", "has none of these; an empty set has none"),
    "older_than": Operator("span", "one", "was at least this long ago"),
    "newer_than": Operator("span", "one", "was less than this long ago, or is still to come"),
    "due_within": Operator("span", "one", "is not over and comes within this time"),
    "before": Operator("instant", "one", "was earlier than this instant"),
    "after": Operator("instant", "one", "is later than this instant"),
    "inside": Operator("calendar", "one", "the calendar is open"),
    "outside": Operator("calendar", "one", "the calendar is closed; holidays are"),
    "holiday": Operator("calendar", "one", "the calendar has a holiday"),
}  # fmt: skip

EQUALITY = ("is", "is_not", "in", "not_in")
CHANGE = ("changed", "changed_to", "changed_from", "not_changed")
ORDER = ("at_least", "at_most", "above", "below")
TEXT = (
    "contains", "contains_all", "not_contains", "word", "word_all", "not_word", "starts_with", "ends_with",
    "regex",
)  # fmt: skip
SET = ("has", "has_any", "has_none")
INSTANT = ("older_than", "newer_than", "due_within", "before", "after")

TYPE_OPERATORS: dict[FieldType, tuple[str, ...]] = {
    "choice": (*EQUALITY, "empty", *CHANGE),
    "reference": (*EQUALITY, "empty", *CHANGE),
    "actor": EQUALITY,
    "flag": ("is",),
    "text": ("is", *TEXT, "empty"),
    "set": (*SET, "empty"),
    "number": ("is", *ORDER, "between", "empty"),
    "instant": (*INSTANT, "empty"),
    "calendar": ("inside", "outside", "holiday"),
    # The account says which type a custom field has, so the operator decides how its value is read.
    "custom": (*EQUALITY, "empty", *CHANGE, *TEXT, *SET, *ORDER, "between", *INSTANT),
}

OWN_OPERANDS: dict[FieldType, Operand] = {
    "choice": "word",
    "reference": "name",
    "actor": "name",
    "flag": "flag",
    "text": "text",
    "number": "number",
    "custom": "scalar",
}
"""What `is` compares with. Sets, instants and calendars have no `is`."""
