"""What lint says, and what a code is: an id, how bad it is, why, and an example each way."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from ..errors import Location
from .rule_list import Entry, Path, RuleList

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""Worst first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a rule.

    `trace` tells, line by line, the ticket and what the engine did with it, where the finding was tried out.
    `suppressed` is the written reason why it is let pass.
    """

    code: str
    name: str
    severity: Severity
    message: str
    rule: str
    hint: str | None = None
    at: Location | None = None
    source: str | None = field(default=None, compare=False)
    trace: tuple[str, ...] = ()
    suppressed: str | None = None

    @property
    def fingerprint(self) -> str:
        """The same as long as the rule has the same trouble, wherever in the file it stands."""
        said = f"{self.code}\0{self.rule}\0{self.message}"
        return hashlib.sha256(said.encode()).hexdigest()[:32]

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        at = self.at or Location("", 0)
        return (at.path, at.line, at.column, self.code, self.message)


@dataclass(frozen=True, slots=True)
class Said:
    """What a check found, before the code's name and severity are put to it.

    `path` is its place in the recipe; `at` and `source` go before it. `severity` is another one than the code's.
    """

    entry: Entry
    message: str
    hint: str | None = None
    path: Path = ()
    at: tuple[Location | None, str | None] | None = None
    trace: tuple[str, ...] = ()
    severity: Severity | None = None

    def finding(self, code: "Code") -> Finding:
        at, source = self.at or self.entry.place(self.path)
        return Finding(
            code.id,
            code.name,
            self.severity or code.severity,
            self.message,
            self.entry.rule.id,
            self.hint,
            at,
            source,
            self.trace,
        )


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of finding. `bad` and `good` are recipes: the first has it, the second does not."""

    id: str
    name: str
    severity: Severity
    about: str
    check: Callable[[RuleList], Iterator[Said]]
    bad: str
    good: str
