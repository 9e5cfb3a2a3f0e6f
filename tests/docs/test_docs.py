"""The documentation is run: recipes load, commands print what the page shows, Python runs.

A page has one folder for all its blocks, top to bottom. A fenced block with a title, as in
```yaml title="recipes/vip.yaml", is written there before anything else looks at it. `...` in shown output
stands for anything: alone on a line for any number of lines, inside a line for any text. A run's id or a digest
stands for the one that was printed in its place, there and in the commands below. A block that cannot
be run says why, on the line above it: <!-- not run: reason -->. <!-- sandbox: one two --> on a page starts these
Zendesk accounts for it; their addresses are in ONE_URL and TWO_URL, the token is in ZD_TOKEN.
"""

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

import cstoolkit
from cstoolkit.cli import COMMANDS, main
from cstoolkit.cli.exit_codes import ExitCode
from cstoolkit.sandbox import Sandbox
from cstoolkit.sandbox.clock import SandboxClock

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [page for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))] if page.is_file()]
FENCE = re.compile(
    r"^(?P<skip><!-- not run: (?P<reason>.+?) -->\n)?"
    r"^(?P<indent> *)```(?P<language>\w+)(?P<options>[^\n]*)\n(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
SANDBOX = re.compile(r"^<!-- sandbox: (.+) -->$", re.MULTILINE)
STAND_IN = re.compile(r"\b(\d{8}-\d{4}-\d+|[0-9a-f]{12})\b")
TITLE = re.compile(r'title="([^"]+)"')
# What a page may type besides cstoolkit itself: it looks at files, and at the last exit code.
HARMLESS = ("cat ", "ls", "mkdir ", "cd ", "echo ", "head ", "export ")
SHELLS = {"console", "bash", "sh", "shell"}


@dataclass(frozen=True)
class Block:
    language: str
    title: str | None
    text: str
    line: int
    skipped: bool


def blocks_of(page_text: str) -> Iterator[Block]:
    for found in FENCE.finditer(page_text):
        title = TITLE.search(found["options"])
        text = re.sub(f"^{found['indent']}", "", found["text"], flags=re.MULTILINE)
        line = page_text.count("\n", 0, found.start("language")) + 1
        yield Block(found["language"], title[1] if title else None, text, line, bool(found["skip"]))


def commands_of(text: str) -> list[tuple[str, str]]:
    """Each command of a console block with the output shown under it; a trailing backslash goes on."""
    found: list[tuple[str, str]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], ""))
        elif found and found[-1][0].endswith("\\") and not found[-1][1]:
            found[-1] = (f"{found[-1][0]}\n{line}", "")
        elif found:
            found[-1] = (found[-1][0], f"{found[-1][1]}{line}\n")
    return found


def matched(shown: str, printed: str) -> dict[str, str] | None:
    """What stands for what, if `printed` is what the page shows, with `...` standing for anything; else None."""
    pattern = ""
    names: list[str] = []
    for line in shown.rstrip("\n").split("\n"):
        if line.strip() == "...":
            pattern += r"(?:.*\n)*"
            continue
        for place, part in enumerate(STAND_IN.split(line.rstrip())):
            if place % 2:
                names.append(part)
                pattern += r"(\d{8}-\d{4}-\d+)" if "-" in part else "([0-9a-f]{12})"
            else:
                pattern += "[^\n]*".join(re.escape(text) for text in part.split("..."))
        pattern += "[ ]*\n"
    found = re.fullmatch(pattern, printed.rstrip("\n") + "\n")
    return None if found is None else dict(zip(names, found.groups(), strict=True))


def matches_shown(shown: str, printed: str) -> bool:
    return matched(shown, printed) is not None


