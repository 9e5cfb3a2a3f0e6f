"""Switches: what may be set, what is refused, and that a trace shows all of them."""

import re
from pathlib import Path

import pytest

from cstoolkit.engines.switches import Switches
from cstoolkit.engines.zendesk import ZendeskEngine
from cstoolkit.engines.zendesk.switches import SWITCHES
from cstoolkit.errors import ProjectError
from engines.zendesk_world import MONDAY, a_rule, a_world, an_update

ROOT = Path(__file__).resolve().parents[2]


def test_a_trace_shows_every_switch_as_it_stood():
    trace = ZendeskEngine([a_rule()], {"trigger_pass": "single_pass"}).run(a_world(), an_update(), now=MONDAY)

    assert set(trace.switches) == {switch.name for switch in SWITCHES}
    assert trace.switches["trigger_pass"] == "single_pass"
    assert trace.switches["null_priority"] == "lowest"


@pytest.mark.parametrize(
    ("values", "problem", "hint"),
    [
        ({"triger_pass": "rewalk"}, 'no switch "triger_pass"', "trigger_pass"),
        ({"trigger_pass": "twice"}, 'no value "twice"', "rewalk, single_pass"),
        ({"automation_tickets_per_run": "many"}, "not a whole number", "1000"),
    ],
)
def test_a_wrong_switch_is_refused_with_the_right_ones(values, problem, hint):
    with pytest.raises(ProjectError, match=problem) as refused:
        Switches(SWITCHES, values)

    assert hint in refused.value.hint


def test_true_and_false_are_on_and_off():
    switches = Switches(SWITCHES, {"reply_reopens": False, "normal_tags": True})

    assert (switches["reply_reopens"], switches.on("normal_tags")) == ("off", True)


def test_every_default_is_a_value_it_may_have_and_every_switch_says_why():
    for switch in SWITCHES:
        assert switch.read(switch.default) == switch.default
        assert switch.about
        assert switch.source


def test_every_switch_is_read_somewhere():
    text = "".join(
        path.read_text()
        for path in (ROOT / "src/cstoolkit/engines/zendesk").glob("*.py")
        if "switches" not in path.name
    )

    assert [switch.name for switch in SWITCHES if f'"{switch.name}"' not in text] == []


def test_the_documentation_lists_every_switch_with_its_default():
    page = (ROOT / "docs" / "engines.md").read_text()

    rows = dict(re.findall(r"^\| `(\w+)` \| `(\w+)`", page, re.MULTILINE))
    assert rows == {switch.name: switch.default for switch in SWITCHES}
