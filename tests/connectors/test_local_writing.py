import os
import signal
import subprocess
import sys
import textwrap
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from cstoolkit.connectors.base import ChangeResult, TicketChange
from cstoolkit.connectors.local.helpdesk import LocalHelpdesk
from cstoolkit.errors import StoreError
from cstoolkit.model.actions import Say
from cstoolkit.model.conditions import Span
from cstoolkit.model.tracks import state_at
from histories import MONDAY

DAY = timedelta(days=1)


class MemoryJournal:
    """Remembers the order of what it was told; `settled_before` are keys of an earlier try."""

    def __init__(self, *settled_before: str) -> None:
        self.settled_before = settled_before
        self.told: list[tuple[str, str]] = []

    def planned(self, change: TicketChange) -> bool:
        self.told.append(("planned", change.key))
        return change.key not in self.settled_before

    def settled(self, result: ChangeResult) -> None:
        self.told.append((result.outcome, result.key))


def apply(desk, *changes: TicketChange) -> list[ChangeResult]:
    return list(desk.update(changes, journal=MemoryJournal()))


def change(ticket_id: str = "1", key: str = "k", **fields) -> TicketChange:
    return TicketChange(key, ticket_id, **fields)


@pytest.mark.parametrize(
    ("field", "value", "before", "read"),
    [
        ("status", "pending", "Waiting on vendor", lambda t: t.status.category),
        ("priority", "urgent", "high", lambda t: t.priority.level),
        ("priority", None, "high", lambda t: t.priority),
        ("group", "Lab", "Service Desk", lambda t: t.group.name),
        ("group", None, "Service Desk", lambda t: t.group),
        ("assignee", None, "Ann Agent", lambda t: t.assignee),
        ("type", "question", "incident", lambda t: t.type),
        ("language", None, "en", lambda t: t.language),
        ("problem", "2", None, lambda t: t.problem_id),
        ("due_at", MONDAY, MONDAY + DAY, lambda t: t.due_at),
        ("custom.impact", "low", "high", lambda t: t.custom["impact"]),
        ("custom.seats", Decimal(4), Decimal(3), lambda t: t.custom["seats"]),
        ("custom.urgent", False, True, lambda t: t.custom["urgent"]),
        ("custom.fresh", "x", None, lambda t: t.custom["fresh"]),
    ],
)
def test_a_value_is_set_and_what_it_replaced_is_told(desk, field, value, before, read):
    (result,) = apply(desk, change(set={field: value}))

    assert (result.outcome, result.before) == ("done", {field: before})
    assert read(desk.ticket("1")) == value


def test_a_custom_field_is_removed_by_nothing(desk):
    apply(desk, change(set={"custom.impact": None}))

    assert "impact" not in desk.ticket("1").custom


def test_custom_texts_are_found_after_they_were_set(desk):
    from cstoolkit.model.conditions import Test

    apply(desk, change("2", set={"custom.site": "Köln"}))

    assert desk.count(Test("custom.site", "contains", "KÖLN")).n == 1


def test_a_span_is_counted_from_now(desk, clock):
    apply(desk, change(set={"due_at": Span(3, "d")}))

    assert desk.ticket("1").due_at == clock.now() + 3 * DAY


def test_a_status_by_its_own_name_brings_its_category(desk):
    apply(desk, change("2", set={"status": "Waiting on vendor"}))

    assert (desk.ticket("2").status.category, desk.ticket("2").status.native) == ("hold", "Waiting on vendor")


def test_tags_are_added_and_removed_and_never_replaced(desk):
    (result,) = apply(desk, change(add_tags=frozenset({"new"}), remove_tags=frozenset({"fire", "absent"})))

    assert desk.ticket("1").tags == {"a, b", "new"}
    assert result.before == {"tags": '["a, b", "fire"]'}


def test_the_history_tells_of_every_change(desk, clock):
    wanted = {"status": "open", "group": "Lab", "assignee": None, "priority": "low"}
    apply(desk, change(set=wanted, add_tags=frozenset({"x"})))

    state = state_at(desk.history(["1"]), clock.now())

    assert (state["status"], state["group"], state["assignee"], state["priority"]) == (
        "open",
        "g2",
        None,
        "low",
    )
    assert state["tags"] == '["a, b", "fire", "x"]'
    assert desk.ticket("1").status_changed_at == clock.now()


def test_changes_of_one_instant_keep_their_order(desk):
    apply(desk, change(set={"status": "solved"}), change(key="k2", set={"status": "open"}))

    found = desk.ticket("1")

    assert (found.status.category, found.reopens) == ("open", 1)


def test_what_is_said_is_a_comment(desk):
    apply(desk, change(say=Say("Looking into it", public=False)))

    last = desk.comments("1")[-1]
    assert (last.text, last.public, last.author_role) == ("Looking into it", False, "system")
    assert [event.field for event in desk.history(["1"])][-1] == "private"


