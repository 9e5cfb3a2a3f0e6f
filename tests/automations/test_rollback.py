"""Runs undone: the account is as it was, whatever of the run was done."""

import contextlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clocks import JumpingClock
from cstoolkit.automations.apply import Ending
from cstoolkit.automations.drift import find_drift
from cstoolkit.automations.rollback import make_rollback
from cstoolkit.connectors.local.helpdesk import LocalHelpdesk
from cstoolkit.errors import RefusedError
from cstoolkit.store.database import Store
from cstoolkit.store.rule_journal import runs, steps_of
from cstoolkit.store.state import StateFile
from histories import MONDAY
from rule_accounts import (
    NO_LOCK,
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
def state():
    with StateFile.open(Path(":memory:")) as opened:
        yield opened


def emptied(desk):
    for rule in desk.rules():
        desk.delete_rule(rule)


def undo(desk, state, lock=NO_LOCK, run=None, **options):
    newest = run or runs(state)[0].id
    plan = make_rollback(
        connection="desk",
        vendor="local",
        steps=steps_of(state, newest),
        live=desk.rules(),
        lock=lock,
        normalise=lambda rule: rule,
        **options,
    )
    return plan, applied_plan(desk, plan, state, lock, digest=f"rollback:{newest}")


def test_what_was_made_goes_and_what_went_comes_back(desk, state):
    lock = applied_plan(desk, planned(desk, [a_rule("a", "A"), a_rule("b", "B")]), state, digest="1").lock
    plan = planned(desk, [a_rule("b", "B2"), a_rule("c", "C")], lock, delete_missing=True)
    lock = applied_plan(desk, plan, state, lock, digest="2").lock

    undone, report = undo(desk, state, lock)

    assert [rule.title for rule in desk.rules()] == ["A", "B"]
    assert set(report.lock.rules) == {"a", "b"}
    assert [change.note for change in undone.changes] == [
        "comes back under a new id; it was 1",
        None,
        "it was made by that run",
    ]


def test_a_rule_that_somebody_changed_since_is_not_undone(desk, state):
    applied_plan(desk, planned(desk, [a_rule("a", "A")]), state)
    desk.update_rule(replace(desk.rules()[0], title="Mine"))

    with pytest.raises(RefusedError, match='since that run, trigger 1 "Mine" was changed'):
        undo(desk, state)


def test_drift_names_what_moved_and_leaves_alone_what_did_not(desk, state):
    wanted = [a_rule("a", "A"), a_rule("b", "B"), a_rule("c", "C")]
    lock = applied_plan(desk, planned(desk, wanted), state).lock
    desk.create_rule(a_rule(None, "unmanaged"))
    desk.delete_rule(desk.rules()[0])
    desk.update_rule(replace(desk.rules()[0], active=False))

    found = find_drift(desk.rules(), lock, normalise=lambda rule: rule)

    assert [(one.key, one.what, one.title) for one in found] == [("a", "deleted", "A"), ("b", "changed", "B")]
    assert [(one.place, one.before, one.after) for one in found[1].differences] == [
        ("active", "true", "false")
    ]


@given(first=rule_parts(), second=rule_parts(), cut=st.tuples(st.integers(0, 12), st.booleans()))
def test_a_run_undone_leaves_the_account_as_it_was(first, second, cut):
    desk = RuleList()
    with StateFile.open(Path(":memory:")) as state:
        desk.create_rule(a_rule(None, "stranger"))
        lock = applied_plan(desk, planned(desk, built_rules(first)), state, digest="first").lock
        before = faces(desk.rules())
        plan = planned(desk, built_rules(second), lock, delete_missing=True)
        with contextlib.suppress(Killed):
            lock = applied_plan(Dying(desk, cut[0], after=cut[1]), plan, state, lock, digest="second").lock

        _, report = undo(desk, state, lock, run="r1")

        assert report.ending == Ending.DONE
        assert faces(desk.rules()) == before


def test_what_the_vendor_cannot_delete_is_left_behind_and_named(desk, state):
    keeps = {"macro"}
    lock = applied_plan(
        desk,
        planned(desk, [a_rule("a", "A", kind="macro"), a_rule("b", "B")], keeps=keeps),
        state,
        digest="1",
    ).lock

    plan = planned(desk, [a_rule("b", "B")], lock, delete_missing=True, keeps=keeps)
    report = applied_plan(desk, plan, state, lock, digest="2")

    assert [(change.verb, change.key) for change in plan.changes] == [("leave", "a")]
    assert (plan.sends, plan.calls, report.done, set(report.lock.rules)) == (False, 0, (), {"b"})
    assert [rule.title for rule in desk.rules("macro")] == ["A"]


def test_a_rollback_names_what_it_leaves_behind(desk, state):
    plan = planned(desk, [a_rule("a", "A", kind="macro")], keeps={"macro"})
    lock = applied_plan(desk, plan, state).lock

    undone, report = undo(desk, state, lock, keeps={"macro"})

    assert plan.cannot_undo == ('the new macro "A": local deletes no macro',)
    assert [(one.verb, one.note) for one in undone.changes] == [("leave", "it was made by that run")]
    assert report.lock.rules == {}
