"""Files -> recipes, or every problem of all of them at once."""

import contextlib
import gc
import importlib
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from ..errors import Location, Problem, RecipeError
from ..model.data_problems import DataProblem, ProblemLog, did_you_mean
from .model_problems import kind_of, model_problems
from .names import name_problems
from .recipe import Recipe
from .shared_parts import fill_in
from .source import Document, PlacedMap, parse
from .source_text import read_source

if TYPE_CHECKING:  # the project's models are built for recipes that have one
    from ..project import Project

# Kind -> its module and model, loaded when a recipe of that kind is met.
RECIPE_KINDS: dict[str, tuple[str, str]] = {
    "macro": ("cstoolkit.automations.macro", "MacroRecipe"),
    "trigger": ("cstoolkit.automations.trigger", "TriggerRecipe"),
    "automation": ("cstoolkit.automations.automation", "AutomationRecipe"),
    "triage": ("cstoolkit.automations.triage", "TriageRecipe"),
    "cases": ("cstoolkit.automations.live_cases", "CasesRecipe"),
    "audit": ("cstoolkit.automations.audit", "AuditRecipe"),
    "map": ("cstoolkit.automations.maps", "MapRecipe"),
}
ENDINGS = (".yaml", ".yml")
PROJECT_FILE = "cstoolkit.yaml"


def load_recipes(
    paths: Iterable[Path | str], *, project: "Project | None" = None, environment: str | None = None
) -> list[Any]:
    """The recipes of files and folders (walked, hidden ones left out), in the order of the paths.

    What a recipe takes from the project is put in; without a project nothing is shared, and targets are
    vendors. `environment` chooses the variables; None is the project's first. Raises RecipeError with all
    problems of all files.
    """
    loading = _Loading(project, environment)
    with _collector_paused():
        for path in paths:
            for file in loading.files(Path(path)):
                loading.read(file)
    if loading.problems:
        raise RecipeError(loading.problems)
    return loading.recipes


def find_project(paths: Sequence[Path | str], *, holidays: bool = True) -> "Project | None":
    """The project that the first path belongs to. Raises RecipeError if its file is wrong.

    Without `holidays` its calendars are fit for their names only (`project_file.load_project`).
    """
    file = find_project_file(Path(paths[0]) if paths else Path())
    if file is None:
        return None
    from .project_file import load_project

    return load_project(file, holidays=holidays)


def find_project_file(start: Path) -> Path | None:
    """The nearest cstoolkit.yaml in the folder of `start` or above it."""
    folder = start if start.is_dir() else start.parent
    for candidate in (folder, *folder.resolve().parents):
        file = candidate / PROJECT_FILE
        if file.is_file():
            return file
    return None


def recipe_model(kind: str) -> type[BaseModel]:
    """The model of a kind in RECIPE_KINDS."""
    module, name = RECIPE_KINDS[kind]
    model: type[BaseModel] = getattr(importlib.import_module(module), name)
    return model


@contextlib.contextmanager
def _collector_paused() -> Iterator[None]:
    """Reading makes many values and no cycles; the collector would look at all of them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Loading:
    """One run over files: what was read, and what was wrong."""

    def __init__(self, project: "Project | None", environment: str | None) -> None:
        self.project = project
        self.environment = environment
        self.recipes: list[Any] = []
        self.problems: list[Problem] = []
        self._ids: dict[str, Document] = {}
        self._seen: set[str] = set()

    def files(self, path: Path) -> Iterator[Path]:
        """The files that a path stands for, each file once."""
        if path.is_dir():
            found = list(_walk(path))
            if not found:
                message = f"no recipe in the folder {path}"
                self.problems.append(
                    Problem(message, "file", hint="recipes are files that end in .yaml or .yml")
                )
        else:
            found = [path]
        for file in found:
            real = os.path.abspath(file)  # noqa: PTH100 - resolve() asks the disk for each folder on the way
            if real not in self._seen:
                self._seen.add(real)
                yield file

    def read(self, file: Path) -> None:
        source = read_source(file, str(file))
        if isinstance(source, Problem):
            self.problems.append(source)
            return
        documents, problems = parse(source)
        self.problems += problems
        guessed = {problem.at.line for problem in problems if problem.at}
        if not documents and not problems:
            message = "the file is empty" if not source.text.strip() else "the file has only comments"
            hint = "a recipe starts with `kind:`, `id:` and `title:`"
            self.problems.append(Problem(message, "empty", Location(source.path, 1), hint, source.line(1)))
        for document in documents:
            self._read_document(document, guessed)

    def _read_document(self, document: Document, guessed: set[int]) -> None:
        """`guessed` are lines with a problem: what else seems wrong there may follow from it."""
        log = ProblemLog()
        model = _model_of(document, log)
        recipe = None if model is None else self._validated(document, model, log)
        for each in log.problems:
            problem = _placed(document, each)
            if problem.at is None or problem.at.line not in guessed:
                self.problems.append(problem)
        identity = document.value.get("id") if isinstance(document.value, PlacedMap) else None
        if isinstance(identity, str):
            self._note_id(identity, document)
        if recipe is not None:
            self.recipes.append(recipe)

    def _validated(self, document: Document, model: type[BaseModel], log: ProblemLog) -> BaseModel | None:
        noun = getattr(model, "NOUN", f"a {document.value['kind']}")
        value = fill_in(document.value, document.text, self.project, self.environment, log)
        if value is not document.value:
            document = document.with_value(value)
        unfilled = {document.locate(problem.path).line for problem in log.problems}
        try:
            recipe = model.model_validate(value, context={"document": document})
        except ValidationError as error:
            found = model_problems(error, model, noun)
            log.problems += (each for each in found if document.locate(each.path).line not in unfilled)
            return None
        if isinstance(recipe, Recipe):
            recipe.attach(document)
            log.problems += name_problems(recipe, self.project)
        return recipe

    def _note_id(self, identity: str, document: Document) -> None:
        if identity in self._ids:
            other = self._ids[identity].locate(("id",))
            hint = f"the other one is {other}; an id is unique in a project"
            self.problems.append(
                document.problem(("id",), f'two recipes have the id "{identity}"', "duplicate", hint=hint)
            )
        else:
            self._ids[identity] = document


def _walk(folder: Path) -> Iterator[Path]:
    for current, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.endswith(ENDINGS) and not name.startswith(".") and name != PROJECT_FILE:
                yield Path(current, name)


def _model_of(document: Document, log: ProblemLog) -> type[BaseModel] | None:
    value = document.value
    if not isinstance(value, PlacedMap):
        is_list = isinstance(value, list)
        hint = (
            "separate recipes by a line of ---" if is_list else "it starts with `kind:`, `id:` and `title:`"
        )
        log.add((), f"a recipe is a mapping, not {kind_of(value)}", "type", hint)
        return None
    kinds = ", ".join(RECIPE_KINDS)
    kind = value.get("kind")
    if "kind" not in value:
        log.add((), "a recipe starts with its kind", "missing", f"add `kind:`; kinds are {kinds}")
    elif not isinstance(kind, str) or kind not in RECIPE_KINDS:
        hint = did_you_mean(str(kind), RECIPE_KINDS, label="kinds are")
        log.add(("kind",), f'there is no kind "{kind}"', "kind", hint)
    else:
        return recipe_model(kind)
    return None


def _placed(document: Document, problem: DataProblem) -> Problem:
    return document.problem(
        problem.path, problem.message, problem.code, hint=problem.hint, on_key=problem.on_key
    )
