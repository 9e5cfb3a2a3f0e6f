"""What must hold for whatever is written and asked: over real HTTP, with answers that get lost on the way.

An example holds forty cases, so that 250 examples are ten thousand cases.
"""

import contextlib
from collections import Counter

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cstoolkit.connectors.base import TicketChange
from cstoolkit.connectors.bulk_journal import MemoryJournal
from cstoolkit.connectors.credentials import find_credential
from cstoolkit.connectors.zendesk.connector import ZendeskHelpdesk
from cstoolkit.errors import ConnectorError
from cstoolkit.model.actions import Say
from cstoolkit.model.conditions import AnyOf, Test
from cstoolkit.sandbox import Fault, Sandbox

CASES = 40  # in an example
TICKETS = 10
FULL = settings.default.max_examples > 1_000
over_http = settings(
    max_examples=250 if FULL else 6,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
FAULTS = st.none() | st.sampled_from(
    ["lost", "half_body", "wrong_type", "reset", "503", "500", "429", "job_half_fails"]
)
WAYS = st.sampled_from(["bulk", "bulk", "bulk", "comment"])
SPOKEN = st.lists(
    st.tuples(st.integers(0, TICKETS - 1), TEXTS, st.booleans(), st.booleans(), WAYS),
    min_size=CASES,
    max_size=CASES,
)


@pytest.fixture(scope="module")
def busy(make_account):
    with Sandbox({"acme": "zendesk"}, switches={"acme": {"rate_limits": "off"}}) as running:
        yield make_account(running)


@pytest.fixture(scope="module")
def busy_desk(busy, tmp_path_factory):
    credential = find_credential("zendesk", "acme", environ=busy.sandbox.environment("acme"))
    state = tmp_path_factory.mktemp("state") / "state.sqlite"
    with ZendeskHelpdesk.open(
        "acme", credential, clock=busy.sandbox.clock, state=state, writable=True
    ) as desk:
        yield desk


@over_http
@given(spoken=SPOKEN, fault=FAULTS, again=st.booleans())
def test_what_is_private_is_never_public_and_nothing_is_said_twice(busy, busy_desk, spoken, fault, again):
    """Each text begins with its number, by which it is known again whatever becomes of the rest."""
    made = busy.make(TICKETS)
    wanted = {f"#{n} {text}": public for n, (_, text, public, _, _) in enumerate(spoken)}
    if fault:
        busy.sandbox.faults.add(Fault(fault, route="PUT /api/v2/tickets/*", nth=(1, 3)))
    changes = []
    for n, (at, text, public, tagged, way) in enumerate(spoken):
        said = f"#{n} {text}"
        if way == "comment":
            with contextlib.suppress(ConnectorError):
                busy_desk.comment(made[at], said, public=public)
        else:
            tags = frozenset({f"t{n}"}) if tagged else frozenset()
            changes.append(TicketChange(f"k{n}", made[at], add_tags=tags, say=Say(said, public=public)))
    journal = MemoryJournal()
    results = list(busy_desk.update(changes, journal=journal))
    if again:
        results += list(busy_desk.update(changes, journal=journal))
    busy.sandbox.faults.clear()

    heard = Counter(
        (body.partition(" ")[0], public)
        for one in made
        for body, public in busy.comments(one)
        if body[0] == "#"
    )
    by_number = {said.partition(" ")[0]: public for said, public in wanted.items()}
    assert all(by_number[number] is public for number, public in heard)
    assert set(heard.values()) <= {1}
    assert len(results) == len(changes)
    for result in results:
        if result.outcome == "done":
            assert heard[f"#{result.key[1:]}", by_number[f"#{result.key[1:]}"]] == 1


@pytest.fixture(scope="module")
def asking(tmp_path_factory, make_account):
    """A desk on an account with one ticket, and the addresses that it asks."""
    asked: list[str] = []

    class Watched(requests.Session):
        def send(self, request, **how):
            asked.append(request.url)
            return super().send(request, **how)

    state = tmp_path_factory.mktemp("state") / "state.sqlite"
    with Sandbox({"acme": "zendesk"}, switches={"acme": {"rate_limits": "off"}}) as running:
        make_account(running).make()
        credential = find_credential("zendesk", "acme", environ=running.environment("acme"))
        with ZendeskHelpdesk.open("acme", credential, clock=running.clock, state=state) as desk:
            watched = Watched()
            watched.auth = desk.client.transport.session.auth
            desk.client.transport.session = watched
            yield desk, asked


@over_http
@given(texts=st.lists(TEXTS.filter(str.strip), min_size=CASES, max_size=CASES))
def test_no_text_of_ours_gets_into_a_search(asking, texts):
    """Conditions are judged here, on tickets that the export gave: there is no query to break out of."""
    desk, asked = asking
    where = AnyOf(tuple(Test("subject", "contains", text) for text in texts))
    asked.clear()

    desk.count(where)

    assert [address for address in asked if "search" in address] == [
        f"{desk.client.transport.base}/api/v2/search/count?query=type%3Aticket"
    ]
    assert len(asked) > 3


def test_the_only_search_is_for_a_constant():
    import ast
    from pathlib import Path

    import cstoolkit.connectors.zendesk as package

    asked = [
        node
        for path in Path(package.__path__[0]).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "").startswith("search")
        and getattr(node.func, "attr", "") != "search"
    ]

    assert asked
    assert all(isinstance(argument, ast.Constant) for node in asked for argument in node.args)
