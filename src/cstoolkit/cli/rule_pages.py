"""What `backtest`, `explain` and `simulate` show, as pages: the same words as on the terminal."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from .. import __version__
from ..reports.pages import Cell, Letter, Page, Section, Table, render_page

if TYPE_CHECKING:
    from ..automations.explain import Explanation, Look
    from ..automations.replay.results import ListFigures, Replay, RuleFigures
    from ..engines.trace import Step

Tone = Literal["good", "warn", "bad", "soft"]
TONES: Mapping[str, Tone] = {
    "fired": "good",
    "opaque": "warn",
    "capped": "warn",
    "no_match": "soft",
    "spent": "soft",
}


def write_page(page: Page, path: str) -> None:
    """One file, whole or not there."""
    from ..reports.files import write_report

    write_report(render_page(page), Path(path))


def explanation_page(found: "Explanation") -> Page:
    from ..automations.cases_reasons import say, say_wanted
    from .ticket_argument import happened

    rows = [
        (_answer(test.holds, test.path), test.path, say_wanted(test.op, test.expected), say(test.actual))
        for test in found.tests
    ]
    tests = Section("Its tests", table=Table(("holds", "test", "wants", "sees"), rows)) if rows else None
    sent = Section("What it sends", letters=list(_letters([found.step])))
    verdict = "runs" if found.fired else "does not run"
    return Page(
        kind=f"Explained {found.kind}",
        title=found.title,
        where=f"{found.rule} · {happened(found.look)}",
        tone="good" if found.fired else "calm",
        headline=f"It {verdict}: {found.why}",
        sections=[each for each in (tests, sent) if each is not None and (each.table or each.letters)],
        version=__version__,
    )


def _answer(holds: bool, path: str) -> Cell:  # noqa: FBT001 - the answer of a test
    """In a `none`, no is what the rule needs."""
    wanted = path.count("none[") % 2 == 0
    return Cell("yes" if holds else "no", "good" if holds is wanted else "bad")


def _letters(steps: "Sequence[Step]") -> Iterator[Letter]:
    for step in steps:
        for message in step.messages:
            head = f"To {message.audience} ({', '.join(message.to)}), by {step.rule}: {message.subject}"
            yield Letter(head, message.body or "")
        for call in step.calls:
            yield Letter(f"Call to {call.endpoint}, by {step.rule}", call.body or "")


def simulation_page(looks: "Sequence[Look]", ticket: str) -> Page:
    steps = [step for look in looks for step in look.ran.trace.steps]
    ran = sum(step.outcome == "fired" for step in steps)
    unknown = sum(bool(step.opaque) for step in steps)
    headline = f"{'1 rule' if ran == 1 else f'{ran} rules'} fired, of {len(steps)} looked at"
    if unknown:
        headline += f"; {unknown} could not be judged"
    return Page(
        kind="Simulated ticket",
        title=str(looks[0].ran.began.ticket.subject or ticket) if looks else ticket,
        where=ticket,
        tone="warn" if unknown else "calm",
        headline=headline,
        sections=[section for look in looks for section in _look(look)],
        version=__version__,
    )


def _look(look: "Look") -> Iterator[Section]:
    from ..automations.cases_expect import is_effect
    from ..automations.cases_reasons import say, say_change, say_effects, say_idle
    from .ticket_argument import happened

    trace = look.ran.trace
    rows = [
        (
            number,
            step.rule,
            Cell(step.outcome, TONES[step.outcome]),
            say_effects(step) if is_effect(step) else say_idle(step),
        )
        for number, step in enumerate(trace.steps, start=1)
    ]
    saved = "; ".join(say_change(change) for change in look.ran.saved)
    table = Table(("#", "rule", "outcome", "because"), rows, right=(0,))
    yield Section(
        happened(look), saved, table, list(_letters(trace.steps)), [] if rows else ["No rule looks at this."]
    )
    held = [(name, say(value)) for name, value in trace.ticket.items() if value not in (None, [], {})]
    yield Section("The ticket then", table=Table(("field", "value"), held))


def replay_page(found: "Replay", place: str) -> Page:
    from .backtest_text import bound_text

    missed = found.desired.missed
    other = "the live rules" if found.live.rules else "history as it was"
    headline = f"{found.differences.tickets:,} of {found.tickets:,} tickets would be different from {other}"
    if missed:
        count = "1 bound is" if len(missed) == 1 else f"{len(missed)} bounds are"
        headline += f"; {count} missed"
    bounds = [
        (rule.rule, Cell(bound_text(bound), "good" if bound.met else "bad"), str(bound.place or ""))
        for rule in found.desired.rules
        for bound in rule.bounds
    ]
    sections = [
        Section("Bounds", table=Table(("rule", "bound", "where"), bounds)) if bounds else None,
        *(_list(figures) for figures in (found.desired, found.live) if figures.rules),
        _differences(found),
        _forecast(found),
        _caveats(found),
    ]
    window = f"{found.since:%Y-%m-%d %H:%M} to {found.until:%Y-%m-%d %H:%M} UTC"
    return Page(
        kind="Backtest",
        title=place,
        where=f"{found.updates:,} updates of {found.tickets:,} tickets, {window}",
        tone="bad" if missed else "warn" if found.incomplete else "calm",
        headline=headline,
        sections=[each for each in sections if each is not None],
        version=__version__,
    )


def _list(figures: "ListFigures") -> Section:
    rows = [
        (
            rule.title,
            Cell(rule.rule, "soft"),
            rule.fires,
            rule.tickets,
            rule.messages,
            _busiest(rule),
            _quality(rule),
            _notes(rule),
        )
        for rule in figures.rules
    ]
    header = ("rule", "id", "fires", "tickets", "messages", "busiest day", "quality", "notes")
    heading = f"{figures.name.capitalize()} rules"
    return Section(heading, f"Run by the {figures.engine} engine.", Table(header, rows, right=(2, 3, 4)))


def _busiest(rule: "RuleFigures") -> str:
    return "" if rule.busiest is None else f"{rule.busiest[1]} on {rule.busiest[0]:%Y-%m-%d}"


def _quality(rule: "RuleFigures") -> Cell:
    return Cell(rule.quality, None if rule.quality == "exact" else "warn")


def _notes(rule: "RuleFigures") -> Cell:
    from .backtest_text import VERDICTS

    said = [VERDICTS[rule.verdict]] if rule.verdict else []
    if rule.undone and rule.verdict != "always_undone":
        said.append(f"{rule.undone} of {rule.changing} undone")
    if rule.opaque:
        said.append(f"not judged {rule.opaque} times")
    quiet = rule.verdict == "never" and not rule.opaque
    return Cell("; ".join(said), "soft" if quiet else "warn" if said else None)


def _differences(found: "Replay") -> Section | None:
    from .backtest_text import instant_text, value_text

    differences = found.differences
    if not differences.tickets:
        return None
    rows: list[Sequence[Cell | str | int | None]] = []
    for name, count in sorted(differences.met.items(), key=lambda each: -each[1]):
        counted: list[str | int | None] = [name, count, differences.lasted.get(name, 0)]
        for each in differences.examples.get(name, ()):
            rules = ", ".join(dict.fromkeys((*each.desired_rules, *each.live_rules)))
            change = f"{value_text(each.live)} → {value_text(each.desired)}"
            rows.append([*counted, each.ticket_id, instant_text(each.at), change, Cell(rules, "soft")])
            counted = [None, None, None]
    header = ("what", "tickets", "to the end", "for example", "since", "change", "by")
    return Section("What would be different", table=Table(header, rows, right=(1, 2)))


def _forecast(found: "Replay") -> Section | None:
    from .backtest_text import instant_text

    rows = [
        (
            each.what,
            each.list,
            f"{each.average:.1f}",
            each.most,
            "" if each.at is None else instant_text(each.at),
            Cell("" if each.limit is None else f"{each.limit:,}", "bad" if each.over else None),
            Cell(each.source or "", "soft"),
        )
        for each in found.forecast
        if each.most
    ]
    header = ("what", "list", "average", "most", "on", "limit", "source")
    return Section("If nothing else changes", table=Table(header, rows, right=(2, 3, 5))) if rows else None


def _caveats(found: "Replay") -> Section | None:
    reasons: dict[str, list[str]] = {}
    for figures in (found.live, found.desired):
        for rule in figures.rules:
            for why in rule.because:
                reasons.setdefault(why, []).append(rule.rule)
    notes = [*(f"INCOMPLETE: {text}" for text in found.incomplete), *found.warnings]
    notes += [f"{why} ({', '.join(rules)})" for why, rules in reasons.items()]
    return Section("How far this can be trusted", notes=notes) if notes else None
