"""What neutral rules do, worked out by hand from the grammar's "Actions"."""

import pytest

from cstoolkit.engines.trace import FieldChange
from cstoolkit.model.people import Organization, Person
from cstoolkit.model.ticket import Status
from engines.neutral_world import (
    ANN,
    CREATED,
    KIM,
    LEE,
    TIER_1,
    a_rule,
    a_ticket,
    happen,
    saves,
    says,
    scan,
)


def changes_of(then, ticket=None, update=CREATED):
    outcome = happen([a_rule(then=then)], ticket or a_ticket(), update)
    return {change.field: (change.before, change.after) for change in outcome.steps[0].changes}


@pytest.mark.parametrize(
    ("then", "changes"),
    [
        ({"set": {"status": "pending"}}, {"status": ("open", "pending")}),
        ({"set": {"status": "open"}}, {}),
        ({"set": {"priority": "urgent"}}, {"priority": ("low", "urgent")}),
        ({"set": {"priority": None}}, {"priority": ("low", None)}),
        ({"set": {"type": "task"}}, {"type": (None, "task")}),
        ({"set": {"group": "Tier 2"}}, {"group": ("Tier 1", "Tier 2")}),
        ({"set": {"group": "Tier 1"}}, {}),
        ({"set": {"group": None}}, {"group": ("Tier 1", None)}),
        ({"set": {"assignee": "lee"}}, {"assignee": ("kim", "lee")}),
        ({"set": {"assignee": None}}, {"assignee": ("kim", None)}),
        ({"set": {"custom.seats": 3}}, {"custom.seats": (None, 3)}),
        ({"set": {"custom.plan": None}}, {"custom.plan": ("gold", None)}),
        ({"set": {"due_at": "3d"}}, {"due_at": (None, "2026-03-05T10:00:00Z")}),
        ({"set": {"due_at": "9h business"}}, {"due_at": (None, "2026-03-03T10:00:00Z")}),
        ({"tags": {"add": ["a", "b"], "remove": ["old"]}}, {"tags": (["old"], ["a", "b"])}),
        ({"tags": {"remove": ["never"]}}, {}),
        ({"link": {"problem": "4711"}}, {"problem": (None, "4711")}),
        ({"reply": "Hello {{ requester.first_name }}"}, {"reply": (None, "Hello Ann")}),
        ({"note": "seen"}, {"note": (None, "seen")}),
        ({"follow": ["kim"]}, {"followers": (None, ["kim"])}),
        ({"cc": ["a@b.example"]}, {"cc": (None, ["a@b.example"])}),
        ({"quiet": True}, {"quiet": (None, True)}),
    ],
    ids=str,
)
def test_an_action_changes_what_it_says(then, changes):
    ticket = a_ticket(priority="low", group=TIER_1, assignee=KIM, tags={"old"}, custom={"plan": "gold"})

    assert changes_of([then], ticket) == changes


def test_an_own_status_is_in_the_category_that_the_project_gives_it():
    outcome = happen([a_rule(then=[{"set": {"status": "Waiting on Tier 2"}}])], a_ticket(), CREATED)

    assert (outcome.ticket.status.category, outcome.ticket.status.native) == ("hold", "Waiting on Tier 2")


def test_an_own_status_that_the_project_does_not_know_keeps_the_category():
    outcome = happen([a_rule(then=[{"set": {"status": "Parked"}}])], a_ticket(status="pending"), CREATED)

    assert (outcome.ticket.status.category, outcome.ticket.status.native) == ("pending", "Parked")


def test_actions_are_done_in_order_and_see_each_other():
    then = [
        {"set": {"assignee": "lee"}},
        {"notify": {"to": "assignee", "subject": "s", "text": "{{ assignee.name }}"}},
    ]

    (message,) = happen([a_rule(then=then)], a_ticket(assignee=KIM), CREATED).messages

    assert (message.audience, message.to, message.body) == ("assignee", ("lee",), "lee")


def test_the_acting_agent_takes_the_ticket():
    outcome = happen([a_rule(then=[{"set": {"assignee": "actor"}}])], a_ticket(), says(by=KIM))

    assert outcome.ticket.assignee == KIM


def test_a_customer_cannot_be_the_assignee():
    outcome = happen([a_rule(then=[{"set": {"assignee": "actor"}}])], a_ticket(), CREATED)

    assert outcome.steps[0].outcome == "opaque"
    assert outcome.ticket.assignee is None


@pytest.mark.parametrize(
    ("to", "ticket", "receivers"),
    [
        ("requester", {}, ("p1",)),
        ("requester_and_ccs", {}, ("p1",)),
        ("assignee", {"assignee": KIM}, ("p3",)),
        ("assignee", {}, None),
        ("group", {"group": TIER_1}, ("g1",)),
        ("group", {}, None),
        ("actor", {}, ("p4",)),
        ("all_agents", {}, ("all_agents",)),
        ("Support Leads", {}, ("Support Leads",)),
        ("email:a@b.example", {}, ("a@b.example",)),
    ],
)
def test_a_message_goes_to_whom_it_is_for(to, ticket, receivers):
    then = [{"notify": {"to": to, "subject": "s", "text": "t"}}]

    outcome = happen([a_rule(then=then)], a_ticket(**ticket), saves(LEE, type="task"))

    assert [message.to for message in outcome.messages] == ([] if receivers is None else [receivers])


