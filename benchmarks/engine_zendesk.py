"""Updates through a long list of Zendesk triggers, without idle steps, on two processes.

    python benchmarks/engine_zendesk.py [--updates 100000] [--rules 300] [--processes 2] [--check 300]

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
from cstoolkit.engines.trace import Record
from cstoolkit.engines.zendesk import ZendeskEngine
from cstoolkit.engines.zendesk.records import native_rules
from cstoolkit.model.rules import NativeRule

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
STATUSES = ["new", "open", "pending", "hold", "solved"]
PRIORITIES = ["low", "normal", "high", "urgent"]
WORDS = [f"word{number}" for number in range(400)]
TAGS = [f"tag{number}" for number in range(120)]
GROUPS = [str(number) for number in range(1, 25)]
AGENTS = list(range(100, 180))
OPTIONS = [f"option{number}" for number in range(30)]
FIELD = {"id": 900, "type": "tagger", "custom_field_options": []}
PEOPLE = {
    **{str(number): {"id": number, "role": "agent", "name": f"Agent {number}"} for number in AGENTS},
    **{
        str(number): {"id": number, "role": "end-user", "name": f"User {number}"}
        for number in range(1000, 3000)
    },
}
LOOKUPS: dict[str, dict[str, Record]] = {"users": PEOPLE, "ticket_fields": {"900": FIELD}}


def a_condition(field: str, operator: str, value: Any = None) -> Record:
    return {"field": field, "operator": operator, "value": value}


def make_rules(count: int) -> list[NativeRule]:
    """What grown accounts hold: routing by word, tag, field and group; notices by status, comment and change."""
    draw = random.Random(11)
    return [rule for number in range(count) for rule in native_rules("trigger", [_record(number, draw)])]


def _record(number: int, draw: random.Random) -> Record:
    tag = draw.choice(TAGS)
    mail = {
        "field": "notification_user",
        "value": ["assignee_id", "{{ticket.title}}", "{{ticket.latest_comment}}"],
    }
    shapes: list[tuple[list[Record], list[Record]]] = [
        (
            [a_condition("update_type", "is", "Create"), a_condition("comment_includes_word", "includes", " ".join(draw.sample(WORDS, 3)))],
            [{"field": "group_id", "value": draw.choice(GROUPS)}, {"field": "current_tags", "value": tag}],
        ),
        (
            [a_condition("current_tags", "includes", " ".join(draw.sample(TAGS, 2))), a_condition("status", "less_than", "solved")],
            [{"field": "priority", "value": draw.choice(PRIORITIES)}],
        ),
        (
            [a_condition("custom_fields_900", "is", draw.choice(OPTIONS)), a_condition("current_tags", "not_includes", tag)],
            [{"field": "current_tags", "value": tag}],
        ),
        (
            [a_condition("group_id", "is", draw.choice(GROUPS)), a_condition("comment_is_public", "is", "true"), a_condition("role", "is", "end_user")],
            [mail],
        ),
        (
            [a_condition("status", "value", draw.choice(STATUSES)), a_condition("group_id", "is", draw.choice(GROUPS))],
            [mail, {"field": "remove_tags", "value": tag}],
        ),
        (
            [a_condition("assignee_id", "changed"), a_condition("assignee_id", "is_not", "current_user"), a_condition("group_id", "is", draw.choice(GROUPS))],
            [mail],
        ),
        (
            [a_condition("priority", "greater_than", "high"), a_condition("group_id", "is", draw.choice(GROUPS)), a_condition("current_tags", "not_includes", tag)],
            [{"field": "current_tags", "value": tag}] if number % 5 == 0 else [mail],
        ),
        (
            [a_condition("update_type", "is", "Change"), a_condition("requester_id", "is", str(draw.randrange(1000, 3000)))],
            [{"field": "priority", "value": "urgent"}],
        ),
    ]  # fmt: skip
    conditions, actions = shapes[number % len(shapes)]
    return {
        "id": number,
        "title": f"Rule {number}",
        "position": number,
        "conditions": {"all": conditions, "any": []},
        "actions": actions,
    }


def an_update(number: int) -> tuple[World, Update]:
    draw = random.Random(number)
    created = draw.random() < 0.25
    requester, agent = draw.randrange(1000, 3000), draw.choice(AGENTS)
    by = requester if created or draw.random() < 0.4 else agent
    text = " ".join(draw.choices(WORDS, k=60))
    ticket = {
        "id": number, "subject": text[:40], "description": text, "status": draw.choice(STATUSES),
        "priority": draw.choices([None, *PRIORITIES], [2, 2, 6, 2, 0.4])[0], "type": "question",
        "requester_id": requester, "assignee_id": draw.choice([None, agent]), "group_id": int(draw.choice(GROUPS)),
        "tags": draw.sample(TAGS, 4), "custom_fields": [{"id": 900, "value": draw.choice([None, *OPTIONS])}],
        "is_public": True, "via": {"channel": "email"},
    }  # fmt: skip
    comment = (
        {"author_id": by, "body": text, "public": draw.random() < 0.8}
        if created or draw.random() < 0.6
        else None
    )
    before = {} if created else draw.choice([{}, {"status": "new"}, {"assignee_id": None}, {"group_id": 99}])
    return World(ticket, lookups=LOOKUPS), Update(
        "created" if created else "updated", before, comment, str(by)
    )


def replay(rules: int, first: int, last: int) -> tuple[int, int, float]:
    """Steps, changes and seconds in the engine, of updates made as they are needed."""
    engine = ZendeskEngine(make_rules(rules))
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
    engine = ZendeskEngine(make_rules(rules))
    differing = 0
    for number in range(count):
        world, update = an_update(number)
        full, fired = (engine.run(world, update, now=NOW, detail=detail) for detail in ("full", "fired"))
        busy = [(step.rule, step.changes) for step in full.steps if step.outcome not in {"no_match", "spent"}]
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
