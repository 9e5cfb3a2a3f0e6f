"""Faults on purpose: which calls go wrong, and how. Same seed, same calls, same faults."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from random import Random
from typing import Any

from ..errors import ProjectError
from .http import Record

KINDS: Mapping[str, str] = {
    "429": "refused as over the limit, nothing done; `seconds` is Retry-After",
    "500": "an error of the vendor, nothing done",
    "503": "unavailable, nothing done; `seconds` is Retry-After",
    "expired": "401: the session or token is no longer good",
    "reset": "the connection is cut before anything is done",
    "lost": "the call is done, then the connection is cut: the caller cannot know",
    "half_body": "the call is done, and half of the answer arrives",
    "wrong_type": "the call is done, and the answer is a page of HTML with status 200",
    "slow": "the answer comes after so many real `seconds`",
    "job_half_fails": "every second item of the bulk job that the call starts fails",
    "skew": "the account's clock is off by `seconds` for this call, its Date header too",
}


STATUSES = range(400, 600)
"""Besides: a status as the kind refuses the call with it, in the vendor's own words where it has some."""


def is_status(kind: str) -> bool:
    return kind.isascii() and kind.isdigit() and int(kind) in STATUSES


@dataclass(frozen=True)
class Fault:
    """One order. `route` is a pattern as `PUT /api/v2/tickets/*`; `nth` counts the calls it matches from 1.

    Without `nth` each matching call fails with `probability`, drawn from `seed`. `times` is how often in all.
    """

    kind: str
    route: str = "*"
    account: str = "*"
    nth: tuple[int, ...] = ()
    probability: float = 1.0
    seed: int = 0
    times: int | None = None
    seconds: float = 1.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS and not is_status(self.kind):
            raise ProjectError(
                f'there is no fault "{self.kind}"',
                hint=f"faults are: {', '.join(KINDS)}, or a status from 400 to 599",
            )
        if not 0 <= self.probability <= 1:
            raise ProjectError(f"a probability is from 0 to 1, not {self.probability}")

    @classmethod
    def from_record(cls, record: Any) -> "Fault":
        """ProjectError for what is no fault."""
        if not isinstance(record, dict):
            raise ProjectError("a fault is a mapping", hint='as {"kind": "429", "nth": [2]}')
        unknown = set(record) - set(cls.__dataclass_fields__)
        if unknown or "kind" not in record:
            raise ProjectError(
                f"not a fault: {record}", hint=f"its keys are: {', '.join(cls.__dataclass_fields__)}"
            )
        try:
            return cls(**record | {"kind": str(record["kind"]), "nth": tuple(record.get("nth", ()))})
        except TypeError as error:
            raise ProjectError(f"not a fault: {record}") from error

    def as_record(self) -> Record:
        return asdict(self)


class _Armed:
    """A fault and how many calls it has seen."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.seen = 0
        self.done = 0
        self._dice = Random(fault.seed)  # noqa: S311 - it decides which call fails, not who gets in

    def strikes(self, account: str, target: str) -> bool:
        fault = self.fault
        if not fnmatchcase(account, fault.account) or not fnmatchcase(target, fault.route):
            return False
        self.seen += 1
        if fault.times is not None and self.done >= fault.times:
            return False
        hit = self.seen in fault.nth if fault.nth else self._dice.random() < fault.probability
        self.done += hit
        return hit


class Faults:
    """The faults of a sandbox. At most one strikes a call: the first that was added."""

    def __init__(self) -> None:
        self._armed: list[_Armed] = []

    def add(self, fault: Fault) -> None:
        self._armed.append(_Armed(fault))

    def clear(self) -> None:
        self._armed.clear()

    def strike(self, account: str, target: str) -> Fault | None:
        struck = [armed.fault for armed in self._armed if armed.strikes(account, target)]
        return struck[0] if struck else None

    def as_records(self) -> list[Record]:
        return [armed.fault.as_record() | {"seen": armed.seen, "done": armed.done} for armed in self._armed]
