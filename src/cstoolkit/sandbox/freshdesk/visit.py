"""One authenticated call: what every handler is given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from ..account import Account
from ..http import SELF, Answer, Call, Record, json_answer
from ..state import State
from ..switches import Switches
from .payload import Upload, read_json, read_multipart
from .refusals import invalid, not_found, unknown_field, wrong
from .values import stamp

TICKETS_PER_ACCOUNT = 10_000_000
IDS_PER_ACCOUNT = 100_000_000
FIRST_ID = 43_000_000_000


@dataclass(frozen=True)
class Desk:
    """One Freshdesk account, outside of any call."""

    account: Account

    @property
    def state(self) -> State:
        return self.account.state

    @property
    def switches(self) -> Switches:
        return self.account.switches

    @property
    def now(self) -> datetime:
        return self.account.now()

    @property
    def stamp(self) -> str:
        return stamp(self.now)

    def new_id(self) -> int:
        """One sequence for all kinds but tickets: a kind mistaken for another finds nothing."""
        return self.state.next_id("ids", FIRST_ID + self.account.ordinal * IDS_PER_ACCOUNT)

    def new_ids(self, count: int) -> int:
        return self.state.reserve("ids", FIRST_ID + self.account.ordinal * IDS_PER_ACCOUNT, count)

    def new_ticket_id(self) -> int:
        return self.state.next_id("tickets", self.account.ordinal * TICKETS_PER_ACCOUNT + 1)

    def get(self, table: str, id: int | str | None) -> Record:
        """The record, or the vendor's 404."""
        found = None if id is None else self.state.get(table, id)
        if found is None:
            raise not_found()
        return found


@dataclass(frozen=True)
class Visit(Desk):
    """`agent` is who calls; `parameters` are the path's placeholders."""

    call: Call
    agent: Record
    parameters: Mapping[str, str]

    def id(self, name: str = "id") -> int:
        """A placeholder that is a number; what is none exists nowhere."""
        text = self.parameters[name]
        if not (text.isascii() and text.isdigit()) or len(text) > 18:
            raise not_found()
        return int(text)

    @cached_property
    def _content(self) -> tuple[Record, tuple[Upload, ...]]:
        if self.is_multipart:
            return read_multipart(self.call.headers["content-type"], self.call.body)
        return read_json(self.call), ()

    @property
    def is_multipart(self) -> bool:
        return self.call.headers.get("content-type", "").lower().startswith("multipart/form-data")

    @property
    def body(self) -> Record:
        """The request's object, from JSON or a form; the vendor's 400 for anything else."""
        return self._content[0]

    @property
    def changes(self) -> Record:
        """The body of an update, which has to say something."""
        if not self.body and not self.uploads:
            raise wrong("request", "Request body cannot be blank", "missing_field")
        return self.body

    @property
    def uploads(self) -> tuple[Upload, ...]:
        return self._content[1]

    def argument(self, name: str) -> str | None:
        return self.call.arguments.get(name)

    def allow_arguments(self, *names: str) -> None:
        """Arguments that the endpoint does not have are refused like unknown keys of a body."""
        unknown = sorted(set(self.call.arguments) - set(names))
        if unknown:
            raise invalid(unknown_field(name) for name in unknown)


Handler = Callable[[Visit], Answer]


def created(record: Record, path: str) -> Answer:
    return json_answer(record, 201, (("location", f"{SELF}/api/v2/{path}/{record['id']}"),))


def no_content() -> Answer:
    return Answer(204, b"", (), None)


def acted(visit: Visit, record: Record) -> Answer:
    """Restore, watch and the like: their status is not settled."""
    return no_content() if visit.switches["action_status"] == "204" else json_answer(record)
