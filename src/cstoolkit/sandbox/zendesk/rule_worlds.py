"""The account as rules see it: one ticket, its past, and every list they may look something up in."""

from collections.abc import Collection, Iterator, Mapping

from ...engines.engine import World
from ..http import Record
from ..state import State
from .history import audits_of, comments_of
from .ticket_metrics import metrics_of
from .visit import Desk

LISTS = (
    "groups", "group_memberships", "ticket_fields", "user_fields", "organization_fields", "brands",
    "ticket_forms", "custom_statuses", "schedules", "holidays", "dynamic_content",
)  # fmt: skip
"""Read whole, and kept until they change. Tables are named as the API names its lists."""
PEOPLE = ("users", "organizations")
"""May be many, and are read one by one."""
COUNTERS = frozenset({"reopens", "replies", "agent_stations", "group_stations"})
"""Conditions on the ticket's metric set, which takes time to count and is there only where a rule asks."""


class RowsById(Mapping[str, Record]):
    """A table as an engine looks into it: each record read when it is asked for."""

    def __init__(self, state: State, table: str) -> None:
        self._state = state
        self._table = table

    def __getitem__(self, id: str) -> Record:
        found = self._state.get(self._table, int(id)) if _is_id(id) else None
        if found is None:
            raise KeyError(id)
        return found

    def __iter__(self) -> Iterator[str]:
        return (str(row[0]) for row in self._state.pick("id", self._table))

    def __len__(self) -> int:
        return self._state.count(self._table)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def make_world(desk: Desk, ticket: Record, asked: Collection[str]) -> World:
    """`asked` are the fields that the rules' conditions name."""
    return World(
        ticket=ticket | _address(desk, ticket) | _counted(desk, ticket, asked),
        comments=tuple(comments_of(desk, ticket["id"])),
        history=tuple(audits_of(desk, ticket["id"])),
        lookups=_lookups(desk),
    )


def _address(desk: Desk, ticket: Record) -> Record:
    """Mails name the account's own host, wherever the sandbox was called."""
    host = f"{desk.account.name}.{desk.account.vendor.domain}"
    return {"url": f"https://{host}/api/v2/tickets/{ticket['id']}.json"}


def _counted(desk: Desk, ticket: Record, asked: Collection[str]) -> Record:
    """What the API gives as sideloads."""
    found: Record = {}
    if not COUNTERS.isdisjoint(asked):
        found["metric_set"] = metrics_of(desk, ticket)
    if "number_of_incidents" in asked:
        found["incident_count"] = desk.state.count(
            "tickets", "problem_id = ? AND status <> 'deleted'", (ticket["id"],)
        )
    return found


def _lookups(desk: Desk) -> Mapping[str, Mapping[str, Record]]:
    lists = desk.state.derived(
        "rules' lists", LISTS, lambda: {name: _by_id(desk.state.rows(name)) for name in LISTS}
    )
    account = {"name": desk.account.name, "subdomain": desk.account.name}
    people = {name: RowsById(desk.state, name) for name in PEOPLE}
    return {**lists, **people, "account": {desk.account.name: account}}


def _by_id(records: list[Record]) -> Mapping[str, Record]:
    return {str(record["id"]): record for record in records}
