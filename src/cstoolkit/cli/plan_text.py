"""Plans as text, Markdown and JSON."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from ..automations.plan import AccountPlan, Change, Verb
from ..automations.plan_file import SHORT, Plan, plan_to_json
from .render import plain

if TYPE_CHECKING:
    from ..automations.differences import Difference
    from ..automations.replay.results import Replay

SCHEMA = "cstoolkit/plan-report/1"
SIGNS = {Verb.CREATE: "+", Verb.UPDATE: "~", Verb.ADOPT: "=", Verb.DELETE: "-", Verb.LEAVE: "!"}
COLORS = {
    Verb.CREATE: "green",
    Verb.UPDATE: "yellow",
    Verb.ADOPT: "cyan",
    Verb.DELETE: "red",
    Verb.LEAVE: "red",
}
WORDS = {
    Verb.CREATE: "to create",
    Verb.UPDATE: "to change",
    Verb.ADOPT: "to take over",
    Verb.DELETE: "to delete",
    Verb.LEAVE: "to leave behind",
}


def plan_text(plan: Plan, *, color: bool) -> str:
    """Account by account: each change with what differs, the new order, and the sums."""
    return "\n\n".join(_account_text(account, color=color, named=True) for account in plan.accounts)


def _account_text(account: AccountPlan, *, color: bool, named: bool) -> str:
    lines = [_styled(f"{account.connection} ({account.vendor})", color=color, bold=True)] if named else []
    kinds = max((len(change.rule.kind) for change in account.changes), default=0)
    titles = max((len(_title(change)) for change in account.changes), default=0)
    for change in account.changes:
        head = f"{SIGNS[change.verb]} {change.rule.kind:{kinds}}  {_title(change):{titles}}  {_where(change)}"
        lines.append(_styled(head.rstrip(), color=color, fg=COLORS[change.verb]))
        lines += [f"    {line}" for line in _inside(change)]
    lines += list(order_lines(account))
    return "\n".join([*lines, *([""] if len(lines) > named else []), sums(account), *undo_lines(account)])


def _title(change: Change) -> str:
    return f'"{plain(change.rule.title)}"'


def _where(change: Change) -> str:
    if change.verb == Verb.LEAVE:
        return f"{change.note}, but {change.rule.vendor} deletes no {change.rule.kind}: delete it by hand"
    return (change.note if change.verb == Verb.DELETE else change.file or change.note) or ""


def _inside(change: Change) -> Iterator[str]:
    if change.note and change.verb not in {Verb.DELETE, Verb.LEAVE} and change.file:
        when = f" ({change.outside_by})" if change.outside_by and not change.outside else ""
        yield plain(change.note + when)
    if change.rule.active is False and change.verb == Verb.CREATE:
        yield "made switched off"
    yield from difference_lines(change.differences)
    if change.outside:
        when = f" ({change.outside_by})" if change.outside_by else ""
        yield plain(f"changed outside since it was applied{when}, and put back by this:")
        yield from (f"  {line}" for line in difference_lines(change.outside))


def difference_lines(found: "Iterable[Difference]") -> Iterator[str]:
    """A line for each place; an item of a list with its sign."""
    for one in found:
        if one.before is None:
            yield plain(f"{one.place}  + {one.after}")
        elif one.after is None:
            yield plain(f"{one.place}  - {one.before}")
        else:
            yield plain(f"{one.place}  {one.before} -> {one.after}")


def order_lines(account: AccountPlan) -> Iterator[str]:
    """The final list of each kind whose order changes; ours are marked by their keys."""
    for reorder in account.reorders:
        yield f"order of {reorder.kind}s:"
        ours = {change.rule.id: change.key for change in account.changes}
        for place, rule in enumerate(reorder.rules, 1):
            key = rule.key or ours.get(rule.id)
            yield plain(f"    {place:3} {rule.title}") + (f"  ({key})" if key else "")


def sums(account: AccountPlan) -> str:
    """One line: how many of each, and how many calls that takes."""
    parts = [f"{count} {WORDS[verb]}" for verb in Verb if (count := account.count(verb))]
    if account.unchanged:
        parts.append(f"{account.unchanged} unchanged")
    if account.reorders:
        parts.append("a new order")
    if not account.changes and not account.reorders:
        same = f"{account.unchanged} rules are as their recipes want them"
        return f"No changes: {same if account.unchanged else 'there is nothing to do'}."
    return f"{', '.join(parts)}; {_effort(account)}."


def _effort(account: AccountPlan) -> str:
    calls = "1 call" if account.calls == 1 else f"{account.calls} calls"
    if account.minutes < 1:
        return calls
    return f"{calls}, about {account.minutes:.0f} minute{'s' if account.minutes >= 1.5 else ''}"


def undo_lines(account: AccountPlan) -> Iterator[str]:
    """What no rollback takes back."""
    yield from (plain(f"A rollback does not take back {one}.") for one in account.cannot_undo)


def markdown(plan: Plan) -> str:
    """For a pull request: a table of changes, then what differs, folded."""
    parts = [f"## Plan `{plan.digest[:SHORT]}`" + (f" for {plan.environment}" if plan.environment else "")]
    for account in plan.accounts:
        parts += ["", f"### {account.connection} ({account.vendor})", "", sums(account), *undo_lines(account)]
        if account.changes:
            parts += ["", "| | Kind | Rule | Recipe |", "|---|---|---|---|"]
            parts += [
                f"| {WORDS[change.verb].removeprefix('to ')} | {change.rule.kind} | {_cell(change.rule.title)} "
                f"| {_cell(_where(change))} |"
                for change in account.changes
            ]
        detail = [
            line
            for change in account.changes
            for lines in [list(_inside(change))]
            if lines
            for line in [f"{SIGNS[change.verb]} {plain(change.rule.title)}", *(f"    {one}" for one in lines)]
        ]
        detail += list(order_lines(account))
        if detail:
            fence = "`" * max(3, 1 + max(_run_of_ticks(line) for line in detail))
            parts += [
                "",
                "<details><summary>What differs</summary>",
                "",
                f"{fence}text",
                *detail,
                fence,
                "",
                "</details>",
            ]
    return "\n".join(parts)


def behaviour_text(connection: str, found: "Replay", *, color: bool) -> str:
    """How tickets would be treated otherwise: counts, examples, and what they rest on."""
    from .backtest_text import caveats, differences_text

    head = f"behaviour of {connection}, {found.since:%Y-%m-%d} to {found.until:%Y-%m-%d}: {found.tickets:,} tickets"
    lines = ["", _styled(f"{head} replayed", color=color, bold=True), differences_text(found, color=color)]
    return "\n".join([*lines, *caveats(found)])


def behaviour_markdown(replayed: "Mapping[str, Replay]") -> Iterator[str]:
    """The same for a pull request."""
    for name, found in replayed.items():
        text = behaviour_text(name, found, color=False).strip().splitlines()
        fence = "`" * max(3, 1 + max(_run_of_ticks(line) for line in text))
        yield from (
            "",
            "<details><summary>Behaviour</summary>",
            "",
            f"{fence}text",
            *text,
            fence,
            "",
            "</details>",
        )


def _run_of_ticks(line: str) -> int:
    longest = run = 0
    for character in line:
        run = run + 1 if character == "`" else 0
        longest = max(longest, run)
    return longest


def _cell(text: str) -> str:
    """Text in a table of Markdown: nothing in it is markup."""
    made = plain(text)
    for character in "\\|`*_[]<>":
        made = made.replace(
            character, f"\\{character}" if character not in "<>" else {"<": "&lt;", ">": "&gt;"}[character]
        )
    return made


def as_json(plan: Plan) -> dict[str, Any]:
    """The plan file itself, with its digest and what it comes to."""
    return {
        "schema": SCHEMA,
        "digest": plan.digest,
        "plan": plan_to_json(plan),
        "sums": [
            {
                "connection": account.connection,
                **{verb.value: account.count(verb) for verb in Verb},
                "unchanged": account.unchanged,
                "reorders": len(account.reorders),
                "calls": account.calls,
                "minutes": account.minutes,
                "cannot_undo": list(account.cannot_undo),
            }
            for account in plan.accounts
        ],
    }


def _styled(text: str, *, color: bool, **style: Any) -> str:
    return click.style(text, **style) if color else text
