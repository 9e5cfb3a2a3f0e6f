"""What must hold for any rules and any ticket."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.engines.switches import Switches
from cstoolkit.engines.zendesk import ZendeskEngine
from cstoolkit.engines.zendesk.effects import perform
from cstoolkit.engines.zendesk.rules import compile_rules
from cstoolkit.engines.zendesk.state import TicketState
from cstoolkit.engines.zendesk.switches import SWITCHES
from engines.zendesk_world import MONDAY, a_comment, a_rule, a_world, an_update

STATUSES = ["new", "open", "pending", "hold", "solved"]
TAGS = ["a", "b", "c", "d"]
WORDS = ["refund", "printer", "fire", "thanks"]


def lists_of(strategy, most=3):
    return st.lists(strategy, max_size=most)


conditions = st.one_of(
    st.tuples(st.just("status"), st.sampled_from(["is", "is_not", "less_than", "value", "value_previous", "not_value"]), st.sampled_from(STATUSES)),
    st.tuples(st.just("priority"), st.sampled_from(["is", "greater_than"]), st.sampled_from(["low", "normal", "high", "urgent"])),
    st.tuples(st.sampled_from(["status", "group_id", "assignee_id"]), st.sampled_from(["changed", "not_changed"]), st.none()),
    st.tuples(st.just("current_tags"), st.sampled_from(["includes", "not_includes"]), lists_of(st.sampled_from(TAGS)).map(" ".join)),
    st.tuples(st.just("comment_includes_word"), st.sampled_from(["includes", "not_includes", "is"]), st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join)),
    st.tuples(st.just("comment_is_public"), st.just("is"), st.sampled_from(["true", "false", "not_relevant"])),
    st.tuples(st.just("update_type"), st.just("is"), st.sampled_from(["Create", "Change"])),
    st.tuples(st.just("assignee_id"), st.sampled_from(["is", "is_not"]), st.sampled_from(["", "7", "9", "current_user", "requester_id"])),
    st.tuples(st.just("custom_fields_100"), st.sampled_from(["is", "is_not", "present", "changed"]), st.sampled_from(["basic", "pro"])),
    st.tuples(st.just("reopens"), st.just("greater_than"), st.just("1")),  # cannot be judged here
    st.sampled_from(
        [
            ("requester.custom_fields.plan", "is", "501"),
            ("requester.custom_fields.plan", "is_not", "501"),
            ("locale_id", "is", "8"),
            ("satisfaction_score", "is", "offered"),
            ("cc", "is", "present"),
            ("schedule_id", "is", "2"),
            ("in_business_hours", "is", "true"),
            ("role", "is", "agent"),
        ]
    ),
).map(lambda parts: {"field": parts[0], "operator": parts[1], "value": parts[2]})  # fmt: skip
actions = st.one_of(
    st.tuples(st.just("status"), st.sampled_from(STATUSES)),
    st.tuples(st.just("priority"), st.sampled_from(["low", "urgent"])),
    st.tuples(st.sampled_from(["current_tags", "remove_tags", "set_tags"]), lists_of(st.sampled_from(TAGS)).map(" ".join)),
    st.tuples(st.just("assignee_id"), st.sampled_from(["", "7", "9", "current_user"])),
    st.tuples(st.just("group_id"), st.sampled_from(["", "1", "2"])),
    st.tuples(st.just("custom_fields_100"), st.sampled_from(["basic", "pro", ""])),
    st.tuples(st.just("notification_user"), st.just(["assignee_id", "s", "b"])),
    st.tuples(st.just("add_skills"), st.just("1")),
    st.sampled_from(
        [
            ("requester.custom_fields.plan", "502"),
            ("locale_id", "1"),
            ("satisfaction_score", "offered"),
            ("cc", "21"),
            ("set_schedule", "2"),
        ]
    ),
)  # fmt: skip
rule_parts = st.tuples(lists_of(conditions), lists_of(conditions), lists_of(actions))
rule_lists = st.lists(rule_parts, max_size=8).map(
    lambda parts: [
        a_rule(f"rule {number}", position=number, every=every, some=some, do=do)
        for number, (every, some, do) in enumerate(parts)
    ]
)
worlds = st.builds(
    lambda status, tags, assignee, option: a_world(
        {"status": status, "tags": tags, "assignee_id": assignee, "custom_fields": {100: option}}
    ),
    st.sampled_from(STATUSES),
    st.lists(st.sampled_from(TAGS), unique=True),
    st.sampled_from([None, 7, 9]),
    st.sampled_from([None, "basic", "pro"]),
)
updates = st.builds(
    lambda kind, before, words, by: an_update(
        kind, before=before, comment=a_comment(" ".join(words)) if words is not None else None, by=by
    ),
    st.sampled_from(["created", "updated"]),
    st.sampled_from([{}, {"status": "solved"}, {"group_id": None, "assignee_id": 9}]),
    st.none() | lists_of(st.sampled_from(WORDS)),
    st.sampled_from([None, "kim", "customer"]),
)


@given(rule_lists, worlds, updates)
def test_equal_arguments_give_equal_traces(rules, world, update):
    traces = [ZendeskEngine(rules).run(world, update, now=MONDAY) for _ in range(2)]

    assert traces[0] == traces[1]


@given(rule_lists, worlds, updates)
def test_the_fast_path_finds_what_the_full_one_finds(rules, world, update):
    engine = ZendeskEngine(rules)

    full, fired = (engine.run(world, update, now=MONDAY, detail=detail) for detail in ("full", "fired"))

    busy = [
        (step.rule, step.round, step.outcome, step.changes)
        for step in full.steps
        if step.outcome not in {"no_match", "spent"}
    ]
    # A rule whose gate shuts is decided; one that cannot be judged may be left out by it, never the reverse.
    assert [(step.rule, step.round, step.outcome, step.changes) for step in fired.steps] == busy
    assert fired.ticket == full.ticket


def plainly(rules, world, update):
    """The pass as the vendor's text tells it: from the top after each change, every rule asked anew."""
    switches = Switches(SWITCHES, {})
    state, spent, steps, round_number = (
        TicketState(world, update, now=MONDAY, switches=switches),
        set(),
        [],
        0,
    )
    changed = True
    while changed:
        changed, round_number = False, round_number + 1
        for rule in compile_rules(rules, "trigger", switches):
            if rule.name in spent:
                steps.append((rule.name, round_number, "spent", None))
                continue
            verdict = rule.judge(state)
            if not verdict.holds:
                steps.append(
                    (rule.name, round_number, "opaque" if verdict.opaque else "no_match", verdict.failed)
                )
                continue
            spent.add(rule.name)
            version = state.version
            perform(rule.actions, state)
            steps.append((rule.name, round_number, "fired", None))
            if state.version != version:
                changed = True
                break
    return steps, state.ticket


