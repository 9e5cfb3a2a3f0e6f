"""The exit codes of every verb, which one wins, and which one an error means."""

from collections.abc import Iterable
from enum import IntEnum

from ..errors import BusyError, ConnectorError, CstoolkitError, IncompleteError, RefusedError


class ExitCode(IntEnum):
    """What a run ended with; the names in small letters are those of `--json`. docs/cli.md explains them."""

    OK = 0
    FINDINGS = 1
    CHANGES = 2
    INVALID = 3
    REMOTE = 4
    REFUSED = 5
    PARTIAL = 6
    INCOMPLETE = 7
    USAGE = 64
    INTERNAL = 70
    INTERRUPTED = 130
    READER_GONE = 141

    @property
    def label(self) -> str:
        return self.name.lower()


# A run that did several things has several outcomes. Usage, interruption and a reader that went away are
# not among them: they end a run by themselves.
PRECEDENCE = (
    ExitCode.INTERNAL,
    ExitCode.PARTIAL,
    ExitCode.REFUSED,
    ExitCode.REMOTE,
    ExitCode.INCOMPLETE,
    ExitCode.INVALID,
    ExitCode.FINDINGS,
    ExitCode.CHANGES,
    ExitCode.OK,
)

# The first row that fits decides, so a subclass stands above its base.
ERROR_CODES: tuple[tuple[type[CstoolkitError], ExitCode], ...] = (
    (IncompleteError, ExitCode.INCOMPLETE),
    (ConnectorError, ExitCode.REMOTE),
    (RefusedError, ExitCode.REFUSED),
    (BusyError, ExitCode.REFUSED),
    (CstoolkitError, ExitCode.INVALID),
)


def worst(codes: Iterable[int]) -> ExitCode:
    """The code that speaks for all of `codes`; none at all is OK. ValueError for one that cannot be mixed."""
    return min((ExitCode(code) for code in codes), key=PRECEDENCE.index, default=ExitCode.OK)


def code_of(error: CstoolkitError) -> ExitCode:
    return next(code for kind, code in ERROR_CODES if isinstance(error, kind))
