"""The lives a ticket can have: rows of steps. Which ticket gets which is dealt by `plan.py`."""

from collections.abc import Callable, Mapping

from . import beginnings, endings, moves, talk
from .life import Life
from .world import Opening, World

Step = Callable[[Life], None]

_START: tuple[Step, ...] = (beginnings.begin, beginnings.take, talk.reply)
_FINISH: tuple[Step, ...] = (endings.solve, endings.close)

LIVES: Mapping[str, tuple[Step, ...]] = {
    # solved, in the end
    "plain": (*_START, talk.talk, *_FINISH),
    "asked": (beginnings.begin, beginnings.take, talk.ask, talk.answer, talk.talk, *_FINISH),
    "parked": (*_START, moves.park, moves.unpark, *_FINISH),
    "escalated": (*_START, moves.escalate, talk.talk, *_FINISH),
    "misrouted": (beginnings.begin, beginnings.take, moves.send_away_and_back, talk.reply, *_FINISH),
    "handed_over": (*_START, moves.hand_over, talk.note, *_FINISH),
    "thanked": (*_START, endings.solve, endings.thank, endings.close),
    "reopened": (*_START, endings.solve, endings.come_back, talk.talk, *_FINISH),
    "reopened_often": (
        *_START,
        endings.solve,
        endings.come_back,
        endings.solve,
        endings.come_back,
        talk.reply,
        *_FINISH,
    ),
    "ping_pong": (beginnings.begin, beginnings.take, moves.play_ping_pong, talk.reply, *_FINISH),
    "rule_ping_pong": (beginnings.begin, moves.rules_play_ping_pong, beginnings.take, talk.reply, *_FINISH),
    "many_owners": (beginnings.begin, beginnings.take, moves.pass_around, talk.reply, *_FINISH),
    "bulk_solved": (beginnings.begin, endings.solve_in_bulk, endings.close),
    "auto_solved": (beginnings.begin, endings.solve_by_rule, endings.close),
    "spam": (beginnings.begin, endings.mark_as_spam),
    "deleted": (beginnings.begin, endings.delete),
    "restored": (beginnings.begin, endings.delete, endings.restore, beginnings.take, talk.reply, *_FINISH),
    "merged": (beginnings.begin, endings.merge_into_previous),
    "survivor": (beginnings.begin, beginnings.take, endings.mention_merge, talk.reply, *_FINISH),
    "follow_up": (*_START, *_FINISH),
    "proactive": (beginnings.begin_proactively, talk.answer, *_FINISH),
    "card": (*_START, *_FINISH),
    "card_reply": (beginnings.begin, beginnings.take, talk.ask, talk.answer_with_card, *_FINISH),
    "card_note": (beginnings.begin, beginnings.take, talk.note_card, talk.reply, *_FINISH),
    "problem": (beginnings.begin, moves.lead_incident, endings.solve_with_problem),
    "incident": (beginnings.begin, moves.link_to_problem, moves.wait_for_problem, endings.solve_with_problem),
    # unsolved, whatever time passes
    "unassigned": (beginnings.begin,),
    "no_reply": (beginnings.begin, beginnings.take, talk.note),
    "waiting": (*_START, talk.chase),
    "stale_pending": (beginnings.begin, beginnings.take, talk.ask),
    "reminded": (beginnings.begin, beginnings.take, talk.ask, talk.remind),
    "hold_reason": (*_START, moves.park),
    "hold_silent": (*_START, moves.park_silently),
    "agent_gone": (beginnings.begin, beginnings.leave_with_departed),
    "forgotten": (beginnings.begin, beginnings.forget_in_old_group),
    "no_group": (beginnings.begin_without_group,),
    "duplicate": (beginnings.begin,),
    "second_question": (beginnings.begin,),
    "card_open": _START,
    "dead": (*_START, talk.note),
    "reopened_open": (*_START, endings.solve, endings.come_back, endings.solve, endings.come_back),
    "ping_pong_open": (beginnings.begin, beginnings.take, moves.play_ping_pong),
    "rule_ping_pong_open": (beginnings.begin, moves.rules_play_ping_pong, beginnings.take, talk.reply),
    "owners_open": (beginnings.begin, beginnings.take, moves.pass_around),
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
