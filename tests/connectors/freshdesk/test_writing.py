from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.connectors.base import TicketChange
from cstoolkit.connectors.freshdesk.convert_changes import tags_after
from cstoolkit.errors import RejectedError, UnavailableError
from cstoolkit.model.actions import Say
from cstoolkit.sandbox import Fault

JOBS = "POST /api/v2/tickets/bulk_update*"
PUTS = "PUT /api/v2/tickets/*"
SAYS = ("POST /api/v2/tickets/*/reply", "POST /api/v2/tickets/*/notes")


def change(ticket_id: str, key: str = "", **how) -> TicketChange:
    tags = {name: frozenset(how.pop(name, ())) for name in ("add_tags", "remove_tags")}
    return TicketChange(key or f"k{ticket_id}", ticket_id, **tags, **how)


def outcomes(results) -> dict[str, str]:
    return {result.key: result.outcome for result in results}


def test_fields_tags_and_a_comment_are_written(account, desk, journal):
    (made,) = account.make(tags=["old", "keep"])
    wanted = change(
        made,
        set={"priority": "urgent", "status": "pending", "type": "Incident"},
        add_tags={"vip"},
        remove_tags={"old", "never"},
        say=Say("Looked at", public=False),
    )

    (result,) = desk.update([wanted], journal=journal)

    ticket = account.ticket(made)
    assert (ticket["priority"], ticket["status"], ticket["type"]) == (4, 3, "Incident")
    assert ticket["tags"] == ["keep", "vip"]
    assert account.comments(made) == [("Looked at", False)]
    assert (result.outcome, result.before["priority"], result.before["status"]) == ("done", "low", "Open")
    assert result.before["tags"] == '["keep", "old"]'


def test_names_become_ids(account, sandbox, desk, journal):
    sandbox.seed_demo(tickets=10, seed=3)
    (made,) = account.make()
    wanted = {"group": "Tier 2", "assignee": "admin@example.com", "custom.Product area": "billing"}

    (result,) = desk.update([change(made, set=wanted)], journal=journal)

    ticket = desk.ticket(made)
    assert result.outcome == "done", result.error
    assert (ticket.group.name, ticket.assignee.email) == ("Tier 2", "admin@example.com")
    assert ticket.custom["Product area"] == "billing"
    (back,) = desk.update([change(made, "back", set=dict(result.before))], journal=journal)
    assert back.outcome == "done"
    assert (desk.ticket(made).group, desk.ticket(made).custom) == (None, {})


def test_the_same_values_on_many_tickets_go_in_jobs(account, desk, journal):
    made = account.make(95)

    found = outcomes(desk.update([change(one, set={"priority": "high"}) for one in made], journal=journal))

    assert set(found.values()) == {"done"}
    assert len(account.calls(JOBS)) == 4
    assert account.calls(PUTS) == []
    assert account.calls(status=429) == []
    assert {account.ticket(one)["priority"] for one in made} == {3}


def test_what_differs_goes_one_by_one(account, desk, journal):
    made = account.make(4)
    levels = ["low", "normal", "high", "urgent"]
    changes = [change(one, set={"priority": level}) for one, level in zip(made, levels, strict=True)]

    found = outcomes(desk.update(changes, journal=journal))

    assert list(found.values()).count("unchanged") == 1
    assert len(account.calls(PUTS)) == 3
    assert account.calls(JOBS) == []


def test_what_is_so_already_is_not_sent(account, desk, journal):
    (made,) = account.make(priority=1, tags=["vip"])

    found = outcomes(desk.update([change(made, set={"priority": "low"}, add_tags={"vip"})], journal=journal))

    assert found == {f"k{made}": "unchanged"}
    assert account.calls("PUT *") == account.calls("POST /api/v2/tickets/*") == []


def test_several_changes_of_a_ticket_go_together_and_each_has_its_result(account, desk, journal):
    (made,) = account.make()
    changes = [
        change(made, "a", set={"priority": "high"}, add_tags={"x", "y"}),
        change(made, "b", set={"priority": "urgent"}, remove_tags={"x"}),
        change(made, "c", say=Say("once", public=True)),
        change(made, "d", say=Say("twice", public=False)),
    ]

    found = outcomes(desk.update(changes, journal=journal))

    ticket = account.ticket(made)
    assert found == dict.fromkeys("abcd", "done")
    assert (ticket["priority"], ticket["tags"]) == (4, ["y"])
    assert account.comments(made) == [("once", True), ("twice", False)]
    assert len(account.calls(PUTS)) == 1