class PageRun:
    """One page in its own folder; commands see each other's files and the last exit code."""

    def __init__(self, page: Path, folder: Path, environ: dict[str, str] | None = None) -> None:
        self.page = page
        self.folder = folder
        self.last_code = 0
        self.standing_for: dict[str, str] = {}
        bin_folder = folder.parent / f"{folder.name}-bin"
        bin_folder.mkdir()
        command = bin_folder / "cstoolkit"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cstoolkit "$@"\n')
        command.chmod(0o755)
        source = Path(cstoolkit.__file__).parent.parent
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CSTOOLKIT_")}
        path = os.pathsep.join([str(bin_folder), kept.get("PATH", os.defpath)])
        self.environ = kept | {"PATH": path, "PYTHONPATH": str(source), "NO_COLOR": "1", "COLUMNS": "80"}
        self.environ |= environ or {}

    def run(self, block: Block) -> None:
        if block.title is not None:
            file = self.folder / block.title
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
        if block.language in SHELLS:
            self._run_commands(block)
        elif block.language == "python":
            self._run_python(block)
        elif block.language == "yaml" and re.search(r"^kind:", block.text, re.MULTILINE):
            self._validate(block)

    def _where(self, block: Block) -> str:
        return f"{self.page.relative_to(ROOT)}:{block.line}"

    def _run_commands(self, block: Block) -> None:
        commands = commands_of(block.text)
        assert commands, f"{self._where(block)}: a {block.language} block without a `$ command`"
        for index, (command, shown) in enumerate(commands):
            harmless = command.startswith(("cstoolkit", *HARMLESS))
            assert harmless, f"{self._where(block)}: cannot run {command!r}; mark it `not run` with a reason"
            printed = self._shell(STAND_IN.sub(lambda one: self.standing_for.get(one[0], one[0]), command))
            asked_for = index + 1 < len(commands) and commands[index + 1][0] == "echo $?"
            assert self.last_code == 0 or asked_for, (
                f"{self._where(block)}: {command!r} gave {self.last_code}\n{printed}"
            )
            found = matched(shown, printed) if shown else {}
            assert found is not None, (
                f"{self._where(block)}: {command!r} printed\n{printed}\nand the page shows\n{shown}"
            )
            self.standing_for |= found

    def _shell(self, command: str) -> str:
        done = subprocess.run(
            ["bash", "-c", f"(exit {self.last_code})\n{command}"],
            cwd=self.folder, env=self.environ, text=True, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.last_code = done.returncode
        return done.stdout

    def _run_python(self, block: Block) -> None:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", block.text],
            cwd=self.folder, env=self.environ, text=True, check=False, capture_output=True,
        )  # fmt: skip
        assert done.returncode == 0, f"{self._where(block)}:\n{done.stderr}"

    def _validate(self, block: Block) -> None:
        file = self.folder / (block.title or f"block-{block.line}.yaml")
        file.write_text(block.text, encoding="utf-8")
        out, err = io.StringIO(), io.StringIO()
        code = main(["validate", str(file)], out, err)
        if block.title is None:
            file.unlink()  # what `validate` without a path sees is what the page names
        assert code == 0, f"{self._where(block)}:\n{err.getvalue()}"


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_page_does_what_it_says(page: Path, tmp_path: Path):
    text = page.read_text(encoding="utf-8")
    with accounts_of(text) as environ:
        page_run = PageRun(page, tmp_path, environ)

        for block in blocks_of(text):
            if not block.skipped:
                page_run.run(block)


@contextmanager
def accounts_of(text: str) -> Iterator[dict[str, str]]:
    """The variables that lead to the accounts which the page asks for."""
    asked = SANDBOX.search(text)
    if asked is None:
        yield {}
        return
    names = dict.fromkeys(asked[1].split(), "zendesk")
    switches = {name: {"rate_limits": "off"} for name in names}
    with Sandbox(names, clock=SandboxClock(lambda: datetime.now(UTC)), switches=switches) as sandbox:
        yield {f"{name.upper()}_URL": sandbox.address(name) for name in names} | {"ZD_TOKEN": "sandbox-token"}


def test_every_verb_has_a_section():
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")

    assert [verb for verb in COMMANDS if f"\n### {verb}\n" not in text] == []


def test_every_exit_code_has_its_row():
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")

    assert [code for code in ExitCode if f"\n| {code} | {code.label} |" not in text] == []


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a\n", "a\n", True),
        ("a\n", "a\nb\n", False),
        ("a\n...\nd\n", "a\nb\nc\nd\n", True),
        ("a\n...\nd\n", "a\nb\nc\n", False),
        ("in ... s\n", "in 0.3 s\n", True),
        ("in ... s\n", "in 0.3\n2 s\n", False),
        ("1.5 (all)\n", "1x5 (all)\n", False),
        ("run 20260302-0900-1\n", "run 20271111-1010-12\n", True),
        ("run 20260302-0900-1\n", "run x\n", False),
        ("by 0123456789ab\n", "by ba9876543210\n", True),
    ],
)
def test_shown_output_is_compared(shown, printed, same):
    assert matches_shown(shown, printed) is same


def test_blocks_are_found_with_their_titles_and_marks():
    text = (
        '```yaml title="a.yaml"\nkind: audit\n```\n\n* in a list:\n\n    ```console\n    $ cstoolkit\n    x\n'
        "    ```\n\n<!-- not run: needs an account -->\n```console\n$ rm -rf /\n```\n"
    )

    assert list(blocks_of(text)) == [
        Block("yaml", "a.yaml", "kind: audit\n", 1, skipped=False),
        Block("console", None, "$ cstoolkit\nx\n", 7, skipped=False),
        Block("console", None, "$ rm -rf /\n", 13, skipped=True),
    ]
