"""A plan, done: every call is journalled before and after, and a run that was cut off is gone on with."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ..connectors.base import Helpdesk
from ..errors import ConnectorError, RejectedError, UnavailableError
from ..model.rules import NativeRule
from ..store.rule_journal import Form, RuleJournal, Step
from .apply_check import check_unmoved
from .differences import same
from .lock import AccountLock, applied
from .plan import AccountPlan, Change, Normalise, Verb
from .plan_order import UNORDERED
from .rule_form import rule_from_json, rule_to_json

REFUSALS = 5
"""After so many refusals one after the other the rest is not tried: a quota is gone, or a permission."""


class Ending(StrEnum):
    """How a run ended."""

    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A step that the vendor did not do, in its words."""

    key: str
    rule: NativeRule
    error: str


@dataclass(frozen=True, slots=True)
class ApplyReport:
    """What was done: the keys of steps, in order. `stopped` says why the rest was not tried."""

    done: tuple[str, ...]
    refused: tuple[Refusal, ...]
    stopped: ConnectorError | None
    lock: AccountLock

    @property
    def ending(self) -> Ending:
        if not self.refused and self.stopped is None:
            return Ending.DONE
        return Ending.PARTIAL if self.done else Ending.FAILED


Listener = Callable[[str, NativeRule], None]


def apply_account_plan(
    plan: AccountPlan,
    helpdesk: Helpdesk,
    *,
    journal: RuleJournal,
    lock: AccountLock,
    normalise: Normalise,
    listener: Listener = lambda _verb, _rule: None,
) -> ApplyReport:
    """Do exactly what the plan says, or go on where a killed run of it stopped.

    Creates go first, deletes last (switched off before), then the order. Raises RefusedError, before anything
    is sent, if a rule or a name that the plan rests on is not as it was. What the vendor refuses is in the report.
    """
    raw = helpdesk.rules()
    live = [normalise(rule) for rule in raw]
    check_unmoved(plan, live, journal.steps(), helpdesk.directory())
    run = _Run(plan, helpdesk, journal, normalise=normalise, listener=listener, live=live, raw=raw)
    stopped: ConnectorError | None = None
    try:
        run.note_lists()
        run.all_changes()
        run.all_reorders()
        run.late_creates()
    except ConnectorError as error:
        stopped = error
    done = [step.key for step in journal.steps() if step.state == "done" and step.verb != "list"]
    return ApplyReport(tuple(done), tuple(run.refused), stopped, lock_after(plan, lock, journal.steps()))


