"""vendor -> Ticket -> vendor is the identity on what may be written, for recorded payloads and generated ones."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.connectors.zendesk.convert import WRITABLE, ticket_from_zendesk, ticket_to_zendesk
from cstoolkit.connectors.zendesk.lookups import FieldInfo, Lookups, StatusInfo
from cstoolkit.errors import ConnectorError
from cstoolkit.model.ticket import StatusCategory

Record = dict[str, Any]


def tickets_in(value: Any) -> Iterator[Record]:
    """Ticket objects anywhere in a body."""
    if isinstance(value, dict):
        if {"requester_id", "status", "created_at", "updated_at", "subject"} <= value.keys():
            yield value
        for part in value.values():
            yield from tickets_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from tickets_in(part)


def recorded(shared_data: Path) -> Iterator[Record]:
    with gzip.open(
        shared_data / "zendesk-recorded" / "interactions.jsonl.gz", "rt", encoding="utf-8"
    ) as file:
        for line in file:
            body = json.loads(line)["response"]
            if body.lstrip().startswith(("{", "[")):
                yield from tickets_in(json.loads(body))
    for path in sorted((shared_data / "zendesk-fixtures-go").rglob("*.json")):
        yield from tickets_in(json.loads(path.read_text(encoding="utf-8")))


def back(raw: Record, lookups: Lookups, *, forget: bool = False) -> Record:
    ticket = ticket_from_zendesk(raw, lookups, people={}, organizations={})
    return ticket_to_zendesk(ticket.model_copy(update={"raw": None}) if forget else ticket, lookups)


def writable(raw: Record) -> Record:
    return {name: raw[name] for name in WRITABLE if name in raw}


def test_recorded_tickets_come_back_as_they_were(shared_data):
    found = list(recorded(shared_data))

    wrong = [raw["id"] for raw in found if back(raw, Lookups()) != writable(raw)]

    assert len(found) > 700
    assert wrong == []


def test_what_the_model_holds_comes_back_without_the_payload_too(shared_data):
    """The payload might hide a wrong mapping, so here it is thrown away."""
    ours = {"type", "subject", "priority", "status", "requester_id", "assignee_id", "group_id", "organization_id",
            "problem_id", "due_at", "tags", "ticket_form_id", "brand_id"}  # fmt: skip
    for raw in recorded(shared_data):
        made = back(raw, Lookups(), forget=True)
        assert {name: made[name] for name in ours if name in raw} == {
            name: sorted(raw[name]) if name == "tags" else raw[name] for name in ours if name in raw
        }


STATUSES = {
    str(number): StatusInfo(str(number), StatusCategory(category), label, default)
    for number, (category, label, default) in enumerate(
        [("new", "New", True), ("open", "Open", True), ("open", "In progress", False), ("pending", "Pending", True),
         ("hold", "On hold", True), ("hold", "Waiting on vendor", False), ("solved", "Solved", True)], 1
    )
}  # fmt: skip
FIELDS = {
    str(number): FieldInfo(str(number), name, kind)
    for number, (name, kind) in enumerate(
        [("Note", "text"), ("Amount", "number"), ("Agreed", "flag"), ("Day", "instant"), ("Parts", "set"),
         ("Colour", "choice")], 101
    )
}  # fmt: skip
LOOKUPS = Lookups(
    statuses=STATUSES,
    fields=FIELDS,
    forms={"1": "Standard", "2": "Returns"},
    brands={"7": "Acme", "8": "Bell"},
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
IDS = st.integers(1, 2**53)
MAYBE_ID = st.none() | IDS
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "101": TEXTS,
    "102": st.integers(-(10**9), 10**9) | st.sampled_from(["12", "1.50", 3.25, 1.0, "twelve", 1e300]),
    "103": st.booleans() | st.sampled_from(["true", "false"]),
    "104": st.sampled_from(["2026-03-02", "2026-02-30"]),
    "105": st.lists(st.sampled_from(["a", "b", "c_d"]), unique=True),
    "106": st.sampled_from(["red", "deep_red"]),
    "999": TEXTS | st.booleans() | st.integers(0, 9) | st.lists(TEXTS, max_size=2),
}


@st.composite
def payloads(draw: st.DrawFn) -> Record:
    status = draw(st.sampled_from(sorted(STATUSES)))
    custom = draw(st.booleans())
    word = STATUSES[status].category.value if custom else draw(st.sampled_from([*StatusCategory, "deleted"]))
    entries = [
        {"id": int(field), "value": draw(st.none() | VALUES[field])}
        for field in draw(st.lists(st.sampled_from(sorted(VALUES)), unique=True))
    ]
    return {
        "id": draw(IDS),
        "created_at": "2026-03-02T09:00:00Z",
        "updated_at": "2026-03-03T10:11:12Z",
        "subject": draw(st.none() | TEXTS),
        "type": draw(st.sampled_from([None, "incident", "a type of tomorrow"])),
        "priority": draw(st.sampled_from([None, "low", "normal", "high", "urgent"])),
        "status": str(word),
        **({"custom_status_id": int(status)} if custom else {}),
        "requester_id": draw(IDS),
        "assignee_id": draw(MAYBE_ID),
        "group_id": draw(MAYBE_ID),
        "organization_id": draw(MAYBE_ID),
        "problem_id": draw(MAYBE_ID),
        "ticket_form_id": draw(st.sampled_from([None, 1, 2, 3])),
        "brand_id": draw(st.sampled_from([None, 7, 8, 9])),
        "due_at": draw(st.sampled_from([None, "2026-04-01T12:00:00Z"])),
        "tags": draw(st.lists(TEXTS.filter(lambda tag: tag and not any(map(str.isspace, tag))), unique=True)),
        "custom_fields": entries,
        "external_id": draw(st.none() | TEXTS),
        "via": {"channel": draw(st.sampled_from(["web", "a channel of tomorrow"]))},
        "satisfaction_rating": draw(st.sampled_from([None, {"score": "unoffered"}, {"score": "good"}])),
        **draw(st.dictionaries(st.sampled_from(["new_key", "follower_ids"]), st.just([1, 2]))),
    }


@given(raw=payloads())
def test_generated_tickets_come_back_as_they_were(raw):
    assert back(raw, LOOKUPS) == writable(raw)


@given(raw=payloads())
def test_generated_tickets_mean_the_same_after_the_way_out_and_in(raw):
    """Out without the payload's help and in again: the same ticket, but for what our model has no place for."""
    ticket = ticket_from_zendesk(raw, LOOKUPS, people={}, organizations={})
    sent = ticket_to_zendesk(ticket.model_copy(update={"raw": None}), LOOKUPS)

    again = ticket_from_zendesk({**raw, **sent}, LOOKUPS, people={}, organizations={})

    assert again.model_copy(update={"raw": None}) == ticket.model_copy(update={"raw": None})


