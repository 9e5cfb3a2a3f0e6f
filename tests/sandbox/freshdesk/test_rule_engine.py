"""The account's rules run by the real engine: over HTTP, and the same in process."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cstoolkit.engines.engine import Update, World
from cstoolkit.engines.freshdesk import FreshdeskEngine, apply_update
from cstoolkit.engines.freshdesk.records import native_rules
from cstoolkit.engines.freshdesk.updates import create_ticket
from cstoolkit.engines.trace import Record, Trace
from cstoolkit.sandbox import Sandbox
from sandbox.freshdesk.desk import Desk

HOUR = timedelta(hours=1)
SHOWN = (
    "status", "priority", "type", "group_id", "responder_id", "tags", "custom_fields", "stats", "spam", "subject",
    "requester_id",
)  # fmt: skip


def a_property(field_name: str, operator: str, value: Any) -> Record:
    return {"resource_type": "ticket", "field_name": field_name, "operator": operator, "value": value}


def a_rule(name: str, *properties: Record, do: Sequence[Record], **more: Any) -> Record:
    sets = (
        [{"name": "condition_set_1", "match_type": "all", "properties": list(properties)}]
        if properties
        else []
    )
    return {"name": name, "conditions": sets, "actions": list(do), **more}


def put(field_name: str, value: Any) -> Record:
    return {"field_name": field_name, "value": value}


def mail(to: str, subject: str, **more: Any) -> Record:
    return {
        "field_name": f"send_email_to_{to}",
        "email_subject": subject,
        "email_body": "{{ticket.subject}}",
        **more,
    }


WEBHOOK = {
    "field_name": "trigger_webhook", "request_type": "POST", "url": "https://x.test/{{ticket.id}}",
    "content_type": "JSON", "content_layout": "2",
    "content": {"tags": "{{ticket.tags}}", "said": "{{ticket.latest_public_comment_text}}"},
}  # fmt: skip
NOTE = {"field_name": "whatever_it_is_called", "note_body": "Priority is {{ticket.priority}}"}
REPLY = [{"field_name": "reply_sent"}]


def changed(name: str, start: Any = "--", end: Any = "--") -> list[Record]:
    return [{"field_name": name, "from": start, "to": end}]


def rules_of(group: int, agent: int) -> dict[int, list[Record]]:
    """Rules that see each other's doing, in all three types."""
    return {
        1: [
            a_rule("words", a_property("subject_or_description", "contains", ["outage"]), do=[put("priority", 4), put("add_tag", ["outage"]), mail("requester", "We are on it")]),
            a_rule("rest", a_property("priority", "in", [1, 2]), do=[put("group_id", group), put("add_tag", ["rest"])]),
        ],
        3: [
            a_rule("remind", a_property("pending_since", "greater_than", 2), a_property("pending_since", "less_than", 3), do=[mail("requester", "Still there? #{{ticket.id}}"), put("add_tag", ["reminded"])]),
            a_rule("give up", a_property("pending_since", "greater_than", 5), do=[put("status", 4), put("add_tag", ["given up"])]),
            a_rule("close", a_property("resolved_at", "greater_than", 4), a_property("status", "in", [4]), do=[put("status", 5)]),
            a_rule("guard", a_property("hours_since_created", "greater_than", 3), a_property("cf_guard", "is", False), do=[put("cf_guard", True), mail("group", "Old", email_to=group)]),
        ],
        4: [
            a_rule("reopen", a_property("status", "in", [3, 4, 5]), performer={"type": 2}, events=REPLY, do=[put("status", 2), mail("agent", "Again", email_to=agent)]),
            a_rule("wait", a_property("status", "in", [2]), performer={"type": 1}, events=REPLY, do=[put("status", 3)]),
            a_rule("urgent", performer={"type": 3}, events=changed("priority", end=4), do=[put("group_id", group), put("responder_id", agent), NOTE]),
            a_rule("done", performer={"type": 1}, events=changed("status", end=4), do=[WEBHOOK]),
            a_rule("noted", a_property("subject", "does_not_contain", ["quiet"]), performer={"type": 1, "members": [1, agent]}, events=[{"field_name": "note_type", "value": "private"}], do=[put("add_tag", ["never"])]),
            a_rule("any note", performer={"type": 1}, events=[{"field_name": "note_type", "value": "private"}], do=[put("ticket_type", "Problem"), mail("requester", "{{event_performer.name}} {{ticket.status}}")]),
            a_rule("late", a_property("ticket_type", "in", ["Problem"]), performer={"type": 3}, events=[*REPLY, *changed("status")], do=[put("add_tag", ["problem"])]),
        ],
    }  # fmt: skip


