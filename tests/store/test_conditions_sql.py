"""One condition, two back ends: SQL over the store answers as `matches` does, ticket by ticket."""

import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cstoolkit.errors import RecipeError
from cstoolkit.model.condition_syntax import parse_condition
from cstoolkit.model.conditions import Condition, Test
from cstoolkit.model.custom import custom_to_json
from cstoolkit.model.fields import FIELDS
from cstoolkit.model.matching import Context, matches
from cstoolkit.model.people import Organization, Person
from cstoolkit.model.text_patterns import found, word_pattern
from cstoolkit.model.ticket import Ticket
from cstoolkit.store.condition_columns import CHOICES, FLAGS, PLAIN, REFERENCES, SETS, TEXTS
from cstoolkit.store.conditions import TICKET_FROM, to_sql
from cstoolkit.store.folding import with_folded
from cstoolkit.store.schema import COMMENTS, FACTS, GROUPS, ORGANIZATIONS, PEOPLE, TICKETS
from strategies import CALENDARS, CUSTOM_FIELDS, CUSTOM_NAMES, NOWS, STATE_FIELDS, World, worlds

TABLES = {
    "facts": (*TICKETS.columns, *FACTS),
    "comments": COMMENTS.columns,
    "people": PEOPLE.columns,
    "groups": GROUPS.columns,
    "organizations": ORGANIZATIONS.columns,
}
COPIED = (
    "subject", "description", "type", "channel", "brand", "form", "language", "recipient", "calendar", "created_at",
    "updated_at", "due_at", "rating", "rating_comment", "assigned_at", "status_changed_at", "requester_replied_at",
    "agent_replied_at", "reopens", "replies", "requester_replies", "assignee_stations", "group_stations", "incidents",
)  # fmt: skip


def facts_row(ticket: Ticket) -> dict[str, Any]:
    """What `facts` holds of a ticket. People get ids of their own, so that no two tickets share one."""
    running = [target for target in ticket.sla if target.fulfilled_at is None]
    due = {
        metric: min((t.target_at for t in running if t.metric == metric), default=None) for metric in METRICS
    }
    return {
        "ticket_id": ticket.id,
        **{name: getattr(ticket, name) for name in COPIED},
        "status": ticket.status.category.value,
        "status_native": ticket.status.native,
        "priority": ticket.priority and ticket.priority.level.value,
        "requester_id": ticket.requester and f"r{ticket.id}",
        "assignee_id": ticket.assignee and f"a{ticket.id}",
        "group_id": ticket.group and f"g{ticket.id}",
        "organization_id": ticket.organization and f"o{ticket.id}",
        "tags": sorted(ticket.tags),
        "fired": sorted(ticket.fired),
        "custom": custom_to_json(ticket.custom),
        "problem_status": ticket.problem_status and ticket.problem_status.value,
        "sla_due_at": min((target.target_at for target in running), default=None),
        "first_reply_due_at": due["first_reply"],
        "resolution_due_at": due["resolution"],
    }


METRICS = ("first_reply", "resolution")


def rows(ticket: Ticket) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "facts", facts_row(ticket)
    for comment in ticket.comments or ():
        row = {
            "comment_id": comment.id,
            "ticket_id": ticket.id,
            "created_at": comment.created_at,
            "text": comment.text,
        }
        yield "comments", row
    for letter, person in (("r", ticket.requester), ("a", ticket.assignee)):
        if person:
            yield "people", {"person_id": f"{letter}{ticket.id}", **of_person(person)}
    if ticket.group:
        yield "groups", {"group_id": f"g{ticket.id}", "name": ticket.group.name}
    if ticket.organization:
        yield "organizations", {"organization_id": f"o{ticket.id}", **of_organization(ticket.organization)}


def of_person(person: Person) -> dict[str, Any]:
    custom = custom_to_json(person.custom)
    return {
        "name": person.name,
        "email": person.email,
        "role": person.role,
        "tags": sorted(person.tags),
        "custom": custom,
    }


def of_organization(organization: Organization) -> dict[str, Any]:
    return {
        "name": organization.name,
        "domains": sorted(organization.domains),
        "tags": sorted(organization.tags),
        "custom": custom_to_json(organization.custom),
    }


def stored(value: Any) -> Any:
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value


