"""What history comes of rows: exact from states, approximate from ends, none from standing alone."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from automations.importing.builders import EVENTS, a_map, imported, rows

HEADER = "id,at,created,status,team,agent,prio,tags,area,who,n\n"

LOG = (
    HEADER
    + "1,2026-03-01T09:05:00Z,2026-03-01T09:00:00Z,new,T1,,normal,web,x,9,0\n"
    + "1,2026-03-01T10:00:00Z,2026-03-01T09:00:00Z,open,T1,kim,normal,web vip,x,7,1\n"
    + "1,2026-03-01T10:00:00Z,2026-03-01T09:00:00Z,open,T2,,high,web vip,y,7,2\n"
    + "1,2026-03-01T11:00:00Z,2026-03-01T09:00:00Z,,T2,lee,high,,y,7,10\n"
    + "1,2026-03-01T11:00:00Z,2026-03-01T09:00:00Z,solved,T2,lee,high,,y,8,11\n"
)


def test_states_become_the_changes_between_them(tmp_path):
    _, store = imported(tmp_path, LOG, a_map(EVENTS))

    found = rows(
        store,
        "SELECT strftime(occurred_at, '%H:%M'), kind, field, before, after, actor_id FROM events ORDER BY seq",
    )
    assert found == [
        ("09:00", "created", None, None, "new", "9"),
        ("09:00", "group", None, None, "T1", "9"),
        ("09:00", "priority", None, None, "normal", "9"),
        ("09:00", "tags", None, None, '["web"]', "9"),
        ("09:05", "field", "updated_at", None, "2026-03-01T09:05:00+00:00", "9"),
        ("10:00", "status", None, "new", "open", "7"),
        ("10:00", "field", "status_native", "new", "open", "7"),
        ("10:00", "assignee", None, None, "kim", "7"),
        ("10:00", "tags", None, '["web"]', '["vip", "web"]', "7"),
        ("10:00", "assignee", None, "kim", None, "7"),
        ("10:00", "group", None, "T1", "T2", "7"),
        ("10:00", "priority", None, "normal", "high", "7"),
        ("10:00", "field", "custom.area", "x", "y", "7"),
        ("11:00", "assignee", None, None, "lee", "7"),
        ("11:00", "tags", None, '["vip", "web"]', None, "7"),
        ("11:00", "status", None, "open", "solved", "8"),
        ("11:00", "field", "status_native", "open", "solved", "8"),
    ]
    assert rows(store, "SELECT status, assignee_id, group_id, priority, history FROM tickets") == [
        ("solved", "lee", "T2", "high", "exact")
    ]


def test_the_order_of_the_file_does_not_matter(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    lines = [f"{line}\n" for line in LOG.removeprefix(HEADER).splitlines()]
    lines += [line.replace("1,2026", "2,2026", 1) for line in lines]
    _, straight = imported(tmp_path / "a", HEADER + "".join(lines), a_map(EVENTS))
    random.Random(7).shuffle(lines)

    _, shuffled = imported(tmp_path / "b", HEADER + "".join(lines), a_map(EVENTS))

    query = "SELECT * EXCLUDE (connection) FROM events ORDER BY ticket_id, seq"
    assert rows(shuffled, query) == rows(straight, query)


def test_a_second_import_gives_the_same_store(tmp_path):
    query = "SELECT * FROM events ORDER BY ticket_id, seq"
    _, store = imported(tmp_path, LOG, a_map(EVENTS))
    once = rows(store, query)

    imported(tmp_path, LOG, a_map(EVENTS))

    assert rows(store, query) == once
    assert rows(store, "SELECT count(*) FROM tickets") == [(1,)]


def test_deleted_and_restored(tmp_path):
    log = (
        HEADER
        + "1,2026-03-01T09:00:00Z,2026-03-01T09:00:00Z,open,,,,,,,0\n"
        + "1,2026-03-01T10:00:00Z,2026-03-01T09:00:00Z,deleted,,,,,,,1\n"
        + "1,2026-03-01T11:00:00Z,2026-03-01T09:00:00Z,open,,,,,,,2\n"
        + "2,2026-03-01T09:00:00Z,2026-03-01T09:00:00Z,open,,,,,,,0\n"
        + "2,2026-03-01T10:00:00Z,2026-03-01T09:00:00Z,deleted,,,,,,,1\n"
    )

    _, store = imported(
        tmp_path, log, a_map(EVENTS, words={"status": {"open": "open", "deleted": "deleted"}})
    )

    assert rows(
        store, "SELECT ticket_id, kind FROM events WHERE kind IN ('deleted', 'restored') ORDER BY 1, seq"
    ) == [
        ("1", "deleted"),
        ("1", "restored"),
        ("2", "deleted"),
    ]
    assert rows(store, "SELECT ticket_id, gone FROM tickets ORDER BY 1") == [("1", None), ("2", "deleted")]


def test_ends_make_an_approximate_history(tmp_path):
    text = (
        "id,created,status,subject,solved,closed\n"
        "1,2026-03-01T09:00:00Z,closed,x,2026-03-02T09:00:00Z,2026-03-06T09:00:00Z\n"
        "2,2026-03-01T09:00:00Z,solved,x,2026-03-02T09:00:00Z,\n"
        "3,2026-03-01T09:00:00Z,pending,x,,\n"
        "4,2026-03-01T09:00:00Z,closed,x,,2026-03-06T09:00:00Z\n"
    )

    _, store = imported(tmp_path, text, a_map(fields={"solved_at": "solved", "closed_at": "closed"}))

    found = rows(store, "SELECT ticket_id, kind, before, after, day(occurred_at) FROM events ORDER BY 1, seq")
    assert found == [
        ("1", "created", None, "open", 1),
        ("1", "status", "open", "solved", 2),
        ("1", "status", "solved", "closed", 6),
        ("2", "created", None, "open", 1),
        ("2", "status", "open", "solved", 2),
        ("3", "created", None, "pending", 1),
        ("4", "created", None, "open", 1),
        ("4", "status", "open", "closed", 6),
    ]
    assert rows(store, "SELECT DISTINCT history FROM tickets") == [("approximate",)]


def test_tickets_that_only_stand_have_no_history(tmp_path):
    _, store = imported(tmp_path, "id,created,status,subject\n1,2026-03-01T09:00:00Z,open,x\n", a_map())

    assert rows(store, "SELECT history FROM tickets") == [("unavailable",)]
    assert rows(store, "SELECT count(*) FROM events") == [(0,)]
    assert rows(store, "SELECT value FROM meta WHERE key = 'streams'") == [("tickets",)]


def test_messages_in_a_ticket_row_are_comments_and_events(tmp_path):
    text = "id,created,status,subject,body,answer\n1,2026-03-01T09:00:00Z,open,s,hello\\nyou,hi\n2,2026-03-01T09:00:00Z,open,s,only,\n"
    recipe = a_map(
        comments=[
            {"text": {"column": "body", "unescape": True}, "role": "end_user"},
            {"text": "answer", "role": "agent", "public": False},
        ]
    )

    _, store = imported(tmp_path, text, recipe)

    assert rows(store, "SELECT comment_id, text, author_role, public FROM comments ORDER BY 1") == [
        ("1-c1", "hello\nyou", "end_user", True),
        ("1-c2", "hi", "agent", False),
        ("2-c1", "only", "end_user", True),
    ]
    assert rows(store, "SELECT ticket_id, field, after, seq FROM events ORDER BY 1, seq") == [
        ("1", "public", "1-c1", 0),
        ("1", "private", "1-c2", 1),
        ("2", "public", "2-c1", 0),
    ]


def test_a_comment_without_visibility_is_private(tmp_path):
    imported(tmp_path, "id,created,status,subject\n1,2026-03-01T09:00:00Z,open,x\n", a_map())
    comments = {
        "kind": "map",
        "id": "talk",
        "title": "Talk",
        "row": "comment",
        "fields": {"ticket": "ticket", "at": "at", "text": "text"},
    }

    report, store = imported(
        tmp_path,
        "ticket,at,text\n1,2026-03-01T10:00:00Z,hush\n9,2026-03-01T10:00:00Z,lost\n",
        a_map(comments),
    )

    assert rows(store, "SELECT public, author_role FROM comments") == [(False, "end_user")]
    assert report.first_bad[0].reason == "ticket 9 is not in the store; import the tickets first"


def test_a_log_of_changes_is_folded_onto_its_tickets(tmp_path):
    imported(tmp_path, "id,created,status,subject\n1,2026-03-01T09:00:00Z,solved,x\n", a_map())
    changes = {
        "kind": "map",
        "id": "changes",
        "title": "Changes",
        "row": "change",
        "fields": {"ticket": "t", "at": "at", "field": "f", "value": "v"},
        "words": {"field": {"assignee_id": "assignee"}, "priority": {"medium": "normal"}},
    }
    log = (
        "t,at,f,v\n"
        "1,2026-03-02T09:00:00Z,status,solved\n"
        "1,2026-03-01T09:30:00Z,assignee_id,kim\n"
        "1,2026-03-01T09:30:00Z,priority,medium\n"
        "1,2026-03-01T09:40:00Z,priority,odd\n"
        "1,2026-02-01T09:40:00Z,status,new\n"
        "1,2026-03-02T09:00:00Z,status,solved\n"
    )

    report, store = imported(tmp_path, log, a_map(changes))

    assert rows(store, "SELECT kind, before, after, quality FROM events ORDER BY seq") == [
        ("created", None, "open", "approximate"),
        ("assignee", None, "kim", "approximate"),
        ("priority", None, "normal", "approximate"),
        ("status", "open", "solved", "approximate"),
    ]
    assert sorted(bad.number for bad in report.first_bad) == [4, 5]


def test_a_status_that_the_map_turns_into_nothing_is_a_bad_row(tmp_path):
    imported(tmp_path, "id,created,status,subject\n1,2026-03-01T09:00:00Z,open,x\n", a_map())
    changes = {
        "kind": "map",
        "id": "changes",
        "title": "Changes",
        "row": "change",
        "fields": {"ticket": "t", "at": "at", "field": "f", "value": "v"},
        "words": {"status": {"odd": None, "solved": "solved"}},
    }

    report, store = imported(
        tmp_path,
        "t,at,f,v\n1,2026-03-02T09:00:00Z,status,odd\n1,2026-03-03T09:00:00Z,status,solved\n",
        a_map(changes),
    )

    assert [(bad.number, bad.reason) for bad in report.first_bad] == [(1, "sets the status to nothing")]
    assert rows(store, "SELECT kind, after FROM events ORDER BY seq") == [
        ("created", "open"),
        ("status", "solved"),
    ]


STATES = st.lists(
    st.tuples(
        st.integers(0, 40),  # minutes after creation
        st.sampled_from(["new", "open", "pending", "hold", "solved", "closed"]),
        st.sampled_from(["", "T1", "T2"]),
        st.sampled_from(["", "kim", "lee"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=settings().max_examples // 12)
@given(tickets=st.lists(STATES, min_size=1, max_size=4))
def test_the_facts_at_any_minute_are_the_last_state_up_to_then(tmp_path_factory, tickets):
    """The oracle is the file itself: the last row at or before the instant."""
    from datetime import UTC, datetime, timedelta

    from cstoolkit.store.database import Store
    from cstoolkit.store.facts import build_facts

    start = datetime(2026, 3, 1, 9, tzinfo=UTC)
    lines, states = [], {}
    for number, ticket in enumerate(tickets):
        ordered = sorted(enumerate(ticket), key=lambda one: (one[1][0], one[0]))
        states[str(number)] = [state for _, state in ordered]
        for place, (minute, status, team, agent) in ordered:
            at = (start + timedelta(minutes=minute)).isoformat()
            lines.append(f"{number},{at},{start.isoformat()},{status},{team},{agent},,,,,{place}\n")
    _, path = imported(tmp_path_factory.mktemp("i"), HEADER + "".join(lines), a_map(EVENTS))

    with Store.open(path) as store:
        for minute in (0, 7, 20, 40):
            build_facts(store, start + timedelta(minutes=minute))
            found = store.query("SELECT ticket_id, status, group_id, assignee_id FROM facts ORDER BY 1")
            expected = []
            for ticket_id, history in sorted(states.items()):
                upto = [state for state in history if state[0] <= minute] or history[:1]
                _, status, team, agent = upto[-1]
                expected.append((ticket_id, status, team or None, agent or None))
            assert found == expected
