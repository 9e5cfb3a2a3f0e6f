"""500 recipes validated by `cstoolkit validate`, beside ruamel.yaml that only loads them.

    python benchmarks/validate_recipes.py [--recipes 500] [--rounds 5]

The recipes are the examples with other ids and titles, one file each, with their project. Every run is a
fresh process, start of Python included; the best of the rounds counts. Also shown: one file alone, against its
goal of 0.35 s. Exit code 1 if a goal is missed.
"""

import argparse
import itertools
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
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


def best_of(rounds: int, command: list[str]) -> float:
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
    return min(times)


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
        ours = best_of(options.rounds, [*validate, str(folder)])
        one = best_of(options.rounds, [*validate, str(folder / "recipe-0000.yaml")])
        ruamel = best_of(max(1, options.rounds // 2), [sys.executable, "-c", RUAMEL, str(folder)])

    ratio = ruamel / ours
    print(f"{options.recipes} recipes: cstoolkit validate {ours:.2f} s, ruamel.yaml loads {ruamel:.2f} s")
    print(f"ratio {ratio:.1f} (goal {GOAL_RATIO:g}); one file {one:.2f} s (goal {GOAL_ONE_FILE_S} s)")
    return 0 if ratio >= GOAL_RATIO and one <= GOAL_ONE_FILE_S else 1


if __name__ == "__main__":
    sys.exit(main())
