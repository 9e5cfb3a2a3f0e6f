"""A client that does nothing but HTTP, so that a test sees what went over the wire."""

import base64
import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

ADMIN = "admin@example.com"
TOKEN = "sandbox-token"


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


AS_ADMIN = {"Authorization": basic(f"{ADMIN}/token", TOKEN)}


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Caller:
    """Calls one address; `base` comes before every path."""

    def __init__(self, address: str, base: str = "", headers: Mapping[str, str] = AS_ADMIN) -> None:
        parts = urlsplit(address)
        self.host, self.port = parts.hostname or "", parts.port or 80
        self.base = parts.path.rstrip("/") + base
        self.headers = dict(headers)

    def __call__(
        self, method: str, path: str, document: Any = None, *, raw: bytes | None = None, **headers: str
    ) -> Reply:
        body = raw if raw is not None else None if document is None else json.dumps(document).encode()
        sent = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        try:
            connection.request(method, self.base + path, body, sent)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Any:
        """The JSON of an answer that must be good."""
        reply = self("GET", path, **headers)
        assert reply.status == 200, (path, reply.status, reply.body[:400])
        return reply.json

    def do(self, method: str, path: str, document: Any = None) -> Any:
        reply = self(method, path, document)
        assert reply.status < 300, (method, path, reply.status, reply.body[:600])
        return reply.json if reply.body else None


def zendesk(address: str, headers: Mapping[str, str] = AS_ADMIN) -> Caller:
    return Caller(address, "/api/v2", headers)


def job_done(call: Caller, answer: Any, polls: int = 5) -> Any:
    """Ask for a job until it is done."""
    id_ = answer["job_status"]["id"]
    for _ in range(polls):
        job = call.get(f"/job_statuses/{id_}")["job_status"]
        if job["status"] == "completed":
            return job
    raise AssertionError(f"job {id_} is not done: {job}")


def a_ticket(call: Caller, **values: Any) -> Any:
    sent = {"subject": "The printer is on fire", "comment": {"body": "It burns."}} | values
    return call.do("POST", "/tickets", {"ticket": sent})["ticket"]


def an_agent(call: Caller, name: str = "Ada Agent", email: str = "ada@example.com") -> Any:
    user = call.do("POST", "/users", {"user": {"name": name, "email": email, "role": "agent"}})["user"]
    group = call.get("/groups")["groups"][0]
    call.do(
        "POST", "/group_memberships", {"group_membership": {"user_id": user["id"], "group_id": group["id"]}}
    )
    return call.get(f"/users/{user['id']}")["user"]
