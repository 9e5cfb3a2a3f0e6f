"""No private text leaves as public, on any path. What is sent is looked at where it leaves: on the wire."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from clocks import JumpingClock
from cstoolkit.connectors.base import TicketChange
from cstoolkit.connectors.bulk_journal import MemoryJournal
from cstoolkit.connectors.credentials import Credential
from cstoolkit.connectors.freshdesk.connector import FreshdeskHelpdesk
from cstoolkit.connectors.freshdesk.html_text import html_of
from cstoolkit.model.actions import Say

AT = "2026-01-05T09:00:00Z"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
TAGS = st.frozensets(st.sampled_from("abc"), max_size=2)


class Vendor(requests.adapters.BaseAdapter):
    """Answers like an account with four tickets; keeps what came in."""

    def __init__(self) -> None:
        super().__init__()
        self.came: list[tuple[str, str, Any]] = []
        self.ids = 0

    def send(self, request: Any, **_: Any) -> requests.Response:
        body = json.loads(request.body) if request.body else None
        path = request.path_url.removeprefix("/api/v2/").partition("?")[0]
        self.came.append((request.method, path, body))
        answer = requests.Response()
        answer.status_code, answer.request, answer.url = 200, request, request.url
        answer.headers["Date"] = "Mon, 05 Jan 2026 09:10:00 GMT"
        answer.headers["X-RateLimit-Total"] = "5000000"
        answer._content = json.dumps(self.answer(request.method, path, body)).encode()
        return answer

    def close(self) -> None:
        pass

    def answer(self, method: str, path: str, body: Any) -> Any:
        parts = path.split("/")
        if path == "agents/me":
            return {"id": 9, "ticket_scope": 1}
        if path.endswith("conversations") or (method == "GET" and len(parts) == 1):
            return []
        if parts[-1] in {"reply", "notes"}:
            self.ids += 1
            return {"id": self.ids, "ticket_id": int(parts[1]), "user_id": 9, "body_text": body["body"],
                    "private": parts[-1] == "notes" and body.get("private", True), "created_at": AT}  # fmt: skip
        if path == "tickets/bulk_update":
            return {"job_id": "j"}
        if parts[0] == "jobs":
            return {"status": "completed"}
        return {"id": int(parts[1]), "status": 2, "priority": 1, "tags": [], "custom_fields": {},
                "created_at": AT, "updated_at": AT}  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    clock = JumpingClock(datetime(2026, 1, 5, 9, 10, tzinfo=UTC))
    state = tmp_path_factory.mktemp("state") / "state.sqlite"
    credential = Credential(api_key="k", url="http://127.0.0.1:9")
    with FreshdeskHelpdesk.open("acme", credential, clock=clock, state=state, writable=True) as opened:
        yield opened


CHANGES = st.lists(
    st.builds(
        lambda ticket, priority, add, say: (ticket, {"priority": priority} if priority else {}, add, say),
        st.sampled_from(["1", "2", "3", "4"]),
        st.sampled_from([None, "low", "high"]),
        TAGS,
        st.none() | st.builds(Say, TEXTS, st.booleans()),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=2 * settings().max_examples)
@given(changes=CHANGES, single=st.builds(Say, TEXTS, st.booleans()))
def test_what_is_private_leaves_as_a_private_note_and_nowhere_else(desk, changes, single):
    vendor = Vendor()
    desk.client.transport.session.mount("http://", vendor)
    wanted = [
        TicketChange(f"k{number}", ticket, values, tags, say=say)
        for number, (ticket, values, tags, say) in enumerate(changes)
    ]

    list(desk.update(wanted, journal=MemoryJournal()))
    made = desk.comment("1", single.text, public=single.public)

    says = [single, *(say for *_, say in changes if say)]
    sent = [(path, body) for method, path, body in vendor.came if method != "GET"]
    replies = [body for path, body in sent if path.endswith("/reply")]
    notes = [body for path, body in sent if path.endswith("/notes")]
    others = [body for path, body in sent if not path.endswith(("/reply", "/notes"))]
    public = sorted(html_of(one.text) for one in says if one.public)
    private = sorted(html_of(one.text) for one in says if not one.public)
    assert made.public is single.public
    assert sorted(one["body"] for one in replies) == public
    assert all(one.keys() == {"body"} for one in replies)
    assert sorted(one["body"] for one in notes) == private
    assert all(one["private"] is True for one in notes)
    assert all({"reply", "body", "notes"}.isdisjoint(one.get("bulk_action", one)) for one in others)


@given(text=TEXTS)
def test_every_character_of_a_text_means_itself(text):
    import html

    inner = html_of(text).removeprefix("<div>").removesuffix("</div>")

    assert "<" not in inner.replace("<br>", "")
    assert html.unescape(inner.replace("<br>", "\n")) == text


@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize("kind", ["update", "comment"])
def test_the_account_shows_what_was_said_to_those_who_may_read_it(sandbox, account, open_desk, public, kind):
    (made,) = account.make()
    with open_desk() as desk:
        if kind == "comment":
            desk.comment(made, "Secret?", public=public)
        else:
            change = TicketChange("k", made, {"priority": "high"}, say=Say("Secret?", public=public))
            list(desk.update([change], journal=MemoryJournal()))

    assert account.comments(made) == [("Secret?", public)]
    mails = [one for one in sandbox.account("acme").outbox.all() if "Secret?" in repr(one)]
    assert public or not mails
