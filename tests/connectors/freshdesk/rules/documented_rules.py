"""Forty rules of Freshdesk as its own pages describe them: examples, and those that an account comes with.

The pages show the screen. Names on the wire are those that public rules and the API have; where no source has one
(`requester_email`, `tag`, `mark_as_spam` ...) the screen's words stand in snake case, as the account would give
something of that kind. Ids are marks by name, to be resolved in an account.
"""

from dataclasses import dataclass
from typing import Any

from cstoolkit.model.rules import NativeRule

HELP = "https://support.freshdesk.com/en/support/solutions/articles/"
OVERVIEW = f"{HELP}207276-when-and-how-to-use-the-triggers-for-automations"
CREATION = f"{HELP}37614-setting-up-automation-rules-to-run-on-ticket-creation"
EXAMPLES = f"{HELP}50000009491-automation-rules-examples-ticket-creation"
UPDATES = f"{HELP}99047-setting-up-automation-rules-to-run-on-ticket-updates"
HOURLY = f"{HELP}37615-setting-up-automation-rules-to-run-on-time-triggers-"
HOURLY_EXAMPLES = f"{HELP}50000009474"
WEBHOOKS = f"{HELP}132589-using-webhooks-in-automation-rules"
CANNED = f"{HELP}37554-creating-canned-responses"
API = "https://developers.freshdesk.com/api/#automations"

OPEN, PENDING, RESOLVED, CLOSED, ON_CUSTOMER, ON_THIRD_PARTY = 2, 3, 4, 5, 6, 7
AGENT, REQUESTER, EITHER = 1, 2, 3
BILLING, SUPPORT, INCIDENTS = "${id:group:Billing}", "${id:group:Tier 1}", "${id:group:Incident Desk}"
Json = Any


@dataclass(frozen=True)
class Documented:
    """One rule, with the page it is from."""

    source: str
    rule: NativeRule


def where(field: str, operator: str, value: Json, resource: str = "ticket", **more: Json) -> Json:
    return {"resource_type": resource, "field_name": field, "operator": operator, "value": value, **more}


def every(*properties: Json, number: int = 1) -> Json:
    return {"name": f"condition_set_{number}", "match_type": "all", "properties": [*properties]}


def some(*properties: Json, number: int = 1) -> Json:
    return {"name": f"condition_set_{number}", "match_type": "any", "properties": [*properties]}


def put(field: str, value: Json) -> Json:
    return {"field_name": field, "value": value}


def mail(to: str, subject: str, body: str, whom: str | None = None) -> Json:
    person = {} if whom is None else {"email_to": whom}
    return {"field_name": f"send_email_to_{to}", **person, "email_subject": subject, "email_body": body}


def webhook(**content: str) -> Json:
    return {
        "field_name": "trigger_webhook", "request_type": "POST", "url": "https://hooks.acme.example/tickets",
        "content_type": "JSON", "content_layout": "2", "content": content,
    }  # fmt: skip


def change(field: str, start: Json = "--", end: Json = "--") -> Json:
    return {"field_name": field, "from": start, "to": end}


REPLY = {"field_name": "reply_sent"}


def note(visibility: str) -> Json:
    return {"field_name": "note_type", "value": visibility}


def created(source: str, title: str, *sets: Json, do: list[Json], **more: Json) -> Documented:
    return _made(source, "rule_1", title, {"conditions": [*sets], **more, "actions": do})


def hourly(source: str, title: str, *sets: Json, do: list[Json], **more: Json) -> Documented:
    return _made(source, "rule_3", title, {"conditions": [*sets], **more, "actions": do})


def updated(
    source: str, title: str, who: int, events: list[Json], *sets: Json, do: list[Json], members: Json = None, **more: Json
) -> Documented:  # fmt: skip
    performer = {"type": who, **({"members": members} if members else {})}
    body = {"performer": performer, "events": events, "conditions": [*sets], **more, "actions": do}
    return _made(source, "rule_4", title, body)


def _made(source: str, kind: str, title: str, body: Json) -> Documented:
    return Documented(source, NativeRule("freshdesk", kind, None, None, title, active=True, body=body))


def text(title: str, html: str) -> Documented:
    body = {"content_html": html, "folder_id": "${id:canned_folder:General}", "visibility": 0}
    return _made(CANNED, "canned_response", title, body)


