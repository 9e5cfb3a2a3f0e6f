"""Zendesk's background jobs: started, watched to their end, and what they say of each item.

https://developer.zendesk.com/api-reference/ticketing/ticket-management/job_statuses/
"""

from collections.abc import Callable, Sequence

from ...errors import UnavailableError
from ...timekeeping import Clock
from ..bulk import Verdict
from ..rate_budget import Place
from . import wire
from .client import MANY, ZendeskClient
from .lookups import Record

PATIENCE = 1800.0  # seconds for which a job is watched
SLOWEST = 5.0  # seconds between two looks at all jobs of the account
LOOKS = 2  # calls' worth of time between two looks at jobs
LATE = 0.08  # the part of a job's time by which its end may be noticed late
OVER = {"completed", "failed", "killed"}


class ZendeskJobs:
    """Jobs of one account. No more than the account may have at once are started, by all our processes."""

    def __init__(self, client: ZendeskClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._places: dict[str, list[Place]] = {}
        self._over: dict[str, Record] = {}

    def start(self, call: Callable[[], Record]) -> str:
        """Start a job when there is room for one; its id. Raises what the call raises."""
        places = self._room()
        try:
            ref = str(call()["id"])
        except BaseException:
            self._client.transport.budget.answered(places)
            raise
        self._places[ref] = places
        return ref

    def wait(self, refs: Sequence[str]) -> list[Record]:
        """The jobs when they are over, looked at together. One that Zendesk no longer knows is left out."""
        started = self._clock.now().timestamp()
        open_refs = self._look(refs)
        while open_refs:
            passed = self._clock.now().timestamp() - started
            self._patience(passed, open_refs)
            self._client.transport.pause(_under_way(open_refs), max(self._glance, passed * LATE))
            open_refs = self._look(open_refs)
        return [self._over.pop(ref) for ref in refs if ref in self._over]

    @property
    def _glance(self) -> float:
        """Seconds between two looks: a look is a call, and a small plan has few."""
        return max(1.0, 60 * LOOKS / self._client.transport.budget.size(wire.ACCOUNT))

    def _room(self) -> list[Place]:
        """A place among the account's jobs.

        While we have jobs of our own, their end makes the room: two processes that each hold places and wait
        for more would wait for ever.
        """
        started = self._clock.now().timestamp()
        while self._places:
            places = self._client.transport.budget.try_take([wire.JOBS])
            if places is not None:
                return places
            ours = list(self._places)
            self._patience(self._clock.now().timestamp() - started, ours)
            self._client.transport.pause(_under_way(ours), self._glance)
            self._look(ours)
        return self._client.transport.take([wire.JOBS])

    def _look(self, refs: Sequence[str]) -> list[str]:
        """Those of the jobs that are not over; the others are kept, and their places given back."""
        asked = [ref for ref in refs if ref not in self._over]
        jobs = {str(job["id"]): job for part in _parts(asked) for job in self._client.jobs(part)}
        for ref in asked:
            # A job that Zendesk no longer knows was over long ago.
            if ref not in jobs or jobs[ref]["status"] in OVER:
                self._client.transport.budget.answered(self._places.pop(ref, []))
                self._over |= {ref: jobs[ref]} if ref in jobs else {}
        return [ref for ref in asked if ref in jobs and ref not in self._over]

    def drain(self) -> None:
        """Wait until no job of the account is under way, whoever started it."""
        started = self._clock.now().timestamp()
        while working := [job for job in self._client.all_jobs() if job["status"] not in OVER]:
            refs = [str(job["id"]) for job in working]
            self._patience(self._clock.now().timestamp() - started, refs)
            self._client.transport.pause(_under_way(refs), SLOWEST)

    def _patience(self, passed: float, refs: Sequence[str]) -> None:
        if passed > PATIENCE:
            raise UnavailableError(
                f"Zendesk has not finished its jobs after {PATIENCE:.0f} s: {', '.join(refs)}",
                vendor=wire.VENDOR,
                hint="run it again later: what is done is not repeated",
            )


def verdicts_of(job: Record) -> dict[str, Verdict]:
    """By item id. A job with failed items is `completed` like any other: only its results tell."""
    results = job.get("results")
    if not isinstance(results, list):
        return {}
    return {str(one["id"]): _verdict(one) for one in results if one.get("id") is not None}


def _verdict(one: Record) -> Verdict:
    if one.get("success"):
        return Verdict("done")
    told = [one.get("error"), one.get("details"), one.get("errors"), one.get("title")]
    error = ": ".join(str(part) for part in told if part)
    return Verdict(
        "conflict" if "conflict" in error.lower() else "refused", error or "refused without a reason"
    )


def _parts(refs: Sequence[str]) -> list[Sequence[str]]:
    return [refs[start : start + MANY] for start in range(0, len(refs), MANY)]


def _under_way(refs: Sequence[str]) -> str:
    return f"{len(refs)} jobs under way"
