"""The audit as one chat message for Slack or Teams: never longer than its limit, never a ping."""

import re
from collections.abc import Iterator

from ..model.findings import AuditReport, Finding, Metric
from .customer_text import visible, web_link
from .figures import change, count, duration, instant, metric_text
from .verdict import HEADLINE_FIGURES, verdict

LIMIT = 3_500
TOP = 3
NAME = 60
SUBJECT = 80
MOST, OLDEST = "**Most findings**", "**Oldest tickets with findings**"
MARKS = {"good": "🟢", "calm": "⚪", "warn": "🟠", "bad": "🔴"}

# Chat programs differ in how a character is escaped, so those with a meaning are replaced by others like them.
LOOK_ALIKES = str.maketrans(
    {
        "@": "\uff20",
        "<": "\u2039",
        ">": "\u203a",
        "*": "\u2217",
        "`": "'",
        "[": "(",
        "]": ")",
        "|": "/",
        "\\": "/",
    }
)
SCHEME = re.compile(r"(?<=[a-z]):(?=\S)|:(?=//)", re.IGNORECASE)
BARE_DOMAIN = re.compile(r"(?<=\w)\.(?=[a-z]{2,})", re.IGNORECASE)


def render_markdown(
    report: AuditReport, limit: int = LIMIT, *, full_report: str | None = None, include_text: bool = False
) -> str:
    """Verdict, headline figures, top checks, oldest tickets as links, and where the full report is.

    `full_report` is a path or address. Subjects are customers' words and go out only with `include_text`.
    What does not fit in `limit` characters is left out by whole lines, the least important last.
    """
    kept: list[str] = []
    used = 0
    for line in _lines(report, full_report=full_report, include_text=include_text):
        if used + len(line) + 1 > limit:
            break
        kept.append(line)
        used += len(line) + 1
    while kept and kept[-1] in {"", MOST, OLDEST}:
        kept.pop()
    return "\n".join(kept) + "\n" if kept else ""


def harmless(text: str, limit: int = NAME) -> str:
    """`text` as a chat shows it: no mention, no markup, nothing that turns into a link."""
    line = visible(text, limit)
    line = SCHEME.sub(": ", line)
    # A word joiner is not seen, and a name with one inside is no address.
    return BARE_DOMAIN.sub(".\u2060", line).translate(LOOK_ALIKES)


def _lines(report: AuditReport, *, full_report: str | None, include_text: bool) -> Iterator[str]:
    outcome = verdict(report)
    if not report.is_complete:
        yield "🔴 **INCOMPLETE: not everything could be read, figures may be too low.**"
    yield f"{MARKS[outcome.tone]} **{harmless(report.recipe_title)}: {outcome.headline}**"
    yield outcome.changes
    # Before the details, so that a short limit never cuts the way to them.
    yield f"Full report: {_place(full_report)}" if full_report else f"Run {harmless(report.run_id)}"
    if outcome.gate:
        yield f"**{harmless(outcome.gate, 400)}**"
    yield ""
    yield from (_figure(metric) for metric in report.metrics[:HEADLINE_FIGURES])
    yield from _top_checks(report)
    yield from _oldest(report, include_text=include_text)
    yield ""
    names = ", ".join(harmless(part.connection) for part in report.coverage)
    yield f"As of {instant(report.as_of)}{f' · {names}' if names else ''}"


def _place(full_report: str) -> str:
    link = web_link(full_report)
    return f"[open]({_in_parentheses(link)})" if link else f"`{visible(full_report, 300).replace('`', '')}`"


def _figure(metric: Metric) -> str:
    moved = change(metric)
    ending = f" ({moved.arrow} {moved.text})" if moved else ""
    return f"- {harmless(metric.title)}: **{harmless(metric_text(metric))}**{ending}"


def _top_checks(report: AuditReport) -> Iterator[str]:
    found = [check for check in report.checks if check.found]
    if not found:
        return
    yield ""
    yield MOST
    for check in sorted(found, key=lambda check: (-check.found, check.id))[:TOP]:
        before = "" if check.previous is None else f", {count(check.previous)} last run"
        yield f"- {check.id} {harmless(check.title)}: **{count(check.found)}** ({check.new} new{before})"


def _oldest(report: AuditReport, *, include_text: bool) -> Iterator[str]:
    """One line a ticket, whatever number of checks object to it."""
    tickets: dict[tuple[str, str], Finding] = {}
    for finding in report.findings:
        if finding.object_kind == "ticket" and finding.age_s is not None:
            tickets.setdefault((finding.connection, finding.object_id), finding)
    ordered = sorted(tickets.items(), key=lambda item: (-(item[1].age_s or 0), item[0]))
    if not ordered:
        return
    yield ""
    yield OLDEST
    for _, finding in ordered[:TOP]:
        facts = [duration(finding.age_s or 0), harmless(finding.group or "no group")]
        facts.append(harmless(finding.owner) if finding.owner else "no owner")
        subject = f" {harmless(finding.title, SUBJECT)}" if include_text and finding.title.strip() else ""
        yield f"- {_ticket_link(finding)}{subject} · {' · '.join(facts)}"


def _ticket_link(finding: Finding) -> str:
    label = f"Ticket {harmless(finding.object_id)}"
    link = web_link(finding.url)
    return f"[{label}]({_in_parentheses(link)})" if link else label


def _in_parentheses(url: str) -> str:
    """The address with what would end a Markdown or Slack link percent-encoded."""
    codes = {"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "|": "%7C", "`": "%60"}
    return "".join(codes.get(character, character) for character in url)
