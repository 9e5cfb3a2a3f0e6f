"""The runner against the compiled rule in Zendesk's engine: what both can do, both do alike."""

from datetime import timedelta

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from automations.replay.replay_desk import (
    ACTIONS,
    AS_OF,
    EVENTS,
    OF_UPDATE,
    STATE,
    TIMED,
    a_desk,
    calendars_of,
    conditions,
)
from cstoolkit.automations.compile import compile_rules
from cstoolkit.automations.replay.past import PromiseChange
from cstoolkit.automations.replay.reading import Untold, read_names, read_pasts, ticket_ids
from cstoolkit.automations.replay.running import first_scan
from cstoolkit.automations.rule_keys import OnGap
from cstoolkit.automations.runner.judging import Judge, Window
from cstoolkit.automations.runner.looks import looks
from cstoolkit.automations.runner.tasks import Task
from cstoolkit.automations.zendesk_tickets import AccountNames, ZendeskOnTickets
from cstoolkit.engines.neutral import Account, NeutralUpdate, Situation
from cstoolkit.engines.neutral_updates import changed, save
from cstoolkit.model.references import resolve
from cstoolkit.model.ticket import StatusCategory
from cstoolkit.store.database import Store
from engines.neutral_world import a_rule

HONESTLY_OTHER = ({"set": {"status": "solved"}}, {"set": {"group": None}}, {"set": {"group": "Tier 2"}})
"""Zendesk solves nothing without an assignee, and who is not in a group cannot keep its tickets."""

WRITES = [one for one in ACTIONS if next(iter(one)) in {"set", "tags"} and one not in HONESTLY_OTHER]
MICROSECOND = timedelta(microseconds=1)


class Told:
    """The pasts of a desk's tickets, and its calendars. No dataclass: its repr would be megabytes."""

    def __init__(self, pasts, calendars):
        self.pasts, self.calendars = pasts, calendars


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    path = a_desk(tmp_path_factory.mktemp("desk"), tickets=40, seed=3)[1]
    with Store.open(path) as store:
        ids = ticket_ids(store, since=AS_OF, until=AS_OF, every=True)
        pasts = list(read_pasts(store, ids, read_names(store), until=AS_OF))
    return Told([past for past in pasts if not isinstance(past, Untold)], calendars_of(path))


@st.composite
def triggers(draw):
    events = tuple(draw(st.lists(st.sampled_from(EVENTS), min_size=1, max_size=2, unique=True)))
    when = draw(st.none() | conditions(STATE + OF_UPDATE))
    then = draw(st.lists(st.sampled_from(WRITES), min_size=1, max_size=2))
    return a_rule("r0", when=when, event=events, then=then, once=draw(st.sampled_from(("run", "ticket"))))


def upto(past, index):
    """The updates up to one of them, the ticket that it left, and the one that it found."""
    items = list(looks(past))[: index + 1]
    before = ticket = past.first
    for item in items:
        before = ticket
        if isinstance(item, PromiseChange):
            ticket = ticket.model_copy(update={"sla": item.sla})
            continue
        update = item.update
        values = update.attributes(ticket)
        if update.created:
            ticket = changed(ticket, values, now=update.at)
        else:
            ticket = save(
                ticket,
                NeutralUpdate(update.actor, changes=values, comment=update.comment),
                now=update.at,
                reopens=False,
            )
    return items, before, ticket


def compiled_engine(rule, calendars):
    compiled = compile_rules([(rule, OnGap())], "zendesk")
    if compiled.gaps:
        return None
    names = AccountNames()
    native = [resolve(one, names.find) for one in compiled.rules]
    return ZendeskOnTickets(native, names, Account(calendars), {"reply_reopens": "off"})


def by_zendesk(rule, calendars, before, look):
    """What the compiled rule makes of the ticket; None where Zendesk cannot hold it."""
    engine = compiled_engine(rule, calendars)
    if engine is None:
        return None
    update = look.update
    values = update.attributes(before)
    if update.created:
        before, values = changed(before, values, now=update.at), {}
    doing = NeutralUpdate(update.actor, update.created, values, update.comment)
    ran = engine.update(Situation(before), doing, now=update.at)
    assume(all(step.outcome != "opaque" for step in ran.trace.steps))
    after = ran.situation.ticket
    # Zendesk gives a new ticket the tags of its requester and its organization; no rule did that.
    given = {tag for owner in (before.requester, before.organization) if owner for tag in owner.tags}
    return after.model_copy(update={"tags": after.tags - (given - before.tags)}) if update.created else after


@given(triggers(), st.integers(0, 10_000), st.integers(0, 10_000))
def test_what_zendesk_can_hold_the_runner_does_alike(told, rule, chosen, number):
    pasts, calendars = told.pasts, told.calendars
    past = pasts[chosen % len(pasts)]
    numbers = [n for n, item in enumerate(looks(past)) if not isinstance(item, PromiseChange)]
    items, before, ticket = upto(past, numbers[number % len(numbers)])
    look = items[-1]
    own_agent = ticket.requester is not None and ticket.requester.role == "agent"
    assume(not own_agent)  # the demo's log tells of an agent's own requests as a customer's
    assume(ticket.gone is None and before.gone is None)
    assume(ticket.status.category is not StatusCategory.CLOSED)
    wanted = by_zendesk(rule, calendars, before, look)
    assume(wanted is not None)

    since = look.at - MICROSECOND
    assume(not any(item.at > since for item in items[:-1]))
    judge = Judge([Task(rule)], {"r0": Window(since, since)}, Account(calendars), now=look.at)
    judged = judge.judge(ticket, items, past.first)

    assume(not judged.unjudged)
    event("fired" if judged.firings else "silent")
    assert applied(ticket, judged.firings) == standing(wanted)


@st.composite
def automations(draw):
    when = {"all": [draw(st.sampled_from(TIMED)), draw(conditions(STATE))]}
    then = draw(st.lists(st.sampled_from(WRITES), min_size=1, max_size=2))
    return a_rule("r0", "automation", when=when, then=then, once=draw(st.sampled_from(("run", "ticket"))))


@given(automations(), st.integers(0, 10_000), st.integers(0, 48))
def test_an_automation_that_zendesk_can_hold_does_the_same_at_a_full_hour(told, rule, chosen, hours):
    past = told.pasts[chosen % len(told.pasts)]
    items, _, ticket = upto(past, len(list(looks(past))))
    now = first_scan(items[-1].at) + timedelta(hours=hours)
    assume(ticket.gone is None and ticket.status.category is not StatusCategory.CLOSED)
    engine = compiled_engine(rule, told.calendars)
    assume(engine is not None)
    scanned = engine.scan(Situation(ticket), now=now)
    assume(all(step.outcome != "opaque" for step in scanned.trace.steps))

    judge = Judge([Task(rule)], {"r0": Window(now, now)}, Account(told.calendars), now=now)
    judged = judge.judge(ticket, items, past.first)

    assume(not judged.unjudged)
    event("fired" if judged.firings else "silent")
    assert applied(ticket, judged.firings) == standing(scanned.situation.ticket)


def applied(ticket, firings):
    """The ticket once the runner's changes are made: plain words, whatever the model has."""
    held = standing(ticket)
    for firing in firings:
        held |= firing.set
        held["tags"] = (held["tags"] | firing.add_tags) - firing.remove_tags
    return held


def standing(ticket):
    return {
        "status": ticket.status.category.value,
        "priority": ticket.priority and ticket.priority.level.value,
        "group": ticket.group and ticket.group.name,
        "assignee": ticket.assignee and ticket.assignee.name,
        "type": ticket.type,
        "tags": ticket.tags,
    }
