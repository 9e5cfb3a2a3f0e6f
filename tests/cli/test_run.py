"""`cstoolkit run`: recipes that Zendesk cannot hold, done by us over HTTP, once."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from cli.sandbox_project import project
from cli.sandbox_project import run as typed
from cstoolkit.cli.clock import SystemClock
from cstoolkit.sandbox import Fault
from cstoolkit.store.database import Store
from cstoolkit.store.locks import lock
from cstoolkit.store.processes import Process
from cstoolkit.store.state import StateFile
from sandbox.calls import zendesk

ROOT = Path(__file__).resolve().parents[2]
APPLY = ("run", "client.yaml", "--on", "acme", "--apply")

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


def run(*arguments):
    """The verb; a minute later than the last one, as far as our share of the account's limits goes."""
    next_minute()
    return typed(*arguments)


def next_minute():
    if Path(".cstoolkit/state.sqlite").exists():
        with sqlite3.connect(".cstoolkit/state.sqlite", timeout=10) as state:
            if state.execute("SELECT 1 FROM sqlite_master WHERE name = 'budget_places'").fetchall():
                state.execute("DELETE FROM budget_places")
        state.close()


def told(*arguments):
    """The one connection's part of the JSON document, and the exit code."""
    code, out, err = run(*arguments, "--json")
    assert out, err
    document = json.loads(out)
    return code, document["runs"][0] if "runs" in document else document


def write(text, name="client.yaml"):
    Path(name).write_text(text)


def a_ticket(call, **values):
    """A new ticket of its own requester."""
    requester = {"name": "Cara", "email": "cara@customer.test"}
    ticket = {"subject": "Lamp", "comment": {"body": "It flickers."}, "requester": requester, **values}
    made = call.do("POST", "/tickets", {"ticket": ticket})["ticket"]
    next_second()
    return made


def next_second():
    """What happens in the second of a ticket's creation is part of it."""
    time.sleep(1.01 - time.time() % 1)


def reply(call, ticket, text="Thanks a lot", **values):
    """A public comment by the requester."""
    said = {"body": text, "public": True, "author_id": ticket["requester_id"]}
    return call.do("PUT", f"/tickets/{ticket['id']}", {"ticket": {"comment": said, **values}})["ticket"]


def comments(call, ticket):
    return [(one["body"], one["public"]) for one in call.get(f"/tickets/{ticket['id']}/comments")["comments"]]


def state(call, ticket):
    found = call.get(f"/tickets/{ticket['id']}")["ticket"]
    return found["priority"], sorted(found["tags"])


def notes(call, ticket):
    return [text for text, public in comments(call, ticket) if not public]


def watching(call, text=THANKS):
    """A ticket that came after the recipe's first run."""
    write(text)
    assert run(*APPLY)[0] == 0
    return a_ticket(call)


def test_a_recipe_that_the_vendor_cannot_hold_does_its_work_once(call):
    ticket = watching(call)
    reply(call, ticket)

    code, out, err = run(*APPLY)

    assert (code, notes(call, ticket)) == (0, [f"Only thanks: {ticket['id']}"]), out + err
    assert state(call, ticket) == ("low", ["thanks_only"])
    for _ in range(2):
        code, again = told(*APPLY)
        assert (code, again["changes"]) == (0, [])
    assert notes(call, ticket) == [f"Only thanks: {ticket['id']}"]


def test_without_apply_it_says_what_it_would_do_and_sends_nothing(call, sandbox):
    ticket = watching(call)
    reply(call, ticket)
    run("sync", "acme")
    before = len(sandbox.account("acme").log.find("*"))

    code, out, err = run("run", "client.yaml", "--on", "acme")

    assert code == 0
    (line,) = [line for line in out.splitlines() if "requester_replied at" in line]
    assert line.split()[:2] == [str(ticket["id"]), "thanks"]
    assert "priority: low, +thanks_only" in line
    assert "note: Only thanks" in line
    assert "Nothing was sent. It would take about 3 calls" in out
    assert "--apply syncs first" in err
    assert len(sandbox.account("acme").log.find("*")) == before
    assert run("run", "client.yaml", "--on", "acme", "--quiet")[1].startswith(
        "run=acme id=none changes=1 messages=0 done=0"
    )


