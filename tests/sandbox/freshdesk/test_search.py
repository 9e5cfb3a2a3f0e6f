"""The query language, against an oracle that knows nothing of it."""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.sandbox import Sandbox
from cstoolkit.sandbox.freshdesk.tickets import blank_ticket
from cstoolkit.sandbox.http import Call, parse_query
from sandbox.freshdesk.desk import AS_ADMIN, Desk, problems

DAYS = [f"2026-01-0{day}" for day in range(1, 10)]
TAGS = ["vip", "it's", "two words"]


@pytest.fixture(scope="module")
def searched() -> Iterator[Sandbox]:
    """Sixty tickets of every kind, straight into the state."""
    dice = Random(7)
    switches = {"acme": {"rate_limits": "off", "search_lag": "0"}}
    with Sandbox({"acme": "freshdesk"}, switches=switches) as running:
        running.clock.stop()
        desk = Desk(running)
        desk.made("/admin/ticket_fields", {"label": "Code", "type": "custom_text"})
        desk.made("/admin/ticket_fields", {"label": "Paid", "type": "custom_checkbox"})
        account = running.account()
        with account.changing() as state:
            requester = state.pick("id", "agents", limit=1)[0][0]
            for number in range(1, 61):
                custom = {
                    "cf_code": dice.choice([None, "A1", "b2"]),
                    "cf_paid": dice.choice([None, True, False]),
                }
                values = {
                    "requester_id": requester,
                    "status": dice.randint(2, 7),
                    "priority": dice.randint(1, 4),
                    "group_id": dice.choice([None, 11, 12]),
                    "type": dice.choice([None, "Question", "Incident"]),
                    "tags": dice.sample(TAGS, dice.randint(0, 3)),
                    "custom_fields": custom,
                    "due_by": dice.choice([None, *(f"{day}T12:00:00Z" for day in DAYS)]),
                }
                state.put(
                    "tickets",
                    blank_ticket(number, f"{dice.choice(DAYS)}T0{dice.randint(0, 9)}:00:00Z") | values,
                )
        yield running


Oracle = Callable[[Any], bool]


def term(text: str, oracle: Oracle) -> st.SearchStrategy[tuple[str, Oracle]]:
    return st.just((text, oracle))


def equal(name: str, key: str, value: Any, spelled: str) -> st.SearchStrategy[tuple[str, Oracle]]:
    return term(f"{name}:{spelled}", lambda ticket: ticket[key] == value)


def day(name: str, sign: str, date: str) -> st.SearchStrategy[tuple[str, Oracle]]:
    compare: dict[str, Oracle] = {
        "": lambda ticket: ticket[name] is not None and ticket[name][:10] == date,
        ">": lambda ticket: ticket[name] is not None and ticket[name][:10] >= date,
        "<": lambda ticket: ticket[name] is not None and ticket[name][:10] <= date,
    }
    return term(f"{name}:{sign}'{date}'", compare[sign])


TERMS = st.one_of(
    st.integers(2, 7).flatmap(lambda n: equal("status", "status", n, str(n))),
    st.integers(1, 4).flatmap(lambda n: term(f"priority:>{n}", lambda ticket: ticket["priority"] >= n)),
    st.sampled_from([11, 12, 13]).flatmap(lambda n: equal("group_id", "group_id", n, str(n))),
    equal("group_id", "group_id", None, "null"),
    equal("type", "type", None, "null"),
    equal("type", "type", "Incident", "'Incident'"),
    st.sampled_from(TAGS).flatmap(
        lambda tag: term("tag:'" + tag.replace("'", "\\'") + "'", lambda ticket: tag in ticket["tags"])
    ),
    term("tag:null", lambda ticket: ticket["tags"] == []),
    term("cf_code:'A1'", lambda ticket: ticket["custom_fields"]["cf_code"] == "A1"),
    term("cf_code:null", lambda ticket: ticket["custom_fields"]["cf_code"] is None),
    term("cf_paid:true", lambda ticket: ticket["custom_fields"]["cf_paid"] is True),
    st.builds(
        day, st.sampled_from(["created_at", "due_by"]), st.sampled_from(["", "<", ">"]), st.sampled_from(DAYS)
    ).flatmap(lambda it: it),
)


