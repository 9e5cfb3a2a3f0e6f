"""Recipes in a folder of their own, and what their cases come to."""

from pathlib import Path
from textwrap import dedent, indent

from cstoolkit.automations.cases import CaseResult, CasesReport, run_cases
from cstoolkit.automations.loader import find_project, load_recipes

PROJECT = """\
calendars: {EMEA: {zone: Europe/Berlin, hours: {mon-fri: "09:00-18:00"}, holidays: DE}}
connections: {zd: {address: "zendesk:acme", statuses: {Waiting on vendor: hold}}}
integrations: [Importer]
stages: [first, last]
"""
TRIGGER = "kind: trigger\nid: r\ntitle: R\n"
AUTOMATION = "kind: automation\nid: r\ntitle: R\n"


def a_recipe(keys: str, case: str = "", *, head: str = TRIGGER) -> str:
    """A recipe of some keys, with one case unless there is none."""
    tests = f"tests:\n  - name: it\n{indent(dedent(case), '    ')}" if case else ""
    return f"{head}{dedent(keys)}\n{tests}"


def run(folder: Path, *recipes: str, **options) -> CasesReport:
    (folder / "cstoolkit.yaml").write_text(PROJECT)
    for number, text in enumerate(recipes):
        (folder / f"r{number}.yaml").write_text(text)
    project = find_project([folder])
    return run_cases(load_recipes([folder], project=project), project, **options)


def run_one(folder: Path, keys: str, case: str, *, head: str = TRIGGER) -> CaseResult:
    (result,) = run(folder, a_recipe(keys, case, head=head)).results
    return result


def misses(result: CaseResult) -> list[tuple[object, ...]]:
    return [(failed.miss.what, failed.miss.expected, failed.miss.actual) for failed in result.failed]
