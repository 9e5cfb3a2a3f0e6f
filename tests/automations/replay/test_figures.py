"""Verdicts, undone fires, bounds and quality, each on a past of a few lines."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cstoolkit.automations.expected_counts import Rate
from cstoolkit.automations.replay.bounds import Bound, judge, periods_asked
from cstoolkit.automations.replay.past import Past, PastUpdate
from cstoolkit.automations.replay.quality import Knowledge
from cstoolkit.automations.replay.running import PlayedList
from cstoolkit.automations.replay.tallies import Counting, ListTally, RuleTally, count
from cstoolkit.engines.neutral import NeutralEngine
from cstoolkit.model.people import Group
from cstoolkit.model.ticket import Priority
from engines.neutral_world import ACCOUNT, ANN, KIM, NOW, a_rule, a_ticket

HOUR = timedelta(hours=1)


def a_past(*saves: PastUpdate) -> Past:
    birth = PastUpdate(NOW, ANN, created=True)
    return Past(a_ticket(), (birth, *saves))


def a_save(hours: float, by=KIM, **keys) -> PastUpdate:
    return PastUpdate(NOW + hours * HOUR, by, **keys)


def tallied(rules, past, *, days=7) -> ListTally:
    until = NOW + timedelta(days=days)
    tally = ListTally()
    counting = Counting(NOW, until, periods={"r": (("messages", "day"), ("tickets", "hour"))})
    count(
        PlayedList(NeutralEngine(rules, account=ACCOUNT)).play(past, until=until, rule_writes="keep"),
        counting,
        tally,
    )
    return tally


GROUP = a_rule("r", event=("created",), then=[{"set": {"group": "Desk"}}, {"tags": {"add": ["routed"]}}])


@pytest.mark.parametrize(
    ("save", "undone"),
    [
        (a_save(2, changes={"group": Group(id="g1", name="Tier 1")}, remove_tags=frozenset({"routed"})), 1),
        (a_save(2, changes={"group": Group(id="g1", name="Tier 1")}), 0),  # the tag is still there
        (a_save(2, changes={"priority": Priority.of("low")}), 0),
        (a_save(25, changes={"group": None}, remove_tags=frozenset({"routed"})), 0),  # too late
        (
            a_save(2, changes={"group": None}, remove_tags=frozenset({"routed"}), by_rule="x"),
            0,
        ),  # a rule did it
    ],
)
def test_a_fire_is_undone_by_the_next_save_of_a_person(save, undone):
    tally = tallied([GROUP], a_past(save)).rules["r"]

    assert (tally.fires, tally.changing, tally.undone) == (1, 1, undone)


def test_only_the_next_save_counts():
    saves = [a_save(1), a_save(2, changes={"group": None}, remove_tags=frozenset({"routed"}))]

    assert tallied([GROUP], a_past(*saves)).rules["r"].undone == 0


def test_saves_of_the_past_win_over_rules_until_rules_act_again():
    rule = a_rule("r", event=("created",), then=[{"set": {"priority": "urgent"}}])
    past = a_past(a_save(1, changes={"priority": Priority.of("low")}), a_save(2, add_tags=frozenset({"x"})))

    ends = [
        moment.after.priority
        for moment in PlayedList(NeutralEngine([rule], account=ACCOUNT)).play(
            past, until=NOW + 3 * HOUR, rule_writes="keep"
        )
    ]

    assert ends == ["urgent", "low", "low"]


def test_nothing_runs_while_a_ticket_is_gone():
    rules = [
        a_rule("r", event=("updated",), when={"actor": "agent"}, then=[{"tags": {"add": ["t"]}}]),
        a_rule(
            "a",
            "automation",
            when={"created_at": {"older_than": "1h"}},
            then=[{"tags": {"add": ["a"]}}],
            once="ticket",
        ),
    ]
    past = a_past(a_save(0.5, changes={"gone": "deleted"}), a_save(5), a_save(30, changes={"gone": None}))

    tally = tallied(rules, past)

    assert "r" not in tally.rules
    assert tally.rules["a"].periods["fires day", datetime(2026, 3, 3, tzinfo=UTC)] == 1


def test_messages_and_tickets_are_counted_by_the_periods_that_bounds_ask_for():
    rule = a_rule(
        "r", event=("updated",), then=[{"notify": {"to": "requester", "subject": "s", "text": "t"}}]
    )
    tally = tallied([rule], a_past(a_save(0.2), a_save(0.3), a_save(20)))

    first, second = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)
    assert tally.rules["r"].periods == {
        ("fires day", first): 2, ("fires day", second): 1, ("messages day", first): 2, ("messages day", second): 1,
        ("tickets hour", datetime(2026, 3, 2, 10, tzinfo=UTC)): 1, ("tickets hour", datetime(2026, 3, 3, 6, tzinfo=UTC)): 1,
    }  # fmt: skip
    assert tally.messages == {date(2026, 3, 2): 2, date(2026, 3, 3): 1}


@pytest.mark.parametrize(
    ("limit", "rate", "actual", "met"),
    [
        ("at_most", Rate(3), 4, False),
        ("at_least", Rate(4), 4, True),
        ("at_most", Rate(2, "day"), 3, False),
        ("at_most", Rate(3, "day"), 3, True),
        ("at_least", Rate(1, "day"), 0, False),  # the day in between
        ("at_least", Rate(9, "week"), 9, True),  # no week lies wholly in the window
    ],
)
def test_a_bound_is_judged_by_its_worst_period(limit, rate, actual, met):
    since, until = datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 6, tzinfo=UTC)
    tally = RuleTally(fires=4)
    tally.periods["fires day", datetime(2026, 3, 3, tzinfo=UTC)] = 3
    tally.periods["fires day", datetime(2026, 3, 5, tzinfo=UTC)] = 1

    found = judge(Bound("fires", limit, rate), tally, since=since, until=until)

    assert (found.actual, found.met) == (actual, met)


def test_only_what_is_not_counted_anyway_is_asked_for():
    bounds = [
        Bound("fires", "at_most", Rate(1, "day")),
        Bound("fires", "at_most", Rate(1)),
        Bound("tickets", "at_most", Rate(1, "hour")),
    ]

    assert periods_asked(bounds) == (("tickets", "hour"),)


@pytest.mark.parametrize(
    ("when", "quality", "names"),
    [
        ({"status": "open", "tags": "x", "custom.impact": "high"}, "exact", []),
        ({"type": "task"}, "approximate", ["type"]),
        ({"organization.tags": "vip", "status": "open"}, "approximate", ["organization.tags"]),
        ({"text": {"contains": "x"}}, "unavailable", ["text"]),
        ({"none": [{"sla_breached": True}]}, "unavailable", ["sla_breached"]),
        ({"custom.other": "x"}, "approximate", ["custom.other"]),
    ],
)
def test_what_the_history_does_not_hold_is_named(when, quality, names):
    knowledge = Knowledge(streams=frozenset({"events", "tickets"}), logged=frozenset({"impact"}))

    found, because = knowledge.of(a_rule("r", when=when))

    assert (found, [why.partition(":")[0] for why in because]) == (quality, names)