def joined(parts: Any) -> st.SearchStrategy[tuple[str, Oracle]]:
    def build(left: tuple[str, Oracle], word: str, right: tuple[str, Oracle]) -> tuple[str, Oracle]:
        text = f"({left[0]} {word} {right[0]})"
        if word == "AND":
            return text, lambda ticket: left[1](ticket) and right[1](ticket)
        return text, lambda ticket: left[1](ticket) or right[1](ticket)

    return st.builds(build, parts, st.sampled_from(["AND", "OR"]), parts)


def ask(sandbox: Sandbox, query: str, page: int = 1) -> Any:
    """Straight to the account: the wire is not what is asked about here."""
    arguments = parse_query(f"query={quote(query)}&page={page}")
    headers = {name.lower(): value for name, value in AS_ADMIN.items()}
    return sandbox.account().serve(Call("GET", "/api/v2/search/tickets", "http://x", arguments, headers))


@given(query=st.recursive(TERMS, joined, max_leaves=5))
def test_search_finds_what_the_oracle_finds(searched: Sandbox, query: tuple[str, Oracle]):
    text, oracle = query
    with searched.account().changing() as state:
        tickets = state.rows("tickets")

    answers = [json.loads(ask(searched, f'"{text}"', page).body) for page in (1, 2)]

    expected = {ticket["id"] for ticket in tickets if oracle(ticket)}
    assert {item["id"] for answer in answers for item in answer["results"]} == expected
    assert answers[0]["total"] == len(expected)


def test_and_binds_closer_than_or(searched: Sandbox):
    loose = json.loads(ask(searched, '"status:2 OR status:3 AND priority:4"').body)
    tight = json.loads(ask(searched, '"status:2 OR (status:3 AND priority:4)"').body)

    assert loose == tight


@pytest.mark.parametrize(
    "query",
    [
        "", "status:2", '"status:2', '""', '"status"', '"status:"', '"status:2 AND"', '"AND status:2"', '"(status:2"',
        '"status:2)"', '"NOT status:2"', '"status:2 status:3"', '"hello world"', '"status:\'2\'"', '"type:Incident"',
        '"created_at:2026-01-01"', '"created_at:>null"', '"type:>\'a\'"', "\"tag:'open\"", '"' + "(" * 400 + '"',
        '"' + "status:2 OR " * 60 + 'status:2"', '"status:99999999999999999999"', '"subject:\'x\'"', '"email:\'a\'"',
        '"requester_id:7"', '"Status:2"', '"cf_paid:yes"', '"status;2"',
    ],
)  # fmt: skip
def test_what_is_no_query_is_refused(searched: Sandbox, query: str):
    answer = ask(searched, query)

    assert answer.status == 400
    assert json.loads(answer.body)["description"] == "Validation failed"


def test_unknown_fields_are_named(searched: Sandbox):
    reply = Desk(searched)("GET", "/search/tickets?query=%22subject:%27x%27%22")

    assert problems(reply) == [("subject", "invalid_field")]


def test_query_may_have_512_characters(searched: Sandbox):
    filler = "status:2 OR " * 41
    longest = f'"{filler}status:2{" " * (512 - len(filler) - 8)}"'

    assert len(longest) == 514
    assert ask(searched, longest).status == 200
    assert ask(searched, longest.replace("status:2 OR", "status:2  OR", 1)).status == 400


def test_contacts_and_companies_are_searched_too(searched: Sandbox):
    desk = Desk(searched)
    desk.made("/contacts", {"name": "Ann", "email": "ann@example.com", "job_title": "Baker", "tags": ["vip"]})
    desk.made("/companies", {"name": "Amber", "domains": ["amber.example.com"]})

    found = desk.get("/search/contacts?query=%22job_title:%27baker%27%20AND%20tag:%27vip%27%22")
    companies = desk.get("/search/companies?query=%22domain:%27amber.example.com%27%22")

    assert [item["name"] for item in found["results"]] == ["Ann"]
    assert (companies["total"], companies["results"][0]["name"]) == (1, "Amber")
