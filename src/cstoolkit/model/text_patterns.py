"""The RE2 expressions behind `word` and `regex`: the same text runs here and in the store's SQL.

RE2 is imported on first use; whoever asks for no expression does not load it.
"""

from functools import lru_cache
from typing import Any

# Unicode's own definition of a word character (UTS #18, annex C) as far as RE2 has its properties: letters,
# marks, numbers, connectors and the two joiners. RE2's \b and \w know ASCII only. Planes 2 and 3 are ideographs
# throughout: named as a range, since the RE2 inside DuckDB is of an older Unicode than Python's.
WORD_CHARACTERS = r"\p{L}\p{M}\p{N}\p{Pc}\x{200C}\x{200D}\x{20000}-\x{3FFFD}"


def word_pattern(folded: str) -> str:
    """An expression that finds `folded` in folded text where no word character touches it."""
    quoted = "".join(rf"\x{{{ord(letter):X}}}" if letter in _SPECIAL else letter for letter in folded)
    return rf"(?:\A|[^{WORD_CHARACTERS}]){quoted}(?:\z|[^{WORD_CHARACTERS}])"


def regex_pattern(pattern: str) -> str:
    """A person's expression, made blind to the case of letters."""
    return f"(?i){pattern}"


def found(pattern: str, text: str) -> bool:
    """Whether the RE2 expression is found anywhere in the text."""
    return _compiled(pattern).search(text) is not None


def regex_fault(pattern: str) -> str | None:
    """What RE2 says is wrong with a person's expression; None if nothing is."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
        re2.compile(regex_pattern(pattern), options)
    except re2.error as error:
        reason = error.args[0] if error.args else error
        return reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
    return None


_SPECIAL = frozenset(r"\.+*?()|[]{}^$-#&~ " + "\0\t\n\v\f\r")


@lru_cache(maxsize=1_000)
def _compiled(pattern: str) -> Any:
    import re2

    return re2.compile(pattern)
