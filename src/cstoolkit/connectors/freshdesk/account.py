"""What one Freshdesk account is made of, read when first asked for and kept while the connection is open."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from ...errors import NotFoundError
from ...model.people import Organization, Person, Role
from ...model.ticket import StatusCategory
from .client import FreshdeskClient
from .convert_people import (
    agent_from_freshdesk,
    company_from_freshdesk,
    contact_from_freshdesk,
    group_from_freshdesk,
    schedule_from_freshdesk,
)
from .lookups import Lookups, Record, field_infos, status_labels

GLOBAL = 1  # the ticket scope of an agent who sees all tickets


class FreshdeskAccount:
    """Tables of an account. What its plan lacks is empty."""

    def __init__(self, client: FreshdeskClient, *, statuses: Mapping[str, StatusCategory]) -> None:
        self.client = client
        self.mapped = statuses
        self._requesters: dict[str, Person] = {}

    @cached_property
    def lookups(self) -> Lookups:
        client = self.client
        products = client.optional("products")
        hours = client.optional("business_hours", size=None)
        return Lookups(
            statuses=status_labels(self.field_records),
            fields=field_infos(self.field_records),
            groups={str(one["id"]): group_from_freshdesk(one) for one in self.group_records},
            products={str(one["id"]): str(one["name"]) for one in products},
            calendars={str(one["id"]): schedule_from_freshdesk(one) for one in hours},
            mapped=self.mapped,
            agent_url=client.transport.base,
        )

    @cached_property
    def field_records(self) -> list[Record]:
        """Any agent may read these; the administrators' form of them says no more that we need."""
        return self.client.all_of("ticket_fields", size=None)

    @cached_property
    def group_records(self) -> list[Record]:
        return self.client.all_of("groups")

    @cached_property
    def agents(self) -> dict[str, Person]:
        found = map(agent_from_freshdesk, self.client.all_of("agents"))
        return {one.id: one for one in found}

    @cached_property
    def companies(self) -> dict[str, Organization]:
        found = map(company_from_freshdesk, self.client.all_of("companies"))
        return {one.id: one for one in found}

    @cached_property
    def roles(self) -> dict[str, str]:
        """What agents may be: names by id."""
        return {str(one["id"]): str(one["name"]) for one in self.client.optional("roles")}

    @cached_property
    def sla_policies(self) -> dict[str, str]:
        """Names by id, in the order in which they are tried."""
        found = self.client.optional("sla_policies", size=None)
        return {str(one["id"]): str(one["name"]) for one in sorted(found, key=lambda one: one["position"])}

    @cached_property
    def canned_folders(self) -> dict[str, str]:
        """Folders of canned responses: names by id."""
        found = self.client.optional("canned_response_folders", size=None)
        return {str(one["id"]): str(one["name"]) for one in found}

    @cached_property
    def contact_fields(self) -> dict[str, str]:
        """The fields of people that are the account's own: labels by key."""
        return self._labels("contact_fields")

    @cached_property
    def company_fields(self) -> dict[str, str]:
        return self._labels("company_fields")

    def _labels(self, path: str) -> dict[str, str]:
        found = self.client.optional(path, size=None)
        return {str(one["name"]): str(one["label"]) for one in found if not one.get("default")}

    @cached_property
    def me(self) -> Record:
        """The agent whose key it is."""
        found: Record = self.client.get("agents/me")
        return found

    def requesters(self, tickets: Iterable[Record]) -> dict[str, Person]:
        """Those requesters whom the tickets themselves do not show; a call each, once."""
        missing = {
            str(one["requester_id"])
            for one in tickets
            if one.get("requester_id") is not None and not one.get("requester")
        }
        for one in sorted(missing - self._requesters.keys() - self.agents.keys()):
            try:
                self._requesters[one] = contact_from_freshdesk(self.client.get(f"contacts/{one}"))
            except NotFoundError:
                self._requesters[one] = Person(id=one, active=False)
        return self._requesters

    @property
    def sees_everything(self) -> bool:
        """Whether the key's agent sees all tickets: others get lists that look whole and are not."""
        return bool(self.me.get("ticket_scope", GLOBAL) == GLOBAL)

    def organizations(self, ids: Iterable[str | None]) -> Mapping[str, Organization]:
        """All companies if any is asked for: a list gives a hundred a call, an id one."""
        return self.companies if any(ids) else {}

    def role_in(self, conversation: Record, requester: str | None) -> Role:
        """Who wrote a conversation, then: the vendor marks what came in, and what a rule wrote."""
        author = conversation.get("user_id")
        if conversation.get("automation_id") is not None or author is None:
            return "system"
        if not conversation.get("incoming"):
            return "agent"
        if str(author) == requester:
            return "requester"
        return "agent" if str(author) in self.agents else "end_user"
