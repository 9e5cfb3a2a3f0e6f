"""python-freshdesk as published, unmodified, runs a published list of calls (docs/sandbox-freshdesk.md).

It writes `https://` and the vendor's host into every address, so it goes through the TLS port, by the
vendor's host name, and trusts the sandbox's own authority.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cstoolkit.sandbox import Fault, Sandbox
from sandbox.freshdesk.desk import KEY, Desk

pytest.importorskip("freshdesk", reason="python-freshdesk is not installed: pip install 'cstoolkit[clients]'")

from freshdesk.v2 import errors
from freshdesk.v2.api import API

# The client leaves the files open that it attaches.
pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
TICKETS = 230


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    switches = {"acme": {"rate_limits": "off", "search_lag": "0"}}
    with Sandbox({"acme": "freshdesk"}, tls=True, switches=switches) as running, running.resolving():
        desk = Desk(running)
        for number in range(TICKETS):
            desk.ticket(subject=f"Ticket {number}", tags=["seeded"], source=1)
        yield running


@pytest.fixture(scope="module")
def client(sandbox: Sandbox) -> Iterator[Any]:
    """The variables that the sandbox prints let the client's `requests` trust it."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in sandbox.environment().items():
            patch.setenv(name, value)
        yield API("acme.freshdesk.com", KEY)


def a_ticket(client: Any, **values: Any) -> Any:
    return client.tickets.create_ticket("Help", email="jo@example.com", description="It broke", **values)


def a_contact(client: Any, email: str) -> Any:
    return client.contacts.create_contact(name="Ann", email=email)


def a_company(client: Any, name: str) -> Any:
    return client.companies.create_company(name=name, domains=["acme.example.com"])


def page_through_tickets(client: Any) -> None:
    found = client.tickets.list_tickets(filter_name=None)

    assert len({ticket.id for ticket in found}) == len(found) >= TICKETS


def list_one_page(client: Any) -> None:
    assert len(client.tickets.list_tickets(filter_name=None, page=2, per_page=50)) == 50


def list_updated(client: Any) -> None:
    assert client.tickets.list_tickets(filter_name=None, updated_since="2030-01-01T00:00:00Z") == []
    assert len(client.tickets.list_tickets(filter_name=None, updated_since="2020-01-01T00:00:00Z")) >= TICKETS


def list_new_and_open(client: Any) -> None:
    assert {ticket.status for ticket in client.tickets.list_new_and_my_open_tickets()} == {"open"}


def list_watched(client: Any) -> None:
    assert client.tickets.list_watched_tickets() == []


def get_ticket(client: Any) -> None:
    made = a_ticket(client, priority=4, source=2)

    found = client.tickets.get_ticket(made.id)

    assert (found.subject, found.priority, found.source) == ("Help", "urgent", "portal")
    assert isinstance(found.created_at, datetime)
    assert found.created_at.tzinfo is not None


def get_with_includes(client: Any) -> None:
    made = a_ticket(client)
    client.comments.create_note(made.id, "A note")

    found = client.tickets.get_ticket(made.id, "stats", "conversations", "requester", "company")

    assert found.requester["email"] == "jo@example.com"
    assert [item["body_text"] for item in found.conversations] == ["A note"]
    assert found.stats["first_responded_at"] is None


def create_with_fields(client: Any) -> None:
    made = a_ticket(client, tags=["a", "b"], type="Incident", cc_emails=["al@example.com"])

    assert (made.tags, made.type, made.cc_emails) == (["a", "b"], "Incident", ["al@example.com"])


def create_with_attachment(client: Any) -> None:
    with Path(__file__).open("rb") as file:
        size = len(file.read())

    made = a_ticket(client, attachments=(__file__,), tags=["filed"], custom_fields={})

    assert [(item["name"], item["size"]) for item in made.attachments] == [(Path(__file__).name, size)]
    assert made.tags == ["filed"]


def create_outbound(client: Any) -> None:
    with pytest.raises(errors.FreshdeskBadRequest, match="email config"):
        client.tickets.create_outbound_email("Hi", "Hello", "al@example.com", 1)


def update_ticket(client: Any) -> None:
    made = a_ticket(client)

    changed = client.tickets.update_ticket(made.id, priority=2, status=3, tags=["x"])

    assert (changed.priority, changed.status, changed.tags) == ("medium", "pending", ["x"])


def delete_and_list_deleted(client: Any) -> None:
    made = a_ticket(client)

    client.tickets.delete_ticket(made.id)

    assert made.id in {ticket.id for ticket in client.tickets.list_deleted_tickets()}
    assert client.tickets.get_ticket(made.id).deleted is True


def filter_tickets(client: Any) -> None:
    a_ticket(client, tags=["rare"], priority=3)

    found = client.tickets.filter_tickets("priority:3 AND tag:'rare'")

    assert [ticket.tags for ticket in found] == [["rare"]]


