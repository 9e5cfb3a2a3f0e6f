"""A row's values by our fields: missing values dropped, words translated, instants and flags read."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ..maps import OUR_WORDS, MapRecipe
from .row_kinds import ROW_KINDS, FieldType
from .sources import Source, TimeShape, unescaped

Values = dict[str, Any]
"""One row by our fields. A field that is missing in the row is there with None."""

FLAGS = {"true": True, "t": True, "yes": True, "y": True, "1": True, "on": True}
FLAGS |= {"false": False, "f": False, "no": False, "n": False, "0": False, "off": False}


class BadRowError(ValueError):
    """A row that cannot be used; the text says why, for the person who has to mend it."""


def row_reader(
    recipe: MapRecipe, *, only: tuple[str, ...] | None = None
) -> Callable[[int, Mapping[str, Any]], Values]:
    """The function that turns (row number, values by column) into values by our fields, or by `only` some.

    It raises BadRowError with the first reason that a row cannot be used.
    """
    kind = ROW_KINDS[recipe.row]
    readers = [
        (name, _field_reader(name, source, kind.fields.get(name, "custom"), recipe))
        for name, source in recipe.fields.items()
        if only is None or name in only
    ]
    required = [name for name in only or kind.required if name not in ("status", "value")]

    def read(number: int, row: Mapping[str, Any]) -> Values:
        values = {name: reader(number, row) for name, reader in readers}
        for name in required:
            if values[name] is None:
                raise BadRowError(f"has no {name}")
        return values

    return read


def source_reader(
    name: str, source: Source, kind: FieldType | str, recipe: MapRecipe
) -> Callable[[int, Mapping[str, Any]], Any]:
    """The reader of one source outside `fields`, such as a message's text."""
    return _field_reader(name, source, kind, recipe)


def _field_reader(
    name: str, source: Source, kind: FieldType | str, recipe: MapRecipe
) -> Callable[[int, Mapping[str, Any]], Any]:
    raw = _raw_reader(source, frozenset(source.missing if source.missing is not None else recipe.missing))
    convert = _converter(name, source, kind, recipe)
    several = kind == "set"

    def read(number: int, row: Mapping[str, Any]) -> Any:
        value = raw(number, row)
        if value is None:
            return frozenset() if several else None
        return convert(value)

    return read


def _raw_reader(source: Source, missing: frozenset[str]) -> Callable[[int, Mapping[str, Any]], Any]:
    """What stands in the row, or None where that counts as missing."""

    def present(value: Any) -> Any:
        if value is None or (isinstance(value, str) and (value in missing or value.strip() in missing)):
            return None
        return value

    if source.value is not None:
        return lambda _number, _row: source.value
    if source.row is not None:
        pattern = source.row
        return lambda number, _row: pattern.replace("{n}", str(number))
    if source.columns is not None:
        columns = source.columns

        def several(_number: int, row: Mapping[str, Any]) -> Any:
            found = [value for column in columns if (value := present(row.get(column))) is not None]
            return found or None

        return several
    column = source.column or ""
    return lambda _number, row: present(row.get(column))


def _converter(name: str, source: Source, kind: FieldType | str, recipe: MapRecipe) -> Callable[[Any], Any]:
    if kind == "instant":
        return _instants(name, source.time or recipe.time)
    if kind == "flag":
        return lambda value: _flag(name, value)
    if kind == "set":
        return lambda value: frozenset(_pieces(value, source))
    if kind in ("status", "priority", "channel", "rating", "role", "field"):
        return _translated(name, kind, source, recipe)
    if kind == "custom":
        return lambda value: _custom(value, source)
    return lambda value: source.prefix + _text(value, source)


def _instants(name: str, shape: TimeShape) -> Callable[[Any], datetime]:
    """Instants repeat in logs, so each spelling is read once."""
    known: dict[Any, datetime] = {}

    def read(value: Any) -> datetime:
        moment = known.get(value)
        if moment is None:
            try:
                moment = shape.read(value)
            except ValueError as unreadable:
                raise BadRowError(f"{name}: {unreadable}") from unreadable
            if len(known) > 100_000:
                known.clear()
            known[value] = moment
        return moment

    return read


def _flag(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    flag = FLAGS.get(str(value).strip().lower())
    if flag is None:
        raise BadRowError(f"{name}: {value!r} is neither true nor false")
    return flag


def _pieces(value: Any, source: Source) -> Iterable[str]:
    values = value if isinstance(value, list) else [value]
    for one in values:
        pieces = str(one).split(source.split) if source.split else [str(one)]
        for piece in pieces:
            if piece.strip():
                yield source.prefix + piece.strip()


def _translated(name: str, kind: str, source: Source, recipe: MapRecipe) -> Callable[[Any], Any]:
    """A word of ours with the file's own beside it: `(ours, theirs)`; roles and field names stand alone."""
    words = source.words if source.words is not None else recipe.words.get(kind)
    allowed = OUR_WORDS.get(kind)
    paired = kind in ("status", "priority")

    def translate(value: Any) -> Any:
        theirs = _text(value, source)
        ours: str | None
        if words is not None and theirs in words:
            ours = words[theirs]
        elif allowed is None or kind == "field" or (words is None and theirs in allowed):
            ours = theirs
        else:
            where = f"`words: {{{kind}: ...}}`"
            raise BadRowError(f'{name}: "{theirs}" has no word in {where} of the map')
        if ours is None:
            return None
        return (ours, theirs) if paired else ours

    return translate


def _custom(value: Any, source: Source) -> Any:
    """Custom values keep their type: numbers, flags and lists as they are, all else as text."""
    if isinstance(value, bool | int | Decimal):
        return value
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, list):
        return tuple(_pieces(value, source))
    if source.split:
        return tuple(_pieces(value, source))
    return source.prefix + _text(value, source)


def _text(value: Any, source: Source) -> str:
    if type(value) is str and not source.unescape:  # nearly every value of a CSV file
        return value
    pieces = value if isinstance(value, list) else [value]
    text = source.join.join(_plain(piece) for piece in pieces)
    return unescaped(text) if source.unescape else text


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
