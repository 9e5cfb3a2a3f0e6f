"""Ages on the business clock, made in SQL for all tickets at once, against `model.clock` one by one."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit_stores import NOW, audit, make_store
from cstoolkit.automations.audit import AuditRecipe
from cstoolkit.automations.auditing.scope import make_scope
from cstoolkit.demo.helpdesk import make_helpdesk
from cstoolkit.model.clock import Schedule, Timeline, business_time
from cstoolkit.store.database import Store
from lives import DAY, HOUR, ROUND_THE_CLOCK, Desk, a_life, a_store, changed, said, told

CALENDARS = {
    "berlin": {"zone": "Europe/Berlin", "hours": {"mon-fri": "09:00-17:30"}, "holidays": "DE-BE"},
    "new-york": {"zone": "America/New_York", "hours": {"mon-sat": ["08:00-12:00", "13:00-18:00"]}},
    "nights": {"zone": "Australia/Sydney", "hours": {"mon-sun": "22:00-24:00", "tue": "00:00-06:00"}},
    "never": {"zone": "UTC", "hours": {}},
}
SCHEDULES = {name: Schedule.model_validate({"name": name, **made}) for name, made in CALENDARS.items()}
NAMES = st.sampled_from([*CALENDARS, "undefined", None])
# A year of seconds back from NOW: both changes of the clocks are in it. Equal instants are made likely.
AGOS = st.one_of(st.integers(0, 366 * 86_400), st.sampled_from([0, 1, 86_400, 200 * 86_400]))


@st.composite
def plans(draw):
    created = draw(AGOS)
    moves = draw(st.lists(st.tuples(st.integers(0, created), NAMES), max_size=4))
    asked = draw(st.one_of(st.none(), st.integers(0, created)))
    steps = [changed(timedelta(seconds=ago), "schedule", name) for ago, name in moves]
    if asked is not None:
        steps.append(
            {"ago": timedelta(seconds=asked), "author_role": "requester", "public": True, "text": "Hello"}
        )
    return a_life(*steps, created=timedelta(seconds=created), calendar=draw(NAMES))


def expected(life, default, *, last_only):
    """The entries of the timeline, from the events as they stand in the ticket's log."""
    moves = [event for event in life.events if event.kind == "schedule"]
    names = [(event.occurred_at, event.after) for event in moves]
    if not moves or last_only:
        names = [(life.ticket.created_at, life.ticket.calendar)]
    elif moves[0].before is not None:
        names.insert(0, (life.ticket.created_at - DAY, moves[0].before))
    known = [(at, SCHEDULES.get(name or "", SCHEDULES[default])) for at, name in names]
    asked = [comment.created_at for comment in life.comments]
    timeline = Timeline(entries=tuple(known))
    age = business_time(life.ticket.created_at, NOW, timeline)
    waiting = business_time(asked[0], NOW, timeline) if asked else None
    return age, waiting


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory):
    with a_store(tmp_path_factory.mktemp("ages"), {}, Desk(schedules=CALENDARS)) as store:
        yield store


def fill(store: Store, lives) -> None:
    from cstoolkit.store.rows import ticket_rows

    tables: dict[str, list] = {"tickets": [], "events": [], "comments": []}
    for life in lives:
        rows = ticket_rows(life.ticket, life.events, life.comments, history="exact")
        for table in tables:
            tables[table] += rows[table]
    for table, rows in tables.items():
        store.execute(f"DELETE FROM {table}")
        store.append(table, rows)


@settings(max_examples=60)
@given(st.lists(plans(), min_size=1, max_size=12), st.sampled_from(["berlin", "new-york"]), st.booleans())
def test_every_ticket_has_the_age_that_the_model_gives_it(empty_store, made, default, last_only):
    lives = [told(f"t{number}", plan) for number, plan in enumerate(made)]
    fill(empty_store, lives)
    clock = {"default": default, "timeline": "last" if last_only else "from_ticket"}
    recipe = AuditRecipe.model_validate({"kind": "audit", "id": "t", "title": "T", "clock": clock})

    make_scope(empty_store, recipe, now=NOW, calendars={})

    rows = empty_store.query("SELECT ticket_id, age_open_us, waiting_open_us FROM audited")
    found = {
        name: (timedelta(microseconds=age), None if waiting is None else timedelta(microseconds=waiting))
        for name, age, waiting in rows
    }
    assert found == {life.ticket.id: expected(life, default, last_only=last_only) for life in lives}


def test_generated_tickets_have_the_ages_that_the_model_gives_them(tmp_path):
    helpdesk = make_helpdesk(tickets=800, seed=4, as_of=NOW)
    files = list(helpdesk.ticket_files())
    schedules = {
        name: Schedule.model_validate({"name": name, **made}) for name, made in helpdesk.schedules.items()
    }
    recipe = AuditRecipe.model_validate({"kind": "audit", "id": "t", "title": "T"})

    with make_store(tmp_path, helpdesk, files) as store:
        make_scope(store, recipe, now=NOW, calendars={})
        found = dict(store.query("SELECT ticket_id, age_open_us FROM audited WHERE age_open_us IS NOT NULL"))

    wanted = {}
    for file in files:
        if file.ticket.is_unsolved:
            moves = [event for event in file.events if event.kind == "schedule"]
            entries = tuple((event.occurred_at, schedules[event.after]) for event in moves)
            spent = business_time(file.ticket.created_at, NOW, Timeline(entries=entries))
            wanted[file.ticket.id] = spent // timedelta(microseconds=1)
    assert found == wanted


def test_a_ticket_without_a_calendar_has_no_business_age(tmp_path):
    desk = Desk(schedules={"always": ROUND_THE_CLOCK, "other": ROUND_THE_CLOCK})
    lives = {
        "some": a_life(said(HOUR, public=False), created=9 * HOUR, calendar="always"),
        "none": a_life(created=9 * HOUR),
    }

    with a_store(tmp_path, lives, desk) as store:
        report = audit(store, checks={"include": ["BA007"]})

    assert {finding.object_id for finding in report.findings} == {"some"}
    assert report.coverage[0].notes == (
        "1 unsolved ticket has no calendar, and is left out of business figures",
    )


def test_a_calendar_that_nobody_defined_is_named(tmp_path):
    with a_store(
        tmp_path, {"a": a_life(said(HOUR, public=False), created=9 * HOUR, calendar="mars")}
    ) as store:
        report = audit(store, clock={"default": "always"}, checks={"include": ["BA007"]})

    assert {finding.object_id for finding in report.findings} == {"a"}
    assert "mars" in report.coverage[0].notes[0]
