"""Which life each ticket gets.

Numbers are dealt from decks: a deck of a thousand holds every life as often as its share says, and each
thousand tickets get it in another order. So shares are exact in small helpdesks, and ticket i never depends
on a ticket drawn before it. The deck is the same at all times: how much lies unsolved follows from how long
lives take (`pace.py`) and from how many tickets arrive in a day.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .arrivals import OUTAGE_LENGTH, Arrivals
from .calendars import DAY
from .dice import Dice, noise

_DECK = 1_000
_SHARES = {
    "plain": 100, "asked": 115, "asked_twice": 35, "parked": 30, "escalated": 70, "misrouted": 20,
    "handed_over": 30, "slow": 10, "thanked": 55, "reopened": 30, "bulk_solved": 6, "auto_solved": 20,
    "spam": 30, "deleted": 5, "restored": 5, "merged": 15, "proactive": 15,
    "unassigned": 13, "no_reply": 11, "no_group": 25, "queued": 54, "waiting": 99, "waiting_long": 12,
    "stale_pending": 36, "reminded": 12, "hold_reason": 12, "hold_silent": 16, "agent_gone": 5,
    "forgotten": 9, "dead": 9, "reopened_often": 13, "ping_pong": 20, "rule_ping_pong": 6,
    "many_owners": 14, "duplicate": 26, "second_question": 16, "card": 1,
}  # fmt: skip

# One of each is in every helpdesk that is large enough, in this order, and as many days old (in a helpdesk
# of 45 days and more) when it is looked at. In a large one they make no difference.
_ALWAYS = (
    ("waiting_long_open", 15), ("agent_gone_open", 0), ("forgotten_open", 13), ("unassigned_open", 11),
    ("dead_open", 34), ("hold_silent_open", 8), ("stale_pending_open", 27), ("card_open", 2),
    ("duplicate_open", 3), ("reopened_often_open", 37), ("ping_pong_open", 10), ("many_owners_open", 9),
    ("no_group_open", 4), ("no_reply_open", 5), ("hold_reason_open", 12), ("queued_open", 6),
    ("reminded_open", 7), ("rule_ping_pong_open", 16), ("second_question_open", 1), ("card_note", 24),
    ("card_reply", 20), ("card_subject", 28), ("card_file", 40), ("bulk_solved", 33), ("merged", 22),
)  # fmt: skip
_ROOM_FOR_ONE = 12
"""Tickets of a helpdesk for each that is always there."""

PARTNERS = {
    "duplicate": "first_of_two",
    "duplicate_open": "first_of_two_open",
    "second_question": "first_of_two",
    "second_question_open": "first_of_two_open",
    "merged": "survivor",
}
"""Lives told about the ticket before, by the same requester, and the life that one then has."""

OTHER_MATTERS = frozenset({"second_question", "second_question_open"})
"""Those of them that are about something else; the others say the same again."""

# Near the golden section, odd and not divisible by five: to multiply by one of them deals a deck of 1,000.
_STEPS = (587, 591, 593, 597, 599, 601, 603, 607, 609, 611, 613, 617, 619, 621, 623, 627, 629, 631, 633, 637)


@dataclass(frozen=True, slots=True)
class Plan:
    """The lives of one helpdesk. `outage` are the numbers that arrive in it; the first is the problem ticket."""

    seed: int
    tickets: int
    deck: tuple[str, ...]
    turns: tuple[tuple[int, int], ...]
    outage: range
    always: Mapping[int, str]

    @property
    def problem(self) -> int | None:
        return self.outage.start if self.outage else None

    def life(self, number: int) -> str:
        if self.is_paired(number + 1):
            return PARTNERS[self._dealt(number + 1)]
        life = self._dealt(number)
        return "plain" if life in PARTNERS and not self.is_paired(number) else life

    def is_paired(self, number: int) -> bool:
        """Whether this ticket comes from the requester of the ticket before.

        Of neighbours that would both, only the last one does, but for those that are always there.
        """
        return (
            0 < number < self.tickets
            and self._dealt(number) in PARTNERS
            and (number in self.always or self._dealt(number + 1) not in PARTNERS)
            and number - 1 not in self.outage
            and number - 1 not in self.always
        )

    def _dealt(self, number: int) -> str:
        if number in self.always:
            return self.always[number]
        if number in self.outage:
            if number == self.outage.start:
                return "problem"
            if noise(self.seed, number, 3) < 0.7:
                return "incident"
        step, offset = self.turns[number // _DECK]
        return self.deck[(number * step + offset) % _DECK]


def make_plan(arrivals: Arrivals) -> Plan:
    first = arrivals.first_after(arrivals.outage_at)
    outage = range(first, arrivals.first_after(arrivals.outage_at + OUTAGE_LENGTH))
    return Plan(
        seed=arrivals.seed,
        tickets=arrivals.tickets,
        deck=_shuffled_deck(arrivals.seed),
        turns=tuple(_turn(arrivals.seed, block) for block in range(arrivals.tickets // _DECK + 1)),
        outage=outage,
        always=_place_always(arrivals, outage),
    )


def _shuffled_deck(seed: int) -> tuple[str, ...]:
    lives = [life for life, count in _SHARES.items() for _ in range(count)]
    dice = Dice(seed, 40)
    for place in range(_DECK - 1, 0, -1):
        other = dice.between(0, place)
        lives[place], lives[other] = lives[other], lives[place]
    return tuple(lives)


def _turn(seed: int, block: int) -> tuple[int, int]:
    turn = noise(seed, block, 41)
    return _STEPS[int(turn * len(_STEPS))], int(turn * 7_919_000) % _DECK


def _place_always(arrivals: Arrivals, outage: range) -> dict[int, str]:
    """Numbers that arrived about so long ago, none of them beside another one."""
    placed: dict[int, str] = {}
    span = arrivals.end - arrivals.start
    for life, days in _ALWAYS[: arrivals.tickets // _ROOM_FOR_ONE]:
        # Whoever leaves a ticket behind must still have been there: see the departures in `people.py`.
        age = min(73 * DAY, span // 5) if life == "agent_gone_open" else min(days * DAY, span * days // 45)
        number = min(arrivals.first_after(arrivals.end - age), arrivals.tickets - 1)
        while {number - 1, number, number + 1} & placed.keys() or number in outage or number - 1 in outage:
            number -= 1
        if number > 0:
            placed[number] = life
    return placed
