"""A demo in a store: what SQL folds out of its events is what was planted."""

import pytest

from cstoolkit.demo import make_helpdesk
from cstoolkit.store.database import Store
from cstoolkit.store.facts import build_facts
from cstoolkit.store.filling import fill


@pytest.fixture(scope="module")
def store(demo, files, tmp_path_factory):
    with Store.create(
        tmp_path_factory.mktemp("demo") / "demo.duckdb", connection="demo", vendor="local"
    ) as store:
        fill(store, demo, files)
        build_facts(store, demo.as_of)
        yield store


UNSOLVED = "gone IS NULL AND status IN ('new', 'open', 'pending', 'hold')"


@pytest.mark.parametrize(
    ("kind", "where"),
    [
        ("no_group", f"{UNSOLVED} AND group_id IS NULL"),
        ("forgotten_group", f"{UNSOLVED} AND group_id = '506'"),
        ("agent_gone", f"{UNSOLVED} AND assignee_id IN (SELECT person_id FROM people WHERE NOT active)"),
        ("reopened", "gone IS NULL AND reopens >= 1"),
        ("reopened_often", "gone IS NULL AND reopens >= 2"),
        ("ping_pong", "gone IS NULL AND (group_changes >= 4 OR group_bounces >= 2)"),
        ("many_owners", "gone IS NULL AND assignees >= 4"),
        (
            "solved_unread",
            "gone IS NULL AND solved_at IS NOT NULL AND replies = 0 AND solved_by_role = 'agent'",
        ),
        (
            "solved_by_rule",
            "gone IS NULL AND solved_at IS NOT NULL AND replies = 0 AND solved_by_role = 'system'",
        ),
        ("bad_rating", "gone IS NULL AND rating = 'bad'"),
        ("incident", "gone IS NULL AND problem_id IS NOT NULL"),
        ("merged", "gone = 'merged'"),
        ("spam", "gone = 'spam'"),
        ("deleted", "gone = 'deleted'"),
    ],
)
def test_facts_find_what_was_planted(store, planted, kind, where):
    found = store.query(f"SELECT ticket_id FROM facts WHERE {where} ORDER BY ticket_id::INTEGER")

    assert found
    assert tuple(ticket_id for (ticket_id,) in found) == planted.ids(kind)


def test_a_helpdesk_of_one_ticket_fills_a_store(tmp_path, demo):
    one = make_helpdesk(tickets=1, seed=1, as_of=demo.as_of)

    with Store.create(tmp_path / "one.duckdb", connection="one", vendor="local") as store:
        fill(store, one, one.ticket_files())

        assert store.query("SELECT count(*) FROM tickets") == [(1,)]
