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


class PlacedMap(dict[str, Any]):
    """A mapping of a file. `places` has, by key, the place of the key and of its value."""

    __slots__ = ("places",)

    def __init__(self) -> None:
        self.places: dict[str, tuple[Place, Place]] = {}


class PlacedList(list[Any]):
    """A list of a file. `places` has the place of each item."""

    __slots__ = ("places",)

    def __init__(self) -> None:
        self.places: list[Place] = []


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
                key_place, place = node.places[str(step)]
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
    """Turns the events of one file into documents. `_stack` holds the open containers, outermost first."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.documents: list[Document] = []
        self.problems: list[Problem] = []
        self._stack: list[tuple[PlacedMap | PlacedList, Any, int]] = []
        self._keys: list[Any] = []  # the waiting key event of each open mapping, None where a key is due
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._open_anchors: dict[str, Any] = {}
        self._nodes = 0
        self._root: Any = None
        self._place: Place = (0, 0)

    def read(self, next_event: Any) -> None:
        handlers = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._open,
            yaml.SequenceStartEvent: self._open,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._begin,
            yaml.DocumentEndEvent: self._finish,
        }
        next_event()  # the start of the stream
        while (kind := (event := next_event()).__class__) is not yaml.StreamEndEvent:
            handlers[kind](event)

    def _begin(self, event: Any) -> None:
        if event.version not in {None, (1, 2)}:
            self._complain(event, "recipes are YAML 1.2", "yaml", "remove the %YAML line")
        self._anchors, self._open_anchors = {}, {}
        self._root = None

    def _finish(self, event: Any) -> None:
        if self._root is not None:
            end = event.start_mark.index
            self.documents.append(Document(self.source, self._root, self._place, end))

    def _scalar(self, event: Any) -> None:
        value = event.value
        if event.tag is not None:
            self._refuse_tag(event)
        elif event.style == "" or event.style is None:
            if value[:1] in _MAY_BE_NO_TEXT or not value:
                value = self._plain(event)
        elif event.style == '"' and ("\0" in value or not _is_text(value)):
            self._complain(event, "a text cannot hold this character", "character", "remove its escape")
        self._nodes += 1
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, 1)
        self._add(value, event)

    def _plain(self, event: Any) -> Any:
        text = event.value
        if text in _WORDS:
            return _WORDS[text]
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

    def _open(self, event: Any) -> None:
        if event.tag is not None:
            self._refuse_tag(event)
        if len(self._stack) >= MAX_DEPTH:
            self._stop(event, f"more than {MAX_DEPTH} levels inside each other", "size", "flatten it")
        container: PlacedMap | PlacedList
        container = PlacedMap() if event.__class__ is yaml.MappingStartEvent else PlacedList()
        if event.anchor is not None:
            self._open_anchors[event.anchor] = container
        self._stack.append((container, event, self._nodes))
        self._keys.append(None)

    def _close(self, _: Any) -> None:
        container, event, nodes_before = self._stack.pop()
        self._keys.pop()
        self._nodes += 1
        if event.anchor is not None:
            self._open_anchors.pop(event.anchor, None)
            self._anchors[event.anchor] = (container, self._nodes - nodes_before)
        self._add(container, event)

    def _alias(self, event: Any) -> None:
        if event.anchor in self._open_anchors:
            self._stop(event, f'"*{event.anchor}" stands inside what it repeats', "alias", "write it out")
        if event.anchor not in self._anchors:
            known = ", ".join(f"&{name}" for name in self._anchors)
            hint = f"anchors above are: {known}" if known else 'a text that starts with "*" needs quotes'
            self._complain(event, f'there is no anchor "&{event.anchor}" above', "alias", hint)
            self._add("", event)
            return
        value, size = self._anchors[event.anchor]
        self._nodes += size
        self._add(value, event)

    def _add(self, value: Any, event: Any) -> None:
        if self._nodes > MAX_NODES:
            self._stop(
                event, f"with its aliases unfolded the file has over {MAX_NODES:,} values", "size", "split it"
            )
        place = (event.start_mark.index, event.end_mark.index)
        if not self._stack:
            self._root, self._place = value, place
            return
        container = self._stack[-1][0]
        if container.__class__ is PlacedList:
            container.places.append(place)
            container.append(value)
        elif self._keys[-1] is None:
            self._keys[-1] = (event, place, value)
        else:
            waiting = self._keys[-1]
            self._keys[-1] = None
            self._put(container, waiting, value, place)

    def _put(self, mapping: Any, waiting: Any, value: Any, place: Place) -> None:
        key_event, key_place, key = waiting
        if key.__class__ is not str:
            self._refuse_key(key, key_event)
        elif key == "<<" and key_event.__class__ is yaml.ScalarEvent and not key_event.style:
            self._complain(
                key_event, "merge keys (<<) are not used", "key", "shared parts go under `define:`"
            )
        elif key in mapping:
            first = self.source.locate(*mapping.places[key][0])
            hint = f"the first one is in line {first.line}, column {first.column}; keep one of them"
            self._complain(key_event, f'the key "{key}" is written twice', "duplicate", hint)
        else:
            mapping[key] = value
            mapping.places[key] = (key_place, place)

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
