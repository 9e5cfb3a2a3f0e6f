"""Updates through a long list of Freshdesk update rules, and new tickets through one of creation rules.

    python benchmarks/engine_freshdesk.py [--updates 100000] [--rules 300] [--processes 2] [--check 300]

First the fast path is compared with the full one over `--check` updates: the same rules fire and the same
tickets come out. Exit code 1 if any two differ.
"""

import argparse
import os
import random
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from typing import Any

from cstoolkit.engines.engine import Update, World
from cstoolkit.engines.freshdesk import FreshdeskEngine
from cstoolkit.engines.freshdesk.records import native_rules
from cstoolkit.engines.trace import Record
from cstoolkit.model.rules import NativeRule

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
STATUSES, PRIORITIES, SOURCES = [2, 3, 4, 5, 6], [1, 2, 3, 4], [1, 2, 3, 7]
TYPES = ["Question", "Incident", "Problem", "Refund"]
WORDS = [f"word{number}" for number in range(400)]
TAGS = [f"tag{number}" for number in range(120)]
GROUPS, AGENTS = [*range(1, 25)], [*range(100, 180)]
OPTIONS = [f"option{number}" for number in range(30)]
LOOKUPS: dict[str, dict[str, Record]] = {
    "agents": {
        str(number): {"id": number, "group_ids": [], "contact": {"name": f"Agent {number}"}}
        for number in AGENTS
    },
    "contacts": {
        str(number): {"id": number, "name": f"User {number}", "email": f"{number}@x.test"}
        for number in range(1000, 3000)
    },
    "ticket_fields": {"900": {"id": 900, "name": "cf_product", "type": "custom_dropdown"}},
}


def a_property(field_name: str, operator: str, value: Any) -> Record:
    return {"resource_type": "ticket", "field_name": field_name, "operator": operator, "value": value}


def make_rules(count: int) -> list[NativeRule]:
    """What grown accounts hold: two update rules for each one of creation, the last of these a catch-all."""
    draw = random.Random(11)
    updates = [rule for number in range(count) for rule in native_rules(4, [_update_rule(number, draw)])]
    creation = [rule for number in range(count) for rule in native_rules(1, [_creation_rule(number, draw)])]
    return updates + creation


def _mail(draw: random.Random) -> Record:
    to = {"field_name": "send_email_to_agent", "email_to": draw.choice(AGENTS)}
    return {**to, "email_subject": "{{ticket.subject}}", "email_body": "{{ticket.latest_public_comment}}"}


def _update_rule(number: int, draw: random.Random) -> Record:
    group = a_property("group_id", "in", draw.sample(GROUPS, 2))
    changed = [
        {
            "field_name": draw.choice(["status", "priority", "group_id", "cf_product"]),
            "from": "--",
            "to": "--",
        }
    ]
    tag = {"field_name": "add_tag", "value": [draw.choice(TAGS)]}
    shapes: list[tuple[int, list[Record], list[Record], list[Record]]] = [
        (2, [{"field_name": "reply_sent"}], [a_property("status", "in", [3, 4, 5]), group], [{"field_name": "status", "value": 2}]),
        (1, [{"field_name": "reply_sent"}], [a_property("subject", "contains", draw.sample(WORDS, 3)), group], [tag]),
        (3, changed, [a_property("priority", "in", [3, 4]), group], [_mail(draw)]),
        (1, [{"field_name": "status", "from": "--", "to": draw.choice(STATUSES)}], [group], [_mail(draw), tag]),
        (3, [{"field_name": "note_type", "value": "public"}], [a_property("cf_product", "in", [draw.choice(OPTIONS)])], [{"field_name": "priority", "value": draw.choice(PRIORITIES)}]),
        (3, changed, [a_property("ticket_type", "in", [draw.choice(TYPES)]), a_property("cf_product", "in", draw.sample(OPTIONS, 3))], [tag]),
    ]  # fmt: skip
    performer, events, conditions, actions = shapes[number % len(shapes)]
    sets = [{"name": "condition_set_1", "match_type": "all", "properties": conditions}]
    start = {"performer": {"type": performer}, "events": events}
    return {"id": number, "name": f"Rule {number}", "position": number, **start, "conditions": sets, "actions": actions}  # fmt: skip


