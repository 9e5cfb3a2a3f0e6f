from datetime import timedelta
from pathlib import Path

import pytest

from cstoolkit.errors import StoreError
from cstoolkit.sandbox import Sandbox
from cstoolkit.sandbox.state import State, Table
from sandbox.calls import a_ticket, zendesk

TABLES = (Table("things", ("size",), ("size",)),)


@pytest.fixture
def state() -> State:
    return State(None, TABLES)


class Halt(Exception):  # noqa: N818 - not an error
    pass


def put_and_halt(state: State, id_: int) -> None:
    state.put("things", {"id": id_, "size": 2})
    raise Halt


def test_transaction_that_fails_leaves_nothing(state: State):
    with pytest.raises(Halt), state.transaction():
        put_and_halt(state, 1)

    assert state.get("things", 1) is None


def test_part_that_fails_leaves_what_was_before_it(state: State):
    with state.transaction():
        state.put("things", {"id": 1, "size": 2})
        with pytest.raises(Halt), state.part():
            put_and_halt(state, 2)

    assert [row["id"] for row in state.rows("things")] == [1]


def test_numbers_are_never_given_twice(state: State):
    first = [state.next_id("a", 10), state.next_id("a", 10)]
    block = state.reserve("a", 10, 5)

    assert (first, block, state.next_id("a", 10)) == ([10, 11], 12, 17)


def test_file_that_is_no_state_is_explained(tmp_path: Path):
    (tmp_path / "acme-zendesk.sqlite").write_text("not a database, but long enough to look at " * 50)

    with pytest.raises(StoreError, match="cannot be used"):
        Sandbox(state=tmp_path)


def test_account_goes_on_where_it_stopped(tmp_path: Path):
    with Sandbox(state=tmp_path) as first:
        first.clock.advance(timedelta(days=400))
        ticket = a_ticket(zendesk(first.address()))
        then = first.clock.now()

    with Sandbox(state=tmp_path) as second:
        kept = zendesk(second.address()).get(f"/tickets/{ticket['id']}")["ticket"]

        assert kept["subject"] == ticket["subject"]
        assert second.clock.now() >= then


def sizes(state: State, made: list[int], given: str = "") -> list[int]:
    """The things' sizes, kept; `made` grows each time they are read anew."""

    def read() -> list[int]:
        found = [thing["size"] for thing in state.rows("things")]
        made.append(len(found))
        return found

    return state.derived("sizes", ("things",), read, given=given)


def test_what_is_derived_from_a_table_is_made_once_for_each_write(state: State):
    made: list[int] = []
    found = [sizes(state, made), sizes(state, made)]
    state.put("things", {"id": 1, "size": 5})
    found += [sizes(state, made), sizes(state, made)]
    state.remove("things", "id = ?", 1)

    assert [*found, sizes(state, made)] == [[], [], [5], [5], []]
    assert made == [0, 1, 0]


def test_what_is_derived_follows_what_it_is_given(state: State):
    made: list[int] = []

    for given in ("a", "a", "b"):
        sizes(state, made, given)

    assert made == [0, 0]


def test_what_is_derived_from_a_write_that_was_undone_is_undone_too(state: State):
    made: list[int] = []
    inside = []

    def put_in_part() -> None:
        with state.part():
            state.put("things", {"id": 1, "size": 5})
            inside.append(sizes(state, made))
            raise Halt

    def put_twice() -> None:
        with state.transaction():
            with pytest.raises(Halt):
                put_in_part()
            inside.append(sizes(state, made))
            state.put("things", {"id": 2, "size": 6})
            inside.append(sizes(state, made))
            raise Halt

    with pytest.raises(Halt):
        put_twice()

    assert inside == [[5], [], [6]]
    assert sizes(state, made) == []


def test_clearing_forgets_what_was_derived(state: State):
    made: list[int] = []
    state.put("things", {"id": 1, "size": 5})
    before = sizes(state, made)

    state.clear()

    assert (before, sizes(state, made)) == ([5], [])


def test_account_keeps_its_ids_beside_new_ones(tmp_path: Path):
    with Sandbox({"b": "zendesk"}, state=tmp_path) as first:
        ids = {item["id"] for item in zendesk(first.address()).get("/users")["users"]}

    with Sandbox({"a": "zendesk", "b": "zendesk"}, state=tmp_path) as second:
        again = {item["id"] for item in zendesk(second.address("b")).get("/users")["users"]}
        other = {item["id"] for item in zendesk(second.address("a")).get("/users")["users"]}

    assert again == ids
    assert other & ids == set()


def test_reset_gives_a_fresh_account(tmp_path: Path):
    with Sandbox(state=tmp_path) as sandbox:
        call = zendesk(sandbox.address())
        a_ticket(call)
        call.do("POST", "/groups", {"group": {"name": "Extra"}})

        sandbox.reset()

        assert call.get("/tickets/count")["count"]["value"] == 0
        assert [group["name"] for group in call.get("/groups")["groups"]] == ["Support"]
        assert a_ticket(call)["id"] == 1
