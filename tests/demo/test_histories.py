"""The events tell the whole story: folded by a fold of this file, they give the ticket."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cstoolkit.demo import make_helpdesk
from cstoolkit.model.clock import Schedule

AS_OF = datetime(2026, 3, 31, 12, tzinfo=UTC)
FOLDED = {"status", "assignee", "group", "priority", "tags", "rating", "schedule", "link"}


def folded(events):
    state = dict.fromkeys(FOLDED) | {"gone": None, "custom": {}}
    for event in events:
        if event.kind == "created":
            state["status"] = event.after
        elif event.kind == "field":
            assert state["custom"].get(event.field) == event.before
            state["custom"][event.field] = event.after
        elif event.kind == "deleted":
            state["gone"] = event.after
        elif event.kind == "merged":
            state["gone"] = "merged"
        elif event.kind == "restored":
            state["gone"] = None
        elif event.kind in FOLDED:
            assert state[event.kind] == event.before, event
            state[event.kind] = event.after
    return state


def id_of(thing):
    return thing.id if thing else None


def check_history(demo, file):
    ticket, events = file.ticket, file.events
    places = [(event.occurred_at, event.seq) for event in events]
    assert all(first < second for first, second in pairwise(places))
    assert events[0].kind == "created"
    assert events[0].occurred_at == ticket.created_at
    assert events[-1].occurred_at == ticket.updated_at <= demo.as_of
    state = folded(events)
    assert state == {
        "status": ticket.status.category,
        "assignee": id_of(ticket.assignee),
        "group": id_of(ticket.group),
        "priority": ticket.priority.level if ticket.priority else None,
        "tags": json.dumps(sorted(ticket.tags)) if ticket.tags else None,
        "rating": ticket.rating,
        "schedule": ticket.calendar,
        "link": ticket.problem_id,
        "gone": ticket.gone,
        "custom": ticket.custom,
    }


def test_tickets_equal_the_fold_of_their_events(demo, files):
    for file in files:
        check_history(demo, file)


@settings(max_examples=40)
@given(
    tickets=st.integers(1, 60),
    seed=st.integers(-(2**40), 2**70),
    as_of=st.integers(800_000_000, 2_800_000_000).map(lambda second: datetime.fromtimestamp(second, UTC)),
    days=st.integers(1, 500),
)
def test_any_size_seed_and_time_gives_a_consistent_helpdesk(tickets, seed, as_of, days):
    demo = make_helpdesk(tickets=tickets, seed=seed, as_of=as_of, days=days)

    files = list(demo.ticket_files())

    assert len(files) == tickets
    for file in files:
        check_history(demo, file)
        assert file.ticket.created_at >= demo.as_of - timedelta(days=days)


def test_each_comment_has_its_event_and_the_description_is_the_first(files):
    for file in files:
        told = [
            (event.after, event.occurred_at, event.field == "public", event.actor_id, event.actor_role)
            for event in file.events
            if event.kind == "comment"
        ]
        assert told == [
            (comment.id, comment.created_at, comment.public, comment.author_id, comment.author_role)
            for comment in file.comments
        ]
        assert file.ticket.description == file.comments[0].text


def test_ids_of_tickets_and_comments_are_unique(files):
    comments = [comment.id for file in files for comment in file.comments]

    assert [file.ticket.id for file in files] == [str(number + 1) for number in range(len(files))]
    assert len(set(comments)) == len(comments)


def test_a_promise_says_what_its_events_say(files):
    kept = missed = 0
    for file in files:
        for promise in file.ticket.sla:
            told = {
                event.after: event.occurred_at
                for event in file.events
                if event.kind == "sla" and event.field == promise.metric
            }
            assert told.get("fulfilled") == promise.fulfilled_at
            assert told.get("breached") == promise.breached_at
            kept += promise.fulfilled_at is not None and promise.breached_at is None
            missed += promise.breached_at is not None
            if promise.breached_at:
                assert promise.breached_at >= promise.target_at
    assert kept > missed > 300


def test_no_priority_means_no_promise(files):
    without = [file.ticket for file in files if file.ticket.priority is None]

    assert len(without) > 50
    assert all(ticket.sla == () for ticket in without)


def test_nobody_acts_after_leaving_and_colleagues_take_over():
    """A dense helpdesk, so that some leave in the middle of a conversation."""
    demo = make_helpdesk(tickets=2_500, seed=7, as_of=AS_OF, days=25)
    left = {agent.person.id: agent.left_at for agent in demo.world.roster.gone}
    events = [event for file in demo.ticket_files() for event in file.events]

    acted = [event for event in events if event.actor_id in left]
    taken_over = [
        event for event in events if event.kind == "assignee" and event.before in left and event.after
    ]

    assert acted
    assert all(event.occurred_at.timestamp() <= left[event.actor_id] for event in acted)
    assert any(event.occurred_at.timestamp() > left[event.before] for event in taken_over)


def test_everybody_and_everything_named_exists(demo, files):
    people = {person.id for person in demo.people}
    groups = {group.id for group in demo.groups}
    assert len(people) == len(demo.people)
    for file in files:
        for event in file.events:
            assert event.actor_id is None or event.actor_id in people
            if event.kind == "assignee":
                assert event.after is None or event.after in people
            if event.kind == "group":
                assert event.after in groups
            if event.kind == "schedule":
                assert event.after in demo.schedules


def test_a_role_in_the_history_fits_the_person(demo, files):
    people = {person.id: person for person in demo.people}
    for file in files:
        for event in file.events:
            if event.actor_role == "requester":
                assert event.actor_id == file.ticket.requester.id
            if event.actor_role == "agent":
                assert people[event.actor_id].email.endswith("@support.example.com")
            if event.actor_role == "end_user":
                assert event.actor_id != file.ticket.requester.id


@pytest.mark.parametrize("kind", ["status", "rating"])
def test_some_things_change_twice_in_one_second(files, kind):
    """Solved and reopened, rated and re-rated: order inside a second is `seq`."""
    changes = [
        [event for event in file.events if event.kind == kind and event.before is not None] for file in files
    ]
    if kind == "status":
        twice = sum(a.occurred_at == b.occurred_at for found in changes for a, b in pairwise(found))
    else:
        twice = sum(len(found) > 1 for found in changes)
    assert twice > 0


def test_agents_answer_in_open_hours_of_the_ticket_s_calendar(demo, files):
    """But for incidents and Friday's clean-up, which is in Berlin's hours whatever the ticket's are."""
    schedules = {name: Schedule(name=name, **plain) for name, plain in demo.schedules.items()}
    replies = 0
    for file in files:
        if file.ticket.problem_id or file.ticket.type == "problem":
            continue
        for comment in file.comments[1:]:
            if comment.public and comment.author_role == "agent":
                calendar = [
                    event.after
                    for event in file.events
                    if event.kind == "schedule" and event.occurred_at <= comment.created_at
                ][-1]
                # A closing itself is the last instant of work.
                assert schedules[calendar].is_open(comment.created_at - timedelta(microseconds=1))
                replies += 1
    assert replies > 3_000


def test_a_change_of_the_clocks_is_among_the_days(demo, files):
    zone = ZoneInfo("Europe/Berlin")
    offsets = {file.ticket.created_at.astimezone(zone).utcoffset() for file in files}

    assert offsets == {timedelta(hours=1), timedelta(hours=2)}
