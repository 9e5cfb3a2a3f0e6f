"""Texts: whole words and pieces of the subject and of this update's comment."""

import re
from collections.abc import Mapping
from typing import Protocol

from ....model.conditions import Test
from ....model.contradictions import values_of
from ....model.normal_form import Every, Formula, Some
from ....model.references import Ref
from .atoms import Cond, cond
from .scope import Scope
from .unsayable import Unsayable

SUBJECT, COMMENT, DESCRIPTION = "subject_includes_word", "comment_includes_word", "description_includes_word"
TEXT_FIELDS = ("subject", "description", "text", "comment")
ON_CREATED: Mapping[str, tuple[str, ...]] = {
    "subject": (SUBJECT,),
    "description": (COMMENT,),
    "text": (SUBJECT, COMMENT),
    "comment": (COMMENT,),
}
"""On creation the first comment is the description, and all there is to read beside the subject."""
ON_UPDATE: Mapping[str, tuple[str, ...]] = {"subject": (SUBJECT,), "comment": (COMMENT,)}
IN_AUTOMATIONS: Mapping[str, tuple[str, ...]] = {"description": (DESCRIPTION,)}


class Find(Protocol):
    """Any of the needles in any of the texts, or with `inside` false none anywhere."""

    def __call__(
        self, needles: list[str], fields: tuple[str, ...], scope: Scope, *, inside: bool
    ) -> Formula[Cond]: ...


_ONE_WORD = re.compile(r"\w+")


def text(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    where = (ON_CREATED if scope.created else ON_UPDATE) if scope.trigger else IN_AUTOMATIONS
    fields = where.get(test.field)
    if fields is None:
        raise Unsayable(
            f'Zendesk cannot look into "{test.field}" here',
            "test it on `created` and leave a tag, then test the tag" if test.field != "comment" else None,
        )
    if test.op == "empty":
        return _empty(test.field, scope, empty=bool(test.value) == holds)
    scope.assume("text_case")
    if test.op not in _FINDS:
        raise Unsayable(f'Zendesk has no "{test.op}" in texts', _nearest(test))
    needles = [str(value) for value in values_of(test)]
    finds = _FINDS[test.op](needles, fields, scope, inside=holds != test.op.startswith("not_"))
    if not test.op.startswith("not_"):
        return finds
    there = _empty(test.field, scope, empty=not holds)
    return Every((finds, there)) if holds else Some((finds, there))


def _empty(field: str, scope: Scope, *, empty: bool) -> Formula[Cond]:
    """Whether there is no text. A ticket begins with a text, so its description is never empty."""
    if field in {"description", "text"} or scope.has_comment:
        if field == "subject":
            raise _no_subject()
        return Some() if empty else Every()
    if field == "subject":
        raise _no_subject()
    if empty:
        raise Unsayable("Zendesk cannot ask for an update without a comment")
    return cond("comment_is_public", "is", "not_relevant")


def _no_subject() -> Unsayable:
    return Unsayable(
        "Zendesk cannot ask whether there is a subject", "write none: [{subject: {contains: ...}}]"
    )


def _pieces(needles: list[str], fields: tuple[str, ...], scope: Scope, *, inside: bool) -> Formula[Cond]:
    """Any of the pieces, in any of the texts; or none of them anywhere."""
    _rest_on_comments(fields, scope, inside=inside)
    parts = tuple(cond(field, "is" if inside else "is_not", needle) for field in fields for needle in needles)
    return Some(parts) if inside else Every(parts)


def _words(needles: list[str], fields: tuple[str, ...], scope: Scope, *, inside: bool) -> Formula[Cond]:
    for needle in needles:
        if not _ONE_WORD.fullmatch(needle):
            raise Unsayable(
                f'"{needle}" is not one word, and Zendesk looks for single ones',
                f'write contains: "{needle}"',
            )
    scope.assume("text_words")
    _rest_on_comments(fields, scope, inside=inside)
    wanted = " ".join(sorted(set(needles)))
    parts = tuple(cond(field, "includes" if inside else "not_includes", wanted) for field in fields)
    return Some(parts) if inside else Every(parts)


def _all(find: Find) -> Find:
    def each(needles: list[str], fields: tuple[str, ...], scope: Scope, *, inside: bool) -> Formula[Cond]:
        parts = tuple(find([needle], fields, scope, inside=inside) for needle in needles)
        return Every(parts) if inside else Some(parts)

    return each


def _rest_on_comments(fields: tuple[str, ...], scope: Scope, *, inside: bool) -> None:
    if COMMENT in fields and not inside and not scope.has_comment:
        scope.assume("no_comment_excludes")


def _nearest(test: Test) -> str | None:
    if test.op == "is":
        return f'write contains: "{values_of(test)[0]}"'
    return "write contains, or word" if test.op in {"starts_with", "ends_with", "regex"} else None


_FINDS: Mapping[str, Find] = {
    "contains": _pieces,
    "not_contains": _pieces,
    "contains_all": _all(_pieces),
    "word": _words,
    "not_word": _words,
    "word_all": _all(_words),
}


def organization_name(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    """By the id of the organization of that name; names are unique at Zendesk."""
    if test.op == "empty":
        return cond("organization_id", "is" if bool(test.value) == holds else "is_not", "")
    if test.op != "is":
        raise Unsayable("Zendesk knows an organization, not parts of its name", "write organization: [...]")
    refs = [str(Ref("organization", str(value))) for value in values_of(test)]
    if holds:
        return Some(tuple(cond("organization_id", "is", ref) for ref in refs))
    scope.assume("is_not_on_empty")
    return Every(tuple(cond("organization_id", "is_not", ref) for ref in refs))