class _Run:
    """One pass over the steps of a plan. What the journal has as done is not sent again."""

    def __init__(
        self,
        plan: AccountPlan,
        helpdesk: Helpdesk,
        journal: RuleJournal,
        *,
        normalise: Normalise,
        listener: Listener,
        live: Iterable[NativeRule],
        raw: Iterable[NativeRule],
    ) -> None:
        self.plan = plan
        self.refused: list[Refusal] = []
        self._helpdesk = helpdesk
        self._journal = journal
        self._normalise = normalise
        self._listener = listener
        self._live = {(rule.kind, rule.id or ""): rule for rule in live}
        self._raw = {(rule.kind, rule.id or ""): rule for rule in raw}
        self._steps = {step.key: step for step in journal.steps()}
        self._resumed = bool(self._steps)
        self._made: dict[str, str] = {}
        self._gone: set[tuple[str, str]] = set()
        self._in_a_row = 0

    def note_lists(self) -> None:
        """The lists that a delete takes a rule from: its place cannot be told afterwards."""
        for kind in {
            one.rule.kind for one in self.plan.changes if one.verb == Verb.DELETE and one.rule.order
        }:
            ids = [rule.id for rule in self._live.values() if rule.kind == kind]
            self._journal.noted(f"list:{kind}", {"ids": ids})

    def all_changes(self) -> None:
        for change in self.plan.changes:
            if change.verb == Verb.CREATE:
                self._create(change)
            elif change.verb == Verb.UPDATE:
                self._update(change)
            elif change.verb == Verb.DELETE:
                self._delete(change)

    def all_reorders(self) -> None:
        for reorder in self.plan.reorders:
            final = [
                replace(rule, id=rule.id or self._made.get(rule.key or ""))
                for rule in reorder.rules
                if (rule.id or rule.key in self._made) and (rule.kind, rule.id or "") not in self._gone
            ]
            ids = [str(rule.id) for rule in final]
            before, after = {"ids": list(reorder.before)}, {"ids": ids}
            key = f"reorder:{reorder.kind}"

            if final and not self._is_done(key, after):
                self._put_in_order(key, final, before)

    def late_creates(self) -> None:
        """New rules come to the end in their order, unless one was refused at first and made by a later try."""
        planned = {reorder.kind for reorder in self.plan.reorders}
        if not self._resumed:
            return
        for kind in dict.fromkeys(one.rule.kind for one in self.plan.changes if one.verb == Verb.CREATE):
            made = [
                self._made[one.key]
                for one in self.plan.changes
                if one.rule.kind == kind and one.key in self._made
            ]
            if kind in UNORDERED or kind in planned or len(made) < 2:
                continue
            now = self._helpdesk.rules(kind)
            in_order = iter(made)
            places = {str(rule.id): rule for rule in now}
            final = [places[next(in_order)] if rule.id in made else rule for rule in now]
            if [rule.id for rule in final] != [rule.id for rule in now]:
                self._put_in_order(f"reorder:{kind}", final, {"ids": [str(rule.id) for rule in now]})

    def _put_in_order(self, key: str, final: Sequence[NativeRule], before: Form) -> None:
        after = {"ids": [str(rule.id) for rule in final]}
        self._send(key, final[0], (None, before, after), lambda: self._helpdesk.reorder_rules(final))

    def _create(self, change: Change) -> None:
        key, wanted = f"create:{change.key}", change.rule
        step = self._steps.get(key)
        if step and step.state == "done":
            self._made[change.key] = str(step.object_id)
            return
        if step and step.state == "sent" and (found := self._twin(wanted)):
            self._note_made(key, change, found)
            return
        self._send(
            key,
            wanted,
            (None, None, rule_to_json(wanted)),
            lambda: self._note_made(
                key,
                change,
                self._normalise(self._helpdesk.create_rule(replace(change.sent, id=None, order=()))),
            ),
        )

    def _update(self, change: Change) -> None:
        key, wanted = f"update:{change.key}", change.rule
        assert change.live is not None
        if self._is_done(key):
            return
        stands = self._live[wanted.kind, wanted.id or ""]
        if key in self._steps and same(stands, wanted):
            self._journal.answered(key, wanted.id, rule_to_json(wanted))
            return
        self._send(
            key,
            wanted,
            (wanted.id, self._as_it_stands(change.live), rule_to_json(wanted)),
            lambda: self._helpdesk.update_rule(change.sent),
        )

    def _delete(self, change: Change) -> None:
        live = change.rule
        place = (live.kind, live.id or "")
        off = replace(live, active=False)
        deactivated = f"deactivate:{change.key}"
        if live.active and place in self._live and not self._is_done(deactivated):
            if self._live[place].active:
                forms = (live.id, self._as_it_stands(live), rule_to_json(off))
                if not self._send(deactivated, live, forms, lambda: self._helpdesk.update_rule(off)):
                    return
            else:
                self._journal.answered(deactivated, live.id, rule_to_json(off))
        key = f"delete:{change.key}"
        self._gone.add(place)
        if self._is_done(key):
            return
        if place not in self._live:
            self._journal.answered(key, live.id, None)
            return
        forms_gone = (live.id, self._as_it_stands(live), None)
        if not self._send(key, live, forms_gone, lambda: self._helpdesk.delete_rule(off)):
            self._gone.discard(place)

    def _send(
        self, key: str, rule: NativeRule, forms: tuple[str | None, Form, Form], call: Callable[[], object]
    ) -> bool:
        """One call between its two journal entries. False: the vendor refused it."""
        self._listener(key.partition(":")[0], rule)
        self._journal.sending(key, *forms)
        try:
            call()
        except UnavailableError:
            raise  # the journal says "sent": whoever goes on looks what became of it
        except RejectedError as error:
            self._journal.refused(key, str(error))
            self.refused.append(Refusal(key, rule, str(error)))
            self._in_a_row += 1
            if self._in_a_row >= REFUSALS:
                raise
            return False
        except ConnectorError as error:
            self._journal.refused(key, str(error))
            raise
        if not key.startswith("create:"):
            self._journal.answered(key, forms[0], forms[2])
        self._in_a_row = 0
        return True

    def _note_made(self, key: str, change: Change, made: NativeRule) -> None:
        self._made[change.key] = str(made.id)
        self._journal.answered(key, made.id, rule_to_json(replace(made, key=change.key)))

    def _as_it_stands(self, live: NativeRule) -> Form:
        """A live rule as the vendor has it: what a rollback puts back, to the letter."""
        return rule_to_json(replace(self._raw[live.kind, live.id or ""], key=live.key))

    def _twin(self, wanted: NativeRule) -> NativeRule | None:
        """A rule that a lost call of ours made: of this kind and title, and not there when we planned."""
        known = self.plan.seen or {}
        found = [
            rule
            for rule in self._live.values()
            if (rule.kind, rule.title) == (wanted.kind, wanted.title)
            and f"{rule.kind}:{rule.id}" not in known
        ]
        return found[0] if found else None

    def _is_done(self, key: str, after: Form = None) -> bool:
        step = self._steps.get(key)
        return step is not None and step.state == "done" and (after is None or step.after == after)


def lock_after(plan: AccountPlan, lock: AccountLock, steps: Sequence[Step]) -> AccountLock:
    """The lock once these steps were done: what was not done stays in it as it was."""
    rules = dict(lock.rules)
    files = plan.files or {}
    done = {step.key: step for step in steps if step.state == "done"}
    for change in plan.changes:
        step = done.get(f"{change.verb}:{change.key}")
        if change.verb == Verb.ADOPT:
            rules[change.key] = applied(change.rule, files.get(change.key))
        elif change.verb == Verb.LEAVE or (step and change.verb == Verb.DELETE):
            entry = rules.get(change.key)
            if entry and entry.kind == change.rule.kind:  # else its successor of another kind stands there
                del rules[change.key]
        elif step and step.after is not None:
            made = rule_from_json(step.after)
            rules[change.key] = applied(made, files.get(change.key, change.file))
    return AccountLock(rules, {**lock.names, **(plan.names or {})})