def test_the_first_run_starts_from_now_and_since_goes_back(call):
    ticket = a_ticket(call)
    reply(call, ticket)
    write(THANKS)

    code, first = told(*APPLY)

    assert (code, first["changes"], first["earlier"] > 1) == (0, [], True)
    assert notes(call, ticket) == []
    code, _, err = run(*APPLY, "--since", f"{ticket['created_at']}")
    assert (code, notes(call, ticket)) == (0, [f"Only thanks: {ticket['id']}"]), err


def test_what_somebody_set_later_stays_and_what_was_to_be_said_is_said(call):
    ticket = watching(call)
    reply(call, ticket)
    call.do("PUT", f"/tickets/{ticket['id']}", {"ticket": {"priority": "urgent"}})

    assert run(*APPLY)[0] == 0

    assert state(call, ticket) == ("urgent", ["thanks_only"])
    assert len(notes(call, ticket)) == 1


def test_what_others_say_and_what_the_runner_writes_sets_nothing_off(call):
    loud = THANKS.replace("event: requester_replied", "event: [commented, updated]").replace(
        "  comment.own_words: {regex: '^thanks'}", "  comment.own_words: {regex: 'thanks'}"
    )
    ticket = watching(call, loud)
    reply(call, ticket, "No lamp yet")
    assert run(*APPLY)[0] == 0
    assert notes(call, ticket) == []
    reply(call, ticket)

    for _ in range(3):
        assert run(*APPLY)[0] == 0

    assert len(notes(call, ticket)) == 1, "its own note has the word, too"


def test_a_lost_answer_is_looked_up_and_one_that_cannot_be_is_never_sent_again(call, sandbox):
    ticket, other = watching(call), a_ticket(call)
    reply(call, ticket)
    sandbox.faults.add(Fault("lost", route="PUT /api/v2/tickets/update_many*", times=1))

    assert told(*APPLY)[1]["outcomes"] == {"done": 1}
    assert len(notes(call, ticket)) == 1

    reply(call, other)
    sandbox.faults.add(Fault("lost", route="PUT /api/v2/tickets/update_many*", times=1))
    after_the_sync = tuple(range(2, 9))
    sandbox.faults.add(Fault("403", route=f"GET /api/v2/tickets/{other['id']}/audits*", nth=after_the_sync))
    code, out, _ = run(*APPLY)
    assert (code, "1 unknown" in out, f"unknown: thanks:{other['id']}:" in out) == (6, True, True), out
    sandbox.faults.clear()
    code, again = told(*APPLY)
    assert (code, again["changes"], len(notes(call, other))) == (0, [], 1)


def test_limits_refuse_before_anything_is_sent_and_force_goes_over_them(call):
    ticket = watching(call, THANKS.replace("note:", "reply:") + "limits: {max_changes: 0, max_messages: 0}\n")
    reply(call, ticket)

    code, _, err = run(*APPLY)

    assert (code, len(comments(call, ticket))) == (5, 2)
    assert "thanks: 1 tickets would change, the limit is 0" in err
    assert "--force max_changes --force max_messages" in err
    assert run(*APPLY, "--force", "max_changes")[0] == 5
    assert run(*APPLY, "--force", "max_changes", "--force", "max_messages")[0] == 0
    assert comments(call, ticket)[2:] == [(f"Only thanks: {ticket['id']}", True)]
    consents = json.loads(run("runs", "--json")[1])["runs"][0]
    assert consents["consents"] == ["--force max_changes", "--force max_messages"]


