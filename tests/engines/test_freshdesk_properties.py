"""What must hold for any rules and any ticket."""

from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.engines.freshdesk import FreshdeskEngine
from engines.freshdesk_world import CREATED, MONDAY, a_note, a_reply, a_rule, a_set, a_world, an_update, put

STATUSES, PRIORITIES, TAGS = [2, 3, 4, 5, 6], [1, 2, 3, 4], ["a", "b", "c"]
WORDS = ["refund", "printer", "fire", "thanks"]


def property_of(field, operators, values, *, resource="ticket"):
    return st.builds(
        lambda operator, value: {
            "resource_type": resource,
            "field_name": field,
            "operator": operator,
            "value": value,
        },
        st.sampled_from(operators),
        values,
    )


some = lambda values: st.lists(st.sampled_from(values), min_size=1, max_size=2)  # noqa: E731
CHOICE, TEXT = ["in", "not_in"], ["contains", "does_not_contain", "is", "is_not", "starts_with", "ends_with"]
properties = st.one_of(
    property_of("status", CHOICE, some(STATUSES)),
    property_of("priority", CHOICE, some(PRIORITIES)),
    property_of("group_id", CHOICE, some([None, 1, 2])),
    property_of("subject", TEXT, some(WORDS)),
    property_of("subject_or_description", ["contains", "does_not_contain"], some(WORDS)),
    property_of("cf_seats", ["greater_than", "less_than"], st.integers(0, 5)),
    property_of("cf_guard", ["is"], st.booleans()),
    property_of("language", CHOICE, some(["de", "en"]), resource="contact"),
    property_of("colour", ["in"], st.just(["red"])),  # cannot be judged
)
sets = st.lists(
    st.builds(lambda match, listed: a_set(*listed, match=match), st.sampled_from(["all", "any"]), st.lists(properties, max_size=3)),
    max_size=2,
)  # fmt: skip
actions = st.lists(
    st.one_of(
        st.builds(put, st.just("status"), st.sampled_from(STATUSES)),
        st.builds(put, st.just("priority"), st.sampled_from(PRIORITIES)),
        st.builds(put, st.just("group_id"), st.sampled_from([None, 1, 2])),
        st.builds(put, st.just("responder_id"), st.sampled_from([7, 8, 9, -1])),
        st.builds(put, st.just("add_tag"), some(TAGS)),
        st.builds(put, st.just("cf_guard"), st.booleans()),
        st.just(
            {"field_name": "send_email_to_requester", "email_subject": "s", "email_body": "{{ticket.status}}"}
        ),
    ),
    max_size=3,
)
EVENTS = [
    {"field_name": "reply_sent"},
    {"field_name": "note_type", "value": "public"},
    {"field_name": "status", "from": "--", "to": "--"},
    {"field_name": "priority", "from": "--", "to": 4},
    {"field_name": "cf_guard", "from": "--", "to": "--"},
    {"field_name": "mystery"},
]
rule_parts = st.tuples(
    sets, st.sampled_from(["AND", "OR"]), actions, st.sampled_from([1, 2, 3]), st.lists(st.sampled_from(EVENTS), max_size=2)
)  # fmt: skip


def rules_of(parts, type):
    starts = lambda who, events: {"performer": {"type": who}, "events": events} if type == 4 else {}  # noqa: E731
    return [
        a_rule(
            f"rule {number}",
            type=type,
            position=number,
            sets=groups,
            operator=join,
            do=do,
            **starts(who, events),
        )
        for number, (groups, join, do, who, events) in enumerate(parts)
    ]


rule_lists = st.lists(rule_parts, max_size=6)
worlds = st.builds(
    lambda status, group, words, seats, guard: a_world(
        {
            "status": status,
            "group_id": group,
            "subject": " ".join(words) or None,
            "description": f"<p>{' '.join(reversed(words))}</p>",
            "custom_fields": {"cf_seats": seats, "cf_guard": guard},
        }
    ),
    st.sampled_from(STATUSES),
    st.sampled_from([None, 1, 2]),
    st.lists(st.sampled_from(WORDS), max_size=3),
    st.none() | st.integers(0, 5),
    st.none() | st.booleans(),
)
updates = st.builds(
    lambda before, comment, by: an_update(before=before, comment=comment, by=by),
    st.sampled_from([{}, {"status": 9}, {"priority": 9}, {"custom_fields": {"cf_guard": "x"}}]),
    st.sampled_from([None, a_reply(), a_note(private=False)]),
    st.sampled_from(["kim", "customer", None]),
)


# -- condition sets against an evaluator of their own


def plainly(groups, join, ticket):
    """True, False, or None for open: written from the vendor's text, three values in a row of tables."""
    values = [plain_set(group, ticket) for group in groups if group["properties"]]
    return combined(values, every=join == "AND" or len(values) < 2)


def plain_set(group, ticket):
    return combined([plain(one, ticket) for one in group["properties"]], every=group["match_type"] == "all")


def combined(values, *, every):
    if not values:
        return True
    decisive = not every
    if decisive in values:
        return decisive
    return None if None in values else every


