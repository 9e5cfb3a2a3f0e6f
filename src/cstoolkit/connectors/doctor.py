"""One connection looked at from all sides: secrets, address, credential, rights, limits, store. Nothing is written."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from ..errors import AuthenticationError, CstoolkitError, UnavailableError
from ..store.health import StateHealth, StoreHealth, state_health, store_health
from ..timekeeping import Clock
from . import open_named
from .examination import Examination, Point
from .named import Named
from .transport import OnWait

EXAMINERS: Mapping[str, str] = {
    "local": ".local.doctor", "zendesk": ".zendesk.doctor", "freshdesk": ".freshdesk.doctor",
}  # fmt: skip
"""Vendor -> the module whose `examine(desk, clock)` looks at it. A vendor without one is opened only."""

TOLERATED_S = 30.0
"""Between the vendor's clock and ours; more than that, and "changed since" may miss something."""

_SECRET = re.compile(r"\$\{secret\.([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Checkup:
    """All that was found of a connection."""

    named: Named
    points: tuple[Point, ...]
    examination: Examination | None
    store: StoreHealth
    state: StateHealth

    @property
    def failed(self) -> bool:
        return any(one.state == "failed" for one in self.points)


def check_up(named: Named, *, clock: Clock, on_wait: OnWait | None = None) -> Checkup:
    """Look at a connection. What is wrong becomes a point of the checkup, and nothing is raised for it."""
    points = list(_secrets(named))
    examination = None
    if not points:
        examination, point = _examined(named, clock, on_wait)
        points += [point, *(_told(examination) if examination else ())]
    store, state = store_health(named.store), state_health(named.state, named.store)
    points += [_of_store(named, store), _of_state(state)]
    return Checkup(named, tuple(points), examination, store, state)


def _secrets(named: Named) -> Iterator[Point]:
    """Every secret that is not set, at once."""
    wanted = dict.fromkeys(
        name for value in named.connection.auth.values() for name in _SECRET.findall(value)
    )
    for name in wanted:
        if name not in os.environ and f"{name}_FILE" not in os.environ:
            hint = f"set the environment variable {name}, or {name}_FILE to a file that holds it"
            yield Point("secret", "failed", f"{name} is not set", hint)


def _examined(named: Named, clock: Clock, on_wait: OnWait | None) -> tuple[Examination | None, Point]:
    module = EXAMINERS.get(named.vendor)
    try:
        with ExitStack() as stack:
            desk = open_named(named, clock=clock, on_wait=on_wait)
            if isinstance(desk, AbstractContextManager):
                stack.enter_context(desk)
            if module is None:
                return None, Point(
                    "account", "limited", f"of {named.vendor} only the credential is looked for"
                )
            examine: Callable[[Any, Clock], Examination] = import_module(module, __package__).examine
            found = examine(desk, clock)
    except AuthenticationError as error:
        return None, Point("credential", "failed", str(error), error.hint)
    except UnavailableError as error:
        return None, Point("address", "failed", str(error), error.hint)
    except CstoolkitError as error:
        return None, Point("account", "failed", str(error), error.hint)
    said = f"{named.address} answers" + (f"; we are {found.who}, {found.role}" if found.who else "")
    return found, Point("account", "ok", said)


def _told(found: Examination) -> Iterator[Point]:
    yield from found.points
    if found.features:
        told = ", ".join(name if there else f"no {name}" for name, there in found.features.items())
        yield Point("features", "ok", told)
    for limit in found.limits:
        yield Point(
            "limit", "ok", f"{limit.name}: {limit.per_minute} a minute, {limit.left} of them free for us now"
        )
    if found.skew_s is not None:
        way = "ahead of" if found.skew_s > 0 else "behind"
        said = f"ours is {abs(found.skew_s):,.1f} s {way} the vendor's"
        if abs(found.skew_s) > TOLERATED_S:
            yield Point(
                "clock", "limited", said, "set this machine's clock; changes may be read late or twice"
            )
        else:
            yield Point("clock", "ok", said)
    if found.history:
        yield Point(
            "quality", "ok", ", ".join(f"{name} {quality}" for name, quality in found.history.items())
        )


def _of_store(named: Named, health: StoreHealth) -> Point:
    if health.size is None:
        hint = None if named.vendor == "local" else f"cstoolkit sync {named.name}"
        return Point("store", "limited", f"there is no {health.path}", hint)
    if health.busy:
        return Point("store", "limited", str(health.problem), "somebody works with it; look again later")
    if health.problem:
        return Point("store", "failed", health.problem, "move it away and sync again")
    said = f"{health.path}, {health.size / 1e6:,.1f} MB, {health.tickets:,} tickets"
    if health.as_of:
        said += f" as of {health.as_of:%Y-%m-%d %H:%M} UTC"
    if health.torn:
        return Point(
            "store",
            "limited",
            f"{said}; not complete: {', '.join(health.torn)}",
            f"cstoolkit sync {named.name}",
        )
    return Point("store", "ok", said)


def _of_state(health: StateHealth) -> Point:
    if not health.exists:
        return Point("state", "ok", f"there is no {health.path} yet")
    if health.problem:
        return Point(
            "state",
            "failed",
            f"{health.path}: {health.problem}",
            "move it away; the next run makes a new one",
        )
    if health.holder and health.holder_alive:
        return Point("state", "ok", f"{health.path}; the store is in use by {health.holder}")
    said = str(health.path)
    if health.holder:
        said += f"; {health.holder} died with the lock, the next run takes it over"
    if health.unsettled:
        return Point(
            "state", "limited", f"{said}; {health.unsettled:,} changes were sent and never answered",
            "run what was interrupted again: it looks them up",
        )  # fmt: skip
    return Point("state", "ok", said)
