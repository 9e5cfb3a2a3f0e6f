"""One authenticated call: what every handler is given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..account import Account
from ..http import SELF, Answer, Call, Record, json_answer
from ..state import State
from ..switches import Switches
from .refusals import bad_attribute, forbidden, not_found, unreadable
from .values import seconds, stamp

TICKETS_PER_ACCOUNT = 10_000_000
IDS_PER_ACCOUNT = 100_000_000
FIRST_ID = 360_000_000_000


@dataclass(frozen=True)
class Desk:
    """One Zendesk account, outside of any call."""

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

    @property
    def seconds(self) -> int:
        return seconds(self.now)

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
    """`user` is who calls; `parameters` are the path's placeholders."""

    call: Call
    user: Record
    parameters: Mapping[str, str]

    def id(self, name: str) -> int:
        """A placeholder that is a number; what is none exists nowhere."""
        text = self.parameters[name]
        if not (text.isascii() and text.isdigit()) or len(text) > 18:
            raise not_found()
        return int(text)

    @property
    def is_admin(self) -> bool:
        return bool(self.user["role"] == "admin")

    @property
    def is_agent(self) -> bool:
        return self.user["role"] in {"admin", "agent"}

    def must_be_admin(self) -> None:
        if not self.is_admin:
            raise forbidden()

    def body(self) -> Record:
        """The request's JSON object; the vendor's 400 for anything else."""
        try:
            document = self.call.json
        except ValueError as error:
            raise unreadable(str(error)) from error
        if document is None:
            return {}
        if not isinstance(document, dict):
            raise unreadable("an object is expected")
        return document

    def wrapped(self, key: str) -> Record:
        """The object under the wrapper key, which every write has."""
        document = self.body().get(key)
        if not isinstance(document, dict):
            raise bad_attribute(key, f"Parameter {key} is required")
        return document

    def wrapped_list(self, key: str) -> list[Record]:
        items = self.body().get(key)
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise bad_attribute(key, f"Parameter {key} must be an array of objects")
        return items

    def argument(self, name: str) -> str | None:
        return self.call.arguments.get(name)

    @property
    def includes(self) -> frozenset[str]:
        """Asked sideloads. zenpy writes a literal `None` where it means none."""
        text = self.argument("include") or ""
        return frozenset(part.strip() for part in text.split(",")) - {"", "None"}


Handler = Callable[[Visit], Answer]


def created(key: str, record: Record, path: str) -> Answer:
    return json_answer({key: record}, 201, (("location", f"{SELF}/api/v2/{path}/{record['id']}.json"),))


def shown(key: str, record: Any) -> Answer:
    return json_answer({key: record})


def no_content() -> Answer:
    return Answer(204, b"", (), None)


def dropped(keys: set[str]) -> tuple[tuple[str, str], ...]:
    """The only sign that the vendor gives of attributes it did not take (trap T1)."""
    if not keys:
        return ()
    names = ", ".join(f'"{key}"' for key in sorted(keys))
    return (("x-zendesk-api-warn", f"Removed restricted keys [{names}] from parameters"),)