@dataclass
class Helpdesk:
    """A running account with rules."""

    sandbox: Sandbox
    desk: Desk
    group: int
    agent: int
    admin: int

    def outbox(self, ticket: int) -> list[Any]:
        """What rules sent about a ticket. What the account sends of itself is not theirs."""
        return [
            (item["kind"], item["rule"], item["content"])
            for item in self.sandbox.account().outbox.all()
            if item["ticket_id"] == str(ticket) and item["rule"] is not None
        ]

    def document(self, ticket: int) -> Record:
        found: Record = self.desk.get(f"/tickets/{ticket}?include=stats")
        return found

    def lookups(self) -> dict[str, dict[str, Record]]:
        paths = {
            "agents": "agents",
            "groups": "groups",
            "contacts": "contacts",
            "ticket_fields": "admin/ticket_fields",
        }
        found = {
            kind: {str(one["id"]): one for one in self.desk.get(f"/{path}")} for kind, path in paths.items()
        }
        return {
            **found,
            "companies": {},
            "account": {"1": {"name": "acme", "url": "https://acme.freshdesk.com"}},
        }

    def rules(self) -> list[Any]:
        return [
            rule
            for type_ in (1, 3, 4)
            for rule in native_rules(type_, self.desk.get(f"/automations/{type_}/rules"))
        ]


@pytest.fixture(scope="module")
def helpdesk() -> Iterator[Helpdesk]:
    with Sandbox(
        {"acme": "freshdesk"}, switches={"acme": {"rate_limits": "off", "search_lag": "0"}}
    ) as running:
        running.clock.stop()
        desk = Desk(running)
        for type_ in (1, 3, 4):
            for rule in desk.get(f"/automations/{type_}/rules"):
                desk("DELETE", f"/automations/{type_}/rules/{rule['id']}")
        desk.made("/admin/ticket_fields", {"label": "Guard", "type": "custom_checkbox"})
        group = desk.get("/groups")[0]["id"]
        agent = desk.made(
            "/agents", {"email": "kim@example.com", "name": "Kim", "ticket_scope": 1, "group_ids": [group]}
        )
        for type_, rules in rules_of(group, agent["id"]).items():
            for rule in rules:
                desk.made(f"/automations/{type_}/rules", rule)
        yield Helpdesk(running, desk, group, agent["id"], desk.get("/agents/me")["id"])


# -- over HTTP


def test_a_new_ticket_is_routed_and_its_requester_is_told(helpdesk: Helpdesk):
    ticket = helpdesk.desk.ticket(subject="An outage", email="ann@example.com")

    assert (ticket["priority"], ticket["tags"], ticket["group_id"]) == (4, ["outage"], None)
    ((kind, _, content),) = helpdesk.outbox(ticket["id"])
    assert (kind, content["audience"], content["subject"], content["body"]) == (
        "message", "requester", "We are on it", "An outage",
    )  # fmt: skip


