"""Rules that Freshdesk's pages describe: read and compiled again they are the same, and most stand in the grammar."""

import pytest

from cstoolkit.connectors.freshdesk.rules import from_native, normalise, share, to_native
from cstoolkit.errors import NotFoundError
from cstoolkit.model.references import resolve

from .documented_rules import DOCUMENTED
from .made_up_names import MadeUpNames


def live(one, names):
    return normalise(resolve(one.rule, names.find))


@pytest.mark.parametrize("one", DOCUMENTED, ids=lambda one: one.rule.title)
def test_what_is_read_compiles_to_what_was_read(one):
    names = MadeUpNames()
    native = live(one, names)

    (again,) = to_native(from_native(native, names))

    made = normalise(resolve(again, names.find))
    assert (made.kind, made.title, made.active, made.body) == (
        native.kind,
        native.title,
        native.active,
        native.body,
    )


def test_85_in_100_events_conditions_and_actions_stand_in_the_grammar(capsys):
    names = MadeUpNames()
    natives = [live(one, names) for one in DOCUMENTED]
    shares = [share(native, from_native(native, names)) for native in natives]
    said, total = sum(one.said for one in shares), sum(one.total for one in shares)

    with capsys.disabled():
        print(f"\n{said} of {total} events, conditions and actions in the grammar, {said / total:.0%}")

    assert said / total >= 0.85


def test_an_account_without_the_names_keeps_the_ids():
    class NoName:
        def find(self, kind, name):
            raise NotFoundError(f"no {kind} {name}", vendor="freshdesk")

        name = find

    for one in DOCUMENTED:
        native = live(one, MadeUpNames())
        (again,) = to_native(from_native(native, NoName()))
        assert (again.kind, normalise(again).body) == (native.kind, native.body), native.title
