"""Conditions out of plain data: the tree they give, every mistake with its place, and the way back."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from cstoolkit.errors import Location
from cstoolkit.model.condition_syntax import DataProblems, parse_condition, to_plain
from cstoolkit.model.conditions import AllOf, AnyOf, Condition, NoneOf, Span, Test
from strategies import conditions

MEANS = [
    ({"status": "open"}, Test("status", "is", "open")),
    ({"status": ["open", "pending"]}, Test("status", "in", ("open", "pending"))),
    ({"status": {"is": ["open", "pending"]}}, Test("status", "in", ("open", "pending"))),
    ({"status": {"is_not": ["open", "pending"]}}, Test("status", "not_in", ("open", "pending"))),
    ({"status": "Waiting on vendor"}, Test("status", "is", "Waiting on vendor")),
    ({"tags": "vip"}, Test("tags", "has", "vip")),
    ({"tags": ["vip", "eu"]}, Test("tags", "has_any", ("vip", "eu"))),
    ({"subject": ["a", "b"]}, Test("subject", "is", ("a", "b"))),
    ({"replies": 3}, Test("replies", "is", Decimal(3))),
    ({"replies": {"between": [1, 2.5]}}, Test("replies", "between", (Decimal(1), Decimal("2.5")))),
    ({"created_at": {"older_than": "4h"}}, Test("created_at", "older_than", Span(4, "h"))),
    ({"created_at": {"older_than": "16h business"}}, Test("created_at", "older_than", Span(16, "h", ""))),
    (
        {"due_at": {"due_within": "30m business on EMEA 2"}},
        Test("due_at", "due_within", Span(30, "m", "EMEA 2")),
    ),
    (
        {"due_at": {"before": "2026-03-02T10:00:00+01:00"}},
        Test("due_at", "before", datetime(2026, 3, 2, 9, tzinfo=UTC)),
    ),
    ({"hours": "outside"}, Test("hours", "outside", "")),
    ({"hours": {"is": "holiday", "calendar": "EMEA"}}, Test("hours", "holiday", "EMEA")),
    ({"custom.a.b": True}, Test("custom.a.b", "is", True)),
    ({"organization.custom.tier": [1, 2]}, Test("organization.custom.tier", "in", (Decimal(1), Decimal(2)))),
    ({"rating": "none"}, Test("rating", "is", "none")),
    ({"actor": {"not_in": ["requester", "system"]}}, Test("actor", "not_in", ("requester", "system"))),
    (
        {"status": {"changed_from": "solved", "below": "solved"}},
        AllOf((Test("status", "changed_from", "solved"), Test("status", "below", "solved"))),
    ),
    (
        {
            "type": "question",
            "any": [{"tags": "a"}, {"tags": "b", "type": "x"}],
            "none": [{"actor": "agent"}],
        },
        AllOf(
            (
                Test("type", "is", "question"),
                AnyOf((Test("tags", "has", "a"), AllOf((Test("tags", "has", "b"), Test("type", "is", "x"))))),
                NoneOf((Test("actor", "is", "agent"),)),
            )
        ),
    ),
]


@pytest.mark.parametrize(("raw", "condition"), MEANS)
def test_plain_data_means(raw: dict[str, Any], condition: Condition) -> None:
    assert parse_condition(raw) == condition


# What is wrong, where, and on the key or on the value; then a piece of the message and of the hint.
WRONG = [
    ({"subject": {"contain": "x"}}, ("subject", "contain"), True, '"subject" has no operator "contain"', 'did you mean "contains"? subject answers: is, contains, '),
    ({"stauts": "open"}, ("stauts",), True, 'no field "stauts"', 'did you mean "status"?'),
    ({"domain": "x"}, ("domain",), True, 'no field "domain"', 'did you mean "requester.domain"?'),
    ({"custom.": "x"}, ("custom.",), True, 'no field "custom."', ""),
    ({"custom": "x"}, ("custom",), True, 'no field "custom"', "custom.its_name"),
    ({1: 2}, (1,), True, "1 is not the name of a field", ""),
    ({"status": "opne"}, ("status",), False, '"opne" is not a status', 'did you mean "open"?'),
    ({"status": ["open", "close"]}, ("status", 1), False, '"close" is not a status', 'did you mean "closed"?'),
    ({"status": {"below": "Waiting on vendor"}}, ("status", "below"), False, "no place in the order", "lowest first: new, open"),
    ({"priority": "hgih"}, ("priority",), False, '"hgih" is not a priority', 'did you mean "high"?'),
    ({"priority": "critical"}, ("priority",), False, '"critical" is not a priority', "words: low, normal"),
    ({"channel": "emial"}, ("channel",), False, '"emial" is not a channel', 'did you mean "email"?'),
    ({"priority": None}, ("priority",), False, "nothing is written here", "priority: {empty: true}"),
    ({"type": ""}, ("type",), False, "blank", "type: {empty: true}"),
    ({"subject": {"word": ["a", " "]}}, ("subject", "word", 1), False, "blank", ""),
    ({"created_at": {"older_than": 72}}, ("created_at", "older_than"), False, "72 has no unit", "write a unit: 72h"),
    ({"created_at": {"older_than": "72"}}, ("created_at", "older_than"), False, '"72"', "write a unit: 72h"),
    ({"created_at": {"older_than": "2d business"}}, ("created_at", "older_than"), False, "a business day has no length", "16h business"),
    ({"created_at": {"older_than": "1w"}}, ("created_at", "older_than"), False, '"1w"', "7d"),
    ({"created_at": {"older_than": "90s"}}, ("created_at", "older_than"), False, '"90s"', "units are m"),
    ({"created_at": {"older_than": "1.5h"}}, ("created_at", "older_than"), False, '"1.5h"', "90m"),
    ({"created_at": {"older_than": "3 Hours"}}, ("created_at", "older_than"), False, '"3 Hours"', "3h"),
    ({"created_at": {"older_than": "99999999d"}}, ("created_at", "older_than"), False, "longer than a century", ""),
    ({"created_at": "2026-01-01T00:00:00Z"}, ("created_at",), False, "a value alone says nothing", "created_at answers: older_than"),
    ({"due_at": {"before": "2026-01-01T00:00:00"}}, ("due_at", "before"), False, "no time zone", "2026-01-01T00:00:00Z"),
    ({"due_at": {"before": datetime(2026, 1, 1)}}, ("due_at", "before"), False, "no time zone", "+01:00"),  # noqa: DTZ001
    ({"due_at": {"before": date(2026, 1, 1)}}, ("due_at", "before"), False, "2026-01-01 is not an instant", "09:00:00Z"),
    ({"due_at": {"before": "0001-01-01T00:00:00+14:00"}}, ("due_at", "before"), False, "outside the years", ""),
    ({"tags": []}, ("tags",), False, "the list is empty", ""),
    ({"tags": {"has": []}}, ("tags", "has"), False, "the list is empty", ""),
    ({"any": []}, ("any",), False, "the list of `any` is empty", ""),
    ({"any": {"status": "open"}}, ("any",), False, "takes a list of conditions", "any: [{status: open}]"),
    ({"none": ["open"]}, ("none", 0), False, "a condition is a mapping of fields", ""),
    ([{"status": "open"}], (), False, "a condition is a mapping of fields", "all: [...], any: [...]"),
    ({}, (), False, "a condition without a test", "leave it out"),
    ({"status": {}}, ("status",), False, "no operator for `status`", "status answers: is"),
    ({"subject": 5}, ("subject",), False, "5 is not text", 'write it in quotes: "5"'),
    ({"subject": True}, ("subject",), False, "true is not text", 'write it in quotes: "true"'),
    ({"subject": {"contains": {"x": 1}}}, ("subject", "contains"), False, "not a mapping", ""),
    ({"subject": {"contains": "\ud800"}}, ("subject", "contains"), False, "lone surrogate", ""),
    ({"subject": {"regex": "(a"}}, ("subject", "regex"), False, "missing )", "RE2"),
    ({"subject": {"regex": ["a", "(?=x)"]}}, ("subject", "regex", 1), False, "invalid perl operator: (?=", "no look-around"),
    ({"replies": "5"}, ("replies",), False, '"5" is not a number', "without quotes"),
    ({"replies": True}, ("replies",), False, "true is not a number", ""),
    ({"replies": float("inf")}, ("replies",), False, "no number that can be compared", ""),
    ({"replies": {"at_least": [1, 2]}}, ("replies", "at_least"), False, "takes one value, not a list", ""),
    ({"replies": {"between": 3}}, ("replies", "between"), False, "takes two values", "between: [1, 5]"),
    ({"replies": {"between": [1, 2, 3]}}, ("replies", "between"), False, "takes two values, not 3", ""),
    ({"replies": {"between": [5, 2]}}, ("replies", "between"), False, "nothing lies between 5 and 2", "[2, 5]"),
    ({"sla_breached": "yes"}, ("sla_breached",), False, '"yes" is not true or false', "without quotes"),
    ({"comment.public": [True]}, ("comment.public",), False, "a list says nothing", ""),
    ({"comment.public": {"empty": True}}, ("comment.public", "empty"), True, "no operator", "comment.public answers: is"),
    ({"status": {"changed": False}}, ("status", "changed"), False, "takes only true", "not_changed: true"),
    ({"comment.channel": {"changed": True}}, ("comment.channel", "changed"), True, "no operator", ""),
    ({"custom.x": [1, "a"]}, ("custom.x",), False, "different kinds of values", ""),
    ({"custom.x": [True]}, ("custom.x",), False, "a list of flags", ""),
    ({"hours": "outsid"}, ("hours",), False, "inside, outside or holiday", 'did you mean "outside"?'),
    ({"hours": {"is": "outside", "calender": "x"}}, ("hours", "calender"), True, "no operator", "calendar: EMEA"),
    ({"hours": {"calendar": "x"}}, ("hours",), False, "does not say what to ask", ""),
    ({"assignee": {"empty": True, "is": "kim"}}, ("assignee", "is"), True, "never hold together", "any"),
    ({"tags": {"has": ["a", "b"], "has_none": ["b"]}}, ("tags", "has_none"), True, "`has` wants b", ""),
    ({"type": {"in": ["a", "b"], "not_in": ["b", "a", "c"]}}, ("type", "not_in"), True, "`in` wants a, b", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "path", "on_key", "message", "hint"), WRONG, ids=[str(row[0]) for row in WRONG]
)
def test_a_mistake_is_named_with_its_place(
    raw: object, path: tuple[str | int, ...], on_key: bool, message: str, hint: str
) -> None:
    with pytest.raises(DataProblems) as caught:
        parse_condition(raw)

    (problem,) = caught.value.problems
    assert (problem.path, problem.on_key) == (path, on_key)
    assert message in problem.message
    assert hint in (problem.hint or "")


RIGHT = [
    {"status": "waiting"}, {"status": "Opened"}, {"channel": "app"}, {"channel": "fax"}, {"assignee": "agent"},
    {"actor": "agnes"}, {"type": {"is_not": "a", "in": ["a", "b"]}}, {"tags": {"has": "a", "has_none": "b"}},
    {"assignee": {"empty": False, "is": "kim"}}, {"assignee": {"empty": True, "changed_from": "kim"}},
    {"created_at": {"older_than": "0h"}}, {"custom.x": "2026-01-01"}, {"subject": {"regex": r"\Qa(b"}}, {"rating": "none"},
    {"status": {"is": "open", "is_not": "Waiting on vendor"}},
]  # fmt: skip


@pytest.mark.parametrize("raw", RIGHT, ids=str)
def test_what_looks_like_a_mistake_and_is_none(raw: dict[str, Any]) -> None:
    assert parse_condition(raw)


def test_all_mistakes_are_named_at_once_in_the_order_of_the_data() -> None:
    raw = {
        "stauts": "open",
        "any": [{"priority": "hgih"}, {"tags": []}],
        "replies": {"between": [2, 1], "atleast": 3},
    }

    with pytest.raises(DataProblems) as caught:
        parse_condition(raw)

    assert [problem.path for problem in caught.value.problems] == [
        ("stauts",), ("any", 0, "priority"), ("any", 1, "tags"), ("replies", "atleast"), ("replies", "between"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ({"actor": "agent"}, ("actor",)),
        ({"comment.public": True}, ("comment.public",)),
        ({"none": [{"status": {"changed_to": "open"}}]}, ("none", 0, "status", "changed_to")),
    ],
)
def test_without_an_update_nobody_can_ask_about_it(raw: dict[str, Any], path: tuple[str | int, ...]) -> None:
    assert parse_condition(raw, scope="update")

    with pytest.raises(DataProblems) as caught:
        parse_condition(raw, scope="state")

    (problem,) = caught.value.problems
    assert (problem.path, problem.on_key) == (path, True)
    assert problem.hint == "such tests stand in triggers only"


def test_tests_know_where_they_were_written() -> None:
    lines = {("status",): 1, ("any", 0, "subject", "word"): 2}
    raw = {"status": "open", "any": [{"subject": {"word": "x"}}]}

    condition = parse_condition(raw, locate=lambda path: Location("r.yaml", lines[path]))

    assert isinstance(condition, AllOf)
    first, second = condition.of
    assert isinstance(first, Test)
    assert first.at == Location("r.yaml", 1)
    assert isinstance(second, AnyOf)
    assert isinstance(second.of[0], Test)
    assert second.of[0].at == Location("r.yaml", 2)


@given(condition=conditions())
def test_what_is_written_back_is_read_as_the_same(condition: Condition) -> None:
    try:
        again = parse_condition(to_plain(condition), scope="state")
    except DataProblems as error:  # a condition that can never hold is refused: that is not ours to test here
        assert all("never hold" in p.message or "refuses it" in p.message for p in error.problems)  # noqa: PT017
        return

    assert again == condition


def test_it_is_written_back_as_a_person_would() -> None:
    raw = {
        "status": {"changed_from": "solved", "below": "solved"},
        "tags": ["a", "b"],
        "created_at": {"older_than": "16h business on EMEA"},
        "hours": {"is": "outside", "calendar": "EMEA"},
        "any": [{"subject": {"word": "x"}}, {"replies": {"at_least": 2}}],
    }

    assert to_plain(parse_condition(raw)) == raw
