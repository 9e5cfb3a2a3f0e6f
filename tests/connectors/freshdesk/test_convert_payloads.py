"""vendor -> Ticket -> vendor is the identity on what may be written, for recorded payloads and generated ones."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.connectors.freshdesk.convert import WRITABLE, ticket_from_freshdesk, ticket_to_freshdesk
from cstoolkit.connectors.freshdesk.convert_conversations import comment_from_freshdesk
from cstoolkit.connectors.freshdesk.convert_people import (
    agent_from_freshdesk,
    company_from_freshdesk,
    contact_from_freshdesk,
    group_from_freshdesk,
    schedule_from_freshdesk,
)
from cstoolkit.connectors.freshdesk.lookups import FieldInfo, Lookups, field_infos, status_labels
from cstoolkit.errors import ConnectorError
from cstoolkit.model.ticket import StatusCategory

Record = dict[str, Any]


def bodies(shared_data: Path) -> Iterator[tuple[str, Any]]:
    for path in sorted((shared_data / "freshdesk-samples").glob("*.json")):
        yield path.name, json.loads(path.read_text(encoding="utf-8"))


def objects_in(value: Any) -> Iterator[Record]:
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from objects_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from objects_in(part)


def recorded_tickets(shared_data: Path) -> Iterator[Record]:
    for _, body in bodies(shared_data):
        for one in objects_in(body):
            if {"requester_id", "status", "created_at", "updated_at", "priority"} <= one.keys():
                yield one


def back(raw: Record, lookups: Lookups, *, forget: bool = False) -> Record:
    ticket = ticket_from_freshdesk(raw, lookups, people={}, organizations={})
    return ticket_to_freshdesk(ticket.model_copy(update={"raw": None}) if forget else ticket, lookups)


def writable(raw: Record) -> Record:
    return {name: raw[name] for name in WRITABLE if name in raw}


def test_recorded_tickets_come_back_as_they_were(shared_data):
    found = list(recorded_tickets(shared_data))

    assert len(found) >= 5
    assert [raw["id"] for raw in found if back(raw, Lookups()) != writable(raw)] == []


def test_what_the_model_holds_comes_back_without_the_payload_too(shared_data):
    """The payload might hide a wrong mapping, so here it is thrown away."""
    ours = {"type", "subject", "priority", "status", "requester_id", "responder_id", "group_id", "company_id",
            "product_id", "tags", "due_by", "source"}  # fmt: skip
    for raw in recorded_tickets(shared_data):
        made = back(raw, Lookups(), forget=True)
        for name in ours & raw.keys():
            expected = raw[name]
            if name == "due_by" and expected:  # old fixtures have numeric offsets
                assert datetime.fromisoformat(made[name]) == datetime.fromisoformat(expected)
            else:
                assert made[name] == (sorted(expected) if name == "tags" else expected), name


def test_every_recorded_conversation_is_as_public_as_it_says(shared_data):
    found = [one for _, body in bodies(shared_data) for one in objects_in(body) if "incoming" in one]

    assert len(found) >= 4
    for raw in found:
        assert comment_from_freshdesk(raw, lambda _: "agent").public is (raw["private"] is False)


@pytest.mark.parametrize("raw", [{}, {"private": None}, {"private": 0}, {"private": "false"}])
def test_a_conversation_that_does_not_say_that_it_is_public_is_private(raw):
    whole = {"id": 1, "ticket_id": 2, "created_at": "2026-01-05T09:00:00Z", "body": "x", **raw}

    assert comment_from_freshdesk(whole, lambda _: "agent").public is False


def test_recorded_people_and_structure_are_understood(shared_data):
    named = dict(bodies(shared_data))

    assert [one.name for one in map(agent_from_freshdesk, named["agents.json"])] == ["Support", "Clark Kent"]
    assert [one.zone for one in map(agent_from_freshdesk, named["agents.json"])] == ["Asia/Kolkata"] * 2
    assert contact_from_freshdesk(named["contact.json"]).email == "rachel@freshdesk.com"
    assert company_from_freshdesk(named["company.json"]).domains == frozenset({"supernova", "nova", "super"})
    assert group_from_freshdesk(named["group_1.json"]).name == "Entertainers"


STATUSES = {2: "Open", 3: "Pending", 4: "Resolved", 5: "Closed", 6: "Waiting on Customer",
            7: "Waiting on Third Party", 8: "With the lab", 23: "Ünknown yet"}  # fmt: skip
FIELDS = {
    key: FieldInfo(key, name, kind)
    for key, name, kind in [
        ("cf_note", "Note", "text"), ("cf_amount", "Amount", "number"), ("cf_agreed", "Agreed", "flag"),
        ("cf_day", "Day", "instant"), ("cf_colour", "Colour", "choice"),
    ]
}  # fmt: skip
LOOKUPS = Lookups(
    statuses=STATUSES,
    fields=FIELDS,
    products={"7": "Acme", "8": "Bell"},
    mapped={"With the lab": StatusCategory.HOLD, "23": StatusCategory.PENDING},
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
IDS = st.integers(1, 2**53)
MAYBE_ID = st.none() | IDS
INSTANTS = st.sampled_from([None, "2026-04-01T12:00:00Z", "2026-04-02T00:00:00Z"])
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "cf_note": TEXTS,
    "cf_amount": st.integers(-(10**9), 10**9) | st.sampled_from(["12", "1.50", 3.25, 1.0, "twelve", 1e300]),
    "cf_agreed": st.booleans() | st.sampled_from(["true", "false"]),
    "cf_day": st.sampled_from(["2026-03-02", "2026-02-30"]),
    "cf_colour": st.sampled_from(["red", "deep red"]),
    "cf_of_tomorrow": TEXTS | st.booleans() | st.integers(0, 9) | st.lists(TEXTS, max_size=2),
}


@st.composite
def payloads(draw: st.DrawFn) -> Record:
    keys = draw(st.lists(st.sampled_from(sorted(VALUES)), unique=True))
    text = draw(st.none() | TEXTS)
    shown = {"description": f"<div>{text}</div>", "description_text": text} if draw(st.booleans()) else {}
    return {
        "id": draw(IDS),
        "created_at": "2026-03-02T09:00:00Z",
        "updated_at": "2026-03-03T10:11:12Z",
        "subject": draw(st.none() | TEXTS),
        "type": draw(st.sampled_from([None, "Incident", "A type of tomorrow"])),
        "priority": draw(st.sampled_from([1, 2, 3, 4])),
        "status": draw(st.sampled_from(sorted(STATUSES))),
        "source": draw(st.sampled_from([None, *range(1, 12), 13, 101])),
        "requester_id": draw(IDS),
        "responder_id": draw(MAYBE_ID),
        "group_id": draw(MAYBE_ID),
        "company_id": draw(MAYBE_ID),
        "product_id": draw(st.sampled_from([None, 7, 8, 9])),
        "internal_agent_id": draw(MAYBE_ID),
        "due_by": draw(INSTANTS),
        "fr_due_by": draw(INSTANTS),
        "tags": draw(st.lists(TEXTS.filter(bool), unique=True)),
        "custom_fields": {key: draw(st.none() | VALUES[key]) for key in keys},
        **draw(st.dictionaries(st.sampled_from(["new_key", "nr_due_by"]), st.none())),
        **draw(st.sampled_from([{}, {"spam": True}, {"deleted": True}])),
        **shown,
    }


@given(raw=payloads())
def test_generated_tickets_come_back_as_they_were(raw):
    assert back(raw, LOOKUPS) == writable(raw)


@given(raw=payloads())
def test_generated_tickets_mean_the_same_after_the_way_out_and_in(raw):
    """Out without the payload's help and in again: the same ticket, but for what our model has no place for."""
    ticket = ticket_from_freshdesk(raw, LOOKUPS, people={}, organizations={})
    sent = ticket_to_freshdesk(ticket.model_copy(update={"raw": None}), LOOKUPS)

    again = ticket_from_freshdesk(
        {**raw, **{name: value for name, value in sent.items() if name != "description"}},
        LOOKUPS,
        people={},
        organizations={},
    )

    assert again.model_copy(update={"raw": None}) == ticket.model_copy(update={"raw": None})


