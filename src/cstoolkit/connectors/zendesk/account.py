"""What one Zendesk account is made of, read when first asked for and kept while the connection is open."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from ...model.clock import Schedule
from ...model.people import Organization, Person, Role
from ...model.ticket import StatusCategory
from .client import ZendeskClient
from .convert_people import (
    group_from_zendesk,
    organization_from_zendesk,
    person_from_zendesk,
    schedule_from_zendesk,
)
from .lookups import Lookups, Record, field_infos, names_by_id, status_infos

KEPT = 50_000  # people and organizations that are remembered; a script may read for hours


class ZendeskAccount:
    """Tables of an account and, by id, its people and organizations."""

    def __init__(self, client: ZendeskClient, *, statuses: Mapping[str, StatusCategory]) -> None:
        self.client = client
        self._mapped = statuses
        self._people: dict[str, Person] = {}
        self._organizations: dict[str, Organization] = {}
        self._users: dict[str, Record] = {}
        self._organization_records: dict[str, Record] = {}

    @cached_property
    def lookups(self) -> Lookups:
        """Tables that a plan lacks (forms, custom statuses, schedules) are empty."""
        client = self.client
        groups = client.all_of("api/v2/groups", "groups", {"exclude_deleted": False})
        return Lookups(
            statuses=status_infos(client.optional("api/v2/custom_statuses", "custom_statuses")),
            fields=field_infos(self.field_records),
            forms=names_by_id(client.optional("api/v2/ticket_forms", "ticket_forms")),
            brands=names_by_id(client.optional("api/v2/brands", "brands")),
            groups={str(one["id"]): group_from_zendesk(one) for one in groups},
            calendars=self._calendars(),
            mapped=self._mapped,
            agent_url=client.transport.base,
        )

    @cached_property
    def field_records(self) -> list[Record]:
        return self.client.all_of("api/v2/ticket_fields", "ticket_fields")

    @cached_property
    def agents(self) -> list[Person]:
        """All agents and administrators."""
        query = {"role[]": "agent"}, {"role[]": "admin"}
        records = [record for one in query for record in self.client.all_of("api/v2/users", "users", one)]
        # A filter that the vendor passes over would give everybody.
        found = {record["id"]: record for record in records if record.get("role") in {"agent", "admin"}}
        return [person_from_zendesk(record) for record in found.values()]

    def people(self, ids: Iterable[str | None]) -> Mapping[str, Person]:
        """People by id, read a hundred at a time; those that are not there are left out."""
        wanted = list(dict.fromkeys(one for one in ids if one))
        missing = [one for one in wanted if one not in self._people]
        if len(self._people) + len(missing) > KEPT:
            self._people.clear()
            missing = wanted
        records = [self._users[one] for one in missing if one in self._users]
        asked = [one for one in missing if one not in self._users]
        for record in [*records, *self.client.show_many("users", asked)]:
            self._people[str(record["id"])] = person_from_zendesk(record)
        for gone in missing:
            self._people.setdefault(gone, Person(id=gone, active=False))
        return self._people

    def remember(self, users: Iterable[Record], organizations: Iterable[Record]) -> None:
        """Keep people and organizations that came along with tickets, so that nobody asks for them.

        They are made into objects when they are asked for: most come along again and again.
        """
        self._users = {str(one["id"]): one for one in users}
        self._organization_records = {str(one["id"]): one for one in organizations}

    def organizations(self, ids: Iterable[str | None]) -> Mapping[str, Organization]:
        """Organizations by id, as `people`."""
        wanted = list(dict.fromkeys(one for one in ids if one))
        missing = [one for one in wanted if one not in self._organizations]
        if len(self._organizations) + len(missing) > KEPT:
            self._organizations.clear()
            missing = wanted
        came = self._organization_records
        records = [came[one] for one in missing if one in came]
        asked = [one for one in missing if one not in came]
        for record in [*records, *self.client.show_many("organizations", asked)]:
            self._organizations[str(record["id"])] = organization_from_zendesk(record)
        return self._organizations

    def role(self, id: str | None) -> Role:
        """What somebody is today: Zendesk does not keep what they were then."""
        if id is None:
            return "system"
        known = self._people.get(id)
        return known.role if known else "end_user"

    def _calendars(self) -> dict[str, Schedule]:
        path = "api/v2/business_hours/schedules"
        found = {}
        for record in self.client.optional(path, "schedules"):
            holidays = self.client.optional(f"{path}/{record['id']}/holidays", "holidays")
            found[str(record["id"])] = schedule_from_zendesk(record, holidays)
        return found
