"""What is audited: the chosen tickets of one store as they stood at one instant, with their ages.

The table `audited` is made here; checks and figures are queries over it. Its columns are those of `facts`
that they need, names beside ids, and, in microseconds,

| column | is |
|---|---|
| age_us, age_open_us | the time since creation; on the business clock |
| waiting_open_us | business time since the oldest unanswered message |
| breach_open_us | business time since `breached_at` |
| absent_open_us | business time since the assignee was last seen, where it is our turn |
| rated_open_us | business time since the customer rated it bad; of solved tickets too |
| state_us, state_open_us | the time since the instant that the recipe measures age from |
| breached_at, breached_us | the first SLA target that was missed, by the vendor's word or by its time |

Business time is known for unsolved tickets (`rated_open_us`: for all) that a calendar counts for, else NULL.
`owner_seen_at` and `bad_rating_at` are those instants (automations/auditing/signs.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...errors import RecipeError
from ...model.clock import Schedule
from ...model.conditions import Condition
from ...model.data_problems import did_you_mean
from ...store.conditions import TICKET_FROM, to_sql
from ...store.database import Store
from ...store.facts import build_facts
from ...store.schema import FACTS, TICKETS
from ..audit import AuditRecipe
from ..checks.check import POPULATIONS
from .open_ages import load_openings, load_spans, open_time
from .signs import load_signs

COLUMNS = (
    "ticket_id", "subject", "subject_folded", "type", "status", "status_native", "priority", "requester_id",
    "assignee_id", "group_id", "organization_id", "brand", "form", "language", "custom", "created_at",
    "updated_at", "due_at", "problem_id", "url", "channel", *(column.name for column in FACTS),
)  # fmt: skip

BREACHED = "coalesce(sla_breached_at, sla_missed_at)"

SELECTED = "CREATE OR REPLACE TEMP TABLE selected AS SELECT t.ticket_id FROM {source} WHERE t.gone IS NULL AND ({chosen})"

AUDITED = """
    CREATE OR REPLACE TEMP TABLE audited AS
    WITH open_ages AS ({open_ages}),
    pivoted AS (
        SELECT ticket_id,
            max(open_us) FILTER (clock = 'age') AS age,
            max(open_us) FILTER (clock = 'waiting') AS waiting,
            max(open_us) FILTER (clock = 'state') AS state,
            max(open_us) FILTER (clock = 'breach') AS breach,
            max(open_us) FILTER (clock = 'absent') AS absent,
            max(open_us) FILTER (clock = 'rated') AS rated
        FROM open_ages GROUP BY ticket_id
    ),
    chosen AS (
        SELECT {columns}, {breached} AS breached_at, s.owner_seen_at, s.bad_rating_at
        FROM facts f JOIN selected USING (ticket_id) LEFT JOIN signs s USING (ticket_id)
    )
    SELECT t.*, g.name AS group_name, a.name AS assignee_name, c.name AS organization_name,
        epoch_us($now) - epoch_us(t.created_at) AS age_us,
        o.age AS age_open_us,
        o.waiting AS waiting_open_us,
        o.breach AS breach_open_us,
        o.absent AS absent_open_us,
        o.rated AS rated_open_us,
        epoch_us($now) - epoch_us(t.{since}) AS state_us,
        o.state AS state_open_us,
        epoch_us($now) - epoch_us(t.breached_at) AS breached_us
    FROM chosen t
    LEFT JOIN pivoted o USING (ticket_id)
    LEFT JOIN (SELECT group_id, max(name) AS name FROM groups GROUP BY group_id) g USING (group_id)
    LEFT JOIN (SELECT person_id, max(name) AS name FROM people GROUP BY person_id) a
        ON a.person_id = t.assignee_id
    LEFT JOIN (SELECT organization_id, max(name) AS name FROM organizations GROUP BY organization_id) c
        USING (organization_id)
