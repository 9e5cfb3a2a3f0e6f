"""The matrix as a page of the documentation. A test holds docs/matrix.md to it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ...model.action_syntax import ACTIONS
from ...model.events import EVENTS
from ...model.fields import Field
from . import MATRIX
from .cells import CONTEXTS, KINDS, Column, Entry, applies, field_rows
from .parts import PARTS, parts_for

SIGNS = {"native": "native", "rewritten": "R", "client": "C", "impossible": "no"}
VENDOR_NAMES = {"zendesk": "Zendesk", "freshdesk": "Freshdesk", "salesforce": "Salesforce"}
HEAD = """# What each helpdesk can hold

Every event, field, operator and action, and what becomes of it when recipes are compiled. `cstoolkit schema NAME` shows
the same for one of them, with the next thing that works.

* **native**: the vendor's own word. **R**: rewritten, other words of the same meaning. **C**: only our runner can do it
  (`on_gap: client`). **no**: nobody can. `?`: it rests on a fact that no document proves; it compiles.
* Where a cell depends on where it stands: `created` is a trigger on nothing but creation, `updated` any other trigger,
  `automation` a rule on time, `macro` a macro.
* Salesforce's column stands for what is to come: its rules are not compiled yet.

This page is made from the table that `compile` obeys; a test compiles every cell.
"""


def matrix_page() -> str:
    """The whole page."""
    parts = [HEAD, "## Events\n", *_events(), "\n## Who makes the update (`actor`)\n", *_actors()]
    parts += ["\n## Fields\n", *_fields(), "\n## Operators\n", OPERATORS_HEAD, *_operators()]
    parts += ["\n## Actions\n", *_actions()]
    return "\n".join(parts) + "\n"


OPERATORS_HEAD = "For each field what it answers: the words of the field, then those of the operator.\n"


def _events() -> Iterator[str]:
    return _table(
        ("event", *MATRIX),
        ((event, *(_shown(column.events[event]) for column in _columns())) for event in EVENTS),
    )


def _actors() -> Iterator[str]:
    names = MATRIX["zendesk"].actors
    rows = ((name, *(_row(column.actors[name], CONTEXTS[:2]) for column in _columns())) for name in names)
    return _table(("actor", *MATRIX), rows)


def _fields() -> Iterator[str]:
    rows = (
        (name, *(_row(column.fields[name], _contexts(found)) for column in _columns()))
        for name, found in field_rows()
    )
    return _table(("field", *MATRIX), rows)


def _operators() -> Iterator[str]:
    for name, found in field_rows():
        wire = name.replace("*", "x")
        yield f"### {name}\n"
        rows = []
        for op in found.operators:
            contexts = [one for one in CONTEXTS if applies(found, op, one)]
            cells = (
                _row({one: column.condition(wire, op, one) for one in contexts}, contexts)
                for column in _columns()
            )
            rows.append((op, *cells))
        yield from _table(("operator", *MATRIX), rows)
        yield ""


def _actions() -> Iterator[str]:
    rows = []
    for part in PARTS:
        kinds = [kind for kind in KINDS if part in set(parts_for(kind))]
        cells = (_row({kind: column.action(part, kind) for kind in kinds}, kinds) for column in _columns())
        rows.append((part, *cells))
    yield from _table(("action", *MATRIX), rows)
    yield f"\nThe words of `then:` are {', '.join(f'`{word}`' for word in ACTIONS)}."


def _columns() -> Iterable[Column]:
    return MATRIX.values()


def _contexts(found: Field) -> Sequence[str]:
    return CONTEXTS[:2] if found.update_only else CONTEXTS


def _row(entries: Mapping[Any, Entry], places: Sequence[str]) -> str:
    """One cell of the page; where it depends on the place, what holds in which."""
    shown: dict[str, list[str]] = {}
    for place in places:
        shown.setdefault(_shown(entries[place]), []).append(place)
    if len(shown) == 1:
        return next(iter(shown))
    return "; ".join(f"{' and '.join(where)}: {text}" for text, where in shown.items())


def _shown(entry: Entry) -> str:
    sign = SIGNS[entry.cell]
    if entry.cell == "native" and entry.words:
        sign = ""
    words = f"`{entry.words}`" if entry.words and entry.holds else ""
    mark = "?" if entry.assumed else ""
    return f"{sign} {words}".strip() + mark


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(VENDOR_NAMES.get(name, name) for name in header) + " |"
    yield "|" + "---|" * len(header)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
