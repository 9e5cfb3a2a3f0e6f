"""Freshdesk's switches: a trace shows all of them, each is read, and the page on the sandbox lists them."""

import re
from pathlib import Path

from cstoolkit.engines.freshdesk import SWITCHES, FreshdeskEngine
from engines.freshdesk_world import CREATED, MONDAY, a_rule, a_world

ROOT = Path(__file__).resolve().parents[2]


def test_a_trace_shows_every_switch_as_it_stood():
    trace = FreshdeskEngine([a_rule()], {"update_pass": "second_pass"}).run(a_world(), CREATED, now=MONDAY)

    assert set(trace.switches) == {switch.name for switch in SWITCHES}
    assert trace.switches["update_pass"] == "second_pass"
    assert trace.switches["creation_rules"] == "first_match"


def test_every_default_is_a_value_it_may_have_and_every_switch_says_why():
    for switch in SWITCHES:
        assert switch.read(switch.default) == switch.default
        assert switch.about
        assert switch.source


def test_every_switch_is_read_somewhere():
    folder = ROOT / "src/cstoolkit/engines/freshdesk"
    text = "".join(path.read_text() for path in folder.glob("*.py") if path.name != "switches.py")

    assert [switch.name for switch in SWITCHES if f'"{switch.name}"' not in text] == []


def test_the_documentation_lists_every_switch_with_its_default():
    page = (ROOT / "docs" / "sandbox-freshdesk.md").read_text()

    rows = dict(re.findall(r"^\| `(\w+)` \| `(\w+)`", page, re.MULTILINE))
    assert {switch.name: rows.get(switch.name) for switch in SWITCHES} == {
        switch.name: switch.default for switch in SWITCHES
    }
