import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cstoolkit.connectors.zendesk.redaction import TAG, marked
from cstoolkit.errors import NotFoundError, RejectedError, UnavailableError
from cstoolkit.sandbox import Fault


def test_merged_tickets_are_closed_and_what_is_noted_is_private(account, desk):
    target, first, second = account.make(3)

    desk.merge([first, second], into=target, note="Same outage", source_note="Go on there")

    assert [account.ask("GET", f"tickets/{one}.json")["ticket"]["status"] for one in (first, second)] == [
        "closed",
        "closed",
    ]
    said = [*account.comments(target)[1:], *account.comments(first)[1:], *account.comments(second)[1:]]
    assert {public for _, public in said} == {False}
    assert {text for text, _ in said} == {"Same outage", "Go on there"}


@pytest.mark.parametrize("kind", ["lost", "half_body", "wrong_type", "500"])
def test_a_merge_whose_answer_was_lost_is_looked_up_and_done_once(account, desk, kind):
    target, source = account.make(2)
    account.sandbox.faults.add(Fault(kind, route="POST /api/v2/tickets/*/merge*", nth=(1,)))

    if kind == "500":  # nothing was done, and the source shows it
        with pytest.raises(UnavailableError, match=source):
            desk.merge([source], into=target, note="Once")
    else:
        desk.merge([source], into=target, note="Once")

    assert len(account.calls("POST /api/v2/tickets/*/merge*")) == 1
    assert account.comments(target)[1:] == [("Once", False)] * (kind != "500")


def test_what_cannot_be_merged_is_refused_by_name(account, desk):
    target, source = account.make(2)
    desk.merge([source], into=target)

    with pytest.raises(RejectedError):
        desk.merge([source], into=target)
    with pytest.raises(RejectedError, match="other tickets"):
        desk.merge([target], into=target)
    with pytest.raises(NotFoundError):
        desk.merge(["1/../2"], into=target)


def test_a_deleted_ticket_comes_back(account, desk):
    (made,) = account.make()

    desk.delete(made)
    with pytest.raises(NotFoundError):
        desk.ticket(made)
    desk.restore(made)
    desk.restore(made)

    assert desk.ticket(made).gone is None


@pytest.mark.parametrize("kind", ["lost", "503", "reset", "half_body"])
def test_deleting_and_restoring_get_over_a_lost_answer(account, desk, kind):
    (made,) = account.make()
    account.sandbox.faults.add(Fault(kind, route="DELETE /api/v2/tickets/*", nth=(1,)))
    account.sandbox.faults.add(Fault(kind, route="PUT /api/v2/deleted_tickets/*", nth=(1,)))

    desk.delete(made)
    desk.restore(made)

    assert desk.ticket(made).id == made


def test_what_is_not_there_is_neither_deleted_nor_restored(desk):
    for call in (desk.delete, desk.restore):
        for id_ in ("999999", "x/y", ""):
            with pytest.raises(NotFoundError):
                call(id_)


@pytest.mark.parametrize("kind", [None, "lost", "half_body", "wrong_type"])
def test_a_secret_is_blackened_in_the_comment_and_the_rest_stays(account, desk, kind):
    (made,) = account.make(comment={"body": "My card is 4111 1111, thanks"})
    comment = desk.comments(made)[0]
    if kind:
        account.sandbox.faults.add(Fault(kind, route="PUT /api/v2/tickets/*/comments/*", nth=(1,)))

    after = desk.redact(made, comment.id, "4111 1111")

    assert "4111" not in account.comments(made)[0][0]
    assert after.text.startswith("My card is ")
    assert after.text.endswith(", thanks")
    assert len(account.calls("PUT *redact*")) == 1


def test_a_text_that_is_not_there_or_empty_is_not_redacted(account, desk):
    (made,) = account.make()
    comment = desk.comments(made)[0]

    for text in ("nowhere", ""):
        with pytest.raises(RejectedError):
            desk.redact(made, comment.id, text)
    with pytest.raises(NotFoundError):
        desk.redact(made, "12345", "It")
    with pytest.raises(NotFoundError):
        desk.redact(made, "1/make_private", "It")

    assert account.calls("PUT *") == []


@pytest.mark.parametrize("kind", [None, "lost", "503", "reset"])
def test_a_public_comment_becomes_private(account, desk, kind):
    (made,) = account.make()
    comment = desk.comments(made)[0]
    if kind:
        account.sandbox.faults.add(Fault(kind, route="PUT *make_private*", nth=(1,)))

    after = desk.make_private(made, comment.id)

    assert (comment.public, after.public) == (True, False)
    assert account.comments(made) == [("It burns.", False)]