def test_an_answer_waits_and_the_customers_reply_opens_again(helpdesk: Helpdesk):
    ticket = helpdesk.desk.ticket()
    path = f"/tickets/{ticket['id']}"

    helpdesk.desk.made(f"{path}/reply", {"body": "Try this"})
    waiting = helpdesk.document(ticket["id"])["status"]
    helpdesk.desk.made(
        f"{path}/notes", {"body": "No", "incoming": True, "private": False, "user_id": ticket["requester_id"]}
    )

    assert (waiting, helpdesk.document(ticket["id"])["status"]) == (3, 2)
    assert [content["to"] for _, _, content in helpdesk.outbox(ticket["id"])] == [[str(helpdesk.agent)]]


def test_a_rules_note_is_a_conversation_that_names_the_rule(helpdesk: Helpdesk):
    ticket = helpdesk.desk.ticket()

    helpdesk.desk.put(f"/tickets/{ticket['id']}", {"priority": 4})

    (note,) = helpdesk.desk.get(f"/tickets/{ticket['id']}/conversations")
    rule = next(rule for rule in helpdesk.desk.get("/automations/4/rules") if rule["name"] == "urgent")
    assert (note["body_text"], note["private"], note["automation_id"]) == (
        "Priority is Urgent",
        True,
        rule["id"],
    )
    assert helpdesk.document(ticket["id"])["responder_id"] == helpdesk.agent


def test_webhooks_are_in_the_outbox_with_their_content(helpdesk: Helpdesk):
    ticket = helpdesk.desk.ticket(tags=["a"])

    helpdesk.desk.put(f"/tickets/{ticket['id']}", {"status": 4})

    ((kind, _, content),) = helpdesk.outbox(ticket["id"])
    assert (kind, content["endpoint"]) == ("webhook", f"POST https://x.test/{ticket['id']}")
    assert content["body"] == '{"tags": "a, rest", "said": ""}'


def test_hourly_rules_run_as_the_clock_passes_and_once_in_their_window(helpdesk: Helpdesk):
    ticket = helpdesk.desk.ticket(status=3)
    helpdesk.sandbox.clock.advance(4 * HOUR)
    after_four = helpdesk.document(ticket["id"])
    helpdesk.sandbox.clock.advance(7 * HOUR)
    after_eleven = helpdesk.document(ticket["id"])

    assert (after_four["status"], after_four["custom_fields"]["cf_guard"]) == (3, True)
    assert (after_eleven["status"], after_eleven["tags"]) == (5, ["rest", "reminded", "given up"])
    subjects = [content["subject"] for _, _, content in helpdesk.outbox(ticket["id"])]
    assert subjects == [f"Still there? #{ticket['id']}", "Old"]


def test_an_hour_in_which_no_rule_acts_leaves_the_ticket_untouched(helpdesk: Helpdesk):
    """A ticket that got late looks different in its document: that is no change."""
    now = helpdesk.sandbox.clock.now()
    due = {"fr_due_by": stamp(now + HOUR), "due_by": stamp(now + 2 * HOUR)}
    ticket = helpdesk.desk.ticket(custom_fields={"cf_guard": True}, **due)

    helpdesk.sandbox.clock.advance(4 * HOUR)

    after = helpdesk.document(ticket["id"])
    assert (after["is_escalated"], after["updated_at"]) == (True, ticket["updated_at"])


def test_switches_of_the_account_are_the_engines(helpdesk: Helpdesk):
    helpdesk.sandbox.account().switches.set("creation_rules", "all_match")

    ticket = helpdesk.desk.ticket(subject="outage", priority=1)
    helpdesk.sandbox.account().switches.set("creation_rules", "first_match")

    assert ticket["tags"] == [
        "outage"
    ]  # the first rule made it urgent, so that the second one does not match


PAIR = [a_property("priority", "in", [4]), a_property("status", "in", [3])]


