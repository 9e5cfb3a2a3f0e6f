"""Mail, webhooks and what stands in them."""

import pytest

from cstoolkit.engines.trace import Call, Message
from cstoolkit.engines.zendesk import ZendeskEngine
from engines.vendor_documents import ACTIONS, OPEN, PLACEHOLDERS
from engines.zendesk_world import CUSTOMER, KIM, LEE, MONDAY, OTHER, a_comment, a_rule, a_world, an_update


def first_step(rules, *, ticket=None, comments=(), without=(), switches=None, detail="full", **update):
    engine = ZendeskEngine(rules if isinstance(rules, list) else [rules], switches)
    world = a_world(ticket, comments=comments, without=without)
    return engine.run(world, an_update(**update), now=MONDAY, detail=detail).steps[0]


def mail(to="requester_id", subject="s", body="b"):
    return a_rule(do=[("notification_user", [to, subject, body])])


@pytest.mark.parametrize(
    ("document", "action", "audience", "to"),
    [
        (ACTIONS, ("notification_user", ["requester_id", "s", "b"]), "requester", (str(CUSTOMER),)),
        (ACTIONS, ("notification_user", ["requester_and_ccs", "s", "b"]), "requester_and_ccs", (str(CUSTOMER), str(OTHER))),
        (ACTIONS, ("notification_user", ["assignee_id", "s", "b"]), "assignee", (str(KIM),)),
        (ACTIONS, ("notification_user", ["current_user", "s", "b"]), "current_user", (str(LEE),)),
        (ACTIONS, ("notification_user", ["all_agents", "s", "b"]), "all_agents", ()),
        (ACTIONS, ("notification_user", ["8", "s", "b"]), "user", ("8",)),
        (ACTIONS, ("notification_group", ["group_id", "s", "b"]), "group", ("1",)),
        (ACTIONS, ("notification_group", ["2", "s", "b"]), "group", ("2",)),
        (ACTIONS, ("notification_target", [77, "b"]), "target", ("77",)),
    ],
)  # fmt: skip
def test_a_message_goes_to_whom_the_rule_says(document, action, audience, to):
    step = first_step(a_rule(do=[action]), ticket={"email_cc_ids": [OTHER]}, by="lee")

    assert [(message.audience, message.to) for message in step.messages] == [(audience, to)]


@pytest.mark.parametrize(
    ("to", "ticket", "by"),
    [("assignee_id", {"assignee_id": None}, "kim"), ("current_user", {}, None)],
)
def test_where_there_is_nobody_there_is_no_message(to, ticket, by):
    assert first_step(mail(to), ticket=ticket, by=by).messages == ()


def test_whoever_updates_gets_his_own_mail_or_not_by_switch():
    assert len(first_step(mail("assignee_id"), by="kim").messages) == 1, OPEN
    assert first_step(mail("assignee_id"), by="kim", switches={"own_mail": "spared"}).messages == ()


def test_a_webhook_is_a_call():
    step = first_step(a_rule(do=[("notification_webhook", ["01HX", '{"id": {{ticket.id}}}'])]))

    assert step.calls == (Call("01HX", '{"id": 35}'),)
    assert step.messages == ()


COMMENTS = [
    a_comment("It burns", created_at="2026-03-01T08:00:00Z"),
    a_comment("A note", public=False, by="kim", created_at="2026-03-01T09:00:00Z"),
]


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("#{{ticket.id}} {{ticket.title}}", "#35 My printer is on fire"),
        ("[{{ticket.account}}]", "[Acme]"),
        ("{{ticket.status}}/{{ticket.priority}}/{{ticket.ticket_type}}", "Open/Normal/Question"),
        ("{{ticket.group.name}}", "Support"),
        ("{{ticket.brand.name}} {{ticket.ticket_form}}", "Acme Default"),
        ("{{ticket.requester.name}} {{ticket.requester.first_name}}", "Cleo Customer Cleo"),
        ("{{ticket.requester.last_name}} <{{ticket.requester.email}}>", "Customer <cleo@client.test>"),
        ("{{ticket.requester.organization.name}}", "Client Inc"),
        ("{{ticket.requester.custom_fields.plan}}", "gold"),
        ("{{ticket.organization.name}}", "Client Inc"),
        ("{{ticket.assignee.name}}, {{current_user.name}}", "Kim Lee Ray, Lee"),
        ("{{ticket.tags}}", "printer vip"),
        ("{{ticket.link}}", "https://acme.zendesk.com/agent/tickets/35"),
        ("{{ticket.ticket_field_100}}={{ticket.ticket_field_option_title_100}}", "basic=Basic plan"),
        ("{{ticket.latest_comment}}", "A note"),
        ("{{ticket.latest_public_comment}}", "It burns"),
        ("{{ticket.updated_at_with_timestamp}}", "2026-03-02T09:00:00Z"),
        (
            "{% for comment in ticket.comments %}{{comment.author.name}};{% endfor %}",
            "Kim Lee Ray;Cleo Customer;",
        ),
        ("{{ticket.public_comments_formatted}}", "Cleo Customer, 2026-03-01T08:00:00Z\nIt burns"),
        ("{% if ticket.priority == 'Urgent' %}!{% else %}.{% endif %}", "."),
        ("{{dc.hello}}", "Hallo"),
        ("{{ticket.title | upcase | truncate: 10}}", "MY PRIN..."),
        ("no placeholder }} here", "no placeholder }} here"),
    ],
)
def test_a_placeholder_stands_for_what_the_reference_says(text, rendered):
    step = first_step(mail(body=text), by="lee", comments=COMMENTS)

    assert step.messages[0].body == rendered, PLACEHOLDERS


