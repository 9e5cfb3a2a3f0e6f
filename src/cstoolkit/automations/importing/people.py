"""People, groups and companies that rows of tickets name in passing."""

from collections.abc import Mapping
from typing import Any

from ...model.people import Group, Organization, Person, Role

Values = Mapping[str, Any]


class Mentioned:
    """Everybody that the rows named, once each. A name or address that is learnt later is kept."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.groups: dict[str, Group] = {}
        self.organizations: dict[str, Organization] = {}

    def person(self, values: Values, field: str, role: Role) -> Person | None:
        """The person whose id stands in `field`, with the name, address and language beside it."""
        person_id = values.get(field)
        if person_id is None:
            return None
        known = self.people.get(person_id)
        name = values.get(f"{field}.name")
        email = values.get(f"{field}.email")
        if known is None:
            known = Person(
                id=person_id,
                name=name or person_id,
                email=email,
                role=role,
                organization_id=values.get("organization") if field == "requester" else None,
                language=values.get(f"{field}.language"),
            )
        elif (name and known.name == known.id) or (email and not known.email):
            known = known.model_copy(update={"name": name or known.name, "email": email or known.email})
        if role == "agent" and known.role != "agent":
            known = known.model_copy(update={"role": "agent"})
        self.people[person_id] = known
        return known

    def group(self, values: Values) -> Group | None:
        """The group of the row."""
        group_id = values.get("group")
        if group_id is None:
            return None
        known = self.groups.get(group_id)
        if known is None or known.name == known.id:
            known = self.groups[group_id] = Group(id=group_id, name=values.get("group.name") or group_id)
        return known

    def organization(self, values: Values) -> Organization | None:
        """The company of the row."""
        company_id = values.get("organization")
        if company_id is None:
            return None
        known = self.organizations.get(company_id)
        if known is None or known.name == known.id:
            name = values.get("organization.name") or company_id
            known = self.organizations[company_id] = Organization(id=company_id, name=name)
        return known