@given(raw=payloads())
def test_one_changed_value_is_the_one_that_changes_in_what_is_sent(raw):
    ticket = ticket_from_freshdesk(raw, LOOKUPS, people={}, organizations={})

    sent = ticket_to_freshdesk(ticket.model_copy(update={"subject": "Another subject"}), LOOKUPS)

    assert sent == {**writable(raw), "subject": "Another subject"}


def a_raw(**values: Any) -> Record:
    at = "2026-03-02T09:00:00Z"
    return {"id": 5, "status": 2, "priority": 1, "created_at": at, "updated_at": at, **values}


@pytest.mark.parametrize("number", [8, 99, 0])
def test_a_status_that_nobody_knows_is_an_error_with_its_name(number):
    lookups = Lookups(statuses={**STATUSES, 99: "Limbo"})

    with pytest.raises(ConnectorError, match=f'"{lookups.statuses.get(number, number)}"') as caught:
        ticket_from_freshdesk(a_raw(status=number), lookups, people={}, organizations={})

    assert "statuses" in caught.value.hint


def test_a_priority_of_tomorrow_is_an_error_with_its_number():
    with pytest.raises(ConnectorError, match="priority 5"):
        ticket_from_freshdesk(a_raw(priority=5), Lookups(), people={}, organizations={})


