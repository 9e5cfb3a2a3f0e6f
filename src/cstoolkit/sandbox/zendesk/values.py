"""How the vendor writes instants, and reads what clients write."""

import re
from datetime import UTC, datetime
from typing import Any

from .refusals import bad_attribute

_NOT_A_TAG = re.compile(r"[\s,]+")


def stamp(at: datetime) -> str:
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return f"{utc.isoformat()[:19]}Z"  # several times as fast as strftime, and a seed has millions


def seconds(at: datetime) -> int:
    return int(at.timestamp())


def instant(text: str) -> datetime:
    """ValueError for what is no instant."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def stamped(value: Any) -> Any:
    """An instant in the vendor's form, as far as it is one; two spellings of one instant compare equal."""
    try:
        return stamp(instant(value))
    except (TypeError, ValueError):
        return value


def read_ids(text: str | None, name: str = "ids") -> list[int]:
    """`1,2,3`. A refusal for anything else."""
    parts = [part.strip() for part in (text or "").split(",") if part.strip()]
    if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        raise bad_attribute(name, f"Invalid parameter: {name} must be a comma separated list of integers")
    return [int(part) for part in parts]


def read_tags(value: Any, *, normal: bool) -> list[str]:
    """Tags from a list or a bare string; sorted, each once. `normal`: lower case, split at blanks."""
    parts = value if isinstance(value, list) else [value]
    texts = [str(part) for part in parts if part is not None]
    if normal:
        texts = [piece for text in texts for piece in _NOT_A_TAG.split(text.lower())]
    return sorted({text for text in texts if text})
