"""Findings that somebody lives with: until when, and how the list may be wrong."""

from datetime import date

import pytest

from audit_stores import audit
from cstoolkit.automations.auditing.accepted import Acceptance, Accepted, load_accepted
from cstoolkit.errors import RecipeError
from lives import DAY, a_life, a_store

OWNED = {"reason": "known", "owner": "kim"}


def accepting(tmp_path, *entries):
    accepted = Accepted(tuple(Acceptance.model_validate(OWNED | entry) for entry in entries))
    with a_store(tmp_path, {"1": a_life(created=40 * DAY), "2": a_life(created=41 * DAY)}) as store:
        return audit(store, checks={"include": ["BA023"]}, around={"accepted": accepted})


@pytest.mark.parametrize(
    "entry",
    [
        {"check": "BA023", "object": "1"},
        {"check": "BA023", "object": "1", "connection": "made"},
        {"check": "BA023", "object": "1", "expires": "2026-03-31"},  # its last day
    ],
)
def test_an_accepted_finding_is_set_apart(tmp_path, entry):
    report = accepting(tmp_path, entry)

    assert [finding.object_id for finding in report.findings] == ["2"]
    assert [(finding.object_id, finding.status, finding.accepted_because) for finding in report.accepted] == [
        ("1", "accepted", "known")
    ]
    assert (report.checks[0].found, report.checks[0].accepted) == (1, 1)


@pytest.mark.parametrize(
    "entry",
    [
        {"check": "BA024", "object": "1"},
        {"check": "BA023", "object": "3"},
        {"check": "BA023", "object": "1", "connection": "other"},
        {"fingerprint": "0" * 24},
    ],
)
def test_an_entry_about_something_else_accepts_nothing(tmp_path, entry):
    report = accepting(tmp_path, entry)

    assert [finding.object_id for finding in report.findings] == ["2", "1"]


def test_a_fingerprint_accepts_its_finding(tmp_path):
    (tmp_path / "first").mkdir()
    first = accepting(tmp_path / "first")

    report = accepting(tmp_path, {"fingerprint": first.findings[0].fingerprint})

    assert report.accepted == (
        first.findings[0].model_copy(update={"status": "accepted", "accepted_because": "known"}),
    )


def test_an_expired_acceptance_is_a_finding_again_and_is_named(tmp_path):
    report = accepting(tmp_path, {"check": "BA023", "object": "1", "expires": "2026-03-30"})

    back = next(finding for finding in report.findings if finding.object_id == "1")
    assert back.evidence["acceptance_expired"] == date(2026, 3, 30)
    assert report.accepted == ()


def test_the_longer_of_two_acceptances_counts(tmp_path):
    entries = [{"check": "BA023", "object": "1", "expires": day} for day in ("2026-04-30", "2026-03-01")]

    assert len(accepting(tmp_path, *entries).accepted) == 1


def test_a_list_is_read(tmp_path):
    file = tmp_path / "accepted.yaml"
    file.write_text("- {check: BA023, object: '1', reason: known, owner: kim, expires: 2026-05-31}\n")

    (entry,) = load_accepted(file, shown_as="accepted.yaml").entries

    assert (entry.check, entry.object, entry.expires) == ("BA023", "1", date(2026, 5, 31))


def test_an_empty_list_accepts_nothing(tmp_path):
    file = tmp_path / "accepted.yaml"
    file.write_text("# nothing yet\n")

    assert load_accepted(file, shown_as="accepted.yaml") == Accepted()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("check: BA023", "accepted findings are a list"),
        ("- {check: BA023, reason: r, owner: o}", "an entry names one finding"),
        ("- {reason: r, owner: o}", "an entry names one finding"),
        ("- {fingerprint: f, check: BA023, object: '1', reason: r, owner: o}", "an entry names one finding"),
        ("- {fingerprint: f, owner: o}", 'an entry needs "reason"'),
        ("- {fingerprint: f, reason: r}", 'an entry needs "owner"'),
        ("- {fingerprint: f, reason: r, owner: o, until: 2026-01-01}", 'an entry has no key "until"'),
        ("- {fingerprint: f, reason: r, owner: o, expires: soon}", "expected a day"),
    ],
)
def test_a_wrong_list_is_a_problem_with_a_place(tmp_path, text, message):
    file = tmp_path / "accepted.yaml"
    file.write_text(text)

    with pytest.raises(RecipeError) as caught:
        load_accepted(file, shown_as="accepted.yaml")

    (problem,) = caught.value.problems
    assert problem.message == message
    assert str(problem.at).startswith("accepted.yaml:1:")
