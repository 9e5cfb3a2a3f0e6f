"""YAML text that remembers line and column of every node.

The meaning is YAML 1.2 core (so `on`, `no` and `yes` are words and dates stay texts), built from the events
of PyYAML's C parser, or of its Python one where the C library is missing. What could surprise is refused:
tags, merge keys, keys that are not text, a key written twice, aliases that unfold without end.

A Location is made only for a place that is asked for. Lines and columns count characters from 1.
"""

import math
import re
from collections.abc import Sequence
from typing import Any

import yaml

from ..errors import Location, Problem
from .source_text import SourceText
from .yaml_errors import describe_syntax_error

MAX_NODES = 100_000
MAX_DEPTH = 40
MAX_DIGITS = 40

Path = Sequence[str | int]
Place = tuple[int, int]
"""Where a node starts and ends in the text, in characters from 0. Two numbers are cheap to keep for every
node of a project; the parser's own marks made its reading twice as slow."""
Entry = tuple[int, int, int, int]
"""The place of a key, then that of its value."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **{sign + word: math.inf for sign in ("", "+") for word in (".inf", ".Inf", ".INF")},
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL_OR_HEX = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_MAY_BE_NO_TEXT = frozenset("-+.0123456789~tTfFnN")
_TOO_MANY_NODES = f"with its aliases unfolded the file has over {MAX_NODES:,} values"

_STREAM_END = yaml.StreamEndEvent
_SCALAR = yaml.ScalarEvent
_MAPPING, _MAPPING_END = yaml.MappingStartEvent, yaml.MappingEndEvent
_SEQUENCE, _SEQUENCE_END = yaml.SequenceStartEvent, yaml.SequenceEndEvent


class PlacedMap(dict[str, Any]):
    """A mapping of a file. `places` has, by key, where the key and its value stand; whoever makes one sets it."""

    __slots__ = ("places",)
    places: dict[str, Entry]


class PlacedList(list[Any]):
    """A list of a file. `places` has the place of each item; whoever makes one sets it."""

    __slots__ = ("places",)
    places: list[Place]


class Document:
    """One YAML document: plain values (`value`), and where each of them stands.

    A path is the keys and indexes from the top, as pydantic and `DataProblem` give it. One that leads
    further than the document does is answered with the last place it passed.
    """

    def __init__(self, source: SourceText, value: Any, root: Place, end: int) -> None:
        self.source = source
        self.value = value
        self._root = root
        self._end = end

    def with_value(self, value: Any) -> "Document":
        """The same document with other values at its places."""
        return Document(self.source, value, self._root, self._end)

    @property
    def text(self) -> str:
        """The document as it was written, without its `---`."""
        return self.source.text[self._root[0] : self._end]

    def locate(self, path: Path = (), *, on_key: bool = False) -> Location:
        """Where the value at `path` starts, or with `on_key` the key that leads to it."""
        node, place = self.value, self._root
        key_place: Place | None = None
        for step in path:
            if isinstance(node, PlacedMap) and step in node.places:
                entry = node.places[str(step)]
                key_place, place = entry[:2], entry[2:]
                node = node.get(str(step))
            elif isinstance(node, PlacedList) and isinstance(step, int) and step < len(node):
                key_place, place = None, node.places[step]
                node = node[step]
            elif not isinstance(step, int):
                break
        return self.source.locate(*(key_place if on_key and key_place is not None else place))

    def problem(
        self, path: Path, message: str, code: str, *, hint: str | None = None, on_key: bool = False
    ) -> Problem:
        """A Problem at `path`, with the line it points into."""
        at = self.locate(path, on_key=on_key)
        return Problem(message, code, at, hint, self.source.line(at.line))


def parse(source: SourceText) -> tuple[list[Document], list[Problem]]:
    """The documents of a file, and every problem that its YAML has.

    A syntax error ends the reading; the documents before it are given all the same. A document without
    content (only comments) is left out.
    """
    builder = _Builder(source)
    try:
        parser = _LOADER(source.text)
        try:
            builder.read(parser.get_event)
        finally:
            parser.dispose()
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # The Python parser lets chr() complain of an escape beyond Unicode.
        found = describe_syntax_error(error, source.lines)
        at = Location(source.path, found.line, found.column, 1)
        builder.problems.append(Problem(found.message, "yaml", at, found.hint, source.line(found.line)))
    except _StopError as stop:
        builder.problems.append(stop.problem)
    return builder.documents, builder.problems


class _StopError(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class _Builder:
    """Turns the events of one file into documents."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.documents: list[Document] = []
        self.problems: list[Problem] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._open_anchors: set[str] = set()
        self._nodes = 0
        self._root: Any = None
        self._place: Place = (0, 0)

    def read(self, next_event: Any) -> None:  # noqa: C901, PLR0912 - see below
        """Build what the events say. One long loop: a call for each event takes as long as its parsing."""
        outer: list[tuple[Any, Any, Any, int]] = []
        container: Any = None  # the innermost open one
        waiting: Any = None  # in a mapping: the key that waits for its value, with its event and place
        next_event()  # the start of the stream
        while (kind := (event := next_event()).__class__) is not _STREAM_END:
            if kind is _SCALAR:
                value = event.value
                if event.tag is not None or event.anchor is not None or event.style == '"' or not value:
                    value = self._scalar(event)
                elif value[0] in _MAY_BE_NO_TEXT and not event.style:
                    value = self._plain(event)
                self._nodes += 1
            elif kind is _MAPPING or kind is _SEQUENCE:
                self._check_opening(event, depth=len(outer))
                outer.append((container, waiting, event, self._nodes))
                container, waiting = (PlacedMap(), None) if kind is _MAPPING else (PlacedList(), None)
                container.places = {} if kind is _MAPPING else []
                continue
            elif kind is _MAPPING_END or kind is _SEQUENCE_END:
                value = container
                container, waiting, event, nodes_before = outer.pop()
                self._nodes += 1
                if event.anchor is not None:
                    self._open_anchors.discard(event.anchor)
                    self._anchors[event.anchor] = (value, self._nodes - nodes_before)
            elif kind is yaml.AliasEvent:
                value = self._alias(event)
            else:
                self._begin_or_finish(event)
                continue
            if self._nodes > MAX_NODES:
                self._stop(event, _TOO_MANY_NODES, "size", "split it")
            start, end = event.start_mark.index, event.end_mark.index
            if waiting is not None:
                self._put(container, waiting, value, start, end)
                waiting = None
            elif container.__class__ is PlacedMap:
                waiting = (value, event, start, end)
            elif container is not None:
                container.append(value)
                container.places.append((start, end))
            else:
                self._root, self._place = value, (start, end)

    def _begin_or_finish(self, event: Any) -> None:
        if event.__class__ is yaml.DocumentStartEvent:
            if event.version not in {None, (1, 2)}:
                self._complain(event, "recipes are YAML 1.2", "yaml", "remove the %YAML line")
            self._anchors, self._open_anchors = {}, set()
            self._root = None
        elif self._root is not None:
            end = event.start_mark.index
            self.documents.append(Document(self.source, self._root, self._place, end))

    def _scalar(self, event: Any) -> Any:
        value = event.value
        if event.tag is not None:
            self._refuse_tag(event)
        elif not event.style:
            value = self._plain(event)
        elif event.style == '"' and ("\0" in value or not _is_text(value)):
            self._complain(event, "a text cannot hold this character", "character", "remove its escape")
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, 1)
        return value

    def _plain(self, event: Any) -> Any:
        text = event.value
        if text in _WORDS:
            return _WORDS[text]
        if text[0].isalpha():
            return text
        if _INTEGER.fullmatch(text):
            if len(text) > MAX_DIGITS:
                self._complain(
                    event, "this number is too long", "type", 'a text of digits needs quotes: "..."'
                )
                return 0
            return int(text)
        if _OCTAL_OR_HEX.fullmatch(text):
            return int(text, 0)
        return float(text) if _FLOAT.fullmatch(text) else text

    def _check_opening(self, event: Any, *, depth: int) -> None:
        if event.tag is not None:
            self._refuse_tag(event)
        if depth >= MAX_DEPTH:
            self._stop(event, f"more than {MAX_DEPTH} levels inside each other", "size", "flatten it")
        if event.anchor is not None:
            self._open_anchors.add(event.anchor)

    def _alias(self, event: Any) -> Any:
        if event.anchor in self._open_anchors:
            self._stop(event, f'"*{event.anchor}" stands inside what it repeats', "alias", "write it out")
        if event.anchor not in self._anchors:
            known = ", ".join(f"&{name}" for name in self._anchors)
            hint = f"anchors above are: {known}" if known else 'a text that starts with "*" needs quotes'
            self._complain(event, f'there is no anchor "&{event.anchor}" above', "alias", hint)
            return ""
        value, size = self._anchors[event.anchor]
        self._nodes += size
        return value

    def _put(self, mapping: PlacedMap, waiting: Any, value: Any, start: int, end: int) -> None:
        key, key_event, key_start, key_end = waiting
        if key.__class__ is not str:
            self._refuse_key(key, key_event)
        elif key == "<<" and key_event.__class__ is _SCALAR and not key_event.style:
            self._complain(
                key_event, "merge keys (<<) are not used", "key", "shared parts go under `define:`"
            )
        elif key in mapping:
            first = self.source.locate(*mapping.places[key][:2])
            hint = f"the first one is in line {first.line}, column {first.column}; keep one of them"
            self._complain(key_event, f'the key "{key}" is written twice', "duplicate", hint)
        else:
            mapping[key] = value
            mapping.places[key] = (key_start, key_end, start, end)

    def _refuse_key(self, key: Any, event: Any) -> None:
        if isinstance(key, PlacedMap | PlacedList):
            hint = "a text with {{ }} needs quotes" if isinstance(key, PlacedMap) else "write `key: value`"
            self._complain(event, "a mapping or list cannot be a key", "key", hint)
        else:
            shown = self.source.text[event.start_mark.index : event.end_mark.index].strip()
            self._complain(event, f"the key {shown} is not a text", "key", f'put it in quotes: "{shown}"')

    def _refuse_tag(self, event: Any) -> None:
        hint = 'remove it; a text with "!" in front needs quotes'
        self._complain(event, f'tags such as "{event.tag}" are not used in recipes', "tag", hint)

    def _complain(self, event: Any, message: str, code: str, hint: str) -> None:
        at = self.source.locate(event.start_mark.index, event.end_mark.index)
        self.problems.append(Problem(message, code, at, hint, self.source.line(at.line)))

    def _stop(self, event: Any, message: str, code: str, hint: str) -> None:
        at = self.source.locate(event.start_mark.index, event.end_mark.index)
        raise _StopError(Problem(message, code, at, hint, self.source.line(at.line)))


def _is_text(value: str) -> bool:
    """False for half of a surrogate pair, which no file can hold."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
