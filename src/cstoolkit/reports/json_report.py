"""The audit as JSON, and the schema that readers of it can rely on."""

import json
import math
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from importlib.resources import files
from typing import Any

from pydantic import BaseModel

from ..model.findings import AuditReport

DECIMALS = 4  # a share to a hundredth of a percent, seconds to a tenth of a millisecond
SCHEMA_FILE = "audit-report.schema.json"


def render_json(report: AuditReport) -> str:
    """The whole report: every finding, in the model's field order, free mappings sorted by key."""
    return json.dumps(_plain(report), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def report_schema() -> dict[str, Any]:
    """The JSON Schema of `render_json`'s output, made from the model."""
    schema = AuditReport.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def render_schema() -> str:
    """The text of the published schema file."""
    return json.dumps(report_schema(), ensure_ascii=False, indent=2) + "\n"


def published_schema() -> str:
    """The schema as it ships beside this module."""
    return (files(__package__) / SCHEMA_FILE).read_text(encoding="utf-8")


def _plain(value: Any) -> Any:
    match value:
        case BaseModel():
            return {name: _plain(getattr(value, name)) for name in type(value).model_fields}
        case Mapping():
            return {str(key): _plain(value[key]) for key in sorted(value, key=str)}
        case Enum():
            return _plain(value.value)
        case None | bool() | int() | str():
            return value
        case float() | Decimal():
            return _number(float(value))
        case timedelta():
            return _number(value.total_seconds())
        case date():
            return _day_or_instant(value)
        case list() | tuple() | AbstractSet():
            plain = [_plain(each) for each in value]
            return sorted(plain, key=str) if isinstance(value, AbstractSet) else plain
        case _:
            return str(value)


def _number(value: float) -> int | float | None:
    """JSON has no infinity and no not-a-number: both are null. Whole numbers lose their ".0"."""
    if not math.isfinite(value):
        return None
    rounded = round(value, DECIMALS)
    return int(rounded) if rounded.is_integer() else rounded


def _day_or_instant(value: date) -> str:
    """A datetime is a date to Python, so both come here."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        return value.isoformat()
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