@given(raw=payloads())
def test_one_changed_value_is_the_one_that_changes_in_what_is_sent(raw):
    ticket = ticket_from_zendesk(raw, LOOKUPS, people={}, organizations={})

    sent = ticket_to_zendesk(ticket.model_copy(update={"subject": "Another subject"}), LOOKUPS)

    assert sent == {**writable(raw), "subject": "Another subject"}


@pytest.mark.parametrize("word", ["limbo", "", "OPEN"])
def test_a_status_that_nobody_knows_is_an_error_with_its_name(word):
    raw = {
        "id": 5,
        "status": word,
        "created_at": "2026-03-02T09:00:00Z",
        "updated_at": "2026-03-02T09:00:00Z",
    }

    with pytest.raises(ConnectorError, match=f'"{word}"') as caught:
        ticket_from_zendesk(raw, Lookups(), people={}, organizations={})

    assert "statuses" in caught.value.hint


def test_a_status_that_the_project_maps_has_its_category():
    raw = {
        "id": 5,
        "status": "limbo",
        "created_at": "2026-03-02T09:00:00Z",
        "updated_at": "2026-03-02T09:00:00Z",
    }
    lookups = Lookups(mapped={"limbo": StatusCategory.HOLD})

    ticket = ticket_from_zendesk(raw, lookups, people={}, organizations={})

    assert (ticket.status.category, ticket.status.native) == (StatusCategory.HOLD, "limbo")
    assert ticket_to_zendesk(ticket, lookups)["status"] == "limbo"
