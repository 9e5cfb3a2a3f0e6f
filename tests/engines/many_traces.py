"""Traces of many small runs, a digest a line, for Pythons to be compared by: `python many_traces.py [COUNT]`."""

import hashlib
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import asdict, is_dataclass
from datetime import timedelta
from typing import Any

from cstoolkit.engines.freshdesk import FreshdeskEngine
from cstoolkit.engines.neutral import NeutralEngine, NeutralUpdate, Situation
from cstoolkit.engines.zendesk import ZendeskEngine
from engines import freshdesk_world, neutral_world, zendesk_world
from engines.zendesk_world import MONDAY, a_comment, a_world, an_update

STATUSES = ("new", "open", "pending", "hold", "solved")
TAGS = ("a", "b", "vip", "printer", "gold")
ZENDESK_CONDITIONS = (
    "status is {status}", "status less_than {status}", "status value {status}", "priority greater_than normal",
    "current_tags includes {tags}", "current_tags not_includes {tags}", "comment_includes_word includes hello fire",
    "assignee_id is current_user", "custom_fields_100 is pro", "requester.custom_fields.plan is 501", "in_business_hours is true",
    "NEW greater_than {number}", "PENDING is_business_hours {number}", "role is end_user", "reopens greater_than 1", "locale_id is 8",
)  # fmt: skip
ZENDESK_ACTIONS = (
    ("status", "{status}"), ("priority", "urgent"), ("current_tags", "{tags}"), ("remove_tags", "{tags}"), ("set_tags", "{tags}"),
    ("assignee_id", "current_user"), ("group_id", "2"), ("custom_fields_100", "pro"), ("add_skills", "1"), ("locale_id", "1"),
    ("notification_user", ["requester_id", "{{{{ticket.id}}}} {status}", "{{{{ticket.tags}}}} {{{{ticket.latest_comment_formatted}}}} {{{{dc.hello}}}}"]),
)  # fmt: skip
NEUTRAL_CONDITIONS = (
    {"status": "{status}"}, {"tags": {"has": ["a", "vip"]}}, {"tags": {"has_none": ["b"]}}, {"priority": "normal"}, {"priority": {"empty": True}},
    {"created_at": {"older_than": "{number}h"}}, {"status": {"changed_to": "{status}"}}, {"subject": {"contains": "outage"}},
    {"any": [{"status": "open"}, {"tags": {"has": ["gold"]}}]}, {"none": [{"status": "{status}"}]},
)  # fmt: skip
NEUTRAL_ACTIONS = (
    {"set": {"priority": "urgent"}}, {"set": {"status": "{status}"}}, {"set": {"type": "task"}}, {"tags": {"add": ["vip", "b"]}},
    {"tags": {"remove": ["a"]}}, {"reply": "We have {{{{ ticket.id }}}}."},
)  # fmt: skip
FRESHDESK_CONDITIONS = (
    "status in 2|{code}", "priority not_in 1|4", "subject contains printer|fire", "subject starts_with Pr", "group_id in null|1",
    "responder_id in 7|null", "cf_seats greater_than 2", "contact: language in de|en", "colour in red",
)  # fmt: skip
FRESHDESK_ACTIONS = (
    ("status", "{code}"), ("priority", 4), ("group_id", 1), ("responder_id", 7), ("add_tag", ["a", "{status}"]), ("mystery", 1),
)  # fmt: skip
MAIL = {
    "field_name": "send_email_to_requester",
    "email_subject": "{{ticket.id}}",
    "email_body": "{{ticket.status}} {{ticket.tags}}",
}


def filled(thing: Any, words: dict[str, str]) -> Any:
    if isinstance(thing, str):
        return thing.format(**words)
    if isinstance(thing, dict):
        return {key: filled(value, words) for key, value in thing.items()}
    return [filled(item, words) for item in thing] if isinstance(thing, list | tuple) else thing


def words_of(dice: random.Random) -> dict[str, str]:
    return {
        "status": dice.choice(STATUSES),
        "tags": " ".join(dice.sample(TAGS, 2)),
        "number": str(dice.randrange(1, 60)),
        "code": str(dice.randrange(2, 7)),
    }


def picked(dice: random.Random, table: tuple[Any, ...], least: int, most: int) -> list[Any]:
    return [filled(dice.choice(table), words_of(dice)) for _ in range(dice.randint(least, most))]


