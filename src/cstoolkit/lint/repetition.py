"""CR4xx: rules that run again and again. Each of these is tried out in the engine, and shows what it saw there."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice, permutations

from ..engines.neutral import NeutralEngine, NeutralUpdate, Ran, Situation
from ..engines.trace import Step
from ..errors import CstoolkitError
from ..model.actions import Call, Notify, Say, Set, Survey, Tags
from ..model.conditions import AllOf, Condition, NoneOf, Span, Test
from ..model.contradictions import values_of
from ..model.data_problems import edit_distance
from ..model.spans import span_length
from .acting import already
from .cubes import never
from .findings import Code, Said
from .literals import is_true
from .rule_list import Entry, RuleList, action_path, actions_of, tests_of
from .telling import tell_step, tell_ticket
from .witnesses import KIM, NOW, Witness, witnesses

HOUR = timedelta(hours=1)
TO_PEOPLE = (Say, Notify, Survey, Call)
CUSTOMER = ("requester", "requester_and_ccs")


def _fired(ran: Ran, rule: str) -> Step | None:
    """The step in which the rule did something."""
    steps = (step for step in ran.trace.steps if step.rule == rule and step.outcome == "fired")
    return next((step for step in steps if step.changes or step.messages or step.calls), None)


def automation_not_nullified(rules: RuleList) -> Iterator[Said]:
    for entry in rules.of("automation"):
        # Alone first: few do, and the whole list takes long.
        trace = _runs_each_hour(entry, rules.engine(entry)) and _runs_each_hour(entry, rules.engine())
        if trace:
            message = "this does the same thing again at every scan: nothing it does ends what it waits for"
            hint = "say once: spell, or change in `then` what `when` asks for (a tag, the status)"
            yield Said(entry, message, hint, ("then",), trace=trace)


def _runs_each_hour(entry: Entry, engine: NeutralEngine) -> tuple[str, ...]:
    for witness in witnesses(entry.rule, engine):
        trace = [tell_ticket(witness.ticket, entry.rule.when)]
        situation = Situation(witness.ticket)
        for hour in range(3):
            step = None
            try:
                ran = engine.scan(situation, now=NOW + hour * HOUR)
                step, situation = _fired(ran, entry.rule.id), ran.situation
            except CstoolkitError:
                pass
            if step is None:
                break
            trace.append(f"scan {hour + 1}, {hour} h later: {tell_step(step)}")
        else:
            return tuple(trace)
    return ()


def trigger_repeats(rules: RuleList) -> Iterator[Said]:
    for entry in rules.of("trigger"):
        if "updated" not in entry.rule.event or not any(
            isinstance(one, TO_PEOPLE) for one in entry.rule.then
        ):
            continue
        trace = _runs_on_bare_saves(entry, rules.engine(entry))
        if trace:
            message = "this speaks again on every save of the ticket, even one that changes nothing"
            hint = "wait for a change (status: {changed: true}), a comment (event: commented), or say once: spell"
            yield Said(entry, message, hint, ("event",), trace=trace)


def _runs_on_bare_saves(entry: Entry, engine: NeutralEngine) -> tuple[str, ...]:
    only = replace(entry.rule, event=("updated",))
    bare = NeutralUpdate(KIM)
    for witness in islice(witnesses(only, engine), 4):
        situation = Situation(witness.ticket)
        trace = [tell_ticket(witness.ticket, entry.rule.when)]
        for save in range(2):
            ran = engine.update(situation, bare, now=NOW + save * HOUR)
            step, situation = _fired(ran, entry.rule.id), ran.situation
            if step is None or not (step.messages or step.calls or _says(step)):
                break
            trace.append(f"Kim saves without a change: {tell_step(step)}")
        else:
            return tuple(trace)
    return ()


def _says(step: Step) -> bool:
    return any(change.field in {"reply", "note"} for change in step.changes)


def cycle(rules: RuleList) -> Iterator[Said]:
    """Rules that undo each other's work, for ever: the ticket comes back to where it was."""
    told: set[frozenset[str]] = set()
    ends = {entry.rule.id: _ended_by_itself(entry) for entry in rules.entries}
    for one, other in permutations(rules.of("trigger", "automation"), 2):
        if not _undo(one, other, ends):
            continue
        members = frozenset({one.rule.id, other.rule.id})
        if members in told:
            continue
        trace = _goes_round(one, other, rules)
        if trace:
            told.add(members)
            message = f'this and "{other.rule.id}" undo each other again and again'
            hint = "let one of them ask that the other has not run: none: [{fired: " + other.rule.id + "}]"
            yield Said(one, message, hint, ("then",), trace=trace)


