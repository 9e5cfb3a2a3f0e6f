"""The editors' schema agrees with the loader: on every recipe there is, and on every invalid pair."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cstoolkit.automations.json_schema import project_schema, recipe_schema
from cstoolkit.automations.source import parse
from cstoolkit.automations.source_text import SourceText, read_source

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
RECIPES = [
    file
    for folder in (ROOT / "recipes", DATA / "valid")
    for file in sorted(folder.rglob("*.yaml"))
    if file.name != "cstoolkit.yaml"
]


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(recipe_schema())
    return jsonschema.Draft202012Validator(recipe_schema())


def documents_of(file: Path) -> list[Any] | None:
    """None where the file is no YAML that can be read, so no editor's schema comes to see it."""
    source = read_source(file, str(file))
    if not isinstance(source, SourceText):
        return None
    documents, problems = parse(source)
    return None if problems or not documents else [document.value for document in documents]


@pytest.mark.parametrize("file", RECIPES, ids=lambda file: str(file.relative_to(ROOT)))
def test_valid_recipe_is_valid_for_editors(file, schema):
    for document in documents_of(file):
        assert [error.message for error in schema.iter_errors(document)] == []


@pytest.mark.parametrize("file", sorted((DATA / "invalid").glob("*.yaml")), ids=lambda file: file.stem)
def test_invalid_recipe_is_refused_by_the_schema_too_or_marked(file, schema):
    documents = documents_of(file)
    marked = file.with_suffix(".problems").read_text(encoding="utf-8").startswith("# schema: accepts\n")
    if documents is None:
        assert not marked
        return

    accepted = all(schema.is_valid(document) for document in documents)

    assert accepted is marked


@pytest.mark.parametrize(
    "file", [ROOT / "recipes" / "cstoolkit.yaml", DATA / "cstoolkit.yaml"], ids=["examples", "tests"]
)
def test_project_file_is_valid_for_editors(file):
    jsonschema.Draft202012Validator.check_schema(project_schema())
    validator = jsonschema.Draft202012Validator(project_schema())

    for document in documents_of(file):
        assert [error.message for error in validator.iter_errors(document)] == []


def test_mistake_is_shown_at_its_key_not_at_the_recipe(schema):
    recipe = {
        "kind": "trigger",
        "id": "x",
        "title": "x",
        "event": "created",
        "then": [{"note": "x"}],
        "wen": {},
    }

    (error,) = schema.iter_errors(recipe)

    assert error.message == "Additional properties are not allowed ('wen' was unexpected)"
