"""Whatever recipes give at Zendesk is pulled into an empty project as files that give the same, byte for byte."""

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import assume, event, given
from hypothesis import strategies as st

import zendesk_lives as lives
from cstoolkit.automations.compile import Compiled, as_json, compile_recipes
from cstoolkit.automations.loader import load_recipes
from cstoolkit.automations.lock import AccountLock
from cstoolkit.automations.pull import pull_rules
from cstoolkit.automations.pull_files import write, writings
from cstoolkit.connectors.zendesk import rules as zendesk
from cstoolkit.connectors.zendesk.rules.made_up import MadeUpNames
from cstoolkit.model.actions import Notify, Say, Set, Tags
from cstoolkit.model.gaps import Gap
from cstoolkit.model.references import resolve
from cstoolkit.model.rules import Rule

PIECES = (
    "${var.x}", "${literal.a}", "$${secret.b}", "%s", "{x}", "{{ ticket.id }}", "\n", "\n\n", "  ", "# no", ": ", "- ",
    "👍🏽", "é", "'", '"', "\\", "|", ">", "null", "0", "\t", "word", "日本", "---", "...", "<b>", "&amp;",
)  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join)
actions = st.lists(
    st.one_of(
        st.builds(lambda text, public: Say(text, public=public), texts, st.booleans()),
        st.builds(lambda subject, text: Notify("assignee", subject, text), texts, texts),
        st.sampled_from((Set({"priority": "high"}), Set({"group": "Tier 1", "status": "open"}))),
        st.sampled_from((Tags(add=("a", "b")), Tags(remove=("c",)))),
    ),
    min_size=1,
    max_size=3,
    unique_by=type,
)


@st.composite
def natives(draw, names):
    """One to three rules as an account would have them after our own apply."""
    kind = draw(st.sampled_from(("trigger", "automation", "macro")))
    waits = draw(lives.events()) if kind == "trigger" else ()
    place = "automation" if kind == "automation" else "created" if set(waits) == {"created"} else "updated"
    condition = None if kind == "macro" else draw(lives.conditions(place, leaves=3))
    once = "run" if kind == "macro" else draw(st.sampled_from(("run", "ticket")))
    rule = Rule(kind, "r", draw(texts.map(str.strip).filter(bool)), event=waits, when=condition,
                then=tuple(draw(actions)), once=once, active=draw(st.booleans()))  # fmt: skip
    found = zendesk.to_native(rule)
    assume(not any(isinstance(one, Gap) for one in found))
    return [
        replace(zendesk.normalise(resolve(one, names.find)), id=str(index), key=None, order=(0, index))
        for index, one in enumerate(found, 1)
    ]


@given(data=st.data())
def test_generated_rules_come_back_as_files_that_give_the_same(data):
    names = MadeUpNames()
    live = data.draw(natives(names))

    with tempfile.TemporaryDirectory() as folder:
        pulled = pull_rules(live, compiled=Compiled("zendesk"), desired=[], lock=AccountLock(), mapping=zendesk,
                            directory=names, taken=[], targets=["zendesk"])  # fmt: skip
        write(writings(pulled, {}, Path(folder)))
        recipes = load_recipes([folder])
        texts = [path.read_text(encoding="utf-8") for path in Path(folder).rglob("*.yaml")]

    again = compile_recipes(recipes, vendor="zendesk")
    assert not again.uncovered
    assert bare(again.rules, names) == bare(live, names), texts
    event(f"rules: {len(live)}")
    event(f"native: {sum('replace' in text for text in texts)}")


def bare(rules, names):
    """As bytes, without what the account gives."""
    found = [
        replace(zendesk.normalise(resolve(one, names.find)), id=None, key=None, order=()) for one in rules
    ]
    return as_json(sorted(found, key=lambda one: (one.kind, as_json([one]))))