def _undo(one: Entry, other: Entry, ends: Mapping[str, frozenset[str]]) -> bool:
    """Each writes what the other wrote with other values, also all by which it ended its own `when`."""
    if "ticket" in {one.rule.once, other.rule.once}:
        return False
    first, second = _writes(one), _writes(other)
    fought = {name for name in first.keys() & second.keys() if first[name] != second[name]}
    return bool(fought) and ends[one.rule.id] <= fought and ends[other.rule.id] <= fought


def _ended_by_itself(entry: Entry) -> frozenset[str]:
    """What the rule writes and after which it does not hold: until someone writes it anew it runs no more."""
    found = set()
    for name, value in _writes(entry).items():
        written = already(name, value)
        if written is not None and entry.rule.when is not None and never(AllOf((entry.rule.when, written))):
            found.add(name)
    return frozenset(found)


def _writes(entry: Entry) -> dict[str, object]:
    made: dict[str, object] = {}
    for _, action in actions_of(entry, Set, Tags):
        if isinstance(action, Set):
            made |= action.values
        else:
            made |= {f"tag {tag}": True for tag in action.add} | {
                f"tag {tag}": False for tag in action.remove
            }
    return made


def _goes_round(one: Entry, other: Entry, rules: RuleList) -> tuple[str, ...]:
    engine = rules.engine(one, other)
    pause = _longest_wait(one, other)
    for entry in (one, other):
        for witness in islice(witnesses(entry.rule, engine), 3):
            trace = _three_rounds(witness, {one.rule.id, other.rule.id}, engine, pause)
            if trace:
                return trace
    return ()


def _longest_wait(*entries: Entry) -> timedelta:
    spans = [
        span_length(value) * (5 if value.calendar is not None else 1)
        for entry in entries
        for test in tests_of(entry.rule.when)
        for value in values_of(test)
        if isinstance(value, Span)
    ]
    return max(spans, default=timedelta()) + HOUR


def _three_rounds(
    witness: Witness, members: set[str], engine: NeutralEngine, pause: timedelta
) -> tuple[str, ...]:
    """What happens while nobody touches the ticket but to save it as it is; three rounds that change it are a circle."""
    trace = [tell_ticket(witness.ticket, None)]
    rounds = dict.fromkeys(members, 0)
    situation, now = Situation(witness.ticket), NOW
    first = True
    for _ in range(8):
        try:
            ran = _one_round(witness, situation, engine, now, first=first)
        except CstoolkitError:
            return ()
        first = False
        situation, now = ran.situation, now + pause
        for step in ran.trace.steps:
            if step.rule in members and step.outcome == "fired" and step.changes:
                rounds[step.rule] += 1
                trace.append(f"{step.rule}: {tell_step(step)}")
        if min(rounds.values()) >= 3:
            return tuple(trace)
    return ()


def _one_round(
    witness: Witness, situation: Situation, engine: NeutralEngine, now: datetime, *, first: bool
) -> Ran:
    if witness.update is None:
        return engine.scan(situation, now=now)
    return engine.update(situation, witness.update if first else NeutralUpdate(KIM), now=now)


def mail_loop(rules: RuleList) -> Iterator[Said]:
    """Mail to the customer on mail by the customer, automatic mail too: two machines answer each other."""
    for entry in rules.of("trigger"):
        answers = [event for event in entry.rule.event if event in ANSWERED]
        if not answers or entry.rule.once == "ticket" or not _mails_customer(entry):
            continue
        found = _answers_a_machine(entry, rules)
        if found:
            loops, trace = found
            message = (
                "this answers automatic mail too, so that two machines may write to each other without end"
            )
            hint = "add comment.automatic: false to `when`"
            # A machine's answer to a new ticket lands in that ticket; one that makes another ticket is rare. And
            # Zendesk suspends automatic mail before any rule sees it.
            bad = loops and entry.vendors != {"zendesk"}
            place = next((action_path(*one) for one in actions_of(entry, Notify, Survey, Say)), ("then",))
            yield Said(entry, message, hint, place, trace=trace, severity="error" if bad else "warning")


