"""Expectations rewritten to what came: only the `expect:` of a failed case changes, everything else stays byte by byte."""

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..errors import Location
from ..model.data_problems import Path as DataPath
from ..model.fields import find_field
from .cases import CaseResult
from .cases_expect import SAID, Miss

OPAQUE = ("opaque", "gap")


@dataclass(frozen=True, slots=True)
class Rewriting:
    """One file with other expectations. `left` are misses that no expectation can be written for."""

    path: Path
    before: str
    after: str
    cases: int
    left: tuple[str, ...]


def rewritings(results: Iterable[CaseResult]) -> Iterator[Rewriting]:
    """Each file that has a failed case whose expectations can be written otherwise.

    What only a vendor does otherwise is a `differs` with a reason, which nobody can write but its author.
    """
    by_file: dict[str, list[CaseResult]] = {}
    for result in results:
        if result.outcome == "failed" and result.vendor is None and result.at is not None:
            by_file.setdefault(result.at.path, []).append(result)
    for name, failed in by_file.items():
        before = Path(name).read_text(encoding="utf-8")
        after, count = before, 0
        left: list[str] = []
        # From the end, so that places further up stay where they are.
        for result in sorted(failed, key=lambda each: _line(each.at), reverse=True):
            changed, unknown = rewritten(after, result)
            count += changed != after
            after, left = changed, [*left, *unknown]
        yield Rewriting(Path(name), before, after, count, tuple(left))


def _line(at: Location | None) -> int:
    return 0 if at is None else at.line


def rewritten(text: str, result: CaseResult) -> tuple[str, list[str]]:
    """The text with what came in the expectations of one case, and what cannot be written."""
    left = []
    misses: dict[DataPath, list[Miss]] = {}
    for failed in result.failed:
        miss = failed.miss
        place = miss.path if miss.path[-1:] == ("expect",) else miss.path[:-1]
        if (
            result.kind == "audit"
            or miss.path[0] == "evaluate"
            or miss.what in OPAQUE
            or (miss.expected != "not mentioned" and not _is_plain(miss.what))
        ):
            left.append(f"{result.recipe}: {result.name}: {miss.what}")
        else:
            misses.setdefault(place, []).append(miss)
    assert result.at is not None
    for place in sorted(misses, key=str, reverse=True):
        node = _expectation(text, result.at, place)
        text = _spliced(text, node, misses[place])
    return text, left


def _is_plain(name: str) -> bool:
    """Whether what a case saw of a field is what it may expect: instants and hours are shown in other words."""
    field = find_field(name)
    return field is None or field.type not in {"instant", "calendar"}


def _expectation(text: str, case_at: Location, place: DataPath) -> yaml.Node:
    """The node of an `expect` of the case that stands at a line."""
    for document in yaml.compose_all(text, Loader=yaml.CSafeLoader):
        for key, value in getattr(document, "value", ()):
            if getattr(key, "value", None) != "tests":
                continue
            for case in value.value:
                if case.start_mark.line + 1 == case_at.line:
                    return _below(case, place)
    raise LookupError(f"{case_at}: the case is not there any more")


def _below(node: Any, place: DataPath) -> yaml.Node:
    for part in place:
        if isinstance(part, int):
            node = node.value[part]
        else:
            node = next(value for key, value in node.value if key.value == part)
    found: yaml.Node = node
    return found


def _spliced(text: str, node: yaml.Node, misses: Iterable[Miss]) -> str:
    """The text with the mapping of a node changed, in the style in which it is written."""
    from ruamel.yaml import YAML

    start, end = node.start_mark.index, node.end_mark.index
    lines = text[start:end].splitlines(keepends=True)
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        end -= len(lines.pop())
    margin = " " * node.start_mark.column
    written = "".join(lines)
    end -= len(written) - len(written.rstrip())
    snippet = "".join(line.removeprefix(margin) for line in written.splitlines(keepends=True))
    round_trip = YAML()
    round_trip.preserve_quotes = True
    round_trip.width = 10_000
    mapping = round_trip.load(snippet)
    for miss in misses:
        _put(mapping, miss)
    out = io.StringIO()
    round_trip.dump(mapping, out)
    first, *rest = out.getvalue().rstrip("\n").split("\n")
    return text[:start] + "\n".join([first, *(margin + line if line else line for line in rest)]) + text[end:]


def _put(mapping: Any, miss: Miss) -> None:
    if miss.expected != "not mentioned":
        mapping[miss.what] = _in_one_line(_expected(miss))
    elif miss.what == "tags":
        _put_tag(mapping, str(miss.actual))
    elif miss.what == "messages":
        held = mapping.setdefault("messages", _in_one_line({}))
        for audience, count in miss.actual.items():
            held[audience] = held.get(audience, 0) + count
    elif miss.what in SAID.values():
        mapping[miss.what] = 1 + (mapping[miss.what] if isinstance(mapping.get(miss.what), int) else 0)
    else:
        mapping[miss.what] = _in_one_line(miss.actual)


def _in_one_line(value: Any) -> Any:
    """Lists and mappings as `[a, b]` and `{a: b}`, in whatever style the rest is."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    if isinstance(value, Mapping):
        made: Any = CommentedMap({name: _in_one_line(inner) for name, inner in value.items()})
    elif isinstance(value, list | tuple):
        made = CommentedSeq([_in_one_line(inner) for inner in value])
    else:
        return value
    made.fa.set_flow_style()
    return made


def _expected(miss: Miss) -> Any:
    """What came, as it may stand in `expect`."""
    if miss.what == "tags":
        return {"has": list(miss.actual)} if miss.actual else {"empty": True}
    if miss.what in SAID.values() and isinstance(miss.actual, list):
        return len(miss.actual)
    if isinstance(miss.actual, Mapping):
        return dict(miss.actual)
    return miss.actual


def _put_tag(mapping: Any, change: str) -> None:
    word = "has" if change.startswith("+") else "has_none"
    held = mapping.get("tags")
    if not isinstance(held, Mapping):
        told = {} if held is None else {"has": [held] if isinstance(held, str) else list(held)}
        mapping["tags"] = held = _in_one_line(told)
    tags = held.setdefault(word, _in_one_line([]))
    if isinstance(tags, str):
        held[word] = tags = _in_one_line([tags])
    tags.append(change[1:])
