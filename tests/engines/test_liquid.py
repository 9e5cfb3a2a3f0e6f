"""Rendering: strict names, places in messages, and an end to everything."""

import subprocess
import sys

import pytest

from cstoolkit.engines.liquid import Names, render
from cstoolkit.engines.trace import CannotJudge


def test_a_text_without_placeholders_is_itself():
    assert render("100 % }} {", {}) == "100 % }} {"


def test_names_are_read_when_they_are_used():
    def must_not_run():
        raise AssertionError

    assert render("{{ a.x }}", {"a": Names({"x": lambda: 1, "y": must_not_run})}) == "1"


def test_nothing_is_blank_but_an_unknown_name_is_an_error():
    names = {"a": Names({"x": None})}

    assert render("<{{ a.x }}>", names) == "<>"
    with pytest.raises(CannotJudge, match=r"a\.z is undefined \(line 2, column 4 of the text\)"):
        render("\n{{ a.z }}", names)


def test_the_default_filter_does_not_hide_an_unknown_name():
    with pytest.raises(CannotJudge):
        render("{{ a.z | default: 'x' }}", {"a": Names({})})


def test_liquid_is_not_imported_with_the_engine():
    program = "import sys, cstoolkit.engines.zendesk; sys.exit('liquid' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
