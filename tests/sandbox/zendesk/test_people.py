"""Users' addresses, memberships and tags, and users that are gone."""

import pytest

from cstoolkit.sandbox import Sandbox
from sandbox.calls import Caller, a_ticket, an_agent, job_done, zendesk


def a_user(call: Caller, name: str = "Eve", **values) -> dict:
    sent = {"name": name, "email": f"{name.lower()}@example.com"} | values
    return call.do("POST", "/users", {"user": sent})["user"]


def an_organization(call: Caller, name: str) -> int:
    return call.do("POST", "/organizations", {"organization": {"name": name}})["organization"]["id"]


def test_primary_address_moves_with_the_users_email(call: Caller):
    user = a_user(call)
    path = f"/users/{user['id']}/identities"
    new = call.do("POST", path, {"identity": {"type": "email", "value": "New@Example.com"}})["identity"]

    before = call.get(path)["identities"]
    after = call.do("PUT", f"{path}/{new['id']}/make_primary")["identities"]

    assert [(item["value"], item["primary"]) for item in before] == [
        ("eve@example.com", True),
        ("new@example.com", False),
    ]
    assert [(item["value"], item["primary"]) for item in after] == [
        ("eve@example.com", False),
        ("new@example.com", True),
    ]
    assert call.get(f"/users/{user['id']}")["user"]["email"] == "new@example.com"
    assert a_ticket(call, requester={"email": "eve@example.com"})["requester_id"] == user["id"]
    assert call("DELETE", f"{path}/{new['id']}").status == 422
    assert call("DELETE", f"{path}/{before[0]['id']}").status == 204


def test_address_is_verified_and_a_mail_asks_for_it(sandbox: Sandbox, call: Caller):
    user = a_user(call)
    path = f"/users/{user['id']}/identities"
    made = call.do("POST", path, {"identity": {"type": "email", "value": "b@example.com"}})["identity"]["id"]

    call.do("PUT", f"{path}/{made}/request_verification")
    verified = call.do("PUT", f"{path}/{made}/verify")["identity"]["verified"]

    assert verified is True
    assert sandbox.account().outbox.all()[-1]["content"]["to"] == ["b@example.com"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "pigeon", "value": "x"}, {"type": "email", "value": ""}, {"type": "email", "value": "nobody"},
        {"type": "email", "value": "EVE@example.com"}, {"value": "a@example.com"},
    ],
)  # fmt: skip
def test_wrong_identities_are_refused(call: Caller, wrong: dict):
    user = a_user(call)

    assert call("POST", f"/users/{user['id']}/identities", {"identity": wrong}).status == 422


def test_identity_of_somebody_else_is_not_found(call: Caller):
    eve, bob = a_user(call), a_user(call, "Bob")
    own = call.get(f"/users/{eve['id']}/identities")["identities"][0]["id"]

    assert call("GET", f"/users/{bob['id']}/identities/{own}").status == 404


def test_default_organization_is_the_users_own(call: Caller):
    user, first, second = a_user(call), an_organization(call, "One"), an_organization(call, "Two")
    path = f"/users/{user['id']}/organization_memberships"
    ids = [
        call.do("POST", path, {"organization_membership": {"organization_id": id_}})[
            "organization_membership"
        ]["id"]
        for id_ in (first, second)
    ]

    call.do("PUT", f"{path}/{ids[1]}/make_default")
    moved = call.get(f"/users/{user['id']}")["user"]["organization_id"]
    call("DELETE", f"{path}/{ids[1]}")
    left = call.get(f"/users/{user['id']}")["user"]["organization_id"]
    call("DELETE", f"/users/{user['id']}/organizations/{first}")

    assert (moved, left) == (second, first)
    assert call.get(f"/users/{user['id']}")["user"]["organization_id"] is None
    assert call.get(path)["organization_memberships"] == []
    assert call("DELETE", f"/users/{user['id']}/organizations/{first}").status == 404


