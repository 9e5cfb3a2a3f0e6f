"""Rules of real accounts load and run; what the engine cannot judge in them is counted and printed."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from cstoolkit.engines.engine import World
from cstoolkit.engines.zendesk import ZendeskEngine
from cstoolkit.engines.zendesk.records import native_rules
from cstoolkit.engines.zendesk.updates import apply_update
from cstoolkit.model.rules import NativeRule
from engines.zendesk_world import CUSTOMER, KIM, MONDAY, a_comment, a_rule, a_world, an_update

LISTS = {"triggers": "trigger", "automations": "automation", "macros": "macro", "sla_policies": "sla_policy"}


def recorded_rules(folder: Path) -> list[NativeRule]:
    """Each rule of the recordings once; the last reply that has it counts."""
    found = {}
    with gzip.open(folder / "zendesk-recorded" / "interactions.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            for kind, record in _rules_in(json.loads(line)["response"]):
                found[kind, record["title"]] = (kind, record)
    return [
        rule for kind, record in found.values() for rule in native_rules(kind, [{**record, "active": True}])
    ]


def fixture_rules(folder: Path) -> list[NativeRule]:
    rules = []
    for path in sorted((folder / "zendesk-fixtures-go" / "GET").glob("*.json")):
        rules += [
            rule
            for kind, record in _rules_in(path.read_text(encoding="utf-8"))
            for rule in native_rules(kind, [{**record, "active": True}])
        ]
    return rules


def terraform_rules(folder: Path) -> list[NativeRule]:
    """The three rule resources of the Terraform examples, read as far as they use the language."""
    rules = []
    for noun in ("trigger", "automation", "sla_policy"):
        text = (folder / "zendesk-rules-terraform" / f"zendesk_{noun}.tf").read_text(encoding="utf-8")
        blocks: dict[str, list[dict[str, object]]] = {
            "all": [],
            "any": [],
            "action": [],
            "policy_metrics": [],
        }
        for name, body in re.findall(
            r"^  (all|any|action|policy_metrics) \{(.*?)^  \}", text, re.MULTILINE | re.DOTALL
        ):
            pairs = re.findall(r"(\w+)\s*=\s*(jsonencode\((.*?)\)|\S+)", body, re.DOTALL)
            blocks[name].append({key: _terraform_value(value, listed) for key, value, listed in pairs})
        record = {
            "title": re.search(r'title\s*=\s*"(.*?)"', text)[1],
            "conditions": {"all": blocks["all"], "any": blocks["any"]},
            "actions": blocks["action"],
            "policy_metrics": blocks["policy_metrics"],
        }
        rules += native_rules(noun, [record])
    return rules


def _terraform_value(value: str, listed: str) -> object:
    return json.loads(re.sub(r",\s*\]", "]", listed)) if listed else json.loads(value)


def _rules_in(text: str) -> Iterator[tuple[str, dict[str, object]]]:
    try:
        body = json.loads(text)
    except ValueError:
        return
    if not isinstance(body, dict):
        return
    for name, kind in LISTS.items():
        single = body.get(name.removesuffix("s") if name != "sla_policies" else "sla_policy")
        for record in [*(body.get(name) or []), *([single] if isinstance(single, dict) else [])]:
            if isinstance(record, dict) and "title" in record:
                yield kind, record


SOURCES = {"recorded": recorded_rules, "fixtures": fixture_rules, "terraform": terraform_rules}


@pytest.mark.parametrize("source", SOURCES)
def test_real_rules_are_judged_but_for_the_listed_parts(source, shared_data):
    rules = SOURCES[source](shared_data)
    audit = {
        "created_at": "2026-02-20T09:00:00Z",
        "events": [
            {"type": "Change", "field_name": "status", "value": value} for value in ("pending", "solved")
        ],
    }
    world = a_world({"status": "pending"}, history=[audit], comments=[a_comment()])
    engine = ZendeskEngine(rules, {"hours_since_status": "last"})

    found = engine.coverage(world, an_update(comment=a_comment(by="kim"), channel="email"), now=MONDAY)

    parts, opaque = (
        sum(one.parts for one in found),
        [(one.title, part) for one in found for part in one.opaque],
    )
    touched = sum(bool(one.opaque) for one in found)
    print(f"\n{source}: {len(rules)} rules {dict(Counter(rule.kind for rule in rules))}")
    print(f"  opaque: {touched} of {len(rules)} rules, {len(opaque)} of {parts} conditions and actions")
    for title, part in opaque:
        print(f"  {title}: {part.path} {part.construct}: {part.reason}")
    assert len(rules) >= {"recorded": 20, "fixtures": 10, "terraform": 3}[source]
    assert opaque == []


def test_a_part_that_cannot_be_judged_is_counted_even_if_the_rule_does_not_fire():
    rule = a_rule(every=["status is solved", "reopens is 1"], do=[("priority", "high"), ("add_skills", "1")])

    (found,) = ZendeskEngine([rule]).coverage(a_world(), an_update(), now=MONDAY)

    assert (found.parts, [part.path for part in found.opaque]) == (4, ["all[1]", "actions[1]"])


def test_the_stock_triggers_tell_whom_a_reply_goes_to(shared_data):
    stock = [rule for rule in recorded_rules(shared_data) if rule.title.startswith("Notify")]
    engine = ZendeskEngine(stock)
    answered = {"id": 1, "author_id": KIM, "body": "On it", "public": True}
    world, update = apply_update(a_world(), {}, now=MONDAY, actor_id=str(KIM), comment=answered)

    trace = engine.run(world, update, now=MONDAY)

    told = {step.rule: step.messages[0] for step in trace.steps if step.messages}
    titles = {rule.id: rule.title for rule in stock}
    assert {titles[rule] for rule in told} == {"Notify requester and CCs of comment update"}
    (message,) = told.values()
    assert (message.to, message.body) == ((str(CUSTOMER),), "On it")


def test_the_stock_triggers_tell_the_assignee_of_a_reopened_ticket(shared_data):
    stock = [rule for rule in recorded_rules(shared_data) if rule.title.startswith("Notify")]
    said = a_comment("Still broken")
    world, update = apply_update(
        a_world({"status": "solved"}), {}, now=MONDAY, actor_id=str(CUSTOMER), comment=said
    )

    trace = ZendeskEngine(stock).run(world, update, now=MONDAY)

    titles = {rule.id: rule.title for rule in stock}
    told = {
        titles[step.rule]: [message.to for message in step.messages] for step in trace.steps if step.messages
    }
    assert told == {
        "Notify assignee of reopened ticket": [(str(KIM),)],
        "Notify requester and CCs of comment update": [(str(CUSTOMER),)],
    }


def test_the_stock_automation_closes_after_four_days(shared_data):
    close = [rule for rule in recorded_rules(shared_data) if rule.title.startswith("Close ticket 4 days")]
    engine = ZendeskEngine(close)

    def status_after(solved_at: str) -> str:
        world = World({**a_world().ticket, "status": "solved", "metric_set": {"solved_at": solved_at}})
        (trace,) = engine.hour([world], now=MONDAY)
        return trace.ticket["status"]

    assert status_after("2026-02-26T09:30:00Z") == "closed"
    assert status_after("2026-02-26T10:30:00Z") == "solved"
