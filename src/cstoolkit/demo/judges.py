"""Which kinds of plant a ticket is a case of; what the kinds mean stands in `planted.KINDS`."""

from collections.abc import Callable

from .calendars import DAY
from .fields import HOLD_REASON, ISSUE_KEY, PRODUCT_AREA
from .life import Life
from .lives import tell
from .people import FORGOTTEN
from .plan import OTHER_MATTERS
from .planted import Case
from .record import Record
from .world import make_opening, ticket_id

_COURT = frozenset({"new", "open"})

Judge = Callable[[Life], str | None]


def _age(life: Life) -> int:
    return life.world.end - life.opening.at


def _unassigned(life: Life) -> str | None:
    record = life.record
    is_old = record.is_unsolved and record.assignee is None and _age(life) >= 10 * DAY
    return f"{_age(life) // DAY} days" if is_old else None


def _no_group(life: Life) -> str | None:
    return "no group" if life.record.is_unsolved and life.record.group is None else None


def _in_forgotten_group(life: Life) -> str | None:
    return FORGOTTEN if life.record.is_unsolved and life.record.group == FORGOTTEN else None


def _agent_gone(life: Life) -> str | None:
    holder = life.record.assignee
    return holder if life.record.is_unsolved and holder in life.world.departed else None


def _no_first_reply(life: Life) -> str | None:
    record = life.record
    is_kept = any(promise.fulfilled_at for promise in record.promises)
    is_late = record.is_unsolved and not record.replies and not is_kept and _age(life) >= 10 * DAY
    return f"{_age(life) // DAY} days" if is_late else None


def _customer_waiting(life: Life) -> str | None:
    record = life.record
    if not record.is_unsolved or record.status not in _COURT:
        return None
    last = next((comment for comment in reversed(record.comments) if comment.public), None)
    if last is None or last.author_role not in {"requester", "end_user"}:
        return None
    days = int(life.world.end - last.created_at.timestamp()) // DAY
    return f"{days} days" if days >= 7 else None


def _words_since_status(record: Record) -> int:
    """Comments after the entry into the status; the one that came with it is not counted."""
    return sum(comment.created_at.timestamp() > record.status_since for comment in record.comments)


def _stale_pending(life: Life) -> str | None:
    record = life.record
    days = (life.world.end - record.status_since) // DAY
    is_stale = record.is_unsolved and record.status == "pending" and days >= 10
    return f"{days} days" if is_stale and not _words_since_status(record) else None


def _reminded(life: Life) -> str | None:
    record = life.record
    is_pending = record.is_unsolved and record.status == "pending"
    return "reminded" if is_pending and _words_since_status(record) else None


def _hold_reason(record: Record) -> str | None:
    return record.problem or record.custom.get(HOLD_REASON) or record.custom.get(ISSUE_KEY)


def _hold_without_reason(life: Life) -> str | None:
    record = life.record
    return (
        "no reason" if record.is_unsolved and record.status == "hold" and not _hold_reason(record) else None
    )


def _hold_with_reason(life: Life) -> str | None:
    record = life.record
    return _hold_reason(record) if record.is_unsolved and record.status == "hold" else None


def _reopens(life: Life, at_least: int) -> str | None:
    record = life.record
    return str(record.reopens) if record.gone is None and record.reopens >= at_least else None


def _ping_pong(life: Life) -> str | None:
    record = life.record
    is_played = record.gone is None and (record.group_changes >= 4 or record.bounces >= 2)
    return f"{record.group_changes} changes, {record.bounces} returns" if is_played else None


def _rule_ping_pong(life: Life) -> str | None:
    record = life.record
    is_innocent = record.gone is None and record.rule_group_changes >= 4 and record.group_changes < 4
    return f"{record.rule_group_changes} changes" if is_innocent and record.bounces < 2 else None


def _many_owners(life: Life) -> str | None:
    owners = len(life.record.owners)
    return str(owners) if life.record.gone is None and owners >= 4 else None


def _aged(life: Life) -> str | None:
    is_aged = life.record.is_unsolved and _age(life) >= 30 * DAY
    return f"{_age(life) // DAY} days" if is_aged else None


def _dead(life: Life) -> str | None:
    record = life.record
    days = int(life.world.end - record.events[-1].occurred_at.timestamp()) // DAY
    return f"{days} days" if record.is_unsolved and record.status in _COURT and days >= 10 else None


