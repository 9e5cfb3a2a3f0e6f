"""`cstoolkit init`: a project to start from. What it writes validates, and nothing is overwritten."""

import json
from pathlib import Path

import click

from ..automations.json_schema import project_schema, recipe_schema
from ..errors import RefusedError
from .terminal import Terminal, with_terminal

SCHEMA = "cstoolkit/init/1"

PROJECT = """\
# yaml-language-server: $schema=.cstoolkit/project.schema.json
# Connections, environments and what recipes share. Secrets are named here, never written:
#
# connections:
#   zd: {address: "zendesk:acme", auth: {user: ops@example.com, token: "${secret.ZD_TOKEN}"}}
# environments:
#   production: {connections: [zd], protected: true}

calendars:
  office:
    zone: Europe/Berlin
    hours: {mon-fri: "09:00-17:30"}
    holidays: DE
stages: [routing, notify]
define:
  in-our-court: {status: [new, open]}
vars:
  lead_group: Support Leads
"""

AUDIT = """\
# yaml-language-server: $schema=../.cstoolkit/recipe.schema.json
kind: audit
id: backlog-weekly
title: Backlog, weekly
description: Everything unsolved; what waits too long, who has nobody, what was forgotten.
clock: {default: office}
measure:
  by: [group, priority]
gate:
  severity: high
  new_only: true
output: [out/backlog.html, out/backlog.xlsx]
"""

TRIGGER = """\
# yaml-language-server: $schema=../.cstoolkit/recipe.schema.json
kind: trigger
id: route-refund
title: Refund words go to Billing
event: created
when:
  subject: {contains: [refund, chargeback]}
then:
  - set: {group: Billing}
order: {stage: routing}
tests:
  - name: a refund
    given: {subject: REFUND please}
    event: created
    expect: {fires: true, group: Billing}
  - name: anything else stays
    given: {subject: Lamp is broken, group: Tier 1}
    event: created
    expect: {fires: false, group: Tier 1}
"""

WORKFLOW = """\
# Checks every change of the recipes; needs no credentials.
name: recipes
on: [push, pull_request]
jobs:
  validate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with: {python-version: "3.12"}
      - run: pip install cstoolkit
      - run: cstoolkit validate
"""

IGNORED = """\
# State and stores stay here; the schemas are for everybody's editor.
*
!.gitignore
!*.schema.json
"""


def skeleton() -> dict[str, str]:
    """Paths below the project's folder, and what stands in them."""
    return {
        "cstoolkit.yaml": PROJECT,
        "recipes/backlog-weekly.yaml": AUDIT,
        "recipes/route-refund.yaml": TRIGGER,
        ".github/workflows/recipes.yml": WORKFLOW,
        ".cstoolkit/.gitignore": IGNORED,
        ".cstoolkit/recipe.schema.json": json.dumps(recipe_schema(), indent=1) + "\n",
        ".cstoolkit/project.schema.json": json.dumps(project_schema(), indent=1) + "\n",
    }


@click.command()
@click.argument("folder", default=".", metavar="[DIR]", type=click.Path(file_okay=False))
@with_terminal
def command(terminal: Terminal, folder: str) -> None:
    """Start a project: cstoolkit.yaml, an audit, a trigger with tests, editor schemas, a CI workflow.

    Files that are there already are left alone, and then nothing is written at all.
    """
    files = skeleton()
    existing = [path for path in files if (Path(folder) / path).exists()]
    if existing:
        raise RefusedError(
            f"there is already {', '.join(existing)} in {folder}",
            hint="choose an empty folder: cstoolkit init DIR",
        )
    for path, text in files.items():
        target = Path(folder) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    if terminal.json:
        terminal.print_json({"schema": SCHEMA, "folder": folder, "files": list(files)})
        return
    for path in files:
        terminal.print(f"+ {Path(folder) / path}")
    there = "" if folder == "." else f" -C {folder}"
    terminal.print(f"\nNext: cstoolkit{there} validate")
