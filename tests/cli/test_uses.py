"""Who refers to a thing, typed as somebody would who wants to delete it."""

import json
from pathlib import Path

import pytest

from cli.sandbox_project import project, run

VIP = """\
kind: trigger
id: vip
title: vip
event: created
when:
  all:
    - organization.tags: {has: [vip]}
    - custom.Region: {is: EMEA}
then:
  - set: {group: Tier 1}
  - tags: {add: [gold, first]}
  - notify: {to: Billing, subject: "{{ ticket.priority }}", text: "vip"}
---
kind: automation
id: old
title: Old
when: {status: pending, updated_at: {older_than: 4h business on EMEA}, assignee: Ann Admin}
then: [{tags: {remove: [gold]}}]
order: {after: other}
---
kind: automation
id: other
title: Other
when: {status: pending, updated_at: {older_than: 9h}}
then: [{set: {priority: high}}]
"""
PROJECT = """\
calendars:
  EMEA: {zone: Europe/Berlin, hours: {mon-fri: "09:00-17:00"}}
"""


@pytest.fixture(autouse=True)
def recipes(tmp_path, monkeypatch):
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "vip.yaml").write_text(VIP)
    (tmp_path / "cstoolkit.yaml").write_text(PROJECT)
    monkeypatch.chdir(tmp_path)


def found(thing):
    code, out, err = run("uses", thing, "--json")
    assert code == 0, err
    return [(one["key"], one["path"], one["line"]) for one in json.loads(out)["uses"]]


@pytest.mark.parametrize(
    ("thing", "places"),
    [
        ("tag:vip", [("vip", "when.all[0].organization.tags.has[0]", 7)]),
        ("tag:gold", [("vip", "then[1].tags.add[0]", 11), ("old", "then[0].tags.remove[0]", 18)]),
        ("group:Tier 1", [("vip", "then[0].set.group", 10)]),
        ("group:Billing", [("vip", "then[2].notify.to", 12)]),
        ("field:Region", [("vip", "when.all[1].custom.Region", 8)]),
        ("field:priority", [("vip", "then[2].notify.subject", 12), ("other", "then[0].set.priority", 25)]),
        ("calendar:EMEA", [("old", "when.updated_at.older_than", 17)]),
        ("agent:Ann Admin", [("old", "when.assignee", 17)]),
        ("recipe:other", [("old", "order.after", 19)]),
        ("vip", [("vip", "when.all[0].organization.tags.has[0]", 7), ("vip", "then[2].notify.text", 12)]),
        ("group:vip", []),
        ("tag:Tier 1", []),
        ("tag:vi", []),
    ],
)
def test_places_are_named(thing, places):
    assert found(thing) == places


def test_what_nobody_refers_to_may_be_deleted():
    code, out, err = run("uses", "tag:nobody")

    assert (code, out) == (0, "nothing refers to tag:nobody: safe to delete\n")
    assert "cstoolkit pull" in err


def test_places_are_shown_with_file_and_line():
    code, out, _ = run("uses", "group:Tier 1")

    assert (code, out) == (
        0,
        "recipes/vip.yaml:10:18: trigger vip: then[0].set.group\n1 place refers to group:Tier 1\n",
    )


@pytest.mark.parametrize("thing", ["tga:vip", "tag:", ""])
def test_what_is_no_thing_is_an_error_with_a_hint(thing):
    code, _, err = run("uses", thing)

    assert code == 3
    assert "hint: " in err


def test_live_rules_are_searched_by_the_ids_of_names(tmp_path, monkeypatch):
    other = tmp_path / "other"
    other.mkdir()
    with project(other, monkeypatch):
        Path("recipes").mkdir()
        Path("recipes/vip.yaml").write_text(
            "kind: trigger\nid: vip\ntitle: VIP\nevent: created\nwhen: {tags: {has: [vip, gold]}}\n"
            "then: [{set: {group: Tier 1}}, {tags: {add: [seen]}}]\n"
        )
        run("plan", "--out", "p.plan")
        assert run("apply", "p.plan")[0] == 0
        Path("recipes/vip.yaml").write_text(Path("recipes/vip.yaml").read_text().replace("Tier 1", "Tier 2"))

        code, out, _ = run("uses", "group:Tier 1")

        assert code == 0
        assert out.startswith("live at acme: trigger vip: actions[")
        assert "live at acme: trigger vip: conditions." in run("uses", "tag:gold")[1]
        assert "live at acme" in run("uses", "tag:seen")[1]
