"""A replay for people: what fires how often, what would be different, what is missing."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .render import plain, table

if TYPE_CHECKING:
    from ..automations.replay.differences import Difference
    from ..automations.replay.results import BoundResult, ListFigures, Replay, RuleFigures

VERDICTS = {"never": "never fired", "always": "fired every time", "always_undone": "always undone"}
SHOWN = 3  # examples of each field


def replay_text(found: "Replay", *, color: bool) -> str:
    """The whole answer; details are in --json and --html."""
    parts = [_head(found)]
    parts += [_list_text(each, color=color) for each in (found.live, found.desired) if each.rules]
    parts += [differences_text(found, color=color), _forecast(found, color=color), "\n".join(caveats(found))]
    parts.append(_verdict(found))
    return "\n\n".join(part for part in parts if part)


def _head(found: "Replay") -> str:
    window = f"{found.since:%Y-%m-%d %H:%M} to {found.until:%Y-%m-%d %H:%M} UTC"
    kept = {
        "keep": "What rules did then is kept as it was.",
        "drop": "What rules did then is left out: the live rules stand for it.",
    }
    updates = f"{found.updates:,} updates of {found.tickets:,} tickets"
    return f"{updates} replayed, {window}. {kept[found.rule_writes]}"


def _list_text(figures: "ListFigures", *, color: bool) -> str:
    rows = [
        (rule.rule, rule.fires, rule.tickets, rule.messages, _busiest(rule), rule.quality, notes(rule))
        for rule in figures.rules
    ]
    header = ("rule", "fires", "tickets", "messages", "busiest day", "quality", "notes")
    title = f"{figures.name.capitalize()} rules, by the {figures.engine} engine"
    return f"{title}\n{table(header, rows, right=(1, 2, 3), color=color)}"


def _busiest(rule: "RuleFigures") -> str:
    return "" if rule.busiest is None else f"{rule.busiest[1]} on {rule.busiest[0]:%m-%d}"


def notes(rule: "RuleFigures") -> str:
    """What is special about a rule, in one line."""
    said = [VERDICTS[rule.verdict]] if rule.verdict else []
    if rule.undone and rule.verdict != "always_undone":
        said.append(f"{rule.undone} of {rule.changing} undone")
    if rule.opaque:
        said.append(f"not judged {rule.opaque} times")
    said += [bound_text(bound) for bound in rule.bounds]
    return "; ".join(said)


def bound_text(bound: "BoundResult") -> str:
    """`fires at most 2/day: MISSED, 8 on 2026-10-27`."""
    rate = f"{bound.amount}/{bound.period}" if bound.period else f"{bound.amount}"
    wanted = f"{bound.what} {bound.limit.replace('_', ' ')} {rate}"
    at = "" if bound.at is None else f" on {instant_text(bound.at)}"
    return f"{wanted}: {'kept' if bound.met else f'MISSED, {bound.actual}{at}'}"


def instant_text(at: Any) -> str:
    """An instant without what is zero at its end."""
    if isinstance(at, datetime) and (at.hour or at.minute):
        return f"{at:%Y-%m-%d %H:%M}"
    return f"{at:%Y-%m-%d}"


def differences_text(found: "Replay", *, color: bool) -> str:
    """In what tickets would be different, with examples."""
    other = "the live rules" if found.live.rules else "history as it was"
    if not found.differences.tickets:
        return f"No ticket would be different from {other}."
    share = f"{found.differences.tickets:,} of {found.tickets:,} tickets"
    rows = [
        (name, count, found.differences.lasted.get(name, 0))
        for name, count in sorted(found.differences.met.items(), key=lambda each: -each[1])
    ]
    lines = [f"{share} would be different from {other}"]
    lines.append(table(("what", "tickets", "to the end"), rows, right=(1, 2), color=color))
    for name, _, _ in rows:
        lines += [plain(f"  {text}") for text in _examples(found.differences.examples.get(name, ()))]
    return "\n".join(lines)


def _examples(examples: "Sequence[Difference]") -> Iterator[str]:
    for each in examples[:SHOWN]:
        yield example_text(each)


def example_text(found: "Difference") -> str:
    """`117, 2026-10-27 09:12: priority normal -> urgent (vip-urgent)`."""
    rules = ", ".join(dict.fromkeys((*found.desired_rules, *found.live_rules)))
    by = f" ({rules})" if rules else ""
    held = " until somebody set it" if not found.lasted else ""
    change = f"{found.field} {value_text(found.live)} -> {value_text(found.desired)}"
    return f"{found.ticket_id}, {instant_text(found.at)}: {change}{by}{held}"


def value_text(value: Any) -> str:
    """What a ticket has, in a few words."""
    if isinstance(value, dict):
        return ", ".join(f"{count} to {audience}" for audience, count in sorted(value.items())) or "none"
    if isinstance(value, frozenset | set | list | tuple):
        return "[" + ", ".join(sorted(value)) + "]"
    return "nothing" if value is None else str(value)


def _forecast(found: "Replay", *, color: bool) -> str:
    rows = [
        (
            each.what,
            each.list,
            f"{each.average:.1f}",
            each.most,
            "" if each.at is None else instant_text(each.at),
            "" if each.limit is None else f"{each.limit:,}{' OVER' if each.over else ''}",
        )
        for each in found.forecast
        if each.most
    ]
    if not rows:
        return ""
    header = ("if nothing else changes", "list", "average", "most", "on", "limit")
    return table(header, rows, right=(2, 3), color=color)


def caveats(found: "Replay") -> Iterator[str]:
    """What the answer rests on and what is missing, a line each."""
    for text in dict.fromkeys(found.warnings):
        yield f"note: {text}"
    for text in found.incomplete:
        yield f"INCOMPLETE {text}"
    reasons: dict[str, list[str]] = {}
    for figures in (found.live, found.desired):
        for rule in figures.rules:
            for why in rule.because:
                reasons.setdefault(why, []).append(rule.rule)
    for why, rules in reasons.items():
        named = ", ".join(rules[:4]) + (f" and {len(rules) - 4} more" if len(rules) > 4 else "")
        yield plain(f"approximate: {why} ({named})")


def _verdict(found: "Replay") -> str:
    missed = found.desired.missed
    if not missed:
        return ""
    lines = [plain(f"{bound.place or rule.rule}: {rule.rule}: {bound_text(bound)}") for rule, bound in missed]
    count = "1 bound is" if len(missed) == 1 else f"{len(missed)} bounds are"
    return "\n".join([*lines, f"{count} missed."])
