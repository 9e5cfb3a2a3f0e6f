"""History through Freshdesk's rules, live and compiled: its engine's counts against those of plain Python over the tickets."""

from datetime import timedelta

import pytest

from automations.replay.replay_desk import AS_OF, a_desk, calendars_of, neutral
from cstoolkit.automations.compile import compile_rules
from cstoolkit.automations.replay.lists import FreshdeskRules
from cstoolkit.automations.replay.replay import replay
from cstoolkit.automations.rule_keys import OnGap
from cstoolkit.engines.freshdesk.records import native_rules
from cstoolkit.engines.neutral import Account
from cstoolkit.store.database import Store
from engines.neutral_world import a_rule


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    return a_desk(tmp_path_factory.mktemp("desk"), tickets=12, seed=5, days=5)[1]


def replayed(desk, desired, live=None):
    with Store.open(desk) as store:
        live = live or neutral(desk)
        return replay(desired, live, store, since=AS_OF - timedelta(days=30), rule_writes="drop")


def fires(found):
    return {each.rule: each.fires for each in found.desired.rules}


def test_a_creation_rule_of_an_account_fires_on_every_new_ticket_and_the_next_one_never(desk):
    rules = native_rules(1, [
        {"id": number, "name": name, "position": number, "active": True, "conditions": [],
         "actions": [{"field_name": "add_tag", "value": [name]}]}
        for number, name in ((1, "first"), (2, "second"))
    ])  # fmt: skip

    found = replayed(desk, FreshdeskRules(rules, Account(calendars_of(desk))))

    assert fires(found) == {"1": 12, "2": 0}


@pytest.mark.parametrize(
    "rule",
    [
        a_rule("high", event=("created",), when={"priority": "high"}, then=[{"tags": {"add": ["seen"]}}]),
        a_rule(
            "urgent", event=("updated",), when={"priority": {"changed_to": "urgent"}}, then=[{"tags": {"add": ["u"]}}]
        ),
        a_rule("reply", event=("requester_replied",), then=[{"tags": {"add": ["heard"]}}]),
    ],
)  # fmt: skip
def test_a_compiled_recipe_does_at_freshdesk_what_it_means(desk, rule):
    compiled = compile_rules([(rule, OnGap())], "freshdesk")
    assert compiled.gaps == ()

    theirs = replayed(desk, FreshdeskRules(compiled.rules, Account(calendars_of(desk))))
    ours = replayed(desk, neutral(desk, rule))

    assert fires(theirs) == fires(ours)