"""

INTERVALS = """
    SELECT ticket_id, clock, epoch_us(starts) AS starts, epoch_us($now) AS ends
    FROM (
        SELECT t.ticket_id, unnest({names}) AS clock, unnest([{starts}]) AS starts
        FROM facts t JOIN selected USING (ticket_id) LEFT JOIN signs s USING (ticket_id)
        WHERE {unsolved}
        UNION ALL
        SELECT ticket_id, 'rated', bad_rating_at FROM signs
    )
    WHERE starts <= $now
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """One store, made ready for its checks. `notes` say what a reader of the report should know.

    `narrowed`: the recipe selects tickets. `zone`: whose days the flow is counted by.
    `no_business_clock`: why business time is unknown for all tickets; None if it is not.
    """

    store: Store
    now: datetime
    narrowed: bool
    zone: str
    no_business_clock: str | None
    notes: tuple[str, ...]

    def query(self, sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Rows of a query that may use `$now`; `parameters` are the others."""
        at = {"now": self.now} if "$now" in sql else {}
        return self.store.query(sql, {**parameters, **at})

    def release(self) -> None:
        """Give back the memory: the tables made here, and what DuckDB keeps of the file.

        The findings of a large helpdesk need the room. No query is possible afterwards.
        """
        for table in ("audited", "selected", "signs", "spans", "openings", "facts_folds"):
            self.store.execute(f"DROP TABLE IF EXISTS temp.{table} CASCADE")
        ((limit,),) = self.store.query("SELECT current_setting('memory_limit')")
        self.store.execute("SET memory_limit = '20MB'")
        self.store.execute(f"SET memory_limit = '{limit}'")


def make_scope(
    store: Store, recipe: AuditRecipe, *, now: datetime, calendars: Mapping[str, Schedule]
) -> Scope:
    """Make `facts`, `openings`, `spans`, `selected` and `audited` in the session of `store`.

    `calendars` are the project's; the store's own stand beside them, and the project's win. Raises RecipeError
    for a calendar that neither has.
    """
    known = stored_calendars(store) | dict(calendars)
    default = default_calendar(recipe, known)
    build_facts(store, now)
    _select(store, recipe.select, now=now, calendars=known)
    oldest = store.query("SELECT min(created_at) FROM facts")[0][0]
    load_openings(store, known, start=min(oldest or now, now), now=now)
    load_signs(store, now=now)
    load_spans(store, now=now, known=known, default=default, last_only=recipe.clock.timeline == "last")
    _audit_table(store, since=recipe.measure.age.since, now=now)
    return Scope(
        store,
        now,
        narrowed=recipe.select is not None,
        zone=known[default].zone if default else "UTC",
        no_business_clock=None if _calendars_count(store) else _no_business_clock(known),
        notes=_calendar_notes(store),
    )


def stored_calendars(store: Store) -> dict[str, Schedule]:
    """The calendars that came with the data, by name."""
    rows = store.query("SELECT name, definition FROM schedules ORDER BY name")
    return {name: Schedule.model_validate_json(definition) for name, definition in rows}


def default_calendar(recipe: AuditRecipe, known: Mapping[str, Schedule]) -> str | None:
    """The calendar of tickets that have none: the recipe's, else the only one there is."""
    wanted = recipe.clock.default
    if wanted is None:
        return next(iter(known)) if len(known) == 1 else None
    if wanted in known:
        return wanted
    hint = did_you_mean(wanted, known, label="calendars are") if known else "define it under `calendars:`"
    message = f'there is no calendar "{wanted}"'
    raise RecipeError([recipe.problem(("clock", "default"), message, "name", hint=hint)])


def _select(
    store: Store, chosen: Condition | None, *, now: datetime, calendars: Mapping[str, Schedule]
) -> None:
    if chosen is None:
        store.execute(SELECTED.format(source="facts t", chosen="TRUE"))
        return
    sql = to_sql(chosen, now=now, calendars=calendars)
    store.execute(SELECTED.format(source=TICKET_FROM, chosen=sql.text), sql.parameters)


def _audit_table(store: Store, *, since: str, now: datetime) -> None:
    assert since in {column.name for column in (*TICKETS.columns, *FACTS) if column.type == "TIMESTAMP"}
    starts = {
        "age": "t.created_at",
        "waiting": "t.unanswered_since",
        "state": f"t.{since}",
        "breach": BREACHED,
        "absent": "s.owner_seen_at",
    }
    unsolved = POPULATIONS["unsolved"]
    intervals = INTERVALS.format(names=list(starts), starts=", ".join(starts.values()), unsolved=unsolved)
    columns = ", ".join(f'f."{name}"' for name in COLUMNS)
    sql = AUDITED.format(open_ages=open_time(intervals), columns=columns, breached=BREACHED, since=since)
    store.execute(sql, {"now": now})


def _calendars_count(store: Store) -> bool:
    """Whether a calendar counts for any ticket; where there is no ticket, none is missing."""
    (known, any_ticket), *_ = store.query("SELECT bool_or(calendar IS NOT NULL), count(*) > 0 FROM spans")
    return bool(known or not any_ticket)


def _no_business_clock(known: Mapping[str, Schedule]) -> str:
    if known:
        return (
            f"no ticket has a calendar; say which one counts in `clock.default`: {', '.join(sorted(known))}"
        )
    return "there is no calendar; define one under `calendars:` in cstoolkit.yaml"


def _calendar_notes(store: Store) -> tuple[str, ...]:
    strange = store.query(
        "SELECT DISTINCT f.calendar FROM facts f JOIN selected USING (ticket_id)"
        " WHERE f.calendar IS NOT NULL AND f.calendar NOT IN (SELECT calendar FROM openings) ORDER BY ALL"
    )
    notes = []
    if strange:
        names = ", ".join(str(name) for (name,) in strange)
        notes.append(f"tickets name calendars that nobody defined, and count on the default one: {names}")
    unknown = f"SELECT count(*) FROM audited t WHERE t.age_open_us IS NULL AND {POPULATIONS['unsolved']}"
    left_out = store.query(unknown)[0][0]
    if left_out and _calendars_count(store):
        have = "ticket has" if left_out == 1 else "tickets have"
        be = "is" if left_out == 1 else "are"
        notes.append(f"{left_out:,} unsolved {have} no calendar, and {be} left out of business figures")
    return tuple(notes)
