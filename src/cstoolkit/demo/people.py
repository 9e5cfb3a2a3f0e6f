"""Everybody in the demo: agents with groups and shifts, those who are gone, customers, companies."""

from dataclasses import dataclass
from typing import Literal

from ..model.people import Group, Membership, Organization, Person
from .calendars import DAY, REGIONS, instant
from .dice import Dice, noise
from .names import COMPANY_FIRST, COMPANY_LAST, FIRST, LAST

TIER_1, TIER_2, BILLING, INCIDENT_DESK, KEY_ACCOUNTS, FORGOTTEN = "501", "502", "503", "504", "505", "506"
GROUPS = (
    Group(id=TIER_1, name="Tier 1"),
    Group(id=TIER_2, name="Tier 2"),
    Group(id=BILLING, name="Billing"),
    Group(id=INCIDENT_DESK, name="Incident Desk"),
    Group(id=KEY_ACCOUNTS, name="Key Accounts"),
    Group(id=FORGOTTEN, name="Returns Project 2024"),
)
INTEGRATION = Person(id="900", name="Shop integration", email="shop-integration@example.com", role="system")

# One agent each, until the team is complete: every group has somebody in every region.
_SEATS = tuple(
    (group, region)
    for group, seats in (
        (TIER_1, (5, 4, 3)),
        (TIER_2, (3, 2, 1)),
        (BILLING, (2, 2, 1)),
        (INCIDENT_DESK, (1, 1, 1)),
        (KEY_ACCOUNTS, (2, 1, 1)),
    )
    for region, count in zip(REGIONS, seats, strict=True)
    for _ in range(count)
)
_MOST_AGENTS = 60
_AGENT_ZONES = {
    "emea": ("Europe/Berlin", "Europe/Lisbon", "Europe/Warsaw"),
    "amer": ("America/New_York", "America/Chicago"),
    "apac": ("Asia/Tokyo", "Asia/Manila"),
}

Fate = Literal["left", "suspended", "downgraded"]
# How the departed went, and when: days before `as_of` in a helpdesk of a year, less in a shorter one.
_DEPARTURES: tuple[tuple[Fate, str, int], ...] = (
    ("left", TIER_1, 210),
    ("left", TIER_2, 125),
    ("left", BILLING, 64),
    ("downgraded", KEY_ACCOUNTS, 88),
    ("suspended", TIER_1, 11),
)

_LANGUAGES = ("en", "de", "fr", "es", "ja")
_LANGUAGE_BOUNDS = (0.83, 0.95, 0.97, 0.987, 1.0)
_HOMES = {"de": "emea", "fr": "emea", "es": "amer", "ja": "apac"}
_FIRST_CUSTOMER = 100_001
_FAVOURITES = (0.34, 0.22, 0.14, 0.10, 0.08, 0.05, 0.04, 0.03)


@dataclass(frozen=True, slots=True)
class Agent:
    """A member of the team. `left_at` is None for those who still work, in seconds since 1970."""

    person: Person
    group_id: str
    region: str
    left_at: int | None = None
    fate: Fate | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who writes in. Key accounts are the customers of an organization tagged `vip`."""

    person: Person
    region: str
    organization: Organization | None
    is_vip: bool


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody. `seats` holds the working agents of a group and region; `slots` see `customer_of`."""

    seed: int
    agents: tuple[Agent, ...]
    gone: tuple[Agent, ...]
    seats: dict[tuple[str, str], tuple[Agent, ...]]
    customers: tuple[Customer, ...]
    organizations: tuple[Organization, ...]
    slots: int

    @property
    def people(self) -> tuple[Person, ...]:
        agents = (agent.person for agent in (*self.agents, *self.gone))
        return (INTEGRATION, *agents, *(customer.person for customer in self.customers))

    @property
    def memberships(self) -> tuple[Membership, ...]:
        """The departed are still listed in their groups; two of them are all that the forgotten group has."""
        listed = [
            Membership(group_id=agent.group_id, person_id=agent.person.id)
            for agent in (*self.agents, *self.gone)
        ]
        forgotten = [
            Membership(group_id=FORGOTTEN, person_id=self.gone[0].person.id),
            Membership(group_id=FORGOTTEN, person_id=self.gone[2].person.id),
            Membership(group_id=FORGOTTEN, person_id=self.agents[0].person.id, active=False),
        ]
        return (*listed, *forgotten)

    def customer_of(self, number: int) -> Customer:
        """Who opens ticket `number` (from 0).

        Customers are dealt to slots, and slots take turns. So the same customer is never back within
        `slots` tickets, and two tickets of one customer close together are always meant.
        """
        group = len(self.customers) // self.slots
        place = noise(self.seed, number, 2) * sum(_FAVOURITES[:group])
        chosen = 0
        while chosen < group - 1 and place >= _FAVOURITES[chosen]:
            place -= _FAVOURITES[chosen]
            chosen += 1
        return self.customers[(number % self.slots) * group + chosen]

    def neighbour_of(self, customer: Customer) -> Customer:
        """Another customer, for mail in copy."""
        number = int(customer.person.id) - _FIRST_CUSTOMER
        return self.customers[(number + 1) % len(self.customers)]


