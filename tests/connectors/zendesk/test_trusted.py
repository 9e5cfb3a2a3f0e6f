"""What is made without pydantic is what pydantic would have made, and it still refuses what is wrong."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cstoolkit.connectors.zendesk.convert import ticket_from_zendesk
from cstoolkit.connectors.zendesk.convert_people import person_from_zendesk
from cstoolkit.connectors.zendesk.lookups import FieldInfo, Lookups
from cstoolkit.model.frozen import Frozen
from cstoolkit.model.people import Person
from cstoolkit.model.ticket import Ticket

LOOKUPS = Lookups(
    fields={"7": FieldInfo("7", "Area", "choice"), "8": FieldInfo("8", "Count", "number")},
    forms={"3": "Default"},
    agent_url="https://acme.zendesk.com",
)
TEXTS = st.none() | st.text(max_size=20)
IDS = st.none() | st.integers(1, 2**53)
INSTANTS = st.sampled_from(["2026-03-02T09:00:00Z", "2024-02-29T23:59:59Z", "2026-03-02T09:00:00+02:00"])
VALUES = st.none() | st.text(max_size=9) | st.booleans() | st.integers(-9, 9) | st.lists(st.text(max_size=5))

TICKETS = st.fixed_dictionaries(
    {
        "id": st.integers(1, 2**53),
        "status": st.sampled_from(["new", "open", "pending", "hold", "solved", "closed", "deleted"]),
        "created_at": INSTANTS,
        "updated_at": INSTANTS,
        "tags": st.lists(st.text(max_size=5)),
    },
    optional={
        "subject": TEXTS, "description": TEXTS, "type": TEXTS, "recipient": TEXTS, "due_at": st.none() | INSTANTS,
        "priority": st.sampled_from([None, "low", "normal", "high", "urgent"]),
        "requester_id": IDS, "assignee_id": IDS, "group_id": IDS, "organization_id": IDS, "brand_id": IDS,
        "ticket_form_id": st.sampled_from([None, 3, 4]), "problem_id": IDS,
        "via": st.sampled_from([None, {}, {"channel": "email"}, {"channel": "unheard of"}]),
        "satisfaction_rating": st.sampled_from([None, {"score": "good", "comment": "fine"}, {"score": "unoffered"}]),
        "custom_fields": st.lists(st.fixed_dictionaries({"id": st.sampled_from([7, 8, 9]), "value": VALUES})),
    },
)  # fmt: skip

PEOPLE = st.fixed_dictionaries(
    {"id": st.integers(1, 2**53)},
    optional={
        "name": TEXTS, "email": TEXTS, "role": st.sampled_from(["end-user", "agent", "admin"]), "locale": TEXTS,
        "active": st.booleans(), "suspended": st.none() | st.booleans(), "organization_id": IDS,
        "time_zone": st.sampled_from([None, "Berlin", "nowhere"]), "last_login_at": st.none() | INSTANTS,
        "tags": st.lists(st.text(max_size=5)), "user_fields": st.dictionaries(st.text(max_size=5), VALUES),
    },
)  # fmt: skip


def _validated(one: Frozen) -> Frozen:
    return type(one)(**{name: getattr(one, name) for name in one.model_fields_set})


def _ticket(raw: dict[str, Any]) -> Ticket:
    return ticket_from_zendesk(raw, LOOKUPS, people={}, organizations={})


def _is_as_validated(one: Frozen) -> bool:
    again = _validated(one)
    alike = [(name, type(value)) for name, value in one] == [(name, type(value)) for name, value in again]
    return one == again and alike and one.model_dump() == again.model_dump()


@given(TICKETS)
def test_a_ticket_is_what_pydantic_makes_of_the_same_values(raw: dict[str, Any]) -> None:
    assert _is_as_validated(_ticket(raw))


@given(PEOPLE)
def test_a_person_is_what_pydantic_makes_of_the_same_values(raw: dict[str, Any]) -> None:
    assert _is_as_validated(person_from_zendesk(raw))


def test_a_ticket_can_be_copied_and_not_changed() -> None:
    ticket = _ticket({"id": 1, "status": "open", "created_at": "2026-03-02T09:00:00Z", "updated_at": "2026-03-02T09:00:00Z"})  # fmt: skip

    assert ticket.model_copy(update={"subject": "new"}).subject == "new"
    assert ticket.subject is None
    with pytest.raises(ValidationError):
        ticket.subject = "new"  # type: ignore[misc]


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": 5},
        {"type": ["a"]},
        {"recipient": {}},
        {"tags": [1]},
        {"created_at": "2026-03-02T09:00:00"},
    ],
    ids=lambda one: next(iter(one)),
)
def test_what_is_no_ticket_is_still_refused(wrong: dict[str, Any]) -> None:
    whole = {"id": 1, "status": "open", "created_at": "2026-03-02T09:00:00Z", "updated_at": "2026-03-02T09:00:00Z"}  # fmt: skip
    with pytest.raises(ValidationError):
        _ticket(whole | wrong)


@pytest.mark.parametrize(
    "wrong", [{"name": 5}, {"email": []}, {"tags": [1]}], ids=lambda one: next(iter(one))
)
def test_what_is_no_person_is_still_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        person_from_zendesk({"id": 1} | wrong)
    assert isinstance(person_from_zendesk({"id": 1}), Person)
