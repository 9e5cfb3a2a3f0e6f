"""What every kind of error becomes: a message, an exit code, and for a bug a report file."""

import contextlib
import errno
import os
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

import click

from ..errors import CstoolkitError, RecipeError
from . import render
from .bug_report import bug_report
from .exit_codes import ExitCode, code_of
from .terminal import Terminal

DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def settle(error: BaseException, *, terminal: Terminal, arguments: Sequence[str]) -> ExitCode:
    """Tell the person what happened, and give the code to exit with."""
    match error:
        case click.Abort() | KeyboardInterrupt():
            return _tell(terminal, ExitCode.INTERRUPTED, "interrupted")
        case BrokenPipeError():
            return ExitCode.READER_GONE
        case click.exceptions.NoArgsIsHelpError():
            print(error.format_message(), file=terminal.stderr)
            return ExitCode.USAGE
        case click.ClickException():
            return _tell(terminal, ExitCode.USAGE, error.format_message(), hint=_usage_hint(error))
        case CstoolkitError():
            return _tell_error(terminal, error)
        case OSError() if error.errno in DISK_FULL:
            where = f" while writing {error.filename}" if error.filename else ""
            return _tell(
                terminal,
                ExitCode.INVALID,
                f"no space left on the disk{where}",
                hint="free some space and run this again",
            )
        case OSError() if error.filename is not None:
            return _tell(
                terminal,
                ExitCode.INVALID,
                f"cannot use {error.filename}: {error.strerror}",
                hint="check the path and its permissions",
            )
        case _:
            return _tell_bug(terminal, error, arguments)


def _usage_hint(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"{context.command_path if context else 'cstoolkit'} --help"


def _tell(terminal: Terminal, code: ExitCode, message: str, *, hint: str | None = None) -> ExitCode:
    text = render.error_text(message, hint, color=terminal.color_errors)
    return _show(terminal, text, render.error_json(code, message, hint=hint))


def _tell_error(terminal: Terminal, error: CstoolkitError) -> ExitCode:
    text = render.failure_text(error, color=terminal.color_errors)
    problems = error.problems if isinstance(error, RecipeError) else ()
    document = render.error_json(code_of(error), str(error), hint=error.hint, problems=problems)
    return _show(terminal, text, document)


def _show(terminal: Terminal, text: str, document: Mapping[str, Any]) -> ExitCode:
    # Nobody may be reading, or the disk behind a redirection is full; the exit code still tells.
    with contextlib.suppress(OSError):
        print(text, file=terminal.stderr)
        if terminal.json:
            terminal.print_json(document)
    return ExitCode(document["code"])


def _tell_bug(terminal: Terminal, error: BaseException, arguments: Sequence[str]) -> ExitCode:
    report = bug_report(error, arguments=arguments, environ=os.environ)
    message = f"this is a bug in cstoolkit ({type(error).__name__})"
    try:
        # mkstemp makes a file that only its owner can read.
        handle, path = tempfile.mkstemp(prefix="cstoolkit-bug-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(report)
    except OSError as failure:
        hint = f"the report could not be written either: {failure.strerror}"
    else:
        hint = f"please report it; what is needed is in {path}, which you may want to read first"
    return _tell(terminal, ExitCode.INTERNAL, message, hint=hint)
