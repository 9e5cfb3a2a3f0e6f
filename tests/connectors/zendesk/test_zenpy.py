"""zenpy as published, handed out by our connector."""

import sys

import pytest

from cstoolkit.errors import ProjectError, RejectedError

pytest.importorskip("zenpy")
from zenpy.lib.api_objects import Comment, Ticket

pytestmark = pytest.mark.filterwarnings("default")  # zenpy's own


def test_it_reads_and_writes_with_our_credential(account, desk):
    (made,) = account.make(tags=["vip"])
    zenpy = desk.zenpy()

    ticket = zenpy.tickets(id=int(made))
    ticket.comment = Comment(body="From zenpy", public=False)
    zenpy.tickets.update(ticket)

    assert ticket.tags == ["vip"]
    assert [one.subject for one in zenpy.tickets()] == ["Question 0"]
    assert account.comments(made)[1:] == [("From zenpy", False)]
    assert zenpy.users.me().role == "admin"


def test_its_calls_count_in_our_budget(desk):
    desk.client.get("api/v2/users/me")
    zenpy = desk.zenpy()
    before = desk.budget.left

    for _ in range(3):
        zenpy.users.me()

    assert before - desk.budget.left == 3


def test_it_waits_for_our_share_of_an_export(sandbox, account, desk):
    account.make()
    sandbox.clock.sleep(3600)
    started = sandbox.clock.now()
    zenpy = desk.zenpy()

    for _ in range(11):
        list(zenpy.tickets.incremental(start_time=1))

    assert account.calls(status=429) == []
    assert (sandbox.clock.now() - started).total_seconds() >= 60


def test_opened_for_reading_it_writes_nothing(account, open_desk):
    with open_desk(writable=False) as desk:
        zenpy = desk.zenpy()
        list(zenpy.tickets())
        with pytest.raises(RejectedError, match="reading only"):
            zenpy.tickets.create(Ticket(subject="x", description="y"))

    assert account.calls("POST *") == []


def test_it_cannot_be_led_to_another_host(desk, monkeypatch):
    zenpy = desk.zenpy()
    monkeypatch.setenv("ZENPY_FORCE_NETLOC", "127.0.0.1:1")

    with pytest.raises(RejectedError, match="not this account"):
        zenpy.users.me()


def test_where_it_is_not_installed_the_extra_is_named(desk, monkeypatch):
    monkeypatch.setitem(sys.modules, "zenpy", None)

    with pytest.raises(ProjectError) as caught:
        desk.zenpy()

    assert "cstoolkit[zenpy]" in caught.value.hint
    assert "GPLv3" in caught.value.hint


def test_nothing_imports_it_until_it_is_asked_for(sandbox):
    import subprocess

    code = "import sys, cstoolkit.connectors.zendesk.connector; sys.exit('zenpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=False)

    assert done.returncode == 0
