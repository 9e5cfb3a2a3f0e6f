"""`cstoolkit pull`: live rules as recipes, and the lock that knows which is which."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import NotFoundError, RecipeError
from .connections import opened, project_here, rules_connections
from .render import plain
from .terminal import Terminal, with_terminal

if TYPE_CHECKING:
    from ..automations.compile import Compiled
    from ..automations.pull import Pulled
    from ..connectors.base import Directory
    from ..connectors.named import Named
    from ..model.rules import NativeRule
    from ..project import Project

SCHEMA = "cstoolkit/pull/1"
WORDS = {"new": "new", "changed": "changed", "kept": "as their recipes say", "left": "to be changed by hand"}


@click.command()
@click.argument("connection", required=False)
@click.option("--env", "environment", metavar="NAME", help="The connections of an environment.")
@click.option(
    "--into", metavar="DIR", type=click.Path(file_okay=False), help="Where new recipes go; else `recipes`."
)
@click.option("--dry-run", is_flag=True, help="Say what would be written; write nothing.")
@with_terminal
def command(
    terminal: Terminal, *, connection: str | None, environment: str | None, into: str | None, dry_run: bool
) -> None:
    """Write the live rules of CONNECTION as recipes, one file each, and cstoolkit.lock. The account is only read.

    Rules that a recipe gives already change only the keys that differ; what the grammar cannot say stands in
    `native`. Afterwards `cstoolkit plan` has nothing to do.
    """
    from ..project import Project

    project = project_here() or Project()
    results = []
    accounts, environment = rules_connections(project, connection, environment)
    for named in accounts:
        pulled, written = _pulled(terminal, named, project, environment, into=into, dry_run=dry_run)
        results.append((named.name, pulled, written))
        if not terminal.json:
            _tell(terminal, named.name, pulled, written, dry_run=dry_run)
    if terminal.json:
        terminal.print_json(
            {
                "schema": SCHEMA,
                "connections": {name: _json(pulled, written) for name, pulled, written in results},
            }
        )


def _pulled(
    terminal: Terminal,
    named: "Named",
    project: "Project",
    environment: str | None,
    *,
    into: str | None,
    dry_run: bool,
) -> "tuple[list[Pulled], list[Path]]":
    from ..automations.compile import compile_recipes, vendor_rules
    from ..automations.lock import LOCK_FILE, read_lock, write_lock
    from ..automations.pull import lock_after_pull, pull_rules
    from ..automations.pull_files import by_hand, write, writings
    from ..automations.rollout import recipe_files

    folder = Path(into) if into else named.folder / "recipes"
    recipes = _recipes(folder, project, environment)
    compiled = compile_recipes(recipes, project, vendor=named.vendor, connection=named.name)
    whole = read_lock(named.folder / LOCK_FILE)
    lock = whole.of(named.name)
    with opened(terminal, named) as desk:
        directory = desk.directory()
        desired, names = _resolved(compiled, directory)
        pulled = pull_rules(
            desk.rules(),
            compiled=compiled,
            desired=desired,
            lock=lock,
            mapping=vendor_rules(named.vendor),
            directory=directory,
            taken=[recipe.id for recipe in recipes],
            targets=[named.name if named.vendor == "local" else named.vendor],
        )
        pulled = by_hand(pulled, {recipe.id: recipe.text for recipe in recipes})
        files = writings(pulled, {recipe.id: recipe for recipe in recipes}, folder)
        if not dry_run:
            write(files)
            again = compile_recipes(
                _recipes(folder, project, environment), project, vendor=named.vendor, connection=named.name
            )
            names |= _resolved(again, directory)[1]
            files_by_key = recipe_files(again, named.folder)
            left = lock_after_pull(pulled, lock, names, files=files_by_key)
            write_lock(named.folder / LOCK_FILE, whole.having(named.name, left))
    return pulled, [file.path for file in files]


def _recipes(folder: Path, project: "Project", environment: str | None) -> list[Any]:
    """The recipes that are there already; none at all is a fresh start."""
    from ..automations.loader import load_recipes

    if not any(folder.rglob("*.yaml")) and not any(folder.rglob("*.yml")):
        return []
    return [
        one
        for one in load_recipes([folder], project=project, environment=environment)
        if hasattr(one, "rules")
    ]


def _resolved(compiled: "Compiled", directory: "Directory") -> "tuple[list[NativeRule], dict[str, str]]":
    """The compiled rules with ids; those that name what the account has not cannot be live there."""
    from ..automations.rollout import with_ids

    found: list[NativeRule] = []
    names: dict[str, str] = {}
    for rule in compiled.rules:
        try:
            (made,), known = with_ids([rule], directory, {})
        except (RecipeError, NotFoundError):
            continue
        found.append(made)
        names |= known
    return found, names


def _tell(
    terminal: Terminal, name: str, pulled: "Sequence[Pulled]", written: Sequence[Path], *, dry_run: bool
) -> None:
    from ..automations.pull_files import Share, share_of

    counts = [(WORDS[what], sum(one.what == what for one in pulled)) for what in WORDS]
    said = ", ".join(f"{count} {word}" for word, count in counts if count) or "no rules"
    terminal.print(f"{name}: {said}")
    for one in pulled:
        if one.what == "left":
            terminal.print(plain(f'  {one.live.kind} "{one.live.title}" ({one.key}): {one.note}'))
        elif one.what == "changed":
            terminal.print(plain(f"  {one.key}: {', '.join(one.changes or ()) or 'its place'}"))
    new = [one.plain for one in pulled if one.plain is not None]
    if new:
        share = sum((share_of(each) for each in new), Share())
        terminal.print(
            f"  {share.neutral} of {share.neutral + share.native} conditions and actions ({share.percent:.1f} %) "
            f"stand in the grammar, {share.native} in `native`"
        )
    verb = "would be written" if dry_run else "written"
    terminal.say(f"{len(written)} files {verb}. Next: cstoolkit plan")


def _json(pulled: "Sequence[Pulled]", written: Sequence[Path]) -> dict[str, Any]:
    return {
        "rules": [
            {
                "key": one.key,
                "kind": one.live.kind,
                "id": one.live.id,
                "title": one.live.title,
                "what": one.what,
                "changes": sorted(one.changes or ()),
                "note": one.note,
            }
            for one in pulled
        ],
        "files": [str(path) for path in written],
    }