UNANSWERED = {"agent_responded_at": None, "first_responded_at": None}


@pytest.mark.parametrize(
    ("values", "category"),
    [
        ({"stats": UNANSWERED}, "new"),
        ({"stats": UNANSWERED, "responder_id": 7}, "open"),
        ({"stats": {**UNANSWERED, "first_responded_at": "2026-03-02T09:30:00Z"}}, "open"),
        ({}, "open"),
        ({"stats": UNANSWERED, "status": 3}, "pending"),
    ],
)
def test_new_is_an_open_ticket_that_nobody_has_and_no_agent_answered(values, category):
    ticket = ticket_from_freshdesk(a_raw(**values), Lookups(), people={}, organizations={})

    assert ticket.status.category == category


def test_choices_come_in_three_shapes():
    bare = [{"type": "default_status", "choices": {"2": ["Open", "Being Processed"], "9": ["Lab", "Lab"]}}]
    objects = [{"type": "default_status", "choices": [{"id": 9, "value": "Lab"}]}]

    assert status_labels(bare)[9] == status_labels(objects)[9] == "Lab"
    assert status_labels([])[5] == "Closed"


def test_fields_of_one_label_are_told_apart_and_levels_of_a_dependent_field_are_fields():
    records = [
        {"name": "cf_a", "label": "Area", "type": "custom_dropdown", "choices": ["x", "y"]},
        {"name": "cf_b", "label": "Area", "type": "custom_text"},
        {"name": "cf_c", "label": "Country", "type": "nested_field", "choices": {"DE": {"BE": ["Berlin"]}},
         "nested_ticket_fields": [{"name": "cf_state", "label": "State", "level": 2}]},
        {"name": "status", "label": "Status", "type": "default_status", "default": True},
    ]  # fmt: skip

    found = field_infos(records)

    assert {info.name for info in found.values()} == {"Area (cf_a)", "Area (cf_b)", "Country", "State"}
    assert found["cf_a"].options == ("x", "y")
    assert found["cf_c"].options == ("DE",)


def test_business_hours_are_a_schedule():
    day = {"start_time": "8:30 am", "end_time": "5:00 pm"}
    raw = {"name": "emea", "time_zone": "Berlin", "business_hours": {"monday": day, "friday": day},
           "list_of_holidays": [{"name": "New Year", "date": "2026-01-01"}]}  # fmt: skip

    schedule = schedule_from_freshdesk(raw)

    assert (schedule.zone, schedule.hours) == ("Europe/Berlin", ((510, 1020), (6270, 6780)))
    assert [str(day) for day in schedule.holidays.dates] == ["2026-01-01"]
