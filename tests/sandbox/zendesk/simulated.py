"""An account beside the sandbox's: the same updates, worked out in this process and never sent.

It knows what the API showed of the account, and keeps tickets, comments and audits by code of its own.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cstoolkit.engines.engine import Update, World
from cstoolkit.engines.trace import Step, Trace
from cstoolkit.engines.zendesk import ZendeskEngine
from cstoolkit.engines.zendesk.records import native_rules
from cstoolkit.engines.zendesk.updates import apply_update, create_ticket
from cstoolkit.errors import RejectedError
from sandbox.calls import Caller

API = {"channel": "api", "source": {"from": {}, "to": {}, "rel": None}}
LISTS = {
    "users": "/users", "groups": "/groups", "group_memberships": "/group_memberships", "organizations": "/organizations",
    "ticket_fields": "/ticket_fields", "user_fields": "/user_fields", "organization_fields": "/organization_fields",
    "brands": "/brands", "ticket_forms": "/ticket_forms", "custom_statuses": "/custom_statuses",
    "schedules": "/business_hours/schedules", "items": "/dynamic_content/items",
}  # fmt: skip


@dataclass
class File:
    """One ticket with its past."""

    ticket: dict[str, Any]
    comments: list[dict[str, Any]] = field(default_factory=list)
    audits: list[dict[str, Any]] = field(default_factory=list)


class Simulated:
    def __init__(self, call: Caller, *, host: str, account: str, switches: Mapping[str, str]) -> None:
        shown = {name: call.get(path)[name] for name, path in LISTS.items()}
        self.lookups = {name: {str(item["id"]): item for item in items} for name, items in shown.items()}
        self.lookups["dynamic_content"] = self.lookups.pop("items")
        self.lookups["holidays"] = {}
        self.lookups["account"] = {"1": {"name": account}}
        places = {
            item["id"]: item["position"] for item in call.get("/trigger_categories")["trigger_categories"]
        }
        rules = [
            *native_rules("trigger", call.get("/triggers")["triggers"], places),
            *native_rules("automation", call.get("/automations")["automations"]),
        ]
        self.switches = switches
        self.engine = ZendeskEngine(rules, switches)
        self.me = call.get("/users/me")["user"]["id"]
        self.host = host
        self.files: dict[int, File] = {}
        self.sent: list[tuple[Any, ...]] = []
        self.tally: Counter[str] = Counter()  # what happened, for a test to know that something did
        self._kinds = {rule.id: rule.kind for rule in rules}

    # -- updates

    def create(self, id_: int, sent: Mapping[str, Any], now: datetime) -> bool:
        """Whether the vendor would take it; `id_` is the number it gave."""
        values = dict(sent)
        comment = self._comment(values.pop("comment"), values["requester_id"], now)
        extra = values.pop("custom_fields", [])
        ticket = self._blank(id_, now) | values | {"custom_fields": self._fields(extra)}
        requester = self.lookups["users"][str(ticket["requester_id"])]
        ticket["organization_id"] = requester["organization_id"]
        ticket["description"], ticket["is_public"] = comment["body"], comment["public"]
        actor = str(sent["comment"].get("author_id", self.me))
        file = File(ticket)
        try:
            world, update = create_ticket(
                self._world(file), now=now, actor_id=actor, comment=comment, switches=self.switches
            )
        except RejectedError:
            self.tally["refused"] += 1
            return False
        self.files[id_] = file
        self._run(file, world, update, comment, now)
        return True

    def update(self, id_: int, sent: Mapping[str, Any], now: datetime) -> bool:
        file, values = self.files[id_], dict(sent)
        comment = values.pop("comment", None)
        if comment is not None:
            comment = self._comment(comment, self.me, now)
        actor = str(self.me if comment is None else comment["author_id"])
        try:
            world, update = apply_update(
                self._world(file),
                values,
                now=now,
                actor_id=actor,
                comment=comment,
                via=API,
                switches=self.switches,
            )
        except RejectedError:
            self.tally["refused"] += 1
            return False
        if comment is not None or update.changes:  # an update of nothing is none: no rule runs
            self._run(file, world, update, comment, now)
        return True

    def _run(self, file: File, world: World, update: Update, comment: Any, now: datetime) -> None:
        trace = self.engine.run(world, update, now=now)
        changes = {} if update.kind == "created" else update.changes
        events = [(name, world.ticket[name]) for name in changes]
        if update.kind == "created":
            events = [(name, world.ticket.get(name)) for name in ("status", "assignee_id", "group_id")]
        if comment is not None:
            file.comments.append(comment)
        self._settle(file, trace, trace.steps)
        self._audit(file, [*events, *self._changes(trace.steps)], now, author=update.actor_id)
        file.ticket = self._kept(trace.ticket) | {"updated_at": stamp(now)}

    # -- time

    def pass_hours(self, since: datetime, now: datetime) -> None:
        hour = since.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        while hour <= now:
            ids = iter(sorted(id_ for id_, file in self.files.items() if file.ticket["status"] != "closed"))
            order = list(ids)
            for id_, trace in zip(order, self.engine.hour(self._worlds(order), now=hour), strict=True):
                self._after_hour(self.files[id_], trace, hour)
            hour += timedelta(hours=1)

    def _worlds(self, ids: list[int]) -> Iterator[World]:
        return (self._world(self.files[id_]) for id_ in ids)

    def _after_hour(self, file: File, trace: Trace, hour: datetime) -> None:
        self._settle(file, trace, trace.steps)
        changes = self._changes(trace.steps)
        if not changes and not any(step.messages for step in trace.steps):
            return
        self._audit(file, changes, hour, author=None)
        file.ticket = self._kept(trace.ticket) | {"updated_at": stamp(hour)}

    # -- what is kept

    def _world(self, file: File) -> World:
        return World(dict(file.ticket), tuple(file.audits), tuple(file.comments), dict(self.lookups))

    def _settle(self, file: File, trace: Trace, steps: tuple[Step, ...]) -> None:
        """What rules sent, and what they did to people and organizations."""
        number = str(file.ticket["id"])
        by_automation = ""
        for step in steps:
            kind = self._kinds[step.rule]
            if step.changes:
                by_automation = by_automation or (" after automation" if kind == "automation" else "")
                self.tally[kind + (by_automation if kind == "trigger" else "")] += 1
            self.tally["opaque"] += bool(step.opaque)
            self.tally["letters"] += len(step.messages) + len(step.calls)
            for message in step.messages:
                self.sent.append(
                    (number, step.rule, message.audience, message.to, message.subject, message.body)
                )
            for call in step.calls:
                self.sent.append((number, step.rule, "webhook", (call.endpoint,), None, call.body))
            for change in step.changes:
                owner, dot, name = change.field.partition(".")
                if dot:
                    self._change_owner(file, owner, name, change.after)

    def _change_owner(self, file: File, kind: str, name: str, value: Any) -> None:
        lists, own = {
            "requester": ("users", "user_fields"),
            "organization": ("organizations", "organization_fields"),
        }[kind]
        id_ = str(file.ticket[f"{kind}_id"])
        owner = self.lookups[lists][id_]
        if name.startswith("custom_fields."):
            name, value = own, owner[own] | {name.removeprefix("custom_fields."): value}
        self.lookups[lists] = self.lookups[lists] | {id_: owner | {name: value}}

    def _changes(self, steps: tuple[Step, ...]) -> list[tuple[str, Any]]:
        return [
            (change.field, change.after)
            for step in steps
            for change in step.changes
            if "." not in change.field and change.before != change.after
        ]

    def _audit(
        self, file: File, changes: list[tuple[str, Any]], now: datetime, *, author: str | None
    ) -> None:
        events = [
            {"type": "ScheduleAssignment", "new_schedule_id": value}
            if name == "schedule_id"
            else {"type": "Change", "field_name": name, "value": value}
            for name, value in changes
        ]
        via = {"channel": "rule", "source": {"rel": "automation"}} if author is None else API
        file.audits.append({"created_at": stamp(now), "author_id": author, "via": via, "events": events})

    def _kept(self, ticket: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in ticket.items() if name != "schedule_id"}

    def _comment(self, sent: Mapping[str, Any], author: int, now: datetime) -> dict[str, Any]:
        return {"author_id": author, "public": True, "created_at": stamp(now), "attachments": []} | sent

    def _fields(self, given: list[dict[str, Any]]) -> list[dict[str, Any]]:
        values = {item["id"]: item["value"] for item in given}
        own = [item for item in self.lookups["ticket_fields"].values() if item["removable"]]
        own.sort(key=lambda item: (item["position"], item["id"]))
        empty: dict[str, Any] = {"checkbox": False}
        return [{"id": item["id"], "value": values.get(item["id"], empty.get(item["type"]))} for item in own]

    def _blank(self, id_: int, now: datetime) -> dict[str, Any]:
        brand = next(int(id_) for id_, item in self.lookups["brands"].items() if item["default"])
        form = next(int(id_) for id_, item in self.lookups["ticket_forms"].items() if item["default"])
        return {
            "id": id_, "url": f"https://{self.host}/api/v2/tickets/{id_}.json", "via": API, "type": None, "priority": None,
            "status": "new", "created_at": stamp(now), "updated_at": stamp(now), "submitter_id": self.me, "recipient": None,
            "assignee_id": None, "group_id": None, "brand_id": brand, "ticket_form_id": form, "tags": [], "due_at": None,
            "email_cc_ids": [], "follower_ids": [], "collaborator_ids": [], "problem_id": None, "external_id": None,
            "satisfaction_rating": {"score": "unoffered"},
        }  # fmt: skip


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
