"""History through an account's own rules, by Zendesk's engine: asleep or not, the same is done."""

from datetime import timedelta

import pytest

from automations.replay.replay_desk import AS_OF, a_desk, calendars_of, neutral
from cstoolkit.automations.account_names import AccountNames
from cstoolkit.automations.compile import compile_rules
from cstoolkit.automations.replay.lists import ZendeskRules
from cstoolkit.automations.replay.reading import read_names, read_pasts, ticket_ids
from cstoolkit.automations.replay.replay import replay
from cstoolkit.automations.replay.running import PlayedList
from cstoolkit.automations.rule_keys import OnGap
from cstoolkit.automations.zendesk_tickets import ZendeskOnTickets
from cstoolkit.engines.neutral import Account
from cstoolkit.engines.zendesk.records import native_rules
from cstoolkit.store.database import Store
from engines.neutral_world import a_rule


def a_condition(field, operator, value):
    return {"field": field, "operator": operator, "value": value}


def an_automation(number, *conditions, then, some=()):
    return {"id": number, "title": f"A{number}", "position": number, "active": True, "conditions": {"all": list(conditions), "any": list(some)}, "actions": then}  # fmt: skip


TRIGGERS = native_rules(
    "trigger",
    [
        {
            "id": 1, "title": "Touched", "position": 1, "active": True,
            "conditions": {"all": [a_condition("update_type", "is", "Change"), a_condition("status", "changed", None)], "any": []},
            "actions": [{"field": "current_tags", "value": "touched"}],
        },
        {
            "id": 2, "title": "To tier 2", "position": 2, "active": True,
            "conditions": {"all": [a_condition("update_type", "is", "Create"), a_condition("group_id", "is", "501")], "any": []},
            "actions": [{"field": "group_id", "value": "503"}],
        },
    ],
)  # fmt: skip
AUTOMATIONS = native_rules(
    "automation",
    [
        an_automation(
            11, a_condition("status", "is", "solved"), a_condition("SOLVED", "greater_than", "20"),
            then=[{"field": "status", "value": "closed"}],
        ),
        an_automation(
            12, a_condition("status", "less_than", "solved"), a_condition("current_tags", "not_includes", "old"),
            a_condition("NEW", "greater_than", "30"), then=[{"field": "current_tags", "value": "old"}],
        ),
        an_automation(
            13, a_condition("current_tags", "not_includes", "pinged"), a_condition("PENDING", "is", "5"),
            then=[{"field": "current_tags", "value": "pinged"}, {"field": "notification_user", "value": ["requester_id", "s", "b"]}],
            some=[a_condition("priority", "is", "high"), a_condition("priority", "is", "normal")],
        ),
    ],
)  # fmt: skip


class Sleepless(ZendeskOnTickets):
    """Looked at each hour."""

    def sleep(self, situation, *, now, among=None):
        return {"automations": now}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    return a_desk(tmp_path_factory.mktemp("desk"), tickets=14, seed=5, days=6)[1]


def test_automations_that_sleep_do_what_those_do_that_never_sleep(desk):
    account, rules = Account(calendars_of(desk)), [*TRIGGERS, *AUTOMATIONS]
    lists = [PlayedList(kind(rules, AccountNames(), account)) for kind in (ZendeskOnTickets, Sleepless)]
    with Store.open(desk) as store:
        pasts = list(
            read_pasts(
                store, ticket_ids(store, since=AS_OF, until=AS_OF, every=True), read_names(store), until=AS_OF
            )
        )

    lazy, eager = (
        [list(each.play(past, until=AS_OF, rule_writes="drop")) for past in pasts] for each in lists
    )

    assert lazy == eager
    assert {step.rule for moments in eager for moment in moments for step in moment.steps} >= {
        "1",
        "11",
        "12",
    }


def test_live_rules_of_an_account_stand_beside_recipes(desk):
    live = ZendeskRules((*AUTOMATIONS, *TRIGGERS), Account(calendars_of(desk)))
    rule = a_rule("recipe", event=("created",), then=[{"tags": {"add": ["x"]}}])

    with Store.open(desk) as store:
        found = replay(neutral(desk, rule), live, store, since=AS_OF - timedelta(days=6))

    fires = {each.rule: each.fires for each in found.live.rules}
    assert list(fires) == ["1", "2", "11", "12", "13"]
    assert fires["1"] > 0
    assert (found.live.engine, found.rule_writes) == ("Zendesk", "drop")
    assert {each.quality for each in found.live.rules} == {"approximate"}
    assert found.differences.met["tags"] == found.tickets == 14


def test_groups_are_known_by_the_names_of_the_store(desk):
    live = ZendeskRules(TRIGGERS, Account(calendars_of(desk)))
    with Store.open(desk) as store:
        found = replay(neutral(desk), live, store, since=AS_OF - timedelta(days=6), rule_writes="keep")

    moved = found.differences.examples.get("group", ())
    assert all(each.live == "Tier 2" for each in moved if "2" in each.live_rules)


def test_recipes_do_the_same_by_their_compiled_rules(desk):
    """Guards are not compared, and count for no rule of their own."""
    rules = [
        a_rule("urgent", event=("created",), when={"group": "Tier 1", "priority": {"at_most": "normal"}}, then=[{"set": {"priority": "high"}}]),
        a_rule("told", event=("agent_replied",), then=[{"tags": {"add": ["told"]}}, {"notify": {"to": "requester", "subject": "s", "text": "t"}}]),
        a_rule("late", "automation", when={"status": "solved", "status_changed_at": {"older_than": "20h"}}, then=[{"set": {"status": "closed"}}]),
        a_rule("ping", "automation", when={"status": "pending", "status_changed_at": {"older_than": "5h"}}, once="spell", then=[{"notify": {"to": "requester", "subject": "s", "text": "t"}}]),
    ]  # fmt: skip
    compiled = compile_rules([(rule, OnGap()) for rule in rules], "zendesk")
    assert compiled.gaps == ()

    with Store.open(desk) as store:
        found = replay(
            ZendeskRules(compiled.rules, Account(calendars_of(desk))), neutral(desk, *rules), store,
            since=AS_OF - timedelta(days=6), rule_writes="keep",
        )  # fmt: skip

    by_both = [
        {each.rule: each.fires for each in figures.rules if "#" not in each.rule}
        for figures in (found.live, found.desired)
    ]
    assert by_both[0] == by_both[1]
    assert sum(by_both[0].values()) > 10
    # Zendesk gives a new ticket the tags of its requester and company.
    gained = {tag for each in found.differences.examples.get("tags", ()) for tag in each.live ^ each.desired}
    assert found.differences.met.keys() <= {"tags"}
    assert gained <= {"vip", "enterprise"}
