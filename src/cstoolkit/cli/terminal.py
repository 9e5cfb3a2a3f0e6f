"""Where a verb writes, and how: decided once, before the arguments are parsed."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TextIO, TypeVar

import click

from .progress import Progress

if TYPE_CHECKING:
    from ..connectors.transport_answers import Wait

WORTH_TELLING = 3.0  # seconds

P = ParamSpec("P")
Decorated = TypeVar("Decorated", bound=Callable[..., Any])


@dataclass(frozen=True)
class Terminal:
    """The two streams and the wishes about them. Results go to `stdout`, talk to `stderr`.

    `color` is about stdout, `color_errors` about stderr. With `json` stdout gets one JSON document, printed
    last, and nothing else. With `quiet` there is no progress and no talk, but errors are still shown.
    """

    stdout: TextIO
    stderr: TextIO
    color: bool = False
    color_errors: bool = False
    json: bool = False
    quiet: bool = False
    _bars: list[Progress] = field(default_factory=list, compare=False, repr=False)

    @classmethod
    def of(
        cls, arguments: Sequence[str], *, stdout: TextIO, stderr: TextIO, environ: Mapping[str, str]
    ) -> "Terminal":
        """Read the wishes from the raw arguments, so that a usage error obeys them as well."""
        flags = arguments[: arguments.index("--")] if "--" in arguments else arguments
        # https://no-color.org: any value but the empty one counts.
        plain = "--no-color" in flags or bool(environ.get("NO_COLOR")) or environ.get("TERM") == "dumb"
        as_json = "--json" in flags
        return cls(
            stdout=stdout,
            stderr=stderr,
            color=stdout.isatty() and not plain and not as_json,
            color_errors=stderr.isatty() and not plain,
            json=as_json,
            quiet="--quiet" in flags,
        )

    def print(self, text: str = "") -> None:
        """A line of the result."""
        print(text, file=self.stdout)

    def print_json(self, document: Mapping[str, Any]) -> None:
        """The result as JSON; `document` has a `schema` such as "cstoolkit/audit/1"."""
        print(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False), file=self.stdout)

    def say(self, text: str) -> None:
        """Talk about the run, on stderr."""
        if not self.quiet:
            print(text, file=self.stderr)

    def wait(self, wait: "Wait") -> None:
        """Tell of a wait for a vendor before it begins; moments, as between calls, are not worth a line."""
        if wait.attempt or wait.seconds >= WORTH_TELLING:
            text = waiting_text(wait)
            self.talk_beside(text)

    def talk_beside(self, text: str) -> None:
        """As `say`, where a bar may be on the screen: the line goes above it."""
        if self.quiet:
            return
        if self._bars:
            self._bars[-1].say(text)
        else:
            self.say(text)

    def progress(self, label: str, *, total: int | None = None, unit: str = "tickets") -> Progress:
        """`with terminal.progress("importing", unit="rows") as progress: ... progress.advance(500)`."""
        bar = Progress(label, total=total, unit=unit, stream=None if self.quiet else self.stderr)
        self._bars.append(bar)
        return bar


def waiting_text(wait: "Wait") -> str:
    """`zendesk: GET api/v2/...: Zendesk answered 429; waiting 31 s, then try 3 of 6`."""
    seconds = f"{wait.seconds:.0f} s" if wait.seconds >= 1 else "a moment"
    again = f", then try {wait.attempt + 1} of {wait.attempts}" if wait.attempt else ""
    return f"{wait.vendor}: {wait.reason}; waiting {seconds}{again}"


def output_options(function: Decorated) -> Decorated:
    """`--json`, `--quiet` and `--no-color`. `Terminal.of` reads them; here they are only made known."""
    for name, text in (
        ("--no-color", "No colour, even on a terminal."),
        ("--quiet", "No progress and no talk; errors are still shown."),
        ("--json", "Print one JSON document on stdout."),
    ):
        function = click.option(name, is_flag=True, expose_value=False, help=text)(function)
    return function


def with_terminal(
    function: Callable[Concatenate[Terminal, P], int | None],
) -> Callable[P, int | None]:
    """For a verb's function: the output options, and the Terminal as its first argument."""
    return output_options(click.pass_obj(function))
