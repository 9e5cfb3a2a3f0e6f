"""What a look at an account found: who we are there, what we may read, what is left of its limits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ..errors import AuthenticationError, NotFoundError, RejectedError
from ..model.ticket import Quality

State = Literal["ok", "limited", "failed"]


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that was tried. `limited`: it works without, but less. `said` is shown, nothing secret in it."""

    about: str
    state: State
    said: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class LimitLeft:
    """A limit of the account in calls a minute, and how many could be made now by us."""

    name: str
    per_minute: int | None
    left: int | None


@dataclass(frozen=True, slots=True)
class Examination:
    """An account as its credential sees it. `skew_s`: how many seconds our clock is ahead of the vendor's."""

    who: str | None
    role: str | None
    points: tuple[Point, ...]
    features: Mapping[str, bool] = field(default_factory=dict)
    history: Mapping[str, Quality] = field(default_factory=dict)
    limits: tuple[LimitLeft, ...] = ()
    skew_s: float | None = None


def tried(about: str, read: Callable[[], object], *, without: str, hint: str | None = None) -> Point:
    """Read something harmless. What is refused or not there is `limited`, and `without` says what that means.

    Raises UnavailableError and all else that is no answer.
    """
    try:
        read()
    except (AuthenticationError, NotFoundError, RejectedError) as error:
        return Point(about, "limited", f"{without} ({_short(error)})", hint or error.hint)
    return Point(about, "ok", "can be read")


def _short(error: Exception) -> str:
    """`Zendesk answered 403: ...` without the path before it."""
    text = str(error)
    return text.partition(": ")[2] or text
