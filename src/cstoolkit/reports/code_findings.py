"""Findings in files, as reports take them: the same whoever found them."""

from collections.abc import Iterable
from typing import Literal, Protocol

from ..errors import Location

Level = Literal["error", "warning", "info"]


class CodeFinding(Protocol):
    """One finding: what, how bad, and where."""

    @property
    def code(self) -> str: ...
    @property
    def severity(self) -> Level: ...
    @property
    def message(self) -> str: ...
    @property
    def hint(self) -> str | None: ...
    @property
    def at(self) -> Location | None: ...
    @property
    def trace(self) -> tuple[str, ...]: ...
    @property
    def suppressed(self) -> str | None: ...
    @property
    def fingerprint(self) -> str: ...


class CodeRule(Protocol):
    """What a code stands for."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def severity(self) -> Level: ...
    @property
    def about(self) -> str: ...


def render_annotations(findings: Iterable[CodeFinding]) -> str:
    """Workflow commands that a GitHub job turns into annotations of a pull request, a line each.

    https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
    """
    return "\n".join(_annotation(finding) for finding in findings if finding.suppressed is None)


def _annotation(finding: CodeFinding) -> str:
    at = finding.at
    word = {"error": "error", "warning": "warning", "info": "notice"}[finding.severity]
    place = {} if at is None else {"file": at.path.removeprefix("./"), "line": at.line, "col": at.column}
    if at is not None and at.length:
        place["endColumn"] = at.column + at.length
    keys = ",".join(
        f"{key}={_property(str(value))}" for key, value in {**place, "title": finding.code}.items()
    )
    text = finding.message if finding.hint is None else f"{finding.message}\n{finding.hint}"
    return f"::{word} {keys}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def render_table(findings: Iterable[CodeFinding]) -> str:
    """A Markdown table, for comments and job summaries."""
    rows = [
        f"| {_cell(_place(one))} | {one.severity} | {one.code} | {_cell(_said(one))} |" for one in findings
    ]
    return "\n".join(("| Place | Severity | Code | Finding |", "|---|---|---|---|", *rows))


def _place(finding: CodeFinding) -> str:
    return "" if finding.at is None else f"{finding.at.path}:{finding.at.line}"


def _said(finding: CodeFinding) -> str:
    passed = "" if finding.suppressed is None else f" (let pass: {finding.suppressed})"
    return f"{finding.message}{passed}"


def _cell(text: str) -> str:
    plain = " ".join(text.split())
    for mark in "\\|`*_<>[]":
        plain = plain.replace(mark, f"\\{mark}")
    return plain
