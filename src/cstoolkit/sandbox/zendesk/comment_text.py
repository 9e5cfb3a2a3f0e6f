"""A comment's text and its HTML, one made of the other, and what marks of redaction leave of them."""

import re
from html import escape, unescape
from html.parser import HTMLParser

BLOCK = "▇"
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "blockquote"})


def html_of(text: str) -> str:
    """As the vendor wraps plain text."""
    paragraphs = "\n\n".join(
        f'<p dir="auto">{_lines(part)}</p>' for part in re.split(r"\n{2,}", text.strip("\n"))
    )
    return f'<div class="zd-comment" dir="auto">{paragraphs}</div>'


def _lines(text: str) -> str:
    return escape(text, quote=False).replace("\n", "\n<br>")


def text_of(html: str) -> str:
    """The words, with a line for each block; marks of redaction do not count."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.words).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def redacted(html: str) -> tuple[str, list[str]]:
    """The HTML with `<redact>` texts blotted out and tags marked `redact` gone, and what was blotted out."""
    reader = _Marks()
    reader.feed(html)
    reader.close()
    return "".join(reader.kept), [unescape(text) for text in reader.gone if text.strip()]


def blotted(text: str, words: str) -> str:
    return text.replace(words, BLOCK * len(words))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKS and tag != "br":
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        self.words.append(data.replace("\n", " "))


class _Marks(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.kept: list[str] = []
        self.gone: list[str] = []
        self._depth = 0  # of <redact>
        self._dropped: list[tuple[str, bool]] = []  # open elements, and whether their tag is taken away

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "redact":
            self._depth += 1
            return
        drop = any(name == "redact" for name, _ in attrs)
        if tag not in {"br", "img", "hr"}:
            self._dropped.append((tag, drop))
        if not drop:
            self.kept.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not any(name == "redact" for name, _ in attrs):
            self.kept.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "redact":
            self._depth = max(0, self._depth - 1)
            return
        while self._dropped:
            name, drop = self._dropped.pop()
            if name == tag:
                if not drop:
                    self.kept.append(f"</{tag}>")
                return

    def handle_data(self, data: str) -> None:
        self._text(data)

    def handle_entityref(self, name: str) -> None:
        self._text(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._text(f"&#{name};")

    def _text(self, text: str) -> None:
        if self._depth:
            self.gone.append(text)
            text = re.sub(r"\S", BLOCK, unescape(text))
        self.kept.append(text)
