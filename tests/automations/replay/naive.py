"""A replay written a second time, naively: from model events, one look after the other, every hour, no shortcuts.

It shares with the product the meaning of conditions (`matches`) and the model's types, and nothing else.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cstoolkit.model.actions import Notify, Say, Set, Tags
from cstoolkit.model.context import Context
from cstoolkit.model.matching import matches
from cstoolkit.model.people import Group, Person
from cstoolkit.model.ticket import Comment, Priority, Status

HOUR = timedelta(hours=1)
SYSTEM = Person(id="system", name="System", role="system")
OPENED_BY_REPLY = ("pending", "hold", "solved")


@dataclass
class Counts:
    """By rule: fires, tickets, messages; and per ticket how it ends."""

    fires: Counter = field(default_factory=Counter)
    tickets: Counter = field(default_factory=Counter)
    messages: Counter = field(default_factory=Counter)
    days: Counter = field(default_factory=Counter)
    ends: dict[str, tuple[Any, ...]] = field(default_factory=dict)


class NaiveReplay:
    def __init__(self, helpdesk, rules, calendars, *, since, until, drop):
        self.helpdesk, self.rules, self.calendars = helpdesk, rules, calendars
        self.since, self.until, self.drop = since, until, drop
        self.counts = Counts()
        self.people = {person.id: person for person in helpdesk.people}
        self.groups = {group.id: group for group in helpdesk.groups}

    def run(self) -> Counts:
        for file in self.helpdesk.ticket_files():
            self.one(file)
        return self.counts

    def one(self, file) -> None:
        self.ticket, self.fired_at, self.seen = None, {}, set()
        saves = self.saves(file)
        kept = sorted((t.fulfilled_at, index) for index, t in enumerate(file.ticket.sla) if t.fulfilled_at)
        created_at = saves[0][0][0]
        self.make(file, saves.pop(0))
        hour = created_at.replace(minute=0, second=0, microsecond=0)
        hour += HOUR if hour < created_at else timedelta(0)
        while hour <= self.until:
            saves = self.save_until(file, kept, saves, hour)
            self.keep_promises(file, kept, hour)
            self.scan(hour)
            hour += HOUR
        self.save_until(file, kept, saves, self.until)
        t = self.ticket
        self.counts.ends[t.id] = (
            t.status.native, t.priority and t.priority.level.value, t.group and t.group.name,
            t.assignee and t.assignee.name, t.tags,
        )  # fmt: skip
        for rule in self.seen:
            self.counts.tickets[rule] += 1

    def save_until(self, file, kept, saves, at):
        """Play the saves up to an instant, which goes before the scan at it; those that are left."""
        for key, events in saves:
            if key[0] <= at:
                self.keep_promises(file, kept, key[0])
                self.save(file, key, events)
        return [each for each in saves if each[0][0] > at]

    def keep_promises(self, file, kept, at) -> None:
        done = {index for when, index in kept if when <= at}
        sla = tuple(
            t if index in done else t.model_copy(update={"fulfilled_at": None})
            for index, t in enumerate(file.ticket.sla)
        )
        self.ticket = self.ticket.model_copy(update={"sla": sla})

    # -- history

    def saves(self, file):
        """[(instant, rule, actor), events] in order; the creation first, with all that no rule did then."""
        found: list[tuple[Any, list[Any]]] = []
        born = file.events[0].occurred_at
        for event in file.events:
            if event.kind == "sla":
                continue
            if self.drop and event.rule_id and event.kind not in {"deleted", "merged", "restored"}:
                continue
            actor = "born" if event.occurred_at == born and not event.rule_id else event.actor_id
            key = (event.occurred_at, event.rule_id, actor)
            for other, events in found:
                if other == key:
                    events.append(event)
                    break
            else:
                found.append((key, [event]))
        return found

    def make(self, file, first) -> None:
        (at, _, _), events = first
        base = file.ticket.model_copy(
            update={
                "status": Status.of("new"), "priority": None, "group": None, "assignee": None, "tags": frozenset(),
                "rating": None, "calendar": None, "problem_id": None, "gone": None, "comments": (), "custom": {},
                "created_at": at, "updated_at": at, "status_changed_at": at, "reopens": 0, "replies": 0,
                "requester_replies": 0, "assignee_stations": 0, "group_stations": 0, "incidents": 0,
            }
        )  # fmt: skip
        untouched = {
            "custom": {
                name: value
                for name, value in file.ticket.custom.items()
                if not any(event.kind == "field" and event.field == name for event in file.events)
            },
        }
        for name, kind in (("priority", "priority"), ("group", "group"), ("calendar", "schedule"), ("tags", "tags"),
                           ("assignee", "assignee"), ("rating", "rating"), ("problem_id", "link")):  # fmt: skip
            if not any(event.kind == kind for event in file.events):
                untouched[name] = getattr(file.ticket, name)
        self.ticket = base.model_copy(update=untouched)
        kept = sorted((t.fulfilled_at, index) for index, t in enumerate(file.ticket.sla) if t.fulfilled_at)
        self.keep_promises(file, [each for each in kept if each[0] < at], at)
        values, comment, actor = self.told(file, events)
        self.ticket = self.ticket.model_copy(update=values)
        t, folds = self.ticket, {}
        if t.assignee:
            folds |= {"assigned_at": at, "assignee_stations": 1}
        folds["group_stations"] = int(t.group is not None)
        if comment:
            folds["comments"] = (comment,)
            if comment.public and not comment.automatic:
                if comment.author_role == "agent":
                    folds |= {"replies": 1, "agent_replied_at": at}
                if comment.author_role == "requester":
                    folds |= {"requester_replied_at": at}
        self.ticket = t.model_copy(update=folds)
        self.look({"created"}, Context(now=at, comment=comment, actor=actor, calendars=self.calendars))

    def told(self, file, events):  # noqa: C901, PLR0912 - one case a kind
        values: dict[str, Any] = {}
        comments = {comment.id: comment for comment in file.comments}
        comment = None
        tags = self.ticket.tags
        for event in events:
            match event.kind:
                case "status":
                    values["status"] = Status.of(event.after)
                case "created":
                    values["status"] = Status.of(event.after)
                case "priority":
                    values["priority"] = event.after and Priority.of(event.after)
                case "group":
                    values["group"] = event.after and self.groups[event.after]
                case "assignee":
                    values["assignee"] = event.after and self.people[event.after]
                case "schedule":
                    values["calendar"] = event.after
                case "rating":
                    values["rating"] = event.after
                case "link":
                    values["problem_id"] = event.after
                case "tags":
                    old, new = set(_list(event.before)), set(_list(event.after))
                    values["tags"] = tags = frozenset((tags | (new - old)) - (old - new))
                case "field":
                    held = values.get("custom", self.ticket.custom)
                    values["custom"] = {**held, event.field: event.after}
                case "deleted" | "merged":
                    values["gone"] = event.after if event.kind == "deleted" else "merged"
                case "restored":
                    values["gone"] = None
                case "comment":
                    assert comment is None, "two comments in one save"
                    comment = comments[event.after]
        event = events[0]
        if event.rule_id or event.actor_id is None:
            return values, comment, SYSTEM
        role = "end_user" if event.actor_role == "requester" else event.actor_role
        return values, comment, self.people[event.actor_id].model_copy(update={"role": role})

    def save(self, file, key, events) -> None:
        at = key[0]
        values, comment, actor = self.told(file, events)
        before = self.ticket
        if self.drop and key[1]:
            values, comment = {name: value for name, value in values.items() if name == "gone"}, None
        if before.gone or "gone" in values:
            self.ticket = before.model_copy(update=values)
            return
        self.update(values, comment, actor, at)

    def update(self, values, comment, actor, at) -> None:
        """A save, and the triggers on it."""
        before = self.ticket
        by_requester = before.requester is not None and before.requester.id == actor.id
        words = {"updated"}
        if values.keys() & {"rating", "rating_comment"} and values.get("rating") != before.rating:
            words.add("rated")
        if comment:
            words |= {"commented"}
            if not comment.public:
                words.add("note_added")
            elif by_requester:
                words.add("requester_replied")
            elif actor.role == "agent":
                words.add("agent_replied")
            if comment.public and actor.role == "end_user":
                words.add("end_user_replied")
        changed = {
            name: value for name, value in values.items() if not self.equal(getattr(before, name), value)
        }
        if (
            "status" not in changed
            and "requester_replied" in words
            and before.status.category in OPENED_BY_REPLY
        ):
            changed["status"] = Status.of("open")
        if comment:
            self.comment(comment)
        self.put(changed, at)
        self.look(
            words, Context(now=at, before=before, comment=comment, actor=actor, calendars=self.calendars)
        )

    def comment(self, comment) -> None:
        t = self.ticket
        values: dict[str, Any] = {"comments": (*t.comments, comment), "updated_at": comment.created_at}
        if comment.public and not comment.automatic:
            if comment.author_role == "agent":
                values |= {"replies": t.replies + 1, "agent_replied_at": comment.created_at}
            if comment.author_role == "requester":
                values |= {
                    "requester_replies": t.requester_replies + 1,
                    "requester_replied_at": comment.created_at,
                }
        self.ticket = t.model_copy(update=values)

    @staticmethod
    def equal(one, two) -> bool:
        """People and groups are one by name: a recipe knows them by name only."""
        if one is None or two is None:
            return one is two
        return getattr(one, "name", one) == getattr(two, "name", two)

    def put(self, values, at) -> None:
        t = self.ticket
        new = {name: value for name, value in values.items() if not self.equal(getattr(t, name), value)}
        if not new:
            return
        extra: dict[str, Any] = {"updated_at": at}
        if "status" in new and new["status"].category != t.status.category:
            extra["status_changed_at"] = at
            done = {"solved", "closed"}
            if t.status.category in done and new["status"].category not in done:
                extra["reopens"] = t.reopens + 1
        if "assignee" in new:
            extra["assigned_at"] = at if new["assignee"] else None
            extra["assignee_stations"] = t.assignee_stations + bool(new["assignee"])
        if "group" in new:
            extra["group_stations"] = t.group_stations + bool(new["group"])
        self.ticket = t.model_copy(update={**new, **extra})

    # -- rules

    def look(self, words, context) -> None:
        for rule in self.rules:
            if rule.kind == "trigger" and words & set(rule.event):
                self.judge(rule, context)
        over = []
        for rule in self.rules:
            if rule.once == "spell" and rule.id in self.ticket.fired:
                then = Context(
                    now=self.fired_at[rule.id], before=context.before, comment=context.comment, actor=context.actor,
                    calendars=self.calendars,
                )  # fmt: skip
                if rule.when is not None and not matches(rule.when, self.ticket, then):
                    over.append(rule.id)
        self.ticket = self.ticket.model_copy(update={"fired": self.ticket.fired - set(over)})

    def judge(self, rule, context) -> bool:
        if rule.when is not None and not matches(rule.when, self.ticket, context):
            return False
        if rule.once != "run" and rule.id in self.ticket.fired:
            return False
        sent = self.act(rule, context)
        if rule.once != "run":
            self.ticket = self.ticket.model_copy(update={"fired": self.ticket.fired | {rule.id}})
            self.fired_at[rule.id] = context.now
        if self.since <= context.now <= self.until:
            self.counts.fires[rule.id] += 1
            self.counts.messages[rule.id] += sent
            self.counts.days[rule.id, context.now.date()] += 1
            self.seen.add(rule.id)
        return True

    def act(self, rule, context) -> int:
        sent = 0
        for action in rule.then:
            match action:
                case Set(values):
                    self.put({name: self.value(name, value) for name, value in values.items()}, context.now)
                case Tags(add, remove):
                    self.put({"tags": (self.ticket.tags | set(add)) - set(remove)}, context.now)
                case Say(text, public):
                    t = self.ticket
                    self.comment(
                        Comment(
                            id=f"{t.id}-{len(t.comments) + 1}", ticket_id=t.id, created_at=context.now,
                            author_id="system", author_role="system", public=public, text=text, automatic=True,
                        )
                    )  # fmt: skip
                case Notify(to):
                    sent += bool({"requester": self.ticket.requester, "assignee": self.ticket.assignee}[to])
        return sent

    def value(self, name, word):
        if word is None:
            return None
        match name:
            case "status":
                return Status.of(word)
            case "priority":
                return Priority.of(word)
            case "group":
                return Group(id=word, name=word)
            case "assignee":
                return Person(id=word, name=word, role="agent")
        return word

    def scan(self, at) -> None:
        if self.ticket.gone:
            return
        for rule in self.rules:
            if rule.kind != "automation":
                continue
            before = self.ticket
            if self.judge(rule, Context(now=at, calendars=self.calendars)):
                self.after_automation(before, at)

    def after_automation(self, before, at) -> None:
        """What an automation changed is a save by the system: triggers look at it."""
        t = self.ticket
        said = list(t.comments[len(before.comments) :])
        names = ("status", "priority", "group", "assignee", "tags", "rating", "type")
        if not said and all(getattr(before, name) == getattr(t, name) for name in names):
            return
        public = [comment for comment in said if comment.public]
        comment = (public or said or [None])[0]
        words = {"updated"}
        if before.rating != t.rating:
            words.add("rated")
        if comment:
            words |= {"commented"} | (set() if comment.public else {"note_added"})
        self.look(
            words, Context(now=at, before=before, comment=comment, actor=SYSTEM, calendars=self.calendars)
        )


def _list(text):
    return json.loads(text) if text else []


def naive(helpdesk, rules, calendars, *, since: datetime, until: datetime, drop: bool) -> Counts:
    return NaiveReplay(helpdesk, rules, calendars, since=since, until=until, drop=drop).run()
