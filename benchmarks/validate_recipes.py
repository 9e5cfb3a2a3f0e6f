"""500 recipes validated by `cstoolkit validate`, beside ruamel.yaml that only loads the same files.

    python benchmarks/validate_recipes.py [--recipes 500] [--rounds 5]

The recipes are the examples with other ids and titles, one file each, with their project. Every run is a
fresh process, start of Python and all imports included, in turns. Both sides run compiled: one run that does
not count writes the bytecode into a folder of its own (an installed package has it; a checkout may not).
CPU (user + system) is what a busy machine disturbs least; goals are judged by it, wall time is shown beside.
Also shown: one file alone, against its goal of 0.35 s. Exit code 1 if a goal is missed.
"""

import argparse
import itertools
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent.parent / "recipes"
GOAL_RATIO = 10.0
GOAL_ONE_FILE_S = 0.35
RUAMEL = """
import pathlib, sys
from ruamel.yaml import YAML
for file in sorted(pathlib.Path(sys.argv[1]).glob("*.yaml")):
    yaml = YAML(typ="rt", pure=True)
    list(yaml.load_all(file.read_text(encoding="utf-8")))
"""


def documents() -> list[str]:
    """The example recipes, one text each; import maps are no recipes that a project has hundreds of."""
    files = sorted(file for file in EXAMPLES.rglob("*.yaml") if file.name != "cstoolkit.yaml")
    texts = (file.read_text(encoding="utf-8") for file in files if "maps" not in file.parts)
    return [part for text in texts for part in re.split(r"^---.*$", text, flags=re.MULTILINE)]


def varied(count: int) -> Iterator[tuple[str, str]]:
    """File names and texts; ids and what refers to them stay consistent inside one round of examples."""
    found = documents()
    ids = sorted(set(re.findall(r"^id: (\S+)", "\n".join(found), flags=re.MULTILINE)), key=len, reverse=True)
    known = re.compile(rf"(?<![\w.-])({'|'.join(map(re.escape, ids))})(?![\w-])")
    for number, text in enumerate(itertools.islice(itertools.cycle(found), count)):
        turn = number // len(found)
        changed = known.sub(rf"\1-{turn}", text)
        yield (
            f"recipe-{number:04}.yaml",
            re.sub(r"^title: (.*)$", rf"title: \1 ({turn})", changed, flags=re.MULTILINE),
        )


@dataclass(frozen=True)
class Cost:
    """One process, or the least or the median of several: seconds of CPU and of waiting."""

    cpu: float
    wall: float


def cost(command: list[str], environment: dict[str, str]) -> Cost:
    before, started = children_cpu(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    wall = time.perf_counter() - started
    return Cost(children_cpu() - before, wall)


def children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measured(commands: dict[str, list[str]], rounds: int, bytecode: Path) -> dict[str, list[Cost]]:
    """The costs of each command, in turns, so that a busy minute of the machine meets all of them."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(bytecode)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            found = cost(command, environment)
            if turn:
                costs[name].append(found)
    return costs


def summed_up(costs: list[Cost], how: Callable[[Iterable[float]], float]) -> Cost:
    return Cost(how([each.cpu for each in costs]), how([each.wall for each in costs]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipes", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "recipes")
        folder.mkdir()
        shutil.copy(EXAMPLES / "cstoolkit.yaml", name)
        for file, text in varied(options.recipes):
            (folder / file).write_text(text, encoding="utf-8")
        validate = [sys.executable, "-m", "cstoolkit", "validate"]
        commands = {
            "cstoolkit validate": [*validate, str(folder)],
            "ruamel.yaml loads": [sys.executable, "-c", RUAMEL, str(folder)],
            "one file alone": [*validate, str(folder / "recipe-0000.yaml")],
        }
        costs = measured(commands, options.rounds, Path(name, "bytecode"))

    print(f"{options.recipes} recipes".ljust(20) + "CPU s: least median   wall s: least median")
    best = {}
    for title, found in costs.items():
        least, middle = summed_up(found, min), summed_up(found, statistics.median)
        best[title] = least
        print(f"{title:<20}{least.cpu:>12.3f}{middle.cpu:>7.3f}{least.wall:>16.3f}{middle.wall:>7.3f}")
    ours, ruamel, one = (
        best[title] for title in ("cstoolkit validate", "ruamel.yaml loads", "one file alone")
    )
    print(
        f"ratio {ruamel.cpu / ours.cpu:.1f} by CPU, {ruamel.wall / ours.wall:.1f} by wall (goal {GOAL_RATIO:g}); "
        f"one file {one.cpu:.2f} s (goal {GOAL_ONE_FILE_S} s)"
    )
    return 0 if ruamel.cpu / ours.cpu >= GOAL_RATIO and one.cpu <= GOAL_ONE_FILE_S else 1


if __name__ == "__main__":
    sys.exit(main())
