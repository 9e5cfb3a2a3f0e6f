"""What is wrong with a text that is no YAML, in words for people who do not know YAML's grammar.

PyYAML has two parsers with slightly different words; a row's pattern fits both.
"""

import re
from dataclasses import dataclass
from typing import Any

QUOTE_IT = 'put the whole text in quotes: "..."'
ALIGN = "keys of one mapping start in the same column, and so do the items of one list"
BRACKETS = "close every { and [ on the way, and separate the entries by commas"
ESCAPES = r"in double quotes a \ starts an escape such as \n; in single quotes it is a plain character"


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """A message and a hint for the place, counted from 1, where the parser stopped."""

    message: str
    hint: str
    line: int
    column: int


# The parser's words -> (our message, our hint). The first that is found holds.
_WORDS: tuple[tuple[str, str, str], ...] = (
    (
        r"mapping values are not allowed",
        'a ": " that starts a value is not possible here',
        f'a text that holds ": " needs quotes; if this is a key: {ALIGN}',
    ),
    (r"could not find expected ':'", 'this line is neither "key: value" nor "- item"', ALIGN),
    (r"did not find expected key|expected <block end>", "this does not fit the lines above it", ALIGN),
    (r"did not find expected '-' indicator", "this does not fit the list above it", ALIGN),
    (r"(sequence|block sequence) entries are not allowed", 'a "- item" cannot start here', ALIGN),
    (r"expected ',' or '[}\]]'", "a comma or a closing bracket is missing before this", BRACKETS),
    (r"expected (the )?node content", "a value is missing here", BRACKETS),
    (r"unexpected end of stream", "a quote is opened here and never closed", "close it with the same quote"),
    (
        r"unexpected document (indicator|separator)",
        "a quote is still open where the next document starts",
        "close it with the same quote",
    ),
    (r"unknown escape character", r"\ and this character are no escape", ESCAPES),
    (r"hexdecimal|hexadecimal|Unicode character escape|chr\(\)", r"this \x, \u or \U names no character", ESCAPES),
    (
        r"expected comment or line break|chomping or indentation",
        "a text after | or > starts on the next line",
        QUOTE_IT,
    ),
    (r"indentation indicator", "the number after | or > is 1 to 9", "leave it out: the first line tells"),
    (r"<document start>", "the document has ended before this", 'separate documents by a line of "---"'),
    (r"incompatible YAML|unknown directive|directive", "this % line is no directive that is known", "remove it"),
    (r"scanning an (anchor|alias)|alphabetic or numeric", "an anchor or alias needs a name", QUOTE_IT),
    (r"scanning a tag|parsing a tag|tag handle|URI", "this is no tag", 'tags are not used; a text with "!" needs quotes'),
)  # fmt: skip
_NO_START = re.compile(r"cannot start any token")
_TAB = re.compile(r"tab character")


def describe_syntax_error(error: Exception, lines: list[str]) -> SyntaxProblem:
    """Put a parser's exception into our words. `lines` are the lines of the text, without their ends."""
    mark: Any = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    words = " ".join(str(getattr(error, name, None) or "") for name in ("context", "problem")).strip()
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    opening = getattr(error, "context_mark", None)
    if opening is not None and re.search("unexpected (end of stream|document)", words):
        line, column = opening.line + 1, opening.column + 1
    if line > len(lines) or not lines[line - 1].strip():
        line, column = _last_text(lines, line)
    message, hint = _explain(words or str(error), lines[line - 1], column)
    return SyntaxProblem(message, hint, line, column)


def _explain(words: str, text: str, column: int) -> tuple[str, str]:
    found = text[column - 1 : column]
    if _TAB.search(words) or (_NO_START.search(words) and found == "\t"):
        return "a tab cannot indent a line", "use spaces"
    if _NO_START.search(words):
        return f'a text cannot start with "{found}"', QUOTE_IT
    if "${" in text and "expected ',' or" in words:
        return "${...} inside { } or [ ] needs quotes", 'write "${var.name}"'
    for pattern, message, hint in _WORDS:
        if re.search(pattern, words):
            return message, hint
    return f"this is not valid YAML ({words})", QUOTE_IT


def _last_text(lines: list[str], line: int) -> tuple[int, int]:
    """The end of the last line with text up to `line`: where a reader looks when the file ends too early."""
    for number in range(min(line, len(lines)), 0, -1):
        text = lines[number - 1].rstrip()
        if text:
            return number, len(text)
    return 1, 1
