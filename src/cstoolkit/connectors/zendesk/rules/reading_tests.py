"""Zendesk's conditions as tests of a recipe: candidates, which the reader holds against what they compile to."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal

from ....model.conditions import AllOf, Condition, NoneOf, Span, Test, Value
from ....model.contradictions import values_of
from ....model.fields import ACTORS, find_field
from ...base import Directory
from .atoms import Cond
from .channels import NUMBERS
from .choices import CHOICES, ROLES
from .counts import COUNTERS
from .instants import SINCE, STATUS_CLOCKS
from .texts import COMMENT, DESCRIPTION, SUBJECT

KINDS: Mapping[str, str] = {
    "group_id": "group",
    "assignee_id": "agent",
    "requester_id": "user",
    "organization_id": "organization",
    "brand_id": "brand",
    "ticket_form_id": "form",
    "locale_id": "locale",
    "within_schedule": "calendar",
}
FIELD_OF: Mapping[str, str] = {
    "status": "status",
    **{row.field: name for name, row in CHOICES.items() if name not in {"channel", "requester.role"}},
}
CHANNEL_OF: Mapping[str, str] = {numbers[0]: word for word, numbers in NUMBERS.items() if len(numbers) == 1}
ROLE_OF: Mapping[str, str] = {numbers[0]: word for word, numbers in ROLES.items() if len(numbers) == 1}
TEXT_OF: Mapping[str, str] = {SUBJECT: "subject", COMMENT: "comment", DESCRIPTION: "description"}
CLOCK_OF: Mapping[str, str] = {
    **{clock: name for name, clock in SINCE.items()},
    "due_date": "due_at",
}
COUNTER_OF: Mapping[str, str] = {wire: name for name, wire in COUNTERS.items()}
SCORES: Mapping[str, str] = {"unoffered": "none", "offered": "offered"}
FIXED: Mapping[tuple[str, str, str], Condition] = {
    ("comment_is_public", "is", "true"): Test("comment.public", "is", value=True),
    ("comment_is_public", "is", "false"): Test("comment.public", "is", value=False),
    ("comment_is_public", "is", "not_relevant"): Test("comment", "empty", value=False),
    ("in_business_hours", "is", "true"): Test("hours", "inside", ""),
    ("in_business_hours", "is", "false"): Test("hours", "outside", ""),
    ("on_holiday", "is", "true"): Test("hours", "holiday", ""),
    ("on_holiday", "is", "false"): NoneOf((Test("hours", "holiday", ""),)),
    ("attachment", "is", "present"): Test("comment.attachments", "is", value=True),
    ("attachment", "is", "not_present"): NoneOf((Test("comment.attachments", "is", value=True),)),
    ("ticket_due_date", "is", "true"): Test("due_at", "empty", value=False),
    ("ticket_due_date", "is", "false"): Test("due_at", "empty", value=True),
}
MOVES: Mapping[str, tuple[str, bool]] = {
    "value": ("changed_to", True),
    "value_previous": ("changed_from", True),
    "not_value": ("changed_to", False),
    "not_value_previous": ("changed_from", False),
}


def candidates(atom: Cond, directory: Directory, pinned: str | None) -> Iterator[Condition]:
    """What a recipe might say for one condition. `pinned` is the status that must hold beside it.

    A name that the directory does not know raises what the directory raises.
    """
    fixed = FIXED.get((atom.field, atom.op, atom.value))
    if fixed is not None:
        yield fixed
    for read in READERS:
        yield from (one for one in read(atom, directory, pinned) if _is_sayable(one))


def _is_sayable(condition: Condition) -> bool:
    """Whether a recipe may say it: an account may hold anything."""
    if not isinstance(condition, Test):
        return all(map(_is_sayable, condition.of))
    field = find_field(condition.field)
    if field is None or condition.op not in field.operators:
        return False
    words = field.order if field.operand(condition.op) == "category" else field.words
    free = field.other_words and field.operand(condition.op) != "category"
    texts = [value for value in values_of(condition) if isinstance(value, str)]
    return (
        all(text.strip() and (not words or free or text in words) for text in texts)
        or field.type == "calendar"
    )


Reader = Callable[[Cond, Directory, str | None], Iterable[Condition]]


def _people(atom: Cond, directory: Directory, _: str | None) -> Iterator[Condition]:
    """Who makes the update."""
    word = {"requester_id": "requester", "assignee_id": "assignee"}.get(atom.field)
    if word is not None and atom.value == "current_user" and atom.op in {"is", "is_not"}:
        yield Test("actor", atom.op, word)
    if atom.field == "role" and atom.op in {"is", "is_not"}:
        name = atom.value if atom.value in ACTORS else directory.name("agent", atom.value)
        yield Test("actor", atom.op, name)


def _choice(atom: Cond, directory: Directory, _: str | None) -> Iterator[Condition]:
    field = FIELD_OF.get(atom.field)
    if field is None or atom.value in {"current_user", "requester_id", "assignee_id"}:
        return
    if atom.op in {"is", "is_not"} and not atom.value:
        yield Test(field, "empty", value=atom.op == "is")
        return
    if atom.op in {"changed", "not_changed"}:
        yield Test(field, atom.op, value=True)
        if atom.op == "not_changed":
            yield NoneOf((Test(field, "changed", value=True),))
        return
    kind = KINDS.get(atom.field)
    word = directory.name(kind, atom.value) if kind else atom.value
    if atom.op in {"less_than", "greater_than"}:
        yield Test(field, {"less_than": "below", "greater_than": "above"}[atom.op], word)
    elif atom.op in {"is", "is_not"}:
        yield Test(field, atom.op, word)
        if atom.op == "is_not":
            yield NoneOf((Test(field, "is", word),))
    elif atom.op in MOVES:
        op, holds = MOVES[atom.op]
        test = Test(field, op, word)
        yield test if holds else NoneOf((test,))


def _own_status(atom: Cond, directory: Directory, _: str | None) -> Iterator[Condition]:
    if atom.field == "custom_status_id" and atom.op in {"includes", "is", "not_includes", "is_not"}:
        names = tuple(directory.name("status", one) for one in atom.value.split())
        yield Test("status", "in" if atom.op in {"includes", "is"} else "not_in", names)


def _listed(atom: Cond, _: Directory, __: str | None) -> Iterator[Condition]:
    """Fields whose values are words of Zendesk's own."""
    for wire, field, words in (
        ("via_id", "channel", CHANNEL_OF),
        ("current_via_id", "comment.channel", CHANNEL_OF),
        ("requester_role", "requester.role", ROLE_OF),
        ("satisfaction_score", "rating", SCORES),
    ):
        if atom.field == wire and atom.value in words and atom.op in {"is", "is_not"}:
            yield Test(field, atom.op, words[atom.value])
            yield NoneOf((Test(field, "is", words[atom.value]),))