def test_a_ticket_that_moved_since_it_was_looked_at_is_a_conflict_and_keeps_its_values(
    account, desk, journal
):
    (made,) = account.make(priority=1)
    seen = desk.ticket(made).updated_at
    account.sandbox.clock.sleep(60)
    account.ask("PUT", f"tickets/{made}", {"priority": 2})

    (result,) = desk.update([change(made, set={"priority": "high"}, seen=seen)], journal=journal)

    assert result.outcome == "conflict"
    assert account.ticket(made)["priority"] == 2


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"group": "No such team"}, "No such team"),
        ({"priority": "highest"}, "priorities are"),
        ({"priority": None}, "priorities are"),
        ({"custom.Nothing": "x"}, "no custom field"),
        ({"language": "de"}, "cannot set"),
        ({"status": "limbo"}, "no status"),
        ({"due_at": "tomorrow"}, "instant"),
        ({"type": Decimal(1)}, "a text is needed"),
        ({"type": "A type of tomorrow"}, "type"),
    ],
)
def test_what_cannot_be_set_is_refused_with_the_reason_and_the_rest_goes_on(
    account, desk, journal, wanted, said
):
    bad, good = account.make(2)

    results = {
        one.ticket_id: one
        for one in desk.update(
            [change(bad, set=wanted), change(good, set={"priority": "high"})], journal=journal
        )
    }

    assert results[bad].outcome == "refused"
    assert said in results[bad].error
    assert results[good].outcome == "done"


def test_a_tag_that_is_too_long_is_refused_before_anything_is_sent(account, desk, journal):
    (made,) = account.make()

    (result,) = desk.update([change(made, add_tags={"x" * 33})], journal=journal)

    assert (result.outcome, "32 characters" in result.error) == ("refused", True)
    assert account.calls("PUT *") == []


def test_new_cannot_be_set_and_open_is_what_a_new_ticket_is_already(account, desk, journal):
    fresh, taken = account.make(2)
    account.ask("PUT", f"tickets/{taken}", {"status": 3})

    changes = [change(fresh, set={"status": "open"}), change(taken, set={"status": "new"})]

    assert list(outcomes(desk.update(changes, journal=journal)).values()) == ["unchanged", "refused"]


def test_a_missing_ticket_and_one_in_the_trash_are_refused(account, desk, journal):
    (lost,) = account.make()
    account.ask("DELETE", f"tickets/{lost}")

    found = outcomes(
        desk.update([change("999999", add_tags={"x"}), change(lost, add_tags={"x"})], journal=journal)
    )

    assert set(found.values()) == {"refused"}


def test_what_a_job_did_not_do_is_named_though_the_job_says_nothing(sandbox, account, desk, journal):
    made = account.make(6)
    sandbox.faults.add(Fault("job_half_fails", route=JOBS, times=1))

    results = list(desk.update([change(one, set={"priority": "high"}) for one in made], journal=journal))

    real = {one: account.ticket(one)["priority"] for one in made}
    assert sorted(real.values()) == [1, 1, 1, 3, 3, 3]
    assert {one.ticket_id: one.outcome for one in results} == {
        one: "done" if level == 3 else "refused" for one, level in real.items()
    }
    assert all("priority" in one.error for one in results if one.outcome == "refused")


@pytest.mark.parametrize("kind", ["429", "503", "500", "reset", "lost", "half_body", "wrong_type", "slow"])
@pytest.mark.parametrize("public", [True, False])
def test_whatever_happens_to_a_call_every_comment_is_made_once(account, desk, journal, kind, public):
    made = account.make(3)
    for route in SAYS:
        account.sandbox.faults.add(Fault(kind, route=route, nth=(1, 3), seconds=0.01))

    found = outcomes(
        desk.update([change(one, say=Say("Once", public=public)) for one in made], journal=journal)
    )

    assert set(found.values()) == {"done"}
    assert [account.comments(one) for one in made] == [[("Once", public)]] * 3


@pytest.mark.parametrize("kind", ["429", "503", "500", "reset", "lost", "half_body", "wrong_type"])
@pytest.mark.parametrize("route", [JOBS, PUTS, "GET /api/v2/jobs/*", "GET /api/v2/tickets*"])
def test_whatever_happens_to_a_call_every_value_is_set(account, desk, journal, kind, route):
    made = account.make(5)
    account.sandbox.faults.add(Fault(kind, route=route, nth=(1, 2)))
    changes = [change(one, set={"priority": "high"}) for one in made[:4]]
    changes.append(change(made[4], set={"priority": "urgent"}))

    found = outcomes(desk.update(changes, journal=journal))

    assert set(found.values()) == {"done"}
    assert [account.ticket(one)["priority"] for one in made] == [3, 3, 3, 3, 4]


def test_a_lost_comment_whose_text_the_vendor_rewrote_is_unknown_not_repeated(
    sandbox, account, open_desk, journal
):
    """The vendor cleans the HTML of texts, so what is there need not be word for word what was sent."""
    (made,) = account.make()
    sandbox.faults.add(Fault("lost", route=SAYS[1], nth=(1,)))

    def rewrite(exchange: Any) -> None:
        if exchange.method == "POST" and exchange.status is None:
            (there,) = account.ask("GET", f"tickets/{made}/conversations")
            account.ask("PUT", f"conversations/{there['id']}", {"body": "Cleaned"})

    with open_desk(hook=rewrite) as desk:
        (result,) = desk.update([change(made, say=Say("Once", public=False))], journal=journal)

    assert (result.outcome, "may be it" in result.error) == ("unknown", True)
    assert account.comments(made) == [("Cleaned", False)]


@pytest.mark.parametrize("kind", ["lost", "half_body", "wrong_type", "reset", "500"])
@pytest.mark.parametrize("public", [True, False])
def test_a_single_comment_whose_answer_was_lost_is_looked_up_not_repeated(
    sandbox, account, desk, kind, public
):
    (made,) = account.make()
    for route in SAYS:
        sandbox.faults.add(Fault(kind, route=route, nth=(1,)))

    if kind in {"reset", "500"}:  # nothing was done, and the conversations show it
        with pytest.raises(UnavailableError, match="was not made"):
            desk.comment(made, "Hello", public=public)
    else:
        comment = desk.comment(made, "Hello", public=public)
        assert (comment.text, comment.public) == ("Hello", public)

    assert account.comments(made) == [("Hello", public)] * (kind not in {"reset", "500"})


def test_the_same_comment_twice_is_made_twice(account, desk, journal):
    (made,) = account.make()

    changes = [change(made, key, say=Say("Hello", public=False)) for key in "ab"]
    found = outcomes(desk.update(changes, journal=journal))
    desk.comment(made, "Hello", public=False)

    assert found == {"a": "done", "b": "done"}
    assert account.comments(made) == [("Hello", False)] * 3


def test_a_comment_comes_back_as_it_was_made(account, desk):
    (made,) = account.make()

    said = desk.comment(made, "Between us <b>& only</b> us\n  - 'a' \"b\"", public=False)

    assert [said.text] == [one.text for one in desk.comments(made)][1:]
    assert account.comments(made) == [("Between us <b>& only</b> us\n  - 'a' \"b\"", False)]


def test_opened_for_reading_nothing_is_written(account, open_desk, journal):
    (made,) = account.make()
    before = len(account.calls("POST *"))
    with open_desk(writable=False) as desk:
        with pytest.raises(RejectedError, match="reading only"):
            desk.comment(made, "x", public=True)
        with pytest.raises(RejectedError, match="reading only"):
            desk.update([change(made, add_tags={"x"})], journal=journal)

    assert account.calls("PUT *") == []
    assert len(account.calls("POST *")) == before


TAGS = st.frozensets(st.sampled_from("abcd"), max_size=3)


@given(held=st.lists(st.sampled_from("abcd"), max_size=4), add=TAGS, remove=TAGS)
def test_tags_after_a_change_are_those_held_and_added_but_the_removed_each_once(held, add, remove):
    after = tags_after(held, add, remove)

    assert set(after) == (set(held) | add) - remove
    assert len(after) == len(set(after))