def _paired(life: Life, *, about_the_same: bool) -> str | None:
    """Both of a pair are cases while both are unsolved; the fact is the id of the other one."""
    world, number = life.world, life.opening.number
    if not life.record.is_unsolved:
        return None
    if world.plan.is_paired(number):
        second, other = life.opening.life, number - 1
    elif world.plan.is_paired(number + 1):
        second, other = world.plan.life(number + 1), number + 1
    else:
        return None
    if (second not in OTHER_MATTERS) is not about_the_same:
        return None
    return ticket_id(other) if tell(world, make_opening(world, other)).record.is_unsolved else None


def _no_product_area(life: Life) -> str | None:
    return "empty" if life.record.gone is None and PRODUCT_AREA not in life.record.custom else None


def _solved_unread(life: Life, *, by_rule: bool) -> str | None:
    record = life.record
    is_done = record.gone is None and not record.is_unsolved and not record.replies
    return record.solved_by if is_done and (record.solved_by == "system") is by_rule else None


def _problem_solved(life: Life) -> str | None:
    record = life.record
    is_left = record.is_unsolved and record.problem is not None
    return record.problem if is_left and life.world.end >= life.world.problem_solved_at + 2 * DAY else None


def _two_schedules(life: Life) -> str | None:
    calendars = life.record.calendars
    return _if_present(life, str(calendars) if calendars > 1 else None)


def _if_present(life: Life, fact: str | None) -> str | None:
    return fact if life.record.gone is None else None


def _if_equal(value: str | None, wanted: str) -> str | None:
    return wanted if value == wanted else None


_JUDGES: tuple[tuple[str, Judge], ...] = (
    ("unassigned", _unassigned),
    ("no_group", _no_group),
    ("forgotten_group", _in_forgotten_group),
    ("agent_gone", _agent_gone),
    ("no_first_reply", _no_first_reply),
    ("customer_waiting", _customer_waiting),
    ("stale_pending", _stale_pending),
    ("reminded", _reminded),
    ("hold_without_reason", _hold_without_reason),
    ("hold_with_reason", _hold_with_reason),
    ("problem_solved", _problem_solved),
    ("reopened_often", lambda life: _reopens(life, 2)),
    ("ping_pong", _ping_pong),
    ("rule_ping_pong", _rule_ping_pong),
    ("many_owners", _many_owners),
    ("aged", _aged),
    ("dead_thread", _dead),
    ("duplicate", lambda life: _paired(life, about_the_same=True)),
    ("second_question", lambda life: _paired(life, about_the_same=False)),
    ("field_missing", _no_product_area),
    ("solved_unread", lambda life: _solved_unread(life, by_rule=False)),
    ("solved_by_rule", lambda life: _solved_unread(life, by_rule=True)),
    ("card_number", lambda life: _if_present(life, life.card_in)),
    ("card_look_alike", lambda life: _if_present(life, life.look_alike)),
    ("iban", lambda life: _if_present(life, life.iban)),
    ("reopened", lambda life: _reopens(life, 1)),
    ("thanks_reopen", lambda life: _reopens(life, 1) if "thanks_only" in life.record.tags else None),
    ("bad_rating", lambda life: _if_present(life, _if_equal(life.record.rating, "bad"))),
    ("incident", lambda life: _if_present(life, life.record.problem)),
    ("problem", lambda life: _if_equal(life.opening.life, "problem")),
    ("two_schedules", _two_schedules),
    ("merged", lambda life: life.record.merged_into),
    ("spam", lambda life: _if_equal(life.record.gone, "spam")),
    ("deleted", lambda life: _if_equal(life.record.gone, "deleted")),
    ("restored", lambda life: _if_present(life, "restored" if life.record.was_deleted else None)),
)


# Nine tickets in ten are solved, and need not be asked about these.
_UNSOLVED_ONLY = frozenset({
    "unassigned", "no_group", "forgotten_group", "agent_gone", "no_first_reply", "customer_waiting",
    "stale_pending", "reminded", "hold_without_reason", "hold_with_reason", "problem_solved", "aged",
    "dead_thread", "duplicate", "second_question",
})  # fmt: skip
_JUDGES_OF_SOLVED = tuple((kind, holds) for kind, holds in _JUDGES if kind not in _UNSOLVED_ONLY)


def judge(life: Life) -> tuple[tuple[str, Case], ...]:
    """The kinds that a ticket is a case of, with the case."""
    own_id, status = life.record.ticket_id, life.record.status
    judges = _JUDGES if life.record.is_unsolved else _JUDGES_OF_SOLVED
    return tuple([(kind, Case(own_id, status, fact)) for kind, holds in judges if (fact := holds(life))])