def make_roster(*, seed: int, tickets: int, slots: int, days: int, end: int) -> Roster:
    dice = Dice(seed, 11)
    working = min(_MOST_AGENTS - len(_DEPARTURES), len(_SEATS) + 5 * max(0, tickets.bit_length() - 13))
    agents = [
        _make_agent(dice, number, _SEATS[number % len(_SEATS)], end, left_at=None, fate=None)
        for number in range(working)
    ]
    gone = [
        _make_agent(
            dice,
            working + number,
            (group, "emea"),
            end,
            left_at=end - min(ago * DAY, days * DAY * ago // 365),
            fate=fate,
        )
        for number, (fate, group, ago) in enumerate(_DEPARTURES)
    ]
    seats = {
        seat: tuple(agent for agent in agents if (agent.group_id, agent.region) == seat)
        for seat in dict.fromkeys(_SEATS)
    }
    in_slot = 8 if tickets <= 20_000 else 4 if tickets <= 200_000 else 2 if tickets <= 500_000 else 1
    organizations = _make_organizations(dice, count=min(2_000, max(12, slots * in_slot // 14)))
    customers = tuple(_make_customer(dice, number, organizations) for number in range(slots * in_slot))
    return Roster(seed, tuple(agents), tuple(gone), seats, customers, organizations, slots)


def _make_agent(
    dice: Dice, number: int, seat: tuple[str, str], end: int, *, left_at: int | None, fate: Fate | None
) -> Agent:
    # Steps that share no factor with the lists' lengths: no two agents have one name.
    first, last = FIRST[number * 7 % len(FIRST)], LAST[number * 5 % len(LAST)]
    seen = end - dice.between(600, 20 * 3_600) if left_at is None else left_at - dice.between(600, 9_000)
    person = Person(
        id=str(9_001 + number),
        name=f"{first} {last}",
        email=f"{first}.{last}@support.example.com".lower(),
        role="end_user" if fate == "downgraded" else "agent",
        active=fate is None,
        language="de" if seat[1] == "emea" and number % 3 == 0 else "en",
        zone=dice.pick(_AGENT_ZONES[seat[1]]),
        last_seen_at=instant(seen),
        tags=frozenset({"early_shift" if number % 2 else "late_shift"}),
    )
    return Agent(person, *seat, left_at=left_at, fate=fate)


def _make_organizations(dice: Dice, *, count: int) -> tuple[Organization, ...]:
    names = len(COMPANY_FIRST) * len(COMPANY_LAST)
    made = []
    for number in range(count):
        place = number * 37 % names
        first = COMPANY_FIRST[place % len(COMPANY_FIRST)]
        last = COMPANY_LAST[place // len(COMPANY_FIRST)]
        again = number // names + 1
        label = f"{first}-{last}".lower() if again == 1 else f"{first}-{last}-{again}".lower()
        tier = dice.weighted(("standard", "business", "enterprise"), (0.68, 0.9, 1.0))
        tags = {"enterprise"} if tier == "enterprise" else set()
        if tier != "standard" and dice.chance(0.4):
            tags.add("vip")
        made.append(
            Organization(
                id=str(70_001 + number),
                name=f"{first} {last}" if again == 1 else f"{first} {last} {again}",
                domains=frozenset({f"{label}.example.com"}),
                tags=frozenset(tags),
                custom={"tier": tier},
            )
        )
    return tuple(made)


def _make_customer(dice: Dice, number: int, organizations: tuple[Organization, ...]) -> Customer:
    organization = dice.pick(organizations) if dice.chance(0.62) else None
    language = dice.weighted(_LANGUAGES, _LANGUAGE_BOUNDS)
    region = _HOMES.get(language) or dice.weighted(REGIONS, (0.54, 0.93, 1.0))
    first, last = dice.pick(FIRST), dice.pick(LAST)
    domain = (
        min(organization.domains) if organization else dice.pick(("mail.example.net", "post.example.org"))
    )
    person = Person(
        id=str(_FIRST_CUSTOMER + number),
        name=f"{first} {last}",
        email=f"{first}.{last}.{number + 1}@{domain}".lower(),
        organization_id=organization.id if organization else None,
        language=language,
        zone=_AGENT_ZONES[region][0],
    )
    return Customer(person, region, organization, organization is not None and "vip" in organization.tags)
