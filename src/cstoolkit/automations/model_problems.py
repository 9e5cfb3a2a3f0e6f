"""What pydantic found wrong, in our words: what is expected, what stands there, and what to write."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ..model.data_problems import DataProblem, DataProblems, Path, did_you_mean, nearest

Details = Mapping[str, Any]
M = TypeVar("M", bound=BaseModel)
Wording = Callable[[Any, Details], tuple[str, str, str | None]]


def kind_of(value: Any) -> str:
    """What a value of a file is, as its writer would say it."""
    match value:
        case None:
            return "nothing"
        case bool():
            return f"the flag {str(value).lower()}"
        case int() | float():
            return f"the number {value}"
        case str():
            return f'the text "{value if len(value) <= 40 else value[:39] + "…"}"'
        case list() | tuple():
            return "a list"
        case Mapping():
            return "a mapping"
    return f"a {type(value).__name__}"


def model_problems(error: ValidationError, model: type[BaseModel], noun: str) -> Iterator[DataProblem]:
    """Every problem in a pydantic error. `noun` is what `model` is called: "a trigger"."""
    errors = error.errors(include_url=False)
    misspelt = _misspelt_keys(errors, model)
    for found in errors:
        path: Path = tuple(found["loc"])
        kind, value, details = found["type"], found["input"], found.get("ctx", {})
        if kind.endswith("too_short") and value:
            continue  # its items are wrong, each with a problem of its own, and pydantic counts none of them
        own = details.get("error")
        on_key = path[-1:] == ("[key]",)  # pydantic's mark of a mapping's key
        if on_key:
            path = path[:-1]
        if isinstance(own, DataProblems):
            for inner in own.problems:
                yield DataProblem((*path, *inner.path), inner.message, inner.code, inner.hint, inner.on_key)
        elif kind == "extra_forbidden":
            yield _unknown_key(path, model, noun)
        elif kind == "missing":
            if path not in misspelt:
                yield _missing_key(path, model, noun)
        else:
            message, code, hint = _say(kind, value, details, str(own or found["msg"]))
            yield DataProblem(path, message, code, hint, on_key)


def _say(kind: str, value: Any, details: Details, message: str) -> tuple[str, str, str | None]:
    for pattern, wording in _WORDINGS:
        if re.fullmatch(pattern, kind):
            return wording(value, details)
    return message, "value", None


def _expected(what: str, hint: str | None = None) -> Wording:
    return lambda value, _: (f"expected {what}, found {kind_of(value)}", "type", hint)


def _text(value: Any, _: Details) -> tuple[str, str, str | None]:
    quotable = isinstance(value, bool | int | float)
    shown = str(value).lower() if isinstance(value, bool) else value
    hint = f'put it in quotes: "{shown}"' if quotable else None
    return f"expected a text, found {kind_of(value)}", "type", hint


def _one_of(value: Any, details: Details) -> tuple[str, str, str | None]:
    allowed = re.findall(r"'([^']*)'", str(details["expected"]))
    hint = did_you_mean(value, allowed, label="allowed") if isinstance(value, str) else None
    said = (
        f'"{value}" is not allowed here'
        if isinstance(value, str)
        else f"{kind_of(value)} is not allowed here"
    )
    return said, "value", hint or f"allowed: {', '.join(allowed)}"


def _empty(value: Any, _: Details) -> tuple[str, str, str | None]:
    what = "text" if isinstance(value, str) else "list"
    return f"the {what} is empty", "empty", "write at least one entry, or leave the key out"


def _share_hint(details: Details) -> str | None:
    return "a share runs from 0 to 1: 0.6" if details["le"] == 1 else None


_WORDINGS: tuple[tuple[str, Wording], ...] = (
    ("string_type", _text),
    ("int_(type|parsing|from_float)", _expected("a whole number")),
    ("float_(type|parsing)", _expected("a number")),
    ("bool_(type|parsing)", _expected("true or false")),
    ("(list|tuple)_type", _expected("a list", "write [...], or one item a line, each after a -")),
    (
        "(dict|mapping|model|model_attributes|dataclass)_type",
        _expected("a mapping", "write `key: value` lines"),
    ),
    ("literal_error|enum", _one_of),
    ("(string_)?too_short", _empty),
    ("greater_than_equal", lambda value, ctx: (f"{value} is less than {ctx['ge']:g}", "value", None)),
    (
        "less_than_equal",
        lambda value, ctx: (f"{value} is more than {ctx['le']:g}", "value", _share_hint(ctx)),
    ),
    ("string_pattern_mismatch", lambda value, _: (f'"{value}" has not the right form', "value", None)),
    ("finite_number", _expected("a number that is not infinite")),
)


def _misspelt_keys(errors: Iterable[ErrorDetails], model: type[BaseModel]) -> set[Path]:
    """The paths that unknown keys seem to mean: such a key is not reported as missing too."""
    unknown: list[Path] = [tuple(found["loc"]) for found in errors if found["type"] == "extra_forbidden"]
    meant = ((path, nearest(str(path[-1]), _keys_of(_owner(path, model, "")[0]))) for path in unknown)
    return {(*path[:-1], key) for path, key in meant if key is not None}


def _keys_of(owner: type[BaseModel] | None) -> list[str]:
    return [info.alias or field for field, info in owner.model_fields.items()] if owner else []


def _unknown_key(path: Path, model: type[BaseModel], noun: str) -> DataProblem:
    owner, name = _owner(path, model, noun)
    key = str(path[-1])
    keys = _keys_of(owner)
    hint = did_you_mean(key, keys, label="its keys") if keys else None
    return DataProblem(path, f'{name} has no key "{key}"', "key", hint, on_key=True)


def _missing_key(path: Path, model: type[BaseModel], noun: str) -> DataProblem:
    _, name = _owner(path, model, noun)
    return DataProblem(path[:-1], f'{name} needs "{path[-1]}"', "missing", f"add `{path[-1]}:`", on_key=True)


def _owner(path: Path, model: type[BaseModel], noun: str) -> tuple[type[BaseModel] | None, str]:
    """The model that the last key of `path` belongs to, and its name: the key that leads to it."""
    current: type[BaseModel] | None = model
    name = noun
    for step in path[:-1]:
        if current is None or not isinstance(step, str):
            continue  # an index: what it leads to is the model that the list holds
        fields = {info.alias or field: info for field, info in current.model_fields.items()}
        if step in fields:  # else it is the free key of a mapping of models
            current, name = _model_in(fields[step].annotation), f'"{step}"'
    return current, name


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The first model that an annotation speaks of: itself, or inside a list, a mapping, an option."""
    if _is_model(annotation):
        found: type[BaseModel] = annotation
        return found
    for argument in get_args(annotation):
        inner = _model_in(argument)
        if inner is not None:
            return inner
    return None


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def read_model(model: type[M], raw: Any, noun: str, *, path: Path = ()) -> M:
    """`raw` as a model. Raises DataProblems, each with `path` in front of its own."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise DataProblems(
            replace(problem, path=(*path, *problem.path)) for problem in model_problems(error, model, noun)
        ) from None