ANSWERED = ("created", "updated", "commented", "requester_replied", "end_user_replied")


def _mails_customer(entry: Entry) -> bool:
    return any(
        isinstance(action, Survey)
        or (isinstance(action, Say) and action.public)
        or (isinstance(action, Notify) and action.to in CUSTOMER)
        for action in entry.rule.then
    )


def _answers_a_machine(entry: Entry, rules: RuleList) -> tuple[bool, tuple[str, ...]] | None:
    engine = rules.engine(entry)
    by_machine = (
        is_true("comment.automatic"),
        is_true("comment.public"),
        is_true("actor", "is", "requester"),
    )
    answered = None
    for event in entry.rule.event:
        if event not in ANSWERED:
            continue
        only = replace(entry.rule, event=(event,))
        for witness in witnesses(only, engine, *by_machine):
            comment = witness.update.comment if witness.update else None
            if comment is None or not comment.automatic:
                continue
            step = _fired(witness.play(engine), entry.rule.id)
            if step is None:
                continue
            trace = (
                tell_ticket(witness.ticket, entry.rule.when),
                f"the requester's machine writes ({event}, automatic): {tell_step(step)}",
            )
            if event != "created":
                return True, trace
            answered = answered or (False, trace)
    return answered


def tag_guard_mismatch(rules: RuleList) -> Iterator[Said]:
    set_somewhere = {tag for entry in rules.entries for _, one in actions_of(entry, Tags) for tag in one.add}
    for entry in rules.of("trigger", "automation"):
        added = [(index, one, tag) for index, one in actions_of(entry, Tags) for tag in one.add]
        refused = _refused_tags(entry.rule.when)
        for guard in sorted(refused - set_somewhere):
            for index, action, tag in added:
                if tag not in refused and _alike(guard, tag):
                    message = (
                        f'`when` refuses the tag "{guard}", and `then` adds "{tag}": the guard never closes'
                    )
                    path = (*action_path(index, action), "add")
                    yield Said(entry, message, f'write "{guard}" in both places', path)


def _refused_tags(condition: Condition | None, *, under_none: bool = False) -> set[str]:
    if isinstance(condition, Test):
        wanted = ("has", "has_any") if under_none else ("has_none",)
        hit = condition.field == "tags" and condition.op in wanted
        return {str(value) for value in values_of(condition)} if hit else set()
    if condition is None:
        return set()
    inside = under_none is not isinstance(condition, NoneOf)
    return set().union(*(_refused_tags(part, under_none=inside) for part in condition.of))


def _alike(one: str, other: str) -> bool:
    plain = [text.lower().replace("-", "_") for text in (one, other)]
    return plain[0] == plain[1] or (
        min(map(len, plain)) > 4 and edit_distance(*plain) == 1 and not _numbered(*plain)
    )


def _numbered(one: str, other: str) -> bool:
    """They differ in a digit: two steps of one thing, not a slip."""
    return [letter for letter in one if not letter.isdigit()] == [
        letter for letter in other if not letter.isdigit()
    ]


def resets_own_clock(rules: RuleList) -> Iterator[Said]:
    for entry in rules.of("automation"):
        tests = [
            test
            for test in tests_of(entry.rule.when)
            if test.field == "updated_at" and test.op == "older_than"
        ]
        if not tests or not isinstance(tests[0].value, Span):
            continue
        pause = span_length(tests[0].value) * (5 if tests[0].value.calendar is not None else 1) + HOUR
        engine = rules.engine(entry)
        for witness in witnesses(entry.rule, engine):
            first = engine.scan(Situation(witness.ticket), now=NOW)
            soon = engine.scan(first.situation, now=NOW + HOUR)
            again = engine.scan(soon.situation, now=NOW + pause)
            steps = [_fired(ran, entry.rule.id) for ran in (first, soon, again)]
            moved = first.situation.ticket.updated_at != witness.ticket.updated_at
            if moved and steps[0] and not steps[1] and steps[2]:
                trace = (
                    tell_ticket(witness.ticket, entry.rule.when),
                    f"first scan: {tell_step(steps[0])}",
                    f"{pause} later: {tell_step(steps[2])}",
                )
                message = (
                    "what this does counts as an update, so its own clock starts again and it comes back"
                )
                hint = "ask for status_changed_at or requester_replied_at instead, or say once: spell"
                yield Said(entry, message, hint, at=entry.place_of(tests[0]), trace=trace)
                break