@pytest.mark.parametrize(
    "wanted",
    [
        {"status": "hold"},
        {"status": "Waiting on vendor"},
        {"group": "Service Desk", "assignee": "Ann Agent"},
        {"custom.impact": "high", "custom.nothing": None},
        {},
    ],
)
def test_what_is_so_already_is_unchanged_and_leaves_no_trace(desk, wanted):
    before = desk.ticket("1"), desk.store.revision

    (result,) = apply(desk, change(set=wanted, add_tags=frozenset({"fire"})))

    assert result.outcome == "unchanged"
    assert (desk.ticket("1"), desk.store.revision) == before


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ({"group": "Servise Desk"}, 'no group "Servise Desk"; nearest: Service Desk'),
        ({"assignee": "Cara Customer"}, 'no agent "Cara Customer"'),
        ({"priority": "top"}, "priorities are: low, normal, high, urgent"),
        ({"status": "opne"}, 'no status "opne"; nearest: open'),
        ({"status": None}, "no status"),
        ({"subject": "x"}, '"subject" cannot be set'),
        ({"problem": "77"}, 'no ticket "77"'),
        ({"type": True}, "a text is needed"),
        ({"due_at": "tomorrow"}, "an instant or a span"),
        ({"calendar": "EMEA"}, 'no calendar "EMEA"'),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason_and_nothing_of_it_is_done(desk, wanted, reason):
    before = desk.ticket("1")

    (result,) = apply(desk, change(set={"language": "de", **wanted}))

    assert result.outcome == "refused"
    assert reason in result.error
    assert desk.ticket("1") == before


@pytest.mark.parametrize(("ticket_id", "reason"), [("77", "no ticket"), ("3", "gone (spam)")])
def test_tickets_that_are_not_there_are_refused(desk, ticket_id, reason):
    (result,) = apply(desk, change(ticket_id, set={"status": "open"}))

    assert result.outcome == "refused"
    assert reason in result.error


def test_a_ticket_that_moved_since_it_was_looked_at_is_a_conflict(desk):
    seen = desk.ticket("1").updated_at
    apply(desk, change(set={"language": "de"}))

    (result,) = apply(desk, change(key="k2", set={"language": "fr"}, seen=seen))

    assert result.outcome == "conflict"
    assert desk.ticket("1").language == "de"


def test_a_ticket_that_stood_still_is_no_conflict(desk):
    (result,) = apply(desk, change(set={"language": "de"}, seen=desk.ticket("1").updated_at))

    assert result.outcome == "done"


def test_a_change_that_the_journal_has_settled_is_not_done_again(desk):
    journal = MemoryJournal("k")

    results = list(desk.update([change(set={"language": "de"})], journal=journal))

    assert results == []
    assert desk.ticket("1").language == "en"


def test_the_journal_hears_of_a_batch_before_and_after_it(desk):
    journal = MemoryJournal()

    list(
        desk.update(
            [change(set={"language": "de"}), change("2", key="k2", set={"group": "?"})], journal=journal
        )
    )

    assert journal.told == [("planned", "k"), ("planned", "k2"), ("done", "k"), ("refused", "k2")]


KILLED = """
    import os, signal, sys
    from datetime import UTC, datetime
    from pathlib import Path
    from cstoolkit.connectors.base import TicketChange
    from cstoolkit.connectors.local.helpdesk import LocalHelpdesk
    from cstoolkit.model.actions import Say
    class Clock:
        def now(self): return datetime(2026, 3, 12, tzinfo=UTC)
    class Journal:
        def planned(self, change): return True
        def settled(self, result): os.kill(os.getpid(), signal.SIGKILL)
    desk = LocalHelpdesk.open(Path(sys.argv[1]), clock=Clock(), writable=True)
    seen = desk.ticket("1").updated_at
    change = TicketChange("k", "1", {"language": "de"}, say=Say("Hello", public=True), seen=seen)
    list(desk.update([change], journal=Journal()))
"""


def test_a_change_that_was_written_but_not_noted_is_not_done_twice(path, clock):
    with LocalHelpdesk.open(path, clock=clock) as desk:
        seen = desk.ticket("1").updated_at
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(path)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    again = TicketChange("k", "1", {"language": "de"}, say=Say("Hello", public=True), seen=seen)

    with LocalHelpdesk.open(path, clock=clock, writable=True) as desk:
        (result,) = apply(desk, again)
        texts = [comment.text for comment in desk.comments("1")]
        marks = desk.store.query("SELECT count(*) FROM meta WHERE key LIKE 'applied:%'")

    assert (result.outcome, result.before) == ("done", {"language": "en"})
    assert texts == ["It burns.", "Hello"]
    assert marks == [(0,)]


def test_a_reader_cannot_change_anything(path, clock):
    with LocalHelpdesk.open(path, clock=clock) as desk:
        with pytest.raises(StoreError, match="reading only"):
            apply(desk, change(set={"language": "de"}))
        with pytest.raises(StoreError, match="reading only"):
            desk.comment("1", "Hello", public=True)


def test_a_comment_is_an_agents_word(desk, clock):
    said = desk.comment("1", "Hello", public=True)

    found = desk.ticket("1")
    assert found.comments[-1] == said
    assert (found.replies, found.agent_replied_at, found.updated_at) == (1, clock.now(), clock.now())


def test_what_was_written_is_the_new_state_of_the_data(desk, clock):
    desk.comment("1", "Hello", public=True)

    assert desk.store.as_of == clock.now()
