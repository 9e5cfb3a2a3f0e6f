from datetime import timedelta

import pytest

from cstoolkit.connectors.base import Helpdesk
from cstoolkit.connectors.local import helpdesk as local
from cstoolkit.connectors.local.helpdesk import LocalHelpdesk
from cstoolkit.errors import NotFoundError
from cstoolkit.model.conditions import AllOf, Span, Test
from histories import MONDAY
from small_desk import DAY, full_ticket


def ids(tickets) -> list[str]:
    return [ticket.id for ticket in tickets]


def test_a_ticket_comes_back_as_it_was_stored_with_its_folds(desk):
    found = desk.ticket("1")

    stored = full_ticket(updated_at=MONDAY + DAY)
    folds = {"assigned_at", "status_changed_at", "requester_replied_at", "agent_replied_at", "reopens", "replies",
             "requester_replies", "assignee_stations", "group_stations", "incidents", "comments"}  # fmt: skip
    assert found.model_dump(exclude=folds) == stored.model_dump(exclude=folds)
    assert (found.reopens, found.replies, found.assignee_stations) == (0, 0, 1)
    assert found.status_changed_at == MONDAY + timedelta(hours=3)
    assert [comment.text for comment in found.comments] == ["It burns."]


def test_it_is_a_helpdesk(desk):
    checked: Helpdesk = desk

    assert checked.vendor == "local"


def test_tickets_come_oldest_first(desk):
    assert ids(desk.tickets()) == ["1", "2", "3"]


def test_more_tickets_than_a_page_all_come(desk, monkeypatch):
    monkeypatch.setattr("cstoolkit.store.tickets.PAGE", 2)

    assert ids(desk.tickets()) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (Test("group", "is", "Service Desk"), ["1"]),
        (Test("subject", "contains", "PASSWORD"), ["2"]),
        (Test("created_at", "older_than", Span(9, "d")), ["1", "2"]),
        (AllOf((Test("status", "is", "open"), Test("tags", "has", "fire"))), []),
    ],
)
def test_a_condition_chooses_tickets(desk, condition, found):
    assert ids(desk.tickets(where=condition)) == found
    assert desk.count(condition).n == len(found)


def test_only_tickets_updated_since_an_instant(desk):
    assert ids(desk.tickets(updated_since=MONDAY + 2 * DAY)) == ["3"]


def test_a_file_opened_for_reading_is_looked_at_as_of_its_data(path, clock):
    with LocalHelpdesk.open(path, clock=clock) as desk:
        assert desk.now() == MONDAY + 3 * DAY
        assert ids(desk.tickets(where=Test("created_at", "older_than", Span(2, "d")))) == ["1", "2"]


def test_unknown_tickets_are_not_found(desk):
    for ask in (desk.ticket, desk.comments):
        with pytest.raises(NotFoundError, match='no ticket "77"'):
            ask("77")


def test_history_comes_ticket_by_ticket_in_order(desk):
    assert [event.kind for event in desk.history(["2", "1"])] == ["created", "group", "assignee", "status"]


class TestDirectory:
    @pytest.mark.parametrize(
        ("kind", "name", "id"),
        [
            ("group", "Lab", "g2"),
            ("agent", "Ann Agent", "p1"),
            ("agent", "ann@DESK.test", "p1"),
            ("organization", "Acme", "o1"),
            ("brand", "Acme", "Acme"),
        ],
    )
    def test_names_and_ids_both_ways(self, desk, kind, name, id):
        directory = desk.directory()

        assert directory.find(kind, name) == id
        assert directory.find(kind, directory.name(kind, id)) == id

    def test_an_unknown_name_lists_the_nearest_first(self, desk):
        with pytest.raises(NotFoundError) as caught:
            desk.directory().find("group", "service dask")

        assert caught.value.candidates == ("Service Desk", "Lab")
        assert 'did you mean "Service Desk"' in caught.value.hint

    def test_a_customer_is_no_agent(self, desk):
        with pytest.raises(NotFoundError):
            desk.directory().find("agent", "Cara Customer")

    def test_two_of_one_name_are_an_error_that_lists_both(self, desk):
        desk.store.append("groups", [{"group_id": "g3", "name": "Lab"}])

        with pytest.raises(NotFoundError, match="several groups") as caught:
            desk.directory().find("group", "Lab")

        assert caught.value.candidates == ("g2", "g3")

    def test_a_kind_that_is_none_is_an_error(self, desk):
        with pytest.raises(NotFoundError, match='"gruop"'):
            desk.directory().find("gruop", "Lab")


class TestExport:
    def everything(self, desk, stream: str, checkpoint: str | None = None):
        return [row for batch in desk.export(stream, checkpoint=checkpoint) for row in batch.rows]

    @pytest.mark.parametrize(
        ("stream", "rows"), [("tickets", 3), ("events", 4), ("groups", 2), ("sla", 1), ("rules", 0)]
    )
    def test_every_row_once_in_batches(self, desk, monkeypatch, stream, rows):
        monkeypatch.setattr(local, "EXPORT_ROWS", 2)

        exported = self.everything(desk, stream)

        assert len(exported) == rows
        assert desk.store.query(f'SELECT count(*) FROM "{stream}"') == [(rows,)]

    @pytest.mark.parametrize("stream", ["tickets", "events"])
    def test_from_a_checkpoint_on_come_the_rest(self, desk, monkeypatch, stream):
        monkeypatch.setattr(local, "EXPORT_ROWS", 1)
        batches = list(desk.export(stream, checkpoint=None))

        for number, batch in enumerate(batches):
            rest = [row for later in batches[number + 1 :] for row in later.rows]
            assert self.everything(desk, stream, batch.checkpoint) == rest

    def test_an_unknown_stream_names_the_nearest(self, desk):
        with pytest.raises(NotFoundError, match="tickets"):
            list(desk.export("ticket", checkpoint=None))

    def test_rows_can_be_put_into_another_store(self, desk, tmp_path):
        from cstoolkit.store.database import Store

        with Store.create(tmp_path / "copy.duckdb", connection="copy") as copy:
            for stream in ("tickets", "events", "comments", "people", "groups", "organizations", "sla"):
                for batch in desk.export(stream, checkpoint=None):
                    copy.append(batch.table, batch.rows)
            with_clock = LocalHelpdesk(copy, desk._clock)
            assert [ticket.model_dump() for ticket in with_clock.tickets()] == [
                t.model_dump() for t in desk.tickets()
            ]
