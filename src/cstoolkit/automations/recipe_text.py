"""Rules as the YAML that a person would write, and changes put into files that people have written.

ruamel.yaml keeps comments and layout. A file is touched only where a key has another value: the lines of other
keys stay byte for byte.
"""

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import LiteralScalarString

from ..model.plain_actions import actions_to_plain
from ..model.plain_conditions import to_plain
from ..model.rules import NativePart, Rule
from .shared_parts import as_literal

KEYS = ("kind", "id", "title", "active", "targets", "event", "available_to", "when", "then", "once", "native")
"""The keys of a pulled recipe, in the order in which they are written."""

_TOP_KEY = re.compile(r"([A-Za-z_]+)\s*:")
WIDTH = 110  # columns; long texts are not folded below it
SHORT = 60  # columns of what stands on one line


def rule_to_plain(rule: Rule, targets: Sequence[str] = ()) -> dict[str, Any]:
    """The recipe of a rule, as plain data. What is the default is left out."""
    plain: dict[str, Any] = {"kind": rule.kind, "id": rule.id, "title": rule.title}
    if not rule.active:
        plain["active"] = False
    if targets:
        plain["targets"] = list(targets)
    if rule.event:
        plain["event"] = rule.event[0] if len(rule.event) == 1 else list(rule.event)
    if rule.available_to.groups is not None:
        plain["available_to"] = {"groups": list(rule.available_to.groups)}
    if rule.when is not None:
        plain["when"] = to_plain(rule.when)
    if rule.then:
        plain["then"] = actions_to_plain(rule.then)
    if rule.once != "run":
        plain["once"] = rule.once
    native = {vendor: made for vendor, part in rule.native.items() if (made := _native(part))}
    if native:
        plain["native"] = native
    return {key: plain[key] for key in KEYS if key in plain}


def _native(part: NativePart) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if part.settings:
        made["settings"] = dict(part.settings)
    if part.add_when:
        made["add_when"] = list(part.add_when)
    if part.add_then:
        made["add_then"] = list(part.add_then)
    if part.replace is not None:
        made["replace"] = dict(part.replace)
    return made


def yaml_text(plain: Mapping[str, Any]) -> str:
    """One document, without a marker at its start."""
    out = io.StringIO()
    _yaml().dump(_dressed(plain), out)
    return out.getvalue()


def with_keys(text: str, changes: Mapping[str, Any]) -> str:
    """The text of one document with these top-level keys changed; None takes a key away.

    Comments within a changed value stay where its parts stay; all other lines are as they were.
    """
    lines = text.splitlines(keepends=True)
    for key, value in changes.items():
        blocks = _blocks(lines)
        if key not in blocks:
            if value is not None:
                lines = [*_ended(lines), *yaml_text({key: value}).splitlines(keepends=True)]
            continue
        start, end = blocks[key]
        new = (
            [] if value is None else _changed("".join(lines[start:end]), key, value).splitlines(keepends=True)
        )
        lines = [*lines[:start], *new, *lines[end:]]
    return "".join(lines)


def text_of_key(text: str, key: str) -> str:
    """The lines of one top-level key of a document; empty where it has none."""
    lines = text.splitlines(keepends=True)
    start, end = _blocks(lines).get(key, (0, 0))
    return "".join(lines[start:end])


def _blocks(lines: Sequence[str]) -> dict[str, tuple[int, int]]:
    """The lines of each top-level key: from its own to the last that is neither blank nor a comment at the margin."""
    starts = [(index, found[1]) for index, line in enumerate(lines) if (found := _TOP_KEY.match(line))]
    blocks = {}
    for (start, key), following in zip(
        starts, [*(index for index, _ in starts[1:]), len(lines)], strict=True
    ):
        end = following
        while end > start + 1 and (
            not lines[end - 1].strip() or lines[end - 1].startswith(("#", "---", "..."))
        ):
            end -= 1
        blocks[key] = (start, end)
    return blocks


def _ended(lines: Sequence[str]) -> list[str]:
    """The lines, the last one with its end."""
    made = list(lines)
    if made and not made[-1].endswith("\n"):
        made[-1] += "\n"
    return made


def _changed(block: str, key: str, value: Any) -> str:
    """A key's lines with another value, its comments kept as far as their places stay."""
    yaml = _yaml()
    old = yaml.load(block)
    if not isinstance(old, CommentedMap) or key not in old:
        return yaml_text({key: value})
    old[key] = _merged(old[key], _dressed(value))
    out = io.StringIO()
    yaml.dump(old, out)
    return out.getvalue()


def _merged(old: Any, new: Any) -> Any:
    if isinstance(old, CommentedMap) and isinstance(new, CommentedMap):
        for key in [one for one in old if one not in new]:
            del old[key]
        for key, value in new.items():
            old[key] = _merged(old[key], value) if key in old else value
        return old
    if isinstance(old, CommentedSeq) and isinstance(new, CommentedSeq):
        for place, value in enumerate(new):
            if place < len(old):
                old[place] = _merged(old[place], value)
            else:
                old.append(value)
        del old[len(new) :]
        return old
    return old if old == new and type(old) is type(new) else new


def _dressed(value: Any, depth: int = 0) -> Any:
    """Plain data as ruamel writes it: several lines as a block, short values deep inside on one line."""
    if isinstance(value, Mapping):
        made = CommentedMap((key, _dressed(one, depth + 1)) for key, one in value.items())
        if depth > 1 and _is_short([*value, *value.values()]):
            made.fa.set_flow_style()
        return made
    if isinstance(value, list | tuple):
        listed = CommentedSeq(_dressed(one, depth + 1) for one in value)
        if _is_short(value):
            listed.fa.set_flow_style()
        return listed
    if isinstance(value, str):
        text = as_literal(value)
        return LiteralScalarString(text) if "\n" in text and _fits_a_block(text) else text
    return value


def _is_short(values: Sequence[Any]) -> bool:
    """Whether these fit on one line, and are not more than words and numbers."""
    plain = all(isinstance(one, str | int | bool) and "\n" not in str(one) for one in values)
    return plain and sum(len(str(one)) + 2 for one in values) < SHORT


def _fits_a_block(text: str) -> bool:
    """Whether a block reads back as the same text: no blanks at ends of lines, nothing but printable characters."""
    return (
        not text.startswith((" ", "\n", "\t"))
        and all(line == line.rstrip() and line.isprintable() for line in text.split("\n"))
        and "\t" not in text
    )


def _yaml() -> YAML:
    yaml = YAML()
    yaml.width = WIDTH
    yaml.preserve_quotes = True
    yaml.brace_single_entry_mapping_in_flow_sequence = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml
