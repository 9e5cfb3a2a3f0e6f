"""Answers that were lost for good: named, never sent again, and the rest goes on."""

import pytest

from cstoolkit.connectors.base import TicketChange
from cstoolkit.connectors.bulk import STOP_AFTER
from cstoolkit.connectors.zendesk.convert_changes import MARKS
from cstoolkit.errors import RefusedError, UnavailableError
from cstoolkit.model.actions import Say
from cstoolkit.sandbox import Fault

JOB = "PUT /api/v2/tickets/update_many*"


def greetings(made):
    return [TicketChange(f"k{one}", one, say=Say("Once", public=True)) for one in made]


def test_what_reading_cannot_settle_is_unknown_by_name_and_never_sent_again(account, desk, journal):
    lost, fine = account.make(2)
    account.sandbox.faults.add(Fault("lost", route=JOB, nth=(1,)))
    account.sandbox.faults.add(Fault("expired", route=f"GET /api/v2/tickets/{lost}/audits*"))

    results = {one.ticket_id: one for one in desk.update(greetings([lost, fine]), journal=journal)}
    again = list(desk.update(greetings([lost, fine]), journal=journal))

    assert (results[lost].outcome, results[fine].outcome) == ("unknown", "done")
    assert "unclear" in results[lost].error
    assert again == []
    assert len(account.calls(JOB)) == 1
    assert [account.comments(one)[1:] for one in (lost, fine)] == [[("Once", True)]] * 2


def test_a_ticket_that_went_away_before_its_answer_was_looked_up_is_unknown(account, open_desk, journal):
    gone, there = account.make(2)
    account.sandbox.faults.add(Fault("lost", route=JOB, nth=(1,)))

    def delete(exchange):
        if exchange.method == "PUT":
            account.ask("DELETE", f"tickets/{gone}.json")

    with open_desk(hook=delete) as desk:
        found = {one.ticket_id: one.outcome for one in desk.update(greetings([gone, there]), journal=journal)}

    assert found == {gone: "unknown", there: "done"}
    assert len(account.calls(JOB)) == 1


@pytest.mark.parametrize("words", ["Once", "On *ce*"], ids=["our words", "other words"])
def test_where_an_account_keeps_no_marks_a_doubtful_comment_is_not_repeated(
    account, desk, journal, monkeypatch, words
):
    (made,) = account.make()
    account.sandbox.faults.add(Fault("lost", route=JOB, nth=(1,)))
    whole = desk.client.transport.session.request

    def without_marks(method, url, **how):
        """A vendor that drops the metadata, and writes the text its own way."""
        answer = whole(method, url, **how)
        if "/audits" in url:
            answer._content = answer.content.replace(f'"{MARKS}"'.encode(), b'"other"').replace(
                b'"body":"Once"', f'"body":"{words}"'.encode()
            )
        return answer

    monkeypatch.setattr(desk.client.transport.session, "request", without_marks)

    (result,) = desk.update(greetings([made]), journal=journal)

    assert result.outcome == ("done" if words == "Once" else "unknown")
    assert account.comments(made)[1:] == [("Once", True)]
    assert len(account.calls(JOB)) == 1


def test_when_the_vendor_is_away_the_run_stops_and_the_next_one_settles_it(account, desk, journal):
    (made,) = account.make()
    account.sandbox.faults.add(Fault("lost", route=JOB, nth=(1,)))
    account.sandbox.faults.add(Fault("503", route="GET *audits*", times=6))

    with pytest.raises(UnavailableError):
        list(desk.update(greetings([made]), journal=journal))
    (result,) = desk.update(greetings([made]), journal=journal)

    assert result.outcome == "done"
    assert account.comments(made)[1:] == [("Once", True)]
    assert len(account.calls(JOB)) == 1


def test_a_job_that_never_answers_is_unknown_after_some_tries_not_sent_for_ever(account, desk, journal):
    (made,) = account.make()
    account.sandbox.faults.add(Fault("reset", route=JOB))

    (result,) = desk.update(greetings([made]), journal=journal)

    assert result.outcome == "unknown"
    assert account.comments(made)[1:] == []
    assert len(account.calls(JOB)) <= 3


def test_after_too_many_refusals_it_stops_and_leaves_the_rest(account, desk, journal):
    closed = account.make(STOP_AFTER + 20, status="closed")
    (fine,) = account.make()
    # More changes than one round takes, so that there is a rest to leave.
    wanted = [
        TicketChange(f"k{n}-{one}", one, add_tags=frozenset({"x"})) for n in range(10) for one in closed
    ] + [TicketChange("fine", fine, add_tags=frozenset({"x"}))]

    with pytest.raises(RefusedError, match="closed") as caught:
        list(desk.update(wanted, journal=journal))

    assert {one.outcome for one in journal.results.values()} == {"refused"}
    assert STOP_AFTER <= len(journal.results) < len(wanted)
    assert "run it again" in caught.value.hint
    assert account.ask("GET", f"tickets/{fine}.json")["ticket"]["tags"] == []


def test_a_few_refusals_among_many_do_not_stop_it(account, desk, journal):
    closed, fine = account.make(20, status="closed"), account.make(30)
    wanted = [TicketChange(f"k{one}", one, add_tags=frozenset({"x"})) for one in [*closed, *fine]]

    found = [one.outcome for one in desk.update(wanted, journal=journal)]

    assert (found.count("refused"), found.count("done")) == (20, 30)
