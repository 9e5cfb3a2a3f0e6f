"""The vendor's OpenAPI description as JSON Schema, and which of its paths a call is."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

ROOT = Path(__file__).resolve().parent.parent.parent.parent


def find_description() -> Path:
    data = Path(os.environ.get("CSTOOLKIT_DATA", ROOT.parent / "shared" / "data"))
    file = data.parent / "vendors" / "zendesk-openapi.json"
    if not file.is_file():
        pytest.skip("the vendor's OpenAPI description is not here: it stays out of the repository")
    return file


class Description:
    def __init__(self, file: Path) -> None:
        self._document = json.loads(file.read_text(encoding="utf-8"))
        self.paths: Mapping[str, Any] = self._document["paths"]
        self._by_shape = {_shape(path): path for path in self.paths}

    @cached_property
    def components(self) -> Any:
        return _converted(self._document["components"])

    def path_of(self, pattern: str) -> str | None:
        """The description's path for one of our patterns; names of placeholders do not count."""
        return self._by_shape.get(_shape(pattern))

    def schema_of(self, method: str, pattern: str, status: int) -> Any | None:
        path = self.path_of(pattern)
        operation = self.paths.get(path or "", {}).get(method.lower())
        response = (operation or {}).get("responses", {}).get(str(status))
        if response is not None and "$ref" in response:
            response = self._document["components"]["responses"][response["$ref"].rpartition("/")[2]]
        schema = ((response or {}).get("content") or {}).get("application/json", {}).get("schema")
        return None if schema is None else _converted(schema)

    def statuses(self, method: str, pattern: str) -> list[str]:
        path = self.path_of(pattern)
        return list(self.paths.get(path or "", {}).get(method.lower(), {}).get("responses", {}))

    def errors(self, schema: Any, document: Any) -> Iterator[ValidationError]:
        whole = {"allOf": [schema], "components": self.components}
        yield from Draft202012Validator(whole).iter_errors(document)


def _shape(pattern: str) -> str:
    return re.sub(r"\{[^}]+\}", "{}", pattern)


def _converted(node: Any) -> Any:
    """OpenAPI 3.0 says `nullable`, JSON Schema has a type for it."""
    if isinstance(node, list):
        return [_converted(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {
        key: _converted(value) for key, value in node.items() if key not in {"nullable", "example", "format"}
    }
    if node.get("nullable") is True:
        if isinstance(made.get("type"), str):
            made["type"] = [made["type"], "null"]
            if "enum" in made:
                made["enum"] = [*made["enum"], None]
        elif "$ref" in made or "allOf" in made:
            made = {"anyOf": [made, {"type": "null"}]}
    return made