def filter_all_pages(client: Any) -> None:
    assert len(client.tickets.filter_tickets("tag:'seeded'")) == TICKETS


def list_comments(client: Any) -> None:
    made = a_ticket(client)
    for number in range(102):
        client.comments.create_note(made.id, f"Note {number}")

    found = client.comments.list_comments(made.id)

    assert [item.body_text for item in found] == [f"Note {number}" for number in range(102)]


def create_note(client: Any) -> None:
    note = client.comments.create_note(a_ticket(client).id, "Seen", private=False)

    assert (note.source, note.private, note.body_text) == ("note", False, "Seen")


def create_reply(client: Any) -> None:
    made = a_ticket(client)

    reply = client.comments.create_reply(made.id, "On it")

    assert (reply.source, reply.to_emails) == ("reply", ["jo@example.com"])
    assert client.tickets.get_ticket(made.id, "stats").stats["first_responded_at"] is not None


def list_groups(client: Any) -> None:
    assert [group.name for group in client.groups.list_groups()] == ["Support"]


def get_group(client: Any) -> None:
    group = client.groups.list_groups()[0]

    assert client.groups.get_group(group.id).agent_ids == [client.agents.currently_authenticated_agent().id]


def list_contacts(client: Any) -> None:
    a_contact(client, "listed@example.com")

    assert [item.name for item in client.contacts.list_contacts(email="listed@example.com")] == ["Ann"]
    assert len(client.contacts.list_contacts()) >= 2


def filter_contacts(client: Any) -> None:
    a_contact(client, "filtered@example.com")

    assert len(client.contacts.filter_contacts("email:'filtered@example.com'")) == 1


def create_and_get_contact(client: Any) -> None:
    made = a_contact(client, "got@example.com")

    found = client.contacts.get_contact(made.id)

    assert (found.email, found.description) == ("got@example.com", "Freshdesk Contact")


def update_contact(client: Any) -> None:
    made = a_contact(client, "updated@example.com")

    assert client.contacts.update_contact(made.id, job_title="Baker").job_title == "Baker"


def delete_and_restore_contact(client: Any) -> None:
    made = a_contact(client, "restored@example.com")

    client.contacts.soft_delete_contact(made.id)
    gone = client.contacts.get_contact(made.id)
    client.contacts.restore_contact(made.id)

    assert gone.deleted is True
    assert not hasattr(client.contacts.get_contact(made.id), "deleted")


def permanently_delete_contact(client: Any) -> None:
    made = a_contact(client, "erased@example.com")

    client.contacts.permanently_delete_contact(made.id)

    with pytest.raises(errors.FreshdeskNotFound):
        client.contacts.get_contact(made.id)


def make_agent(client: Any) -> None:
    made = a_contact(client, "promoted@example.com")

    agent = client.contacts.make_agent(made.id, ticket_scope=1)

    assert (agent.id, agent.contact["email"], agent.ticket_scope) == (made.id, "promoted@example.com", 1)


def list_and_get_companies(client: Any) -> None:
    made = a_company(client, "Amber Bakery")

    assert made.id in {item.id for item in client.companies.list_companies()}
    assert client.companies.get_company(made.id).domains == ["acme.example.com"]


def filter_companies(client: Any) -> None:
    a_company(client, "Meadow Books")

    assert client.companies.filter_companies("domain:'acme.example.com'")


def update_company(client: Any) -> None:
    made = a_company(client, "Before")

    assert client.companies.update_company(made.id, name="After").name == "After"


def delete_company(client: Any) -> None:
    made = a_company(client, "Gone")

    client.companies.delete_company(made.id)

    with pytest.raises(errors.FreshdeskNotFound):
        client.companies.get_company(made.id)


def list_roles(client: Any) -> None:
    assert "Agent" in {role.name for role in client.roles.list_roles()}


def get_role(client: Any) -> None:
    role = client.roles.list_roles()[0]

    assert client.roles.get_role(role.id).name == role.name


def list_time_entries(client: Any) -> None:
    assert client.time_entries.list_time_entries() == []
    assert client.time_entries.list_time_entries(a_ticket(client).id) == []


def list_ticket_fields(client: Any) -> None:
    assert {"status", "priority", "ticket_type"} <= {
        str(it) for it in client.ticket_fields.list_ticket_fields()
    }
    assert len(client.ticket_fields.list_ticket_fields(type="default_status")) == 1


def list_agents(client: Any) -> None:
    assert [str(agent) for agent in client.agents.list_agents(email="admin@example.com")] == ["Sandbox Admin"]


def get_agent(client: Any) -> None:
    me = client.agents.currently_authenticated_agent()

    assert client.agents.get_agent(me.id).contact["email"] == "admin@example.com"


