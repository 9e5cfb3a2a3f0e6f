"""The text of a file that a person wrote: read with bounds, checked for what no text file holds."""

import re
from bisect import bisect_right
from functools import cached_property
from pathlib import Path

from ..errors import Location, Problem

MAX_BYTES = 1_000_000
_USUAL_BYTES = 16_384  # to ask for more at once takes longer than to read a recipe

# What YAML 1.2 calls printable, without U+0085, U+2028 and U+2029: YAML 1.1 parsers take them for line ends.
_FORBIDDEN = "[^\t\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_LINE_ENDS = {0x85: "next line", 0x2028: "line separator", 0x2029: "paragraph separator"}


class SourceText:
    """A file's text and its lines. `path` is the name that problems show."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text

    @cached_property
    def lines(self) -> list[str]:
        """The lines, without their ends; there is always one."""
        return _LINE_BREAK.split(self.text)

    def line(self, number: int) -> str | None:
        """A line by its number, from 1; None beyond the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else None

    @cached_property
    def _starts(self) -> list[int]:
        """Where each line starts, in characters from 0."""
        return [0, *(found.end() for found in _LINE_BREAK.finditer(self.text))]

    def locate(self, start: int, end: int) -> Location:
        """The place of the characters from `start` to `end`, counted from 0; its length is that on one line."""
        line = bisect_right(self._starts, start)
        first = self._starts[line - 1]
        if line < len(self._starts) and end >= self._starts[line]:
            end = first + len(self.lines[line - 1].rstrip())
        return Location(self.path, line, start - first + 1, max(1, end - start))


def read_source(file: Path, shown_as: str) -> SourceText | Problem:
    """Read a file, or say why it cannot be used as text."""
    try:
        with file.open("rb") as stream:
            raw = stream.read(_USUAL_BYTES)
            if len(raw) == _USUAL_BYTES:
                raw += stream.read(MAX_BYTES + 1 - _USUAL_BYTES)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return Problem(f"cannot read {shown_as}: {reason}", "file", hint="check the path and its permissions")
    if len(raw) > MAX_BYTES:
        size = file.stat().st_size / 1e6
        message = f"the file has {size:.1f} MB; a file of recipes may have {MAX_BYTES / 1e6:g} MB"
        return Problem(message, "size", Location(shown_as, 1), "split it, or check that it is a recipe")
    return decode_source(raw, shown_as)


def decode_source(raw: bytes, shown_as: str) -> SourceText | Problem:
    """Decode bytes as UTF-8 (a byte order mark is dropped) and look for what no text holds."""
    if raw.startswith(_UTF_16_MARKS) or b"\0" in raw[:4]:
        hint = "save it as UTF-8"
        return Problem(
            "the file is UTF-16 or binary, not UTF-8 text", "encoding", Location(shown_as, 1), hint
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        source = SourceText(shown_as, raw.decode("utf-8", errors="replace"))
        at = _position(shown_as, raw[: error.start].decode("utf-8-sig", errors="replace"))
        message = f"byte 0x{raw[error.start]:02x} is not UTF-8"
        return Problem(message, "encoding", at, "save the file as UTF-8", source.line(at.line))
    return check_characters(SourceText(shown_as, text))


def check_characters(source: SourceText) -> SourceText | Problem:
    """The source itself, or the problem of its first character that no text holds."""
    if source.text.replace("\n", "").isprintable():  # nothing forbidden is; far faster than the search
        return source
    found = re.search(_FORBIDDEN, source.text)
    if found is None:
        return source
    code = ord(found.group())
    name = f"U+{code:04X}" + (f" ({_LINE_ENDS[code]})" if code in _LINE_ENDS else "")
    at = _position(source.path, source.text[: found.start()])
    hint = f'remove it, or write "\\u{code:04x}" in double quotes' if code in _LINE_ENDS else "remove it"
    return Problem(f"the character {name} cannot stand here", "character", at, hint, source.line(at.line))


def _position(path: str, before: str) -> Location:
    lines = _LINE_BREAK.split(before)
    return Location(path, len(lines), len(lines[-1]) + 1, 1)