def _tags(atom: Cond, _: Directory, __: str | None) -> Iterator[Condition]:
    if atom.field != "current_tags":
        return
    tags = tuple(atom.value.split())
    if atom.op == "includes":
        yield Test("tags", "has", tags) if len(tags) == 1 else Test("tags", "has_any", tags)
    elif atom.op == "not_includes":
        yield Test("tags", "has_none", tags)


def _texts(atom: Cond, _: Directory, __: str | None) -> Iterator[Condition]:
    field = TEXT_OF.get(atom.field)
    if field is None or not atom.value.strip():
        return
    if atom.op in {"includes", "not_includes"}:
        test = Test(field, "word", tuple(atom.value.split()))
    else:
        test = Test(field, "contains", atom.value)
    yield test if atom.op in {"includes", "is"} else NoneOf((test,))


def _numbers(atom: Cond, _: Directory, __: str | None) -> Iterator[Condition]:
    field, op = (
        COUNTER_OF.get(atom.field),
        {"less_than": "below", "greater_than": "above", "is": "is"}.get(atom.op),
    )
    if field is not None and op is not None and atom.value.isdecimal():
        yield Test(field, op, Decimal(atom.value))


def _clocks(atom: Cond, _: Directory, pinned: str | None) -> Iterator[Condition]:
    """Whole hours since: the status clocks count in the status that the rule pins."""
    if not atom.value.isdecimal():
        return
    op = atom.op.removesuffix("_business_hours")
    calendar = "" if atom.op != op else None
    if atom.field in {"until_due_date", "sla_next_breach_at"} and op == "less_than":
        field = "due_at" if atom.field == "until_due_date" else "sla_due_at"
        yield Test(field, "due_within", _span(int(atom.value), calendar))
        return
    field_name = CLOCK_OF.get(atom.field)
    if pinned is not None and STATUS_CLOCKS.get(pinned) == atom.field and atom.field != "NEW":
        field_name = "status_changed_at"
    if field_name is None:
        return
    if op in {"greater_than", "is"}:
        older = Test(field_name, "older_than", _span(int(atom.value), calendar))
        newer = Test(field_name, "newer_than", _span(int(atom.value) + 1, calendar))
        yield AllOf((older, newer)) if op == "is" else older
    elif op == "less_than":
        yield Test(field_name, "newer_than", _span(int(atom.value), calendar))


def _span(hours: int, calendar: str | None) -> Value:
    if calendar is None and hours and hours % 24 == 0:
        return Span(hours // 24, "d")
    return Span(hours, "h", calendar)


def _schedule(atom: Cond, directory: Directory, _: str | None) -> Iterator[Condition]:
    if atom.field == "within_schedule" and atom.op == "is":
        yield Test("hours", "inside", directory.name("calendar", atom.value))


def _custom(atom: Cond, directory: Directory, _: str | None) -> Iterator[Condition]:
    name = custom_field_name(atom.field, directory)
    if name is None:
        return
    if atom.op in {"present", "not_present"}:
        yield Test(name, "empty", value=atom.op == "not_present")
    elif atom.op in {"includes", "not_includes"}:
        yield Test(name, "has_any" if atom.op == "includes" else "has_none", tuple(atom.value.split()))
    elif atom.op in {"is", "is_not"} and atom.value:
        value: Value = {"true": True, "false": False}.get(atom.value, atom.value)
        test = Test(name, "is", value)
        yield test if atom.op == "is" else NoneOf((test,))


def custom_field_name(field: str, directory: Directory) -> str | None:
    """The field of a recipe for one of Zendesk's; None for what is no custom field."""
    if field.startswith("custom_fields_"):
        return f"custom.{directory.name('field', field.removeprefix('custom_fields_'))}"
    for owner in ("requester", "organization"):
        start = f"{owner}.custom_fields."
        if field.startswith(start):
            return f"{owner}.custom.{directory.name(f'{owner}_field', field.removeprefix(start))}"
    return None


READERS: tuple[Reader, ...] = (
    _people, _choice, _own_status, _listed, _tags, _texts, _numbers, _clocks, _schedule, _custom,
)  # fmt: skip
