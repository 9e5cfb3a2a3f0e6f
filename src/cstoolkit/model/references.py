"""Names that stand where a vendor holds ids: compiled rules carry `Ref`s, and `resolve` puts ids in.

A Ref is written as a mark inside of any text of a body, keys too: `${ref:group:Incident Desk}` becomes the id
as text, `${id:group:Incident Desk}` a number where it is the whole text. So a body stays plain JSON, equal for
every account, and a mark can stand within a word (`custom_fields_${ref:field:Region}`).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

from .rules import Json, NativeRule

_MARK = re.compile(r"\$\{(ref|id):([a-z_]+):([^{}$]*)\}")
_PLAIN = " !#&'()*+,-./:;<=>?@[]^_`|~\"\\"
"""Characters of a name that are written as they are; what would end a mark is percent-encoded."""


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """A thing of the account by its name. `kind` is one of the kinds of a Directory; `number`: its id is one."""

    kind: str
    name: str
    number: bool = False

    def __str__(self) -> str:
        """The mark."""
        name = "".join(one if one.isalnum() else quote(one, safe=_PLAIN) for one in self.name)
        return f"${{{'id' if self.number else 'ref'}:{self.kind}:{name}}}"


def refs_in(value: Json) -> Iterator[Ref]:
    """Every Ref in a body, in the order of its text."""
    if isinstance(value, str):
        for found in _MARK.finditer(value):
            yield _ref(found)
    elif isinstance(value, list):
        for one in value:
            yield from refs_in(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from refs_in(key)
            yield from refs_in(one)


def resolve(native: NativeRule, find: Callable[[str, str], str]) -> NativeRule:
    """The rule with ids for names. `find(kind, name)` is `Directory.find`; what it raises goes through."""
    return replace(native, body=_filled(native.body, find))


def _filled(value: Json, find: Callable[[str, str], str]) -> Json:
    if isinstance(value, str):
        whole = _MARK.fullmatch(value)
        if whole and whole[1] == "id":
            ref = _ref(whole)
            found = find(ref.kind, ref.name)
            return int(found) if found.isdecimal() else found
        return _MARK.sub(lambda mark: find(_ref(mark).kind, _ref(mark).name), value)
    if isinstance(value, list):
        return [_filled(one, find) for one in value]
    if isinstance(value, dict):
        return {str(_filled(key, find)): _filled(one, find) for key, one in value.items()}
    return value


def _ref(found: re.Match[str]) -> Ref:
    return Ref(found[2], unquote(found[3]), number=found[1] == "id")