def update_agent(client: Any) -> None:
    me = client.agents.currently_authenticated_agent()

    assert client.agents.update_agent(me.id, signature="<p>S</p>").signature == "<p>S</p>"


def delete_agent(client: Any) -> None:
    made = a_contact(client, "leaving@example.com")
    client.contacts.make_agent(made.id)

    client.agents.delete_agent(made.id)

    assert client.contacts.get_contact(made.id).email == "leaving@example.com"


CALLS: dict[str, Callable[[Any], None]] = {
    "tickets.list_tickets(filter_name=None), all pages": page_through_tickets,
    "tickets.list_tickets(page=, per_page=)": list_one_page,
    "tickets.list_tickets(updated_since=)": list_updated,
    "tickets.list_new_and_my_open_tickets": list_new_and_open,
    "tickets.list_watched_tickets": list_watched,
    "tickets.list_deleted_tickets, tickets.delete_ticket": delete_and_list_deleted,
    "tickets.get_ticket": get_ticket,
    "tickets.get_ticket with includes": get_with_includes,
    "tickets.create_ticket": create_with_fields,
    "tickets.create_ticket with attachments": create_with_attachment,
    "tickets.create_outbound_email": create_outbound,
    "tickets.update_ticket": update_ticket,
    "tickets.filter_tickets": filter_tickets,
    "tickets.filter_tickets, all pages": filter_all_pages,
    "comments.list_comments, all pages": list_comments,
    "comments.create_note": create_note,
    "comments.create_reply": create_reply,
    "groups.list_groups": list_groups,
    "groups.get_group": get_group,
    "contacts.list_contacts": list_contacts,
    "contacts.filter_contacts": filter_contacts,
    "contacts.create_contact, contacts.get_contact": create_and_get_contact,
    "contacts.update_contact": update_contact,
    "contacts.soft_delete_contact, contacts.restore_contact": delete_and_restore_contact,
    "contacts.permanently_delete_contact": permanently_delete_contact,
    "contacts.make_agent": make_agent,
    "companies.create_company, companies.list_companies, companies.get_company": list_and_get_companies,
    "companies.filter_companies": filter_companies,
    "companies.update_company": update_company,
    "companies.delete_company": delete_company,
    "roles.list_roles": list_roles,
    "roles.get_role": get_role,
    "time_entries.list_time_entries": list_time_entries,
    "ticket_fields.list_ticket_fields": list_ticket_fields,
    "agents.list_agents": list_agents,
    "agents.get_agent, agents.currently_authenticated_agent": get_agent,
    "agents.update_agent": update_agent,
    "agents.delete_agent": delete_agent,
}
"""What docs/sandbox-freshdesk.md publishes, each as a story of its own."""


@pytest.mark.parametrize("call", CALLS.values(), ids=list(CALLS))
def test_client_runs_the_published_call(client: Any, call: Callable[[Any], None]):
    call(client)


def test_outbound_mail_starts_closed(sandbox: Sandbox, client: Any):
    config = Desk(sandbox).get("/email_configs")[0]["id"]

    made = client.tickets.create_outbound_email("Hi", "Hello", "al@example.com", config)

    assert (made.status, made._source) == ("closed", 10)


def test_wrong_key_is_the_clients_own_error(client: Any):
    stranger = API("acme.freshdesk.com", "nobody")

    with pytest.raises(errors.FreshdeskUnauthorized):
        stranger.agents.currently_authenticated_agent()


def test_missing_and_invalid_things_are_the_clients_own_errors(client: Any):
    with pytest.raises(errors.FreshdeskNotFound):
        client.tickets.get_ticket(9_999_999)
    with pytest.raises(errors.FreshdeskBadRequest, match="invalid_field"):
        client.tickets.update_ticket(a_ticket(client).id, created_at="2020-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("429", seconds=7), errors.FreshdeskRateLimited),
        (Fault("503"), errors.FreshdeskServerError),
        (Fault("expired"), errors.FreshdeskUnauthorized),
        (Fault("500"), errors.FreshdeskError),
    ],
)
def test_faults_are_the_clients_own_errors(
    sandbox: Sandbox, client: Any, fault: Fault, error: type[Exception]
):
    sandbox.faults.add(fault)
    try:
        with pytest.raises(error):
            client.roles.list_roles()
    finally:
        sandbox.faults.clear()


def test_access_is_denied_to_plain_agents(client: Any):
    made = a_contact(client, "plain@example.com")
    client.contacts.make_agent(made.id, ticket_scope=1)
    plain = API("acme.freshdesk.com", f"sandbox-agent-{made.id}")

    with pytest.raises(errors.FreshdeskAccessDenied):
        plain.agents.update_agent(made.id, signature="x")