def plain(one, ticket):
    field, operator, wanted = one["field_name"], one["operator"], one["value"]
    if field == "colour":
        return None
    held = {"language": "de"}.get(field, ticket["custom_fields"].get(field, ticket.get(field)))
    if field == "cf_seats":
        return held is not None and (held > wanted if operator == "greater_than" else held < wanted)
    if field == "cf_guard":
        return bool(held) is wanted
    if operator in {"in", "not_in"}:
        return (held in wanted) is (operator == "in")
    texts = (
        [ticket["subject"] or "", ticket["description"]]
        if field == "subject_or_description"
        else [held or ""]
    )
    tests = {
        "contains": lambda text, word: word in text,
        "is": lambda text, word: text == word,
        "starts_with": str.startswith,
        "ends_with": str.endswith,
    }
    negative = {"does_not_contain": "contains", "is_not": "is"}
    test = tests[negative.get(operator, operator)]
    found = any(test(text, word) for text in texts for word in wanted)
    return found is not (operator in negative)


@given(sets, st.sampled_from(["AND", "OR"]), worlds)
def test_condition_sets_agree_with_a_plain_evaluator(groups, join, world):
    engine = FreshdeskEngine([a_rule(sets=groups, operator=join)])

    (step,) = engine.run(world, CREATED, now=MONDAY).steps

    assert {"fired": True, "no_match": False, "opaque": None}[step.outcome] is plainly(
        groups, join, world.ticket
    )


@given(sets, st.sampled_from(["AND", "OR"]), worlds)
def test_a_rule_that_does_not_hold_names_a_condition_that_does_not(groups, join, world):
    (step,) = FreshdeskEngine([a_rule(sets=groups, operator=join)]).run(world, CREATED, now=MONDAY).steps

    if step.outcome == "no_match":
        failing = [
            one["field_name"]
            for group in groups
            for one in group["properties"]
            if plain(one, world.ticket) is False
        ]
        assert step.failed.field in failing


# -- runs


@given(rule_lists, worlds, updates)
def test_equal_arguments_give_equal_traces(parts, world, update):
    traces = [FreshdeskEngine(rules_of(parts, 4)).run(world, update, now=MONDAY) for _ in range(2)]

    assert traces[0] == traces[1]


@given(rule_lists, worlds, updates)
def test_the_fast_path_finds_what_the_full_one_finds(parts, world, update):
    engine = FreshdeskEngine(rules_of(parts, 4))

    full, fired = (engine.run(world, update, now=MONDAY, detail=detail) for detail in ("full", "fired"))

    busy = [
        (step.rule, step.outcome, step.changes)
        for step in full.steps
        if step.outcome not in {"no_match", "spent"}
    ]
    assert [(step.rule, step.outcome, step.changes) for step in fired.steps] == busy
    assert fired.ticket == full.ticket


@given(rule_lists, worlds)
def test_the_first_match_is_where_running_all_begins(parts, world):
    rules = rules_of(parts, 1)
    first, every = (
        FreshdeskEngine(rules, {"creation_rules": how}).run(world, CREATED, now=MONDAY) for how in ("first_match", "all_match")
    )  # fmt: skip

    assert every.steps[: len(first.steps)] == first.steps
    acted = [step for step in first.steps if step.outcome == "fired" or step.changes]
    assert acted in ([], list(first.steps[-1:]))
    assert len(every.steps) == len(rules)


@given(rule_lists, worlds, updates)
def test_the_changes_of_the_steps_lead_to_the_ticket(parts, world, update):
    trace = FreshdeskEngine(rules_of(parts, 4)).run(world, update, now=MONDAY)

    state = {**world.ticket, **world.ticket["custom_fields"]}
    for step in trace.steps:
        for change in step.changes:
            assert state[change.field] == change.before != change.after
            state[change.field] = change.after
    after = {**trace.ticket, **trace.ticket["custom_fields"]}
    apart = {"stats", "custom_fields"}
    assert {name: state[name] for name in state.keys() - apart} == {
        name: after[name] for name in after.keys() - apart
    }


@given(rule_lists, worlds, updates)
def test_rules_that_do_not_fire_do_nothing(parts, world, update):
    trace = FreshdeskEngine(rules_of(parts, 4)).run(world, update, now=MONDAY)

    for step in trace.steps:
        if step.outcome in {"no_match", "spent"}:
            assert (step.changes, step.messages, step.calls) == ((), (), ())
    if not any(step.changes for step in trace.steps):
        assert trace.ticket == world.ticket


@given(rule_lists, worlds, updates)
def test_a_second_pass_begins_as_the_single_one_and_each_rule_fires_once(parts, world, update):
    rules = rules_of(parts, 4)
    single, twice = (
        FreshdeskEngine(rules, {"update_pass": how}).run(world, update, now=MONDAY, detail="fired")
        for how in ("single", "second_pass")
    )

    first = [(step.rule, step.outcome, step.changes) for step in twice.steps if step.round == 1]
    assert first == [(step.rule, step.outcome, step.changes) for step in single.steps]
    acted = [step.rule for step in twice.steps if step.changes]
    assert len(acted) == len(set(acted))


@given(rule_lists, worlds)
def test_an_hour_is_the_same_for_a_ticket_alone_and_among_others(parts, world):
    engine = FreshdeskEngine(rules_of(parts, 3))

    (alone,) = engine.hour([world], now=MONDAY)
    among = list(engine.hour([a_world(), world, a_world({"status": 5})], now=MONDAY))

    assert among[1] == alone


@given(st.permutations(range(5)))
def test_the_order_of_arrival_does_not_matter(order):
    rules = [a_rule(str(number), type=4, position=number) for number in range(5)]

    trace = FreshdeskEngine([rules[number] for number in order]).run(
        a_world(), an_update(comment=a_reply(), by="customer"), now=MONDAY
    )

    assert [step.rule for step in trace.steps] == ["0", "1", "2", "3", "4"]
