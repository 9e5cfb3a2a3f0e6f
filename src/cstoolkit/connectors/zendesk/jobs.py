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
SLOWEST = 5.0  # seconds between two looks at jobs
OVER = {"completed", "failed", "killed"}


class ZendeskJobs:
    """Jobs of one account. No more than the account may have at once are started, by all our processes."""

    def __init__(self, client: ZendeskClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._places: dict[str, list[Place]] = {}

    def start(self, call: Callable[[], Record]) -> str:
        """Start a job when there is room for one; its id. Raises what the call raises."""
        places = self._client.transport.take([wire.JOBS])
        try:
            ref = str(call()["id"])
        except BaseException:
            self._client.transport.budget.answered(places)
            raise
        self._places[ref] = places
        return ref

    def wait(self, refs: Sequence[str]) -> list[Record]:
        """The jobs when they are over, looked at together. One that Zendesk no longer knows is left out."""
        over: list[Record] = []
        open_refs, pause = list(refs), 1.0
        until = self._clock.now().timestamp() + PATIENCE
        while open_refs:
            jobs = [job for part in _parts(open_refs) for job in self._client.jobs(part)]
            for job in jobs:
                if job["status"] in OVER:
                    over.append(job)
                    self._free(str(job["id"]))
            told = {str(job["id"]): job["status"] for job in jobs}
            # A job that Zendesk no longer knows was over long ago.
            open_refs = [ref for ref in open_refs if ref in told and told[ref] not in OVER]
            if open_refs:
                self._patience(until, open_refs)
                self._client.transport.pause(f"{len(open_refs)} jobs under way", pause)
                pause = min(SLOWEST, pause * 1.5)
        return over

    def drain(self) -> None:
        """Wait until no job of the account is under way, whoever started it."""
        until = self._clock.now().timestamp() + PATIENCE
        while working := [job for job in self._client.all_jobs() if job["status"] not in OVER]:
            self._patience(until, [str(job["id"]) for job in working])
            self._client.transport.pause(f"{len(working)} jobs under way", SLOWEST)

    def _free(self, ref: str) -> None:
        self._client.transport.budget.answered(self._places.pop(ref, []))

    def _patience(self, until: float, refs: Sequence[str]) -> None:
        if self._clock.now().timestamp() > until:
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