def zendesk_traces(dice: random.Random) -> Iterator[Any]:
    rules = [
        zendesk_world.a_rule(
            f"{kind} {number}",
            kind=kind,
            position=number,
            every=picked(dice, ZENDESK_CONDITIONS, 0, 3),
            some=picked(dice, ZENDESK_CONDITIONS, 0, 2),
            do=[tuple(one) for one in picked(dice, ZENDESK_ACTIONS, 1, 3)],
        )
        for kind in ("trigger", "automation")
        for number in range(dice.randrange(6))
    ]
    engine = ZendeskEngine(rules)
    now = MONDAY + timedelta(minutes=dice.randrange(20_000))
    ticket = {"status": dice.choice(STATUSES), "tags": dice.sample(TAGS, 3)}
    said = a_comment("Hello fire") if dice.random() < 0.5 else None
    update = an_update(
        dice.choice(["created", "updated"]),
        before={"status": "open"},
        comment=said,
        by=dice.choice(["kim", "customer"]),
    )
    audit = {
        "created_at": "2026-02-27T10:00:00Z",
        "events": [{"type": "Change", "field_name": "status", "value": ticket["status"]}],
    }
    yield engine.run(a_world(ticket, history=[audit]), update, now=now)
    yield from engine.hour([a_world(ticket, history=[audit])], now=now)


def neutral_traces(dice: random.Random) -> Iterator[Any]:
    rules = [
        neutral_world.a_rule(
            f"{kind}-{number}",
            kind,
            when={"all": picked(dice, NEUTRAL_CONDITIONS, 1, 3)},
            then=picked(dice, NEUTRAL_ACTIONS, 1, 3),
        )
        for kind in ("trigger", "automation")
        for number in range(dice.randrange(5))
    ]
    ticket = neutral_world.a_ticket(
        status=dice.choice(STATUSES), tags=dice.sample(TAGS, 3), priority="normal", subject="S"
    )
    engine = NeutralEngine(rules, account=neutral_world.ACCOUNT)
    update = NeutralUpdate(neutral_world.ANN, comment=neutral_world.a_comment("Hello"))
    ran = engine.update(Situation(ticket), update, now=neutral_world.NOW + timedelta(hours=1))
    yield ran.trace
    yield engine.scan(ran.situation, now=neutral_world.NOW + timedelta(hours=dice.randrange(2, 60))).trace


def freshdesk_traces(dice: random.Random) -> Iterator[Any]:
    rules = [
        freshdesk_world.a_rule(
            f"{kind} {number}",
            type=kind,
            position=number,
            sets=[
                freshdesk_world.a_set(
                    *picked(dice, FRESHDESK_CONDITIONS, 1, 2), match=dice.choice(["all", "any"])
                )
                for _ in range(dice.randint(1, 2))
            ],
            operator=dice.choice(["AND", "OR"]),
            do=[freshdesk_world.put(*one) for one in picked(dice, FRESHDESK_ACTIONS, 1, 3)] + [MAIL],
            **({"performer": {"type": 3}, "events": [{"field_name": "reply_sent"}]} if kind == 4 else {}),
        )
        for kind in (1, 3, 4)
        for number in range(dice.randrange(5))
    ]
    engine = FreshdeskEngine(rules)
    now = freshdesk_world.MONDAY + timedelta(minutes=dice.randrange(20_000))
    ticket = {"status": dice.randrange(2, 7), "tags": dice.sample(TAGS, 3), "subject": "Printer on fire"}
    world = freshdesk_world.a_world(ticket)
    for update in (freshdesk_world.CREATED, freshdesk_world.REPLIED):
        yield engine.run(world, update, now=now)
    yield from engine.hour([world], now=now)


def plain(thing: Any) -> Any:
    if is_dataclass(thing) and not isinstance(thing, type):
        return plain(asdict(thing))
    if isinstance(thing, set | frozenset):
        return sorted(map(str, thing))
    return dict(thing) if hasattr(thing, "keys") else str(thing)


TRACES = {"zendesk": zendesk_traces, "neutral": neutral_traces, "freshdesk": freshdesk_traces}


def lines(count: int) -> Iterator[str]:
    for name, make in TRACES.items():
        for seed in range(count):
            for trace in make(random.Random(seed)):
                shown = {
                    "steps": [asdict(step) for step in trace.steps],
                    "ticket": trace.ticket,
                    "switches": dict(trace.switches),
                }
                text = json.dumps(shown, sort_keys=True, default=plain)
                busy = sum(step.outcome in {"fired", "opaque"} for step in trace.steps)
                yield f"{name} {seed} {busy} {hashlib.sha256(text.encode()).hexdigest()[:16]}"


if __name__ == "__main__":
    print(*lines(int(sys.argv[1]) if len(sys.argv) > 1 else 500), sep="\n")
