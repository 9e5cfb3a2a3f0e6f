"""zenpy as published, unmodified, runs a published list of calls (docs/sandbox.md).

zenpy is GPLv3 and is used by tests only. It keeps one file of global settings: the environment.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cstoolkit.sandbox import Fault, Sandbox
from sandbox.calls import AS_ADMIN, Caller, a_ticket, an_agent, job_done, zendesk

zenpy = pytest.importorskip("zenpy", reason="zenpy is not installed: pip install 'cstoolkit[clients]'")

from zenpy.lib import api_objects as objects  # noqa: E402 - after the skip
from zenpy.lib.exception import APIException, RecordNotFoundException  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::SyntaxWarning")
TICKETS = 230
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox({"acme": "zendesk"}, switches={"acme": {"rate_limits": "off"}}) as running:
        call = zendesk(running.address())
        an_agent(call)
        for start in range(0, TICKETS, 100):
            some = [
                {"subject": f"Ticket {number}", "comment": {"body": "fire"}, "tags": ["seeded"]}
                for number in range(start, min(start + 100, TICKETS))
            ]
            job_done(call, call.do("POST", "/tickets/create_many", {"tickets": some}))
        running.clock.sleep(3600)
        yield running


@pytest.fixture(scope="module")
def client(sandbox: Sandbox) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in sandbox.environment().items():
            patch.setenv(name, value)
        yield zenpy.Zenpy(
            subdomain="acme", email="admin@example.com", token="sandbox-token", disable_cache=True
        )


def made(client: Any, **values: Any) -> Any:
    ticket = objects.Ticket(**{"subject": "By zenpy", "description": "Hello"} | values)
    return client.tickets.create(ticket).ticket


def done(client: Any, job: Any) -> Any:
    while job.status not in {"completed", "failed"}:
        job = client.job_status(id=job.id)
    return job


def first_agent(client: Any) -> Any:
    return next(iter(client.users.search(query="ada")))


def a_trigger(title: str) -> Any:
    return objects.Trigger(
        title=title,
        conditions={"all": [{"field": "status", "operator": "is", "value": "open"}], "any": []},
        actions=[{"field": "priority", "value": "urgent"}],
    )


def an_automation(title: str) -> Any:
    every = [
        {"field": "status", "operator": "is", "value": "pending"},
        {"field": "PENDING", "operator": "is", "value": str(len(title))},
    ]
    return objects.Automation(
        title=title, conditions={"all": every, "any": []}, actions=[{"field": "status", "value": "open"}]
    )


def a_macro(title: str) -> Any:
    return objects.Macro(title=title, actions=[{"field": "status", "value": "solved"}])


def _updated(client: Any) -> bool:
    ticket = made(client)
    ticket.priority = "urgent"
    ticket.comment = objects.Comment(body="a note", public=False)
    audit = client.tickets.update(ticket)
    return audit.ticket.priority == "urgent" and not list(client.tickets.comments(ticket.id))[1].public


def _tagged(client: Any) -> bool:
    ticket = made(client, tags=["one"])
    client.tickets.add_tags(ticket.id, ["two"])
    client.tickets.delete_tags(ticket.id, ["one"])
    return client.tickets.tags(ticket.id) is not None and client.tickets(id=ticket.id).tags == ["two"]


def _created_many(client: Any) -> bool:
    some = [objects.Ticket(subject=f"Many {number}", description="x") for number in range(3)]
    return len(done(client, client.tickets.create(some)).results) == 3


def _updated_many(client: Any) -> bool:
    tickets = [made(client), made(client)]
    for ticket in tickets:
        ticket.priority = "low"
    job = done(client, client.tickets.update(tickets))
    return all(client.tickets(id=ticket.id).priority == "low" for ticket in tickets) and job.total == 2


def _deleted_many(client: Any) -> bool:
    tickets = [made(client), made(client)]
    return all(result.success for result in done(client, client.tickets.delete(tickets)).results)


def _deleted(client: Any) -> bool:
    ticket = made(client)
    client.tickets.delete(ticket)
    with pytest.raises(RecordNotFoundException):
        client.tickets(id=ticket.id)
    return True


def _merged(client: Any) -> bool:
    target, source = made(client), made(client)
    done(client, client.tickets.merge(target=target, source=source))
    return client.tickets(id=source.id).status == "closed"


def _requester(client: Any) -> bool:
    ticket = made(client, requester=objects.User(name="New Person", email="new.person@example.com"))
    return client.users(id=ticket.requester_id).email == "new.person@example.com"


def _assigned(client: Any) -> bool:
    agent = first_agent(client)
    ticket = made(client, assignee_id=agent.id)
    return ticket.status == "open" and any(found.id == ticket.id for found in client.users.assigned(agent.id))


def _user(client: Any) -> bool:
    user = client.users.create(objects.User(name="Uma", email="uma@example.com"))
    user.notes = "likes tea"
    client.users.update(user)
    kept = client.users(id=user.id).notes == "likes tea"
    client.users.delete(user)
    return kept and not client.users(id=user.id).active


def _upserted(client: Any) -> bool:
    first = client.users.create_or_update(objects.User(name="Ulf", email="ulf@example.com"))
    again = client.users.create_or_update(objects.User(name="Ulf B", email="ulf@example.com"))
    return first.id == again.id and again.name == "Ulf B"


def _organization(client: Any) -> bool:
    made_ = client.organizations.create(objects.Organization(name="Initech"))
    made_.notes = "paper"
    client.organizations.update(made_)
    kept = client.organizations(id=made_.id).notes == "paper"
    client.organizations.delete(made_)
    return kept


def _group(client: Any) -> bool:
    group = client.groups.create(objects.Group(name="Night shift"))
    group.description = "owls"
    return client.groups.update(group).description == "owls"


def _membership(client: Any) -> bool:
    group = client.groups.create(objects.Group(name="Members"))
    agent = first_agent(client)
    client.group_memberships.create(objects.GroupMembership(user_id=agent.id, group_id=group.id))
    return [user.id for user in client.users.groups and client.groups.users(group.id)] == [agent.id]


def _rule(api: str, make: Callable[[str], Any]) -> Callable[[Any], bool]:
    def check(client: Any) -> bool:
        door = getattr(client, api)
        rule = door.create(make(f"First {api}"))
        rule.title = f"Second {api}"
        door.update(rule)
        titles = [found.title for found in door()]
        door.delete(rule)
        return f"Second {api}" in titles and rule.id not in [found.id for found in door()]

    return check


def _macro_effect(client: Any) -> bool:
    macro = client.macros.create(a_macro("Solve it"))
    ticket = made(client)
    return client.tickets.show_macro_effect(ticket, macro).ticket.status == "solved"


def _view(client: Any) -> bool:
    view = client.views.create(
        objects.View(title="Seeded", all=[{"field": "status", "operator": "less_than", "value": "solved"}])
    )
    count = client.views.count(view)
    return count.value >= TICKETS and client.views.execute(view).id == view.id


def _view_tickets(client: Any) -> bool:
    view = next(iter(client.views()))
    return len(list(client.views.tickets(view))) >= TICKETS


def _field(client: Any) -> bool:
    options = [{"name": "Red", "value": "zp_red"}, {"name": "Blue", "value": "zp_blue"}]
    field = client.ticket_fields.create(
        objects.TicketField(type="tagger", title="Colour", custom_field_options=options)
    )
    ticket = made(client, custom_fields=[objects.CustomField(id=field.id, value="zp_red")])
    return "zp_red" in ticket.tags


def _form(client: Any) -> bool:
    form = client.ticket_forms.create(objects.TicketForm(name="Returns"))
    return form.id in [found.id for found in client.ticket_forms()]


def _policy(client: Any) -> bool:
    policy = objects.SlaPolicy(
        title="Gold",
        filter={"all": [{"field": "type", "operator": "is", "value": "incident"}], "any": []},
        policy_metrics=[
            {"priority": "high", "metric": "first_reply_time", "target": 60, "business_hours": False}
        ],
    )
    client.sla_policies.create(policy)  # zenpy returns nothing here
    return "Gold" in [found.title for found in client.sla_policies()]


def _webhook(client: Any) -> bool:
    hook = client.webhooks.create(
        objects.Webhook(
            name="Hook", endpoint="https://example.com", http_method="POST", request_format="json", status="active",
            subscriptions=["conditional_ticket_events"],
        )
    )  # fmt: skip
    return hook.id in [found.id for found in client.webhooks.list()]


def _restored(client: Any) -> bool:
    ticket = made(client)
    client.tickets.delete(ticket)
    client.deleted_tickets.restore(ticket.id) if hasattr(
        client, "deleted_tickets"
    ) else client.tickets.restore(ticket.id)
    return client.tickets(id=ticket.id).id == ticket.id


CALLS: dict[str, Callable[[Any], bool]] = {
    "tickets: page through all": lambda client: len({ticket.id for ticket in client.tickets()}) >= TICKETS,
    "tickets: one by id": lambda client: client.tickets(id=1).subject == "Ticket 0",
    "tickets: many by ids": lambda client: (
        [ticket.id for ticket in client.tickets(ids=[1, 2, 3])] == [1, 2, 3]
    ),
    "tickets: create": lambda client: made(client).id > 0,
    "tickets: create with a requester": _requester,
    "tickets: create with an assignee": _assigned,
    "tickets: update with a private comment": _updated,
    "tickets: delete": _deleted,
    "tickets: restore": _restored,
    "tickets: create many (job)": _created_many,
    "tickets: update many (job)": _updated_many,
    "tickets: delete many (job)": _deleted_many,
    "tickets: merge (job)": _merged,
    "tickets: add and delete tags": _tagged,
    "tickets: comments": lambda client: next(iter(client.tickets.comments(1))).body == "fire",
    "tickets: audits": lambda client: len(list(client.tickets.audits(ticket=1))) == 1,
    "tickets: metrics": lambda client: client.tickets.metrics(1).reopens == 0,
    "tickets: incremental, time": lambda client: (
        len(list(client.tickets.incremental(start_time=START))) >= TICKETS
    ),
    "tickets: incremental, cursor": lambda client: (
        len(list(client.tickets.incremental(start_time=START, paginate_by_time=False))) >= TICKETS
    ),
    "tickets: events": lambda client: len(list(client.tickets.events(START))) >= TICKETS,
    "tickets: incidents": lambda client: list(client.tickets.incidents(1)) == [],
    "users: page through all": lambda client: len(list(client.users())) >= 2,
    "users: me": lambda client: client.users.me().email == "admin@example.com",
    "users: create, update, delete": _user,
    "users: create or update": _upserted,
    "users: search": lambda client: next(iter(client.users.search(query="ada"))).name == "Ada Agent",
    "users: incremental": lambda client: len(list(client.users.incremental(start_time=START))) >= 2,
    "users: group memberships": lambda client: (
        len(list(client.users.group_memberships(first_agent(client).id))) >= 1
    ),
    "users: requested tickets": lambda client: (
        len(list(client.users.requested(client.users.me().id))) >= TICKETS
    ),
    "groups: list": lambda client: "Support" in [group.name for group in client.groups()],
    "groups: create and update": _group,
    "group memberships: create": _membership,
    "organizations: create, update, delete": _organization,
    "organizations: list": lambda client: isinstance(list(client.organizations()), list),
    "search: count and results": lambda client: (
        client.search(type="ticket", tags=["seeded"]).count == TICKETS
    ),
    "search: page through": lambda client: (
        len(list(client.search(type="ticket", tags=["seeded"]))) == TICKETS
    ),
    "search export": lambda client: (
        len(list(client.search_export(query="tags:seeded", type="ticket"))) == TICKETS
    ),
    "triggers: create, update, list, delete": _rule("triggers", a_trigger),
    "automations: create, update, list, delete": _rule("automations", an_automation),
    "macros: create, update, list, delete": _rule("macros", a_macro),
    "macros: effect on a ticket": _macro_effect,
    "views: create, count, execute": _view,
    "views: tickets": _view_tickets,
    "ticket fields: create, and a ticket with it": _field,
    "ticket fields: list": lambda client: "subject" in [field.type for field in client.ticket_fields()],
    "ticket forms: create, list": _form,
    "brands: list": lambda client: [brand.name for brand in client.brands()] == ["acme"],
    "custom statuses: list": lambda client: len(list(client.custom_statuses())) == 5,
    "sla policies: create, list": _policy,
    "webhooks: create, list": _webhook,
    "satisfaction ratings: list": lambda client: list(client.satisfaction_ratings()) == [],
    "suspended tickets: list": lambda client: list(client.suspended_tickets()) == [],
    "ticket metrics: list": lambda client: len(list(client.ticket_metrics())) >= TICKETS,
    "tags: list": lambda client: "seeded" in [tag.name for tag in client.tags()],
    "job status: list": lambda client: len(list(client.job_status())) >= 1,
}


@pytest.mark.parametrize("name", CALLS)
def test_zenpy_call(client: Any, name: str):
    assert CALLS[name](client)


def test_the_published_list_is_long_enough():
    assert len(CALLS) >= 40


def test_unknown_ticket_is_zenpys_own_error(client: Any):
    with pytest.raises(RecordNotFoundException):
        client.tickets(id=999_999)


def test_refused_ticket_tells_zenpy_why(client: Any):
    with pytest.raises(APIException, match="BlankValue"):
        client.tickets.create(objects.Ticket(subject="no text"))


def test_bad_trigger_is_refused(client: Any):
    wrong = a_trigger("Wrong")
    wrong.conditions = {"all": [{"field": "moon_phase", "operator": "is", "value": "full"}], "any": []}

    with pytest.raises(APIException, match="moon_phase"):
        client.triggers.create(wrong)


def test_wrong_token_is_refused(sandbox: Sandbox, client: Any):
    stranger = zenpy.Zenpy(subdomain="acme", email="admin@example.com", token="wrong", disable_cache=True)

    with pytest.raises(APIException, match="authenticate"):
        stranger.users.me()


def test_zenpy_waits_out_a_429(sandbox: Sandbox, client: Any):
    sandbox.faults.add(Fault("429", route="GET /api/v2/users/me*", nth=(1,), seconds=1))

    assert client.users.me().email == "admin@example.com"

    calls = sandbox.account().log.find("GET /api/v2/users/me*")[-2:]
    assert [entry.status for entry in calls] == [429, 200]
    sandbox.faults.clear()


def test_over_tls_by_the_vendors_own_host_name(make_cstoolkit_sandbox, monkeypatch):
    """Nothing is set but which authority to trust: zenpy writes https://acme.zendesk.com itself."""
    sandbox = make_cstoolkit_sandbox({"acme": "zendesk"}, tls=True)
    a_ticket(Caller(sandbox.address(), "/api/v2", AS_ADMIN))
    monkeypatch.delenv("ZENPY_FORCE_NETLOC", raising=False)
    monkeypatch.delenv("ZENPY_FORCE_SCHEME", raising=False)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox.certificate))
    client = zenpy.Zenpy(subdomain="acme", email="admin@example.com", token="sandbox-token")

    with sandbox.resolving():
        tickets = list(client.tickets())

    assert [ticket.subject for ticket in tickets] == ["The printer is on fire"]
    assert tickets[0].url.startswith("https://acme.zendesk.com/")
