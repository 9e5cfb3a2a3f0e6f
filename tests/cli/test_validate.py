"""`cstoolkit validate`, `schema` and `init`, typed as a user would."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cstoolkit.cli import main
from cstoolkit.model.fields import FIELDS

ROOT = Path(__file__).resolve().parents[2]
RECIPE = "kind: trigger\nid: {id}\ntitle: A rule\nevent: created\nthen:\n  - set: {{group: Billing}}\n"


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(arguments, out, err)
    return code, out.getvalue(), err.getvalue()


def run_json(*arguments: str) -> tuple[int, Any]:
    code, out, _ = run(*arguments, "--json")
    return code, json.loads(out)


def test_valid_recipes_are_counted_by_kind():
    code, out, err = run("validate", str(ROOT / "recipes" / "macros"), str(ROOT / "recipes" / "notify"))

    assert (code, err) == (0, "")
    assert out == "7 recipes are valid: 4 macros, 3 triggers.\n"


def test_one_recipe_is_one(tmp_path):
    (tmp_path / "a.yaml").write_text(RECIPE.format(id="x"))

    assert run("validate", str(tmp_path)) == (0, "1 recipe is valid: 1 trigger.\n", "")


def test_problems_are_shown_with_place_and_caret(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("vip.yaml").write_text(RECIPE.format(id="x").replace("event", "evnt"))

    code, out, err = run("validate", "vip.yaml")

    assert (code, out) == (3, "")
    assert 'vip.yaml:4:1: a trigger has no key "evnt" [key]\n  |\n4 | evnt: created\n  | ^~~~\n' in err
    assert 'did you mean "event"?' in err


def test_json_lists_recipes_and_problems(tmp_path):
    (tmp_path / "a.yaml").write_text(RECIPE.format(id="x"))
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "b.yaml").write_text("[]")

    good, bad = run_json("validate", str(tmp_path / "a.yaml")), run_json("validate", str(tmp_path / "b"))

    assert good[0] == 0
    assert good[1]["recipes"] == [
        {"kind": "trigger", "id": "x", "title": "A rule", "path": str(tmp_path / "a.yaml"), "line": 1}
    ]
    assert bad[0] == 3
    assert [problem["message"] for problem in bad[1]["problems"]] == ["a recipe is a mapping, not a list"]


def test_without_paths_it_is_the_projects_recipes(tmp_path, monkeypatch):
    (tmp_path / "recipes" / "deep").mkdir(parents=True)
    (tmp_path / "cstoolkit.yaml").write_text("stages: [one]\n")
    (tmp_path / "recipes" / "deep" / "a.yaml").write_text(RECIPE.format(id="x") + "order: {stage: one}\n")
    monkeypatch.chdir(tmp_path / "recipes" / "deep")

    assert run("validate") == (0, "1 recipe is valid: 1 trigger.\n", "")


def test_without_paths_and_project_it_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    code, _, err = run("validate")

    assert code == 3
    assert "cstoolkit init" in err


def test_project_file_alone_is_checked(tmp_path):
    file = tmp_path / "cstoolkit.yaml"
    file.write_text("calendars: {office: {zone: Europe/Berlin, hours: {mon-fri: '09:00-17:30'}}}\n")

    assert run("validate", str(file)) == (0, "The project file is valid.\n", "")


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("connctions: {}\n", "1:1", 'a project has no key "connctions"'),
        ("connections: {zd: {address: zendesc:acme}}\n", "1:29", '"zendesc" is not a vendor'),
        (
            "connections: {zd: {address: 'zendesk:acme', auth: {token: s3cret}}}\n",
            "1:59",
            'the "token" stands in the file',
        ),
        ("environments: {live: {connections: [zd]}}\n", "1:37", 'there is no connection "zd"'),
        ("define: {mine: {statsu: open}}\n", "1:17", 'there is no field "statsu" to ask about'),
        ("define: {mine: [{sat: {}}]}\n", "1:18", 'there is no action "sat"'),
        ("endpoints: {p: {url: 'http://x'}}\n", "1:22", '"http://x" is no https address'),
        ("limits: {max_share: 30}\n", "1:21", "30 is more than 1"),
        ("a: 1\n---\nb: 2\n", "3:1", "a project is one document"),
    ],
)
def test_project_file_with_a_mistake_is_refused_at_its_place(tmp_path, text, place, message):
    file = tmp_path / "cstoolkit.yaml"
    file.write_text(text)

    code, document = run_json("validate", str(file))

    (problem,) = document["problems"]
    assert code == 3
    assert (f"{problem['line']}:{problem['column']}", problem["message"]) == (place, message)


@pytest.mark.parametrize(
    "connection",
    [
        "{address: 'zendesk:acme', auth: {token: s3cret}}",
        "{address: 'zendesk:acme', auth: {'password': \"s3cret, and more\", user: 3}, shar: 1}",
        "\n    address: zendesk:acme\n    auth:\n      token: s3cret\n",
        "{address: 'zendesk:acme', auth: {token: [s3cret]}}",
        "{address: 'zendesk:acme', auth: {token: s3cret",
        "{address: 'zendesk:acme', auth: {token: s3cret, token: s3cret}}",
    ],
)
def test_secret_in_the_project_file_is_never_shown(tmp_path, connection):
    file = tmp_path / "cstoolkit.yaml"
    file.write_text(f"connections:\n  zd: {connection}\n")

    code, out, err = run("validate", str(file))

    assert code == 3
    assert "s3cret" not in out + err


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"a: [", b"\x00\x01", b"- a\n", b"a: &a [*a]\n"])
def test_bad_input_in_a_shell_gives_3_and_no_traceback(tmp_path, content):
    (tmp_path / "x.yaml").write_bytes(content)

    done = subprocess.run(
        [sys.executable, "-m", "cstoolkit", "validate", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )

    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert "problem" in done.stderr


def test_init_writes_a_project_that_validates_and_is_left_alone_afterwards(tmp_path):
    folder = tmp_path / "desk"

    first = run("init", str(folder))
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    second = run("init", str(folder))

    assert first[0] == 0
    assert run("-C", str(folder), "validate") == (0, "2 recipes are valid: 1 audit, 1 trigger.\n", "")
    assert second[0] == 5
    assert "cstoolkit.yaml" in second[2]
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before


def test_init_beside_a_file_of_the_user_writes_nothing(tmp_path):
    (tmp_path / "cstoolkit.yaml").write_text("stages: [mine]\n")

    assert run("init", str(tmp_path))[0] == 5
    assert [file.name for file in tmp_path.iterdir()] == ["cstoolkit.yaml"]


def test_schema_line_of_init_points_to_the_schema(tmp_path):
    run("init", str(tmp_path))

    for file in [tmp_path / "cstoolkit.yaml", *(tmp_path / "recipes").glob("*.yaml")]:
        line = file.read_text().splitlines()[0]
        target = (file.parent / line.partition("$schema=")[2]).resolve()
        jsonschema.Draft202012Validator.check_schema(json.loads(target.read_text()))


def test_schema_lists_every_field_and_knows_each():
    code, out, _ = run("schema", "fields")

    assert code == 0
    for name in FIELDS:
        assert f"\n{name} " in out
        assert run("schema", name)[0] == 0


@pytest.mark.parametrize(
    "name", ["trigger", "set", "has_any", "requester_replied", "custom.plan", "placeholders"]
)
def test_schema_knows(name):
    code, document = run_json("schema", name)

    assert code == 0
    assert document["title"] == name


def test_schema_of_an_unknown_name_is_a_usage_error():
    code, out, err = run("schema", "subjct")

    assert (code, out) == (64, "")
    assert 'did you mean "subject"?' in err


@pytest.mark.parametrize("arguments", [(), ("project",)])
def test_json_schema_is_printed(arguments):
    code, out, _ = run("schema", *arguments, "--json-schema")

    assert code == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(out))


@pytest.mark.parametrize(("names", "code"), [(["recipes/a.yaml"], 0), (["cstoolkit.yaml"], 3), ([], 3)])
def test_holidays_are_looked_up_where_the_project_itself_is_checked(tmp_path, monkeypatch, names, code):
    calendar = "{zone: Europe/Berlin, hours: {mon-fri: '09:00-17:30'}, holidays: XQ}"
    (tmp_path / "cstoolkit.yaml").write_text(f"calendars: {{office: {calendar}}}\n")
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "a.yaml").write_text(RECIPE.format(id="x"))
    monkeypatch.chdir(tmp_path)

    assert run("validate", *names)[0] == code