def _creation_rule(number: int, draw: random.Random) -> Record:
    shapes = [
        [a_property("subject_or_description", "contains", draw.sample(WORDS, 1)), a_property("source", "in", [1])],
        [a_property("cf_product", "in", [draw.choice(OPTIONS)]), a_property("ticket_type", "in", [draw.choice(TYPES)])],
        [a_property("subject", "starts_with", [draw.choice(WORDS)]), a_property("priority", "in", [4])],
    ]  # fmt: skip
    sets = [{"name": "condition_set_1", "match_type": "all", "properties": shapes[number % 3]}]
    actions = [
        {"field_name": "group_id", "value": draw.choice(GROUPS)},
        {"field_name": "add_tag", "value": ["x"]},
    ]
    return {"id": 10_000 + number, "name": f"New {number}", "position": number, "conditions": sets, "actions": actions}  # fmt: skip


def an_update(number: int) -> tuple[World, Update]:
    draw = random.Random(number)
    created = draw.random() < 0.25
    requester, agent = draw.randrange(1000, 3000), draw.choice(AGENTS)
    by = requester if created or draw.random() < 0.4 else agent
    text = " ".join(draw.choices(WORDS, k=60))
    ticket = {
        "id": number, "subject": text[:40], "description": f"<div>{text}</div>", "description_text": text,
        "status": draw.choice(STATUSES), "priority": draw.choice(PRIORITIES), "source": draw.choice(SOURCES),
        "type": draw.choice(TYPES), "requester_id": requester, "responder_id": draw.choice([None, agent]),
        "group_id": draw.choice(GROUPS), "company_id": None, "product_id": None, "tags": draw.sample(TAGS, 4),
        "custom_fields": {"cf_product": draw.choice([None, *OPTIONS])}, "stats": {},
    }  # fmt: skip
    if created:
        return World(ticket, lookups=LOOKUPS), Update("created", actor_id=str(by))
    comment = {"user_id": by, "body": text, "body_text": text, "source": draw.choice([0, 2]), "private": draw.random() < 0.2, "incoming": by == requester}  # fmt: skip
    before = draw.choice([{}, {"status": 9}, {"responder_id": 99}, {"group_id": 99}])
    spoken = comment if draw.random() < 0.6 else None
    return World(ticket, lookups=LOOKUPS), Update("updated", before, spoken, str(by))


def replay(rules: int, first: int, last: int) -> tuple[int, int, float]:
    """Steps, changes and seconds in the engine, of updates made as they are needed."""
    engine = FreshdeskEngine(make_rules(rules))
    steps = changes = 0
    spent = 0.0
    for number in range(first, last):
        world, update = an_update(number)
        started = time.process_time()
        trace = engine.run(world, update, now=NOW, detail="fired")
        spent += time.process_time() - started
        steps += len(trace.steps)
        changes += sum(len(step.changes) for step in trace.steps)
    return steps, changes, spent


def differences(rules: int, count: int) -> int:
    engine = FreshdeskEngine(make_rules(rules))
    differing = 0
    for number in range(count):
        world, update = an_update(number)
        full, fired = (engine.run(world, update, now=NOW, detail=detail) for detail in ("full", "fired"))
        busy = [(step.rule, step.changes) for step in full.steps if step.outcome != "no_match"]
        same = busy == [(step.rule, step.changes) for step in fired.steps] and full.ticket == fired.ticket
        differing += not same
    return differing


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=100_000)
    parser.add_argument("--rules", type=int, default=300)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--check", type=int, default=300)
    options = parser.parse_args()

    differing = differences(options.rules, options.check)
    print(f"checked: {options.check} updates, {differing} differ between the fast and the full path")
    size = -(-options.updates // options.processes)
    parts = [(first, min(first + size, options.updates)) for first in range(0, options.updates, size)]

    started = time.perf_counter()
    with ProcessPoolExecutor(options.processes) as pool:
        found = list(pool.map(replay, [options.rules] * len(parts), *zip(*parts, strict=True)))
    total = time.perf_counter() - started

    steps, changes, spent = (sum(column) for column in zip(*found, strict=True))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu, peak, load = used.ru_utime + used.ru_stime, used.ru_maxrss // 1024, os.getloadavg()[0]
    print(
        f"{options.updates} updates x {options.rules} rules on {options.processes} processes: {total:.1f} s"
    )
    print(f"  processor time {cpu:.1f} s in all, with load {load:.1f} on {os.cpu_count()} cores")
    print(f"  in the engine {spent:.1f} s of it, {spent / options.updates * 1e6:.0f} us an update")
    print(f"  {steps} rules fired, {changes} changes, at most {peak} MB a process")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
