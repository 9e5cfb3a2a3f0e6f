"""Recipes played on what they compile to, in the vendor's own engine: the rules that will be live, before they are.

Names are their own ids here, so no account is needed. Guards are the vendor's tags in the rules and ids of recipes
on the ticket, as recipes see them; what a guard does is no effect of a recipe.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ..connectors.zendesk.rules.tags import guard_tag
from ..engines.engine import Detail
from ..engines.neutral import Account, NeutralUpdate, Ran, Situation
from ..engines.switches import Switches
from ..engines.trace import FieldChange, Record, Step
from ..errors import ProjectError
from ..model.fields import RATINGS, STATUSES
from ..model.references import Ref, refs_in, resolve
from ..model.rules import NativeRule
from ..model.ticket import Status, StatusCategory, Ticket
from ..project import Project
from .compile import Compiled, compile_recipes, vendor_rules
from .zendesk_tickets import AccountNames, ZendeskOnTickets

ENGINES = ("zendesk",)
"""Vendors whose engine can play compiled rules."""
AS_WRITTEN = ("requester_value", "organization_value")


@dataclass(frozen=True)
class CompiledForCases:
    """What cases need of a vendor: the rules with names for ids, the names, and what became of each recipe.

    `compiled` says which recipes have gaps there; `engine` plays the rules.
    """

    rules: tuple[NativeRule, ...]
    names: AccountNames
    compiled: Compiled
    engine: "CompiledOnTickets"

    def holds(self, recipe_id: str) -> bool:
        """Whether the vendor's own rules do the whole recipe."""
        return any(recipe_of(rule.key) == recipe_id for rule in self.rules)


def compile_for_case(
    recipes: Sequence[Any],
    project: Project,
    account: Account,
    *,
    vendor: str,
    groups: Container[str] = (),
    switches: Mapping[str, str | bool] | None = None,
) -> CompiledForCases:
    """The recipes (one, or the whole rule set) at a vendor, ready to be played.

    `groups` are names that messages go to which are groups; any other is a person's. Raises ProjectError for a
    vendor whose engine does not play compiled rules.
    """
    if vendor not in ENGINES:
        raise ProjectError(
            f"no engine plays compiled rules of {vendor}", hint=f"there is: {', '.join(ENGINES)}"
        )
    compiled = compile_recipes(recipes, project, vendor=vendor)
    names = names_for(compiled.rules, groups)
    mapping = vendor_rules(vendor)
    rules = tuple(mapping.normalise(resolve(rule, names.find)) for rule in compiled.rules)
    return CompiledForCases(rules, names, compiled, CompiledOnTickets(rules, names, account, switches))


def recipe_of(key: str | None) -> str:
    """The recipe of a native rule, of a part of a split, or of what ends its spell."""
    return (key or "").partition("#")[0]


def is_guard(key: str) -> bool:
    return "#guard" in key


def names_for(rules: Sequence[NativeRule], groups: Container[str] = ()) -> AccountNames:
    """A directory in which names are their own ids.

    Not so the kind of an addressee (a group if it is among `groups`) and the value of somebody's field.
    """
    found: dict[str, dict[str, str]] = {}
    for ref in (ref for rule in rules for ref in refs_in(rule.body)):
        own = _own_id(ref, groups)
        if own is not None:
            found.setdefault(ref.kind, {})[ref.name] = own
    return AccountNames(found)


def _own_id(ref: Ref, groups: Container[str]) -> str | None:
    if ref.kind == "addressee_kind":
        return "group" if ref.name in groups else "user"
    return ref.name.partition("=")[2] if ref.kind in AS_WRITTEN else None


def _read_back(ticket: Ticket, record: Record) -> dict[str, Any]:
    """The rating and the own status that rules set; names are their own ids here."""
    values: dict[str, Any] = {}
    rating = (record.get("satisfaction_rating") or {}).get("score")
    if rating in RATINGS and rating != ticket.rating:
        values["rating"] = rating
    own = record.get("custom_status_id")
    if own is not None and str(own) != ticket.status.native:
        values["status"] = Status(category=StatusCategory(record["status"]), native=str(own))
    return values


class CompiledOnTickets:
    """Plays compiled rules as `NeutralEngine` plays neutral ones; satisfies `TicketEngine`.

    A step is that of its recipe: parts of a split have the recipe's id, guards have no steps.
    """

    def __init__(
        self,
        rules: Sequence[NativeRule],
        names: AccountNames,
        account: Account,
        switches: Mapping[str, str | bool] | None = None,
    ) -> None:
        self._engine = ZendeskOnTickets(rules, names, account, switches)
        self._idle = ZendeskOnTickets((), names, account, switches)
        self._guards = {guard_tag(recipe_of(rule.key)): recipe_of(rule.key) for rule in rules}

    @property
    def account(self) -> Account:
        return self._engine.account

    @property
    def switches(self) -> Switches:
        return self._engine.switches

    def update(
        self, situation: Situation, update: NeutralUpdate, *, now: datetime, detail: Detail = "full"
    ) -> Ran:
        """The triggers on one update. Automatic mail is suspended: no rule sees it."""
        comment = update.comment
        suspended = comment is not None and comment.automatic is True and update.actor.role != "system"
        engine = self._idle if suspended else self._engine
        return self._as_recipes(engine.update(situation, update, now=now, detail=detail))

    def scan(
        self,
        situation: Situation,
        *,
        now: datetime,
        detail: Detail = "full",
        awake: Container[str] | None = None,
    ) -> Ran:
        """One hourly run of the automations, with the triggers that their changes set off."""
        return self._as_recipes(self._engine.scan(situation, now=now, detail=detail, awake=awake))

    def sleep(
        self, situation: Situation, *, now: datetime, among: Container[str] | None = None
    ) -> Mapping[str, datetime]:
        return self._engine.sleep(situation, now=now, among=among)

    def automations(self) -> Sequence[Any]:
        return self._engine.automations()

    def _as_recipes(self, ran: Ran) -> Ran:
        """Guards off the tags and onto `fired`, steps by recipe, what else is read back of the ticket."""
        record = ran.trace.ticket
        held = set(record.get("tags") or ())
        ticket = ran.situation.ticket
        fired = (ticket.fired - set(self._guards.values())) | {
            recipe for tag, recipe in self._guards.items() if tag in held
        }
        values = {"tags": ticket.tags - self._guards.keys(), "fired": frozenset(fired)}
        ticket = ticket.model_copy(update={**values, **_read_back(ticket, record)})
        steps = tuple(self._step(step) for step in ran.trace.steps if not is_guard(step.rule))
        return replace(
            ran,
            trace=replace(ran.trace, steps=steps),
            situation=replace(ran.situation, ticket=ticket),
        )

    def _step(self, step: Step) -> Step:
        changes = (self._in_our_words(change) for change in step.changes)
        return replace(
            step,
            rule=recipe_of(step.rule),
            changes=tuple(change for change in changes if change is not None),
        )

    def _in_our_words(self, change: FieldChange) -> FieldChange | None:
        """Tags without guards; None for what is no effect of a recipe: a guard, the own status of a category."""
        if change.field == "satisfaction_rating":
            return FieldChange("rating", *(one and one["score"] for one in (change.before, change.after)))
        if change.field == "custom_status_id":
            own = str(change.after)
            return None if own in STATUSES else FieldChange("status", change.before, own)
        if change.field != "tags":
            return change
        before, after = (
            [tag for tag in tags or () if tag not in self._guards] for tags in (change.before, change.after)
        )
        return None if set(before) == set(after) else FieldChange("tags", before, after)