SALUTATION = "<div>Hi {{ticket.requester.firstname}},<br><br>"
DOCUMENTED: tuple[Documented, ...] = (
    # -- ticket creation
    created(EXAMPLES, "Assign by the requester's language", every(where("language", "in", ["de", "fr"], "contact")),
            do=[put("group_id", SUPPORT)]),
    created(EXAMPLES, "Assign urgent tickets or those with these words",
            some(where("priority", "in", [4]), where("subject", "contains", ["down", "outage", "not working"])),
            do=[put("group_id", INCIDENTS), put("responder_id", "${id:agent:Ada}")]),
    created(EXAMPLES, "Assign by type and status", every(where("ticket_type", "in", ["Incident"]), where("status", "not_in", [CLOSED])),
            do=[put("group_id", INCIDENTS)]),
    created(EXAMPLES, "Assign by the requester's address", every(where("requester_email", "is", ["ann@customer.test"])),
            do=[put("group_id", SUPPORT)]),
    created(EXAMPLES, "Key phrases tell the type", every(where("subject_or_description", "contains", ["refund", "money back"])),
            do=[put("ticket_type", "Question"), put("${ref:field:Contact reason}", "Refund")]),
    created(EXAMPLES, "Spam by its words", every(where("subject_or_description", "contains", ["you have won", "free offer"])),
            do=[{"field_name": "mark_as_spam"}]),
    created(EXAMPLES, "Close what a known offender writes", every(where("email", "is", ["pest@offender.test"], "contact")),
            do=[put("status", CLOSED)]),
    created(EXAMPLES, "Delete what comes from a domain", every(where("requester_email", "contains", ["@offender.test"])),
            do=[{"field_name": "delete_ticket"}]),
    created(EXAMPLES, "A private note for a refund", every(where("subject", "contains", ["refund"])),
            do=[{"field_name": "add_note", "note_body": "Ask billing first, {{ticket.agent.name}}", "notify_agents": []}]),
    created(EXAMPLES, "Tag domestic flights",
            every(where("ticket_type", "in", ["Question"]), where("subject_or_description", "contains", ["domestic flight"])),
            do=[put("add_tag", ["flights_domestic"])]),
    created(EXAMPLES, "Tell the vendor of what waits on a third party", every(where("status", "in", [ON_THIRD_PARTY])),
            do=[{"field_name": "forward", "fwd_to": ["vendor@partner.test"], "fwd_note_body": "Please look at {{ticket.subject}}"}]),
    created(EXAMPLES, "An automated reply in the brand's voice", every(where("product_id", "in", ["${id:brand:acme}"])),
            do=[mail("requester", "We have {{ticket.subject}}", "<p>Hi {{ticket.requester.name}}, thank you for writing to {{helpdesk_name}}.</p>")]),
    created(EXAMPLES, "A message for VIP customers", every(where("name", "is", ["Initech"], "company")),
            do=[mail("requester", "We are on it", "<p>Your own team has {{ticket.id}}.</p>"), put("priority", 4)]),
    created(EXAMPLES, "Refunds: tell two teams", every(where("subject", "contains", ["refund"])),
            do=[mail("group", "Refund {{ticket.id}}", "{{ticket.url}}", BILLING), mail("group", "Refund {{ticket.id}}", "{{ticket.url}}", SUPPORT)]),
    created(EXAMPLES, "A mail by tag", every(where("tag", "contains_any_of", ["refund", "billing"])),
            do=[mail("requester", "Your refund", "<p>It takes three days.</p>")]),
    created(EXAMPLES, "Out of office", every(where("created_at", "during", "non_business_hours")),
            do=[mail("requester", "We are closed", "<p>We are back tomorrow.</p>")]),
    created(OVERVIEW, "Urgent for a company", every(where("name", "is", ["Globex"], "company")), do=[put("priority", 4)]),
    created(OVERVIEW, "The refund team", every(where("subject", "contains", ["refund"])), do=[put("group_id", BILLING)]),
    created(CREATION, "Two blocks of conditions",
            some(where("subject", "contains", ["invoice"]), where("ticket_type", "in", ["Problem"])),
            every(where("priority", "in", [3, 4]), where("source", "in", [1]), number=2), operator="AND",
            do=[put("group_id", BILLING)]),
    created(CREATION, "Either of two blocks",
            every(where("priority", "in", [4]), where("group_id", "in", [None])),
            every(where("name", "is", ["Initech"], "company"), where("status", "in", [OPEN]), number=2), operator="OR",
            do=[put("group_id", SUPPORT)]),
    created(API, "Route urgent", every(where("priority", "in", [4])), do=[put("group_id", INCIDENTS)]),
    # -- ticket updates
    updated(UPDATES, "Automatically reopen tickets when the customer responds", REQUESTER, [REPLY],
            every(where("status", "in", [PENDING, RESOLVED, CLOSED, ON_CUSTOMER])), do=[put("status", OPEN)]),
    updated(UPDATES, "Automatically assign ticket to first responder", AGENT, [REPLY],
            every(where("responder_id", "in", [None])), do=[put("assign_to_agent", "event_performer")]),
    updated(UPDATES, "A new ticket on replies to closed tickets", REQUESTER, [REPLY], every(where("status", "in", [CLOSED])),
            do=[webhook(subject="{{ticket.subject}}", description="{{ticket.latest_public_comment}}")]),
    updated(UPDATES, "Tell of private notes", EITHER, [note("private")], do=[put("status", OPEN), mail("group", "A note", "{{ticket.url}}", SUPPORT)]),
    updated(UPDATES, "Ada closes nothing that is high", AGENT, [change("status", end=CLOSED)], every(where("priority", "in", [3])),
            members=["${id:agent:Ada}"], do=[put("status", OPEN)]),
    updated(UPDATES, "Tag merged tickets", AGENT, [note("--")], every(where("last_interaction", "contains", ["merged into"])),
            do=[put("add_tag", ["merged"])]),
    updated(UPDATES, "Tell the requester that it is done", EITHER, [change("status", end=RESOLVED), change("status", end=CLOSED)],
            every(where("group_id", "in", [SUPPORT])), do=[mail("requester", "Done: {{ticket.subject}}", "<p>Your request is resolved.</p>")]),
    updated(UPDATES, "Tell the requester of a higher priority", EITHER, [change("priority", 1, 3)],
            do=[mail("requester", "Your request is urgent", "<p>{{ticket.subject}} has priority now.</p>")]),
    updated(UPDATES, "A survey when it is resolved", AGENT, [change("status", end=RESOLVED)],
            do=[mail("requester", "How did we do?", "<p>Tell us:</p>{{ticket.satisfaction_survey}}")]),
    updated(OVERVIEW, "Reassign once the priority is changed", AGENT, [change("priority", end=4)], do=[put("group_id", INCIDENTS)]),
    updated(OVERVIEW, "Bug when support hands over to development", AGENT, [change("group_id", SUPPORT, INCIDENTS)], do=[put("add_tag", ["bug"])]),
    updated(WEBHOOKS, "A text message when the requester replies", REQUESTER, [REPLY], every(where("responder_id", "not_in", [None])),
            do=[webhook(text="{{ticket.id}} has an answer", by="{{event_performer.name}}")]),
    updated(API, "Replies and public notes of agents", AGENT, [REPLY, note("public")], every(where("status", "in", [OPEN])),
            do=[put("status", PENDING)]),
    # -- hourly
    hourly(HOURLY, "Automatically close resolved tickets after 48 hours",
           every(where("status", "in", [RESOLVED]), where("resolved_at", "greater_than", 48)), do=[put("status", CLOSED)]),
    hourly(HOURLY, "Overdue for a long time", every(where("status", "in", [OPEN]), where("hours_since_overdue", "greater_than", 2)),
           do=[put("group_id", INCIDENTS)]),
    hourly(HOURLY_EXAMPLES, "Follow up on tickets with dependencies",
           every(where("agent_responded_at", "greater_than", 2), where("status", "in", [PENDING, ON_CUSTOMER, ON_THIRD_PARTY])),
           do=[put("status", OPEN), mail("requester", "Any news?", "<p>We still wait for your answer on {{ticket.subject}}.</p>")]),
    hourly(HOURLY_EXAMPLES, "Nobody has it after an hour",
           every(where("hours_since_created", "greater_than", 1), where("responder_id", "in", [None]), where("agent_interactions", "is", 0)),
           do=[mail("group", "{{ticket.id}} is unassigned", "{{ticket.url}}", SUPPORT)]),
    hourly(HOURLY_EXAMPLES, "Reassign what Ada has", every(where("responder_id", "in", ["${id:agent:Ada}"])),
           do=[put("responder_id", "${id:agent:Kim}")]),
    # -- canned responses
    text("Thanks for writing", f"{SALUTATION}Thank you for writing to us. We look into it.</div>"),
)  # fmt: skip
assert len(DOCUMENTED) == 40, len(DOCUMENTED)
