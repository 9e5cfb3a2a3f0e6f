"""Rules as the API lists them, made to NativeRules for the engine."""

from collections.abc import Iterable, Mapping

from ...model.rules import NativeRule
from ..trace import Record
from .keys import key

NOT_BODY = frozenset(
    {"id", "url", "active", "position", "created_at", "updated_at", "default", "category_id"}
)


def native_rules(
    kind: str, records: Iterable[Record], categories: Mapping[str, int] | None = None
) -> tuple[NativeRule, ...]:
    """`categories` are positions of trigger categories by id; a rule of an unknown one comes first."""
    return tuple(_native(kind, record, categories or {}) for record in records)


def _native(kind: str, record: Record, categories: Mapping[str, int]) -> NativeRule:
    position = int(record.get("position") or 0)
    category = categories.get(key(record.get("category_id")) or "", 0)
    return NativeRule(
        vendor="zendesk",
        kind=kind,
        key=None,
        id=key(record.get("id")),
        title=str(record.get("raw_title") or record.get("title") or ""),
        active=bool(record.get("active", True)),
        body={name: value for name, value in record.items() if name not in NOT_BODY},
        order=(category, position) if kind == "trigger" else (position,),
    )
