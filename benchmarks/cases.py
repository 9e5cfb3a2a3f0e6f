"""1,000 cases on one core: alone, and inside a big rule set.

    python benchmarks/cases.py [--cases 1000] [--rules 400] [--check 60]

First the shortened path is compared with the full one over `--check` cases: the same steps fire and the same ticket comes
out. Exit code 1 if any two differ, or a case does not pass.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from cstoolkit.automations.cases import account, rules_of, run_cases, surroundings
from cstoolkit.automations.cases_play import Playing
from cstoolkit.automations.loader import load_recipes
from cstoolkit.engines.neutral import NeutralEngine
from cstoolkit.project import Project

EVENTS = ("created", "updated", "agent_replied", "requester_replied", "commented")


def a_recipe(number: int, cases: int) -> str:
    """Routing by word, tag, group and field; notices by event: what grown rule sets hold."""
    shape, event = number % 4, EVENTS[number % len(EVENTS)]
    when = {
        0: f"{{subject: {{word: word{number}}}}}",
        1: f"{{tags: {{has: [tag{number}]}}, status: {{below: solved}}}}",
        2: f"{{group: Group {number % 40}, any: [{{priority: urgent}}, {{tags: {{has: [tag{number}]}}}}]}}",
        3: f"{{custom.plan: plan{number}, none: [{{assignee: agent{number}}}]}}",
    }[shape]
    given = {
        0: f"subject: a word{number} b",
        1: f"tags: [tag{number}]",
        2: f"group: Group {number % 40}, tags: [tag{number}]",
        3: f"custom.plan: plan{number}",
    }[shape]
    head = (
        f"kind: trigger\nid: r{number}\ntitle: Rule {number}\nevent: {event}\nwhen: {when}\n"
        f"then: [{{tags: {{add: [done{number}]}}}}]\n"
    )
    tests = [
        f"  - {{name: case {index}, given: {{{given}}}, event: {event}, "
        f"expect: {{fires: true, tags: {{has: [done{number}]}}}}}}\n"
        for index in range(cases)
    ]
    return head + ("tests:\n" + "".join(tests) if tests else "")


def differing(recipes, check: int) -> int:
    """Cases of which the full path says something else than the shortened one."""
    engine = NeutralEngine(rules_of(recipes), account=account(Project()))
    playing = Playing(engine, surroundings(Project()))
    cases = [case for recipe in recipes for case in recipe.tests][:check]
    found = 0
    for case in cases:
        full, short = (playing.play(case, detail=detail) for detail in ("full", "fired"))
        steps = [step for ran in full.runs for step in ran.trace.steps if step.outcome != "no_match"]
        same = steps == [step for ran in short.runs for step in ran.trace.steps]
        found += not same or full.moments[-1].ticket != short.moments[-1].ticket
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000)
    parser.add_argument("--rules", type=int, default=400)
    parser.add_argument("--check", type=int, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "rules.yaml")
        each, rest = divmod(options.cases, options.rules)
        file.write_text("---\n".join(a_recipe(n, each + (n < rest)) for n in range(options.rules)))
        recipes = load_recipes([file])
    wrong = differing(recipes, options.check)
    print(f"checked: {options.check} cases, {wrong} differ between the short and the full path")
    failed = 0
    for label, alone in (("alone", True), (f"alone and among {options.rules} rules", False)):
        started, used = time.perf_counter(), time.process_time()
        report = run_cases(recipes, alone=alone)
        seconds, cpu = time.perf_counter() - started, time.process_time() - used
        failed += report.count("failed")
        print(f"{len(report.results)} cases {label}: {seconds:.2f} s ({cpu:.2f} s of processor time)")
    print(f"{failed} cases failed")
    return 1 if wrong or failed else 0


if __name__ == "__main__":
    sys.exit(main())