def test_nobody_is_behind_the_system():
    then = [{"notify": {"to": "actor", "subject": "s", "text": "t"}}]
    scanned = a_rule(
        kind="automation", when={"created_at": {"older_than": "0m"}}, then=[{"set": {"type": "task"}}]
    )

    outcome = scan([scanned, a_rule("tell", then=then)], a_ticket(), [1])

    assert outcome.fired == ["r", "tell"]
    assert outcome.messages == []


def test_a_survey_is_a_message_to_the_requester_and_an_offer():
    outcome = happen(
        [a_rule(then=[{"survey": {"subject": "How was it?", "text": "{{ ticket.id }}"}}])],
        a_ticket(),
        CREATED,
    )

    assert [(m.audience, m.subject, m.body) for m in outcome.messages] == [("requester", "How was it?", "1")]
    assert outcome.ticket.rating == "offered"


def test_a_call_has_its_body_filled_in():
    then = [
        {
            "call": {
                "endpoint": "pager",
                "body": {"id": "{{ ticket.id }}", "n": 1, "who": ["{{ actor.name }}"]},
            }
        }
    ]

    (step,) = happen([a_rule(then=then)], a_ticket(), CREATED).steps

    assert [(call.endpoint, call.body) for call in step.calls] == [
        ("pager", '{"id": "1", "n": 1, "who": ["Ann Ode"]}')
    ]


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("{{ ticket.subject }}", "Lamp"),
        ("{{ticket.status}}/{{ ticket.priority }}", "open/high"),
        ("{{ ticket.type }}", ""),
        ("{{ ticket.created_at }}", "2026-03-02T10:00:00Z"),
        ("{{ requester.name }} <{{ requester.email }}>", "Ann Ode <ann@acme.example>"),
        ("{{ assignee.first_name }}", ""),
        ("{{ group.name }}", "Tier 1"),
        ("{{ organization.name }}", "Acme"),
        ("{{ organization.custom.tier }}", "gold"),
        ("{{ ticket.custom.sites }}", "N, S"),
        ("{{ comment.text }}", "Hello"),
        ("{{ calendar.next_open_at }}", "2026-03-02T10:00:00Z"),
    ],
)
def test_placeholders_are_filled_in(text, rendered):
    ticket = a_ticket(
        subject="Lamp", priority="high", group=TIER_1, custom={"sites": ("N", "S")},
        organization=Organization(id="o1", name="Acme", custom={"tier": "gold"}),
    )  # fmt: skip
    then = [{"notify": {"to": "requester", "subject": "s", "text": text}}]

    (message,) = happen([a_rule(then=then)], ticket, CREATED).messages

    assert message.body == rendered


def test_the_next_opening_of_no_calendar_is_opaque():
    then = [{"notify": {"to": "requester", "subject": "s", "text": "{{ calendar.next_open_at }}"}}]

    (step,) = happen([a_rule(then=then)], a_ticket(calendar=None), CREATED).steps

    assert (step.outcome, step.messages) == ("opaque", ())


def test_a_text_shows_the_ticket_as_the_action_found_it():
    # "Messages show the ticket when they are rendered ... at the action elsewhere" (8).
    then = [
        {"notify": {"to": "requester", "subject": "s", "text": "{{ ticket.status }}"}},
        {"set": {"status": "solved"}},
    ]

    (message,) = happen([a_rule(then=then)], a_ticket(), CREATED).messages

    assert message.body == "open"


def test_a_rules_reply_counts_for_nobody():
    outcome = happen([a_rule(then=[{"reply": "We have it."}])], a_ticket(replies=0), CREATED)

    assert (outcome.ticket.replies, outcome.ticket.comments[-1].author_role) == (0, "system")


def test_a_person_known_by_name_only_is_an_agent():
    assert happen(
        [a_rule(then=[{"set": {"assignee": "lee"}}])], a_ticket(), CREATED
    ).ticket.assignee == Person(id="lee", name="lee", role="agent")


def test_a_change_of_subject_is_searched_by_later_rules():
    rule = a_rule(when={"subject": {"contains": "outage"}})
    ticket = a_ticket(subject="Lamp")
    assert ticket.subject_folded == "lamp"

    assert happen([rule], ticket, saves(ANN, subject="Outage")).fired == ["r"]


def test_a_field_change_is_what_a_reader_of_traces_gets():
    (step,) = happen([a_rule(then=[{"set": {"type": "task"}}])], a_ticket(), CREATED).steps

    assert step.changes == (FieldChange("type", None, "task"),)


def test_setting_a_category_leaves_a_status_of_its_own_in_it():
    waiting = Status(category="hold", native="Waiting on Tier 2")

    assert changes_of([{"set": {"status": "hold"}}], a_ticket().model_copy(update={"status": waiting})) == {}


@pytest.mark.parametrize(("field", "held", "word"), [("group", TIER_1, "Tier 1"), ("assignee", KIM, "kim")])
def test_setting_what_is_set_is_no_change(field, held, word):
    rules = [a_rule("set", then=[{"set": {field: word}}]), a_rule("seen", when={field: {"changed": True}})]

    outcome = happen(rules, a_ticket(**{field: held}), saves(LEE, type="task"))

    assert outcome.fired == ["set"]
