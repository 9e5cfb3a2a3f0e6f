"""Rules in an embedded helpdesk, and plans over them as the verbs make them."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from clocks import JumpingClock
from cstoolkit.automations.apply import ApplyReport, apply_account_plan
from cstoolkit.automations.lock import AccountLock
from cstoolkit.automations.plan import AccountPlan, make_account_plan
from cstoolkit.model.rules import NativeRule
from cstoolkit.store.processes import Process
from cstoolkit.store.rule_journal import RuleJournal, newest_run

NO_LOCK = AccountLock()


class Killed(BaseException):
    """Nothing catches it, as nothing catches kill -9."""


def a_rule(
    key: str | None, title: str, body: object = None, *, active: bool = True, kind: str = "trigger", place=0
):
    body = {"when": []} if body is None else body
    return NativeRule("local", kind, key, None, title, active, body, () if key is None else (place,))


def planned(desk, desired: Sequence[NativeRule], lock: AccountLock = NO_LOCK, **options) -> AccountPlan:
    return make_account_plan(
        connection="desk",
        vendor="local",
        desired=desired,
        live=desk.rules(),
        lock=lock,
        normalise=lambda rule: rule,
        **options,
    )


def applied_plan(desk, plan: AccountPlan, state, lock: AccountLock = NO_LOCK, digest="d") -> ApplyReport:
    """As `apply` does: go on with an unfinished run of this plan, else begin one."""
    clock = JumpingClock()
    process = Process.current()
    old = newest_run(state, "desk", digest)
    if old and old.digest == digest and not old.is_finished:
        journal = RuleJournal.resume(state, old.id, process=process, clock=clock)
    else:
        number = len(state.query("SELECT id FROM runs"))
        journal = RuleJournal.start(
            state, f"r{number}", connection="desk", digest=digest, process=process, clock=clock
        )
    report = apply_account_plan(plan, desk, journal=journal, lock=lock, normalise=lambda rule: rule)
    journal.end(0 if report.ending == "done" else 6)
    return report


class RuleList:
    """An account of rules only, in memory: as an embedded helpdesk keeps them, for thousands of runs."""

    def __init__(self) -> None:
        self.kept: list[NativeRule] = []
        self.made: dict[str, int] = {}

    def rules(self, kind: str | None = None) -> list[NativeRule]:
        in_order = sorted(self.kept, key=lambda rule: rule.kind)
        return [
            replace(rule, order=(place,))
            for kind in ((kind,) if kind else ("macro", "trigger"))
            for place, rule in enumerate([one for one in in_order if one.kind == kind], 1)
        ]

    def directory(self) -> None:
        """There are no names in these rules."""

    def create_rule(self, rule: NativeRule) -> NativeRule:
        self.made[rule.kind] = self.made.get(rule.kind, 0) + 1
        made = replace(rule, id=str(self.made[rule.kind]))
        self.kept.append(made)
        return made

    def update_rule(self, rule: NativeRule) -> NativeRule:
        self.kept[self._place(rule)] = rule
        return rule

    def delete_rule(self, rule: NativeRule) -> None:
        del self.kept[self._place(rule)]

    def reorder_rules(self, rules: Sequence[NativeRule]) -> None:
        first = [self.kept[self._place(rule)] for rule in rules]
        self.kept = [*first, *(rule for rule in self.kept if rule not in first)]

    def _place(self, rule: NativeRule) -> int:
        return [(one.kind, one.id) for one in self.kept].index((rule.kind, rule.id))


class Dying:
    """The helpdesk behind it, and a kill before or after the n-th write; `refuse` says no to others."""

    WRITES = ("create_rule", "update_rule", "delete_rule", "reorder_rules")

    def __init__(self, desk, at: int, *, after: bool, refuse=lambda verb, rule: None) -> None:
        self._desk, self._left, self._after, self._refuse = desk, at, after, refuse

    def __getattr__(self, name):
        found = getattr(self._desk, name)
        if name not in self.WRITES:
            return found

        def write(argument):
            self._left -= 1
            if self._left == 0 and not self._after:
                raise Killed
            self._refuse(name, argument)
            answer = found(argument)
            if self._left == 0:
                raise Killed
            return answer

        return write


def faces(rules: Sequence[NativeRule]) -> list[NativeRule]:
    """Rules without what the account gives."""
    return [replace(rule, id=None, key=None, order=()) for rule in rules]


def rule_parts() -> st.SearchStrategy:
    """What `built_rules` makes rules of: key, body, active, kind."""
    return st.lists(
        st.tuples(
            st.sampled_from("abcdefgh"),
            st.integers(0, 2),
            st.booleans(),
            st.sampled_from(["trigger", "macro"]),
        ),
        unique_by=lambda one: one[0],
        max_size=7,
    )


def built_rules(parts) -> list[NativeRule]:
    return [
        a_rule(key, key.upper(), {"when": [number]}, active=active, kind=kind)
        for key, number, active, kind in parts
    ]