def test_opened_for_reading_nothing_is_done_for_ever(account, open_desk):
    target, other = account.make(2)
    with open_desk(writable=False) as desk:
        for call in (
            lambda: desk.merge([other], into=target),
            lambda: desk.delete(other),
            lambda: desk.restore(other),
            lambda: desk.redact(other, "1", "x"),
            lambda: desk.make_private(other, "1"),
            lambda: desk.client.put(f"api/v2/tickets/{other}", {"ticket": {}}),
            lambda: desk.client.delete(f"api/v2/tickets/{other}"),
        ):
            with pytest.raises(RejectedError, match="reading only"):
                call()

    assert account.calls("PUT *") + account.calls("DELETE *") + account.calls("POST *merge*") == []


def test_ratings_are_those_of_the_account(sandbox, account, desk):
    sandbox.seed_demo(tickets=60, seed=3)
    there = {
        str(one["id"]): one for one in account.ask("GET", "satisfaction_ratings.json")["satisfaction_ratings"]
    }

    found = {one.id: one for one in desk.ratings()}

    assert found.keys() == there.keys()
    assert found
    for id_, one in found.items():
        assert one.native == there[id_]["score"]
        assert one.word in {None, "offered", "good", "bad"}
        assert one.ticket_id == str(there[id_]["ticket_id"])


def test_forms_fields_and_schedules_are_reachable_by_name(sandbox, desk):
    sandbox.seed_demo(tickets=20, seed=3)

    assert "Default Ticket Form" in desk.forms().values()
    assert {one.name for one in desk.schedules()}
    named = {field.name for field in desk.fields()}
    assert {name for ticket in desk.tickets() for name in ticket.custom} <= named


def test_a_file_goes_there_comes_back_and_is_redacted(account, desk):
    (made,) = account.make()
    content = b"line\n" * 50_000
    token = desk.upload("a b.log", io.BytesIO(content), media_type="text/plain")
    said = desk.comment(made, "See the log", public=False, uploads=[token])

    (file,) = desk.attachments(made)
    read = b"".join(desk.read_attachment(file))
    desk.redact_attachment(file)

    assert (file.name, file.size, file.comment_id) == ("a b.log", len(content), said.id)
    assert read == content
    assert b"line" not in b"".join(desk.read_attachment(desk.attachments(made)[0]))
    assert account.comments(made)[1:] == [("See the log", False)]


def test_in_a_closed_ticket_a_text_is_blackened_too(account, desk):
    (made,) = account.make(status="closed", comment={"body": "My card is 4111 1111"})
    (comment,) = desk.comments(made)

    after = desk.redact(made, comment.id, "4111 1111")

    assert "4111" not in after.text + account.comments(made)[0][0]
    assert account.calls("PUT /api/v2/comment_redactions/*")


@pytest.mark.parametrize(
    ("html", "text", "wanted"),
    [
        ("<p>ID 123, 123</p>", "123", "<p>ID <redact>123</redact>, <redact>123</redact></p>"),
        ('<a href="http://x/123">123</a>', "123", '<a href="http://x/123"><redact>123</redact></a>'),
        ("<p>a &amp; b</p>", "a & b", "<p><redact>a &amp; b</redact></p>"),
        ("<p>&lt;b&gt;</p>", "<b>", "<p><redact>&lt;b&gt;</redact></p>"),
    ],
)
def test_marks_go_around_the_text_and_not_into_tags(html, text, wanted):
    assert marked(html, text) == wanted


@pytest.mark.parametrize("html", ["<p>12<b>34</b></p>", "", '<a href="1234"></a>'])
def test_a_text_that_formatting_cuts_is_refused_not_half_redacted(html):
    with pytest.raises(RejectedError, match="no single piece"):
        marked(html, "1234")


@given(before=st.text("ab<&", max_size=5), secret=st.text("xyz", min_size=1), after=st.text("ab", max_size=5))
def test_without_its_marked_parts_the_text_is_gone_and_the_tags_are_as_they_were(before, secret, after):
    from html import escape

    html = f"<p>{escape(before)}{escape(secret)}<i>{after}</i></p>"

    found = marked(html, secret)

    left = "".join(
        part.partition("</redact>")[2] if n else part for n, part in enumerate(found.split("<redact>"))
    )
    assert secret not in TAG.sub("", left)
    assert found.replace("<redact>", "").replace("</redact>", "") == html
