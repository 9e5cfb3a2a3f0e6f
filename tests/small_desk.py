"""A ticket with something in every field, and the people around it."""

from datetime import timedelta

from cstoolkit.model.people import Group, Organization, Person
from cstoolkit.model.ticket import Priority, SlaTarget, Status, Ticket
from histories import MONDAY, a_ticket

DAY = timedelta(days=1)
DESK, LAB = Group(id="g1", name="Service Desk"), Group(id="g2", name="Lab")
ANN = Person(id="p1", name="Ann Agent", email="Ann@desk.test", role="agent")
CARA = Person(
    id="p9", name="Cara Customer", email="cara@acme.test", organization_id="o1", tags=frozenset({"vip"})
)
ACME = Organization(id="o1", name="Acme", domains=frozenset({"acme.test"}))


def full_ticket(**fields) -> Ticket:
    """Something in every field."""
    return a_ticket(
        **{
            "id": "1",
            "subject": "Printer on fire",
            "description": "It burns.",
            "type": "incident",
            "status": Status(category="hold", native="Waiting on vendor"),
            "priority": Priority.of("high"),
            "channel": "email",
            "requester": CARA,
            "assignee": ANN,
            "group": DESK,
            "organization": ACME,
            "brand": "Acme",
            "form": "Default",
            "language": "en",
            "recipient": "help@desk.test",
            "tags": frozenset({"a, b", "fire"}),
            "custom": {"impact": "high", "seats": 3, "urgent": True, "sites": ("N", "S"), "nothing": None},
            "due_at": MONDAY + DAY,
            "sla": (SlaTarget(metric="first_reply", target_at=MONDAY + DAY),),
            "rating": "good",
            "rating_comment": "Quick!",
            "url": "https://desk.test/1",
            **fields,
        }
    )
