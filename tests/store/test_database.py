from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cstoolkit.errors import StoreError
from cstoolkit.store.database import Store

AT = datetime(2026, 3, 29, 1, 59, 59, 123456, tzinfo=UTC)
AWKWARD = [
    "",
    " ",
    "a\x00b",
    "\x00",
    'quo"te',
    "apo'strophe",
    "back\\slash",
    "new\nline\r\n\ttab",
    "\u2028\u2029\ufeff",
    "😀 e\u0301 ﬁ ٣",
    "NULL",
    "null",
    "nan",
    "[1, 2]",
    '{"a": 1}',
    "=1+1",
    "x" * 100_000,
]


def group_names(store: Store) -> dict[str, str | None]:
    return dict(store.query("SELECT group_id, name FROM groups"))


def test_awkward_text_comes_back_as_it_went_in(store):
    store.append("groups", [{"group_id": str(number), "name": text} for number, text in enumerate(AWKWARD)])

    assert group_names(store) == {str(number): text for number, text in enumerate(AWKWARD)}


@settings(max_examples=60)
@given(texts=st.lists(st.text(), min_size=1, max_size=30))
def test_any_text_comes_back_as_it_went_in(filled, texts):
    store = filled([])
    store.execute("DELETE FROM groups")

    store.append("groups", [{"group_id": str(number), "name": text} for number, text in enumerate(texts)])

    assert group_names(store) == {str(number): text for number, text in enumerate(texts)}


@pytest.mark.parametrize(
    ("text", "stored"), [("a\ud800b", "a\ufffdb"), ("\udc00", "\ufffd"), ("\ud83d\ude00", "😀")]
)
def test_a_lone_surrogate_becomes_the_replacement_character(store, text, stored):
    store.append("groups", [{"group_id": "1", "name": text}])

    assert group_names(store) == {"1": stored}


def test_nothing_and_the_empty_text_are_told_apart(store):
    store.append(
        "groups", [{"group_id": "1", "name": None}, {"group_id": "2", "name": ""}, {"group_id": "3"}]
    )

    assert group_names(store) == {"1": None, "2": "", "3": None}


def test_lists_keep_commas_quotes_and_order(store):
    tags = ["b, c", "a", 'x"y', "", "[z]"]

    store.append("tickets", [{"ticket_id": "1", "tags": tags}, {"ticket_id": "2", "tags": []}])

    assert store.query("SELECT tags FROM tickets ORDER BY ticket_id") == [(tags,), ([],)]


@pytest.mark.parametrize(
    "at",
    [
        AT,
        AT.astimezone(timezone(timedelta(hours=5, minutes=30))),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ],
)
def test_instants_keep_their_microseconds_and_come_back_in_utc(store, at):
    store.append("tickets", [{"ticket_id": "1", "created_at": at}])

    (found,) = store.query("SELECT created_at FROM tickets WHERE created_at = ?", [at])[0]
    assert found == at
    assert found.tzinfo is UTC


def test_the_zone_of_the_session_changes_nothing(store):
    store.execute("SET TimeZone = 'America/New_York'")

    store.append("tickets", [{"ticket_id": "1", "created_at": AT}])

    assert store.query("SELECT created_at FROM tickets WHERE created_at = $at", {"at": AT}) == [(AT,)]


def test_an_instant_without_a_zone_is_refused(store):
    with pytest.raises(StoreError, match="no time zone"):
        store.append("tickets", [{"ticket_id": "1", "created_at": AT.replace(tzinfo=None)}])


def test_json_columns_take_text_and_mappings(store):
    store.append(
        "tickets", [{"ticket_id": "1", "custom": '{"a":"\\u0000b"}'}, {"ticket_id": "2", "custom": {"a": 1}}]
    )

    found = store.query("SELECT custom->>'a' FROM tickets ORDER BY ticket_id")
    assert found == [("\x00b",), ("1",)]


def test_a_column_that_the_table_has_not_is_an_error(store):
    with pytest.raises(StoreError, match="groups has no column colour"):
        store.append("groups", [{"group_id": "1", "colour": "red"}])


