"""The same updates, sent over HTTP to an account and worked out in this process: one outcome."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from cstoolkit.sandbox import Sandbox
from sandbox.calls import Caller, zendesk
from sandbox.zendesk.simulated import Simulated

MONDAY_NINE = 9 * 3600
COMPARED = (
    "status", "custom_status_id", "priority", "type", "subject", "group_id", "assignee_id", "requester_id", "organization_id",
    "brand_id", "ticket_form_id", "tags", "custom_fields", "email_cc_ids", "follower_ids", "is_public", "satisfaction_rating",
    "description", "created_at", "updated_at",
)  # fmt: skip
TEXT = (
    "{{ticket.title}}|{{ticket.status}}|{{ticket.priority}}|{{ticket.requester.name}}|{{ticket.assignee.name}}|"
    "{{ticket.group.name}}|{{ticket.organization.name}}|{{current_user.name}}|{{ticket.tags}}|{{ticket.link}}|{{ticket.account}}|"
    "{{ticket.latest_comment}}|{{ticket.comments_formatted}}|{{ticket.requester.custom_fields.plan}}|{{dc.hello}}|"
    "{{ticket.updated_at_with_timestamp}}|{{ticket.brand.name}}|{{ticket.ticket_form}}|{{ticket.satisfaction}}"
)
# Words that begin with @ stand for ids that the account gives.
STATUSES = ("new", "open", "pending", "hold", "solved")
PRIORITIES = ("low", "normal", "high", "urgent")
TAGS = ("a", "b", "red", "blue", "boxed")
WORDS = ("refund", "printer", "fire")
words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True).map(" ".join)
tags = st.lists(st.sampled_from(TAGS), max_size=3, unique=True)
people = st.sampled_from(["", "@kim", "@lee", "@ada", "current_user", "requester_id"])
groups = st.sampled_from(["", "@support", "@billing"])


def asked(field: str, operators: tuple[str, ...], values: Any) -> st.SearchStrategy[tuple[str, str, Any]]:
    return st.tuples(st.just(field), st.sampled_from(operators), values)


CHANGES = ("is", "is_not", "value", "value_previous", "not_value", "not_value_previous")
on_ticket = st.one_of(
    asked("status", ("is", "is_not", "less_than", "greater_than"), st.sampled_from(STATUSES)),
    asked("priority", ("is", "is_not", "less_than"), st.sampled_from(PRIORITIES)),
    asked("type", ("is", "is_not"), st.sampled_from(["", "incident", "problem"])),
    asked("current_tags", ("includes", "not_includes"), tags.filter(bool).map(" ".join)),
    asked("assignee_id", ("is", "is_not"), people),
    asked("group_id", ("is", "is_not"), groups),
    asked("custom_fields_@colour", ("is", "is_not"), st.sampled_from(["red", "blue"])),
    asked("custom_fields_@box", ("is",), st.sampled_from(["true", "false"])),
    asked("requester.custom_fields.plan", ("is", "is_not"), st.sampled_from(["@gold", "@tin"])),
    asked("organization.custom_fields.tier", ("is", "is_not"), st.sampled_from(["one", "two"])),
    asked(
        "custom_status_id", ("includes", "not_includes"), st.sampled_from(["@waiting", "@waiting @asleep"])
    ),
    asked("requester_role", ("is", "is_not"), st.sampled_from(["0", "2", "4"])),
)
on_update = st.one_of(
    asked("update_type", ("is",), st.sampled_from(["Create", "Change"])),
    asked("status", CHANGES, st.sampled_from(STATUSES)),
    asked("status", ("changed", "not_changed"), st.none()),
    asked("group_id", ("changed", "not_changed"), st.none()),
    asked("assignee_id", ("changed", "value_previous", "not_value"), people),
    asked(
        "comment_is_public",
        ("is",),
        st.sampled_from(["true", "false", "not_relevant", "requester_can_see_comment"]),
    ),
    asked("comment_includes_word", ("includes", "not_includes", "is"), words),
    asked("subject_includes_word", ("includes", "not_includes"), words),
    asked("role", ("is", "is_not"), st.sampled_from(["agent", "end_user", "@kim"])),
    asked("current_via_id", ("is", "is_not"), st.sampled_from(["5", "4", "8"])),
    asked("in_business_hours", ("is",), st.sampled_from(["true", "false"])),
    asked("schedule_id", ("is", "is_not"), st.sampled_from(["@default", "@nights"])),
)
actions = st.one_of(
    st.tuples(st.just("status"), st.sampled_from([*STATUSES[1:], "closed"])),
    st.tuples(st.just("priority"), st.sampled_from(PRIORITIES)),
    st.tuples(st.just("type"), st.sampled_from(["incident", "question"])),
    st.tuples(st.sampled_from(["current_tags", "remove_tags", "set_tags"]), tags.filter(bool).map(" ".join)),
    st.tuples(st.just("assignee_id"), people),
    st.tuples(st.just("group_id"), groups),
    st.tuples(st.just("custom_fields_@colour"), st.sampled_from(["red", "blue", ""])),
    st.tuples(st.just("custom_fields_@box"), st.sampled_from(["true", "false"])),
    st.tuples(st.just("custom_status_id"), st.sampled_from(["@waiting", "@asleep"])),
    st.tuples(st.just("requester.custom_fields.plan"), st.sampled_from(["@gold", "@tin"])),
    st.tuples(st.just("organization.custom_fields.tier"), st.sampled_from(["one", "two"])),
    st.tuples(st.just("set_schedule"), st.sampled_from(["@default", "@nights"])),
    st.tuples(st.just("satisfaction_score"), st.just("offered")),
    st.tuples(st.sampled_from(["cc", "follower"]), st.sampled_from(["@lee", "@other", "current_user"])),
    st.tuples(
        st.just("notification_user"),
        st.sampled_from(["requester_id", "assignee_id", "requester_and_ccs", "current_user", "all_agents", "@ada"]).map(
            lambda to: [to, "About {{ticket.id}}", TEXT]
        ),
    ),
    st.tuples(st.just("notification_group"), st.sampled_from(["group_id", "@billing"]).map(lambda to: [to, "G", "{{ticket.status}}"])),
    st.tuples(st.just("notification_webhook"), st.just(["@hook", "{{ticket.id}} {{ticket.tags}}"])),
    st.tuples(st.just("add_skills"), st.just("1")),  # not judged: the rest of the rule is done all the same
)  # fmt: skip


def rule(every: Any, some: Any, do: Any, **more: Any) -> dict[str, Any]:
    keys = ("field", "operator", "value")
    return more | {
        "conditions": {
            "all": [dict(zip(keys, item, strict=True)) for item in every],
            "any": [dict(zip(keys, item, strict=True)) for item in some],
        },
        "actions": [{"field": name, "value": value} for name, value in do],
    }


triggers = st.builds(
    lambda every, some, do, category, position: rule(
        every, some, do, category_id=category, position=position
    ),
    st.lists(on_ticket | on_update, max_size=2),
    st.lists(on_ticket | on_update, max_size=2),
    st.lists(actions, min_size=1, max_size=3),
    st.sampled_from(["@first", "@second"]),
    st.integers(1, 5),
)
CLOCKS = {"new": "NEW", "open": "OPEN", "pending": "PENDING", "solved": "SOLVED"}
NEXT = {"new": "open", "open": "pending", "pending": "open", "solved": "closed"}


def an_automation(status: str, waited: tuple[str, str, int], every: Any, do: Any) -> dict[str, Any]:
    """As the vendor wants one: a test of the work, a test of time, and an end."""
    clock, operator, hours = waited
    test = (CLOCKS[status] if clock == "status" else clock, operator, str(hours))
    ends = [] if operator.startswith("is") else [("status", NEXT[status])]
    return rule([("status", "is", status), test, *every], [], [*do, *ends])


automations = st.builds(
    an_automation,
    st.sampled_from([*CLOCKS, "new", "open"]),
    st.tuples(
        st.sampled_from(["status", "status", "NEW", "updated_at", "assigned_at", "requester_updated_at"]),
        st.sampled_from(
            ["is", "greater_than", "greater_than", "is_business_hours", "greater_than_business_hours"]
        ),
        st.integers(0, 3),
    ),
    st.just([]) | st.lists(on_ticket, max_size=1),
    st.lists(actions, min_size=1, max_size=2),
)
values = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(STATUSES),
        "priority": st.sampled_from(PRIORITIES),
        "type": st.sampled_from(["incident", "problem", "question"]),
        "subject": words,
        "tags": tags,
        "additional_tags": tags,
        "remove_tags": tags,
        "group_id": st.sampled_from([None, "@support", "@billing"]),
        "assignee_id": st.sampled_from([None, "@kim", "@lee", "@ada", "@other"]),
        "custom_fields": st.lists(
            st.sampled_from([("@colour", "red"), ("@colour", None), ("@box", True), ("@box", False), ("@note", "n")]),
            max_size=2,
            unique_by=lambda item: item[0],
        ).map(lambda items: [{"id": id_, "value": value} for id_, value in items]),
        "custom_status_id": st.sampled_from(["@waiting", "@asleep"]),
    },
)  # fmt: skip
comments = st.builds(
    lambda text, public, author: {"body": text, "public": public} | ({"author_id": author} if author else {}),
    words,
    st.booleans(),
    st.sampled_from([None, "@kim", "@customer", "@other"]),
)


@dataclass(frozen=True)
class Step:
    """`what` is create, update or wait; `ticket` counts those that there are."""

    what: str
    ticket: int
    values: dict[str, Any]
    comment: dict[str, Any] | None
    minutes: int


def not_two_statuses(found: dict[str, Any]) -> dict[str, Any]:
    if "status" in found:
        found.pop("custom_status_id", None)
    return found


steps = st.builds(
    Step,
    st.sampled_from(["create", "update", "update", "update", "wait"]),
    st.integers(0, 5),
    values.map(not_two_statuses),
    st.none() | comments,
    st.sampled_from([0, 0, 7, 45, 60, 60, 120, 180, 600]),
)
SWITCHES: tuple[dict[str, str], ...] = (
    {}, {"trigger_pass": "single_pass"}, {"automation_saves": "once"}, {"group_clears_assignee": "always"},
    {"group_clears_assignee": "never"}, {"assignee_outside_group": "move"}, {"assignee_brings_group": "off"},
    {"tags_clear_fields": "off"}, {"reply_reopens": "off"}, {"reply_reopens_hold": "off"}, {"agent_reply_opens": "off"},
    {"first_assignment_opens": "off"}, {"solve_needs_assignee": "off"}, {"own_mail": "spared"}, {"messages_render": "at_action"},
    {"rule_solves_unassigned": "done"}, {"automation_tickets_per_run": "1"},
)  # fmt: skip


TALLY: Counter[str] = Counter()


class Both:
    """One account behind HTTP, and its image."""

    def __init__(
        self,
        sandbox: Sandbox,
        made: list[dict[str, Any]],
        hourly: list[dict[str, Any]],
        switches: dict[str, str],
    ) -> None:
        self.sandbox = sandbox
        self.call = zendesk(sandbox.address())
        _next_monday(sandbox)
        sandbox.reset()
        account = sandbox.account()
        for name in account.switches.table:
            account.switches.set(name, {"rate_limits": "off"}.get(name, account.switches.table[name].default))
        for name, value in switches.items():
            account.switches.set(name, value)
        self.ids = furnish(self.call)
        for number, record in enumerate(made):
            self.call.do(
                "POST", "/triggers", {"trigger": self.named(record) | {"title": f"trigger {number}"}}
            )
        for number, record in enumerate(hourly):
            # Refused where it has no end, or asks what another one asks: then there is one fewer.
            self.call(
                "POST", "/automations", {"automation": self.named(record) | {"title": f"automation {number}"}}
            )
        self.image = Simulated(
            self.call, host="acme-zendesk.zendesk.com", account="acme-zendesk", switches=switches
        )
        self.tickets: list[int] = []

    def named(self, thing: Any) -> Any:
        """Words that begin with @ made to ids: texts in rules, as the vendor has them."""
        if isinstance(thing, dict):
            return {key: self.named(value) for key, value in thing.items()}
        if isinstance(thing, list | tuple):
            return [self.named(item) for item in thing]
        if isinstance(thing, str) and "@" in thing:
            found = " ".join(self._named_word(word) for word in thing.split(" "))
            return int(found) if thing.startswith("@") and found.isdigit() else found
        return thing

    def _named_word(self, word: str) -> str:
        start, at, name = word.partition("@")
        return start + str(self.ids[name]) if at else word

    def take(self, step: Step) -> None:
        if step.minutes:
            before = self.sandbox.clock.now()
            self.sandbox.clock.advance(timedelta(minutes=step.minutes))
            self.call.get("/users/me")
            self.image.pass_hours(before, self.sandbox.clock.now())
        sent = self.named(step.values) | ({"comment": self.named(step.comment)} if step.comment else {})
        if step.what == "create" or (step.what == "update" and not self.tickets):
            self._create(sent)
        elif step.what == "update":
            self._update(self.tickets[step.ticket % len(self.tickets)], sent)

    def _create(self, sent: dict[str, Any]) -> None:
        asked = {
            key: value
            for key, value in sent.items()
            if not key.endswith("_tags") and key != "custom_status_id"
        }
        if asked.get("status") == "solved":
            del asked["status"]
        asked.setdefault("comment", {"body": "Help"})
        asked |= {"requester_id": self.ids["customer"], "subject": asked.get("subject", "printer")}
        reply = self.call("POST", "/tickets", {"ticket": asked})
        id_ = reply.json["ticket"]["id"] if reply.status == 201 else 0
        assert self.image.create(id_, asked, self.now) == (reply.status == 201), reply.body
        if id_:
            self.tickets.append(id_)

    def _update(self, id_: int, sent: dict[str, Any]) -> None:
        reply = self.call("PUT", f"/tickets/{id_}", {"ticket": sent})
        assert reply.status in {200, 422}
        assert self.image.update(id_, sent, self.now) == (reply.status == 200), reply.body

    @property
    def now(self) -> datetime:
        return self.sandbox.clock.now()

    def compare(self) -> None:
        for id_ in self.tickets:
            shown, image = self.call.get(f"/tickets/{id_}")["ticket"], self.image.files[id_]
            assert {key: shown[key] for key in COMPARED} == {key: image.ticket[key] for key in COMPARED}
            said = self.call.get(f"/tickets/{id_}/comments")["comments"]
            assert [_said(one) for one in said] == [_said(one) for one in image.comments]
        outbox = self.sandbox_outbox()
        assert outbox == self.image.sent
        plan = self.call.get(f"/users/{self.ids['customer']}")["user"]["user_fields"]
        assert plan == self.image.lookups["users"][str(self.ids["customer"])]["user_fields"]

    def sandbox_outbox(self) -> list[tuple[Any, ...]]:
        items = Caller(self.sandbox.address()).get("/_sandbox/outbox")["outbox"]
        return [_letter(item) for item in items]


def _said(comment: dict[str, Any]) -> tuple[Any, ...]:
    return comment["author_id"], comment["body"], comment["public"], comment["created_at"]


def _letter(item: dict[str, Any]) -> tuple[Any, ...]:
    content = item["content"]
    if item["kind"] == "webhook":
        return item["ticket_id"], item["rule"], "webhook", (content["endpoint"],), None, content["body"]
    to = tuple(content["to"])
    return item["ticket_id"], item["rule"], content["audience"], to, content["subject"], content["body"]


def _next_monday(sandbox: Sandbox) -> None:
    """So that each account begins at the same place in the week."""
    now = sandbox.clock.now()
    start = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=7 - now.weekday())
    sandbox.clock.set(start + timedelta(seconds=MONDAY_NINE))


def furnish(call: Caller) -> dict[str, Any]:
    """People, groups, fields and schedules, by the words that the generated rules use."""
    go = call.do
    for rules in ("triggers", "automations"):
        for old in call.get(f"/{rules}")[rules]:
            go("DELETE", f"/{rules}/{old['id']}")
    ids = {"support": call.get("/groups")["groups"][0]["id"]}
    ids["billing"] = go("POST", "/groups", {"group": {"name": "Billing"}})["group"]["id"]
    options = [{"name": "Gold", "value": "gold"}, {"name": "Tin", "value": "tin"}]
    plan = go(
        "POST",
        "/user_fields",
        {"user_field": {"type": "dropdown", "title": "Plan", "key": "plan", "custom_field_options": options}},
    )
    ids["gold"], ids["tin"] = (option["id"] for option in plan["user_field"]["custom_field_options"])
    go(
        "POST",
        "/organization_fields",
        {"organization_field": {"type": "text", "title": "Tier", "key": "tier"}},
    )
    sent = {"name": "Client", "organization_fields": {"tier": "one"}}
    client = go("POST", "/organizations", {"organization": sent})["organization"]["id"]
    for name, role, more in (
        ("kim", "agent", {}), ("lee", "agent", {}), ("ada", "admin", {}), ("other", "end-user", {}),
        ("customer", "end-user", {"organization_id": client, "user_fields": {"plan": "gold"}}),
    ):  # fmt: skip
        user = {"name": f"{name.title()} Test", "email": f"{name}@example.com", "role": role} | more
        ids[name] = go("POST", "/users", {"user": user})["user"]["id"]
    for name, group in (("kim", "support"), ("lee", "billing"), ("ada", "support"), ("ada", "billing")):
        go("POST", "/group_memberships", {"group_membership": {"user_id": ids[name], "group_id": ids[group]}})
    colours = [{"name": name, "value": name} for name in ("red", "blue")]
    for name, field in (
        ("colour", {"type": "tagger", "custom_field_options": colours}), ("box", {"type": "checkbox", "tag": "boxed"}),
        ("note", {"type": "text"}),
    ):  # fmt: skip
        ids[name] = go("POST", "/ticket_fields", {"ticket_field": {"title": name} | field})["ticket_field"][
            "id"
        ]
    for name in ("waiting", "asleep"):
        status = {"status_category": "pending", "agent_label": name}
        ids[name] = go("POST", "/custom_statuses", {"custom_status": status})["custom_status"]["id"]
    ids["default"] = call.get("/business_hours/schedules")["schedules"][0]["id"]
    nights = {"name": "Nights", "time_zone": "Berlin", "intervals": [{"start_time": 0, "end_time": 7 * 1440}]}
    ids["nights"] = go("POST", "/business_hours/schedules", {"schedule": nights})["schedule"]["id"]
    ids["first"] = call.get("/trigger_categories")["trigger_categories"][0]["id"]
    later = {"name": "Later", "position": 2}
    ids["second"] = go("POST", "/trigger_categories", {"trigger_category": later})["trigger_category"]["id"]
    hook = {
        "name": "Hook",
        "endpoint": "https://example.com/hook",
        "http_method": "POST",
        "request_format": "json",
        "status": "active",
    }
    ids["hook"] = go("POST", "/webhooks", {"webhook": hook})["webhook"]["id"]
    go(
        "POST",
        "/dynamic_content/items",
        {"item": {"name": "hello", "default_locale_id": 1, "content": "Good day"}},
    )
    return ids


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        sandbox.clock.stop()
        yield sandbox


# Not shrunk: a case is some twenty calls, and to make it smaller would take minutes.
@settings(
    max_examples=max(10, settings().max_examples // 6),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    report_multiple_bugs=False,
)
@given(
    st.lists(triggers, min_size=2, max_size=6),
    st.lists(automations, min_size=2, max_size=5),
    st.lists(steps, min_size=6, max_size=12),
    st.sampled_from(SWITCHES),
)
def test_an_update_over_http_and_in_process_have_one_outcome(shared: Sandbox, made, hourly, sent, switches):
    both = Both(shared, made, hourly, switches)

    for number, step in enumerate(sent):
        note(f"step {number}: {step}")
        both.take(step)
        both.compare()
    TALLY.update(both.image.tally)


def test_much_happened_in_what_was_compared():
    """Comes after the comparison, and tells whether that saw anything."""
    print(dict(TALLY))
    runs = settings().max_examples
    assert TALLY["refused"] > runs // 30
    assert TALLY["letters"] > runs // 5
    assert TALLY["trigger"] > runs // 2
    assert TALLY["automation"] > runs // 10
    assert TALLY["trigger after automation"] > runs // 20
    assert TALLY["opaque"] > runs // 20
