"""Which checks a recipe wants, and with what settings."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from ...model.data_problems import DataProblems, Path, ProblemLog, did_you_mean
from .check import Check
from .parameters import read_settings
from .settings import Settings
from .table import CHECKS

# Checks of the catalogue come one by one. A recipe may leave out one that is still to come, and a pattern
# may reach further than what there is; but who names one wants it.
_CATALOGUE = re.compile(r"B[AC][0-9*?\[\]!-]*")
_ONE = re.compile(r"B[AC][0-9]{3}")


@dataclass(frozen=True, slots=True)
class ChosenCheck:
    """A check and the parameters that it runs with."""

    check: Check
    settings: Settings

    @property
    def parameters(self) -> dict[str, Any]:
        """As reports show them."""
        return self.settings.shown({name: row.suffix for name, row in self.check.parameters.items()})


def choose_checks(
    include: Sequence[str] = (), exclude: Iterable[str] = (), params: Mapping[str, Any] | None = None
) -> tuple[ChosenCheck, ...]:
    """The checks by their patterns (`BA0*`; none: all), in order of their ids.

    Raises DataProblems with paths from the recipe's `checks`.
    """
    log = ProblemLog()
    left_out = tuple(exclude)
    _check_patterns(include, ("include",), log, wanted=True)
    _check_patterns(left_out, ("exclude",), log, wanted=False)
    settings = {identity: _settings(identity, given, log) for identity, given in (params or {}).items()}
    log.raise_any()
    return tuple(
        ChosenCheck(check, settings.get(check.id) or read_settings(check.parameters, None))
        for check in CHECKS.values()
        if (not include or _named(check.id, include)) and not _named(check.id, left_out)
    )


def _named(identity: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(identity, pattern) for pattern in patterns)


def _check_patterns(patterns: Iterable[str], at: Path, log: ProblemLog, *, wanted: bool) -> None:
    for place, pattern in enumerate(patterns):
        known = any(fnmatchcase(identity, pattern) for identity in CHECKS)
        foreseen = _CATALOGUE.fullmatch(pattern) and not (wanted and _ONE.fullmatch(pattern))
        if not known and not foreseen:
            hint = did_you_mean(pattern, CHECKS, label="checks are")
            log.add((*at, place), f'there is no check "{pattern}"', "check", hint)


def _settings(identity: str, given: Any, log: ProblemLog) -> Settings | None:
    path = ("params", identity)
    if identity not in CHECKS:
        hint = did_you_mean(identity, CHECKS, label="checks are")
        log.add_key(path, f'there is no check "{identity}"', "check", hint)
        return None
    try:
        return read_settings(CHECKS[identity].parameters, given, at=path)
    except DataProblems as found:
        log.problems.extend(found.problems)
        return None
