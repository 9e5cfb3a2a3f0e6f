"""`cstoolkit validate`: are these recipes, maps and project files right? No network, no credentials."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ..automations.loader import PROJECT_FILE, find_project, find_project_file, load_recipes
from ..errors import ProjectError
from .terminal import Terminal, with_terminal

SCHEMA = "cstoolkit/validate/1"


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--env", "environment", metavar="NAME", help="Environment whose variables are used.")
@with_terminal
def command(terminal: Terminal, paths: tuple[str, ...], environment: str | None) -> None:
    """Check recipes, maps and project files; no network.

    PATHS are files and folders. Without any it is the `recipes` folder of the project.
    """
    recipes = validate(paths, environment=environment)
    kinds = Counter(recipe.kind for recipe in recipes)
    if terminal.json:
        terminal.print_json(
            {"schema": SCHEMA, "valid": True, "recipes": [_as_json(each) for each in recipes]}
        )
    else:
        terminal.print(summary(kinds, checked_project=not recipes))


def validate(paths: Sequence[str], *, environment: str | None) -> list[Any]:
    """Load what is at `paths` with the project of the first. Raises RecipeError, ProjectError.

    Holidays are looked up where the project itself is checked: without paths, or where its file is named.
    """
    wanted = [path for path in paths if Path(path).name != PROJECT_FILE]
    project = find_project(paths, holidays=len(wanted) < len(paths) or not paths)
    if not paths:
        wanted = [str(default_folder())]
    return load_recipes(wanted, project=project, environment=environment)


def summary(kinds: Counter[str], *, checked_project: bool) -> str:
    """One line, such as "3 recipes are valid: 1 audit, 2 triggers."."""
    if checked_project:
        return "The project file is valid."
    count = kinds.total()
    verb = "recipe is" if count == 1 else "recipes are"
    listed = ", ".join(f"{number} {_plural(kind, number)}" for kind, number in sorted(kinds.items()))
    return f"{count} {verb} valid: {listed}."


def _plural(kind: str, number: int) -> str:
    return kind if number == 1 or kind == "triage" else f"{kind}s"


def default_folder() -> Path:
    """The project's folder of recipes. Raises ProjectError where there is no project."""
    project_file = find_project_file(Path())
    if project_file is None:
        raise ProjectError(
            f"no {PROJECT_FILE} in this folder or above it",
            hint="name the files to check, or start a project with `cstoolkit init`",
        )
    return Path("recipes") if project_file.parent.samefile(Path()) else project_file.parent / "recipes"


def _as_json(recipe: Any) -> dict[str, Any]:
    at = getattr(recipe, "at", None)
    return {
        "kind": recipe.kind,
        "id": recipe.id,
        "title": recipe.title,
        "path": at.path if at else None,
        "line": at.line if at else None,
    }
