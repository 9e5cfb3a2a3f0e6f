"""A seeded helpdesk in a file, and rules of every kind that may act on it."""

from datetime import UTC, datetime
from pathlib import Path

from hypothesis import strategies as st

from cstoolkit.automations.replay.lists import NeutralRules
from cstoolkit.connectors.local.helpdesk import LocalHelpdesk
from cstoolkit.demo.helpdesk import DemoHelpdesk, make_helpdesk
from cstoolkit.engines.neutral import Account
from cstoolkit.model.rules import Rule
from cstoolkit.store.database import Store
from cstoolkit.store.filling import fill
from engines.neutral_world import a_rule

AS_OF = datetime(2026, 3, 16, 10, tzinfo=UTC)


class StillClock:
    def now(self):
        return AS_OF

    def sleep(self, seconds):
        raise AssertionError("nobody waits here")


def a_desk(folder: Path, *, tickets: int = 30, seed: int = 1, days: int = 12) -> tuple[DemoHelpdesk, Path]:
    """A demo helpdesk and the store file it was written to."""
    helpdesk = make_helpdesk(tickets=tickets, seed=seed, as_of=AS_OF, days=days)
    path = folder / f"desk-{tickets}-{seed}-{days}.duckdb"
    if not path.exists():
        with Store.create(path, connection="demo") as store:
            fill(store, helpdesk, helpdesk.ticket_files())
    return helpdesk, path


def calendars_of(path: Path):
    with LocalHelpdesk.open(path, clock=StillClock()) as helpdesk:
        return helpdesk.calendars()


def neutral(path: Path, *rules: Rule) -> NeutralRules:
    return NeutralRules(rules, Account(calendars_of(path)))


EVENTS = (
    "created",
    "updated",
    "commented",
    "requester_replied",
    "end_user_replied",
    "agent_replied",
    "note_added",
    "rated",
)
STATE = (
    {"status": "open"}, {"status": ["pending", "hold"]}, {"status": "solved"}, {"status": {"below": "solved"}},
    {"priority": {"empty": True}}, {"priority": {"at_least": "high"}}, {"priority": "normal"}, {"tags": "vip"},
    {"tags": {"has_none": ["seen"]}}, {"tags": "seen"}, {"group": "Tier 1"}, {"group": {"empty": True}},
    {"group": {"is_not": "Tier 2"}}, {"assignee": {"empty": True}}, {"subject": {"contains": "a"}}, {"channel": "email"},
    {"custom.product_area": "mobile"}, {"reopens": {"at_least": 1}}, {"replies": 0}, {"assignee_stations": {"above": 1}},
    {"text": {"contains": "thank"}}, {"sla_breached": True}, {"organization.tags": "vip"}, {"fired": {"has": ["r0"]}},
)  # fmt: skip
OF_UPDATE = (
    {"actor": "agent"}, {"actor": "end_user"}, {"actor": "system"}, {"actor": {"is_not": "assignee"}},
    {"status": {"changed": True}}, {"status": {"changed_to": "solved"}}, {"status": {"changed_from": "solved"}},
    {"group": {"changed": True}}, {"comment.public": True}, {"comment": {"contains": "e"}},
    {"priority": {"not_changed": True}}, {"assignee": {"changed": True}},
)  # fmt: skip
TIMED = (
    {"status_changed_at": {"older_than": "5h"}}, {"status_changed_at": {"older_than": "48h"}},
    {"updated_at": {"older_than": "30m"}}, {"created_at": {"newer_than": "3d"}}, {"created_at": {"older_than": "1d"}},
    {"requester_replied_at": {"older_than": "4h business"}}, {"sla_due_at": {"due_within": "2h"}},
    {"assigned_at": {"newer_than": "6h"}}, {"sla_breached": True, "created_at": {"older_than": "1h"}},
    {"agent_replied_at": {"older_than": "2d"}, "hours": "inside"},
)  # fmt: skip
ACTIONS = (
    {"set": {"priority": "urgent"}}, {"set": {"priority": None}}, {"set": {"status": "open"}}, {"set": {"status": "solved"}},
    {"set": {"status": "pending"}}, {"set": {"group": "Tier 2"}}, {"set": {"group": None}}, {"set": {"type": "task"}},
    {"set": {"assignee": None}}, {"tags": {"add": ["seen"]}}, {"tags": {"add": ["vip"], "remove": ["seen"]}},
    {"notify": {"to": "requester", "subject": "s", "text": "t"}}, {"notify": {"to": "assignee", "subject": "s", "text": "t"}},
    {"note": "n"}, {"reply": "r"},
)  # fmt: skip


def conditions(parts) -> st.SearchStrategy[dict]:
    plain = st.sampled_from(parts)
    listed = st.lists(plain, min_size=1, max_size=2)
    return st.one_of(
        plain,
        st.fixed_dictionaries({"all": listed}),
        st.fixed_dictionaries({"any": listed}),
        st.fixed_dictionaries({"none": listed}),
        st.fixed_dictionaries({"all": listed, "none": listed}),
    )


ONCE = st.sampled_from(("run", "run", "spell", "ticket"))
THEN = st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=2)


@st.composite
def rule_lists(draw: st.DrawFn, *, most: int = 4) -> list[Rule]:
    """Triggers and automations that see and disturb each other."""
    made = []
    for number in range(draw(st.integers(1, most))):
        kept = {"then": draw(THEN), "once": draw(ONCE)}
        if draw(st.booleans()):
            events = tuple(draw(st.lists(st.sampled_from(EVENTS), min_size=1, max_size=2, unique=True)))
            when = draw(st.none() | conditions(STATE + OF_UPDATE))
            made.append(a_rule(f"r{number}", when=when, event=events, **kept))
        else:
            when = {"all": [draw(st.sampled_from(TIMED)), draw(conditions(STATE + TIMED))]}
            made.append(a_rule(f"r{number}", "automation", when=when, **kept))
    return made