def test_memberships_are_made_and_ended_by_jobs(call: Caller):
    user, organization = a_user(call), an_organization(call, "One")
    sent = [{"user_id": user["id"], "organization_id": id_} for id_ in (organization, 5)]

    job = job_done(
        call, call.do("POST", "/organization_memberships/create_many", {"organization_memberships": sent})
    )
    assert [item["success"] for item in job["results"]] == [True, False]
    assert call.get(f"/organizations/{organization}/users/count")["count"]["value"] == 1
    made = job["results"][0]["id"]
    job_done(call, call.do("DELETE", f"/organization_memberships/destroy_many?ids={made}"))

    assert call.get(f"/organizations/{organization}/organization_memberships")["count"] == 0


@pytest.mark.parametrize("path", ["users", "organizations"])
def test_tags_of_owners_are_set_added_and_removed(call: Caller, path: str):
    id_ = a_user(call)["id"] if path == "users" else an_organization(call, "One")

    said = [
        call(verb, f"/{path}/{id_}/tags", {"tags": tags})
        for verb, tags in (("POST", ["One", "two"]), ("PUT", ["three"]), ("DELETE", ["two"]))
    ]

    assert [reply.status for reply in said] == [201, 200, 200]
    assert said[2].json["tags"] == call.get(f"/{path}/{id_}/tags")["tags"] == ["one", "three"]
    assert call("PUT", f"/{path}/{id_}/tags", {}).status == 400


def test_deleted_user_can_be_erased_for_good(call: Caller):
    user = a_user(call)

    assert call("GET", f"/deleted_users/{user['id']}").status == 404
    call("DELETE", f"/users/{user['id']}")
    assert call.get("/deleted_users/count")["count"]["value"] == 1
    assert call.get(f"/deleted_users/{user['id']}")["deleted_user"]["email"] == "eve@example.com"
    call("DELETE", f"/deleted_users/{user['id']}")

    gone = call.get(f"/deleted_users/{user['id']}")["deleted_user"]
    assert (gone["name"], gone["email"]) == ("Permanently Deleted User", None)
    assert a_user(call)["id"] != user["id"]


def test_merged_user_leaves_tickets_and_address(call: Caller):
    eve, twin = a_user(call), a_user(call, "Twin")
    ticket = a_ticket(call, requester_id=twin["id"])

    call.do("PUT", f"/users/{twin['id']}/merge", {"user": {"id": eve["id"]}})

    assert call.get(f"/tickets/{ticket['id']}")["ticket"]["requester_id"] == eve["id"]
    assert a_ticket(call, requester={"email": "twin@example.com"})["requester_id"] == eve["id"]
    assert call.get(f"/users/{twin['id']}")["user"]["active"] is False
    agent = an_agent(call)
    assert call("PUT", f"/users/{agent['id']}/merge", {"user": {"id": eve["id"]}}).status == 422
    assert call("PUT", f"/users/{eve['id']}/merge", {"user": {"id": eve["id"]}}).status == 422
    assert call("PUT", f"/users/{eve['id']}/merge", {"user": {"id": 5}}).status == 400


def test_fields_named_come_first(call: Caller):
    fields = [
        call.do("POST", "/user_fields", {"user_field": {"type": "text", "title": key, "key": key}})[
            "user_field"
        ]["id"]
        for key in ("a", "b", "c")
    ]

    call.do("PUT", "/user_fields/reorder", {"user_field_ids": [fields[2]]})

    assert [item["key"] for item in call.get("/user_fields")["user_fields"]] == ["c", "a", "b"]
    assert call("PUT", "/user_fields/reorder", {"user_field_ids": [1]}).status == 404
    assert call("PUT", "/user_fields/reorder", {"user_field_ids": "x"}).status == 400


def test_revoked_token_lets_nobody_in(sandbox: Sandbox, call: Caller):
    token = call.do("POST", "/oauth/tokens", {"token": {"scopes": ["read", "write"]}})["token"]
    bearer = zendesk(sandbox.address(), {"Authorization": f"Bearer {token['full_token']}"})

    assert bearer.get("/oauth/tokens/current")["token"]["id"] == token["id"]
    assert "full_token" not in bearer.get("/oauth/tokens/current")["token"]
    assert bearer("DELETE", "/oauth/tokens/current").status == 204
    assert bearer("GET", "/users/me").status == 401
    assert call("GET", "/oauth/tokens/current").status == 404
