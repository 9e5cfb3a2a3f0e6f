"""docs/sandbox.md lists what is in the code: switches, faults, the calls of real clients."""

import re
from pathlib import Path

import pytest

from cstoolkit.sandbox.faults import KINDS
from cstoolkit.sandbox.zendesk.switches import SWITCHES

PAGE = (Path(__file__).resolve().parent.parent.parent / "docs" / "sandbox.md").read_text(encoding="utf-8")


def test_every_zendesk_switch_is_listed_with_its_default_and_values():
    section = PAGE.partition("### Switches of Zendesk")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| `([^`]+)` \| ([^|]+) \| (.+) \|$", section, re.MULTILINE)

    assert [(name, default) for name, default, _, _ in rows] == [
        (item.name, item.default) for item in SWITCHES
    ]
    assert [tuple(re.findall(r"`([^`]+)`", values)) for _, _, values, _ in rows] == [
        item.values for item in SWITCHES
    ]
    assert [about for _, _, _, about in rows] == [item.about for item in SWITCHES]


def test_every_fault_is_listed():
    section = PAGE.partition("## Faults")[2].partition("\n## ")[0]

    assert set(re.findall(r"`([a-z0-9_]+)`", section)) >= set(KINDS)


def test_the_calls_of_zenpy_are_listed():
    pytest.importorskip("zenpy")
    from sandbox.zendesk.test_zenpy import CALLS

    section = PAGE.partition("### What zenpy runs")[2].partition("\n## ")[0]

    assert re.findall(r"^\* (.+)$", section, re.MULTILINE) == list(CALLS)
