"""The walk by last change, against a list that changes between any two of its pages."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.connectors.freshdesk.client import LAST_PAGE, PAGE
from cstoolkit.connectors.freshdesk.reading import BEGINNING, walk
from cstoolkit.errors import IncompleteError

START = 20  # the second at which the read begins


def instant(second: int) -> str:
    return f"2026-01-05T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z"


class Vendor:
    """A list as the vendor has it: sorted by last change, in pages by number. Some tickets change at each call."""

    def __init__(self, changed_at: Sequence[int], changes: Sequence[Sequence[int]]) -> None:
        self.changed_at = dict(enumerate(changed_at, 1))
        self.changes = list(changes)
        self.second = START
        self.calls = 0

    def tickets(self, query: Any, *, page: int = 1, **_: Any) -> list[dict[str, Any]]:
        if self.calls < len(self.changes):
            self.second += 1
            for number in self.changes[self.calls]:
                self.changed_at[number % len(self.changed_at) + 1] = self.second
        self.calls += 1
        found = sorted((at, number) for number, at in self.changed_at.items())
        since = query["updated_since"]
        rows = [{"id": number, "updated_at": instant(at)} for at, number in found if instant(at) >= since]
        return rows[(page - 1) * PAGE : page * PAGE]


def read(vendor: Vendor) -> list[int]:
    return [one["id"] for page, _ in walk(vendor, BEGINNING) for one in page]  # type: ignore[arg-type]


RUNS = st.lists(st.integers(1, 250), min_size=1, max_size=3)  # tickets of one second, second by second
CHANGES = st.lists(st.lists(st.integers(0, 10_000), max_size=4), min_size=2, max_size=10)


@given(runs=RUNS, changes=CHANGES)
def test_no_ticket_is_passed_over_whatever_changes_meanwhile(runs, changes):
    vendor = Vendor([second for second, count in enumerate(runs) for _ in range(count)], changes)

    found = read(vendor)

    assert set(found) == set(vendor.changed_at)


@given(count=st.integers(0, 450))
def test_an_account_at_rest_costs_hardly_more_calls_than_it_has_pages(count):
    vendor = Vendor(range(count), [])

    found = read(vendor)

    assert sorted(set(found)) == list(range(1, count + 1))
    assert vendor.calls <= count / (PAGE - 1) + 1


def test_pages_by_number_would_have_passed_tickets_over():
    """What the walk is for: the vendor's own pages, with a ticket of the first page changed before the second."""
    vendor = Vendor([1] * 150, [(), (5,)])
    query = {"updated_since": BEGINNING}

    found = {one["id"] for number in (1, 2) for one in vendor.tickets(query, page=number)}

    assert found != set(vendor.changed_at)


def test_more_in_one_second_than_the_pages_hold_is_refused():
    with pytest.raises(IncompleteError, match="at 2026-01-05T00:00:03Z"):
        read(Vendor([3] * (LAST_PAGE * PAGE + 1), []))
