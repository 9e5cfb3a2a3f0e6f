"""What is planted in a demo: the truth that audits and figures can be held against.

A truth is judged from what the life did, kept in the record's own counters, never from the events. Ids
come as cases with the facts that define them. Kinds with `complete=True` name every ticket of the helpdesk
to which the definition applies; the others name some that stay findings under any sensible limit or calendar.
Gone tickets (deleted, spam, merged away) are in the kinds of their own only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .fields import HOLD_REASON, ISSUE_KEY, PRODUCT_AREA


@dataclass(frozen=True, slots=True)
class Case:
    """One planted object. `status` is the ticket's category at `as_of`; `fact` is the defining number or id."""

    id: str
    status: str | None
    fact: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of plant. `reported` false: it looks like a finding of `check` and is none."""

    about: str
    check: str | None = None
    complete: bool = True
    reported: bool = True


@dataclass(frozen=True, slots=True)
class Planted:
    """All that is planted in one helpdesk, by kind; `KINDS` explains each. Unused kinds have no cases."""

    cases: Mapping[str, tuple[Case, ...]]

    def ids(self, kind: str, *statuses: str) -> tuple[str, ...]:
        """Ids in ticket order, of these status categories only if any are given."""
        return tuple(case.id for case in self.cases[kind] if not statuses or case.status in statuses)


KINDS: Mapping[str, Kind] = {
    "unassigned": Kind("unsolved for 10 days and more, nobody assigned", "BA001", complete=False),
    "no_group": Kind("unsolved and in no group", "BA002"),
    "forgotten_group": Kind("unsolved in the group that has no active member", "BA003"),
    "agent_gone": Kind("unsolved with an agent who left, was suspended or is no agent any more", "BA004"),
    "no_first_reply": Kind(
        "unsolved for 10 days and more, no reply, no promise kept", "BA007", complete=False
    ),
    "customer_waiting": Kind(
        "new or open, a customer wrote last, 7 days ago or more", "BA008", complete=False
    ),
    "stale_pending": Kind("pending for 10 days and more, not a word since", "BA014", complete=False),
    "reminded": Kind("pending, and reminded in that spell", "BA014", reported=False),
    "hold_without_reason": Kind(
        f"on hold; no problem linked, {HOLD_REASON} and {ISSUE_KEY} are empty", "BA016"
    ),
    "hold_with_reason": Kind(
        f"on hold with a problem, {HOLD_REASON} or {ISSUE_KEY}", "BA016", reported=False
    ),
    "problem_solved": Kind("linked to a problem that was solved 2 days ago or more", "BA018"),
    "reopened_often": Kind("reopened twice and more", "BA020"),
    "ping_pong": Kind(
        "4 changes of group and more, or 2 returns (A-B-A; A-B-A-B has two), by people", "BA021"
    ),
    "rule_ping_pong": Kind("4 changes of group and more, but by rules", "BA021", reported=False),
    "many_owners": Kind("4 agents and more held it", "BA022"),
    "aged": Kind("unsolved for 30 days and more", "BA023"),
    "dead_thread": Kind("new or open, no event for 10 days and more", "BA024"),
    "duplicate": Kind("unsolved, and so is the pair: same requester, same words, within 8 hours", "BA029"),
    "second_question": Kind(
        "unsolved pairs of one requester about different matters", "BA029", reported=False
    ),
    "field_missing": Kind(f"{PRODUCT_AREA} is empty, solved or not", "BA031"),
    "solved_unread": Kind("solved or closed by an agent, nobody ever replied", "BA033"),
    "solved_by_rule": Kind("solved by a rule as automatic mail, no reply", "BA033", reported=False),
    "card_number": Kind("a card number in: text, comment, note, subject, attachment", "BA039"),
    "card_look_alike": Kind("a number that only looks like a card", "BA039", reported=False),
    "iban": Kind("an IBAN in the first message", "BA040", complete=False),
    "reopened": Kind("reopened at least once"),
    "thanks_reopen": Kind("reopened by a thank-you"),
    "bad_rating": Kind("rated bad"),
    "incident": Kind("linked to the outage's problem ticket"),
    "problem": Kind("the outage's problem ticket"),
    "two_schedules": Kind("two calendars and more over its life"),
    "merged": Kind("merged into the ticket in the fact"),
    "spam": Kind("deleted as spam"),
    "deleted": Kind("deleted"),
    "restored": Kind("deleted and restored"),
    "group_without_members": Kind("groups (not tickets) without an active member", "BA003"),
    "departed_agent": Kind("agents (not tickets) who left, are suspended or no agents any more", "BA004"),
}


def gather(marks: Iterable[tuple[str, Case]]) -> Planted:
    cases: dict[str, list[Case]] = {kind: [] for kind in KINDS}
    for kind, case in marks:
        cases[kind].append(case)
    return Planted({kind: tuple(found) for kind, found in cases.items()})
