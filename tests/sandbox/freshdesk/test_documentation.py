"""docs/sandbox-freshdesk.md lists what is in the code: switches, routes, the calls of the real client."""

import re
from pathlib import Path

import pytest

from cstoolkit.sandbox.freshdesk import VENDOR
from cstoolkit.sandbox.freshdesk.switches import OWN_SWITCHES, SWITCHES

DOCS = Path(__file__).resolve().parent.parent.parent.parent / "docs"
VENDOR_FOLDER = DOCS.parent / "src" / "cstoolkit" / "sandbox" / "freshdesk"
PAGE = (DOCS / "sandbox-freshdesk.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return PAGE.partition(f"{title}\n")[2].partition("\n## ")[0]


def test_every_switch_is_listed_with_its_default_and_values():
    rows = re.findall(
        r"^\| `(\w+)` \| `([^`]+)` \| ([^|]+) \| (.+) \|$", section("## Switches of Freshdesk"), re.MULTILINE
    )

    assert [(name, default) for name, default, _, _ in rows] == [
        (item.name, item.default) for item in SWITCHES
    ]
    assert [tuple(re.findall(r"`([^`]+)`", values)) for _, _, values, _ in rows] == [
        item.values for item in SWITCHES
    ]
    assert [about for _, _, _, about in rows] == [item.about for item in SWITCHES]


def test_every_switch_is_used():
    source = "\n".join(
        path.read_text(encoding="utf-8") for path in VENDOR_FOLDER.glob("*.py") if path.name != "switches.py"
    )
    used = set(re.findall(r"""["'](\w+)["']""", source))

    assert {item.name for item in OWN_SWITCHES} - used == set()


def test_every_call_is_listed():
    rows = re.findall(r"^\| `(/[^`]*)` \| ([A-Z, ]+) \|$", section("## Calls served"), re.MULTILINE)
    listed = {f"{method} /api/v2{path}" for path, methods in rows for method in methods.split(", ")}

    assert listed == set(VENDOR.routes())
    assert f"{len(listed)} calls under {len(rows)} paths" in section("## Calls served")


def test_the_calls_of_python_freshdesk_are_listed():
    pytest.importorskip("freshdesk")
    from sandbox.freshdesk.test_python_freshdesk import CALLS

    found = re.findall(r"^\* (.+)$", section("### What python-freshdesk runs"), re.MULTILINE)

    assert found == list(CALLS)
