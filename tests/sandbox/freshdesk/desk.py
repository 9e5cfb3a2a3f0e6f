"""Calls to a Freshdesk account, and the records that its tests are about."""

from typing import Any

from cstoolkit.sandbox import Sandbox
from sandbox.calls import Caller, Reply, basic

KEY = "sandbox-api-key"
AS_ADMIN = {"Authorization": basic(KEY, "X")}


class Desk(Caller):
    """Calls the account's API v2."""

    def __init__(self, sandbox: Sandbox, key: str = KEY, name: str | None = None) -> None:
        super().__init__(sandbox.address(name), "/api/v2", {"Authorization": basic(key, "X")})

    def made(self, path: str, document: Any) -> Any:
        """The record of a creation that must be good."""
        reply = self("POST", path, document)
        assert reply.status == 201, reply.body
        return reply.json

    def put(self, path: str, document: Any) -> Any:
        reply = self("PUT", path, document)
        assert reply.status == 200, reply.body
        return reply.json

    def ticket(self, **values: Any) -> Any:
        plain = {
            "email": "jo@example.com",
            "subject": "Help",
            "description": "It broke",
            "status": 2,
            "priority": 1,
        }
        return self.made("/tickets", plain | values)


def problems(reply: Reply) -> list[tuple[str, str]]:
    """Field and code of every line of a validation error."""
    assert reply.status in (400, 409), reply.body
    document = reply.json
    assert document["description"] == "Validation failed"
    assert all(error["message"] for error in document["errors"])
    return [(error["field"], error["code"]) for error in document["errors"]]
