"""What is wrong in plain data that a person wrote: collected while reading, shown all at once.

Readers here know no files. A problem says where in the data it is (`path`); who loaded the file turns that
into a line and a column.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class DataProblem:
    """One thing that is wrong. `path` leads from the data's root to it: keys and list indices.

    `on_key`: the mistake is the last key of the path itself (a misspelt one), not the value under it.
    `code` is a short stable word as in `errors.Problem`.
    """

    path: Path
    message: str
    code: str
    hint: str | None = None
    on_key: bool = False


class DataProblems(ValueError):  # noqa: N818 - it holds problems, as RecipeError does
    """Plain data that cannot be read; `.problems` has every reason, in the order of the data."""

    def __init__(self, problems: Iterable[DataProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))


@dataclass(slots=True)
class ProblemLog:
    """Where a reader notes problems while it goes on."""

    problems: list[DataProblem] = field(default_factory=list)

    def add(self, path: Path, message: str, code: str, hint: str | None = None) -> None:
        """Note a problem of the value at `path`."""
        self.problems.append(DataProblem(path, message, code, hint))

    def add_key(self, path: Path, message: str, code: str, hint: str | None = None) -> None:
        """Note a problem of the key that `path` ends with."""
        self.problems.append(DataProblem(path, message, code, hint, on_key=True))

    def raise_any(self) -> None:
        """Raise DataProblems if anything was noted."""
        if self.problems:
            raise DataProblems(self.problems)


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The one of `words` that `word` most likely was meant to be, if any is near."""
    found = difflib.get_close_matches(word, list(words), n=1)
    return found[0] if found else None


def did_you_mean(word: str, words: Iterable[str], *, label: str) -> str:
    """A hint: the nearest of `words` if there is one, then all of them after `label`."""
    known = list(words)
    near = nearest(word, known)
    listing = f"{label}: {', '.join(known)}"
    return f'did you mean "{near}"? {listing}' if near else listing


def edit_distance(left: str, right: str) -> int:
    """Letters to insert, delete, replace or swap with their neighbour to get from one word to the other."""
    before_last: list[int] = []
    last = list(range(len(right) + 1))
    for i, letter in enumerate(left, start=1):
        row = [i]
        for j, other in enumerate(right, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == right[j - 2] and left[i - 2] == other:
                cost = min(cost, before_last[j - 2] + 1)
            row.append(cost)
        before_last, last = last, row
    return last[-1]
