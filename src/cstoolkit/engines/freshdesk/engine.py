"""How Freshdesk runs its rules: creation rules, update rules on an event, hourly rules.

Rules are NativeRules of kind `rule_1`, `rule_4` and `rule_3` whose body is the API's JSON; their order is
(position,). Lookups are named as the API's lists: contacts, agents, groups, companies, business_hours,
ticket_fields, and `account` with its name and url.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from ...model.rules import NativeRule
from ..engine import Detail, Update, World
from ..switches import Switches
from ..trace import Trace
from .check import CREATION, HOURLY, UPDATES
from .coverage import Coverage, coverage
from .index import EventIndex
from .rules import compile_rules
from .state import TicketState
from .switches import SWITCHES
from .walk import HourlyRun, Log, has_agent_requester, is_outbound, run_creation, run_updates


class FreshdeskEngine:
    """Compiles the rules once; each call is a pure function of its arguments. Satisfies `Engine`.

    `switches` sets some of `switches.SWITCHES`. Raises ProjectError for one that is not there.
    """

    def __init__(self, rules: Sequence[NativeRule], switches: Mapping[str, str | bool] | None = None) -> None:
        self.switches = Switches(SWITCHES, switches or {})
        self._rules = tuple(rules)
        self._creation = compile_rules(rules, CREATION, self.switches)
        self._hourly = compile_rules(rules, HOURLY, self.switches)
        self._updates = EventIndex(compile_rules(rules, UPDATES, self.switches))

    def run(self, world: World, update: Update, *, now: datetime, detail: Detail = "full") -> Trace:
        """The rules of creation, or of updates.

        None run for a requester who is an agent, and no creation rule for mail that an agent began.
        """
        if has_agent_requester(world, self.switches) or is_outbound(world, update):
            return Trace((), world.ticket, self.switches)
        state, log = TicketState(world, update, now=now, switches=self.switches), Log(detail)
        if update.kind == "created":
            run_creation(self._creation, state, log)
        else:
            state = run_updates(self._updates, state, log)
        return Trace(tuple(log.steps(state)), state.ticket, self.switches)

    def hour(self, worlds: Iterable[World], *, now: datetime, detail: Detail = "full") -> Iterator[Trace]:
        """One run of the hourly rules; tickets not updated for 30 days have no steps."""
        return HourlyRun(self._hourly, self._updates, self.switches, now, detail).traces(worlds)

    def coverage(self, world: World, update: Update, *, now: datetime) -> tuple[Coverage, ...]:
        """What of each rule can be judged on this ticket and update, whether it would fire or not."""
        return tuple(coverage(self._rules, world, update, now=now, switches=self.switches))
