"""Mail, notes, forwards and webhooks: who gets them, and what placeholders become in them."""

import json

import pytest

from cstoolkit.engines.engine import Update
from cstoolkit.engines.freshdesk import FreshdeskEngine
from cstoolkit.engines.trace import Call, Message
from engines.freshdesk_documents import API, OVERVIEW, PLACEHOLDERS
from engines.freshdesk_world import (
    BILLING,
    CREATED,
    CUSTOMER,
    KIM,
    MONDAY,
    SUPPORT,
    a_note,
    a_reply,
    a_rule,
    a_world,
    an_update,
    put,
)


def mail(body="", subject="", **more):
    return {"field_name": "send_email_to_requester", "email_subject": subject, "email_body": body, **more}


def hook(content, **more):
    base = {
        "field_name": "trigger_webhook",
        "request_type": "POST",
        "url": "https://x.test/h",
        "content_type": "JSON",
    }
    return {**base, "content_layout": "2", "content": content, **more}


def fire(*actions, ticket=None, comments=(), update=CREATED, switches=None, without=(), detail="full"):
    created = update.kind == "created"
    starts = {} if created else {"performer": {"type": 3}, "events": [{"field_name": "reply_sent"}]}
    engine = FreshdeskEngine([a_rule(type=1 if created else 4, do=actions, **starts)], switches)
    world = a_world(ticket, comments=comments, without=without)
    return engine.run(world, update, now=MONDAY, detail=detail).steps[0]


def rendered(text, **how):
    return fire(mail(text), **how).messages[0].body


@pytest.mark.parametrize(
    ("document", "action", "audience", "to"),
    [
        (OVERVIEW, mail("b", "s"), "requester", ("20",)),
        (API, {**mail("b", "s"), "field_name": "send_email_to_agent", "email_to": KIM}, "agent", ("7",)),
        (
            API,
            {**mail("b", "s"), "field_name": "send_email_to_agent", "email_to": [7, 8]},
            "agent",
            ("7", "8"),
        ),
        (
            OVERVIEW,
            {**mail("b", "s"), "field_name": "send_email_to_group", "email_to": BILLING},
            "group",
            ("2",),
        ),
    ],
)
def test_mail(document, action, audience, to):
    step = fire(action)

    assert step.messages == (Message(audience, to, "s", "b"),)
    assert step.outcome == "fired"


@pytest.mark.parametrize(
    ("document", "text", "shown"),
    [
        (PLACEHOLDERS, "{{ticket.id}}", "35"),
        (PLACEHOLDERS, "{{ticket.subject}}", "My printer is on fire"),
        (PLACEHOLDERS, "{{ticket.description_text}}", "Please see this page, it is important"),
        (PLACEHOLDERS, "{{ticket.status}}", "2"),
        (PLACEHOLDERS, "{{ticket.priority}}", "Medium"),
        (PLACEHOLDERS, "{{ticket.source}} {{ticket.source_name}}", "1 Email"),
        (PLACEHOLDERS, "{{ticket.ticket_type}}", "Question"),
        (PLACEHOLDERS, "{{ticket.tags}}", "printer, vip"),
        (PLACEHOLDERS, "{{ticket.created_on}}", "2026-03-01T08:00:00Z"),
        (PLACEHOLDERS, "{{ticket.due_by_time}}", "2026-03-05T10:00:00Z"),
        (PLACEHOLDERS, "{{ticket.url}}", "https://acme.freshdesk.com/helpdesk/tickets/35"),
        (PLACEHOLDERS, "{{ticket.requester.name}}", "Cleo Customer"),
        (PLACEHOLDERS, "{{ticket.requester.firstname}}|{{ticket.requester.lastname}}", "Cleo|Customer"),
        (PLACEHOLDERS, "{{ticket.requester.email}} {{ticket.requester.phone}}", "cleo@client.test 123"),
        (PLACEHOLDERS, "[{{ticket.requester.mobile}}]", "[]"),
        (PLACEHOLDERS, "{{ticket.requester.company_name}}", "Client Inc"),
        (PLACEHOLDERS, "{{ticket.requester.tier}}", "vip"),  # a custom field of contacts
        (PLACEHOLDERS, "{{ticket.company.domains}}", "client.test, client.example"),
        (PLACEHOLDERS, "{{ticket.company.region}}", "EMEA"),
        (PLACEHOLDERS, "{{ticket.group.name}} {{ticket.group_id}}", "Support 1"),
        (PLACEHOLDERS, "{{ticket.agent.name}} {{ticket.agent.email}}", "Kim Ray kim@acme.test"),
        (PLACEHOLDERS, "{{ticket.cf_plan}}", "Gold"),  # every custom field
        (PLACEHOLDERS, "{{helpdesk_name}}", "Acme"),
        (PLACEHOLDERS, "{{event_performer.name}}", "Cleo Customer"),
        (PLACEHOLDERS, "{% if ticket.priority == 'Medium' %}m{% endif %}", "m"),
    ],
)
def test_placeholders(document, text, shown):
    assert (
        rendered(text, ticket={"group_id": SUPPORT, "responder_id": KIM, "tags": ["printer", "vip"]}) == shown
    )