CODES = (
    Code(
        "CR401", "automation-not-nullified", "error",
        "An automation that does the same thing at every scan, because nothing it does ends what it waits for.",
        automation_not_nullified,
        bad="""kind: automation
id: r
title: Pending • 1 day • remind
when: {status: pending, status_changed_at: {older_than: 24h}}
then: [{notify: {to: requester, subject: Reminder, text: We wait for you.}}]
""",
        good="""kind: automation
id: r
title: Pending • 1 day • remind
when: {status: pending, status_changed_at: {older_than: 24h}}
then: [{notify: {to: requester, subject: Reminder, text: We wait for you.}}]
once: spell
""",
    ),
    Code(
        "CR402", "trigger-repeats", "warning",
        "A trigger on `updated` that sends or says something on every save, whatever the save is about.",
        trigger_repeats,
        bad="""kind: trigger
id: r
title: U • Acme • tell accounts
event: updated
when: {organization: Acme}
then: [{notify: {to: "email:accounts@us.example", subject: Acme, text: "{{ ticket.url }}"}}]
""",
        good="""kind: trigger
id: r
title: U • Acme • tell accounts
event: updated
when: {organization: Acme, status: {changed: true}}
then: [{notify: {to: "email:accounts@us.example", subject: Acme, text: "{{ ticket.url }}"}}]
""",
    ),
    Code(
        "CR403", "cycle", "error",
        "Two rules that undo each other: the ticket goes back and forth as long as it lives.",
        cycle,
        bad="""kind: trigger
id: a
title: U • a • to pending
event: updated
when: {status: open, tags: a}
then: [{set: {status: pending}}]
---
kind: trigger
id: b
title: U • b • to open
event: updated
when: {status: pending, tags: a}
then: [{set: {status: open}}]
""",
        good="""kind: trigger
id: a
title: U • a • to pending
event: updated
when: {status: open, tags: a}
then: [{set: {status: pending}}, {tags: {remove: [a]}}]
---
kind: trigger
id: b
title: U • b • to open
event: updated
when: {status: pending, tags: a}
then: [{set: {status: open}}, {tags: {remove: [a]}}]
""",
    ),
    Code(
        "CR405", "mail-loop", "error",
        "Mail to the customer that also answers automatic mail. On `created` alone it is a warning: a machine's "
        "answer lands in the ticket that is there. So it is for Zendesk, which suspends automatic mail.",
        mail_loop,
        bad="""kind: trigger
id: r
title: U • replies • thank
event: requester_replied
then: [{notify: {to: requester, subject: Thanks, text: We read it soon.}}]
""",
        good="""kind: trigger
id: r
title: U • replies • thank
event: requester_replied
when: {comment.automatic: false}
then: [{notify: {to: requester, subject: Thanks, text: We read it soon.}}]
""",
    ),
    Code(
        "CR407", "tag-guard-mismatch", "error",
        "The tag that should keep a rule from running twice is not the tag that it adds: a slip of the pen.",
        tag_guard_mismatch,
        bad="""kind: automation
id: r
title: Pending • 1 day • remind
when: {status: pending, status_changed_at: {older_than: 24h}, tags: {has_none: [reminded]}}
then: [{tags: {add: [remindd]}}]
""",
        good="""kind: automation
id: r
title: Pending • 1 day • remind
when: {status: pending, status_changed_at: {older_than: 24h}, tags: {has_none: [reminded]}}
then: [{tags: {add: [reminded]}}]
""",
    ),
    Code(
        "CR409", "resets-own-clock", "warning",
        "An automation on the time since the last update that updates the ticket: it comes back each time.",
        resets_own_clock,
        bad="""kind: automation
id: r
title: Quiet • 2 days • note
when: {status: open, updated_at: {older_than: 48h}}
then: [{note: "Nobody wrote for two days."}]
""",
        good="""kind: automation
id: r
title: Quiet • 2 days • note
when: {status: open, updated_at: {older_than: 48h}}
then: [{note: "Nobody wrote for two days."}]
once: ticket
""",
    ),
)  # fmt: skip
