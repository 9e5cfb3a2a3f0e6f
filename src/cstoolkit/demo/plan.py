"""Which life each ticket gets.

Numbers are dealt from decks: each deck holds every life as often as its share says and is shuffled by
(seed, deck number). So shares are exact in small helpdesks, and ticket i never depends on a ticket drawn
before it. Tickets of the last weeks come from another deck than older ones: a team's backlog is mostly
young, with a long tail.
"""

from dataclasses import dataclass

from .arrivals import Arrivals
from .calendars import DAY
from .dice import noise

_SOLVED_SHARES = {
    "asked": 24, "parked": 8, "escalated": 12, "misrouted": 4, "handed_over": 4, "thanked": 8, "reopened": 6,
    "reopened_often": 1, "ping_pong": 1, "rule_ping_pong": 1, "many_owners": 2, "bulk_solved": 3,
    "auto_solved": 3, "spam": 4, "deleted": 1, "restored": 1, "merged": 3, "follow_up": 1, "proactive": 2,
    "card": 1, "card_reply": 1, "card_note": 1,
}  # fmt: skip
_OLDEST_SHARES = _SOLVED_SHARES | {
    "unassigned": 1, "waiting": 2, "stale_pending": 1, "hold_reason": 1, "hold_silent": 1, "agent_gone": 1,
    "forgotten": 1, "dead": 1,
}  # fmt: skip
_OLD_SHARES = _SOLVED_SHARES | {
    "unassigned": 2, "no_reply": 2, "waiting": 5, "stale_pending": 3, "reminded": 1, "hold_reason": 3,
    "hold_silent": 1, "agent_gone": 2, "forgotten": 1, "dead": 4, "reopened_open": 1, "card_open": 1,
}  # fmt: skip
_FRESH_SHARES = {
    "asked": 6, "parked": 3, "escalated": 4, "misrouted": 1, "handed_over": 1, "thanked": 3, "reopened": 2,
    "bulk_solved": 1, "auto_solved": 1, "spam": 2, "merged": 1, "proactive": 1, "card": 1, "card_note": 1,
    "unassigned": 7, "no_reply": 4, "waiting": 7, "stale_pending": 5, "reminded": 1, "hold_reason": 3,
    "hold_silent": 2, "agent_gone": 1, "forgotten": 1, "no_group": 1, "duplicate": 2, "second_question": 1,
    "dead": 4, "reopened_open": 1, "ping_pong_open": 1, "rule_ping_pong_open": 1, "owners_open": 1,
    "card_open": 1,
}  # fmt: skip

PARTNERS = {
    "duplicate": "unassigned",
    "second_question": "unassigned",
    "merged": "survivor",
    "follow_up": "plain",
}
"""Lives told about the ticket before, by the same requester, and the life that one then has."""


def _deck(shares: dict[str, int], size: int) -> tuple[str, ...]:
    lives = [life for life, count in shares.items() for _ in range(count)]
    return (*lives, *["plain"] * (size - len(lives)))


# Up to which age in seconds, and the deck. The sizes are even and multiples of five, see `_STEPS`.
_DECKS = (
    (40 * DAY, _deck(_FRESH_SHARES, 100)),
    (150 * DAY, _deck(_OLD_SHARES, 200)),
    (None, _deck(_OLDEST_SHARES, 200)),
)
# Odd and not divisible by five: multiplying by one of them shuffles a deck of 100 or 200.
_STEPS = (3, 7, 11, 13, 17, 19, 23, 27, 29, 31, 37, 39, 41, 43, 47, 49, 51, 53, 57, 59, 61, 63, 67, 69)


@dataclass(frozen=True, slots=True)
class Plan:
    """The lives of one helpdesk. `problem` is the number of the outage's problem ticket, None without."""

    arrivals: Arrivals
    problem: int | None

    def life(self, number: int) -> str:
        if self.is_paired(number + 1):
            return PARTNERS[self._dealt(number + 1)]
        life = self._dealt(number)
        return "plain" if life in PARTNERS and not self.is_paired(number) else life

    def is_paired(self, number: int) -> bool:
        """Whether this ticket comes from the requester of the ticket before.

        Of neighbours that would both, only the last one does.
        """
        return (
            0 < number < self.arrivals.tickets
            and self._dealt(number) in PARTNERS
            and self._dealt(number + 1) not in PARTNERS
            and self._dealt(number - 1) not in {"problem", "incident"}
        )

    def _dealt(self, number: int) -> str:
        arrivals = self.arrivals
        if number >= arrivals.tickets:
            return "plain"
        if number == self.problem:
            return "problem"
        at = arrivals.at(number)
        if self.problem is not None and arrivals.in_outage(at) and noise(arrivals.seed, number, 3) < 0.7:
            return "incident"
        age = arrivals.end - at
        salt, deck = next(
            (salt, deck) for salt, (oldest, deck) in enumerate(_DECKS) if oldest is None or age < oldest
        )
        size = len(deck)
        turn = noise(arrivals.seed, number // size, 40 + salt)
        step = _STEPS[int(turn * len(_STEPS))]
        return deck[(number * step + int(turn * 7919)) % size]


def make_plan(arrivals: Arrivals) -> Plan:
    """The problem ticket is the first to arrive in the outage."""
    number = arrivals.first_after(arrivals.outage_at)
    found = number < arrivals.tickets and arrivals.in_outage(arrivals.at(number))
    return Plan(arrivals, number if found else None)
