"""`tests:` of macros, triggers, automations and triage: given, event or steps, expect."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from ..model.condition_syntax import parse_condition
from ..model.data_problems import DataProblem, DataProblems, Path, ProblemLog, did_you_mean
from ..model.events import EVENTS
from ..model.fields import FIELDS, find_field
from ..model.frozen import Frozen
from ..model.words import VENDORS, Flag, Instant, Span, Text, Words, one_of, refuse
from .auditing.facts import CASE_ONLY, check_facts, field_hint, note_fact
from .model_problems import read_model

CASE_EVENTS = (*EVENTS, "applied")
JUDGES = ("neutral", *VENDORS)
COUNTS = ("replies_added", "notes_added")
OUTCOMES = ("fires", "messages", *COUNTS)

Facts = Annotated[Mapping[str, Any], BeforeValidator(check_facts), WithJsonSchema({"x-ref": "facts"})]


def _check_given(raw: Any) -> Mapping[str, Any]:
    """Facts, and the ticket of a store that they are put over."""
    stored = raw.get("ticket") if isinstance(raw, Mapping) else None
    if stored is None:
        return check_facts(raw)
    if not isinstance(stored, str) or ("#" not in stored and ":" not in stored):
        hint = "write local:FILE#ID, or CONNECTION:ID for one that was synced"
        raise refuse("expected a ticket of a store", "value", hint, path=("ticket",))
    return {"ticket": stored, **check_facts({name: value for name, value in raw.items() if name != "ticket"})}


Given = Annotated[Mapping[str, Any], BeforeValidator(_check_given), WithJsonSchema({"x-ref": "given"})]


class EventDetails(Frozen):
    """What may be said of an update. `by` is an actor word or a name; `set` are fields that it changes.

    What is None follows from the event.
    """

    by: Text | None = None
    text: str | None = None
    public: Flag | None = None
    channel: Text | None = None
    automatic: Flag | None = None
    set: Facts = Field(default_factory=dict)


class CaseEvent(EventDetails):
    """One update in a case: `{agent_replied: {by: kim, text: On it, set: {status: pending}}}`."""

    word: str


def _read_event(raw: Any) -> CaseEvent:
    if isinstance(raw, str):
        return CaseEvent(word=_check_event(raw, ()))
    if not isinstance(raw, Mapping) or len(raw) != 1:
        raise refuse("expected one event", "event", "write created, or {created: {by: requester, text: ...}}")
    word, details = next(iter(raw.items()))
    _check_event(word, (word,))
    read = read_model(EventDetails, details, f'"{word}"', path=(word,))
    return CaseEvent.model_construct(word=word, **dict(read))


def _check_event(word: str, path: Path) -> str:
    if word not in CASE_EVENTS:
        hint = did_you_mean(word, CASE_EVENTS, label="events are")
        raise DataProblems([DataProblem(path, f'"{word}" is not an event', "event", hint, on_key=bool(path))])
    return word


def _check_expectation(raw: Any) -> Mapping[str, Any]:
    log = ProblemLog()
    if not isinstance(raw, Mapping):
        log.add((), "expected a mapping of what should come out", "type", "write {fires: true, status: open}")
    elif not raw:
        log.add((), "it expects nothing", "empty", "write {fires: false}, or a field and its value")
    else:
        for name, value in raw.items():
            _check_expected(name, value, (name,), log)
    log.raise_any()
    expected: Mapping[str, Any] = raw
    return expected


def _check_expected(name: str, value: Any, path: Path, log: ProblemLog) -> None:
    if name == "fires":
        if not isinstance(value, bool):
            log.add(path, '"fires" takes true or false', "type")
    elif name == "messages":
        _check_messages(value, path, log)
    elif name in COUNTS:
        _check_count_or_text(value, path, log)
    elif isinstance(value, Mapping | list) and name not in CASE_ONLY and _is_state(name):
        try:
            parse_condition({name: value})
        except DataProblems as found:
            log.problems.extend(_below(found, path[:-1]))
    elif name not in CASE_ONLY and find_field(name) is None:
        hint = field_hint(name, (*OUTCOMES, *FIELDS, *CASE_ONLY))
        log.add_key(path, f'nothing to expect is called "{name}"', "field", hint)
    else:
        note_fact(name, value, path, log)


def _is_state(name: str) -> bool:
    field = find_field(name)
    return field is not None and not field.update_only


def _below(found: DataProblems, path: Path) -> list[DataProblem]:
    return [
        DataProblem((*path, *problem.path), problem.message, problem.code, problem.hint, problem.on_key)
        for problem in found.problems
    ]


def _check_messages(value: Any, path: Path, log: ProblemLog) -> None:
    counts = value.items() if isinstance(value, Mapping) else [(None, value)]
    for addressee, count in counts:
        if not _is_count(count):
            place = path if addressee is None else (*path, addressee)
            log.add(place, "messages are counted", "type", "write a whole number, or {requester: 1}")


def _check_count_or_text(value: Any, path: Path, log: ProblemLog) -> None:
    if _is_count(value):
        return
    if not isinstance(value, Mapping):
        log.add(path, "expected a count or a test of the text", "type", 'write 1, or {contains: "Hello"}')
        return
    try:
        parse_condition({"subject": value})  # any text field: only the operators are of interest
    except DataProblems as found:
        log.problems.extend(
            DataProblem(
                (*path, *problem.path[1:]), problem.message, problem.code, problem.hint, problem.on_key
            )
            for problem in found.problems
        )


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


Event = Annotated[CaseEvent, BeforeValidator(_read_event), WithJsonSchema({"x-ref": "case_event"})]
Expectation = Annotated[
    Mapping[str, Any], BeforeValidator(_check_expectation), WithJsonSchema({"x-ref": "expectation"})
]


class Step(Frozen):
    """One step of a timed case: the clock moves on, then the event happens, then `expect` is asked."""

    advance: Span | None = None
    event: Event | None = None
    expect: Expectation | None = None


def _read_difference(raw: Any) -> Any:
    """`because` is the reason; everything else is what the vendor is expected to do instead."""
    if not isinstance(raw, Mapping):
        raise refuse("expected a mapping", "type", "write {messages: 0, because: the vendor ...}")
    if "because" not in raw:
        raise refuse("a difference needs a reason", "missing", "add `because:`")
    because = raw["because"]
    if not isinstance(because, str) or not because.strip():
        raise refuse("expected a text", "type", "say why the vendor differs", path=("because",))
    expect = {name: value for name, value in raw.items() if name != "because"}
    return Difference(because=because, expect=_check_expectation(expect))


class Difference(Frozen):
    """What one vendor honestly does otherwise, and why."""

    because: str
    expect: Mapping[str, Any]


Judges = Annotated[
    Words,
    AfterValidator(lambda words: tuple(one_of(JUDGES, "a judge")(word) for word in words)),
    WithJsonSchema({"x-ref": "judges"}),
]
Differences = dict[
    Literal["zendesk", "freshdesk", "salesforce"],
    Annotated[Difference, BeforeValidator(_read_difference), WithJsonSchema({"x-ref": "difference"})],
]


class Case(Frozen):
    """One test of a recipe: a ticket, what happens to it, what should come out.

    `given` and `expect` are kept as they were written. `only` names the engines that can judge the case;
    None is all of them.
    """

    name: Text
    now: Instant | None = None
    given: Given = Field(default_factory=dict)
    event: Event | None = None
    steps: Annotated[tuple[Step, ...], Field(min_length=1)] | None = None
    expect: Expectation | None = None
    only: Judges | None = None
    differs: Differences = Field(default_factory=dict)

    @model_validator(mode="after")
    def _expects_something(self) -> Self:
        if self.expect is None and not any(step.expect is not None for step in self.steps or ()):
            raise refuse("a test without an expectation proves nothing", "missing", "add `expect:`")
        if self.event is not None and self.steps is not None:
            raise refuse(
                "both `event` and `steps`",
                "key",
                "put the event into the steps: - {event: created, expect: ...}",
            )
        return self
