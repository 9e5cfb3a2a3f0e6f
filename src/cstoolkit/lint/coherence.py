"""What two things that tests look at have to do with each other: a cube that contradicts this is none."""

from collections.abc import Hashable, Iterator, Mapping
from itertools import combinations

from ..model.fields import ACTORS, FIELDS, PRIORITIES, RATINGS, STATUSES
from ..model.text_patterns import found, word_pattern
from .domains import NO, YES, Domain
from .literals import Key

UNIVERSES: Mapping[Key, frozenset[Hashable]] = {
    ("status",): frozenset(STATUSES),
    ("priority",): frozenset({*PRIORITIES, None}),
    ("rating",): frozenset(RATINGS),
    ("problem.status",): frozenset({*STATUSES, None}),
    ("sla_breached",): frozenset({True, False}),
    ("comment.public",): frozenset({True, False, None}),
    ("comment.automatic",): frozenset({True, False, None}),
    ("comment.attachments",): frozenset({True, False, None}),
}
"""All values there are; what is not here may have others."""

ROLES = frozenset({"end_user", "agent", "system"})
SEVERAL_TEXTS = ("text",)
"""Fields that hold where one of their texts does: two answers may come from two texts."""


def coherent(cube: Mapping[Key, Domain]) -> bool:
    """Whether its parts can stand together, as far as is known."""
    return (
        _changes_fit(cube)
        and _actor_fits(cube)
        and _sets_fit(cube)
        and _custom_fits(cube)
        and all(_texts_fit(base, asked) for base, asked in _asked_texts(cube).items())
    )


def _changes_fit(cube: Mapping[Key, Domain]) -> bool:
    """A value that was left alone is the one from before, and one that was changed is not.

    Not of people and groups: these are compared by their ids, and asked about by their names.
    """
    for key, domain in cube.items():
        if len(key) < 2 or key[1] != "changed" or FIELDS[key[0]].type != "choice":
            continue
        for now in ((key[0],), (key[0], "native")):
            here, before = cube.get(now), cube.get((*now, "before"))
            if here is None or before is None:
                continue
            if domain == NO and here.meet(before).is_empty():  # type: ignore[arg-type]
                return False
            one = here.only
            same = one is not None and len(one) == 1 and one == before.only
            if domain == YES and same and key[0] != "status":
                return False
    return True


def _actor_fits(cube: Mapping[Key, Domain]) -> bool:
    true = {key[2] for key, domain in cube.items() if key[:2] == ("actor", "is") and domain == YES}
    false = {key[2] for key, domain in cube.items() if key[:2] == ("actor", "is") and domain == NO}
    names = true - set(ACTORS)
    roles = (true & ROLES) | ({"agent"} if names else set())
    return len(names) < 2 and len(roles) < 2 and not roles & false


def _sets_fit(cube: Mapping[Key, Domain]) -> bool:
    """A set that has something is not empty."""
    having = {key[:-2] for key, domain in cube.items() if key[-2:-1] == ("has",) and domain == YES}
    return not any(cube.get((*base, "none")) == YES for base in having)


def _custom_fits(cube: Mapping[Key, Domain]) -> bool:
    """A custom field without a value has no reading; without choices it has none of them."""
    empty = {key[0] for key, domain in cube.items() if key[1:] == ("empty",) and domain == YES}
    for key, domain in cube.items():
        read = key[1:] in {("text", "some"), ("number", "some"), ("instant", "some")}
        has = key[1:3] == ("labels", "has")
        if key[0] in empty and (read or has) and domain == YES:
            return False
    return True


Asked = tuple[list[tuple[str, str]], list[tuple[str, str]]]
"""Questions on one text that are answered yes, and those that are answered no."""

_KINDS = ("is", "contains", "word", "starts_with", "ends_with", "regex")


def _asked_texts(cube: Mapping[Key, Domain]) -> Mapping[Key, Asked]:
    asked: dict[Key, Asked] = {}
    for key, domain in cube.items():
        if len(key) > 2 and key[-2] in _KINDS and key[0] != "actor" and key[0] != "?":
            yes, no = asked.setdefault(key[:-2], ([], []))
            (yes if domain == YES else no).append((key[-2], key[-1]))
    return asked


def _texts_fit(base: Key, asked: Asked) -> bool:
    yes, no = asked
    if any(_follows(one, other) for one in yes for other in no):
        return False
    return base[0] in SEVERAL_TEXTS or not any(_excludes(a, b) for a, b in _pairs(yes))


def _pairs(asked: list[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    for one, other in combinations(asked, 2):
        yield one, other
        yield other, one


def _follows(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """A text of which `one` is true answers `other` with yes."""
    (kind, text), (asked, wanted) = one, other
    if one == other:
        return True
    if "regex" in {kind, asked} or not wanted:
        return False
    match asked:
        case "contains":
            return wanted in text
        case "word":
            return kind in {"is", "word"} and wanted in text and found(word_pattern(wanted), text)
        case "starts_with":
            return kind in {"is", "starts_with"} and text.startswith(wanted)
        case "ends_with":
            return kind in {"is", "ends_with"} and text.endswith(wanted)
    return False


def _excludes(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """No single text answers both with yes."""
    (kind, text), (asked, wanted) = one, other
    if kind == "is" and asked != "regex":
        return asked == "is" or not _follows(one, other)
    if kind == asked == "starts_with":
        return not text.startswith(wanted) and not wanted.startswith(text)
    if kind == asked == "ends_with":
        return not text.endswith(wanted) and not wanted.endswith(text)
    return False
