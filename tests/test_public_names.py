"""`import cstoolkit` is cheap, and each public name is there when asked for."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import cstoolkit


@pytest.mark.parametrize("name", cstoolkit.PUBLIC)
def test_public_name_is_there(name):
    assert getattr(cstoolkit, name).__name__ == name
    assert name in dir(cstoolkit)


def test_type_checkers_see_the_same_names_in_the_same_modules():
    tree = ast.parse(Path(cstoolkit.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))

    seen = {line.names[0].asname: line.module for line in block.body if isinstance(line, ast.ImportFrom)}

    assert seen == cstoolkit.PUBLIC


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'load_recipe'"):
        cstoolkit.load_recipe  # noqa: B018 - asking is the point


def test_importing_the_package_loads_none_of_its_modules():
    script = "import sys, cstoolkit; print([m for m in sys.modules if m.startswith('cstoolkit.')])"
    source = str(Path(cstoolkit.__file__).parent.parent)

    done = subprocess.run(
        [sys.executable, "-c", script], env={"PYTHONPATH": source}, capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"
