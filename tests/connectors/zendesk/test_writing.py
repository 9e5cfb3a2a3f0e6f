from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.connectors.base import TicketChange
from cstoolkit.connectors.bulk import MergedChange, Prepared, merge
from cstoolkit.connectors.bulk_journal import MemoryJournal
from cstoolkit.connectors.zendesk.writing import prepared
from cstoolkit.errors import RejectedError, UnavailableError
from cstoolkit.model.actions import Say
from cstoolkit.sandbox import Fault


def change(ticket_id: str, key: str = "", **how) -> TicketChange:
    tags = {name: frozenset(how.pop(name, ())) for name in ("add_tags", "remove_tags")}
    return TicketChange(key or f"k{ticket_id}", ticket_id, **tags, **how)


def outcomes(results) -> dict[str, str]:
    return {result.key: result.outcome for result in results}


def test_fields_tags_and_a_comment_are_written_in_one_go(account, desk, journal):
    (made,) = account.make(tags=["old", "keep"])
    wanted = change(
        made,
        set={"priority": "urgent", "status": "pending"},
        add_tags={"vip"},
        remove_tags={"old", "never"},
        say=Say("Looked at", public=False),
    )

    (result,) = desk.update([wanted], journal=journal)

    ticket = account.ask("GET", f"tickets/{made}.json")["ticket"]
    assert (ticket["priority"], ticket["status"]) == ("urgent", "pending")
    assert set(ticket["tags"]) == {"keep", "vip"}
    assert account.comments(made) == [("It burns.", True), ("Looked at", False)]
    assert (result.outcome, result.before["priority"]) == ("done", None)
    assert result.before["tags"] == '["keep", "old"]'


def test_many_tickets_go_in_the_fewest_calls_and_no_limit_is_hit(account, desk, journal):
    made = account.make(250)
    before = len(account.calls())

    found = outcomes(desk.update([change(one, set={"priority": "low"}) for one in made], journal=journal))

    assert set(found.values()) == {"done"}
    assert len(account.calls("PUT /api/v2/tickets/update_many*")) == 3
    assert len(account.calls()) - before < 30
    assert account.calls(status=429) == []
    assert {result.key for result in journal.results.values()} == {f"k{one}" for one in made}


def test_what_is_so_already_is_not_sent(account, desk, journal):
    (made,) = account.make(priority="low", tags=["vip"])

    found = outcomes(desk.update([change(made, set={"priority": "low"}, add_tags={"vip"})], journal=journal))

    assert found == {f"k{made}": "unchanged"}
    assert account.calls("PUT *") == []


def test_several_changes_of_a_ticket_go_together_and_each_has_its_result(account, desk, journal):
    (made,) = account.make()
    changes = [
        change(made, "a", set={"priority": "low"}, add_tags={"x", "y"}),
        change(made, "b", set={"priority": "high"}, remove_tags={"x"}),
        change(made, "c", say=Say("once", public=True)),
        change(made, "d", say=Say("twice", public=False)),
    ]

    found = outcomes(desk.update(changes, journal=journal))

    ticket = account.ask("GET", f"tickets/{made}.json")["ticket"]
    assert found == dict.fromkeys("abcd", "done")
    assert (ticket["priority"], ticket["tags"]) == ("high", ["y"])
    assert account.comments(made)[1:] == [("once", True), ("twice", False)]
    assert len(account.calls("PUT *")) == 2


def test_a_ticket_that_moved_since_it_was_looked_at_is_a_conflict_and_keeps_its_values(
    account, desk, journal
):
    (made,) = account.make(priority="low")
    seen = desk.ticket(made).updated_at
    account.sandbox.clock.sleep(60)
    account.ask("PUT", f"tickets/{made}.json", {"ticket": {"priority": "normal"}})

    (result,) = desk.update([change(made, set={"priority": "high"}, seen=seen)], journal=journal)

    assert result.outcome == "conflict"
    assert account.ask("GET", f"tickets/{made}.json")["ticket"]["priority"] == "normal"


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"group": "No such team"}, "No such team"),
        ({"priority": "highest"}, "priorities are"),
        ({"custom.Nothing": "x"}, "no custom field"),
        ({"language": "de"}, "cannot set"),
        ({"status": "limbo"}, "no status"),
        ({"due_at": "tomorrow"}, "instant"),
        ({"problem": "x1"}, "no ticket number"),
        ({"type": Decimal(1)}, "a text is needed"),
    ],
)
def test_what_cannot_be_set_is_refused_with_the_reason_and_the_rest_goes_on(
    account, desk, journal, wanted, said
):
    bad, good = account.make(2)

    results = {
        one.ticket_id: one
        for one in desk.update(
            [change(bad, set=wanted), change(good, set={"priority": "low"})], journal=journal
        )
    }

    assert results[bad].outcome == "refused"
    assert said in results[bad].error
    assert results[good].outcome == "done"


def test_a_missing_and_a_closed_ticket_are_refused(account, desk, journal):
    (closed,) = account.make(status="closed")

    found = outcomes(
        desk.update([change("999999", add_tags={"x"}), change(closed, add_tags={"x"})], journal=journal)
    )

    assert set(found.values()) == {"refused"}


