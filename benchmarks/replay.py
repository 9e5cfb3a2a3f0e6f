"""History through 300 rules: what `cstoolkit backtest` does, on a generated helpdesk, by two processes.

    python benchmarks/replay.py [--updates 100000] [--rules 300] [--jobs 2] [--check 120]

First the answer over `--check` tickets is compared with that of an engine that is never asked what it may skip: every rule
is judged in full at every save and at every full hour. Exit code 1 if the two differ.
"""

import argparse
import os
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cstoolkit.automations.replay.lists import NeutralRules
from cstoolkit.automations.replay.reading import Untold, read_names, read_pasts, ticket_ids
from cstoolkit.automations.replay.replay import replay
from cstoolkit.automations.replay.running import PlayedList
from cstoolkit.demo.helpdesk import make_helpdesk
from cstoolkit.engines.neutral import Account, NeutralEngine
from cstoolkit.model.action_syntax import parse_actions
from cstoolkit.model.condition_syntax import parse_condition
from cstoolkit.model.rules import Rule
from cstoolkit.store.database import Store
from cstoolkit.store.filling import fill

AS_OF = datetime(2026, 11, 22, 8, tzinfo=UTC)
UPDATES_A_TICKET = 5.3  # of the demo, measured
WORDS = (
    "invoice",
    "refund",
    "login",
    "password",
    "error",
    "slow",
    "order",
    "price",
    "cancel",
    "export",
    "mobile",
    "sync",
)
GROUPS = ("Tier 1", "Tier 2", "Billing", "Incident Desk")
EVENTS = ("created", "updated", "agent_replied", "requester_replied", "commented", "note_added")
NOTICE = {"notify": {"to": "assignee", "subject": "s", "text": "{{ ticket.subject }}"}}


def make_rules(count: int) -> tuple[Rule, ...]:
    draw = random.Random(11)
    return tuple(_rule(number, draw) for number in range(count))


def _rule(number: int, draw: random.Random) -> Rule:
    tag, word, group = f"tag{number}", draw.choice(WORDS), draw.choice(GROUPS)
    if number % 10 == 9:
        when = {
            "status": draw.choice(["pending", "hold", "solved", "open"]),
            "status_changed_at": {"older_than": f"{draw.randrange(4, 90)}h"},
            "tags": {"has_none": [tag]},
        }
        return _made(number, "automation", (), when, [{"tags": {"add": [tag]}}])
    shapes = (
        ({"subject": {"word": [word, f"{word}s"]}, "group": group}, [{"tags": {"add": [tag]}}]),
        ({"tags": {"has_any": [f"tag{number - 1}", "vip"]}, "status": {"below": "solved"}}, [{"set": {"priority": "high"}}]),
        ({"custom.product_area": draw.choice(["mobile", "billing", "api", "web"]), "none": [{"tags": {"has": [tag]}}]}, [{"tags": {"add": [tag]}}]),
        ({"group": group, "comment.public": True, "actor": "end_user", "priority": "urgent"}, [NOTICE]),
        ({"status": {"changed_to": "open"}, "group": group}, [NOTICE, {"tags": {"remove": [tag]}}]),
        ({"assignee": {"changed": True}, "group": group, "priority": {"at_least": "high"}}, [NOTICE]),
        ({"organization.tags": "vip", "any": [{"text": {"contains": word}}, {"channel": "phone"}]}, [{"set": {"priority": "urgent"}}]),
    )  # fmt: skip
    when, then = shapes[number % len(shapes)]
    return _made(number, "trigger", (draw.choice(EVENTS),), when, then)


def _made(number: int, kind, event, when, then) -> Rule:
    return Rule(
        kind=kind, id=f"r{number}", title=f"Rule {number}", event=event, when=parse_condition(when),
        then=parse_actions(then), once="run",
    )  # fmt: skip


class Patient(NeutralEngine):
    """Leaves nothing out: every rule at every save, every automation at every hour."""

    def update(self, situation, update, *, now, detail="full"):
        return super().update(situation, update, now=now, detail="full")

    def scan(self, situation, *, now, detail="full", awake=None):
        return super().scan(situation, now=now, detail="full")

    def sleep(self, situation, *, now, among=None):
        return {"every": now}


def fires(engine: NeutralEngine, store: Store, ids) -> Counter[str]:
    """Fires by rule of all the past of some tickets."""
    found: Counter[str] = Counter()
    played = PlayedList(engine)
    for past in read_pasts(store, ids, read_names(store), until=AS_OF):
        assert not isinstance(past, Untold)
        for moment in played.play(past, until=AS_OF, rule_writes="drop"):
            found.update(step.rule for step in moment.steps if step.outcome == "fired")
    return found


def make_desk(path: Path, tickets: int, **options: int) -> None:
    helpdesk = make_helpdesk(tickets=tickets, seed=1, as_of=AS_OF, **options)
    with Store.create(path, connection="demo") as store:
        fill(store, helpdesk, helpdesk.ticket_files())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=100_000)
    parser.add_argument("--rules", type=int, default=300)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--check", type=int, default=40)
    options = parser.parse_args()
    account = Account()
    rules = make_rules(options.rules)
    with tempfile.TemporaryDirectory() as folder:
        small, path = Path(folder, "small.duckdb"), Path(folder, "desk.duckdb")
        make_desk(small, options.check, days=5)
        make_desk(path, round(options.updates / UPDATES_A_TICKET))
        with Store.open(small) as store:
            ids = ticket_ids(store, since=AS_OF, until=AS_OF, every=True)
            short = fires(NeutralEngine(rules, account=account), store, ids)
            full = fires(Patient(rules, account=account), store, ids)
            print(f"checked: {len(ids)} tickets, {full.total()} fires, equal: {short == full}")
        with Store.open(path) as store:
            started = time.perf_counter()
            found = replay(
                NeutralRules(rules, account), NeutralRules((), account), store,
                since=AS_OF - timedelta(days=200), rule_writes="drop", jobs=options.jobs,
            )  # fmt: skip
            seconds = time.perf_counter() - started
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(each.ru_utime + each.ru_stime for each in used)
    print(
        f"{found.updates} updates of {found.tickets} tickets x {options.rules} rules, {options.jobs} processes: {seconds:.1f} s"
    )
    print(
        f"  {sum(rule.fires for rule in found.desired.rules)} fires; the run had {cpu:.1f} s of processor time in all, making included"
    )
    print(
        f"  at most {max(each.ru_maxrss for each in used) // 1024} MB a process; load {os.getloadavg()[0]:.1f}"
    )
    return 0 if short == full else 1


if __name__ == "__main__":
    sys.exit(main())
