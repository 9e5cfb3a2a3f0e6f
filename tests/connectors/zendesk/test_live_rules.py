import gzip
import json
from dataclasses import replace

import pytest

from cstoolkit.connectors.zendesk.live_rules import (
    BODY,
    KINDS,
    check_rule,
    rule_from_zendesk,
    rule_to_zendesk,
)
from cstoolkit.model.rules import NativeRule


def recorded(shared_data):
    with gzip.open(
        shared_data / "zendesk-recorded" / "interactions.jsonl.gz", "rt", encoding="utf-8"
    ) as file:
        bodies = [json.loads(line)["response"] for line in file]
    parsed = [json.loads(body) for body in bodies if body.startswith("{")]
    parsed += [
        json.loads(path.read_text()) for path in sorted((shared_data / "zendesk-fixtures-go").rglob("*.json"))
    ]
    for body in filter(lambda one: isinstance(one, dict), parsed):
        for kind, plural in KINDS.items():
            for raw in [
                *(body.get(plural) or []),
                *([body[kind]] if isinstance(body.get(kind), dict) else []),
            ]:
                if isinstance(raw, dict) and "actions" in raw and "id" in raw and "title" in raw:
                    yield kind, raw


def test_recorded_rules_come_back_as_they_were(shared_data):
    found = list(recorded(shared_data))

    for kind, raw in found:
        sent = rule_to_zendesk(rule_from_zendesk(kind, raw, category=None))[kind]
        kept = {name: raw[name] for name in ("active", *BODY[kind]) if name in raw}
        assert sent == {
            "title": raw.get("raw_title") or raw["title"],
            "active": bool(raw.get("active")),
            **kept,
        }

    assert {kind for kind, _ in found} == set(KINDS)
    assert len(found) > 50


AUTOMATION = NativeRule(
    "zendesk", "automation", None, None, "Close", active=True,
    body={"conditions": {"all": [{"field": "status", "operator": "is", "value": "solved"},
                                 {"field": "SOLVED", "operator": "greater_than", "value": "96"}], "any": []},
          "actions": [{"field": "status", "value": "closed"}]},
)  # fmt: skip


def test_a_good_automation_has_no_problem():
    assert check_rule(AUTOMATION) == []


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        ({"all": [{"field": "status"}], "any": []}, "on time"),
        ({"all": [{"field": "SOLVED"}], "any": []}, "on status"),
        ({"all": [{"field": "status"}, {"field": "SOLVED"}], "any": [{"field": "OPEN"}]}, "any"),
    ],
)
def test_what_zendesk_would_refuse_of_an_automation_is_known_before(conditions, said):
    rule = replace(AUTOMATION, body={**AUTOMATION.body, "conditions": conditions})

    assert [problem for problem in check_rule(rule) if said in problem.message]


def test_a_rule_that_is_too_large_or_does_nothing_is_a_problem():
    large = replace(AUTOMATION, body={**AUTOMATION.body, "actions": [{"field": "x", "value": "y" * 70_000}]})
    idle = replace(AUTOMATION, body={**AUTOMATION.body, "actions": []})

    assert {one.code for rule in (large, idle) for one in check_rule(rule)} == {"size", "actions"}
