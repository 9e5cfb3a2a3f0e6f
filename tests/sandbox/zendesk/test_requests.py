"""What those see and may do who asked."""

import pytest

from cstoolkit.sandbox import Sandbox
from sandbox.calls import Caller, a_ticket, an_agent, zendesk


def signed_in(sandbox: Sandbox, call: Caller, name: str) -> tuple[int, Caller]:
    sent = {"name": name, "email": f"{name.lower()}@example.com"}
    id_ = call.do("POST", "/users", {"user": sent})["user"]["id"]
    with sandbox.account().changing() as state:
        token = {"id": id_, "token": name, "user_id": id_, "scopes": ["read", "write"], "expires_at": None}
        state.put("oauth_tokens", token)
    return id_, zendesk(sandbox.address(), {"Authorization": f"Bearer {name}"})


@pytest.fixture
def eve(sandbox: Sandbox, call: Caller) -> tuple[int, Caller]:
    return signed_in(sandbox, call, "Eve")


def ask(eve: Caller, **values) -> dict:
    sent = {"subject": "Help", "comment": {"body": "please", "public": False}} | values
    return eve.do("POST", "/requests", {"request": sent})["request"]


def test_request_is_a_ticket_of_the_one_who_asks(call: Caller, eve: tuple[int, Caller]):
    id_, hers = eve

    made = ask(hers, status="solved", assignee_id=5)

    ticket = call.get(f"/tickets/{made['id']}")["ticket"]
    assert (ticket["requester_id"], ticket["status"], ticket["is_public"]) == (id_, "new", True)
    assert (made["subject"], made["description"], made["solved"]) == ("Help", "please", False)
    assert hers("POST", "/requests", {"request": {"comment": {"body": "x"}}}).status == 422


def test_private_comments_and_others_requests_are_not_seen(
    sandbox: Sandbox, call: Caller, eve: tuple[int, Caller]
):
    _, hers = eve
    made = ask(hers)
    call.do("PUT", f"/tickets/{made['id']}", {"ticket": {"comment": {"body": "psst", "public": False}}})
    audits = call.get(f"/tickets/{made['id']}/comments")["comments"]
    _, bob = signed_in(sandbox, call, "Bob")

    assert [item["body"] for item in hers.get(f"/requests/{made['id']}/comments")["comments"]] == ["please"]
    assert hers("GET", f"/requests/{made['id']}/comments/{audits[1]['id']}").status == 404
    assert bob("GET", f"/requests/{made['id']}").status == 404
    assert bob.get("/requests")["requests"] == []
    assert bob("PUT", f"/requests/{made['id']}", {"request": {"comment": {"body": "x"}}}).status == 404
    assert hers("GET", "/tickets").status == 403


def test_comment_reopens_and_the_requester_may_solve_what_has_an_assignee(
    call: Caller, eve: tuple[int, Caller]
):
    id_, hers = eve
    made = ask(hers)["id"]
    too_early = hers("PUT", f"/requests/{made}", {"request": {"solved": True}})
    call.do("PUT", f"/tickets/{made}", {"ticket": {"assignee_id": an_agent(call)["id"], "status": "pending"}})
    hers.do("PUT", f"/requests/{made}", {"request": {"comment": {"body": "still"}, "priority": "urgent"}})
    reopened = call.get(f"/tickets/{made}")["ticket"]
    solved = hers.do("PUT", f"/requests/{made}", {"request": {"solved": "true"}})["request"]

    assert too_early.status == 422
    assert (reopened["status"], reopened["priority"]) == ("open", None)
    last = call.get(f"/tickets/{made}/comments")["comments"][-1]
    assert (last["body"], last["author_id"], last["public"]) == ("still", id_, True)
    assert (solved["status"], solved["solved"]) == ("solved", True)
    assert [item["id"] for item in hers.get("/requests/solved")["requests"]] == [made]
    assert hers.get("/requests/open")["requests"] == []


def test_who_is_in_copy_finds_the_request(sandbox: Sandbox, call: Caller, eve: tuple[int, Caller]):
    id_, hers = eve
    ticket = a_ticket(call, subject="Broken lamp", collaborators=[id_])["id"]

    assert [item["id"] for item in hers.get("/requests/ccd")["requests"]] == [ticket]
    assert hers.get(f"/requests/{ticket}")["request"]["can_be_solved_by_me"] is False
    assert hers.get("/requests/search?query=lamp")["requests"] == []
    assert [item["id"] for item in call.get("/requests/search?query=lamp")["requests"]] == [ticket]
