"""Whole processes: what a person waits for before anything happens.

    python benchmarks/start_up.py [--quick]

Goals: `--help` <= 0.2 s, `validate` of one file <= 0.35 s. Fresh processes, in turns, median and range.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RECIPE = """\
kind: trigger
id: route-refund
title: Refund words go to Billing
event: created
when: {subject: {contains: [refund, chargeback]}}
then:
  - set: {group: Billing}
"""
GOALS = {"bare python": None, "cstoolkit --help": 0.2, "cstoolkit validate r.yaml": 0.35}


def main(rounds: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "r.yaml").write_text(RECIPE)
        commands = {
            "bare python": [sys.executable, "-c", "pass"],
            "cstoolkit --help": [sys.executable, "-m", "cstoolkit", "--help"],
            "cstoolkit validate r.yaml": [sys.executable, "-m", "cstoolkit", "validate", "r.yaml"],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                times[name].append(seconds(command, folder))
    print(f"{'process':<28}{'median s':>10}{'range s':>18}{'goal s':>9}")
    met = True
    for name, found in times.items():
        median, goal = statistics.median(found), GOALS[name]
        met = met and (goal is None or median <= goal)
        print(f"{name:<28}{median:>10.3f}{min(found):>10.3f}-{max(found):.3f}{goal or '':>9}")
    print("goals met" if met else "a goal is missed")
    return 0


def seconds(command: list[str], folder: str) -> float:
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main(3 if "--quick" in sys.argv else 9))
