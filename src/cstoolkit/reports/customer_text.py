"""What people outside wrote, made safe to show: nothing that hides, reorders, breaks a file or pings.

Escaping for HTML, XML or Markdown is the format's own step and comes after this one.
"""

import itertools
import re
import unicodedata
from urllib.parse import urlsplit

ELLIPSIS = "…"
NO_NAME = "(no name)"  # for a name of nothing that can be seen
LINK_LENGTH = 2_000  # browsers and Excel (2,079) both take this
# U+202A..E and U+2066..9 make text read in another order than it is stored ("Trojan source").
REORDERING = frozenset(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
SPACES = re.compile(r"[ \t\n\r\f\v\x85\u2028\u2029]+")


def visible(text: str, limit: int | None = None) -> str:
    """`text` on one line, without controls, reordering marks or code points that XML forbids.

    Joiners stay: emoji and several scripts need them. `limit` is in characters, the ellipsis included.
    """
    if (limit is None or len(text) <= limit) and text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    # Cut before the walk, so that a subject of megabytes costs no more than one that fits.
    head = text if limit is None else text[: 4 * limit + 100]
    line = SPACES.sub(" ", head)
    line = SPACES.sub(" ", _harmless(line)).strip()
    if limit is not None and (len(line) > limit or len(head) < len(text)):
        return line[: limit - 1].rstrip() + ELLIPSIS
    return line


def columns(text: str) -> int:
    """How wide the text is in a fixed-width font, in narrow letters."""
    return sum(map(_columns, text))


def fitting(text: str, width: int) -> str:
    """`text`, cut to `width` columns where it is wider."""
    if columns(text) <= width:
        return text
    ends = itertools.accumulate(map(_columns, text))
    return text[: sum(end < width for end in ends)].rstrip() + ELLIPSIS


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def visible_lines(text: str) -> str:
    """A text of several lines with its indentation and spacing; a tab counts as four spaces."""
    return "\n".join(_harmless(line.expandtabs(4)).rstrip() for line in text.splitlines())


def _harmless(line: str) -> str:
    if line.isascii() and line.isprintable():
        return line
    return "".join(character for character in line if not _is_harmful(character))


def _is_harmful(character: str) -> bool:
    if character in REORDERING:
        return True
    code = ord(character)
    is_noncharacter = (code & 0xFFFE) == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return is_noncharacter or unicodedata.category(character) in {"Cc", "Cs"}


def web_link(url: str | None) -> str | None:
    """The address, if it is one that a person may safely click: http or https, a host, no odd characters."""
    if not url or len(url) > LINK_LENGTH or not url.isprintable() or " " in url or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None
