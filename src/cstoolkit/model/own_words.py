"""What somebody wrote themselves in a message: the text without quoted mail and signature.

Plain text only, by the marks that mail programs set: `> ` before quoted lines, `-- ` alone before a
signature (RFC 3676), and the line that introduces the quoted mail. Everything below such a line is theirs.
"""

import re

_QUOTED_LINE = re.compile(r"\s*>")
_SIGNATURE = re.compile(r"--\s?")
_QUOTE_STARTS = re.compile(
    r"""\s*(?:
        -{2,}\s*(?:original\ message|forwarded\ message|reply\ above\ this\ line)\b.*
      | _{10,}\s*
      | on\ .{4,200}\ wrote:\s*
      | am\ .{4,200}\ schrieb\ .{1,200}:\s*
      | le\ .{4,200}\ a\ écrit\ ?:\s*
      | el\ .{4,200}\ escribió:\s*
      | \#{2}-?\ *please\ type\ your\ reply\ above\ this\ line.*
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def own_words(text: str) -> str:
    """The writer's own lines, without blank ends. Empty where the message only quotes."""
    kept: list[str] = []
    for line in text.splitlines():
        if _SIGNATURE.fullmatch(line) or _QUOTE_STARTS.fullmatch(line):
            break
        if not _QUOTED_LINE.match(line):
            kept.append(line)
    return "\n".join(kept).strip()
