"""The one place that asks the system for the time; everything below `cli` takes it as an argument."""

from datetime import UTC, datetime


def system_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)
