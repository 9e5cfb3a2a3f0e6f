"""500 rules planned against an account over HTTP: what it costs us, beside the time of network and account.

    python benchmarks/plan_500.py [--rules 500]

`cstoolkit plan` is a process of its own, start of Python included; the account is a sandbox in this one. Judged is
the CPU of that process, which waiting does not count in; wall time, with the sandbox's own work in it, is shown
beside. Planned are: all rules new; nothing to do; every fifth changed, renamed or gone. Answers are checked before
times are shown. Exit code 1 if the goal is missed.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from cstoolkit.sandbox import Sandbox
from cstoolkit.sandbox.clock import SandboxClock

GOAL_CPU_S = 5.0
PROJECT = """
connections:
  acme:
    address: zendesk:acme
    auth: {user: admin@example.com, token: "${secret.ZD_TOKEN}", url: "${secret.ZD_URL}"}
    share: 1.0
"""
WHEN = {
    "trigger": """event: [created, updated]
when:
  any:
    - subject: {{contains: [word{n}, other{n}]}}
    - tags: {{has: [t{n}]}}
  status: {{below: solved}}
  group: {{is_not: Support}}
""",
    "automation": "when: {{status: pending, status_changed_at: {{older_than: 4d}}, tags: t{n}}}\nonce: spell\n",
    "macro": "",
}
THEN = "then:\n  - set: {{priority: {priority}}}\n  - tags: {{add: [a{n}]}}\n"


def write(rules: int, *, changed: bool) -> dict[str, int]:
    """A recipe each; gives what a plan has to find in them."""
    wanted = {"update": 0, "delete": 0}
    for n in range(rules):
        kind = ("trigger", "automation", "macro")[n % 3]
        file = Path(f"recipes/{n:04}.yaml")
        title, priority = f"Rule {n}", "high"
        if changed and n % 5 == 0:
            if n % 15 == 5:
                file.unlink()
                wanted["delete"] += 1 + (kind == "automation")  # the guard of a spell goes with it
                continue
            title, priority = (f"Rule {n}, renamed", "high") if n % 2 else (title, "low")
            wanted["update"] += 1 + (kind == "automation" and title != f"Rule {n}")
        text = (WHEN[kind] + THEN).format(n=n, priority=priority)
        file.write_text(f"kind: {kind}\nid: r{n}\ntitle: {title}\n{text}")
    return wanted


def run(*arguments: str) -> tuple[str, float, float]:
    """A verb in a process of its own: what it printed, its CPU and wall seconds."""
    before, started = children_cpu(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "cstoolkit", *arguments], stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout, children_cpu() - before, time.perf_counter() - started


def children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def planned(what: str, wanted: dict[str, int], *arguments: str) -> bool:
    out, cpu, wall = run("plan", "--json", *arguments)
    (sums,) = json.loads(out)["sums"]
    found = {key: sums[key] for key in wanted}
    assert found == wanted, (what, found, wanted)
    met = cpu <= GOAL_CPU_S
    print(f"{what:<32}{cpu:>8.2f}{wall:>9.2f}{GOAL_CPU_S:>7.1f}  {'' if met else 'MISSED'}")
    return met


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, default=500)
    rules = parser.parse_args().rules
    names = {"acme": "zendesk"}
    clock = SandboxClock(lambda: datetime.now(UTC))
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandbox(
            names, clock=clock, switches={"acme": {"rate_limits": "off"}}, engines={"zendesk": None}
        ) as sandbox,
    ):
        os.chdir(folder)
        os.environ |= {"ZD_TOKEN": "sandbox-token", "ZD_URL": sandbox.address("acme")}
        Path("cstoolkit.yaml").write_text(PROJECT + f"limits: {{max_changes: {10 * rules}, max_share: 1}}\n")
        Path("recipes").mkdir()
        write(rules, changed=False)
        natives = rules + (rules + 1) // 3  # a guard for each automation
        print(f"{rules} recipes, {natives} rules\n{'':<32}{'CPU s':>8}{'wall s':>9}{'goal':>7}")
        met = planned("all new", {"create": natives}, "--out", "new.plan")
        _, cpu, wall = run("apply", "new.plan", "--quiet")
        print(f"{'(applied)':<32}{cpu:>8.2f}{wall:>9.2f}")
        met &= planned("nothing to do", {"unchanged": natives, "update": 0, "reorders": 0})
        met &= planned("every fifth changed or gone", write(rules, changed=True))
        os.chdir("/")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