def test_one_run_at_a_time_on_a_connection(call):
    ticket = watching(call)
    reply(call, ticket)
    with (
        StateFile.open(Path(".cstoolkit/state.sqlite")) as held,
        lock(held, "acme", process=Process.current(), clock=SystemClock()),
    ):
        code, _, err = run(*APPLY)
        assert (code, f"in use by process {os.getpid()}" in err) == (5, True)
    next_minute()
    program = [sys.executable, "-m", "cstoolkit", *APPLY]
    environ = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    both = [subprocess.Popen(program, env=environ, stderr=subprocess.DEVNULL) for _ in range(2)]

    codes = {one.wait(timeout=120) for one in both}

    assert codes <= {0, 5}
    assert 0 in codes
    assert len(notes(call, ticket)) == 1


def test_time_that_is_up_leaves_the_rest_to_the_next_run(call):
    ticket = watching(call)
    reply(call, ticket)

    code, first = told(*APPLY, "--max-runtime", "0")
    assert (code, first["left"], notes(call, ticket)) == (6, 1, [])

    code, out, _ = run(*APPLY)
    assert (code, "had been cut off" in out, len(notes(call, ticket))) == (0, True, 1)


AUTOMATION = """
kind: automation
id: near
title: Nearly due
when: {status: {below: solved}, sla_breached: false, created_at: {older_than: 1m}, subject: {regex: '^lamp'}}
once: ONCE
then:
  - note: Soon
on_gap: client
"""


@pytest.mark.parametrize("once", ["ticket", "spell"])
def test_an_automation_speaks_once_and_its_guard_stands_on_the_ticket(call, sandbox, once):
    write(
        AUTOMATION.replace("ONCE", once)
        .replace("sla_breached: false, ", "")
        .replace("older_than: 1m", "newer_than: 1d")
    )
    ticket = a_ticket(call)

    for _ in range(3):
        assert run(*APPLY)[0] == 0

    assert notes(call, ticket) == ["Soon"]
    assert state(call, ticket)[1] == ["cs_near"]
    me = call.get("/users/me")["user"]["id"]
    call.do("PUT", f"/tickets/{ticket['id']}", {"ticket": {"status": "solved", "assignee_id": me}})
    for _ in range(2):
        assert run(*APPLY)[0] == 0
    call.do("PUT", f"/tickets/{ticket['id']}", {"ticket": {"status": "open"}})
    for _ in range(2):
        assert run(*APPLY)[0] == 0
    assert notes(call, ticket) == ["Soon"] * (2 if once == "spell" else 1)


MACRO = """
kind: macro
id: hand-over
title: Hand over
then:
  - reply: "Hello {{ requester.first_name }}, a specialist takes over."
  - note: "Handed over by {{ actor.name }}."
  - tags: {add: [escalated]}
on_gap: client
"""


def test_a_macro_is_applied_to_one_ticket_once(call):
    write(MACRO)
    ticket = a_ticket(call)
    use = (*APPLY, "--ticket", str(ticket["id"]), "--as", "Kim")

    assert run(*use)[0] == 0

    assert comments(call, ticket)[1:] == [
        ("Hello Cara, a specialist takes over.", True),
        ("Handed over by Kim.", False),
    ]
    assert state(call, ticket)[1] == ["escalated"]


def test_what_the_runner_cannot_do_is_said_before_any_call(call, sandbox):
    write(
        THANKS + "tests: []\n"
        if False
        else THANKS.replace("  - tags:", "  - notify: {to: requester, subject: s, text: t}\n  - tags:")
    )
    before = len(sandbox.account("acme").log.find("*"))

    code, _, err = run(*APPLY)

    assert (code, 'thanks: the runner cannot do "notify"' in err, "client.yaml:" in err) == (3, True, True)
    assert len(sandbox.account("acme").log.find("*")) == before
    write(
        "kind: trigger\nid: tell\ntitle: Tell\nevent: updated\nwhen: {tags: thanks_only}\nonce: ticket\n"
        "then: [{notify: {to: requester, subject: s, text: t}}]\n",
        "tell.yaml",
    )
    code, _, err = run("run", "client.yaml", "tell.yaml", "--on", "acme", "--apply")
    assert code == 0, err
    write("kind: trigger\nid: tell\ntitle: Tell\nevent: updated\nthen: [{tags: {add: [x]}}]\n", "tell.yaml")
    code, _, err = run("run", "tell.yaml", "--on", "acme")
    assert (code, "holds tell itself" in err) == (3, True)


