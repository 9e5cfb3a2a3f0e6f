"""`kind: audit`: what to look for in the backlog, when that fails the run, and where the reports go."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, field_validator, model_validator

from ..model.data_problems import ProblemLog, did_you_mean
from ..model.fields import FIELDS
from ..model.findings import Severity
from ..model.frozen import Frozen
from ..model.spans import parse_span, span_length
from ..model.words import Count, Flag, Instant, Span, Text, Words, refuse
from .auditing.facts import note_facts
from .recipe import Name, Recipe
from .rule_keys import StateCondition

Format = Literal["html", "xlsx", "json", "markdown"]
FORMATS: dict[Format, str] = {"html": ".html", "xlsx": ".xlsx", "json": ".json", "markdown": ".md"}
"""Report formats, and the ending by which a bare path is known."""

DIMENSIONS = (
    "vendor", "connection", "group", "assignee", "priority", "status", "channel", "type", "brand", "form",
    "language", "organization",
)  # fmt: skip
_PERCENT = re.compile(r"([0-9]{1,4}(?:\.[0-9]+)?) *%")
CHECK_ID = r"^B[AC][0-9]{3}$"


class Clock(Frozen):
    """The calendar of tickets that name none, and which schedules count.

    `from_ticket`: every schedule in its time, as the history has it; `last`: the ticket's present one for
    all of its life. `default` None: the project's only calendar, else business figures are unavailable.
    """

    default: Text | None = None
    timeline: Literal["from_ticket", "last"] = "from_ticket"


class Age(Frozen):
    """The age table: time since an instant, in buckets that end where they are named."""

    since: Text = "created_at"
    buckets: Annotated[tuple[Span, ...], Field(min_length=1)] = ("4h", "1d", "3d", "7d", "14d", "30d", "90d")

    @field_validator("since")
    @classmethod
    def _is_an_instant(cls, since: str) -> str:
        instants = [field.name for field in FIELDS.values() if field.type == "instant"]
        if since not in instants:
            raise refuse(
                f'"{since}" is not an instant', "value", did_you_mean(since, instants, label="instants")
            )
        return since

    @field_validator("buckets")
    @classmethod
    def _ascend(cls, buckets: tuple[str, ...]) -> tuple[str, ...]:
        for index, bucket in enumerate(buckets):
            if parse_span(bucket).calendar is not None:
                raise refuse(
                    "buckets have no calendar", "unit", "write 16h; both clocks are shown", path=(index,)
                )
            if index and span_length(parse_span(bucket)) <= span_length(parse_span(buckets[index - 1])):
                raise refuse(
                    f"{bucket} is not longer than {buckets[index - 1]}", "value", "sort them", path=(index,)
                )
        return buckets


def _check_dimensions(words: Any) -> Any:
    if isinstance(words, list):
        log = ProblemLog()
        for index, word in enumerate(words):
            if isinstance(word, str) and word not in DIMENSIONS:
                hint = did_you_mean(word, DIMENSIONS, label="tables can be by")
                log.add((index,), f'there is no table by "{word}"', "value", hint)
        log.raise_any()
    return words


class Measure(Frozen):
    """What the age tables are by, and their buckets."""

    by: Annotated[Words, BeforeValidator(_check_dimensions), WithJsonSchema({"x-ref": "dimensions"})] = (
        "group",
    )
    age: Age = Age()


Patterns = Annotated[Words, WithJsonSchema({"x-ref": "check_patterns"})]


class Checks(Frozen):
    """Which checks run: patterns such as `BA0*`, and parameters by check.

    Patterns and parameters are checked against the checks there are (`checks.choose_checks`).
    """

    include: Patterns = ()
    exclude: Patterns = ()
    params: dict[str, Any] = {}

    @model_validator(mode="after")
    def _exist(self) -> Self:
        from .checks import choose_checks  # the families of checks are loaded for audits only

        choose_checks(self.include, self.exclude, self.params)
        return self


def _check_id(text: str) -> str:
    if not re.fullmatch(CHECK_ID, text):
        raise refuse(
            f'"{text}" is not the id of a check', "check", "ids are BA or BC and three digits: BA001"
        )
    return text


CheckId = Annotated[str, AfterValidator(_check_id), WithJsonSchema({"type": "string", "pattern": CHECK_ID})]


def _read_growth(raw: Any) -> float | None:
    found = _PERCENT.fullmatch(raw) if isinstance(raw, str) else None
    if found is None:
        raise refuse("growth is a share of the previous run", "unit", "write it with a percent sign: 20%")
    return float(found[1]) / 100


class Gate(Frozen):
    """When the audit fails: findings at or above `severity`, too many of a check, or too much growth.

    `growth` is a share: 0.2 for `20%` more findings than in the previous run. None: no such bound.
    """

    severity: Severity | None = None
    new_only: Flag = False
    max_findings: dict[CheckId, Count] = {}
    growth: (
        Annotated[
            float,
            BeforeValidator(_read_growth),
            WithJsonSchema({"type": "string", "pattern": r"^[0-9.]+ *%$"}),
        ]
        | None
    ) = None


class Output(Frozen):
    """One report: its format, its path, and for Markdown the most characters it may have."""

    format: Format
    path: Text
    limit: Count | None = None


def _read_output(raw: Any) -> Output:
    """`out/backlog.html`, known by its ending, or `{markdown: out/slack.md, limit: 3500}`."""
    formats = ", ".join(FORMATS)
    if isinstance(raw, str):
        for name, ending in FORMATS.items():
            if raw.lower().endswith(ending) and len(raw) > len(ending):
                return Output(format=name, path=raw)
        raise refuse(
            f'the ending of "{raw}" tells no format', "value", f"endings are {', '.join(FORMATS.values())}"
        )
    if not isinstance(raw, Mapping):
        raise refuse("expected a path, or a format and its path", "type", "write out/backlog.html")
    log = ProblemLog()
    named = [name for name in FORMATS if name in raw]
    for key in raw:
        if key not in FORMATS and key != "limit":
            hint = did_you_mean(key, [*FORMATS, "limit"], label="keys are")
            log.add_key((key,), f'an output has no key "{key}"', "key", hint)
    if len(named) != 1:
        log.add((), "an output has one format", "key", f"formats are {formats}: {{markdown: out/slack.md}}")
    log.raise_any()
    path, limit = raw[named[0]], raw.get("limit")
    if not isinstance(path, str) or not path.strip():
        raise refuse("expected a path", "type", path=(named[0],))
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 200):
        raise refuse("limit is a number of characters, 200 or more", "value", path=("limit",))
    return Output(format=named[0], path=path, limit=limit)


def _read_outputs(raw: Any) -> Any:
    items = raw if isinstance(raw, list) else [raw]
    if not items:
        raise refuse("the list is empty", "empty", "write at least one path, or leave the key out")
    return items


class Notice(Frozen):
    """Who hears of the findings, and of which."""

    to: Text
    channel: Literal["email", "slack", "teams"] = "email"
    only: tuple[Literal["new", "escalated"], ...] = ("new", "escalated")
    max_items: Annotated[int, Field(strict=True, ge=1)] = 10
    include_text: Flag = False


def _check_tickets(raw: Any) -> Any:
    if not isinstance(raw, list) or not raw:
        raise refuse("expected a list of tickets", "type", "write - {id: A, status: open, ...}")
    log = ProblemLog()
    seen: set[str] = set()
    for index, ticket in enumerate(raw):
        if not isinstance(ticket, Mapping) or not isinstance(ticket.get("id"), str):
            log.add((index,), "a ticket needs an id", "missing", "write {id: A, status: open, ...}")
            continue
        if ticket["id"] in seen:
            log.add((index, "id"), f'the ticket "{ticket["id"]}" is written twice', "duplicate", "rename one")
        seen.add(ticket["id"])
        note_facts({name: value for name, value in ticket.items() if name != "id"}, (index,), log)
    log.raise_any()
    return raw


class AuditGiven(Frozen):
    """The tickets of an audit's test, as fields; `id` names them in `expect`."""

    tickets: Annotated[
        tuple[Mapping[str, Any], ...],
        BeforeValidator(_check_tickets),
        WithJsonSchema({"x-ref": "case_tickets"}),
    ]


