"""`# lint-ignore: CR203 until 2027-03-01 because ...`: findings that are let pass, with a reason and an end.

It stands in the recipe's own text, and goes for that recipe. One that is over, says no reason, or covers nothing
is a finding itself.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ..errors import Location
from .catalogue import CODES
from .findings import Finding

_COMMENT = re.compile(r"#\s*lint-ignore:\s*(?P<said>.*)$", re.MULTILINE)
_FORM = re.compile(
    r"(?P<codes>CR\d{3}(?:\s*,\s*CR\d{3})*)(?:\s+until\s+(?P<until>\d{4}-\d{2}-\d{2}))?(?:\s+because\s+(?P<why>\S.*))?"
)
CODE, NAME = "CR000", "suppression"


@dataclass(frozen=True, slots=True)
class Suppression:
    """One comment. `wrong` is why it does not count."""

    rule: str
    codes: tuple[str, ...]
    why: str
    at: Location | None
    source: str | None
    wrong: str | None = None


def suppressions_in(recipe: Any, *, today: date) -> Iterator[Suppression]:
    """The comments of one recipe, those above its first key too."""
    start = recipe.at
    if start is None:
        return
    whole = recipe._document.source.text  # noqa: SLF001 - the recipe's own text begins at its first key
    end = whole.find(recipe.text, max(0, _offset(whole, start.line))) + len(recipe.text)
    begin = max(whole.rfind("\n---", 0, _offset(whole, start.line)), 0)
    for found in _COMMENT.finditer(whole, begin, end):
        line = whole.count("\n", 0, found.start()) + 1
        column = found.start() - (whole.rfind("\n", 0, found.start()) + 1) + 1
        at = Location(start.path, line, column, len(found[0].rstrip()))
        yield _read(recipe.id, found["said"].strip(), at, _line(whole, found.start()), today)


def _offset(text: str, line: int) -> int:
    """Where a line starts."""
    place = 0
    for _ in range(line - 1):
        place = text.find("\n", place) + 1
    return place


def _line(text: str, place: int) -> str:
    end = text.find("\n", place)
    return text[text.rfind("\n", 0, place) + 1 : len(text) if end < 0 else end]


def _read(rule: str, said: str, at: Location, source: str, today: date) -> Suppression:
    form = _FORM.fullmatch(said)
    if form is None:
        return Suppression(
            rule, (), "", at, source, "it is not written as `CR203 until 2027-03-01 because ...`"
        )
    codes = tuple(code.strip() for code in form["codes"].split(","))
    wrong = next((f"there is no code {code}" for code in codes if code not in CODES), None)
    if form["why"] is None:
        wrong = wrong or "it gives no reason: write `because ...`"
    if form["until"] is not None:
        try:
            over = date.fromisoformat(form["until"]) < today
        except ValueError:
            wrong = wrong or f"{form['until']} is no date"
        else:
            wrong = wrong or (f"it ended on {form['until']}" if over else None)
    return Suppression(rule, codes, form["why"] or "", at, source, wrong)


def suppress(findings: Sequence[Finding], suppressions: Sequence[Suppression]) -> Iterator[Finding]:
    """The findings, those that are let pass marked so, and what is wrong with the comments."""
    used: set[Suppression] = set()
    for finding in findings:
        own = next(
            (
                one
                for one in suppressions
                if one.wrong is None and one.rule == finding.rule and finding.code in one.codes
            ),
            None,
        )
        if own is None:
            yield finding
        else:
            used.add(own)
            yield replace(finding, suppressed=own.why)
    for one in suppressions:
        if one not in used:
            message = f"this lint-ignore does not count: {one.wrong or 'nothing here has that code'}"
            yield Finding(
                CODE, NAME, "warning", message, one.rule, "mend it or take it out", one.at, one.source
            )
