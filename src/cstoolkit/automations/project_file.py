"""Reading cstoolkit.yaml."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from ..errors import Problem, RecipeError
from ..model.action_syntax import parse_actions
from ..model.condition_syntax import parse_condition
from ..model.data_problems import DataProblem, DataProblems
from ..project import Project, mask_secrets
from .model_problems import model_problems
from .source import Document, parse
from .source_text import read_source


def load_project(file: Path, *, holidays: bool = True) -> Project:
    """Read a project file. Raises RecipeError with every problem.

    Without `holidays` its calendars have none and are fit for their names only: reading a country's takes
    longer than checking five hundred recipes.
    """
    source = read_source(file, str(file))
    if isinstance(source, Problem):
        raise RecipeError([source])
    documents, problems = parse(source)
    project = Project()
    if len(documents) > 1:
        problems.append(documents[1].problem((), "a project is one document", "yaml", hint="remove the ---"))
    elif documents and not problems:
        project, problems = _read(documents[0], holidays=holidays)
    if problems:
        raise RecipeError(replace(each, source=mask_secrets(each.source or "")) for each in problems)
    project.place_in(file.parent)
    return project


def _read(document: Document, *, holidays: bool) -> tuple[Project, list[Problem]]:
    found: list[DataProblem] = []
    project = Project()
    try:
        project = Project.model_validate(document.value, context={"document": document, "holidays": holidays})
    except ValidationError as error:
        found += model_problems(error, Project, "a project")
    define = document.value.get("define") if isinstance(document.value, Mapping) else None
    found += _define_problems(define) if isinstance(define, Mapping) else []
    return project, [
        document.problem(each.path, each.message, each.code, hint=each.hint, on_key=each.on_key)
        for each in found
    ]


def _define_problems(define: Mapping[str, object]) -> list[DataProblem]:
    """A shared part is checked where it is written, not only where it is used."""
    found: list[DataProblem] = []
    for name, part in define.items():
        try:
            if isinstance(part, list):
                parse_actions(part)
            else:
                parse_condition(part)
        except DataProblems as problems:
            found += (
                DataProblem(("define", name, *each.path), each.message, each.code, each.hint, each.on_key)
                for each in problems.problems
            )
    return found
