"""Names in a recipe that its project must know: connections, stages, endpoints, calendars."""

from collections.abc import Iterable, Iterator

from ..model.actions import Call
from ..model.data_problems import DataProblem, Path, did_you_mean
from ..model.words import VENDORS
from ..project import Project
from .recipe import Recipe


def name_problems(recipe: Recipe, project: Project | None) -> Iterator[DataProblem]:
    """Each name that is not in the project. Without a project only vendors can be targets."""
    connections = project.connections if project else {}
    for index, target in enumerate(recipe.targets or ()):
        if ":" not in target:
            known = [*connections, *VENDORS]
            yield from _unknown(target, known, ("targets", index), "a connection or a vendor", "targets are")
    if project is None:
        return
    order = getattr(recipe, "order", None)
    if order is not None and order.stage is not None:
        yield from _unknown(order.stage, project.stages, ("order", "stage"), "a stage", "stages are")
    for index, action in enumerate(getattr(recipe, "then", ())):
        if isinstance(action, Call):
            path = ("then", index, "call", "endpoint")
            yield from _unknown(action.endpoint, project.endpoints, path, "an endpoint", "endpoints are")
    clock = getattr(recipe, "clock", None)
    if clock is not None and clock.default is not None:
        yield from _unknown(
            clock.default, project.calendars, ("clock", "default"), "a calendar", "calendars are"
        )


def _unknown(name: str, known: Iterable[str], path: Path, what: str, label: str) -> Iterator[DataProblem]:
    names = list(known)
    if name not in names:
        hint = did_you_mean(name, names, label=label) if names else "cstoolkit.yaml has none"
        yield DataProblem(path, f'"{name}" is not {what} of the project', "name", hint)