def test_items_that_fail_in_a_job_are_named_one_by_one(sandbox, account, desk, journal):
    made = account.make(4)
    sandbox.faults.add(Fault("job_half_fails", route="PUT /api/v2/tickets/update_many*", times=1))

    results = list(desk.update([change(one, set={"priority": "low"}) for one in made], journal=journal))

    failed = [one for one in results if one.outcome == "refused"]
    assert len(failed) == 2
    assert all(one.error for one in failed)
    real = {one: account.ask("GET", f"tickets/{one}.json")["ticket"]["priority"] for one in made}
    assert {one.ticket_id for one in results if real[one.ticket_id] == "low"} == {
        one.ticket_id for one in results if one.outcome == "done"
    }


@pytest.mark.parametrize("kind", ["429", "503", "500", "reset", "lost", "half_body", "wrong_type"])
@pytest.mark.parametrize("route", ["PUT /api/v2/tickets/update_many*", "GET /api/v2/job_statuses*"])
def test_whatever_happens_to_a_call_every_comment_is_made_once(account, desk, journal, kind, route):
    made = account.make(3)
    account.sandbox.faults.add(Fault(kind, route=route, nth=(1,)))

    found = outcomes(
        desk.update([change(one, say=Say("Once", public=True)) for one in made], journal=journal)
    )

    assert set(found.values()) == {"done"}
    assert [account.comments(one)[1:] for one in made] == [[("Once", True)]] * 3


@pytest.mark.parametrize("kind", ["lost", "half_body", "wrong_type", "reset"])
def test_a_single_comment_whose_answer_was_lost_is_looked_up_not_repeated(sandbox, account, desk, kind):
    (made,) = account.make()
    sandbox.faults.add(Fault(kind, route="PUT /api/v2/tickets/*", nth=(1,)))

    if kind == "reset":  # nothing was done, and the audits show it
        with pytest.raises(UnavailableError, match="was not made"):
            desk.comment(made, "Hello", public=False)
    else:
        comment = desk.comment(made, "Hello", public=False)
        assert (comment.text, comment.public) == ("Hello", False)

    assert account.comments(made)[1:] == [("Hello", False)] * (kind != "reset")


def test_a_comment_comes_back_as_it_was_made(account, desk):
    (made,) = account.make()

    said = desk.comment(made, "Between us <b>& only</b> us", public=False)

    assert [said.text] == [one.text for one in desk.comments(made)][1:]
    assert account.comments(made)[1:] == [("Between us <b>& only</b> us", False)]


def test_opened_for_reading_nothing_is_written(account, open_desk, journal):
    (made,) = account.make()
    with open_desk(writable=False) as desk:
        with pytest.raises(RejectedError, match="reading only"):
            desk.comment(made, "x", public=True)
        with pytest.raises(RejectedError, match="reading only"):
            desk.update([change(made, add_tags={"x"})], journal=journal)

    assert account.calls("PUT *") == []


TAGS = st.frozensets(st.sampled_from("abc"), max_size=3)
SAYS = st.none() | st.builds(Say, st.sampled_from(["one", "two"]), st.booleans())
CHANGES = st.lists(
    st.builds(
        lambda key, ticket, add, remove, priority, say: TicketChange(
            str(key), ticket, {"priority": priority} if priority else {}, add, remove, say
        ),
        st.integers(), st.sampled_from("12"), TAGS, TAGS, st.sampled_from([None, "low", "high"]), SAYS,
    ),
    max_size=8,
)  # fmt: skip


def applied(state, one):
    """One change after the other, as the definition of TicketChange has it."""
    priority, tags, said = state
    tags = (tags | one.add_tags) - one.remove_tags
    return one.set.get("priority", priority), tags, [*said, one.say] if one.say else said


@given(changes=CHANGES, tags=TAGS)
def test_merged_changes_do_what_they_would_do_one_after_the_other(changes, tags):
    expected = {ticket: ("normal", tags, []) for ticket in "12"}
    for one in changes:
        expected[one.ticket_id] = applied(expected[one.ticket_id], one)

    found = {ticket: ("normal", tags, []) for ticket in "12"}
    waiting, order = changes, []
    while waiting:
        merged, waiting = merge(waiting)
        for one in merged:
            priority, held, said = found[one.ticket_id]
            add, remove = one.tags
            said = [*said, one.say] if one.say else said
            found[one.ticket_id] = (one.set.get("priority", priority), (held | add) - remove, said)
            order += one.changes

    assert found == expected
    assert sorted(map(id, order)) == sorted(map(id, changes))


@given(text=st.text(min_size=1), public=st.booleans(), tags=TAGS)
def test_private_text_never_leaves_as_public(text, public, tags):
    wanted = TicketChange("k", "1", add_tags=tags, say=Say(text, public=public))

    found = prepared(MergedChange((wanted,)), {"id": 1, "tags": [], "updated_at": "2026-01-05T09:00:00Z"}, {})

    assert isinstance(found, Prepared)
    assert found.body["comment"] == {"body": text, "public": public}
    assert found.body["comment"]["public"] is public


def test_the_same_change_in_a_later_run_is_a_new_one(account, desk):
    (made,) = account.make()
    ping = change(made, say=Say("Daily ping", public=False))

    for _ in range(2):
        assert outcomes(desk.update([ping], journal=MemoryJournal())) == {f"k{made}": "done"}

    assert account.comments(made)[1:] == [("Daily ping", False)] * 2