@pytest.mark.parametrize(
    ("conditions", "acted_on"),
    [
        ([("all", PAIR)], {"both"}),
        ([("any", PAIR)], {"both", "urgent", "pending"}),
        ([("all", PAIR[:1]), ("all", PAIR[1:]), "OR"], {"both", "urgent", "pending"}),
        ([("all", PAIR[:1]), ("all", PAIR[1:]), "AND"], {"both"}),
        ([("all", [a_property("group_id", "in", [None])])], {"both", "urgent", "pending", "plain"}),
        (
            [("all", [a_property("hours_since_created", "greater_than", 1)])],
            {"both", "urgent", "pending", "plain"},
        ),
        ([("all", [a_property("hours_since_created", "greater_than", 4)])], set()),
        ([("all", [a_property("hours_since_created", "greater_than", 20_000)])], set()),
    ],
)
def test_no_ticket_that_an_hourly_rule_acts_on_is_passed_over(conditions: list[Any], acted_on: set[str]):
    operator = conditions[-1] if isinstance(conditions[-1], str) else None
    sets = [
        {"name": f"condition_set_{number}", "match_type": match, "properties": properties}
        for number, (match, properties) in enumerate((one for one in conditions if isinstance(one, tuple)), 1)
    ]
    rule = {"name": "R", "conditions": sets, "actions": [put("add_tag", ["seen"])]}
    births = {"both": (4, 3), "urgent": (4, 2), "pending": (1, 3), "plain": (1, 2)}
    with Sandbox({"acme": "freshdesk"}, switches={"acme": {"rate_limits": "off"}}) as running:
        running.clock.stop()
        desk = Desk(running)
        desk.made("/automations/3/rules", rule if operator is None else rule | {"operator": operator})
        for subject, (priority, status) in births.items():
            desk.ticket(subject=subject, priority=priority, status=status)

        running.clock.advance(3 * HOUR)

        assert {one["subject"] for one in desk.get("/tickets") if one["tags"]} == acted_on


# -- the same in process


@dataclass
class InProcess:
    """The engine by itself, on what the API told before the first step."""

    engine: FreshdeskEngine
    world: World
    sent: list[Any] = field(default_factory=list)

    def take(self, trace: Trace, world: World, *, now: datetime) -> None:
        notes = []
        for step in trace.steps:
            for kind, things in (("message", step.messages), ("webhook", step.calls)):
                self.sent += [(kind, step.rule, as_json(thing)) for thing in things]
            written = [change.after for change in step.changes if change.field == "note"]
            notes += [{**note, "incoming": False, "source": 2, "body_text": note["body"]} for note in written]
        touched = trace.ticket != self.world.ticket or world.comments != self.world.comments
        ticket = {**trace.ticket, "updated_at": stamp(now)} if touched else trace.ticket
        self.world = World(ticket, (), (*world.comments, *notes), world.lookups)

    def create(self, *, now: datetime, by: int) -> None:
        world, update = create_ticket(self.world, now=now, actor_id=str(by))
        self.take(self.engine.run(world, update, now=now), world, now=now)

    def update(self, values: Record, *, now: datetime, by: int, comment: Record | None = None) -> None:
        world, update = apply_update(self.world, values, now=now, actor_id=str(by), comment=comment)
        if update.changes or comment is not None:
            self.take(self.engine.run(world, update, now=now), world, now=now)

    def hours(self, before: datetime, after: datetime) -> None:
        at = before.replace(minute=0, second=0, microsecond=0) + HOUR
        while at <= after:
            (trace,) = self.engine.hour([self.world], now=at)
            self.take(trace, self.world, now=at)
            at += HOUR


