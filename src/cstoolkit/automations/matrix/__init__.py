"""The matrix: what of the grammar each vendor's own rules can hold. Data; compile obeys it, docs print it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from . import freshdesk, salesforce, zendesk
from .cells import CONTEXTS, Column, Context, Entry, Kind, applies, field_rows
from .parts import PARTS, parts_for, parts_of

__all__ = [
    "CONTEXTS",
    "MATRIX",
    "PARTS",
    "Column",
    "Context",
    "Entry",
    "Kind",
    "Line",
    "lines",
    "parts_for",
    "parts_of",
]

MATRIX: Mapping[str, Column] = {
    "zendesk": zendesk.COLUMN,
    "freshdesk": freshdesk.COLUMN,
    "salesforce": salesforce.COLUMN,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One cell with its place: `group` is event, actor, field or action; `where` the context or kind of rule."""

    vendor: str
    group: str
    name: str
    op: str
    where: str
    entry: Entry


def lines() -> Iterator[Line]:
    """Every cell of every vendor."""
    for vendor, column in MATRIX.items():
        for event, entry in column.events.items():
            yield Line(vendor, "event", event, "", "trigger", entry)
        for actor, row in column.actors.items():
            yield from (Line(vendor, "actor", actor, "is", context, row[context]) for context in CONTEXTS[:2])
        for name, found in field_rows():
            wire = name.replace("*", "x")
            for op in found.operators:
                for context in CONTEXTS:
                    if applies(found, op, context):
                        yield Line(vendor, "field", name, op, context, column.condition(wire, op, context))
        for kind in ("trigger", "automation", "macro"):
            yield from (
                Line(vendor, "action", part, "", kind, column.action(part, kind)) for part in parts_for(kind)
            )