def test_nobody_assigned_is_blank():
    assert rendered("[{{ticket.agent.name}}{{ticket.group.name}}]") == "[]"


def test_the_latest_messages():
    """PLACEHOLDERS: the latest public, the latest private comment."""
    comments = [a_reply("first"), a_note("hidden"), a_reply("second", by="kim", id=902)]
    text = "{{ticket.latest_public_comment}} {{ticket.latest_private_comment_text}}"

    assert rendered(text, comments=comments) == "<p>second</p> hidden"


def test_the_performer_of_a_reply_is_who_wrote_it():
    update = an_update(comment=a_reply(by="kim"), by="kim")

    assert rendered("{{event_performer.firstname}}", update=update) == "Kim"


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("{{ticket.colour}}", "colour"),
        ("{{comment.body}}", "comment"),  # known in notifications only
        ("{{ticket.satisfaction_survey}}", "not known"),
        ("{{ticket.sla_policy_name}}", "not known"),
        ("{{ticket.subject", "line 1"),
        ("{{ticket.requester.shoe_size}}", "shoe_size"),
        ("{{Triggered event}}", "Triggered event"),
    ],
)
def test_texts_that_cannot_be_judged(text, about):
    step = fire(mail(f"Hello {text}", "A subject"))

    assert step.outcome == "opaque"
    assert step.opaque[0].path == "actions[0].email_body"
    assert about in step.opaque[0].reason
    assert step.messages == (Message("requester", ("20",), "A subject", None),)


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in (1..100000) %}{% for b in (1..100000) %}x{% endfor %}{% endfor %}",
        "{% assign a = 'xxxxxxxxxx' %}{% for b in (1..1000) %}{% assign a = a | append: a %}{% endfor %}{{ a }}",
    ],
)
def test_an_endless_text_comes_to_an_end_with_a_reason(text):
    step = fire(mail(text))

    assert step.outcome == "opaque"
    assert "line 1" in step.opaque[0].reason


def test_what_is_not_in_the_world_cannot_be_shown():
    step = fire(mail("{{ticket.url}} {{ticket.requester.name}}"), without=["account", "contacts"])

    assert step.outcome == "opaque"


def test_the_system_has_no_name():
    starts = {"performer": {"type": 4}, "events": [{"field_name": "status", "from": "--", "to": "--"}]}
    engine = FreshdeskEngine([a_rule(type=4, do=[mail("{{event_performer.name}}")], **starts)])

    step = engine.run(a_world(), Update("updated", {"status": 3}), now=MONDAY).steps[0]

    assert step.outcome == "opaque"


