"""The frame of the command line: what every verb gets, whatever it does."""

import io
import json
import os
import subprocess
import sys
import types
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import click
import pytest

from cstoolkit import __version__, errors
from cstoolkit.cli import COMMANDS, main
from cstoolkit.cli.exit_codes import PRECEDENCE, ExitCode, worst
from cstoolkit.cli.terminal import Terminal, with_terminal

HEAVY = {
    "duckdb",
    "pydantic",
    "yaml",
    "holidays",
    "vl_convert",
    "jinja2",
    "xlsxwriter",
    "rich",
    "re2",
    "msgspec",
}
TYPO = errors.Problem(
    '"subject" has no operator "contain"',
    "condition",
    errors.Location("recipes/vip.yaml", 14, 15, 7),
    hint='did you mean "contains"?',
    source="    subject: {contain: outage}",
)
ENVIRON = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
ENVIRON["PYTHONPATH"] = str(Path(errors.__file__).parent.parent)
Outcome = tuple[int, str, str]


@pytest.fixture
def run_verb(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Runs `cstoolkit ... verb ...` where the verb does what the test says; gives code, stdout, stderr."""

    def run(body: Callable[[Terminal], int | None], *after: str, before: Sequence[str] = ()) -> Outcome:
        module = types.ModuleType("a_verb")
        module.command = click.command("verb")(with_terminal(body))
        monkeypatch.setitem(sys.modules, "a_verb", module)
        out, err = io.StringIO(), io.StringIO()
        code = main([*before, "verb", *after], out, err, commands={"verb": ("a_verb", "Does as told.")})
        return code, out.getvalue(), err.getvalue()

    return run


def raising(error: BaseException) -> Callable[[Terminal], int | None]:
    def body(terminal: Terminal) -> int | None:
        raise error

    return body


def test_help_lists_every_verb_and_loads_no_verb_and_nothing_heavy():
    script = (
        "import sys, io, json; from cstoolkit.cli import main; "
        "code = main(['--help'], sys.stderr, sys.stderr); print(json.dumps([code, sorted(sys.modules)]))"
    )
    environ = {**os.environ, "PYTHONPATH": str(Path(errors.__file__).parent.parent)}

    done = subprocess.run(
        [sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True
    )

    code, modules = json.loads(done.stdout)
    assert code == 0
    assert [name for name in COMMANDS if f"  {name} " not in done.stderr] == []
    assert HEAVY.intersection(modules) == set()
    assert {module for module, _ in COMMANDS.values()}.intersection(modules) == set()


def test_version_is_the_package_version():
    out = io.StringIO()

    assert main(["--version"], out, io.StringIO()) == 0
    assert out.getvalue() == f"cstoolkit {__version__}\n"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.RecipeError([TYPO]), 3),
        (errors.ProjectError("no connection acme"), 3),
        (errors.StoreError("not a store"), 3),
        (errors.BusyError("another run holds the store"), 5),
        (errors.RefusedError("too much"), 5),
        (errors.UnsafePlanError("2,000 changes"), 5),
        (errors.AuthenticationError("no", vendor="zendesk"), 4),
        (errors.NotFoundError("no", vendor="zendesk"), 4),
        (errors.RejectedError("no", vendor="zendesk"), 4),
        (errors.UnavailableError("no", vendor="zendesk", retry_after=timedelta(seconds=3)), 4),
        (errors.IncompleteError("half", vendor="zendesk"), 7),
        (click.UsageError("no such thing"), 64),
        (OSError(28, "No space left on device"), 3),
        (PermissionError(13, "Permission denied", "out/report.html"), 3),
        (KeyboardInterrupt(), 130),
        (BrokenPipeError(32, "Broken pipe"), 141),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else str(value),
)
def test_each_error_has_its_code_and_no_traceback(run_verb, error, code):
    got, out, err = run_verb(raising(error))

    assert got == code
    assert out == ""
    assert "Traceback" not in err
    assert err.startswith("error: ") or code in {3, 141}


def test_every_error_class_of_ours_has_a_row_here():
    """A new subclass of CstoolkitError must be given a code on purpose."""
    known = {"RecipeError", "ProjectError", "StoreError", "BusyError", "RefusedError", "UnsafePlanError"}
    known |= {"ConnectorError", "AuthenticationError", "NotFoundError", "RejectedError", "UnavailableError"}
    known |= {"IncompleteError", "CstoolkitError"}

    defined = {
        name for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.CstoolkitError)
    }  # fmt: skip

    assert defined == known


@pytest.mark.parametrize(("returned", "code"), [(None, 0), (0, 0), (1, 1), (ExitCode.INCOMPLETE, 7)])
def test_what_a_verb_returns_is_the_exit_code(run_verb, returned, code):
    assert run_verb(lambda terminal: returned) == (code, "", "")


def test_a_recipe_error_shows_each_problem_with_its_line_and_a_caret(run_verb):
    _, _, err = run_verb(raising(errors.RecipeError([TYPO], hint="nothing was run")))

    assert err == (
        'recipes/vip.yaml:14:15: "subject" has no operator "contain" [condition]\n'
        "   |\n"
        "14 |     subject: {contain: outage}\n"
        "   |               ^~~~~~~\n"
        '   = did you mean "contains"?\n'
        "\n"
        "error: 1 problem found\n"
        "hint: nothing was run\n"
    )


def test_json_puts_the_error_on_stdout_as_one_document(run_verb):
    code, out, err = run_verb(raising(errors.RecipeError([TYPO])), "--json")

    document = json.loads(out)
    assert (code, document["schema"], document["code"], document["name"]) == (
        3,
        "cstoolkit/error/1",
        3,
        "invalid",
    )
    assert document["problems"] == [
        {
            "message": '"subject" has no operator "contain"',
            "code": "condition",
            "path": "recipes/vip.yaml",
            "line": 14,
            "column": 15,
            "length": 7,
            "hint": 'did you mean "contains"?',
        }
    ]
    assert "1 problem found" in err


def test_a_usage_error_obeys_json_although_parsing_failed(run_verb):
    code, out, _ = run_verb(lambda terminal: None, "--no-such-flag", "--json")

    assert (code, json.loads(out)["name"]) == (64, "usage")


def test_json_after_the_end_of_options_is_an_argument():
    terminal = Terminal.of(["verb", "--", "--json"], stdout=io.StringIO(), stderr=io.StringIO(), environ={})

    assert not terminal.json


def test_a_bug_is_reported_in_a_file_without_secrets(run_verb, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("ZD_TOKEN", "tok-5f1e77")
    bug = ZeroDivisionError("https://ops:hunter2@acme.test said tok-5f1e77, Bearer abc.def")

    code, out, err = run_verb(raising(bug))

    (report,) = tmp_path.glob("cstoolkit-bug-*.txt")
    text = report.read_text()
    assert (code, out) == (70, "")
    assert str(report) in err
    assert "Traceback" not in err
    assert "Traceback" in text
    assert __version__ in text
    assert [secret for secret in ("tok-5f1e77", "hunter2", "abc.def") if secret in text + err] == []
    assert report.stat().st_mode & 0o077 == 0


def test_a_bug_is_told_even_where_no_report_can_be_written(run_verb, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))

    code, _, err = run_verb(raising(ZeroDivisionError()))

    assert code == 70
    assert "could not be written" in err


def test_a_verb_that_returns_no_exit_code_of_ours_is_a_bug(run_verb):
    assert run_verb(lambda terminal: 99)[0] == 70


@pytest.mark.parametrize(
    ("typed", "meant"), [("audti", "audit"), ("ticket", "tickets"), ("imports", "import")]
)
def test_an_unknown_verb_names_the_nearest(typed, meant):
    err = io.StringIO()

    code = main([typed], io.StringIO(), err)

    assert code == 64
    assert f"did you mean '{meant}'?" in err.getvalue()


def test_no_verb_at_all_shows_the_help_and_is_a_usage_error():
    out, err = io.StringIO(), io.StringIO()

    assert main([], out, err) == 64
    assert out.getvalue() == ""
    assert "Usage: cstoolkit" in err.getvalue()


def test_project_option_is_like_starting_there_and_ends_with_the_run(run_verb, tmp_path):
    before = Path.cwd()

    code, out, _ = run_verb(lambda terminal: terminal.print(str(Path.cwd())), before=["-C", str(tmp_path)])

    assert (code, out, Path.cwd()) == (0, f"{tmp_path}\n", before)


def test_a_project_folder_that_is_not_there_is_named(run_verb, tmp_path):
    folder = str(tmp_path / "nowhere")

    code, _, err = run_verb(lambda terminal: None, before=["-C", folder])

    assert code == 3
    assert err.startswith(f"error: cannot use {folder}: ")


class FakeTerminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("arguments", "environ", "color"),
    [
        ([], {}, True),
        ([], {"NO_COLOR": ""}, True),
        ([], {"NO_COLOR": "1"}, False),
        ([], {"TERM": "dumb"}, False),
        (["--no-color"], {}, False),
        (["--json"], {}, False),
    ],
)
def test_colour_on_a_terminal_unless_told_otherwise(arguments, environ, color):
    terminal = Terminal.of(arguments, stdout=FakeTerminal(), stderr=io.StringIO(), environ=environ)

    assert terminal.color is color
    assert terminal.color_errors is False


# A whole process, as the shell starts it: a verb that prints one line and leaves the rest to the frame.
PRINTING = """
import sys, types, click
from cstoolkit.cli import run
from cstoolkit.cli.terminal import with_terminal
module = sys.modules["cstoolkit.cli.demo"] = types.ModuleType("stand-in")
module.command = click.command("demo")(with_terminal(lambda terminal: terminal.print("a result")))
sys.argv = ["cstoolkit", "demo"]
run()
"""


def test_a_reader_that_goes_away_ends_the_run_quietly():
    reader, writer = os.pipe()
    os.close(reader)

    done = subprocess.run(
        [sys.executable, "-c", PRINTING], env=ENVIRON, stdout=writer, stderr=subprocess.PIPE, check=False
    )

    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_stdout_is_said_in_two_lines():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", PRINTING], env=ENVIRON, stdout=full, stderr=subprocess.PIPE, check=False
        )

    assert done.returncode == 3
    assert done.stderr.decode().splitlines() == [
        "error: no space left on the disk",
        "hint: free some space and run this again",
    ]


def test_a_stdout_that_the_shell_closed_is_no_bug():
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m cstoolkit --version >&-"],
        env=ENVIRON,
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("codes", "winner"),
    [
        ([], 0),
        ([0, 2], 2),
        ([1, 2], 1),
        ([3, 1], 3),
        ([7, 3], 7),
        ([4, 7], 4),
        ([5, 4], 5),
        ([6, 5], 6),
        ([70, 6], 70),
    ],
)
def test_the_worst_code_speaks_for_all(codes, winner):
    assert worst(codes) == winner


def test_every_code_but_those_that_end_a_run_has_its_place_in_the_order():
    assert set(ExitCode) - set(PRECEDENCE) == {ExitCode.USAGE, ExitCode.INTERRUPTED, ExitCode.READER_GONE}
