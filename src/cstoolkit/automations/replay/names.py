"""Who and what a log points to by id, as rules know it: groups and agents go by their names.

A recipe says `group: Tier 1`, and so does the neutral engine. For a replay, then, a group or an agent whose name
is nobody else's has its name for an id; whoever shares a name keeps his own.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ...model.people import Group, Organization, Person, Role


@dataclass(frozen=True)
class Names:
    """The account's groups, people and companies by the vendor's id."""

    groups: Mapping[str, Group] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    organizations: Mapping[str, Organization] = field(default_factory=dict)

    def group(self, id: str | None) -> Group | None:
        return None if id is None else self.groups.get(id) or Group(id=id)

    def organization(self, id: str | None) -> Organization | None:
        return None if id is None else self.organizations.get(id) or Organization(id=id)

    def person(self, id: str | None, role: Role = "end_user") -> Person | None:
        """Somebody whom the store does not know has an id and the role that follows from the place."""
        return None if id is None else self.people.get(id) or Person(id=id, role=role)

    def adopt(self, held: Person | None) -> Person | None:
        """The same person as `person` gives it."""
        return held if held is None else self.people.get(held.id, held)


def by_name(
    groups: Iterable[Group], people: Iterable[Person], organizations: Iterable[Organization] = ()
) -> Names:
    """Names of an account. `people` are those who work there; customers keep their ids, so they are not among them."""
    teams, persons = list(groups), list(people)
    shared = {name for name, count in Counter(team.name for team in teams).items() if count > 1}
    shared_by_agents = {
        name for name, count in Counter(person.name for person in persons).items() if count > 1
    }
    return Names(
        {team.id: _named(team, shared) for team in teams},
        {
            person.id: person.model_copy(update={"id": person.name})
            if person.name and person.name not in shared_by_agents
            else person
            for person in persons
        },
        {company.id: company for company in organizations},
    )


def _named(team: Group, shared: set[str | None]) -> Group:
    return team.model_copy(update={"id": team.name}) if team.name and team.name not in shared else team