def test_texts_show_the_ticket_at_the_action_or_after_all_rules():
    """OPEN."""
    actions = [mail("{{ticket.status}}"), put("status", 3)]

    assert fire(*actions).messages[0].body == "2"
    assert fire(*actions, switches={"messages_render": "after_pass"}).messages[0].body == "3"


@pytest.mark.parametrize(
    ("switches", "text", "shown"),
    [
        ({"status_text": "label"}, "{{ticket.status}}", "Open"),
        ({"priority_text": "number"}, "{{ticket.priority}}", "2"),
        ({"ticket_url": "a"}, "{{ticket.url}}", "https://acme.freshdesk.com/a/tickets/35"),
        ({"date_text": "opaque"}, "{{ticket.created_on}}", None),
        ({"date_text": "opaque"}, "{{ticket.status_changed_on}}", None),
    ],
)
def test_open_facts_of_texts(switches, text, shown):
    assert rendered(text, switches=switches) == shown


def test_labels_must_be_known():
    assert rendered("{{ticket.status}}", ticket={"status": 9}, switches={"status_text": "label"}) is None


# -- webhooks


def test_a_webhook_is_called_with_its_content_filled_in():
    """WEBHOOKS: dynamic addresses and requests by placeholders."""
    content = {
        "id": "{{ticket.id}}",
        "who": {"name": '"{{ticket.requester.name}}"'},
        "tags": ["{{ticket.tags}}", 3],
    }

    step = fire(hook(content, url="https://x.test/t/{{ticket.id}}", custom_headers={"x-key": "secret"}))

    (call,) = step.calls
    assert call.endpoint == "POST https://x.test/t/35"
    assert json.loads(call.body) == {"id": "35", "who": {"name": '"Cleo Customer"'}, "tags": ["printer", 3]}
    assert "secret" not in repr(step)


def test_content_may_be_a_text():
    assert fire(hook("<id>{{ticket.id}}</id>", content_type="XML")).calls == (
        Call("POST https://x.test/h", "<id>35</id>"),
    )


def test_content_that_cannot_be_judged_is_none():
    step = fire(hook({"a": "{{ticket.id}}", "b": "{{Triggered event}}"}))

    assert (step.outcome, step.calls) == ("opaque", (Call("POST https://x.test/h", None),))


# -- notes and forwards


def test_a_note_is_known_by_its_body_and_is_private_by_default():
    """EXAMPLES: private notes as soon as tickets are created, with agents to tell."""
    action = {"field_name": "whatever", "note_body": "See {{ticket.id}}", "notify_agents": [7]}

    step = fire(action)
    public = fire(action, switches={"note_privacy": "public"})

    assert step.changes[0].field == "note"
    assert step.changes[0].after == {"body": "See 35", "private": True}
    assert step.messages == (Message("agent", ("7",), None, "See 35"),)
    assert public.changes[0].after["private"] is False


def test_a_note_is_the_latest_one_for_what_follows():
    actions = [{"field_name": "n", "note_body": "mine"}, mail("{{ticket.latest_private_comment}}")]

    assert fire(*actions, comments=[a_note("old")]).messages[0].body == "mine"


def test_a_forward_goes_to_addresses_and_its_subject_is_not_known():
    step = fire(
        {"field_name": "fwd", "fwd_to": ["a@x.test"], "fwd_cc": "b@x.test", "fwd_note_body": "{{ticket.id}}"}
    )

    assert step.messages == (Message("email", ("a@x.test", "b@x.test"), None, "35"),)
    assert step.outcome == "opaque"


def test_replays_render_no_texts():
    step = fire(
        mail("{{ticket.id}}", "s"), hook({"a": "b"}), {"field_name": "n", "note_body": "x"}, detail="fired"
    )

    assert step.messages == (Message("requester", (str(CUSTOMER),), None, None),)
    assert step.calls == (Call("POST https://x.test/h", None),)
    assert step.changes[0].after == {"body": None, "private": True}
