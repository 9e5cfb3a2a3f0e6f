"""Counts -> figures: verdicts, bounds, quality, and what is missing."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

from ...model.ticket import Quality
from ...store.database import Store
from .bounds import Bound, judge
from .differences import DifferenceTally
from .forecast import forecast
from .lists import Listed, Rules
from .quality import WORST_FIRST, Knowledge
from .results import Differences, ListFigures, Replay, RuleFigures, Verdict
from .running import RuleWrites
from .tallies import Counting, ListTally, RuleTally

if TYPE_CHECKING:
    from .replay import Tally

SAVES_FOR_ALWAYS = 20
"""Fewer saves (or tickets) prove nothing about `always`."""


def make_replay(
    tally: "Tally",
    desired: Rules,
    live: Rules,
    counting: Counting,
    *,
    bounds: Mapping[str, Sequence[Bound]],
    rule_writes: RuleWrites,
    store: Store,
    knowledge: Knowledge,
) -> Replay:
    """What the tallies say."""
    since, until = counting.since, counting.until
    figures = _Figures(tally, counting, bounds, knowledge)
    return Replay(
        since=since,
        until=until,
        tickets=tally.tickets,
        updates=tally.updates,
        untold=tally.untold,
        late=tally.late,
        rule_writes=rule_writes,
        undone_within_hours=counting.undone_within.total_seconds() / 3600,
        live=figures.of_list("live", live, tally.live),
        desired=figures.of_list("desired", desired, tally.desired),
        differences=_differences(tally.differences),
        forecast=(
            *forecast("live", tally.live, since=since, until=until),
            *forecast("desired", tally.desired, since=since, until=until),
        ),
        incomplete=tuple(_incomplete(tally, store)),
        warnings=tuple(_warnings(tally, counting, store)),
    )


class _Figures:
    def __init__(
        self, tally: "Tally", counting: Counting, bounds: Mapping[str, Sequence[Bound]], knowledge: Knowledge
    ) -> None:
        self.tickets = tally.tickets
        self.late = tally.late
        self.counting = counting
        self.bounds = bounds
        self.knowledge = knowledge

    def of_list(self, name: Literal["live", "desired"], rules: Rules, tally: ListTally) -> ListFigures:
        return ListFigures(
            name, rules.engine, tuple(self._rule(each, rules, tally, name) for each in rules.listed())
        )

    def _rule(self, listed: Listed, rules: Rules, tally: ListTally, name: str) -> RuleFigures:
        own = tally.rules.get(listed.id) or RuleTally()
        quality, because = self._quality(rules.quality(listed, self.knowledge), own)
        since, until = self.counting.since, self.counting.until
        declared = self.bounds.get(listed.id, ()) if name == "desired" else ()
        return RuleFigures(
            listed.id, listed.title, listed.kind, own.fires, own.tickets, own.messages, own.changing, own.undone,
            own.opaque, _busiest(own), self._verdict(listed, own, tally), quality, because,
            tuple(judge(bound, own, since=since, until=until) for bound in declared),
            listed.rule.at if listed.rule else None,
        )  # fmt: skip

    def _quality(
        self, known: tuple[Quality, tuple[str, ...]], own: RuleTally
    ) -> tuple[Quality, tuple[str, ...]]:
        quality, because = known
        if self.late:
            quality = min(quality, "approximate", key=WORST_FIRST.index)
            because += (f"{self.late} tickets have a history that does not begin with their creation",)
        if own.unjudged:
            quality = min(quality, "approximate", key=WORST_FIRST.index)
            because += tuple(
                f"not judged {count} times: {what}" for what, count in own.unjudged.most_common(3)
            )
        return quality, because

    def _verdict(self, rule: Listed, own: RuleTally, tally: ListTally) -> Verdict | None:
        if not own.fires:
            return "never"
        if own.changing and own.undone == own.changing:
            return "always_undone"
        waited = (
            sum(count for words, count in tally.saves.items() if not words.isdisjoint(rule.event))
            if rule.kind == "trigger"
            else self.tickets
        )
        met = own.on_updates if rule.kind == "trigger" else own.tickets
        return "always" if met == waited and waited >= SAVES_FOR_ALWAYS else None


def _busiest(tally: RuleTally) -> tuple[date, int] | None:
    days = {at: count for (what, at), count in tally.periods.items() if what == "fires day"}
    at = min(days, key=lambda start: (-days[start], start), default=None)
    return None if at is None else (at.date(), days[at])


def _differences(tally: DifferenceTally) -> Differences:
    examples = {name: tuple(found) for name, found in sorted(tally.examples.items())}
    return Differences(
        tally.tickets, dict(sorted(tally.met.items())), dict(sorted(tally.lasted.items())), examples
    )


def _incomplete(tally: "Tally", store: Store) -> list[str]:
    found = []
    if "events" not in store.streams:
        found.append("the store has no history (events)")
    elif tally.untold:
        found.append(f"{tally.untold} of {tally.untold + tally.tickets} tickets have no history")
    unproven = store.query("SELECT stream FROM checkpoints WHERE complete IS FALSE ORDER BY stream")
    found += [f"the stream {stream} is not proven complete" for (stream,) in unproven]
    poor = store.query(
        "SELECT history, count(*) FROM tickets WHERE history IN ('snapshot', 'unavailable') GROUP BY 1 ORDER BY 1"
    )
    found += [f"{count} tickets have a history of quality {quality}" for quality, count in poor]
    return found


def _warnings(tally: "Tally", counting: Counting, store: Store) -> list[str]:
    found = []
    first = store.query("SELECT min(occurred_at) FROM events")[0][0] if "events" in store.streams else None
    if first is not None and first > counting.since:
        found.append(f"the history begins on {first.date().isoformat()}, later than the window")
    if tally.late:
        found.append(f"{tally.late} tickets have a history that does not begin with their creation")
    if "comments" not in store.streams:
        found.append("the store has no comments: rules that read them find nothing")
    return found
