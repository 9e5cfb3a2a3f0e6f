"""What is made without pydantic is what pydantic would have made, and it still refuses what is wrong."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cstoolkit.connectors.freshdesk.convert import ticket_from_freshdesk
from cstoolkit.connectors.freshdesk.lookups import FieldInfo, Lookups
from cstoolkit.model.frozen import Frozen
from cstoolkit.model.ticket import Ticket

LOOKUPS = Lookups(
    statuses={2: "Open", 3: "Pending", 4: "Resolved", 5: "Closed"},
    fields={"cf_area": FieldInfo("cf_area", "Area", "choice"), "cf_count": FieldInfo("cf_count", "Count", "number")},
    agent_url="https://acme.freshdesk.com",
)  # fmt: skip
TEXTS = st.none() | st.text(max_size=20)
IDS = st.none() | st.integers(1, 2**53)
INSTANTS = st.sampled_from(["2026-03-02T09:00:00Z", "2024-02-29T23:59:59Z", "2026-03-02T09:00:00+02:00"])
VALUES = st.none() | st.text(max_size=9) | st.booleans() | st.integers(-9, 9) | st.lists(st.text(max_size=5))

TICKETS = st.fixed_dictionaries(
    {
        "id": st.integers(1, 2**53),
        "status": st.sampled_from([2, 3, 4, 5]),
        "created_at": INSTANTS,
        "updated_at": INSTANTS,
    },
    optional={
        "subject": TEXTS, "description_text": TEXTS, "type": TEXTS, "support_email": TEXTS,
        "due_by": st.none() | INSTANTS, "fr_due_by": st.none() | INSTANTS, "is_escalated": st.booleans(),
        "priority": st.sampled_from([None, 1, 2, 3, 4]), "source": st.sampled_from([None, 1, 2, 9, 77]),
        "requester_id": IDS, "responder_id": IDS, "group_id": IDS, "company_id": IDS, "product_id": IDS,
        "tags": st.lists(st.text(max_size=5)), "deleted": st.booleans(), "spam": st.booleans(),
        "requester": st.fixed_dictionaries({"name": TEXTS, "email": TEXTS}),
        "stats": st.fixed_dictionaries({"first_responded_at": st.none() | INSTANTS, "resolved_at": st.none() | INSTANTS}),
        "custom_fields": st.dictionaries(st.sampled_from(["cf_area", "cf_count", "cf_unknown"]), VALUES),
    },
)  # fmt: skip
WHOLE = {"id": 1, "status": 2, "created_at": "2026-03-02T09:00:00Z", "updated_at": "2026-03-02T09:00:00Z"}


def _is_as_validated(one: Frozen) -> bool:
    again = type(one)(**{name: getattr(one, name) for name in one.model_fields_set})
    alike = [(name, type(value)) for name, value in one] == [(name, type(value)) for name, value in again]
    return one == again and alike and one.model_dump() == again.model_dump()


def _ticket(raw: dict[str, Any]) -> Ticket:
    return ticket_from_freshdesk(raw, LOOKUPS, people={}, organizations={})


@given(TICKETS)
def test_a_ticket_and_what_is_in_it_are_what_pydantic_makes_of_the_same_values(raw: dict[str, Any]) -> None:
    ticket = _ticket(raw)

    assert all(map(_is_as_validated, (ticket, *ticket.sla, *filter(None, [ticket.requester]))))


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": 5},
        {"support_email": {}},
        {"tags": [1]},
        {"created_at": "2026-03-02T09:00:00"},
        {"requester_id": 4, "requester": {"name": 5}},
        {"stats": {}, "fr_due_by": "2026-03-02T09:00:00"},
    ],
    ids=lambda one: next(iter(one)),
)
def test_what_is_no_ticket_is_still_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        _ticket(WHOLE | wrong)
