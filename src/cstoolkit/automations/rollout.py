"""From recipes and an account to a plan: compile, names to ids, the vendor's own checks, what differs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..connectors.base import Directory, Helpdesk
from ..connectors.optional import CountsReorders, RuleChange
from ..errors import Location, NotFoundError, Problem, RecipeError
from ..model.references import refs_in, resolve
from ..model.rules import NativeRule
from ..project import Project
from .compile import Compiled, compile_recipes, vendor_rules
from .drift import last_change
from .lock import AccountLock
from .plan import GONE, AccountPlan, Change, Verb, make_account_plan


def plan_account(
    helpdesk: Helpdesk,
    recipes: Sequence[Any],
    project: Project,
    *,
    connection: str,
    lock: AccountLock,
    whole: bool,
) -> tuple[AccountPlan, Compiled]:
    """The plan for one connection. With `whole` the recipes are all there are, and what else the lock has goes.

    Raises RecipeError for gaps that no recipe covers, for names that the account has not, and for what the
    vendor would refuse; ProjectError for titles that are ambiguous.
    """
    compiled = compile_recipes(recipes, project, vendor=helpdesk.vendor, connection=connection)
    problems = gap_problems(compiled)
    if problems:
        raise RecipeError(problems, hint="`on_gap:` says what to do about a gap; cstoolkit compile shows all")
    places = {key: rule.at for key, rule in (compiled.sources or {}).items()}
    desired, names = with_ids(compiled.rules, helpdesk.directory(), places)
    plan = make_account_plan(
        connection=connection,
        vendor=helpdesk.vendor,
        desired=desired,
        live=helpdesk.rules(),
        lock=lock,
        normalise=vendor_rules(helpdesk.vendor).normalise,
        files=recipe_files(compiled, project.folder or Path()),
        delete_missing=whole,
        reorder_calls=calls_to_reorder(helpdesk),
        keeps=helpdesk.capabilities.keeps,
        per_minute=helpdesk.budget.per_minute,
    )
    # What stands in the account already is not refused: some of it can be read and not be written.
    sent = [one.desired for one in plan.changes if one.desired and one.verb in {Verb.CREATE, Verb.UPDATE}]
    check(helpdesk, sent, places)
    changes = tuple(_told(change, helpdesk, lock) for change in plan.changes)
    return replace(plan, changes=changes, names=names), compiled


def _told(change: Change, helpdesk: Helpdesk, lock: AccountLock) -> Change:
    """With when and by whom somebody else changed or deleted the rule."""
    entry = lock.rules.get(change.key)
    if entry is None or not (change.outside or change.note == GONE):
        return change
    found = last_change(helpdesk, entry.kind, entry.id)
    return replace(change, outside_by=change_text(found)) if found else change


def change_text(change: RuleChange) -> str:
    """When, and by whom where that is known."""
    return f"{change.at:%Y-%m-%d %H:%M} UTC" + (f" by {change.by}" if change.by else "")


def calls_to_reorder(helpdesk: Helpdesk) -> Callable[[Sequence[NativeRule]], int]:
    """How many writes it takes to put a list in order, by the helpdesk's own account."""
    return helpdesk.reorder_calls if isinstance(helpdesk, CountsReorders) else lambda _: 1


def gap_problems(compiled: Compiled) -> list[Problem]:
    """The gaps that stop a plan, as problems of their recipes."""
    return [
        Problem(f"{one.recipe}: {one.gap.message}", "gap", one.gap.at, one.gap.nearest)
        for one in compiled.uncovered
    ]


def with_ids(
    rules: Iterable[NativeRule], directory: Directory, places: Mapping[str, Location | None]
) -> tuple[list[NativeRule], dict[str, str]]:
    """The rules with ids for names, and the ids by `kind:name`. Raises RecipeError with every unknown name."""
    names: dict[str, str] = {}
    missing: dict[tuple[str, str], Problem] = {}
    listed = list(rules)
    for rule in listed:
        for ref in refs_in(rule.body):
            word = f"{ref.kind}:{ref.name}"
            if word in names:
                continue
            try:
                names[word] = directory.find(ref.kind, ref.name)
            except NotFoundError as error:
                at = places.get(rule.key or "")
                missing[rule.key or "", str(error)] = Problem(f"{rule.key}: {error}", "name", at, error.hint)
    if missing:
        raise RecipeError(missing.values(), hint="names are looked up in the account; it has none like these")
    find: Callable[[str, str], str] = lambda kind, name: names[f"{kind}:{name}"]  # noqa: E731 - a look-up in what was found
    return [resolve(rule, find) for rule in listed], names


def check(helpdesk: Helpdesk, rules: Iterable[NativeRule], places: Mapping[str, Location | None]) -> None:
    """Raises RecipeError with all that the vendor would refuse, as far as the rules alone show it."""
    problems = [
        replace(
            problem, message=f"{rule.key}: {problem.message}", at=problem.at or places.get(rule.key or "")
        )
        for rule in rules
        for problem in helpdesk.check(rule)
    ]
    if problems:
        raise RecipeError(problems)


def recipe_files(compiled: Compiled, folder: Path) -> dict[str, str]:
    """The recipe's file of each native rule, by its key, as seen from the project: the same on every machine."""
    root = folder.resolve()
    files = {}
    for key, rule in (compiled.sources or {}).items():
        if rule.at is not None:
            full = Path(rule.at.path).resolve()
            files[key] = full.relative_to(root).as_posix() if full.is_relative_to(root) else rule.at.path
    return files
