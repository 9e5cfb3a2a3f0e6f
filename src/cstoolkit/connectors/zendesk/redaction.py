"""`<redact>` marks around a text in a comment's HTML, as Zendesk's comment_redactions takes them. Pure."""

import re
from html import escape

from ...errors import RejectedError
from . import wire

TAG = re.compile(r"(<[^>]*>)")


def marked(html: str, text: str) -> str:
    """Every place of the text marked, outside of tags. Raises RejectedError where there is none.

    A text that formatting cuts in two (`12<b>34</b>`) has no place: half of a secret must not stay.
    """
    needles = sorted({escape(text), escape(text, quote=False), text}, key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(one) for one in needles if one))
    parts = TAG.split(html)
    found = [
        part if TAG.fullmatch(part) else pattern.sub(lambda hit: f"<redact>{hit[0]}</redact>", part)
        for part in parts
    ]
    if found == parts:
        raise RejectedError(
            "the text stands in no single piece of the comment's HTML",
            vendor=wire.VENDOR,
            hint="mark it yourself with <redact> and use redact_html",
        )
    return "".join(found)
