"""Rules as they come from accounts: the vendor's own defaults have no error, by the rules themselves."""

import json
from dataclasses import replace

import pytest

from connectors.zendesk.rules.test_real_rules import AnyName, rules_of
from cstoolkit.connectors.zendesk.rules import from_native
from cstoolkit.engines.zendesk.records import native_rules
from cstoolkit.lint.rule_list import Entry, rule_list
from cstoolkit.lint.run import lint_rules
from engines.test_zendesk_real_rules import SOURCES

ZENDESK = frozenset({"zendesk"})


def entries_of(natives):
    read = [from_native(native, AnyName()) for native in natives]
    return [Entry(replace(rule, id=f"{rule.id}-{index}"), vendors=ZENDESK) for index, rule in enumerate(read)]


def test_zendesks_default_triggers_have_no_error(shared_data):
    text = (shared_data / "zendesk-fixtures-go" / "GET" / "triggers.json").read_text(encoding="utf-8")
    natives = native_rules("trigger", json.loads(text)["triggers"])

    found = lint_rules(rule_list(entries_of(natives)))

    assert len(natives) == 8
    assert [(one.code, one.rule, one.message) for one in found if one.severity == "error"] == []


@pytest.mark.parametrize("source", SOURCES)
def test_real_rules_are_linted_and_the_findings_printed(source, shared_data, capsys):
    natives = rules_of(source, shared_data)

    found = lint_rules(rule_list(entries_of(natives)))

    with capsys.disabled():
        for one in found:
            print(f"\n{source}: {one.severity} {one.code} {one.rule}: {one.message}", end="")
    assert all(one.message and one.fingerprint for one in found)
