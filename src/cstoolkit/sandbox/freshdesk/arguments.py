"""Query arguments as what they are: numbers, instants, one of several words."""

from collections.abc import Iterable

from .attributes import Attribute, check_value
from .refusals import invalid, one_of
from .values import instant, stamp
from .visit import Visit


def number_argument(visit: Visit, name: str) -> int | None:
    text = visit.argument(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise invalid(check_value(name, text, Attribute("integer")))
    return int(text)


def instant_argument(visit: Visit, name: str) -> str | None:
    """A stamp as records have them. A `+` that was not escaped arrives as a blank."""
    text = visit.argument(name)
    if text is None:
        return None
    text = text.replace(" ", "+")
    problems = check_value(name, text, Attribute("instant"))
    if problems:
        raise invalid(problems)
    return stamp(instant(text))


def word_argument(visit: Visit, name: str, words: Iterable[str]) -> str | None:
    text = visit.argument(name)
    if text is not None and text not in words:
        raise invalid([one_of(name, words)])
    return text
