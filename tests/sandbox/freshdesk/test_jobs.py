"""Bulk calls and their jobs."""

import pytest

from cstoolkit.sandbox import Fault, Sandbox
from sandbox.freshdesk.desk import Desk, problems


def bulk(desk: Desk, verb: str, action: str, **values: object) -> str:
    reply = desk(verb, f"/tickets/{action}", {"bulk_action": values})
    assert reply.status == 202, reply.body
    assert reply.json["href"].endswith(f"/api/v2/jobs/{reply.json['job_id']}")
    return str(reply.json["job_id"])


def finish(desk: Desk, job: str) -> dict[str, object]:
    """Asking until it is done: at most three times."""
    for _ in range(3):
        found: dict[str, object] = desk.get(f"/jobs/{job}")
        if found["status"] == "completed":
            return found
    raise AssertionError(found)


@pytest.mark.parametrize("verb", ["POST", "PUT"])
def test_bulk_update_is_done_when_its_job_is(desk: Desk, verb: str):
    ids = [desk.ticket()["id"] for _ in range(3)]

    job = bulk(
        desk, verb, "bulk_update", ids=ids, properties={"status": 3, "tags": ["x"]}, reply={"body": "Hello"}
    )
    before = [desk.get(f"/tickets/{id_}")["status"] for id_ in ids]
    first = desk.get(f"/jobs/{job}")
    done = finish(desk, job)

    assert (before, first["status"], first["progress"]) == ([2, 2, 2], "in_progress", 0)
    assert done["progress"] == 100
    assert [desk.get(f"/tickets/{id_}")["status"] for id_ in ids] == [3, 3, 3]
    assert desk.get(f"/tickets/{ids[0]}/conversations")[0]["body_text"] == "Hello"


def test_job_runs_by_itself_after_its_time(sandbox: Sandbox, desk: Desk):
    id_ = desk.ticket()["id"]
    bulk(desk, "POST", "bulk_delete", ids=[id_])

    sandbox.clock.sleep(2)

    assert desk.get(f"/tickets/{id_}")["deleted"] is True


def test_job_says_nothing_of_tickets_it_could_not_change_unless_told_to(sandbox: Sandbox, desk: Desk):
    good = desk.ticket()["id"]
    job = bulk(desk, "POST", "bulk_update", ids=[good, 999], properties={"priority": 4})

    hidden = finish(desk, job)
    sandbox.account().switches.set("job_failures", "listed")
    listed = desk.get(f"/jobs/{job}")

    assert "errors" not in hidden
    assert [item["id"] for item in listed["errors"]] == [999]
    assert desk.get(f"/tickets/{good}")["priority"] == 4


def test_job_half_fails_by_a_fault(sandbox: Sandbox, desk: Desk):
    ids = [desk.ticket()["id"] for _ in range(4)]
    sandbox.faults.add(Fault("job_half_fails", route="POST *bulk_update"))

    finish(desk, bulk(desk, "POST", "bulk_update", ids=ids, properties={"priority": 4}))

    assert [desk.get(f"/tickets/{id_}")["priority"] for id_ in ids] == [4, 1, 4, 1]


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ({"ids": [], "properties": {"status": 3}}, [("ids", "missing_field")]),
        ({"properties": {"status": 3}}, [("ids", "missing_field")]),
        ({"ids": [1]}, [("properties", "missing_field")]),
        ({"ids": ["a"], "properties": {}}, [("ids", "datatype_mismatch")]),
        ({"ids": [*range(31)], "properties": {"status": 3}}, [("ids", "invalid_value")]),
        ({"ids": [1], "properties": {"subject": "x"}}, [("subject", "invalid_field")]),
        ({"ids": [1], "properties": {"status": 77}}, [("status", "invalid_value")]),
        ({"ids": [1], "properties": {"internal_agent_id": None}}, [("status", "missing_field")]),
    ],
)
def test_wrong_bulk_calls_are_refused_at_once(desk: Desk, action: object, expected: list[tuple[str, str]]):
    assert problems(desk("POST", "/tickets/bulk_update", {"bulk_action": action})) == expected


def test_one_verb_can_be_switched_off(sandbox: Sandbox, desk: Desk):
    sandbox.account().switches.set("bulk_verbs", "post")

    assert desk("PUT", "/tickets/bulk_delete", {"bulk_action": {"ids": [1]}}).status == 405


def test_older_spelling_of_a_jobs_status(sandbox: Sandbox, desk: Desk):
    sandbox.account().switches.set("job_spelling", "old")
    job = bulk(desk, "POST", "bulk_delete", ids=[desk.ticket()["id"]])

    assert desk.get(f"/jobs/{job}")["status"] == "IN PROGRESS"
