"""JSON Schema (2020-12) of recipes and of the project file, for editors.

Made from the models and from the tables of fields, operators and actions, so it cannot fall behind them. It
knows shapes and words; what needs the whole recipe or the project is left to `cstoolkit validate`.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue, models_json_schema

from ..model.action_syntax import ACTIONS
from ..model.events import EVENTS
from ..model.words import VENDORS, one_or_more
from .audit import DIMENSIONS, FORMATS
from .cases_syntax import CASE_EVENTS, JUDGES, EventDetails
from .condition_schema import TEXT, Schema, condition_schemas, expectation_schema, facts_schema
from .loader import RECIPE_KINDS, recipe_model
from .rule_keys import Native

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SHORT_FORMS: dict[str, Schema] = {"Source": TEXT, "Holidays": one_or_more({"type": "string"})}
"""Models that may be written shorter: a column's name; a country, or countries and days."""

DRAFT: JsonSchemaMode = "validation"


def recipe_schema() -> Schema:
    """One recipe of any kind; the kind decides which keys there are, so a mistake is shown where it is."""
    models = {kind: recipe_model(kind) for kind in RECIPE_KINDS}
    own, definitions = _from_models([*models.values(), EventDetails, Native])
    branches = [
        {
            "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
            "then": own[model],
        }
        for kind, model in models.items()
    ]
    return {
        "$schema": DIALECT,
        "title": "A recipe of cstoolkit",
        "type": "object",
        "required": ["kind", "id", "title"],
        "properties": {"kind": {"enum": list(RECIPE_KINDS), "description": "What the recipe is."}},
        "allOf": branches,
        "$defs": {**definitions, **_syntax()},
    }


def project_schema() -> Schema:
    """cstoolkit.yaml."""
    from ..project import Project

    own, definitions = _from_models([Project])
    return {
        "$schema": DIALECT,
        "title": "A project of cstoolkit",
        "$ref": own[Project]["$ref"],
        "$defs": {**definitions, **_syntax()},
    }


def _syntax() -> dict[str, Schema]:
    """`$defs` of what recipes write in a syntax of their own, by the name that `x-ref` has."""
    reason: Schema = {
        "type": "object",
        "properties": {"skip": TEXT},
        "required": ["skip"],
        "additionalProperties": False,
    }
    gap: Schema = {"anyOf": [{"enum": ["error", "client"]}, reason]}
    return {
        **condition_schemas(),
        "actions": _actions(macro=False),
        "macro_actions": _actions(macro=True),
        "otherwise": {"anyOf": [_ref("actions"), _action(macro=False)]},
        "facts": facts_schema(),
        "given": _given(),
        "expectation": expectation_schema(),
        "difference": {"allOf": [_ref("expectation"), {"required": ["because"]}]},
        "judges": one_or_more({"enum": list(JUDGES)}),
        "case_event": _case_event(),
        "case_tickets": _case_tickets(),
        "on_gap": {"anyOf": [gap, _closed(dict.fromkeys(VENDORS, gap))]},
        "native": _closed({vendor: _ref("Native") for vendor in VENDORS}),
        "audience": {"anyOf": [{"const": "everyone"}, _closed({"groups": one_or_more(TEXT)}, required=["groups"])]},
        "tagging": {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": r"^\S+$"},
            "additionalProperties": _ref("state_condition"),
        },
        "dimensions": one_or_more({"enum": list(DIMENSIONS)}),
        "check_patterns": one_or_more({"type": "string", "pattern": r"^B[AC][0-9*?\[\]!-]*$"}),
        "outputs": one_or_more({"anyOf": [TEXT, _output()]}),
        "define": {
            "type": "object",
            "additionalProperties": {"anyOf": [_ref("condition"), _ref("actions")]},
        },
    }  # fmt: skip


def _actions(*, macro: bool) -> Schema:
    return {"type": "array", "minItems": 1, "items": _action(macro=macro)}


def _action(*, macro: bool) -> Schema:
    words = {
        name: {"description": word.about, **word.schema}
        for name, word in ACTIONS.items()
        if word.macro or not macro
    }
    shared = {"use": {"type": "string", "description": "Actions of the project's `define`."}}
    return {**_closed({**words, **shared}), "minProperties": 1, "maxProperties": 1}


def _case_event() -> Schema:
    details = {word: _ref("EventDetails") for word in CASE_EVENTS}
    described = {word: {"const": word, "description": event.about} for word, event in EVENTS.items()}
    return {
        "anyOf": [
            {
                "enum": list(CASE_EVENTS),
                "description": "; ".join(
                    f"{word}: {each['description']}" for word, each in described.items()
                ),
            },
            {**_closed(details), "minProperties": 1, "maxProperties": 1},
        ]
    }


def _case_tickets() -> Schema:
    facts = facts_schema()
    ticket = {**facts, "properties": {**facts["properties"], "id": TEXT}, "required": ["id"]}
    return {"type": "array", "minItems": 1, "items": ticket}


def _given() -> Schema:
    facts = facts_schema()
    stored = {"type": "string", "pattern": ".[#:].", "description": "A ticket of a store: local:FILE#ID."}
    return {**facts, "properties": {**facts["properties"], "ticket": stored}}


def _output() -> Schema:
    keys: dict[str, Schema] = dict.fromkeys(FORMATS, TEXT)
    return {**_closed({**keys, "limit": {"type": "integer", "minimum": 200}}), "minProperties": 1}


def _closed(properties: Mapping[str, Schema], *, required: list[str] | None = None) -> Schema:
    schema: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**schema, "required": required} if required else schema


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


class _Generator(GenerateJsonSchema):
    """Pydantic's generator without defaults: ours are values in Python, not what a person would write."""

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def _from_models(models: list[type[BaseModel]]) -> tuple[dict[type[BaseModel], Schema], dict[str, Schema]]:
    references, whole = models_json_schema([(model, DRAFT) for model in models], schema_generator=_Generator)
    own = {model: references[model, DRAFT] for model in models}
    definitions = {name: _tidy(schema) for name, schema in whole["$defs"].items()}
    if "Schedule" in definitions:  # its name is its key
        required = definitions["Schedule"]["required"]
        definitions["Schedule"]["required"] = [key for key in required if key != "name"]
    for name in SHORT_FORMS.keys() & definitions.keys():
        definitions[name] = {"anyOf": [SHORT_FORMS[name], definitions[name]]}
    return own, definitions


def _tidy(schema: Any) -> Any:
    """Without pydantic's made-up titles, and with the syntax of our own in the place of each `x-ref`."""
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "x-ref" in schema:
        return _ref(schema["x-ref"])
    kept = {key: value for key, value in schema.items() if not (key == "title" and isinstance(value, str))}
    return {
        key: {name: _tidy(each) for name, each in value.items()} if key == "properties" else _tidy(value)
        for key, value in kept.items()
    }