class Tables:
    """The store's tables in memory, filled anew for each world."""

    def __init__(self) -> None:
        self.duck = duckdb.connect(config={"threads": 1})
        for name, columns in TABLES.items():
            self.duck.execute(f"CREATE TABLE {name} ({', '.join(f'{c.name} {c.type}' for c in columns)})")

    def fill(self, tickets: Iterable[Ticket]) -> None:
        for name in TABLES:
            self.duck.execute(f"DELETE FROM {name}")
        filled: dict[str, list[dict[str, Any]]] = {}
        for ticket in tickets:
            for name, row in rows(ticket):
                derived = with_folded("tickets" if name == "facts" else name, row)
                filled.setdefault(name, []).append({"connection": "test", **derived})
        for name, lines in filled.items():
            columns = [c for c in TABLES[name] if any(line.get(c.name) is not None for line in lines)]
            struct = ", ".join(f"{c.name} {c.type}" for c in columns)
            values = [{c.name: stored(line.get(c.name)) for c in columns} for line in lines]
            self.duck.execute(
                f"INSERT INTO {name} BY NAME SELECT unnest(?::STRUCT({struct})[], max_depth := 2)", [values]
            )

    def answers(self, world: World) -> dict[str, tuple[bool, ...]]:
        """For each ticket the answer to each condition, all in one query."""
        texts, parameters = [], {}
        for number, condition in enumerate(world.conditions):
            sql = to_sql(condition, now=world.now, calendars=CALENDARS)
            texts.append(re.sub(r"\$(now|c\d+)\b", rf"$q{number}_\1", sql.text))
            parameters |= {f"q{number}_{name}": value for name, value in sql.parameters.items()}
        found = self.duck.execute(
            f"SELECT t.ticket_id, {', '.join(texts)} FROM {TICKET_FROM}", parameters
        ).fetchall()
        return {row[0]: row[1:] for row in found}


@pytest.fixture(scope="module")
def tables() -> Iterator[Tables]:
    made = Tables()
    yield made
    made.duck.close()


def expected(condition: Condition, ticket: Ticket, world: World) -> bool:
    return matches(condition, ticket, Context(now=world.now, calendars=CALENDARS))


def disagreements(tables: Tables, world: World) -> list[tuple[Condition, Ticket, bool]]:
    """The pairs on which SQL and Python differ, with what SQL says."""
    tables.fill(world.tickets)
    answers = tables.answers(world)
    return [
        (condition, ticket, answer)
        for ticket in world.tickets
        for condition, answer in zip(world.conditions, answers[ticket.id], strict=True)
        if answer is not expected(condition, ticket, world)
    ]


@pytest.mark.parametrize("field", STATE_FIELDS)
@given(data=st.data())
@settings(max_examples=max(10, settings().max_examples // 15))
def test_sql_and_python_agree_on_each_field(tables: Tables, field: str, data: st.DataObject) -> None:
    world = data.draw(worlds(fields=(field,), size=12))

    assert disagreements(tables, world) == []


@pytest.mark.parametrize("owner", ["", "requester.", "organization."])
@given(data=st.data())
@settings(max_examples=max(10, settings().max_examples // 3))
def test_sql_and_python_agree_on_custom_fields(tables: Tables, owner: str, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(CUSTOM_NAMES))
    world = data.draw(worlds(fields=(f"{owner}custom.{name}",), size=12))

    assert disagreements(tables, world) == []


@given(data=st.data())
def test_sql_and_python_agree_on_trees_over_several_fields(tables: Tables, data: st.DataObject) -> None:
    fields = data.draw(st.lists(st.sampled_from(STATE_FIELDS + CUSTOM_FIELDS), min_size=1, max_size=3))
    world = data.draw(worlds(fields=tuple(fields)))

    assert disagreements(tables, world) == []


def test_both_engines_take_the_same_characters_for_words(tables: Tables) -> None:
    letters = [chr(code) for code in range(1, sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]
    pattern = word_pattern("x")

    found_by_sql = tables.duck.execute(
        "SELECT c FROM (SELECT unnest(?::VARCHAR[]) AS c) WHERE regexp_matches(c || 'x', ?)",
        [letters, pattern],
    ).fetchall()

    assert {letter for (letter,) in found_by_sql} == {
        letter for letter in letters if found(pattern, letter + "x")
    }


def test_every_field_of_a_state_has_its_sql() -> None:
    covered = {*CHOICES, *FLAGS, *PLAIN, *REFERENCES, *SETS, *TEXTS, "hours"}

    assert covered == {field.name for field in FIELDS.values() if not field.update_only}


@pytest.mark.parametrize(
    "raw",
    [
        {"actor": "agent"},
        {"comment": {"contains": "x"}},
        {"comment.public": True},
        {"status": {"changed": True}},
        {"none": [{"group": {"changed_to": "Desk"}}]},
    ],
)
def test_a_question_about_an_update_is_refused(raw: dict[str, Any]) -> None:
    with pytest.raises(RecipeError) as caught:
        to_sql(parse_condition(raw), now=NOWS[0])

    assert "asks about an update" in caught.value.problems[0].message
    assert caught.value.problems[0].code == "condition"


def test_every_question_about_an_update_is_named_at_once() -> None:
    condition = parse_condition({"actor": "agent", "status": {"changed": True}})

    with pytest.raises(RecipeError) as caught:
        to_sql(condition, now=NOWS[0])

    assert len(caught.value.problems) == 2


def test_an_unknown_calendar_is_refused_with_the_known_ones() -> None:
    condition = Test("hours", "outside", "offise")

    with pytest.raises(RecipeError) as caught:
        to_sql(condition, now=NOWS[0], calendars=CALENDARS)

    assert caught.value.problems[0].hint is not None
    assert 'did you mean "office"?' in caught.value.problems[0].hint


def test_values_travel_as_parameters() -> None:
    sql = to_sql(parse_condition({"subject": {"contains": "'; DROP TABLE facts"}}), now=NOWS[0])

    assert "DROP" not in sql.text
    assert list(sql.parameters.values()) == ["'; drop table facts"]
