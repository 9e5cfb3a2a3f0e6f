"""The wheel is complete: built from the repository, installed where nothing of it is, and used."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from cstoolkit import __version__

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = pytest.mark.package


def run(*command: object, cwd: Path) -> str:
    """Output of a command that must succeed, without our source folder on its path."""
    environ = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment that holds the wheel and what it asks for, no more."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder / "env", with_pip=True)
    scripts = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    run(scripts / "python", "-m", "pip", "install", "--quiet", wheel, cwd=folder)
    return scripts


def test_wheel_holds_every_file_of_the_package_and_the_licence(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    source = ROOT / "src"
    ours = {str(file.relative_to(source)) for file in source.rglob("*") if file.is_file()}
    expected = {name for name in ours if "__pycache__" not in name and ".egg-info" not in name}
    assert expected - names == set()
    assert "cstoolkit/py.typed" in names
    assert [name for name in names if name.endswith("licenses/LICENSE")] != []
    assert [name for name in names if name.startswith("tests")] == []


def test_installed_command_tells_its_version(installed: Path, tmp_path: Path):
    assert run(installed / "cstoolkit", "--version", cwd=tmp_path) == f"cstoolkit {__version__}\n"


def test_installed_command_runs_the_demo(installed: Path, tmp_path: Path):
    """All that the main job needs is in the wheel: templates, chart specs, recipes, zone data."""
    run(installed / "cstoolkit", "demo", "--tickets", "200", cwd=tmp_path)

    assert [file.suffix for file in tmp_path.rglob("*.html")] != []