@given(rule_lists, worlds, updates)
def test_the_index_and_what_it_remembers_change_no_answer(rules, world, update):
    steps, ticket = plainly(rules, world, update)

    trace = ZendeskEngine(rules).run(world, update, now=MONDAY)

    # Parts of actions that cannot be judged are not the walk's matter.
    found = [
        (
            step.rule,
            step.round,
            step.outcome if step.outcome != "opaque" or _in_conditions(step) else "fired",
            step.failed,
        )
        for step in trace.steps
    ]
    assert found == steps
    assert trace.ticket == ticket


def _in_conditions(step):
    return all(part.path.startswith(("all", "any")) for part in step.opaque)


@given(rule_lists, worlds, updates)
def test_each_trigger_fires_at_most_once_and_the_pass_ends(rules, world, update):
    trace = ZendeskEngine(rules).run(world, update, now=MONDAY)

    effects = [step.rule for step in trace.steps if step.outcome == "fired" or step.changes]
    assert len(effects) == len(set(effects))
    assert max((step.round for step in trace.steps), default=1) <= len(rules) + 1


@given(rule_lists, worlds, updates)
def test_a_single_pass_begins_as_the_walk_with_restarts_does(rules, world, update):
    rewalk, single = (
        ZendeskEngine(rules, {"trigger_pass": how}).run(world, update, now=MONDAY)
        for how in ("rewalk", "single_pass")
    )

    first_round = [step for step in rewalk.steps if step.round == 1]
    begun = [(step.rule, step.outcome, step.changes) for step in single.steps[: len(first_round)]]
    assert begun == [(step.rule, step.outcome, step.changes) for step in first_round]
    assert [step.rule for step in single.steps] == [rule.title for rule in rules]


@given(rule_lists, worlds, updates)
def test_rules_that_do_not_fire_change_nothing(rules, world, update):
    trace = ZendeskEngine(rules).run(world, update, now=MONDAY)

    for step in trace.steps:
        if step.outcome in {"no_match", "spent"}:
            assert not (step.changes)
            assert not (step.messages)
            assert not (step.calls)
    if not any(step.changes for step in trace.steps):
        assert trace.ticket == world.ticket


@given(rule_lists, worlds, updates)
def test_the_changes_of_the_steps_lead_to_the_ticket(rules, world, update):
    trace = ZendeskEngine(rules).run(world, update, now=MONDAY)

    requester = {"requester.custom_fields.plan": "gold", "requester.locale_id": 8}
    state = {**world.ticket, **options_of(world.ticket), **requester}
    for step in trace.steps:
        for change in step.changes:
            assert state.get(change.field) == change.before
            state[change.field] = change.after
    after = {**trace.ticket, **options_of(trace.ticket)}
    assert {name: state[name] for name in after if name != "custom_fields"} == {
        name: value for name, value in after.items() if name != "custom_fields"
    }


def options_of(ticket):
    return {f"custom_fields_{entry['id']}": entry["value"] for entry in ticket["custom_fields"]}


@given(st.permutations(range(5)))
def test_the_order_of_arrival_does_not_matter(order):
    rules = [a_rule(str(number), position=number, do=[("current_tags", f"t{number}")]) for number in range(5)]

    trace = ZendeskEngine([rules[number] for number in order]).run(a_world(), an_update(), now=MONDAY)

    assert [step.rule for step in trace.steps if step.outcome == "fired"] == ["0", "1", "2", "3", "4"]


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 59))
def test_hours_count_as_the_runs_that_the_vendor_counts(wanted, age_in_quarters, minute):
    now = datetime(2026, 3, 2, 10, minute, tzinfo=UTC)
    created = now - timedelta(minutes=15 * age_in_quarters)
    runs = sum(created <= now - timedelta(hours=number) for number in range(400)) - 1  # the first one is zero
    engine = ZendeskEngine([a_rule(kind="automation", every=[f"NEW is {wanted}"])])

    (trace,) = engine.hour([a_world({"created_at": created.isoformat()})], now=now)

    assert (trace.steps[0].outcome == "fired") == (runs == wanted)


@pytest.mark.parametrize("size", [0, 1, 7])
def test_an_hour_answers_for_each_ticket_in_order(size):
    engine = ZendeskEngine([a_rule(kind="automation")])

    traces = engine.hour((a_world({"id": number}) for number in range(size)), now=MONDAY)

    assert [trace.ticket["id"] for trace in traces] == list(range(size))
