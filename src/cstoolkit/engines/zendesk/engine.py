"""How Zendesk runs its rules: triggers on an update, automations by the hour, macros, SLA policies.

Rules are NativeRules whose body is the API's JSON; their order is (category position, position) for triggers,
(position,) for the others. Lookups are named as the API's lists: users, groups, group_memberships,
organizations, ticket_fields, user_fields, organization_fields, brands, ticket_forms, custom_statuses,
schedules, holidays, dynamic_content, account.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from ...errors import RefusedError
from ...model.rules import NativeRule
from ..engine import Detail, Update, World
from ..switches import Switches
from ..trace import Trace
from .automations import HourlyRun
from .check import Kind
from .coverage import Coverage, coverage
from .index import RuleIndex
from .macros import apply_macro
from .rules import compile_rules, name_of
from .sla import SlaMatch, match_policy
from .state import TicketState
from .switches import SWITCHES
from .walk import Log, RuleList, run_triggers


class ZendeskEngine:
    """Compiles the rules once; each call is a pure function of its arguments. Satisfies `Engine`.

    `switches` sets some of `switches.SWITCHES`. Raises ProjectError for one that is not there.
    """

    def __init__(self, rules: Sequence[NativeRule], switches: Mapping[str, str | bool] | None = None) -> None:
        self.switches = Switches(SWITCHES, switches or {})
        self._rules = tuple(rules)
        self._triggers = self._list(rules, "trigger")
        self._automations = self._list(rules, "automation")
        self._policies = compile_rules(rules, "sla_policy", self.switches)
        self._macros = {name_of(rule): rule for rule in rules if rule.kind == "macro"}

    def _list(self, rules: Sequence[NativeRule], kind: Kind) -> RuleList:
        compiled = compile_rules(rules, kind, self.switches)
        return RuleList(compiled, RuleIndex(compiled))

    def run(self, world: World, update: Update, *, now: datetime, detail: Detail = "full") -> Trace:
        """The triggers on one update. On a closed ticket none run, but for the update that closes it."""
        state = TicketState(world, update, now=now, switches=self.switches)
        if state.value("status") == "closed" and state.before("status") == "closed":
            return Trace((), world.ticket, self.switches)
        log = Log(detail)
        run_triggers(self._triggers, state, log)
        return Trace(tuple(log.steps(state)), state.ticket, self.switches)

    def hour(self, worlds: Iterable[World], *, now: datetime, detail: Detail = "full") -> Iterator[Trace]:
        """One run of the automations, with the triggers that their changes set off."""
        run = HourlyRun(self._automations, self._triggers, self.switches, now, detail)
        return run.traces(worlds)

    def apply_macro(self, macro: str, world: World, *, actor_id: str, now: datetime) -> Trace:
        """What a macro (by key, else id, else title) makes of a ticket when an agent chooses it.

        Raises RefusedError for a macro that is not there or not active.
        """
        rule = self._macros.get(macro)
        if rule is None or not rule.active:
            raise RefusedError(
                f'there is no active macro "{macro}"',
                hint=f"macros are: {', '.join(sorted(self._macros)) or 'none'}",
            )
        update = Update("updated", actor_id=actor_id)
        return apply_macro(rule, TicketState(world, update, now=now, switches=self.switches), self.switches)

    def coverage(self, world: World, update: Update, *, now: datetime) -> tuple[Coverage, ...]:
        """What of each rule can be judged on this ticket and update, whether it would fire or not."""
        return tuple(coverage(self._rules, world, update, now=now, switches=self.switches))

    def sla(self, world: World, update: Update | None = None, *, now: datetime) -> SlaMatch:
        """The policy that holds for the ticket as it stands."""
        state = TicketState(world, update or Update("updated"), now=now, switches=self.switches)
        return match_policy(self._policies, state)