def as_json(thing: Any) -> Record:
    shown = {name: getattr(thing, name) for name in thing.__dataclass_fields__}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in shown.items()}


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from([2, 3, 4, 5, 6]),
        "priority": st.sampled_from([1, 2, 3, 4]),
        "type": st.sampled_from(["Question", "Problem"]),
        "tags": st.lists(st.sampled_from(["a", "b", "outage"]), max_size=2, unique=True),
        "custom_fields": st.builds(lambda flag: {"cf_guard": flag}, st.booleans()),
        "subject": st.sampled_from(["Help", "quiet please"]),
    },
).filter(bool)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), VALUES),
        st.tuples(st.just("reply"), st.just("Try this")),
        st.tuples(st.just("answer"), st.just("It broke again")),
        st.tuples(st.just("note"), st.just("For us")),
        st.tuples(st.just("wait"), st.sampled_from([5, 61, 180, 400])),
    ),
    max_size=6,
)
BIRTHS = st.fixed_dictionaries(
    {
        "subject": st.sampled_from(["An outage", "Help"]),
        "priority": st.sampled_from([1, 3]),
        "status": st.sampled_from([2, 3]),
    }
)


@settings(max_examples=60 if settings.default.max_examples < 1000 else 1000)
@given(BIRTHS, STEPS)
def test_the_same_steps_over_http_and_in_process_give_the_same_ticket_and_outbox(
    helpdesk: Helpdesk, birth: Record, steps: list[Any]
):
    clock = helpdesk.sandbox.clock
    clock.set(clock.now().replace(minute=0, second=0, microsecond=0) + HOUR + timedelta(minutes=7))
    made = helpdesk.desk.ticket(**birth)
    born = helpdesk.document(made["id"])
    blank = {**born, **birth, "tags": [], "group_id": None, "responder_id": None, "type": None, "stats": {}}
    inside = InProcess(FreshdeskEngine(helpdesk.rules()), World(blank, (), (), helpdesk.lookups()))
    inside.create(now=clock.now(), by=helpdesk.admin)

    for kind, what in steps:
        take_step(helpdesk, inside, kind, what)

    outside = helpdesk.document(made["id"])
    sent = helpdesk.outbox(made["id"])
    helpdesk.desk("DELETE", f"/tickets/{made['id']}")  # the next one is alone in the hour
    assert {name: inside.world.ticket[name] for name in SHOWN} == {name: outside[name] for name in SHOWN}
    assert inside.world.ticket["updated_at"] == outside["updated_at"]
    assert inside.sent == sent


def take_step(helpdesk: Helpdesk, inside: InProcess, kind: str, what: Any) -> None:
    """One step in both places."""
    clock, path = helpdesk.sandbox.clock, f"/tickets/{inside.world.ticket['id']}"
    if kind == "wait":
        before = clock.now()
        clock.advance(timedelta(minutes=what))
        inside.hours(before, clock.now())
    elif kind == "put":
        helpdesk.desk.put(path, what)
        inside.update(what, now=clock.now(), by=helpdesk.admin)
    else:
        requester, admin = inside.world.ticket["requester_id"], helpdesk.admin
        sent = {
            "reply": ("reply", {"body": what}),
            "note": ("notes", {"body": what, "private": True}),
            "answer": ("notes", {"body": what, "private": False, "incoming": True, "user_id": requester}),
        }[kind]
        comment = helpdesk.desk.made(f"{path}/{sent[0]}", sent[1])
        by = requester if kind == "answer" else admin
        inside.update({}, now=clock.now(), by=by, comment=comment)


def test_the_engine_is_told_what_the_doer_changed_and_nothing_else(helpdesk: Helpdesk):
    """Stats and stamps move with everything; they are nobody's change."""
    seen: list[Update] = []

    class Watching(FreshdeskEngine):
        def run(self, world: World, update: Update, **how: Any) -> Trace:
            seen.append(update)
            return super().run(world, update, **how)

    with Sandbox({"acme": "freshdesk"}, engines={"freshdesk": lambda rules, _: Watching(rules)}) as running:
        desk = Desk(running)
        ticket = desk.ticket()
        desk.put(f"/tickets/{ticket['id']}", {"type": "Problem"})
        desk.made(f"/tickets/{ticket['id']}/reply", {"body": "x"})

    assert [update.changes for update in seen] == [{}, {"type": None}, {}]
