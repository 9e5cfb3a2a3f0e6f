"""Rules as the API lists them, made to NativeRules for the engine."""

from collections.abc import Iterable

from ...model.rules import NativeRule
from ..trace import Record
from .keys import key

BODY = ("performer", "events", "conditions", "operator", "actions")


def native_rules(type: int, records: Iterable[Record]) -> tuple[NativeRule, ...]:
    """`type` is 1 for creation, 3 for hourly, 4 for updates: a rule read back may not say it."""
    return tuple(_native(type, record) for record in records)


def _native(type: int, record: Record) -> NativeRule:
    return NativeRule(
        vendor="freshdesk",
        kind=f"rule_{type}",
        key=None,
        id=key(record.get("id")),
        title=str(record.get("name") or ""),
        active=bool(record.get("active", True)),
        body={name: record[name] for name in BODY if name in record},
        order=(int(record.get("position") or 0),),
    )
