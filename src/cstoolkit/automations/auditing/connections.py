"""Which connections an audit is held on, and where the files are that its recipe names."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ...connectors.named import Named, find_connection
from ...errors import ProjectError, RecipeError
from ..audit import AuditRecipe
from .accepted import Accepted, load_accepted

if TYPE_CHECKING:
    from ...project import Project


def audited_addresses(
    recipe: AuditRecipe, project: "Project | None", *, on: Sequence[str] = (), environment: str | None = None
) -> tuple[str, ...]:
    """The store files, as addresses, of the connections: those of `on` (names or addresses), else those that the
    recipe targets, else those of the environment (the project's first), else all of the project.

    Raises ProjectError where that is nothing, a name is unknown, or an account has not been synced.
    """
    if on:
        found = [find_connection(each, project) for each in on]
    elif recipe.targets:
        found = [one for target in recipe.targets for one in _targeted(target, project)]
    else:
        found = [find_connection(name, project) for name in _of_environment(project, environment)]
    if not found:
        raise ProjectError(
            f"nothing says on what {recipe.id} is held",
            hint="name a helpdesk with --on local:FILE, or define connections in cstoolkit.yaml",
        )
    return tuple(dict.fromkeys(f"local:{one.synced_store()}" for one in found))


def _targeted(target: str, project: "Project | None") -> list[Named]:
    known = project.connections if project else {}
    names = [target] if target in known else [name for name, one in known.items() if one.vendor == target]
    return [find_connection(name, project) for name in names]


def _of_environment(project: "Project | None", environment: str | None) -> tuple[str, ...]:
    if project is None:
        return ()
    project.variables(environment)  # raises for an environment that does not exist
    chosen = environment or next(iter(project.environments), None)
    if chosen is not None and project.environments[chosen].connections:
        return project.environments[chosen].connections
    return tuple(project.connections)


def accepted_findings(recipe: AuditRecipe, folder: Path) -> Accepted:
    """The list that the recipe names, seen from the project's folder. Raises RecipeError."""
    if recipe.accept is None:
        return Accepted()
    file = folder / recipe.accept
    if not file.is_file():
        message = f'there is no file "{recipe.accept}"'
        hint = f"paths are seen from {folder.resolve()}; write [] into the file to accept nothing"
        raise RecipeError([recipe.problem(("accept",), message, "file", hint=hint)])
    return load_accepted(file, shown_as=str(file))
