"""`cstoolkit run`: recipes that Zendesk cannot hold, done by us over HTTP, once."""

import json
from pathlib import Path

import pytest

from cli.sandbox_project import project, run
from sandbox.calls import zendesk

THANKS = """
kind: trigger
id: thanks
title: A mere thank-you
event: requester_replied
when:
  comment.own_words: {regex: '^thanks'}
then:
  - note: "Only thanks: {{ ticket.id }}"
  - tags: {add: [thanks_only]}
  - set: {priority: low}
on_gap: client
"""
OPEN = ("-", "open")


@pytest.fixture
def sandbox(tmp_path, monkeypatch):
    with project(tmp_path, monkeypatch, tickets=3) as running:
        call = zendesk(running.address("acme"))
        for kind in ("triggers", "automations"):
            for one in call.get(f"/{kind}")[kind]:
                call.do("DELETE", f"/{kind}/{one['id']}")
        yield running


@pytest.fixture
def call(sandbox):
    return zendesk(sandbox.address("acme"))


def write(text, name="client.yaml"):
    Path(name).write_text(text)


def a_ticket(call, **values):
    """A new ticket of its own requester."""
    requester = {"name": "Cara", "email": "cara@customer.test"}
    ticket = {"subject": "Lamp", "comment": {"body": "It flickers."}, "requester": requester, **values}
    return call.do("POST", "/tickets", {"ticket": ticket})["ticket"]


def reply(call, ticket, text="Thanks a lot", **values):
    """A public comment by the requester."""
    said = {"body": text, "public": True, "author_id": ticket["requester_id"]}
    return call.do("PUT", f"/tickets/{ticket['id']}", {"ticket": {"comment": said, **values}})["ticket"]


def comments(call, ticket):
    return [(one["body"], one["public"]) for one in call.get(f"/tickets/{ticket['id']}/comments")["comments"]]


def state(call, ticket):
    found = call.get(f"/tickets/{ticket['id']}")["ticket"]
    return found["priority"], sorted(found["tags"])


def test_a_recipe_that_the_vendor_cannot_hold_does_its_work_once(call):
    write(THANKS)
    ticket = a_ticket(call)
    assert run("run", "client.yaml", "--on", "acme", "--apply")[0] == 0
    assert comments(call, ticket) == [("It flickers.", True)]
    reply(call, ticket)

    code, out, err = run("run", "client.yaml", "--on", "acme", "--apply")

    note = (f"Only thanks: {ticket['id']}", False)
    assert (code, comments(call, ticket)[2:]) == (0, [note]), out + err
    assert state(call, ticket) == ("low", ["thanks_only"])
    for _ in range(2):
        code, out, _ = run("run", "client.yaml", "--on", "acme", "--apply", "--json")
        assert (code, json.loads(out)["runs"][0]["changes"]) == (0, [])
    assert comments(call, ticket)[2:] == [note]
