"""Every exception of cstoolkit, and the two things errors are made of: a place and a problem.

CstoolkitError
|-- RecipeError          recipes, maps or project files are wrong; has `.problems`
|-- ProjectError         the project as a whole cannot be used (no such connection, no such environment)
|-- StoreError           a store or state file is missing, damaged or of another version
|-- BusyError            another run holds the lock or the store
|-- RefusedError         a safety limit or a missing consent stopped us before anything was done
|   `-- UnsafePlanError  a plan that would go over its limits
`-- ConnectorError       a helpdesk did not give what was asked
    |-- AuthenticationError
    |-- NotFoundError
    |-- RejectedError
    |-- UnavailableError
    `-- IncompleteError

Problems in files are data: they are collected, sorted and shown at once. Exceptions stop the run; a
subclass exists only where a caller would act on it differently.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file. Lines and columns count from 1; `length` is in characters (0: unknown)."""

    path: str
    line: int
    column: int = 1
    length: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a file that a person wrote.

    `code` is a short stable word ("key", "type", "condition", "unit", ...). `source` is the line of the
    file that `at` points into, kept so that a caret can be drawn without reading the file again.
    """

    message: str
    code: str
    at: Location | None = None
    hint: str | None = None
    source: str | None = field(default=None, compare=False)

    @property
    def sort_key(self) -> tuple[str, int, int, str]:
        """Files in name order, then top to bottom."""
        if self.at is None:
            return ("", 0, 0, self.message)
        return (self.at.path, self.at.line, self.at.column, self.message)


class CstoolkitError(Exception):
    """The root. `hint` is the next step for the person who reads it; never a secret in either text."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class RecipeError(CstoolkitError):
    """Recipes, maps or project files that cannot be used; every problem at once, sorted by place."""

    def __init__(self, problems: Iterable[Problem], *, hint: str | None = None) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.sort_key))
        count = len(self.problems)
        super().__init__(f"{count} problem{'s' if count != 1 else ''} found", hint=hint)


class ProjectError(CstoolkitError):
    """The project cannot be used as asked: an unknown connection, a bad address."""


class StoreError(CstoolkitError):
    """A store or state file is missing, damaged, full or written by another version."""


class BusyError(CstoolkitError):
    """Another run holds the lock or the store; waiting may help."""


class RefusedError(CstoolkitError):
    """Stopped before anything was done: a limit or a consent that was not given."""


class UnsafePlanError(RefusedError):
    """A plan that goes over its limits."""


class ConnectorError(CstoolkitError):
    """A helpdesk did not give what was asked. `vendor` is the connection's vendor word."""

    def __init__(self, message: str, *, vendor: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.vendor = vendor


class AuthenticationError(ConnectorError):
    """The credential is missing, wrong or lacks a permission."""


class NotFoundError(ConnectorError):
    """The object does not exist there (any more). `candidates` are the nearest names, if any."""

    def __init__(
        self, message: str, *, vendor: str, candidates: Iterable[str] = (), hint: str | None = None
    ) -> None:
        super().__init__(message, vendor=vendor, hint=hint)
        self.candidates = tuple(candidates)


class RejectedError(ConnectorError):
    """The vendor understood the request and refused it; sending it again will not help."""


class UnavailableError(ConnectorError):
    """The vendor could not answer now; another try later may work."""

    def __init__(
        self, message: str, *, vendor: str, retry_after: timedelta | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message, vendor=vendor, hint=hint)
        self.retry_after = retry_after


class IncompleteError(ConnectorError):
    """A read that could not be proven complete: what came is not all there is."""
