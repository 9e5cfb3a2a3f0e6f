"""The lives a ticket can have: rows of steps. Which ticket gets which is dealt by `plan.py`."""

from collections.abc import Callable, Mapping

from . import beginnings, endings, moves, neglect, pace, talk
from .life import Life
from .world import Opening, World

Step = Callable[[Life], None]
Steps = tuple[Step, ...]

_START: Steps = (beginnings.begin, beginnings.take, talk.reply)
_ASKED: Steps = (beginnings.begin, beginnings.take, talk.ask)
_FINISH: Steps = (endings.solve, endings.close)
_LATE: Steps = (talk.reply, *_FINISH)
_TWICE_BACK: Steps = (*_START, endings.solve, endings.come_back, endings.solve, endings.come_back)

# Up to the neglect, how long it lasts in days, and what happens once somebody notices.
_NEGLECTED: Mapping[str, tuple[Steps, tuple[float, ...], Steps]] = {
    "unassigned": ((beginnings.begin,), pace.LEFT_FOR_DAYS, (beginnings.take, *_LATE)),
    "no_reply": ((beginnings.begin, beginnings.take, talk.note), pace.LEFT_FOR_DAYS, _LATE),
    "no_group": (
        (beginnings.begin_without_group,),
        pace.LEFT_FOR_DAYS,
        (neglect.sort_in, beginnings.take, *_LATE),
    ),
    "queued": ((*_START, moves.queue_for_experts), pace.LEFT_FOR_DAYS, (beginnings.take, *_LATE)),
    "waiting": ((*_START, talk.chase), pace.LEFT_FOR_DAYS, (talk.reply, talk.talk, *_FINISH)),
    "waiting_long": ((*_START, talk.chase, talk.chase, talk.chase), pace.LEFT_FOR_WEEKS, _LATE),
    "stale_pending": (_ASKED, pace.LEFT_FOR_WEEKS, (endings.give_up, endings.close)),
    "reminded": ((*_ASKED, talk.remind), pace.LEFT_FOR_DAYS, (endings.give_up, endings.close)),
    "hold_reason": ((*_START, moves.park), pace.LEFT_FOR_WEEKS, (moves.unpark, *_FINISH)),
    "hold_silent": ((*_START, moves.park_silently), pace.LEFT_FOR_WEEKS, (moves.unpark, *_FINISH)),
    "agent_gone": ((beginnings.begin, beginnings.leave_with_departed), pace.LEFT_FOR_MONTHS, _LATE),
    "forgotten": (
        (*_START, neglect.forget_in_old_group),
        pace.LEFT_FOR_WEEKS,
        (neglect.sort_in, beginnings.take, *_LATE),
    ),
    "dead": ((*_START, talk.note), pace.LEFT_FOR_MONTHS, _LATE),
    "reopened_often": (_TWICE_BACK, pace.LEFT_FOR_WEEKS, _LATE),
    "ping_pong": ((*_START, moves.play_ping_pong), pace.LEFT_FOR_DAYS, _LATE),
    "rule_ping_pong": (
        (beginnings.begin, moves.rules_play_ping_pong, beginnings.take, talk.reply),
        pace.LEFT_FOR_DAYS,
        _FINISH,
    ),
    "many_owners": ((*_START, moves.pass_around), pace.LEFT_FOR_DAYS, _LATE),
    "second_question": (_START, pace.LEFT_FOR_DAYS, _FINISH),
    "card": (_START, pace.LEFT_FOR_DAYS, _FINISH),
}

LIVES: Mapping[str, Steps] = {
    "plain": (*_START, talk.talk, *_FINISH),
    "asked": (*_ASKED, talk.answer, *_FINISH),
    "asked_twice": (*_ASKED, talk.answer, talk.ask, talk.answer, *_FINISH),
    "parked": (*_START, moves.park, moves.unpark, *_FINISH),
    "escalated": (*_START, moves.escalate, talk.talk, *_FINISH),
    "misrouted": (beginnings.begin, beginnings.take, moves.send_away_and_back, *_LATE),
    "handed_over": (*_START, moves.hand_over, talk.note, *_FINISH),
    "slow": (*_START, moves.keep_at_it, *_FINISH),
    "thanked": (*_START, endings.solve, endings.thank, endings.close),
    "reopened": (*_START, endings.solve, endings.come_back, talk.talk, *_FINISH),
    "bulk_solved": (beginnings.begin, endings.solve_in_bulk, endings.close),
    "auto_solved": (beginnings.begin, endings.solve_by_rule, endings.close),
    "spam": (beginnings.begin, endings.mark_as_spam),
    "deleted": (beginnings.begin, endings.delete),
    "first_of_two": (*_START, moves.keep_at_it, *_FINISH),
    "first_of_two_open": _START,
    "duplicate": (*_START, moves.keep_at_it, endings.merge_into_previous),
    "duplicate_open": _START,
    "restored": (beginnings.begin, endings.delete, endings.restore, beginnings.take, *_LATE),
    "merged": (beginnings.begin, endings.merge_into_previous),
    "survivor": (beginnings.begin, beginnings.take, endings.mention_merge, *_LATE),
    "proactive": (beginnings.begin_proactively, talk.answer, *_FINISH),
    "card_reply": (*_ASKED, talk.answer_with_card, *_FINISH),
    "card_note": (beginnings.begin, beginnings.take, talk.note_card, *_LATE),
    "card_subject": (*_START, *_FINISH),
    "card_file": (*_START, *_FINISH),
    "problem": (beginnings.begin, moves.lead_incident, endings.solve_with_problem),
    "incident": (beginnings.begin, moves.link_to_problem, moves.wait_for_problem, endings.solve_with_problem),
    **{
        life: (*before, neglect.leave_lying(days), *after)
        for life, (before, days, after) in _NEGLECTED.items()
    },
    # Whatever time passes, nobody notices: see `plan.py` on what every helpdesk has.
    **{f"{life}_open": before for life, (before, _, _) in _NEGLECTED.items()},
}


def tell(world: World, opening: Opening) -> Life:
    """Run a ticket's life, up to `as_of` and not beyond."""
    life = Life(world, opening)
    for step in LIVES[opening.life]:
        step(life)
        if life.record.is_over:
            break
    life.record.move(world.end + 1)
    return life
