"""JSON Schema of conditions and of tickets in tests, made from the tables that the reader uses."""

from collections.abc import Iterable
from typing import Any

from ..model.fields import CUSTOM_FAMILIES, FIELDS, Field, find_field
from ..model.operators import OPERATORS, Operand
from ..model.words import INSTANT_PATTERN
from .auditing.facts import CASE_ONLY

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "pattern": r"\S"}
SPAN: Schema = {
    "type": "string",
    "pattern": r"^\s*(\d+[mhd]|\d+[mh] +business( +on +\S.*)?)\s*$|\$\{var\.",
    "description": "30m, 4h, 3d, 16h business, 16h business on EMEA",
}
VARIABLE: Schema = {"type": "string", "pattern": r"^\$\{var\.[^}]*\}$"}


def or_variable(schema: Schema) -> Schema:
    """What the project fills in may stand for any value."""
    return {"anyOf": [schema, VARIABLE]}


_OPERANDS: dict[Operand, Schema] = {
    "word": TEXT,
    "category": TEXT,
    "name": TEXT,
    "text": TEXT,
    "regex": TEXT,
    "label": TEXT,
    "calendar": TEXT,
    "flag": or_variable({"type": "boolean"}),
    "true": {"const": True},
    "number": or_variable({"type": "number"}),
    "instant": or_variable({"type": "string", "pattern": r"^\d{4}-\d\d-\d\d"}),
    "span": SPAN,
    "scalar": {"type": ["string", "number", "boolean"]},
}
_FACTS: dict[str, Schema] = {
    "flag": {"type": ["boolean", "null"]},
    "number": {"type": ["integer", "null"]},
    "set": {"anyOf": [{"type": ["string", "null"]}, {"type": "array", "items": {"type": "string"}}]},
    "instant": {
        "anyOf": [
            {"type": "null"},
            {"type": "string", "pattern": INSTANT_PATTERN},
            {"type": "string", "pattern": r"^[+-]\d+[mhd]( +business( +on +.+)?)?$"},
        ]
    },
    "custom": {},
}


def condition_schemas() -> dict[str, Schema]:
    """`$defs`: a condition with and without tests on an update, and each field's own."""
    return {
        "condition": _condition("condition", (field.name for field in FIELDS.values())),
        "state_condition": _condition(
            "state_condition", (field.name for field in FIELDS.values() if not field.update_only), state=True
        ),
        "span": SPAN,
        **{f"field-{name}": _field(field) for name, field in FIELDS.items()},
        **{
            f"state-field-{name}": _field(field, state=True)
            for name, field in FIELDS.items()
            if not field.update_only
        },
        "field-custom": _field(_custom()),
        "state-field-custom": _field(_custom(), state=True),
    }


def facts_schema() -> Schema:
    """A ticket as a test gives it."""
    return {
        "type": "object",
        "properties": {
            **{name: {"description": about} for name, about in CASE_ONLY.items()},
            **{name: _fact(field) for name, field in FIELDS.items() if not field.update_only},
        },
        "patternProperties": _custom_pattern({}),
        "additionalProperties": False,
    }


def expectation_schema() -> Schema:
    """What a test expects: fields, and what was done."""
    count = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "object"}]}
    states = {name: _expected(field) for name, field in FIELDS.items() if not field.update_only}
    return {
        "type": "object",
        "minProperties": 1,
        "properties": {
            "fires": {"type": "boolean"},
            "messages": {
                "anyOf": [
                    {"type": "integer", "minimum": 0},
                    {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}},
                ]
            },
            "replies_added": count,
            "notes_added": count,
            "because": {"type": "string"},
            **{name: {"description": about} for name, about in CASE_ONLY.items()},
            **states,
        },
        "patternProperties": _custom_pattern({}),
        "additionalProperties": False,
    }


def _condition(name: str, fields: Iterable[str], *, state: bool = False) -> Schema:
    prefix = "state-field" if state else "field"
    group = {"type": "array", "minItems": 1, "items": {"$ref": f"#/$defs/{name}"}}
    return {
        "type": "object",
        "minProperties": 1,
        "properties": {
            "all": {**group, "description": "All of these hold."},
            "any": {**group, "description": "At least one of these holds."},
            "none": {**group, "description": "None of these holds."},
            "use": {"type": "string", "description": "A condition of the project's `define`."},
            **{field: {"$ref": f"#/$defs/{prefix}-{field}"} for field in fields},
        },
        "patternProperties": _custom_pattern({"$ref": f"#/$defs/{prefix}-custom"}),
        "additionalProperties": False,
    }


def _field(field: Field, *, state: bool = False) -> Schema:
    """Everything that may follow `field:` in a condition."""
    if field.type == "calendar":
        word: Schema = {"enum": list(field.operators)}
        keys = {"is": word, "calendar": TEXT}
        spelled: Schema = {
            "type": "object",
            "properties": keys,
            "required": ["is"],
            "additionalProperties": False,
        }
        return {"description": field.about, "anyOf": [word, spelled]}
    operators = [name for name in field.operators if not (state and OPERATORS[name].update_only)]
    forms: list[Schema] = [
        {
            "type": "object",
            "minProperties": 1,
            "properties": {name: _operator(field, name) for name in operators},
            "additionalProperties": False,
        }
    ]
    if field.scalar_operator:
        forms.append(_operand(field, field.scalar_operator))
    if field.list_operator:
        item = _operand(field, field.list_operator)
        forms.append({"type": "array", "minItems": 1, "items": item})
    return {"description": field.about, "anyOf": forms}


def _operator(field: Field, name: str) -> Schema:
    one = _operand(field, name)
    lists = field.lists(name)
    about = {"description": OPERATORS[name].about}
    if lists == "one":
        return {**about, **one} if "anyOf" not in one else {**about, "allOf": [one]}
    if lists == "pair":
        return {**about, "type": "array", "items": one, "minItems": 2, "maxItems": 2}
    return {**about, "anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


def _operand(field: Field, operator: str) -> Schema:
    operand = field.operand(operator)
    if operand not in {"word", "category"} or not field.words:
        return _OPERANDS[operand]
    ranked = OPERATORS[operator].takes == "rank"
    words: Schema = {"enum": list(field.words)}
    return {"anyOf": [words, TEXT if field.other_words and not ranked else VARIABLE]}


def _fact(field: Field) -> Schema:
    known = _FACTS.get(field.type, {"type": ["string", "null"]})
    if field.words and not field.other_words:
        known = {"enum": [*field.words, None]}
    return {"description": field.about, **known}


def _expected(field: Field) -> Schema:
    return {"anyOf": [_fact(field), {"$ref": f"#/$defs/state-field-{field.name}"}]}


def _custom() -> Field:
    field = find_field("custom.any")
    assert field is not None
    return field


def _custom_pattern(schema: Schema) -> Schema:
    families = "|".join(family.replace(".", r"\.") for family in CUSTOM_FAMILIES)
    return {f"^({families}).": schema}
