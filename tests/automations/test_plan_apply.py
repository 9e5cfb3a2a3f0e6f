"""Plans over an embedded helpdesk: made, done, cut off and gone on with."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clocks import JumpingClock
from cstoolkit.automations.apply import Ending
from cstoolkit.automations.lock import Applied, managed
from cstoolkit.automations.plan import Verb
from cstoolkit.connectors.local.helpdesk import LocalHelpdesk
from cstoolkit.errors import ProjectError, RefusedError, RejectedError, UnavailableError
from cstoolkit.store.database import Store
from cstoolkit.store.state import StateFile
from histories import MONDAY
from rule_accounts import (
    Dying,
    Killed,
    RuleList,
    a_rule,
    applied_plan,
    built_rules,
    faces,
    planned,
    rule_parts,
)


@pytest.fixture(scope="module")
def empty_desk(tmp_path_factory):
    path = tmp_path_factory.mktemp("desk") / "desk.duckdb"
    with Store.create(path, connection="desk") as store, store.transaction():
        store.describe(as_of=MONDAY)
    with LocalHelpdesk.open(path, clock=JumpingClock(), writable=True) as opened:
        yield opened


@pytest.fixture
def desk(empty_desk):
    emptied(empty_desk)
    return empty_desk


@pytest.fixture
def state(tmp_path):
    with StateFile.open(tmp_path / "state.sqlite") as opened:
        yield opened


def emptied(desk):
    for rule in desk.rules():
        desk.delete_rule(rule)


def verbs(plan):
    return [(change.verb, change.key) for change in plan.changes]


def titles(desk, kind="trigger"):
    return [rule.title for rule in desk.rules(kind)]


def test_a_new_rule_is_created_and_then_nothing_is_left_to_do(desk, state):
    wanted = [a_rule("vip", "VIP")]

    report = applied_plan(desk, planned(desk, wanted), state)

    assert report.ending == Ending.DONE
    assert report.lock.rules == {"vip": Applied("trigger", "1", "VIP", True, {"when": []})}
    again = planned(desk, wanted, report.lock)
    assert (again.changes, again.reorders, again.unchanged) == ((), (), 1)


def test_a_renamed_rule_is_an_update(desk, state):
    lock = applied_plan(desk, planned(desk, [a_rule("vip", "VIP")]), state).lock

    plan = planned(desk, [a_rule("vip", "Very important")], lock)

    assert verbs(plan) == [(Verb.UPDATE, "vip")]
    assert [(one.place, one.before, one.after) for one in plan.changes[0].differences] == [
        ("title", "VIP", "Very important")
    ]


def test_a_live_rule_of_the_same_title_is_taken_over(desk):
    desk.create_rule(a_rule(None, "VIP"))

    assert verbs(planned(desk, [a_rule("vip", "VIP")])) == [(Verb.ADOPT, "vip")]
    assert verbs(planned(desk, [a_rule("vip", "VIP", {"when": [1]})])) == [(Verb.UPDATE, "vip")]


def test_two_live_rules_of_one_title_cannot_be_taken_over(desk):
    for _ in range(2):
        desk.create_rule(a_rule(None, "VIP"))

    with pytest.raises(ProjectError, match=r"2 rules of the kind trigger called \"VIP\" \(1, 2\)"):
        planned(desk, [a_rule("vip", "VIP")])


def test_what_no_recipe_wants_goes_only_when_the_whole_project_was_looked_at(desk, state):
    lock = applied_plan(desk, planned(desk, [a_rule("a", "A"), a_rule("b", "B")]), state).lock

    assert planned(desk, [a_rule("a", "A")], lock).changes == ()
    whole = planned(desk, [a_rule("a", "A")], lock, delete_missing=True)
    assert verbs(whole) == [(Verb.DELETE, "b")]
    assert whole.calls == 2  # switched off, then deleted


def test_an_unmanaged_rule_is_left_alone(desk, state):
    desk.create_rule(a_rule(None, "Old"))

    report = applied_plan(desk, planned(desk, [a_rule("a", "A")], delete_missing=True), state)

    assert titles(desk) == ["Old", "A"]
    assert [rule.key for rule in managed(desk.rules(), report.lock)] == ["a"]


def test_what_somebody_changed_outside_is_told(desk, state):
    lock = applied_plan(desk, planned(desk, [a_rule("vip", "VIP")]), state).lock
    desk.update_rule(replace(desk.rules()[0], active=False))

    plan = planned(desk, [a_rule("vip", "VIP")], lock)

    assert [(one.place, one.before, one.after) for one in plan.changes[0].outside] == [
        ("active", "true", "false")
    ]


def test_managed_rules_change_places_and_others_stay(desk, state):
    for title in ("A", "other", "B"):
        desk.create_rule(a_rule(None, title))

    plan = planned(desk, [a_rule("b", "B"), a_rule("c", "C"), a_rule("a", "A")])
    applied_plan(desk, plan, state)

    assert titles(desk) == ["B", "other", "C", "A"]


def test_a_rule_that_moved_since_stops_the_plan_before_anything_is_sent(desk, state):
    lock = applied_plan(desk, planned(desk, [a_rule("vip", "VIP")]), state).lock
    plan = planned(desk, [a_rule("new", "New"), a_rule("vip", "Very important")], lock)
    desk.update_rule(replace(desk.rules()[0], title="Mine"))

    with pytest.raises(RefusedError, match='trigger 1 "Mine" was changed'):
        applied_plan(desk, plan, state, lock, digest="second")

    assert titles(desk) == ["Mine"]


def test_a_rule_that_came_with_our_title_stops_the_plan(desk, state):
    plan = planned(desk, [a_rule("vip", "VIP")])
    desk.create_rule(a_rule(None, "VIP"))

    with pytest.raises(RefusedError, match='"VIP" is new'):
        applied_plan(desk, plan, state)


def test_a_list_that_others_reordered_stops_the_plan(desk, state):
    for title in ("A", "B"):
        desk.create_rule(a_rule(None, title))
    plan = planned(desk, [a_rule("b", "B"), a_rule("a", "A")])
    desk.create_rule(a_rule(None, "C"))

    with pytest.raises(RefusedError, match="the list of its rules of the kind trigger changed"):
        applied_plan(desk, plan, state)


def refusing(words):
    def refuse(_verb, rule):
        if getattr(rule, "title", None) in words:
            raise RejectedError(f"{rule.title} is not allowed", vendor="local")

    return refuse


def test_what_is_refused_is_named_and_the_rest_is_done(desk, state):
    plan = planned(desk, [a_rule("a", "A"), a_rule("b", "B"), a_rule("c", "C")])

    report = applied_plan(Dying(desk, 0, after=False, refuse=refusing({"B"})), plan, state)

    assert report.ending == Ending.PARTIAL
    assert [(one.key, one.error) for one in report.refused] == [("create:b", "B is not allowed")]
    assert titles(desk) == ["A", "C"]
    assert set(report.lock.rules) == {"a", "c"}
    applied_plan(desk, plan, state)
    assert sorted(titles(desk)) == ["A", "B", "C"]


def test_after_five_refusals_in_a_row_the_rest_is_not_tried(desk, state):
    wanted = [a_rule(f"r{number}", f"R{number}") for number in range(9)]

    report = applied_plan(
        Dying(desk, 0, after=False, refuse=refusing({rule.title for rule in wanted})),
        planned(desk, wanted),
        state,
    )

    assert (report.ending, len(report.refused)) == (Ending.FAILED, 5)
    assert isinstance(report.stopped, RejectedError)


def test_a_lost_answer_is_looked_up_and_not_sent_twice(desk, state):
    def lose(verb, rule):
        if verb == "create_rule":
            desk.create_rule(rule)
            raise UnavailableError("no answer", vendor="local")

    plan = planned(desk, [a_rule("a", "A")])

    report = applied_plan(Dying(desk, 0, after=False, refuse=lose), plan, state)
    assert (report.ending, str(report.stopped)) == (Ending.FAILED, "no answer")

    assert applied_plan(desk, plan, state).ending == Ending.DONE
    assert titles(desk) == ["A"]


def by_title(rules):
    return sorted(rules, key=lambda rule: rule.title)


@given(first=rule_parts(), second=rule_parts(), strangers=st.integers(0, 2))
def test_applied_plans_leave_nothing_to_do(first, second, strangers):
    desk = RuleList()
    with StateFile.open(Path(":memory:")) as state:
        for number in range(strangers):
            desk.create_rule(a_rule(None, f"stranger {number}"))
        lock = applied_plan(desk, planned(desk, built_rules(first)), state).lock
        plan = planned(desk, built_rules(second), lock, delete_missing=True)

        report = applied_plan(desk, plan, state, lock, digest="second")

        assert report.ending == Ending.DONE
        assert len(report.done) == plan.calls
        again = planned(desk, built_rules(second), report.lock, delete_missing=True)
        assert (again.changes, again.reorders) == ((), ())
        ours = managed(desk.rules(), report.lock)
        for kind in ("trigger", "macro"):
            wanted = faces([rule for rule in built_rules(second) if rule.kind == kind])
            standing = faces([rule for rule in ours if rule.kind == kind])
            assert (standing if kind == "trigger" else by_title(standing)) == (
                wanted if kind == "trigger" else by_title(wanted)
            )
        assert sum(rule.title.startswith("stranger") for rule in desk.rules()) == strangers


@given(first=rule_parts(), second=rule_parts(), cut=st.tuples(st.integers(1, 12), st.booleans()))
def test_a_killed_run_gone_on_with_ends_like_an_undisturbed_one(first, second, cut):
    desk = RuleList()
    with StateFile.open(Path(":memory:")) as state:
        lock = applied_plan(desk, planned(desk, built_rules(first)), state, digest="first").lock
        plan = planned(desk, built_rules(second), lock, delete_missing=True)
        try:
            applied_plan(Dying(desk, cut[0], after=cut[1]), plan, state, lock, digest="second")
        except Killed:
            report = applied_plan(desk, plan, state, lock, digest="second")
            assert report.ending == Ending.DONE
            again = planned(desk, built_rules(second), report.lock, delete_missing=True)
            assert (again.changes, again.reorders) == ((), ())
            assert len(desk.rules()) == len(second)
