"""Rules of real accounts: read and compiled again they are the same, and most of them stand in the grammar."""

import re
from dataclasses import replace

import pytest

from cstoolkit.connectors.zendesk.rules import from_native, normalise, share, to_native
from cstoolkit.errors import NotFoundError
from cstoolkit.model.references import resolve
from engines.test_zendesk_real_rules import SOURCES


class AnyName:
    """An account that has a name for every id."""

    def find(self, kind, name):
        found = re.fullmatch(rf"{kind} (.+)", name)
        if found is None:
            raise NotFoundError(f"no {kind} {name}", vendor="zendesk")
        return found[1]

    def name(self, kind, id):
        return f"{kind} {id}"


def rules_of(source, folder):
    return [rule for rule in SOURCES[source](folder) if rule.kind != "sla_policy"]


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_read_compiles_to_what_was_read(source, shared_data):
    rules = rules_of(source, shared_data)
    for native in rules:
        rule = from_native(native, AnyName())

        (again,) = to_native(rule)

        made = normalise(resolve(again, AnyName().find))
        assert made.body == normalise(native).body, native.title
        assert (made.title, made.active, made.kind) == (native.title, native.active, native.kind)
    assert len(rules) >= {"recorded": 20, "fixtures": 10, "terraform": 2}[source]


@pytest.mark.parametrize("source", SOURCES)
def test_most_conditions_and_actions_stand_in_the_grammar(source, shared_data, capsys):
    shares = [
        (native, rule, share(native, rule))
        for native in rules_of(source, shared_data)
        for rule in [from_native(native, AnyName())]
    ]
    said, total = sum(one.said for *_, one in shares), sum(one.total for *_, one in shares)

    with capsys.disabled():
        print(f"\n{source}: {said} of {total} conditions and actions in the grammar, {said / total:.0%}")
        for native, rule, one in shares:
            if one.said < one.total:
                print(f"  {native.title}: {rule.native['zendesk']}"[:230])

    assert said / total >= 0.5


def test_over_all_sources_85_in_100_stand_in_the_grammar(shared_data):
    shares = [
        share(native, from_native(native, AnyName()))
        for source in SOURCES
        for native in rules_of(source, shared_data)
    ]

    assert sum(one.said for one in shares) / sum(one.total for one in shares) >= 0.85


def test_an_account_without_the_names_keeps_the_ids(shared_data):
    class NoName:
        def find(self, kind, name):
            raise NotFoundError(f"no {kind} {name}", vendor="zendesk")

        name = find

    for native in rules_of("fixtures", shared_data):
        (again,) = to_native(from_native(replace(native, key="k"), NoName()))
        assert normalise(again).body == normalise(native).body
        assert again.key == "k"