class AuditExpectation(Frozen):
    """Ids of tickets by check, exactly these; and whether the gate holds."""

    findings: dict[CheckId, tuple[Text, ...]] | None = None
    gate: Literal["passed", "failed"] | None = None

    @model_validator(mode="after")
    def _expects_something(self) -> Self:
        if self.findings is None and self.gate is None:
            raise refuse("it expects nothing", "empty", "write findings: {BA001: [A]}, or gate: failed")
        return self


class AuditCase(Frozen):
    """One test of an audit: tickets at an instant, and what is found."""

    name: Text
    now: Instant
    given: AuditGiven
    expect: AuditExpectation

    @model_validator(mode="after")
    def _finds_given_tickets(self) -> Self:
        known = [str(ticket["id"]) for ticket in self.given.tickets]
        log = ProblemLog()
        for check, ids in (self.expect.findings or {}).items():
            for index, ticket_id in enumerate(ids):
                if ticket_id not in known:
                    hint = did_you_mean(ticket_id, known, label="given are")
                    path = ("expect", "findings", check, index)
                    log.add(path, f'there is no ticket "{ticket_id}" in this test', "value", hint)
        log.raise_any()
        return self


Outputs = Annotated[
    tuple[Annotated[Output, BeforeValidator(_read_output)], ...],
    BeforeValidator(_read_outputs),
    WithJsonSchema({"x-ref": "outputs"}),
]


class AuditRecipe(Recipe):
    """A backlog audit. `select` None is everything unsolved; no `checks` are all checks."""

    NOUN: ClassVar[str] = "an audit"

    kind: Literal["audit"]
    select: StateCondition | None = None
    clock: Clock = Clock()
    measure: Measure = Measure()
    checks: Checks = Field(default_factory=Checks)
    accept: Text | None = None
    gate: Gate = Gate()
    output: Outputs = ()
    notify: Notice | None = None
    tests: Annotated[tuple[AuditCase, ...], Field(min_length=1)] = ()

    def names(self) -> Iterator[Name]:
        yield from super().names()
        if self.clock.default is not None:
            yield Name("calendar", self.clock.default, ("clock", "default"))
