"""The table "Meaning, the same everywhere" of the recipe grammar, row by row, with the answers written by hand."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cstoolkit.errors import CstoolkitError, RecipeError
from cstoolkit.model.clock import Schedule
from cstoolkit.model.condition_syntax import parse_condition
from cstoolkit.model.matching import Context, matches
from cstoolkit.model.people import Group, Organization, Person
from cstoolkit.model.ticket import Comment, Priority, SlaTarget, Status, Ticket
from facts_in_memory import Tables
from strategies import World

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday
OFFICE = Schedule(name="office", zone="Europe/Berlin", hours={"mon-fri": "09:00-17:00"}, holidays=[])
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)


def a_ticket(**values: Any) -> Ticket:
    plain: dict[str, Any] = {
        "id": "1",
        "status": Status.of("open"),
        "created_at": NOW,
        "updated_at": NOW,
        "comments": (),
    }
    return Ticket(**{**plain, **values})


Judge = Callable[..., bool]
CALENDARS = {"office": OFFICE}


def by_python(raw: object, ticket: Ticket, **context: Any) -> bool:
    return matches(parse_condition(raw), ticket, Context(**{"now": NOW, "calendars": CALENDARS, **context}))


@pytest.fixture(scope="module")
def by_sql() -> Iterator[Judge]:
    tables = Tables()

    def judge(raw: object, ticket: Ticket, now: datetime = NOW) -> bool:
        tables.fill([ticket])
        return tables.answers(World(now, (ticket,), (parse_condition(raw),)), CALENDARS)[ticket.id][0]

    yield judge
    tables.duck.close()


@pytest.fixture(params=["python", "sql"])
def holds(request: pytest.FixtureRequest, by_sql: Judge) -> Judge:
    """Every back end that judges the state of a ticket."""
    return {"python": by_python, "sql": by_sql}[request.param]


MISSING_IS_FALSE = [
    {"type": "question"}, {"type": {"is_not": "question"}}, {"type": ["a", "b"]}, {"type": {"not_in": ["a", "b"]}},
    {"priority": "low"}, {"priority": {"is_not": "low"}}, {"priority": {"at_least": "low"}},
    {"priority": {"at_most": "urgent"}}, {"priority": {"above": "low"}}, {"priority": {"below": "urgent"}},
    {"subject": "x"}, {"subject": {"contains": "x"}}, {"subject": {"not_contains": "x"}}, {"subject": {"word": "x"}},
    {"subject": {"not_word": "x"}}, {"subject": {"starts_with": "x"}}, {"subject": {"ends_with": "x"}},
    {"subject": {"contains_all": ["x"]}}, {"subject": {"word_all": ["x"]}}, {"subject": {"regex": ".*"}},
    {"text": {"not_contains": "x"}}, {"replies": 0}, {"replies": {"below": 5}}, {"replies": {"between": [0, 9]}},
    {"due_at": {"older_than": "1h"}}, {"due_at": {"newer_than": "1h"}}, {"due_at": {"due_within": "1h"}},
    {"due_at": {"before": "2030-01-01T00:00:00Z"}}, {"due_at": {"after": "2020-01-01T00:00:00Z"}},
    {"assignee": "Kim"}, {"assignee": {"is_not": "Kim"}}, {"group": {"not_in": ["A", "B"]}},
    {"custom.plan": "gold"}, {"custom.plan": {"is_not": "gold"}}, {"custom.plan": {"not_contains": "gold"}},
    {"custom.plan": {"at_least": 1}}, {"custom.plan": True}, {"custom.plan": {"older_than": "1h"}},
    {"requester.email": {"not_contains": "x"}}, {"requester.role": {"is_not": "agent"}},
    {"hours": "outside"}, {"hours": "inside"},
    {"created_at": {"older_than": "0h business"}}, {"created_at": {"newer_than": "9h business"}},
]  # fmt: skip


@pytest.mark.parametrize("raw", MISSING_IS_FALSE, ids=str)
def test_a_test_on_a_missing_value_is_false_and_none_over_it_is_true(
    holds: Judge, raw: dict[str, Any]
) -> None:
    ticket = a_ticket()

    assert not holds(raw, ticket)
    assert holds({"none": [raw]}, ticket)


MISSING_IN_AN_UPDATE = [
    {"actor": "agent"}, {"actor": {"is_not": "agent"}}, {"comment": {"not_contains": "x"}}, {"comment.public": False},
    {"comment.public": True}, {"comment.automatic": False}, {"status": {"changed_from": "new"}},
    {"type": {"not_changed": True}}, {"type": {"changed": True}},
]  # fmt: skip


@pytest.mark.parametrize("raw", MISSING_IN_AN_UPDATE, ids=str)
def test_a_test_on_what_an_update_has_not_is_false(raw: dict[str, Any]) -> None:
    assert not by_python(raw, a_ticket())
    assert by_python({"none": [raw]}, a_ticket())


@pytest.mark.parametrize(
    "field",
    ["type", "priority", "subject", "description", "text", "replies", "due_at", "assignee", "group", "organization",
     "custom.plan", "requester.email", "requester.domain", "tags", "fired", "organization.tags"],
)  # fmt: skip
def test_only_empty_holds_on_a_missing_value(holds: Judge, field: str) -> None:
    assert holds({field: {"empty": True}}, a_ticket())
    assert not holds({field: {"empty": False}}, a_ticket())


@pytest.mark.parametrize("blank", ["", " ", "\n\t ", "\u00a0\u2003"])
def test_blank_text_is_missing(holds: Judge, blank: str) -> None:
    ticket = a_ticket(subject=blank, type=blank, custom={"plan": blank}, comments=None)

    for field in ("subject", "type", "custom.plan"):
        assert holds({field: {"empty": True}}, ticket)
    assert not holds({"subject": {"regex": ".?"}}, ticket)
    assert not holds({"subject": {"not_contains": "x"}}, ticket)
    assert not holds({"type": {"is_not": "x"}}, ticket)


SETS = [
    ((), "has_none", ["a"], True), ((), "has_any", ["a"], False), ((), "has", ["a"], False),
    (("a",), "has", ["a", "b"], False), (("a", "b", "c"), "has", ["a", "b"], True),
    (("a",), "has_any", ["a", "b"], True), (("c",), "has_any", ["a", "b"], False),
    (("c",), "has_none", ["a", "b"], True), (("a", "c"), "has_none", ["a", "b"], False), (("A",), "has", ["a"], False),
]  # fmt: skip


@pytest.mark.parametrize(("tags", "op", "wanted", "answer"), SETS)
def test_sets_are_never_missing(
    holds: Judge, tags: tuple[str, ...], op: str, wanted: list[str], answer: bool
) -> None:
    assert holds({"tags": {op: wanted}}, a_ticket(tags=tags)) is answer
    assert holds({"custom.topics": {op: wanted}}, a_ticket(custom={"topics": tags})) is answer


TEXTS = [
    ("Site OUTAGE now", {"contains": "outage"}, True), ("Site outages", {"contains": "outage"}, True),
    ("Straße", {"contains": "STRASSE"}, True), ("ﬁle", {"contains": "file"}, True), ("cafe\u0301", {"is": "CAFÉ"}, True),
    ("Site outages", {"word": "outage"}, False), ("an outage!", {"word": "outage"}, True), ("outage", {"word": "outage"}, True),
    ("naïve", {"word": "na"}, False), ("Büroöffnung", {"word": "Büro"}, False), ("日本語", {"word": "日本"}, False),
    ("日本 語", {"word": "日本"}, True), ("हिन्दी", {"word": "ह"}, False), ("snake_case", {"word": "snake"}, False),
    ("card was charged", {"word": "was charged"}, True), ("a\noutage\nb", {"word": "outage"}, True),
    ("like c++ much", {"word": "c++"}, True), ("a.b", {"word": "a.b"}, True), ("axb", {"word": "a.b"}, False),
    ("outage", {"word": ["nothing", "outage"]}, True), ("down", {"contains": ["outage", "down"]}, True),
    ("refund and card", {"contains_all": ["card", "refund"]}, True), ("refund", {"contains_all": ["card", "refund"]}, False),
    ("refund card", {"word_all": ["card", "refund"]}, True), ("refunds card", {"word_all": ["card", "refund"]}, False),
    ("fine", {"not_contains": ["a", "b"]}, True), ("bad", {"not_contains": ["x", "b"]}, False),
    ("outages", {"not_word": "outage"}, True), ("Re: hello", {"starts_with": "re:"}, True), ("hello", {"ends_with": ["LO", "x"]}, True),
    ("HTTP 503", {"regex": r"\bhttp 5\d\d\b"}, True), ("HTTP 5034", {"regex": r"\bhttp 5\d\d\b"}, False),
    ("Straße", {"regex": "strasse"}, False), ("a\nb", {"regex": "a.b"}, False), ("a\nb", {"regex": "(?s)a.b"}, True),
    ("Exact", {"is": ["other", "exact"]}, True), ("Exact ", {"is": "exact"}, False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "asked", "answer"), TEXTS)
def test_text_compares_folded_and_regexes_compare_it_as_it_stands(
    holds: Judge, text: str, asked: dict[str, Any], answer: bool
) -> None:
    assert holds({"subject": asked}, a_ticket(subject=text)) is answer
    assert (
        holds(
            {"custom.note": asked if "is" not in asked else {"in": _listed(asked["is"])}},
            a_ticket(custom={"note": text}),
        )
        is answer
    )
    assert holds({"text": asked}, a_ticket(comments=(a_comment(text=text),))) is answer


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def a_comment(**values: Any) -> Comment:
    plain: dict[str, Any] = {
        "id": "c",
        "ticket_id": "1",
        "created_at": NOW,
        "author_role": "end_user",
        "public": True,
        "text": "x",
    }
    return Comment(**{**plain, **values})


def test_the_whole_text_holds_where_one_part_does_and_sees_nothing_later_than_now(holds: Judge) -> None:
    ticket = a_ticket(subject="alpha", description="beta", comments=(a_comment(text="gamma"),))
    later = a_ticket(subject="alpha", comments=(a_comment(text="gamma", created_at=NOW + TICK),))

    assert holds({"text": {"contains_all": ["alpha", "beta", "gamma"]}}, ticket)
    assert not holds({"text": {"not_word": "beta"}}, ticket)
    assert not holds({"text": {"word": "gamma"}}, later)


def test_the_whole_text_without_its_comments_is_no_answer() -> None:
    with pytest.raises(CstoolkitError, match="its comments were not read"):
        by_python({"text": {"word": "x"}}, a_ticket(subject="x", comments=None))


ORDER = [
    ("priority", "urgent", {"at_least": "high"}, True), ("priority", "high", {"at_least": "high"}, True),
    ("priority", "normal", {"at_least": "high"}, False), ("priority", "high", {"above": "high"}, False),
    ("priority", "low", {"at_most": "low"}, True), ("priority", "low", {"below": "low"}, False),
    ("status", "hold", {"below": "solved"}, True), ("status", "solved", {"below": "solved"}, False),
    ("status", "new", {"at_most": "new"}, True), ("status", "closed", {"above": "solved"}, True),
    ("status", "pending", {"above": "open"}, True), ("status", "hold", {"above": "pending"}, True),
]  # fmt: skip


@pytest.mark.parametrize(("field", "word", "asked", "answer"), ORDER)
def test_order_of_priority_and_status(
    holds: Judge, field: str, word: str, asked: dict[str, str], answer: bool
) -> None:
    value = Priority.of(word) if field == "priority" else Status.of(word)

    assert holds({field: asked}, a_ticket(**{field: value})) is answer


def test_a_status_is_asked_by_category_or_by_its_own_name(holds: Judge) -> None:
    ticket = a_ticket(status=Status(category="hold", native="Waiting on vendor"))

    assert holds({"status": "hold"}, ticket)
    assert holds({"status": "Waiting on vendor"}, ticket)
    assert holds({"status": ["open", "Waiting on vendor"]}, ticket)
    assert not holds({"status": {"is_not": "Waiting on vendor"}}, ticket)
    assert holds({"status": {"below": "solved"}}, ticket)


SPANS = [
    (-72 * HOUR, {"older_than": "72h"}, True), (-72 * HOUR + TICK, {"older_than": "72h"}, False),
    (-72 * HOUR, {"newer_than": "72h"}, False), (-72 * HOUR + TICK, {"newer_than": "72h"}, True),
    (-72 * HOUR, {"older_than": "3d"}, True), (HOUR, {"newer_than": "1h"}, True), (HOUR, {"older_than": "0h"}, False),
    (HOUR, {"due_within": "1h"}, True), (HOUR + TICK, {"due_within": "1h"}, False), (timedelta(0), {"due_within": "1h"}, True),
    (-TICK, {"due_within": "1h"}, False), (HOUR, {"after": "2026-03-02T13:00:00+01:00"}, True),
    (timedelta(0), {"after": "2026-03-02T13:00:00+01:00"}, False), (timedelta(0), {"before": "2026-03-02T12:00:00Z"}, False),
    (-TICK, {"before": "2026-03-02T12:00:00Z"}, True),
]  # fmt: skip


@pytest.mark.parametrize(("offset", "asked", "answer"), SPANS)
def test_instants(holds: Judge, offset: timedelta, asked: dict[str, str], answer: bool) -> None:
    assert holds({"due_at": asked}, a_ticket(due_at=NOW + offset)) is answer
    assert holds({"custom.at": asked}, a_ticket(custom={"at": NOW + offset})) is answer


# The office opened at 08:00 UTC: four open hours have passed at NOW; the last before were Friday's.
BUSINESS = [
    (-4 * HOUR, {"older_than": "4h business"}, True), (-4 * HOUR + TICK, {"older_than": "4h business"}, False),
    (-60 * HOUR, {"older_than": "5h business"}, False), (-69 * HOUR, {"older_than": "5h business"}, True),
    (4 * HOUR, {"due_within": "4h business"}, True), (20 * HOUR, {"due_within": "4h business"}, True),
    (20 * HOUR + TICK, {"due_within": "4h business"}, False),
]  # fmt: skip


@pytest.mark.parametrize(("offset", "asked", "answer"), BUSINESS)
def test_business_spans_count_on_the_tickets_calendar_or_the_named_one(
    holds: Judge, offset: timedelta, asked: dict[str, str], answer: bool
) -> None:
    named = {op: f"{span} on office" for op, span in asked.items()}

    assert holds({"due_at": asked}, a_ticket(due_at=NOW + offset, calendar="office")) is answer
    assert holds({"due_at": named}, a_ticket(due_at=NOW + offset)) is answer
    assert not holds({"due_at": asked}, a_ticket(due_at=NOW + offset, calendar="unknown"))


def test_hours_are_judged_at_now(holds: Judge) -> None:
    ticket = a_ticket(calendar="office")

    assert holds({"hours": "inside"}, ticket)
    assert holds({"hours": "outside"}, ticket, now=NOW + 5 * HOUR)
    assert holds({"hours": {"is": "inside", "calendar": "office"}}, a_ticket())
    assert not holds({"hours": "holiday"}, ticket)


def test_a_calendar_that_nobody_defined_is_an_error(holds: Judge) -> None:
    with pytest.raises(RecipeError) as caught:
        holds({"hours": {"is": "inside", "calendar": "offise"}}, a_ticket())

    assert caught.value.problems[0].message == 'there is no calendar "offise"'


def test_promises(holds: Judge) -> None:
    kept = SlaTarget(metric="first_reply", target_at=NOW - HOUR, fulfilled_at=NOW - 2 * HOUR)
    running = SlaTarget(metric="resolution", target_at=NOW + HOUR)

    assert holds({"sla_due_at": {"due_within": "1h"}}, a_ticket(sla=(kept, running)))
    assert holds({"first_reply_due_at": {"empty": True}}, a_ticket(sla=(kept, running)))
    assert holds({"sla_breached": False}, a_ticket(sla=(kept, running)))
    assert holds({"sla_breached": True}, a_ticket(sla=(kept, running)), now=NOW + HOUR)
    assert holds({"sla_breached": False}, a_ticket())


def test_names_and_words_compare_exactly(holds: Judge) -> None:
    ticket = a_ticket(
        group=Group(id="1", name="Incident Desk"), organization=Organization(id="2", name="ACME")
    )

    assert holds({"group": "Incident Desk"}, ticket)
    assert not holds({"group": "incident desk"}, ticket)
    assert holds({"organization.name": "acme"}, ticket)


def test_somebody_without_a_name_is_there_but_is_nobody_by_name(holds: Judge) -> None:
    ticket = a_ticket(assignee=Person(id="7"))

    assert holds({"assignee": {"empty": False}}, ticket)
    assert not holds({"assignee": {"is_not": "Kim"}}, ticket)


def test_a_rating_is_never_missing(holds: Judge) -> None:
    assert holds({"rating": "none"}, a_ticket())
    assert not holds({"rating": {"empty": True}}, a_ticket())
    assert not holds({"rating": "none"}, a_ticket(rating="offered"))


# Custom fields: the operand and the operator say how the value is read.
CUSTOM = [
    ("gold", "GOLD", True), ("gold", {"is_not": "silver"}, True), ("5", 5, False), ("5", {"is_not": 5}, False),
    (True, True, True), (True, False, False), ("true", True, False), (("a",), "a", False), (("a",), {"is_not": "b"}, False),
    ("5", {"at_least": 1}, False), ("0000-01-01", {"before": "2026-01-01T00:00:00Z"}, False),
    ("2026-03-02T24:00:00Z", {"after": "2020-01-01T00:00:00Z"}, False), ("2026-03-01T00:00:00Z", {"newer_than": "40h"}, True),
    ("2026-03-01 00:00:00", {"newer_than": "40h"}, False), (" ", {"not_contains": "x"}, False), (" ", {"has_none": ["x"]}, False), ("2026-03-01", {"older_than": "1d"}, True), ("2026-02-30", {"older_than": "1d"}, False),
    ("2026-03-01", {"starts_with": "2026-03"}, True), ("a", {"has_none": ["b"]}, False),
]  # fmt: skip


@pytest.mark.parametrize(("value", "asked", "answer"), CUSTOM)
def test_a_custom_value_of_another_type_is_missing(
    holds: Judge, value: Any, asked: Any, answer: bool
) -> None:
    assert holds({"custom.x": asked}, a_ticket(custom={"x": value})) is answer
    assert (
        holds({"requester.custom.x": asked}, a_ticket(requester=Person(id="1", custom={"x": value})))
        is answer
    )
    assert (
        holds(
            {"organization.custom.x": asked}, a_ticket(organization=Organization(id="1", custom={"x": value}))
        )
        is answer
    )


KIM, LEE = Person(id="k", name="Kim", role="agent"), Person(id="l", name="Lee", role="agent")
CHANGES = [
    # assignee before, assignee now, question, answer
    (None, KIM, {"changed": True}, True), (KIM, KIM, {"changed": True}, False), (KIM, None, {"changed": True}, True),
    (KIM, LEE, {"changed_to": "Lee"}, True), (LEE, LEE, {"changed_to": "Lee"}, False), (KIM, LEE, {"changed_to": ["Kim", "Lee"]}, True),
    (KIM, LEE, {"changed_from": "Kim"}, True), (KIM, None, {"changed_from": "Kim"}, True), (None, KIM, {"changed_from": "Kim"}, False),
    (KIM, KIM, {"not_changed": True}, True), (None, None, {"not_changed": True}, False), (None, KIM, {"not_changed": True}, False),
]  # fmt: skip


@pytest.mark.parametrize(("before", "now", "asked", "answer"), CHANGES)
def test_changes_compare_the_ticket_before_with_the_ticket_now(
    before: Person | None, now: Person | None, asked: dict[str, Any], answer: bool
) -> None:
    assert by_python({"assignee": asked}, a_ticket(assignee=now), before=a_ticket(assignee=before)) is answer


def test_a_value_set_at_creation_counts_as_changed_from_nothing() -> None:
    ticket = a_ticket(priority=Priority.of("high"), custom={"plan": "gold"})

    assert by_python({"priority": {"changed": True}}, ticket)
    assert by_python({"priority": {"changed_to": "high"}}, ticket)
    assert by_python({"custom.plan": {"changed_to": "gold"}}, ticket)
    assert not by_python({"priority": {"changed_from": "low"}}, ticket)
    assert not by_python({"priority": {"not_changed": True}}, ticket)


ACTORS = [
    (KIM, "agent", True), (KIM, "assignee", True), (LEE, "assignee", False), (KIM, "Kim", True), (KIM, "kim", False),
    (KIM, "requester", False), (Person(id="r", name="Ann"), "requester", True), (Person(id="r"), "end_user", True),
    (Person(id="r", name="Ann"), "Ann", False), (Person(id="s", role="system"), "system", True), (LEE, {"is_not": "assignee"}, True),
    (Person(id="r"), {"not_in": ["requester", "system"]}, False), (None, "system", False), (None, {"is_not": "agent"}, False),
]  # fmt: skip


@pytest.mark.parametrize(("actor", "asked", "answer"), ACTORS)
def test_actor(actor: Person | None, asked: Any, answer: bool) -> None:
    ticket = a_ticket(assignee=KIM, requester=Person(id="r"))

    assert by_python({"actor": asked}, ticket, actor=actor) is answer


def test_questions_about_the_comment_of_the_update() -> None:
    comment = a_comment(text="Thanks!\n> please restart it\n-- \nAnn", automatic=False, channel="email")

    assert by_python(
        {"comment": {"contains": "restart"}, "comment.public": True}, a_ticket(), comment=comment
    )
    assert not by_python({"comment.own_words": {"contains": "restart"}}, a_ticket(), comment=comment)
    assert by_python({"comment.own_words": "thanks!"}, a_ticket(), comment=comment)
    assert by_python(
        {"comment.automatic": False, "comment.channel": "email", "comment.attachments": False},
        a_ticket(),
        comment=comment,
    )
    assert not by_python({"comment.automatic": False}, a_ticket(), comment=a_comment(automatic=None))


def test_groups_of_conditions(holds: Judge) -> None:
    ticket = a_ticket(subject="x")
    yes, no = {"status": "open"}, {"status": "new"}

    assert holds({"all": [yes, yes]}, ticket)
    assert not holds({"all": [yes, no]}, ticket)
    assert holds({"any": [no, yes]}, ticket)
    assert not holds({"any": [no, no]}, ticket)
    assert holds({"none": [no, no]}, ticket)
    assert not holds({"none": [no, yes]}, ticket)
