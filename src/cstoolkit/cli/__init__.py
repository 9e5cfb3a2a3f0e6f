"""The command line: a verb in, an exit code out. Every error is printed here, none is a traceback.

A verb is a module with a `command`: a click command whose function calls the library, renders, and returns
an exit code (None is 0) or raises a CstoolkitError. Its module is loaded when the verb is used.
"""

import contextlib
import gc
import importlib
import io
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import click

from .. import __version__
from .exit_codes import ExitCode
from .failures import settle
from .terminal import Terminal, output_options

# Verb -> its module and its line in `--help`, which so costs no import.
COMMANDS: Mapping[str, tuple[str, str]] = {
    "demo": ("cstoolkit.cli.demo", "A generated helpdesk, audited: shows what this does."),
    "init": ("cstoolkit.cli.init", "Start a project in a folder."),
    "validate": ("cstoolkit.cli.validate", "Check recipes, maps and project files; no network."),
    "schema": ("cstoolkit.cli.schema", "Fields, operators, actions; JSON Schema for editors."),
    "import": ("cstoolkit.cli.import_", "Tickets or event logs from CSV, JSONL, Parquet into a file."),
    "lint": ("cstoolkit.cli.lint", "Rules that never run, run for ever, or mail too much; no network."),
    "test": ("cstoolkit.cli.test", "Run the tests in recipes; no network."),
    "compile": ("cstoolkit.cli.compile", "Recipes as each helpdesk's own rules, and the gaps; no network."),
    "explain": ("cstoolkit.cli.explain", "Why a rule does or does not run on a ticket."),
    "simulate": ("cstoolkit.cli.simulate", "One ticket through the whole rule list."),
    "backtest": ("cstoolkit.cli.backtest", "History through live and new rules: what would change."),
    "run": ("cstoolkit.cli.run", "Run recipes."),
    "audit": ("cstoolkit.cli.audit", "Run audits; --gate lets them decide the exit code."),
    "pull": ("cstoolkit.cli.pull", "Live rules of an account as recipes."),
    "plan": ("cstoolkit.cli.plan", "What apply would change in accounts; nothing is sent."),
    "apply": ("cstoolkit.cli.apply", "Do exactly what a saved plan says."),
    "rollback": ("cstoolkit.cli.rollback", "Undo a run of apply."),
    "runs": ("cstoolkit.cli.runs", "List the runs that wrote to accounts."),
    "drift": ("cstoolkit.cli.drift", "What was changed in accounts since it was applied."),
    "uses": ("cstoolkit.cli.uses", "Who refers to a tag, group, agent, field, ...: may it be deleted?"),
    "doctor": ("cstoolkit.cli.doctor", "Whether each connection works, and what it can and cannot do."),
    "sync": ("cstoolkit.cli.sync", "Tickets, history and people of an account into its store."),
    "tickets": ("cstoolkit.cli.tickets", "List, show and export tickets."),
    "sandbox": ("cstoolkit.cli.sandbox", "Vendor accounts on this machine: start, clock, faults, log."),
}


class LazyGroup(click.Group):
    """A group that knows its verbs by a table and loads one only when it is called."""

    def __init__(self, table: Mapping[str, tuple[str, str]], **settings: Any) -> None:
        super().__init__(**settings)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.table:
            return None
        module, help_line = self.table[cmd_name]
        command: click.Command = importlib.import_module(module).command
        command.short_help = help_line
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] in self.table or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        from difflib import get_close_matches

        nearest = get_close_matches(args[0], self.table, n=1, cutoff=0.5)
        guess = f"did you mean {nearest[0]!r}?" if nearest else f"verbs are: {', '.join(self.table)}"
        raise click.UsageError(f"there is no verb {args[0]!r}; {guess}", ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl([(name, help_line) for name, (_, help_line) in self.table.items()])


def _group(commands: Mapping[str, tuple[str, str]]) -> LazyGroup:
    @click.pass_context
    def enter_project(ctx: click.Context, project: str | None) -> None:
        if project is not None:
            ctx.with_resource(contextlib.chdir(project))

    group = LazyGroup(
        commands,
        name="cstoolkit",
        callback=enter_project,
        params=[
            click.Option(
                ["-C", "--project"],
                metavar="DIR",
                help="Run as if started in DIR; every path is seen from there.",
            )
        ],
        help="Helpdesk operations as code: recipes, audits and reports over one ticket model.",
        epilog="Start with: cstoolkit demo",
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    return click.version_option(__version__, message="%(prog)s %(version)s")(output_options(group))


def main(
    argv: Sequence[str] | None,
    stdout: TextIO,
    stderr: TextIO,
    *,
    commands: Mapping[str, tuple[str, str]] = COMMANDS,
) -> int:
    """Run one verb and return its exit code. `argv` is without the program's name; None is `sys.argv`."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    terminal = Terminal.of(arguments, stdout=stdout, stderr=stderr, environ=os.environ)
    try:
        with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
            code = _invoke(_group(commands), arguments, terminal)
            stdout.flush()
        return int(ExitCode(code or 0))
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last place that can explain it
        return int(settle(error, terminal=terminal, arguments=arguments))


def _invoke(group: click.Group, arguments: list[str], terminal: Terminal) -> int | None:
    # Not `group.main`: it turns a closed pipe into exit code 1, which here means findings.
    try:
        with group.make_context("cstoolkit", arguments, obj=terminal) as ctx:
            code: int | None = group.invoke(ctx)
            return code
    except click.exceptions.Exit as done:  # --help, --version
        return done.exit_code


def run() -> None:
    """The console script."""
    _start_lightly()
    # A stream is None where the shell closed it (`>&-`).
    streams = [sys.stdout or _nowhere(), sys.stderr or _nowhere()]
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            # A letter that the terminal cannot show is no reason to fail.
            stream.reconfigure(errors="backslashreplace")
    code = main(None, *streams)
    for stream in streams:
        _drop_what_nobody_reads(stream)
    sys.exit(code)


def _start_lightly() -> None:
    """What costs each start time and gives a short process nothing."""
    # Most of what a verb makes lives to its end, and has no cycles. One search through 500 recipes takes
    # a sixth of their checking, and finds nothing.
    gc.set_threshold(500_000, 20, 20)
    # pydantic looks through all installed packages for plugins. Who wants one sets the variable (to "").
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def _drop_what_nobody_reads(stream: TextIO) -> None:
    """The interpreter flushes once more at its end, and would complain of a full disk or a closed pipe."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