def test_a_ticket_that_somebody_changed_meanwhile_is_named_and_judged_again(call, sandbox):
    ticket = watching(call)
    reply(call, ticket)
    log = sandbox.account("acme").log
    last_of_sync = "GET /api/v2/incremental/ticket_metric_events*"
    syncs = len(log.find(last_of_sync))
    sandbox.faults.add(Fault("slow", route="GET /api/v2/tickets/show_many*", seconds=4, times=1))

    def meddle():
        while len(log.find(last_of_sync)) == syncs:
            time.sleep(0.01)
        call.do("PUT", f"/tickets/{ticket['id']}", {"ticket": {"type": "question"}})

    somebody = threading.Thread(target=meddle)
    somebody.start()
    code, out, err = run(*APPLY)
    somebody.join()

    assert (code, notes(call, ticket)) == (6, []), out
    assert f"conflict: thanks:{ticket['id']}:" in out
    assert "the next run judges it again" in err
    assert run(*APPLY)[0] == 0
    assert (len(notes(call, ticket)), state(call, ticket)) == (1, ("low", ["thanks_only"]))


RECIPES = ROOT / "recipes"


def test_a_mere_thank_you_solves_the_ticket_again(call):
    ticket = watching(call, (RECIPES / "close" / "reopen-guard-thanks.yaml").read_text())
    me, path = call.get("/users/me")["user"]["id"], f"/tickets/{ticket['id']}"
    call.do("PUT", path, {"ticket": {"status": "solved", "assignee_id": me}})
    time.sleep(1)
    reply(call, ticket, "Thank you so much!\n> Please restart it.")
    assert call.get(path)["ticket"]["status"] == "open"

    assert run(*APPLY)[0] == 0

    found = call.get(path)["ticket"]
    assert (found["status"], found["tags"]) == ("solved", ["thanks_only"])
    time.sleep(1)
    reply(call, ticket, "Thanks, but it is still broken.")
    assert run(*APPLY)[0] == 0
    assert call.get(path)["ticket"]["status"] == "open"


def test_what_a_shipped_recipe_asks_for_and_the_runner_cannot_do_may_be_left_out(call):
    write((RECIPES / "macros" / "escalate-tier2.yaml").read_text())
    ticket = a_ticket(call)
    use = (*APPLY, "--ticket", str(ticket["id"]), "--as", "Kim")
    code, _, err = run(*use)
    assert (code, 'macro-escalate-tier2: the runner cannot do "follow"' in err) == (3, True)

    code, out, _ = run(*use, "--leave-out", "follow")

    assert code == 6, "the account has no such group, and nothing of it is done"
    assert "refused: macro-escalate-tier2" in out
    assert comments(call, ticket) == [("It flickers.", True)]


def test_nothing_is_written_where_the_account_or_the_store_cannot_be_trusted(call, sandbox):
    ticket = watching(call)
    reply(call, ticket)
    sandbox.faults.add(Fault("expired", route="GET /api/v2/groups*", times=1))
    assert run(*APPLY)[0] == 4
    with Store.open(Path(".cstoolkit/acme.duckdb"), writable=True) as store:
        store.execute("DELETE FROM tickets WHERE ticket_id <> ?", [str(ticket["id"])])

    code, _, err = run(*APPLY)

    assert (code, "the vendor counts" in err, "nothing was written" in err) == (7, True, True), err
    assert notes(call, ticket) == []
    assert run(*APPLY, "--allow-incomplete")[0] == 0
    assert len(notes(call, ticket)) == 1