def test_folded_texts_are_made_on_the_way_in(store):
    store.append(
        "tickets", [{"ticket_id": "1", "subject": "Straße ﬁne"}, {"ticket_id": "2", "subject": "  "}]
    )

    assert store.query("SELECT subject_folded FROM tickets ORDER BY ticket_id") == [
        ("strasse fine",),
        (None,),
    ]


def test_every_row_bears_the_connection(store):
    store.append("groups", [{"group_id": "1", "connection": "another"}])

    assert store.query("SELECT connection FROM groups") == [("acme",)]


def test_more_rows_than_one_batch_are_all_there(store, monkeypatch):
    monkeypatch.setattr("cstoolkit.store.loading.BATCH_BYTES", 10_000)
    rows = ({"ticket_id": str(number), "seq": number, "kind": "field"} for number in range(5_000))

    assert store.append("events", rows) == 5_000
    assert store.query("SELECT count(*), sum(seq) FROM events") == [(5_000, sum(range(5_000)))]


def test_no_rows_are_no_error(store):
    assert store.append("events", []) == 0


def test_replace_takes_the_place_of_rows_with_the_same_key_and_of_no_others(store):
    store.append("groups", [{"group_id": "1", "name": "old"}, {"group_id": "2", "name": "kept"}])

    store.replace(
        "groups",
        [{"group_id": "1", "name": "new"}, {"group_id": "3", "name": "a"}, {"group_id": "3", "name": "b"}],
    )

    assert group_names(store) == {"1": "new", "2": "kept", "3": "b"}


@pytest.mark.parametrize("given_as", [list, iter], ids=["list", "iterator"])
@pytest.mark.parametrize(
    "group_id", ["1", "\u00df", "\ud800", None], ids=["ascii", "letter", "surrogate", "none"]
)
def test_replace_keeps_keys_unique_however_rows_are_given_and_whatever_the_key_is(store, group_id, given_as):
    store.append("groups", [{"group_id": group_id, "name": "old"}, {"group_id": "2", "name": "kept"}])
    rows = [{"group_id": group_id, "name": "lost"}, {"group_id": group_id, "name": "new"}]

    assert store.replace("groups", given_as(rows)) == 2

    assert sorted(name for (name,) in store.query("SELECT name FROM groups")) == ["kept", "new"]


def test_an_error_in_a_transaction_leaves_everything_as_it_was(store):
    store.append("groups", [{"group_id": "1", "name": "before"}])
    revision = store.revision

    def work() -> None:
        with store.transaction():
            store.append("groups", [{"group_id": "2", "name": "lost"}])
            store.describe(as_of=AT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        work()

    assert group_names(store) == {"1": "before"}
    assert (store.revision, store.as_of) == (revision, None)


def test_a_source_that_fails_half_way_leaves_nothing_behind(store):
    def rows():
        yield from ({"group_id": str(number)} for number in range(2_000))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.append("groups", rows())

    assert group_names(store) == {}
    assert [path.name for path in store.path.parent.iterdir() if ".jsonl" in path.name] == []


def test_the_revision_grows_by_one_for_each_outermost_transaction(store):
    with store.transaction():
        store.append("groups", [{"group_id": "1"}])
        store.append("groups", [{"group_id": "2"}])
    store.append("groups", [{"group_id": "3"}])

    assert store.revision == 2


def test_facts_about_the_file_are_kept(tmp_path):
    path = tmp_path / "a.duckdb"
    with Store.create(path, connection="acme", vendor="zendesk") as store:
        store.describe(as_of=AT, streams=["tickets", "events"])
        store.set_meta("source", "x.csv")

    with Store.open(path) as store:
        assert (store.connection, store.vendor) == ("acme", "zendesk")
        assert (store.as_of, store.streams) == (AT, {"tickets", "events"})
        assert store.meta("source") == "x.csv"
        assert store.meta("nothing") is None


def test_streams_that_nobody_named_are_the_tables_with_rows(store):
    store.append("groups", [{"group_id": "1"}])

    assert store.streams == {"groups"}


def test_it_is_a_file_without_leftovers_when_it_is_closed(tmp_path):
    with Store.create(tmp_path / "a.duckdb", connection="acme") as store:
        store.append("groups", [{"group_id": "1"}])

    assert [path.name for path in tmp_path.iterdir()] == ["a.duckdb"]
