"""`cstoolkit backtest`: what it prints, and the code it ends with."""

import io
import json
from datetime import timedelta

import pytest

from automations.replay.replay_desk import AS_OF, a_desk
from cstoolkit.cli import main
from cstoolkit.store.database import Store

TAG = "kind: trigger\nid: tag-it\ntitle: Tag\nevent: created\nthen: [{tags: {add: [seen]}}]\n"
CLOSE = (
    "kind: automation\nid: close-it\ntitle: Close\nwhen: {status: solved, status_changed_at: {older_than: 5h}}\n"
    "then: [{set: {status: closed}}]\n"
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    return a_desk(tmp_path_factory.mktemp("desk"), tickets=40, seed=4, days=12)[1]


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    code = main(["backtest", *map(str, arguments)], out, err)
    return code, out.getvalue(), err.getvalue()


def recipes(folder, *texts):
    file = folder / "rules.yaml"
    file.write_text("---\n".join(texts))
    return file


def test_it_counts_by_rule_and_says_what_would_be_different(desk, tmp_path):
    code, out, _ = run(
        f"local:{desk}", "--rules", recipes(tmp_path, TAG, CLOSE), "--since", "10d", "--jobs", 1
    )

    assert code == 0
    assert "Desired rules, by the neutral engine" in out
    assert "would be different from history as it was" in out
    assert "tag-it" in out


def test_json_holds_the_same(desk, tmp_path):
    code, out, _ = run(f"local:{desk}", "--rules", recipes(tmp_path, TAG), "--json", "--jobs", 1)

    told = json.loads(out)
    (rule,) = told["desired"]["rules"]
    assert (code, told["schema"], told["ok"], told["complete"]) == (0, "cstoolkit/backtest/1", True, True)
    assert (rule["rule"], rule["verdict"], rule["fires"]) == ("tag-it", "always", rule["tickets"])
    assert told["differences"]["lasted"] == {"tags": rule["tickets"]}


@pytest.mark.parametrize(
    ("expect", "code", "said"),
    [
        ("{fires: {at_most: 1000/day}}", 0, "kept"),
        ("{fires: {at_most: 0}}", 1, "rules.yaml:6:27: tag-it: fires at most 0: MISSED"),
        ("{messages: {at_least: 1/week}}", 1, "messages at least 1/week: MISSED, 0 on"),
    ],
)
def test_a_bound_that_is_missed_is_a_finding_with_its_place(desk, tmp_path, expect, code, said):
    file = recipes(tmp_path, f"{TAG}expect: {expect}\n")

    found, out, _ = run(f"local:{desk}", "--rules", file, "--jobs", 1)

    assert (found, said in out) == (code, True)


def test_tickets_without_history_make_it_incomplete(desk, tmp_path):
    poor = tmp_path / "poor.duckdb"
    poor.write_bytes(desk.read_bytes())
    with Store.open(poor, writable=True) as store, store.transaction():
        store.execute("DELETE FROM events WHERE ticket_id IN (SELECT min(ticket_id) FROM events)")
    file = recipes(tmp_path, TAG)

    code, out, _ = run(f"local:{poor}", "--rules", file, "--jobs", 1)
    allowed, _, _ = run(f"local:{poor}", "--rules", file, "--jobs", 1, "--allow-incomplete")

    assert (code, allowed) == (7, 0)
    assert "INCOMPLETE 1 of 40 tickets have no history" in out


def test_a_stream_that_is_not_proven_complete_makes_it_incomplete(desk, tmp_path):
    path = tmp_path / "torn.duckdb"
    path.write_bytes(desk.read_bytes())
    with Store.open(path, writable=True) as store, store.transaction():
        store.execute(
            "INSERT INTO checkpoints (connection, stream, complete) VALUES ('d', 'comments', FALSE), ('d', 'tickets', TRUE)"
        )
    asked = (f"local:{path}", "--rules", recipes(tmp_path, TAG), "--jobs", 1)

    code, out, _ = run(*asked)
    told = run(*asked, "--json")
    allowed = run(*asked, "--allow-incomplete")[0]
    missed = recipes(tmp_path, f"{TAG}expect: {{fires: {{at_most: 0}}}}\n")

    assert code == 7
    assert "INCOMPLETE the stream comments is not proven complete" in out
    assert (told[0], json.loads(told[1])["complete"]) == (7, False)
    assert allowed == 0
    assert run(f"local:{path}", "--rules", missed, "--jobs", 1)[0] == 7
    assert run(f"local:{path}", "--rules", missed, "--jobs", 1, "--allow-incomplete")[0] == 1


def test_two_versions_of_recipes_are_compared(desk, tmp_path):
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(TAG)
    new.write_text(TAG.replace("[seen]", "[known]"))

    code, out, _ = run(f"local:{desk}", "--rules", new, "--live", old, "--jobs", 1)

    assert code == 0
    assert "would be different from the live rules" in out
    assert "Live rules, by the neutral engine" in out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--since", "3x"], 64, "is not a length of time"),
        (["--since", "2h business"], 64, "business hours make no window"),
        (["--since", "2030-01-01T00:00:00Z"], 3, "the window is empty"),
        (["--until", "tomorrow"], 64, "expected an instant"),
    ],
)
def test_a_window_that_cannot_be(desk, tmp_path, arguments, code, said):
    found, _, err = run(f"local:{desk}", "--rules", recipes(tmp_path, TAG), *arguments)

    assert (found, said in err) == (code, True)


def test_a_connection_that_was_never_synced_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cstoolkit.yaml").write_text('connections: {zd: {address: "zendesk:acme"}}\n')

    code, _, err = run("zd", "--rules", recipes(tmp_path, TAG))

    assert code == 3
    assert "run cstoolkit sync zd" in err


def test_since_counts_back_from_the_instant_of_the_data(desk, tmp_path):
    _, out, _ = run(
        f"local:{desk}", "--rules", recipes(tmp_path, TAG), "--since", "36h", "--json", "--jobs", 1
    )

    assert json.loads(out)["since"] == (AS_OF - timedelta(hours=36)).isoformat()
