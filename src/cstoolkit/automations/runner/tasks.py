"""Which recipes our runner does on a connection, and what of them it can do."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...connectors.zendesk.rules.tags import guard_tag
from ...errors import Problem, ProjectError, RecipeError
from ...model.actions import Action, Call, Follow, Notify, Quiet, Set, Survey, Tags
from ...model.conditions import Condition, Test
from ...model.rules import Rule
from ...project import Project, ProjectLimits
from ..cases import rules_of
from ..compile import compile_recipes
from ..rollout import gap_problems

SETTABLE = frozenset({"status", "priority", "type", "group", "assignee", "form", "brand", "due_at"})
"""What of a ticket can be written, beside custom fields."""

WORDS: Mapping[type, str] = {
    Notify: "notify",
    Call: "call",
    Survey: "survey",
    Follow: "follow",
    Quiet: "quiet",
}
"""Actions that the runner cannot do: it writes tickets and has no mailbox."""

MAX_CHANGES, MAX_SHARE, MAX_MESSAGES = 1_000, 0.3, 100
"""Tickets, the share of the unsolved ones, and messages of one run (spec: recipes, `limits`)."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits of one recipe's run."""

    max_changes: int = MAX_CHANGES
    max_share: float = MAX_SHARE
    max_messages: int = MAX_MESSAGES


@dataclass(frozen=True, slots=True)
class Task:
    """One rule that the runner does. `handed` are rules of the vendor's that send its messages."""

    rule: Rule
    bounds: Bounds = Bounds()
    handed: tuple[str, ...] = ()

    @property
    def guard(self) -> str:
        return guard_tag(self.rule.id)


@dataclass(frozen=True, slots=True)
class Tasks:
    """What there is to do, and the ids of those recipes that the vendor does itself."""

    tasks: tuple[Task, ...]
    native: tuple[str, ...] = ()


def find_tasks(
    recipes: Sequence[Any],
    every: Sequence[Any],
    project: Project,
    *,
    vendor: str,
    connection: str,
    leave_out: Collection[str] = (),
) -> Tasks:
    """The tasks among `recipes`. `every` are all recipes of the project: one of them may send another's messages.

    An embedded helpdesk runs no rules, so all of them are the runner's there. `leave_out` names actions that
    shall not be done. Raises RecipeError for gaps that nobody covers and for what the runner cannot do.
    """
    named = connection if connection in project.connections else None
    compiled = compile_recipes(recipes, project, vendor=vendor, connection=named)
    problems = gap_problems(compiled)
    ours = {rule.id for rule in (rules_of(recipes) if vendor == "local" else compiled.client)}
    mine = [rule for rule in rules_of(recipes) if rule.id in ours and rule.kind != "macro"]
    senders = [rule for rule in rules_of(every) if any(isinstance(one, Notify) for one in rule.then)]
    limits = {recipe.id: recipe.limits for recipe in recipes if hasattr(recipe, "limits")}
    tasks = []
    for rule in mine:
        task = make_task(rule, senders, bounds_of(limits.get(rule.id), project.limits), leave_out=leave_out)
        problems += gaps_of(task)
        tasks.append(task)
    if problems:
        raise RecipeError(problems, hint="docs/client-runner.md says what the runner can do")
    native = [
        rule.id for rule in rules_of(recipes) if rule.id not in ours and rule.id not in compiled.skipped
    ]
    return Tasks(tuple(tasks), tuple(native))


def find_macro(recipes: Sequence[Any], project: Project, *, leave_out: Collection[str] = ()) -> Task:
    """The one macro among the recipes. Raises ProjectError where it is not one, RecipeError for what cannot be done."""
    macros = [rule for rule in rules_of(recipes) if rule.kind == "macro"]
    if len(macros) != 1:
        named = ", ".join(rule.id for rule in macros) or "none"
        raise ProjectError(
            f"--ticket takes one macro, and here are {len(macros)}: {named}",
            hint="name the file of the macro; FILE#ID chooses one of several",
        )
    limits = {recipe.id: recipe.limits for recipe in recipes if hasattr(recipe, "limits")}
    task = make_task(macros[0], (), bounds_of(limits[macros[0].id], project.limits), leave_out=leave_out)
    problems = list(gaps_of(task))
    if problems:
        raise RecipeError(problems, hint="docs/client-runner.md says what the runner can do")
    return task


def make_task(
    rule: Rule, senders: Iterable[Rule], bounds: Bounds, *, leave_out: Collection[str] = ()
) -> Task:
    """The rule without what is left out, and the rules that wait for the guard or a tag that it leaves."""
    then = tuple(action for action in rule.then if WORDS.get(type(action)) not in leave_out)
    rule = replace(rule, then=then)
    notifies = any(isinstance(action, Notify) for action in then)
    handed = [one.id for one in senders if one.id != rule.id and _waits_for(one, rule)] if notifies else []
    return Task(rule, bounds, tuple(handed))


def bounds_of(own: Any, project: ProjectLimits) -> Bounds:
    """A recipe's limits, else the project's, else the defaults."""

    def chosen(name: str, default: Any) -> Any:
        said = [getattr(one, name) for one in (own, project) if one is not None]
        return next((value for value in said if value is not None), default)

    return Bounds(
        chosen("max_changes", MAX_CHANGES),
        chosen("max_share", MAX_SHARE),
        chosen("max_messages", MAX_MESSAGES),
    )


def gaps_of(task: Task) -> Iterator[Problem]:
    """What of the rule the runner cannot do."""
    for action in task.rule.then:
        word = WORDS.get(type(action))
        if isinstance(action, Set):
            yield from _unsettable(task.rule, action)
        elif word is not None and not (isinstance(action, Notify) and task.handed):
            yield _cannot(task.rule, action, word)


def _unsettable(rule: Rule, action: Set) -> Iterator[Problem]:
    for name in action.values:
        if name not in SETTABLE and not name.startswith("custom."):
            hint = f"it sets {', '.join(sorted(SETTABLE))} and custom fields"
            yield Problem(f'{rule.id}: the runner cannot set "{name}"', "gap", action.at or rule.at, hint)


def _cannot(rule: Rule, action: Action, word: str) -> Problem:
    hint = f"take it out, or run with --leave-out {word}"
    if isinstance(action, Notify):
        waits = f"fired: {{has: [{rule.id}]}}" if rule.once != "run" else "a tag that this recipe adds"
        hint = f"let a recipe that the vendor holds send it: one with `notify` whose `when` tests {waits}; or run with --leave-out notify"
    return Problem(f'{rule.id}: the runner cannot do "{word}"', "gap", action.at or rule.at, hint)


def _waits_for(sender: Rule, rule: Rule) -> bool:
    """Whether a rule asks for what the other leaves on the ticket: its guard, or a tag that it adds."""
    if sender.when is None:
        return False
    left = {tag for action in rule.then if isinstance(action, Tags) for tag in action.add}
    guards = {rule.id} if rule.once != "run" else set[str]()
    wanted = {"fired": guards, "tags": left | {guard_tag(one) for one in guards}}
    return any(
        test.op in {"has", "has_any"} and not wanted.get(test.field, set()).isdisjoint(_values(test))
        for test in _tests(sender.when)
    )


def _values(test: Test) -> set[object]:
    return set(test.value) if isinstance(test.value, tuple) else {test.value}


def _tests(condition: Condition) -> Iterator[Test]:
    if isinstance(condition, Test):
        yield condition
    else:
        for part in condition.of:
            yield from _tests(part)
