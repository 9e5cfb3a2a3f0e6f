"""Same inputs, same traces, on every Python that we support: run where others are installed beside this one."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from engines.many_traces import lines

ROOT = Path(__file__).resolve().parent.parent.parent
COUNT = 400
NEEDED = ("google-re2", "holidays", "msgspec", "pydantic", "python-liquid", "PyYAML", "tzdata")
"""What engines and model import, of the package's own dependencies."""

pytestmark = [pytest.mark.package, pytest.mark.slow]


def interpreter(version: str) -> str:
    """A Python on the path, or one of pyenv; the test is skipped where there is none."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    kept = sorted(versions.glob(f"{version}.*/bin/python"))
    # Those that pyenv puts on the path are shims, and answer only for the version that was chosen.
    found = str(kept[-1]) if kept else shutil.which(f"python{version}")
    if found is None:
        pytest.skip(f"no Python {version} here")
    return found


def run(*command: object, **environ: str) -> str:
    clean = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    done = subprocess.run(
        [str(part) for part in command], env=clean | environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def requirements() -> list[str]:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    return [line for line in declared if line.startswith(NEEDED)]


@pytest.fixture(scope="module")
def here() -> list[str]:
    return list(lines(COUNT))


def test_many_rules_fire_in_what_is_compared(here: list[str]):
    busy = [line for line in here if int(line.split()[2])]

    assert len(busy) > len(here) // 4


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_another_python_gives_the_same_traces(version: str, here: list[str], tmp_path: Path):
    path = os.pathsep.join(str(ROOT / name) for name in ("src", "tests"))
    python: object = sys.executable
    if sys.version_info[:2] != tuple(map(int, version.split("."))):
        run(interpreter(version), "-m", "venv", tmp_path / "env")
        python = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
        run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements())

    # Another seed of hashes too: no order may come from a set.
    there = run(
        python, ROOT / "tests" / "engines" / "many_traces.py", COUNT, PYTHONPATH=path, PYTHONHASHSEED="7"
    )

    assert there.splitlines() == here
