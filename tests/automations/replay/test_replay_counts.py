"""Replay against a replay written a second time, naively: equal counts, equal ends, on generated rules and desks."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automations.replay.naive import naive
from automations.replay.replay_desk import AS_OF, a_desk, calendars_of, neutral, rule_lists
from cstoolkit.automations.replay.lists import NeutralRules
from cstoolkit.automations.replay.reading import read_names, read_pasts, ticket_ids
from cstoolkit.automations.replay.replay import replay
from cstoolkit.automations.replay.running import PlayedList
from cstoolkit.engines.neutral import Account, NeutralEngine
from cstoolkit.store.database import Store
from engines.neutral_world import a_rule


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("desks")


def counted(path, rules, *, since, drop=True, **options):
    with Store.open(path) as store:
        writes = "drop" if drop else "keep"
        return replay(
            neutral(path, *rules), NeutralRules(), store, since=since, rule_writes=writes, **options
        )


def figures(found):
    return {
        rule.rule: (rule.fires, rule.tickets, rule.messages, rule.busiest)
        for rule in found.desired.rules
        if rule.fires
    }


def naive_figures(counts):
    return {
        rule: (fires, counts.tickets[rule], counts.messages[rule], busiest(counts.days, rule))
        for rule, fires in counts.fires.items()
    }


def busiest(days, rule):
    own = {day: count for (name, day), count in days.items() if name == rule}
    most = min(own, key=lambda day: (-own[day], day))
    return most, own[most]


@settings(max_examples=max(15, settings().max_examples // 20))
@given(rules=rule_lists(), seed=st.integers(1, 6), drop=st.booleans(), days=st.sampled_from((3, 20)))
def test_counts_are_those_of_a_naive_replay(folder, rules, seed, drop, days):
    helpdesk, path = a_desk(folder, tickets=12, seed=seed, days=12)
    since = AS_OF - timedelta(days=days)

    found = counted(path, rules, since=since, drop=drop)

    expected = naive(helpdesk, rules, calendars_of(path), since=since, until=AS_OF, drop=drop)
    assert figures(found) == naive_figures(expected)
    assert ends(path, rules, drop) == expected.ends


def ends(path, rules, drop):
    """How each ticket stands after the last moment."""
    played = PlayedList(NeutralEngine(rules, account=Account(calendars_of(path))))
    found = {}
    with Store.open(path) as store:
        ids = ticket_ids(store, since=AS_OF, until=AS_OF, every=True)
        for past in read_pasts(store, ids, read_names(store), until=AS_OF):
            *_, last = played.play(past, until=AS_OF, rule_writes="drop" if drop else "keep")
            found[past.first.id] = tuple(last.after)
    return found


def test_history_as_it_was_ends_in_the_present(folder):
    helpdesk, path = a_desk(folder, tickets=300, seed=3, days=60)

    assert ends(path, (), drop=False) == {
        file.ticket.id: (
            file.ticket.status.native,
            file.ticket.priority and file.ticket.priority.level.value,
            file.ticket.group and file.ticket.group.name,
            file.ticket.assignee and file.ticket.assignee.name,
            file.ticket.tags,
        )
        for file in helpdesk.ticket_files()
    }


def test_shares_of_the_tickets_add_up(folder):
    _, path = a_desk(folder, tickets=1_100, seed=2, days=12)
    rules = [
        a_rule("note", event=("agent_replied",), then=[{"tags": {"add": ["seen"]}}]),
        a_rule(
            "late",
            "automation",
            when={"status_changed_at": {"older_than": "5h"}},
            then=[{"tags": {"add": ["late"]}}],
            once="ticket",
        ),
    ]
    since = AS_OF - timedelta(days=5)

    alone, shared = (counted(path, rules, since=since, jobs=jobs) for jobs in (1, 2))

    assert alone == shared
    assert alone.tickets == 1_100
