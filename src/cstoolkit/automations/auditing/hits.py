"""Runs checks over a scope: what they object to, or why they cannot run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..checks import Check, ChosenCheck, Hit, Question
from ..checks.check import POPULATIONS
from ..checks.needs import missing
from .scope import Scope


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one check on one connection: its hits in order of their ids, or a reason for none."""

    chosen: ChosenCheck
    connection: str
    hits: tuple[Hit, ...] = ()
    unavailable: str | None = None


def run_check(chosen: ChosenCheck, scope: Scope) -> Outcome:
    """Run one check. It is unavailable where the data lacks what it needs, never silently empty."""
    check = chosen.check
    connection = scope.store.connection
    question = Question(scope.query, chosen.settings, POPULATIONS[check.population])
    reason = missing(check.needs, query=scope.query, streams=scope.store.streams)
    if reason is None and check.lacks is not None:
        reason = check.lacks(question)
    if reason is None and check.clock == "business":
        reason = scope.no_business_clock
    if reason is None and check.population == "solved":
        reason = _no_solved_ones(scope)
    if reason is not None:
        return Outcome(chosen, connection, unavailable=reason)
    found = check.search(question) if check.search else _matching(check, question)
    return Outcome(chosen, connection, tuple(sorted(found, key=lambda hit: hit.object_id)))


def _matching(check: Check, question: Question) -> list[Hit]:
    bound: dict[str, Any] = {}
    # Evidence may use fewer parameters than the predicate, and binding one that is not used is an error.
    texts = (check.where, *check.evidence.values())
    used = [name for name in check.parameters if any(f"{{{name}}}" in text for text in texts)]
    values = {name: question.settings.sql(name, bound) for name in used}
    evidence = "".join(f", {text.format_map(values)}" for text in check.evidence.values())
    sql = (
        f"SELECT t.ticket_id{evidence} FROM audited t"
        f" WHERE {question.population} AND ({check.where.format_map(values)})"
    )
    names = tuple(check.evidence)
    return [Hit(row[0], _present(names, row[1:])) for row in question.query(sql, bound)]


def _present(names: tuple[str, ...], values: tuple[Any, ...]) -> Mapping[str, Any]:
    return {name: value for name, value in zip(names, values, strict=True) if value is not None}


def _no_solved_ones(scope: Scope) -> str | None:
    """A selection of unsolved tickets would make every check of solved ones look clean."""
    if not scope.narrowed or scope.query(
        f"SELECT 1 FROM audited t WHERE {POPULATIONS['solved']} LIMIT 1", {}
    ):
        return None
    return "`select` leaves out every solved ticket; without `select` this check sees them"
