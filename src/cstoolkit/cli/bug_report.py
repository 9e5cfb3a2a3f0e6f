"""What is kept of an error that nobody foresaw: a file for the person who mends it, without secrets."""

import re
from collections.abc import Mapping, Sequence

from .. import __version__

HIDDEN = "[hidden]"
SECRET_WORD = re.compile(
    r"token|secret|passw|passphrase|credential|api[-_]?key|private[-_]?key|auth", re.IGNORECASE
)
SHORTEST_SECRET = 4  # a shorter value of an environment variable would blank out half of the report
SECRETS_IN_TEXT = (
    (re.compile(r"(://[^/\s:@]*:)[^/\s@]+@"), rf"\g<1>{HIDDEN}@"),
    (re.compile(r"\b(bearer|basic)\s+[^\s'\"]+", re.IGNORECASE), rf"\g<1> {HIDDEN}"),
    (
        re.compile(
            r"((?:token|secret|password|api[-_]?key)['\"]?\s*[=:]\s*['\"]?)[^\s'\",;}\]]+", re.IGNORECASE
        ),
        rf"\g<1>{HIDDEN}",
    ),
)


def bug_report(error: BaseException, *, arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """Traceback (which holds no values of variables), versions and the command, as text."""
    import platform
    import shlex
    import traceback

    trace = "".join(traceback.format_exception(error))
    command = shlex.join(["cstoolkit", *hide_secret_arguments(arguments)])
    parts = (
        f"command: {command}",
        f"python: {platform.python_version()} on {platform.platform()}",
        f"packages: {_versions()}",
        trace,
    )
    return hide_secrets("\n".join(parts), environ)


def hide_secret_arguments(arguments: Sequence[str]) -> list[str]:
    """The arguments without the values of options that are named like a secret."""
    shown: list[str] = []
    for argument, previous in zip(arguments, ["", *arguments], strict=False):
        name, equals, _ = argument.partition("=")
        if previous.startswith("-") and "=" not in previous and SECRET_WORD.search(previous):
            shown.append(HIDDEN)
        elif argument.startswith("-") and equals and SECRET_WORD.search(name):
            shown.append(f"{name}={HIDDEN}")
        else:
            shown.append(argument)
    return shown


def hide_secrets(text: str, environ: Mapping[str, str]) -> str:
    """`text` without the values of secret variables, and without what looks like a credential."""
    for name, value in environ.items():
        if SECRET_WORD.search(name) and len(value) >= SHORTEST_SECRET:
            text = text.replace(value, HIDDEN)
    for pattern, replacement in SECRETS_IN_TEXT:
        text = pattern.sub(replacement, text)
    return text


def _versions() -> str:
    from importlib.metadata import PackageNotFoundError, version

    found = [f"cstoolkit {__version__}"]
    for package in ("click", "pydantic", "PyYAML", "duckdb", "google-re2"):
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"{package} not installed")
    return ", ".join(found)
