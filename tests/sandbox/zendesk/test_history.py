"""What audits, events and ratings say, as the vendor says it."""

import pytest

from cstoolkit.sandbox import Sandbox
from sandbox.calls import Caller, a_ticket, job_done

METADATA = {"time_spent": "4m12s", "account": "integrations"}
BORN = (
    "subject", "requester_id", "priority", "type", "status", "brand_id", "ticket_form_id", "custom_status_id",
)  # fmt: skip
"""What a recorded creation audit always has, in whatever order; the organization only where there is one."""


def audits_of(call: Caller, ticket: dict) -> list[dict]:
    return call.get(f"/tickets/{ticket['id']}/audits")["audits"]


def created(audit: dict) -> dict:
    return {event["field_name"]: event["value"] for event in audit["events"] if event["type"] == "Create"}


def test_metadata_of_a_write_is_the_audits_custom_metadata(call: Caller):
    reply = call.do("POST", "/tickets", {"ticket": {"comment": {"body": "x"}, "metadata": METADATA}})
    ticket = reply["ticket"]
    update = call.do("PUT", f"/tickets/{ticket['id']}", {"ticket": {"priority": "low", "metadata": {"a": 1}}})
    plain = call.do("PUT", f"/tickets/{ticket['id']}", {"ticket": {"priority": "high"}})

    assert reply["audit"]["metadata"] == {"system": {}, "custom": METADATA}
    assert update["audit"]["metadata"]["custom"] == {"a": 1}
    assert plain["audit"]["metadata"] == {"system": {}, "custom": {}}
    found = [audit["metadata"]["custom"] for audit in audits_of(call, ticket)]
    assert found == [METADATA, {"a": 1}, {}]
    assert call.get(f"/tickets/{ticket['id']}/comments")["comments"][0]["metadata"]["custom"] == METADATA


def test_metadata_is_in_jobs_and_in_ticket_events(sandbox: Sandbox, call: Caller):
    ticket = a_ticket(call)
    change = {"ticket": {"priority": "low", "metadata": METADATA}}
    job_done(call, call.do("PUT", f"/tickets/update_many?ids={ticket['id']}", change))
    sandbox.clock.sleep(120)

    events = call.get("/incremental/ticket_events?start_time=0")["ticket_events"]

    assert [event["metadata"]["custom"] for event in events] == [{}, METADATA]


@pytest.mark.parametrize(
    ("metadata", "status"), [([1], 400), ("text", 400), ({"long": "x" * 1100}, 422), ({"fits": "x" * 900}, 200), (None, 200)]
)  # fmt: skip
def test_metadata_is_an_object_of_a_kilobyte_at_most(call: Caller, metadata: object, status: int):
    ticket = a_ticket(call)

    reply = call("PUT", f"/tickets/{ticket['id']}", {"ticket": {"priority": "low", "metadata": metadata}})

    assert reply.status == status
    assert call.get(f"/tickets/{ticket['id']}")["ticket"]["priority"] == ("low" if status == 200 else None)


def test_comment_event_has_the_comments_id(sandbox: Sandbox, call: Caller):
    ticket = a_ticket(call)
    call.do("PUT", f"/tickets/{ticket['id']}", {"ticket": {"comment": {"body": "again", "public": False}}})
    sandbox.clock.sleep(120)

    comments = [comment["id"] for comment in call.get(f"/tickets/{ticket['id']}/comments")["comments"]]
    audits = audits_of(call, ticket)
    exported = call.get("/incremental/ticket_events?start_time=0&include=comment_events")["ticket_events"]
    in_audits = [event["id"] for audit in audits for event in audit["events"] if event["type"] == "Comment"]
    in_events = [
        event["id"] for item in exported for event in item["child_events"] if event["event_type"] == "Comment"
    ]

    assert in_audits == in_events == comments
    every = [event["id"] for audit in audits for event in (audit, *audit["events"])]
    assert len(every) == len(set(every))


def test_ticket_events_without_comments_tell_that_there_was_one(sandbox: Sandbox, call: Caller):
    ticket = a_ticket(call)
    call.do("PUT", f"/tickets/{ticket['id']}", {"ticket": {"comment": {"body": "psst", "public": False}}})
    sandbox.clock.sleep(120)

    events = call.get("/incremental/ticket_events?start_time=0")["ticket_events"]

    told = [
        (child["comment_present"], child["comment_public"])
        for event in events
        for child in event["child_events"]
        if child.get("comment_present")
    ]
    assert told == [(True, True), (True, False)]
    assert not any(child.get("body") == "psst" for event in events for child in event["child_events"])


def test_creation_audit_names_what_a_ticket_is_born_with(call: Caller):
    ticket = a_ticket(call, tags=["one"])

    born = created(audits_of(call, ticket)[0])

    assert set(BORN) <= set(born)
    assert born["requester_id"] == str(ticket["requester_id"])
    assert (born["priority"], born["type"], born["status"], born["tags"]) == (None, None, "new", ["one"])


def test_merged_source_is_tagged(call: Caller):
    target, source = a_ticket(call), a_ticket(call, tags=["one"])

    job_done(call, call.do("POST", f"/tickets/{target['id']}/merge", {"ids": [source["id"]]}))

    merged = call.get(f"/tickets/{source['id']}")["ticket"]
    assert (merged["status"], merged["tags"]) == ("closed", ["closed_by_merge", "one"])
    assert call.get(f"/tickets/{target['id']}")["ticket"]["tags"] == []
    last = audits_of(call, source)[-1]
    changes = {event["field_name"]: event["value"] for event in last["events"] if event["type"] == "Change"}
    assert (changes["status"], changes["tags"]) == ("closed", ["closed_by_merge", "one"])
    assert last["via"]["source"]["rel"] == "merge"
