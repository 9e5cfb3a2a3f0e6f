"""Models of values that our own conversion has typed already, made without pydantic going over them again.

It pays for models with many fields: a Ticket takes two thirds of the time, a small model more than before. What
came from the vendor untyped is looked at here, and goes through pydantic, with its errors, unless it is plainly right.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from ..model.frozen import Frozen

M = TypeVar("M", bound=Frozen)

_TEXTS: Final = frozenset({str, type(None)})
_TEXT: Final = frozenset({str})
_put = object.__setattr__


def trusted(
    model: type[M],
    values: dict[str, Any],
    *,
    texts: Iterable[Any],
    words: Iterable[Any],
    instants: Iterable[datetime | None],
) -> M:
    """A model of `values`, which name every field that has no default or one that could be changed.

    `texts` are those of the values that must be text or None, `words` members that must be text, and `instants`
    must have a zone; if one is not so, pydantic has the last word, and raises ValidationError.
    """
    plain = _TEXTS.issuperset(map(type, texts)) and _TEXT.issuperset(map(type, words))
    if not plain or None in [one.tzinfo for one in instants if one]:
        return model(**values)
    made = model.__new__(model)
    _put(made, "__dict__", {**_defaults(model), **values})
    _put(made, "__pydantic_fields_set__", set(values))
    _put(made, "__pydantic_extra__", None)
    _put(made, "__pydantic_private__", None)
    return made


_DEFAULTS: dict[type[BaseModel], dict[str, Any]] = {}


def _defaults(model: type[BaseModel]) -> dict[str, Any]:
    """Every field in its place, so that two models print alike however they were made."""
    found = _DEFAULTS.get(model)
    if found is None:
        fields = model.model_fields.items()
        found = _DEFAULTS[model] = {name: field.default for name, field in fields}
    return found
