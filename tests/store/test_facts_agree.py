"""Three accounts of the same lives: the store's SQL, the model's folds, and a plain replay written here."""

from dataclasses import asdict
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from cstoolkit.model.backlog import backlog_at, flow
from cstoolkit.model.conversation import conversation
from cstoolkit.model.folds import hand_offs, resolution
from cstoolkit.model.history import Event
from cstoolkit.model.tracks import state_at
from cstoolkit.store.facts import build_facts
from cstoolkit.store.flow import flow_spans
from histories import History, helpdesks, instants_of

# One case is a whole helpdesk at one instant, and costs what many pure ones do.
FEWER = settings(max_examples=max(20, settings.default.max_examples // 15))
MOST = 12  # tickets in a helpdesk: more of them cost next to nothing
UNSOLVED = {"new", "open", "pending", "hold"}
COLUMN = {"assignee": "assignee_id", "group": "group_id", "schedule": "calendar", "problem": "problem_id"}


def facts(store, instant: datetime) -> dict[str, dict]:
    build_facts(store, instant)
    names = [row[0] for row in store.query("SELECT column_name FROM (DESCRIBE facts)")]
    rows = store.query("SELECT {} FROM facts".format(", ".join(f'"{name}"' for name in names)))
    found = [dict(zip(names, row, strict=True)) for row in rows]
    return {row["ticket_id"]: row for row in found}


def folded(history: History, instant: datetime) -> dict:
    """What the model's folds say about one ticket, by the names of the columns of `facts`."""
    tracks = {COLUMN.get(track, track): value for track, value in state_at(history.events, instant).items()}
    past = [event for event in history.events if event.occurred_at <= instant]
    return {
        **{name: value for name, value in tracks.items() if name != "tags"},
        **asdict(resolution(history.events, instant)),
        **asdict(hand_offs(history.events, instant)),
        **asdict(conversation(history.comments, instant)),
        "last_event_at": max((event.occurred_at for event in past), default=None),
        "last_agent_at": max((e.occurred_at for e in past if e.actor_role == "agent"), default=None),
    }


def replayed(history: History, instant: datetime) -> dict:
    """The same by walking through the log once per fact; knows nothing of tracks."""
    told = {event.kind for event in history.events}
    past = sorted(
        (event for event in history.events if event.occurred_at <= instant),
        key=lambda event: (event.occurred_at, event.seq),
    )
    return {
        **_walked_statuses([event for event in past if event.kind in ("created", "status")]),
        **_walked_groups([event for event in past if event.kind == "group"], told="group" in told),
        **_walked_agents([event for event in past if event.kind == "assignee"], told="assignee" in told),
        **(_walked_losses(past) if told & {"deleted", "merged", "restored"} else {}),
        **_heard(history, instant),
    }


def _walked_statuses(events: list[Event]) -> dict:
    status, reopens, solved_at = None, 0, None
    for event in events:
        if status in ("solved", "closed") and event.after in UNSOLVED:
            reopens += 1
        if status not in ("solved", "closed") and event.after in ("solved", "closed"):
            solved_at = event.occurred_at
        status = event.after
    return {"status": status, "reopens": reopens, "solved_at": None if status in UNSOLVED else solved_at}


def _walked_groups(events: list[Event], *, told: bool) -> dict:
    found = {"group_stations": 0, "group_changes": 0, "group_bounces": 0}
    group, last_move = None, None
    for event in events:
        if event.after not in (None, group):
            found["group_stations"] += 1
            if group is not None and event.actor_role != "system" and not event.rule_id:
                found["group_changes"] += 1
                found["group_bounces"] += last_move == (event.after, group)
                last_move = (group, event.after)
        group = event.after
    return {**found, "group_id": group} if told else found


def _walked_agents(events: list[Event], *, told: bool) -> dict:
    agent, stations, owners = None, 0, set()
    for event in events:
        stations += event.after not in (None, agent)
        agent = event.after
        owners.add(agent)
    found = {"assignee_stations": stations, "assignees": len(owners - {None})}
    return {**found, "assignee_id": agent} if told else found


def _walked_losses(events: list[Event]) -> dict:
    gone = None
    for event in events:
        match event.kind:
            case "deleted":
                gone = event.after or "deleted"
            case "merged":
                gone = "merged"
            case "restored":
                gone = None
    return {"gone": gone}


def _heard(history: History, instant: datetime) -> dict:
    found: dict = {
        "replies": 0,
        "requester_replies": 0,
        "unanswered": 0,
        "comment_count": 0,
        "first_reply_at": None,
    }
    for comment in history.comments:
        if comment.created_at > instant:
            continue
        found["comment_count"] += 1
        if not comment.public or comment.automatic or comment.author_role == "system":
            continue
        if comment.author_role == "agent":
            found["replies"] += 1
            found["unanswered"] = 0
            if found["comment_count"] > 1 and found["first_reply_at"] is None:
                found["first_reply_at"] = comment.created_at
        else:
            found["unanswered"] += 1
            found["requester_replies"] += comment.author_role == "requester" and found["comment_count"] > 1
    return found


def assert_same(expected: dict, row: dict) -> None:
    assert {name: row[name] for name in expected} == expected


@FEWER
@given(helpdesks(most=MOST), st.data())
def test_sql_says_what_the_folds_and_a_plain_replay_say(filled, helpdesk, data):
    instant = data.draw(st.sampled_from(instants_of(helpdesk)))

    rows = facts(filled(helpdesk), instant)

    there = {history.ticket.id: history for history in helpdesk if history.ticket.created_at <= instant}
    assert set(rows) == set(there)
    for ticket_id, row in rows.items():
        assert_same(folded(there[ticket_id], instant), row)
        assert_same(replayed(there[ticket_id], instant), row)
    assert_linked(there, rows, instant)


@FEWER
@given(helpdesks(truthful=False, most=MOST), st.data())
def test_sql_and_folds_agree_on_logs_that_contradict_themselves(filled, helpdesk, data):
    instant = data.draw(st.sampled_from(instants_of(helpdesk)))

    rows = facts(filled(helpdesk), instant)

    for history in helpdesk:
        if history.ticket.id in rows:
            assert_same(folded(history, instant), rows[history.ticket.id])


def assert_linked(there: dict[str, History], rows: dict[str, dict], instant: datetime) -> None:
    states = {}
    for ticket_id, history in there.items():
        columns = {"problem": history.ticket.problem_id, "gone": history.ticket.gone}
        states[ticket_id] = {**columns, **state_at(history.events, instant)}
    for ticket_id, row in rows.items():
        linked = [s for s in states.values() if s["problem"] == ticket_id and s["gone"] is None]
        problem = states.get(states[ticket_id]["problem"])
        assert row["incidents"] == len(linked)
        assert row["problem_status"] == (problem and problem["status"])


@FEWER
@given(helpdesks(most=MOST), st.data())
def test_facts_of_some_tickets_are_those_of_all(filled, helpdesk, data):
    instant = data.draw(st.sampled_from(instants_of(helpdesk)))
    wanted = data.draw(st.sets(st.sampled_from([history.ticket.id for history in helpdesk])))
    store = filled(helpdesk)
    everything = facts(store, instant)

    build_facts(store, instant, only=sorted(wanted))

    names = list(next(iter(everything.values()))) if everything else ["ticket_id"]
    some = store.query("SELECT {} FROM facts".format(", ".join(f'"{name}"' for name in names)))
    assert {row[names.index("ticket_id")]: dict(zip(names, row, strict=True)) for row in some} == {
        ticket_id: row for ticket_id, row in everything.items() if ticket_id in wanted
    }


@FEWER
@given(helpdesks(most=MOST), st.data())
def test_flow_and_backlog_by_sql_are_those_of_the_model(filled, helpdesk, data):
    told = [
        h for h in helpdesk if h.ticket.gone is None or any(e.kind in ("deleted", "merged") for e in h.events)
    ]
    logs = {history.ticket.id: history.events for history in told}
    chosen = st.lists(st.sampled_from(instants_of(helpdesk)), min_size=2, max_size=5, unique=True)
    instants = sorted(data.draw(chosen))

    spans = flow_spans(filled(told), instants)

    for span in spans:
        assert span.flow == flow(logs, after=span.after, until=span.until)
        assert span.total == len(backlog_at(logs, span.until))


@FEWER
@given(helpdesks(truthful=False, most=MOST), st.data())
def test_backlog_of_facts_obeys_the_flow_identity(filled, helpdesk, data):
    chosen = st.lists(st.sampled_from(instants_of(helpdesk)), min_size=2, max_size=2, unique=True)
    instants = sorted(data.draw(chosen))
    store = filled(helpdesk)

    def backlog(instant: datetime) -> int:
        return sum(
            row["status"] in UNSOLVED and row["gone"] is None for row in facts(store, instant).values()
        )

    for span in flow_spans(store, instants):
        assert backlog(span.until) == span.total == backlog(span.after) + span.flow.net
