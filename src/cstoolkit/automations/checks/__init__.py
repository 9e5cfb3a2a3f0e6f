"""The audit's checks: a row each, in one module a family. Rules: spec "Backlog audit" (docs/checks.md)."""

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from types import MappingProxyType

from . import ageing, hygiene, ownership, privacy, replies, waiting
from .check import Check, Hit, Question

__all__ = ["CHECKS", "Check", "Hit", "Question", "chosen_checks"]

FAMILIES = (ownership, replies, waiting, ageing, hygiene, privacy)

CHECKS = MappingProxyType(
    {check.id: check for check in sorted((c for f in FAMILIES for c in f.CHECKS), key=lambda check: check.id)}
)


def chosen_checks(include: Sequence[str], exclude: Iterable[str]) -> Iterator[Check]:
    """The checks that a recipe's patterns name, in order of their ids; no `include` is all of them."""
    left_out = tuple(exclude)
    for check in CHECKS.values():
        wanted = not include or any(fnmatchcase(check.id, pattern) for pattern in include)
        if wanted and not any(fnmatchcase(check.id, pattern) for pattern in left_out):
            yield check
