"""Names in a recipe that its project must know: connections, stages, endpoints, calendars."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..model.data_problems import DataProblem, did_you_mean
from ..model.words import VENDORS
from .recipe import Recipe

if TYPE_CHECKING:
    from ..project import Project


def name_problems(recipe: Recipe, project: "Project | None") -> Iterator[DataProblem]:
    """Each name that is not in the project. Without a project only vendors can be targets."""
    known = _known_names(project)
    for found in recipe.names():
        names = known.get(found.kind)
        if names is None or found.name in names or (found.kind == "connection" and ":" in found.name):
            continue
        hint = did_you_mean(found.name, names, label="known are") if names else "cstoolkit.yaml has none"
        message = f'the project has no {found.kind} "{found.name}"'
        yield DataProblem(found.path, message, "name", hint)


def _known_names(project: "Project | None") -> dict[str, list[str]]:
    if project is None:
        return {"connection": list(VENDORS)}
    return {
        "connection": [*project.connections, *VENDORS],
        "stage": list(project.stages),
        "endpoint": list(project.endpoints),
        "calendar": list(project.calendars),
    }
