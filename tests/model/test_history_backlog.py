"""The backlog and its flow, held against a recount that replays every log from its beginning."""

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.model.backlog import Flow, backlog_at, flow
from cstoolkit.model.history import Event
from histories import MONDAY, History, an_event, helpdesks, instants_of, log

HOUR = timedelta(hours=1)
LONG_AFTER = MONDAY + timedelta(days=400)


def logs(helpdesk: list[History]) -> dict[str, list[Event]]:
    return {history.ticket.id: history.events for history in helpdesk}


def counted_by_hand(helpdesk: list[History], instant: datetime) -> set[str]:
    waiting = set()
    for history in helpdesk:
        status, gone = None, False
        for event in sorted(history.events, key=lambda event: (event.occurred_at, event.seq)):
            if event.occurred_at > instant:
                break
            if event.kind in {"created", "status"}:
                status = event.after
            if event.kind in {"deleted", "merged", "restored"}:
                gone = event.kind != "restored"
        if status in {"new", "open", "pending", "hold"} and not gone:
            waiting.add(history.ticket.id)
    return waiting


@given(helpdesks(), st.data())
def test_the_backlog_is_what_a_replay_of_every_log_gives(helpdesk, data):
    instant = data.draw(st.sampled_from(instants_of(helpdesk)))

    assert backlog_at(logs(helpdesk), instant) == counted_by_hand(helpdesk, instant)


@given(helpdesks(), st.data())
def test_the_flow_identity_is_exact_between_any_two_instants(helpdesk, data):
    first, second = sorted(data.draw(st.sampled_from(instants_of(helpdesk))) for _ in range(2))

    moved = flow(logs(helpdesk), after=first, until=second)

    before, after = (len(backlog_at(logs(helpdesk), instant)) for instant in (first, second))
    assert after == before + moved.created + moved.reopened + moved.undeleted - moved.solved - moved.gone


@given(helpdesks())
def test_flows_of_neighbouring_spans_add_up(helpdesk):
    instants = instants_of(helpdesk)
    whole = flow(logs(helpdesk), after=instants[0], until=instants[-1])

    parts = [flow(logs(helpdesk), after=a, until=b) for a, b in pairwise(instants)]

    assert whole.solved == sum(part.solved for part in parts)
    assert whole.net == sum(part.net for part in parts)


def test_solved_and_reopened_in_the_same_second_is_one_of_each():
    events = [
        an_event("created", after="open", seq=0),
        an_event("status", before="open", after="solved", at=MONDAY + HOUR, seq=1),
        an_event("status", before="solved", after="open", at=MONDAY + HOUR, seq=2),
    ]

    assert flow({"t0": events}, after=MONDAY, until=LONG_AFTER) == Flow(reopened=1, solved=1)
    assert backlog_at({"t0": events}, MONDAY + HOUR) == {"t0"}


def test_a_ticket_closed_on_creation_is_created_and_solved_and_never_in_the_backlog():
    events = log(("created", None, "closed"))

    assert flow({"t0": events}, after=MONDAY - HOUR, until=LONG_AFTER) == Flow(created=1, solved=1)
    assert backlog_at({"t0": events}, MONDAY) == frozenset()


def test_what_happens_to_a_deleted_ticket_moves_nothing_until_it_is_restored():
    events = log(
        ("created", None, "solved"),
        ("deleted", None, "deleted"),
        ("status", "solved", "open"),
        ("restored", None, None),
    )

    assert flow({"t0": events}, after=MONDAY, until=MONDAY + 2 * HOUR) == Flow()
    assert flow({"t0": events}, after=MONDAY, until=LONG_AFTER) == Flow(undeleted=1)


def test_deleting_or_merging_a_solved_ticket_takes_nothing_from_the_backlog():
    for kind in ("deleted", "merged"):
        events = log(("created", None, "open"), ("status", "open", "solved"), (kind, None, None))

        assert flow({"t0": events}, after=MONDAY, until=LONG_AFTER) == Flow(solved=1)


def test_solved_then_closed_is_one_solving():
    events = log(("created", None, "open"), ("status", "open", "solved"), ("status", "solved", "closed"))

    assert flow({"t0": events}, after=MONDAY, until=LONG_AFTER) == Flow(solved=1)


def test_a_change_at_the_first_instant_of_a_span_belongs_to_the_span_before():
    events = log(("created", None, "open"), ("status", "open", "solved"))
    solved_at = MONDAY + HOUR

    assert flow({"t0": events}, after=MONDAY, until=solved_at).solved == 1
    assert flow({"t0": events}, after=solved_at, until=LONG_AFTER).solved == 0