def test_the_names_of_nobody_are_blank():
    step = first_step(
        mail(body="<{{ticket.assignee.name}}{{ticket.assignee.email}}>"), ticket={"assignee_id": None}
    )

    assert step.messages[0].body == "<>"


@pytest.mark.parametrize(
    ("text", "without", "reason"),
    [
        ("{{ticket.requstr.name}}", (), "ticket.requstr"),
        ("{{Ticket.id}}", (), "Ticket"),
        ("one\n{{ nothing }}", (), "line 2, column 4"),
        ("{{dc.unknown}}", (), "{{dc.unknown}}"),
        ("{{dc.hello}}", ("dynamic_content",), "dynamic_content"),
        ("{{ticket.account}}", ("account",), "account"),
        ("{{ticket.id", (), "expected"),
        ("{% for i in (1..99999999) %}x{% endfor %}", (), "loop iteration limit"),
        ("{% for i in (1..2000) %}{{ticket.description | append: ticket.description}}{% for j in (1..2000) %}x{% endfor %}{% endfor %}", (), "limit"),
        ("{% assign a = 'xxxxxxxx' %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}", (), "limit"),
        ("{% assign a = 'aaaaaaaaaaaaaaaaaaaa' %}{% for i in (1..9) %}{% assign a = a | replace: 'a', a %}{% endfor %}", (), "too large"),
        ("{{ 'now' | date: '%Y' }}", (), "not known"),
        ("{% include 'x' %}", (), "x"),
    ],
)  # fmt: skip
def test_a_text_that_cannot_be_judged_says_where_and_why(text, without, reason):
    step = first_step(mail(subject="fine", body=text), without=without)

    assert step.outcome == "opaque"
    assert step.messages == (Message("requester", (str(CUSTOMER),), "fine", None),)
    assert (step.opaque[0].path, step.opaque[0].construct) == ("actions[0].body", "notification_user")
    assert reason in step.opaque[0].reason


def test_a_date_filter_works_on_a_given_date():
    assert first_step(mail(body="{{ '2026-03-02' | date: '%d.%m.' }}")).messages[0].body == "02.03."


def test_texts_show_the_ticket_after_all_rules_or_at_the_action_by_switch():
    rules = [mail(body="{{ticket.priority}}"), a_rule("later", position=1, do=[("priority", "urgent")])]

    assert first_step(rules).messages[0].body == "Urgent", OPEN
    assert first_step(rules, switches={"messages_render": "at_action"}).messages[0].body == "Normal"


def test_a_first_reply_loses_the_customers_words_by_switch():
    rule = mail(body="You wrote: {{ticket.description}}{{ticket.latest_comment}}")
    update = {"kind": "created", "by": "customer", "comment": a_comment("Spam")}

    assert first_step(rule, **update).messages[0].body == "You wrote: Please send helpSpam"
    assert (
        first_step(rule, switches={"suppress_placeholders": "on"}, **update).messages[0].body == "You wrote: "
    )
    to_staff = mail("assignee_id", body="{{ticket.latest_comment}}")
    assert first_step(to_staff, switches={"suppress_placeholders": "on"}, **update).messages[0].body == "Spam"


def test_dates_are_not_judged_by_switch():
    rule = mail(body="{{ticket.created_at}}")

    assert first_step(rule).messages[0].body == "2026-03-01"
    assert first_step(rule, switches={"date_text": "opaque"}).outcome == "opaque"


def test_detail_fired_renders_nothing():
    step = first_step(mail(body="{{ nonsense }}"), detail="fired")

    assert (step.outcome, step.messages) == ("fired", (Message("requester", (str(CUSTOMER),), None, None),))
