"""Writers of people, groups, memberships and organizations."""

from collections.abc import Callable, Iterable

from ...model.people import Group, Membership, Organization, Person
from ...store import rows as store_rows
from .files import SourceRow
from .values import Values
from .writing import CHUNK, StoreRow, Writing, chunks, usable


def write_people(rows: Iterable[SourceRow], writing: Writing) -> None:
    """`row: person`."""

    def person(values: Values) -> StoreRow:
        active = values.get("active")
        return store_rows.person_row(
            Person(
                id=values["id"],
                name=values.get("name"),
                email=values.get("email"),
                role=values.get("role") or "end_user",
                active=(True if active is None else active) and not values.get("suspended"),
                organization_id=values.get("organization"),
                language=values.get("language"),
                zone=values.get("zone"),
                last_seen_at=values.get("last_seen_at"),
                tags=values.get("tags") or frozenset(),
            )
        )

    _write_plain("people", person, rows, writing)


def write_groups(rows: Iterable[SourceRow], writing: Writing) -> None:
    """`row: group`."""

    def group(values: Values) -> StoreRow:
        active = values.get("active")
        return store_rows.group_row(
            Group(
                id=values["id"],
                name=values.get("name") or values["id"],
                active=(True if active is None else active) and not values.get("deleted"),
            )
        )

    _write_plain("groups", group, rows, writing)


def write_memberships(rows: Iterable[SourceRow], writing: Writing) -> None:
    """`row: membership`."""

    def membership(values: Values) -> StoreRow:
        active = values.get("active")
        return store_rows.membership_row(
            Membership(
                group_id=values["group"],
                person_id=values["person"],
                active=True if active is None else active,
            )
        )

    _write_plain("memberships", membership, rows, writing)


def write_organizations(rows: Iterable[SourceRow], writing: Writing) -> None:
    """`row: organization`."""

    def organization(values: Values) -> StoreRow:
        return store_rows.organization_row(
            Organization(
                id=values["id"],
                name=values.get("name") or values["id"],
                domains=values.get("domains") or frozenset(),
                tags=values.get("tags") or frozenset(),
            )
        )

    _write_plain("organizations", organization, rows, writing)


def _write_plain(
    table: str, made: Callable[[Values], StoreRow], rows: Iterable[SourceRow], writing: Writing
) -> None:
    for part in chunks(usable(rows, writing), CHUNK):
        writing.replace(table, [made(values) for _, _, values in part])
