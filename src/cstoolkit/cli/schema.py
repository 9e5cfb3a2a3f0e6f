"""`cstoolkit schema`: the living reference. What it prints is read from the tables that the loader uses."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from ..automations.loader import PROJECT_FILE, RECIPE_KINDS, recipe_model
from ..model.action_syntax import ACTIONS, SET_FIELDS
from ..model.data_problems import did_you_mean
from ..model.events import EVENTS
from ..model.fields import FIELDS, Field, find_field
from ..model.operators import OPERATORS
from ..model.placeholders import PLACEHOLDERS
from ..model.words import VENDORS
from .render import table
from .terminal import Terminal, with_terminal

if TYPE_CHECKING:
    from ..automations.matrix import Line

SCHEMA = "cstoolkit/schema/1"

Page = dict[str, Any]


@click.command()
@click.argument("path", required=False, metavar="[NAME]")
@click.option("--json-schema", "json_schema", is_flag=True, help="Print a JSON Schema for editors.")
@click.option("--vendor", type=click.Choice(VENDORS), help="Also what this helpdesk can hold of it.")
@with_terminal
def command(terminal: Terminal, path: str | None, *, json_schema: bool, vendor: str | None) -> None:
    """Fields, operators, actions, events, placeholders and recipe kinds.

    NAME is one of them (`subject`, `trigger`, `has_any`), or a list: fields, operators, actions, events,
    placeholders, kinds, matrix. With --json-schema it may be `project`, for cstoolkit.yaml.
    """
    if json_schema:
        terminal.print(json.dumps(_json_schema(path), indent=1, ensure_ascii=False))
        return
    page = with_cells(find_page(path), vendor) if path is not None else find_page(path)
    if terminal.json:
        terminal.print_json({"schema": SCHEMA, **page})
    else:
        terminal.print(_as_text(page, color=terminal.color))


def _json_schema(path: str | None) -> dict[str, Any]:
    from ..automations.json_schema import (
        project_schema,
        recipe_schema,
    )  # pydantic's generator is slow to load

    if path in {"project", PROJECT_FILE}:
        return project_schema()
    if path is not None:
        raise click.UsageError("--json-schema goes with nothing, or with `project`")
    return recipe_schema()


def find_page(name: str | None) -> Page:
    """The part of the reference about `name`; None is all the lists. Raises click.UsageError."""
    if name is None:
        return {"title": "Reference", "lists": [LISTS[each]() for each in LISTS]}
    if name in BY_NAME:
        return {"title": name, "lists": [BY_NAME[name]()]}
    field = find_field(name)
    if field is not None:
        return _field_page(field)
    for pages in (_kind_page, _action_page, _operator_page, _event_page):
        page = pages(name)
        if page is not None:
            return page
    known = [*BY_NAME, *FIELDS, *RECIPE_KINDS, *ACTIONS, *OPERATORS, *EVENTS]
    near = did_you_mean(name, known, label="lists are").partition(" lists are")[0]
    raise click.UsageError(
        f'nothing is called "{name}"; {near if near.startswith("did") else "see cstoolkit schema"}'
    )


def with_cells(page: Page, vendor: str | None) -> Page:
    """The page of a field, an event or an action, with what one helpdesk can hold of it; else as it is."""
    if vendor is None:
        return page
    from ..automations.matrix import lines

    found = [line for line in lines() if line.vendor == vendor and _is_about(line, page["title"])]
    if page["title"] == "matrix":
        return {**page, "lists": [_cells(found)]}
    return {**page, "lists": [*page.get("lists", ()), *([_cells(found)] if found else [])]}


def _is_about(line: "Line", name: str) -> bool:
    family = f"{name.partition('custom.')[0]}custom.*" if "custom." in name else name
    if line.group == "actor":
        return name in {"actor", "matrix"}
    return name == "matrix" or line.name == family or line.name.startswith(f"{name}.")


def _matrix() -> Page:
    from ..automations.matrix import lines

    return {**_cells(lines()), "title": "matrix"}


def _cells(found: Iterable["Line"]) -> Page:
    """Cells as rows; the last column says what the vendor does, or the next thing that works."""
    rows = [
        [
            line.vendor,
            f"{line.name} {line.op}".strip(),
            line.where,
            line.entry.cell + ("?" if line.entry.assumed else ""),
            line.entry.words if line.entry.holds else line.entry.nearest or "",
        ]
        for line in found
    ]
    header = ["vendor", "asked", "where", "cell", "in its words, or the next thing that works"]
    return {"title": "cells", "header": header, "rows": rows}


def _fields() -> Page:
    rows = [[name, _type(field), ", ".join(field.operators), field.about] for name, field in FIELDS.items()]
    rows.append(
        ["custom.<name>", "custom", "those of its type", "A custom field; also requester. and organization."]
    )
    return {"title": "fields", "header": ["field", "type", "operators", "about"], "rows": rows}


def _operators() -> Page:
    rows = [[name, operator.about] for name, operator in OPERATORS.items()]
    return {"title": "operators", "header": ["operator", "holds where the field"], "rows": rows}


def _actions() -> Page:
    rows = [[name, word.about, "yes" if word.macro else "", word.example] for name, word in ACTIONS.items()]
    return {"title": "actions", "header": ["action", "about", "macros", "example"], "rows": rows}


def _events() -> Page:
    rows = [[name, event.about] for name, event in EVENTS.items()]
    return {"title": "events", "header": ["event", "about"], "rows": rows}


def _placeholders() -> Page:
    rows = [["{{ " + name + " }}", placeholder.about] for name, placeholder in PLACEHOLDERS.items()]
    return {"title": "placeholders", "header": ["placeholder", "about"], "rows": rows}


def _kinds() -> Page:
    rows = [[kind, _first_line(recipe_model(kind).__doc__)] for kind in RECIPE_KINDS]
    return {"title": "kinds", "header": ["kind", "about"], "rows": rows}


LISTS: dict[str, Callable[[], Page]] = {
    "kinds": _kinds,
    "fields": _fields,
    "operators": _operators,
    "actions": _actions,
    "events": _events,
    "placeholders": _placeholders,
}
BY_NAME: dict[str, Callable[[], Page]] = {**LISTS, "matrix": _matrix}
"""Those that are printed when they are asked for by name."""


def _field_page(field: Field) -> Page:
    rows = [[name, _takes(field, name), OPERATORS[name].about] for name in field.operators]
    page: Page = {"title": field.name, "about": field.about, "type": _type(field)}
    if field.words:
        page["words"] = list(field.words)
        page["other_words"] = field.other_words
    if field.update_only:
        page["note"] = "about an update: in triggers only"
    return {
        **page,
        "lists": [{"title": "operators", "header": ["operator", "takes", "holds where it"], "rows": rows}],
    }


def _takes(field: Field, operator: str) -> str:
    operand = field.operand(operator)
    lists = {"one": "", "any": ", or a list of which any counts", "all": ", or a list of which all count"}
    return f"two of: {operand}" if field.lists(operator) == "pair" else operand + lists[field.lists(operator)]


def _kind_page(name: str) -> Page | None:
    if name not in RECIPE_KINDS:
        return None
    model = recipe_model(name)
    rows = [[key, "required" if info.is_required() else ""] for key, info in model.model_fields.items()]
    keys = {"title": "keys", "header": ["key", ""], "rows": rows}
    return {"title": name, "about": _first_line(model.__doc__), "lists": [keys]}


def _action_page(name: str) -> Page | None:
    if name not in ACTIONS:
        return None
    word = ACTIONS[name]
    page: Page = {"title": name, "about": word.about, "example": f"- {word.example}", "macros": word.macro}
    if name == "set":
        rows = [[field, takes] for field, takes in SET_FIELDS.items()]
        page["lists"] = [{"title": "fields", "header": ["field", "takes"], "rows": rows}]
    return page


def _operator_page(name: str) -> Page | None:
    if name not in OPERATORS:
        return None
    fields = [field.name for field in FIELDS.values() if name in field.operators]
    return {"title": name, "about": f"The field {OPERATORS[name].about}.", "fields": fields}


def _event_page(name: str) -> Page | None:
    return {"title": name, "about": EVENTS[name].about} if name in EVENTS else None


def _type(field: Field) -> str:
    return "ordered choice" if field.order else field.type


def _first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0]


def _as_text(page: Page, *, color: bool) -> str:
    parts = [f"{page['title']}: {page['about']}"] if "about" in page else []
    facts = {key: value for key, value in page.items() if key not in {"title", "about", "lists"}}
    parts += [f"  {key.replace('_', ' ')}: {_shown(value)}" for key, value in facts.items()]
    for each in page.get("lists", ()):
        parts += [*([""] if parts else []), *_list_text(each, color=color)]
    return "\n".join(parts)


def _list_text(page: Page, *, color: bool) -> Sequence[str]:
    rows: Iterable[Sequence[object]] = page["rows"]
    return [f"{page['title']}:", table(page["header"], rows, color=color)]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list) else str(value)
