"""Which connections an audit is held on, and where the files are that its recipe names."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import ProjectError, RecipeError
from ...model.data_problems import did_you_mean
from ..audit import AuditRecipe
from .accepted import Accepted, load_accepted

if TYPE_CHECKING:
    from ...project import Project


def audited_addresses(
    recipe: AuditRecipe, project: "Project | None", *, on: Sequence[str] = (), environment: str | None = None
) -> tuple[str, ...]:
    """The addresses of the connections: those of `on` (names or addresses), else those that the recipe targets,
    else those of the environment (the project's first), else all of the project.

    Raises ProjectError where that is nothing, or a name is unknown.
    """
    known = _known(project)
    if on:
        found = [known.get(each) or _as_address(each, known) for each in on]
    elif recipe.targets:
        found = [address for target in recipe.targets for address in _targeted(target, known)]
    else:
        found = [known[name] for name in _of_environment(project, environment)]
    if not found:
        raise ProjectError(
            f"nothing says on what {recipe.id} is held",
            hint="name a helpdesk with --on local:FILE, or define connections in cstoolkit.yaml",
        )
    return tuple(dict.fromkeys(found))


def _known(project: "Project | None") -> dict[str, str]:
    if project is None:
        return {}
    return {name: _placed(each.address, project.folder) for name, each in project.connections.items()}


def _placed(address: str, folder: Path | None) -> str:
    """A file in a project is named from the project's folder, wherever the command is started."""
    vendor, _, place = address.partition(":")
    if vendor != "local" or folder is None or folder.samefile(Path()):
        return address
    return f"local:{folder / place}"


def _as_address(text: str, known: Mapping[str, str]) -> str:
    if ":" in text:
        return text
    hint = did_you_mean(text, known, label="connections are") if known else f"for a file, write local:{text}"
    raise ProjectError(f'there is no connection "{text}"', hint=hint)


def _targeted(target: str, known: Mapping[str, str]) -> list[str]:
    if target in known:
        return [known[target]]
    return [address for address in known.values() if address.partition(":")[0] == target]


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
