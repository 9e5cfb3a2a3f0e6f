"""Every route of the account, one row each; plain resources bring theirs."""

from collections.abc import Mapping

from ..routes import Routes
from . import (
    account_facts,
    contacts,
    conversations,
    field_routes,
    jobs,
    merging,
    people,
    person_fields,
    ratings,
    rule_routes,
    search,
    ticket_lists,
    ticket_routes,
    time_entries,
)
from .catalogue import RESOURCES
from .resources import API, add_routes
from .sla_policies import SLA_POLICIES
from .visit import Handler

_TICKETS: Mapping[str, Handler] = {
    "GET /tickets": ticket_lists.index,
    "POST /tickets": ticket_routes.create,
    "POST /tickets/outbound_email": ticket_routes.create_outbound,
    "PUT /tickets/merge": merging.merge,
    "GET /tickets/{id}": ticket_routes.show,
    "PUT /tickets/{id}": ticket_routes.update,
    "DELETE /tickets/{id}": ticket_routes.delete,
    "PUT /tickets/{id}/restore": ticket_routes.restore,
    "PUT /tickets/{id}/spam": ticket_routes.mark_as_spam,
    "PUT /tickets/{id}/unspam": ticket_routes.unmark_as_spam,
    "PUT /tickets/{id}/watch": ticket_routes.watch,
    "PUT /tickets/{id}/unwatch": ticket_routes.unwatch,
    "GET /tickets/{id}/watchers": ticket_routes.watchers,
    "GET /tickets/{id}/associated_tickets": ticket_routes.associated,
    "GET /tickets/archived/{id}": ticket_routes.show_archived,
    "DELETE /tickets/archived/{id}": ticket_routes.delete_archived,
    "GET /tickets/archived/{id}/conversations": ticket_routes.archived_conversations,
}
_OF_TICKETS = (_TICKETS, conversations.ROUTES, jobs.ROUTES, ratings.ROUTES, time_entries.ROUTES)
_OTHERS = (
    search.ROUTES, contacts.ROUTES, people.ROUTES, field_routes.ROUTES, person_fields.ROUTES, rule_routes.ROUTES,
    account_facts.ROUTES,
)  # fmt: skip
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def make_routes() -> Routes[Handler]:
    routes: Routes[Handler] = Routes()
    for resource in (*RESOURCES, SLA_POLICIES):
        add_routes(routes, resource)
    for tables, wrap in ((_OF_TICKETS, ticket_routes.scoped), (_OTHERS, _plain)):
        for table in tables:
            for target, handler in table.items():
                method, _, path = target.partition(" ")
                routes.add(method, f"{API}{path}", wrap(handler))
    return routes


def _plain(handler: Handler) -> Handler:
    return handler
