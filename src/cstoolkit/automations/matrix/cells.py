"""What a cell of the matrix is, and how a vendor's column is written down."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ...model.fields import FIELDS, Field, find_field
from ...model.gaps import Cell
from ...model.operators import FieldType

Context = Literal["created", "updated", "automation"]
"""Where a condition stands: a trigger on nothing but creation, any other trigger, an automation."""
CONTEXTS: tuple[Context, ...] = ("created", "updated", "automation")
Kind = Literal["trigger", "automation", "macro"]
KINDS: tuple[Kind, ...] = ("trigger", "automation", "macro")
RANK: Mapping[Cell, int] = {"native": 0, "rewritten": 1, "client": 2, "impossible": 3}


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell. `words` are the vendor's own, where there are any.

    `assumed`: it rests on a fact that no document proves. `unseen`: the vendor's screen has it, but its name on
    the wire is not known, so it is our runner's. `nearest` is the next thing that works.
    """

    cell: Cell
    words: str = ""
    nearest: str | None = None
    assumed: bool = False
    unseen: bool = False

    @property
    def holds(self) -> bool:
        """The vendor's own rules can do it."""
        return RANK[self.cell] < RANK["client"]


def native(words: str = "", *, assumed: bool = False) -> Entry:
    return Entry("native", words, assumed=assumed)


def rewritten(words: str = "", *, assumed: bool = False) -> Entry:
    return Entry("rewritten", words, assumed=assumed)


def client(nearest: str | None = None, *, words: str = "") -> Entry:
    return Entry("client", words, nearest)


def unseen(words: str = "", nearest: str | None = None) -> Entry:
    return Entry("client", words, nearest, unseen=True)


def impossible(nearest: str | None = None, *, words: str = "") -> Entry:
    return Entry("impossible", words, nearest)


Row = Mapping[Context, Entry]


def everywhere(entry: Entry) -> Row:
    return dict.fromkeys(CONTEXTS, entry)


def in_triggers(entry: Entry, automation: Entry) -> Row:
    return {"created": entry, "updated": entry, "automation": automation}


def in_automations(entry: Entry, trigger: Entry) -> Row:
    return {"created": trigger, "updated": trigger, "automation": entry}


def on_created(entry: Entry, otherwise: Entry) -> Row:
    return {"created": entry, "updated": otherwise, "automation": otherwise}


@dataclass(frozen=True)
class Column:
    """One vendor. A cell of a field and an operator is `exceptions`, else the worse of the two tables.

    `operators` are by type and operator, or by "*" and operator. `actions` are one entry, or one a kind of rule.
    """

    events: Mapping[str, Entry]
    actors: Mapping[str, Row]
    fields: Mapping[str, Row]
    operators: Mapping[tuple[FieldType | Literal["*"], str], Entry | Row]
    actions: Mapping[str, Entry | Mapping[Kind, Entry]]
    exceptions: Mapping[tuple[str, str], Entry | Row] = field(default_factory=dict)

    def condition(self, name: str, op: str, context: Context) -> Entry:
        """The cell of a test. Raises KeyError for a field or an operator that is not in the grammar."""
        found = find_field(name)
        if found is None or op not in found.operators:
            raise KeyError(f"{name} {op}")
        family = name if name in FIELDS else _family(name)
        special = self.exceptions.get((family, op))
        if special is not None:
            return _at(special, context)
        of_field = self.fields[family][context]
        return worse(of_field, _at(self._operator(found, op), context))

    def _operator(self, found: Field, op: str) -> Entry | Row:
        return self.operators.get((found.type, op)) or self.operators.get(("*", op)) or native()

    def action(self, part: str, kind: Kind) -> Entry:
        """The cell of a part of an action, such as "set.status" or "notify.group"."""
        found = self.actions[part]
        return found if isinstance(found, Entry) else found[kind]


def worse(a: Entry, b: Entry) -> Entry:
    """Of a field and an operator: what both can do, with the words of the field."""
    if RANK[b.cell] > RANK[a.cell]:
        words = f"{a.words} {b.words}".strip() if b.holds else b.words
        return Entry(b.cell, words, b.nearest, a.assumed or b.assumed, b.unseen)
    words = f"{a.words} {b.words}".strip() if a.holds and b.holds else a.words
    assumed = a.assumed or (b.assumed and a.holds)
    return Entry(a.cell, words, a.nearest or b.nearest, assumed, a.unseen)


def _at(entry: Entry | Row, context: Context) -> Entry:
    return entry if isinstance(entry, Entry) else entry[context]


def _family(name: str) -> str:
    return f"{name.partition('custom.')[0]}custom.*"


def field_rows() -> Iterator[tuple[str, Field]]:
    """Every row of conditions: the fields, and one for each family of custom fields."""
    yield from FIELDS.items()
    for owner in ("", "requester.", "organization."):
        custom = find_field(f"{owner}custom.x")
        assert custom is not None
        yield f"{owner}custom.*", custom


def applies(found: Field, op: str, context: Context) -> bool:
    """Whether the test may stand there at all: what is about an update is in triggers only."""
    from ...model.operators import OPERATORS

    return context != "automation" or not (found.update_only or OPERATORS[op].update_only)
