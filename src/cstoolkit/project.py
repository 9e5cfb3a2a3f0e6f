"""cstoolkit.yaml: connections, environments, calendars, and what recipes share.

Only the shapes and what follows from them; `automations.project_file` finds and reads the file.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from .errors import ProjectError
from .model.clock import Schedule
from .model.data_problems import DataProblem, DataProblems, ProblemLog, did_you_mean
from .model.data_problems import Path as DataPath
from .model.frozen import Frozen
from .model.ticket import StatusCategory
from .model.words import VENDORS, Count, Flag, Share, Slugs, Text, Words, refuse

KEYCHAIN = ("token", "oauth_token", "password", "client_secret", "api_key", "private_key", "secret")
"""Keys of `auth` whose values are secrets, so they may only be named in the file."""

_WRITTEN_SECRET = re.compile(rf"((?:{'|'.join(KEYCHAIN)})[\"']?\s*:\s*)(?![\"']?\$\{{secret\.)(\S[^,}}]*)")
_SECRET = re.compile(r"\$\{secret\.([^}]*)\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ADDRESS = re.compile(r"([a-z]+):(\S+)")


def _check_address(address: Any) -> str:
    found = _ADDRESS.fullmatch(address) if isinstance(address, str) else None
    known = (*VENDORS, "local")
    if found is None:
        raise refuse("expected an address", "value", 'write vendor:account, such as "zendesk:acme"')
    if found[1] not in known:
        raise refuse(
            f'"{found[1]}" is not a vendor', "value", did_you_mean(found[1], known, label="vendors are")
        )
    return str(address)


def _check_auth(auth: Any) -> Any:
    if not isinstance(auth, Mapping):  # pydantic's own words would show what stands there
        raise refuse("expected a mapping", "type", 'write {user: ..., token: "${secret.NAME}"}')
    log = ProblemLog()
    for key, value in auth.items():
        if key in KEYCHAIN and not (isinstance(value, str) and _SECRET.fullmatch(value)):
            hint = (
                f'put it into the environment and write "${{secret.{key.upper()}}}"; change it at the vendor'
            )
            log.add((key,), f'the "{key}" stands in the file', "secret", hint)
        elif isinstance(value, str):
            _check_secret_names(value, (key,), log)
    log.raise_any()
    return auth


def _check_secret_names(text: str, path: DataPath, log: ProblemLog) -> None:
    for name in _SECRET.findall(text):
        if not _NAME.fullmatch(name):
            log.add(
                path, f'"{name}" cannot be the name of a secret', "secret", "letters, digits and _: ZD_TOKEN"
            )


class Connection(Frozen):
    """One account. `share` is how much of its rate limit we may use; `statuses` maps own names to categories."""

    address: Annotated[str, BeforeValidator(_check_address), WithJsonSchema({"type": "string"})]
    auth: Annotated[dict[str, Text], BeforeValidator(_check_auth)] = {}
    share: Annotated[float, Field(strict=True, gt=0, le=1)] = 0.5
    statuses: dict[str, StatusCategory] = {}
    switches: dict[str, str | bool] = {}

    @property
    def vendor(self) -> str:
        return self.address.partition(":")[0]

    def secrets(self, environ: Mapping[str, str]) -> dict[str, SecretStr]:
        """`auth` with its secrets filled in. Raises ProjectError for one that is not set."""
        return {key: SecretStr(reveal(value, environ)) for key, value in self.auth.items()}


class Environment(Frozen):
    """Connections that are planned and applied together. `protected`: `apply` asks for `--approve`."""

    connections: Words = ()
    protected: Flag = False
    vars: dict[str, str | bool | int | float] = {}


def _check_url(url: str) -> str:
    if not re.match(r"https://[^\s/]", url):
        raise refuse(
            f'"{url}" is no https address', "value", "requests carry customer data: write https://..."
        )
    return url


class Endpoint(Frozen):
    """Where `call` sends its requests."""

    url: Annotated[
        str, AfterValidator(_check_url), WithJsonSchema({"type": "string", "pattern": "^https://"})
    ]
    method: Literal["POST", "PUT", "PATCH"] = "POST"
    headers: dict[str, Text] = {}


class ProjectLimits(Frozen):
    """Bounds of one run for recipes that set none of their own."""

    max_changes: Count | None = None
    max_share: Share | None = None
    max_messages: Count | None = None


def _read_calendars(raw: Any, info: ValidationInfo) -> Any:
    """A calendar's name is its key. Without "holidays" in the context they are left out, unread."""
    if not isinstance(raw, Mapping):
        return raw
    if not (info.context or {}).get("holidays", True):
        raw = {
            name: {key: value for key, value in calendar.items() if key != "holidays"}
            if isinstance(calendar, Mapping)
            else calendar
            for name, calendar in raw.items()
        }
    return {
        name: {"name": name, **calendar}
        if isinstance(calendar, Mapping) and "name" not in calendar
        else calendar
        for name, calendar in raw.items()
    }


class Project(Frozen):
    """The whole file. `define` holds conditions (mappings) and actions (lists) as they were written."""

    connections: dict[str, Connection] = {}
    environments: dict[str, Environment] = {}
    targets: Words | None = None
    calendars: Annotated[dict[str, Schedule], BeforeValidator(_read_calendars)] = {}
    stages: Slugs = ()
    define: Annotated[dict[str, Any], WithJsonSchema({"x-ref": "define"})] = {}
    endpoints: dict[str, Endpoint] = {}
    limits: ProjectLimits = ProjectLimits()
    integrations: Words = ()
    guards: dict[str, Text] = {}
    vars: dict[str, str | bool | int | float] = {}

    _folder: Path | None = PrivateAttr(None)

    @field_validator("environments")
    @classmethod
    def _connect_to_known(
        cls, environments: dict[str, Environment], info: ValidationInfo
    ) -> dict[str, Environment]:
        known = info.data.get("connections")
        if known is None:
            return environments
        unknown = [
            DataProblem(
                (name, "connections", index),
                f'there is no connection "{connection}"',
                "name",
                did_you_mean(connection, known, label="connections are"),
            )
            for name, environment in environments.items()
            for index, connection in enumerate(environment.connections)
            if connection not in known
        ]
        if unknown:
            raise DataProblems(unknown)
        return environments

    @property
    def folder(self) -> Path | None:
        """The folder of the file; None for a project that was built in Python."""
        return self._folder

    def place_in(self, folder: Path) -> None:
        """Remember the file's folder; only `project_file` does this."""
        self._folder = folder

    def variables(self, environment: str | None = None) -> dict[str, str | bool | int | float]:
        """`vars` as they are in an environment (None: the first). Raises ProjectError if there is no such one."""
        if environment is None:
            chosen = next(iter(self.environments.values()), Environment())
        elif environment in self.environments:
            chosen = self.environments[environment]
        else:
            hint = did_you_mean(environment, self.environments, label="environments are")
            raise ProjectError(f'there is no environment "{environment}"', hint=hint)
        return {**self.vars, **chosen.vars}


def reveal(text: str, environ: Mapping[str, str]) -> str:
    """`text` with each `${secret.NAME}` replaced: by the variable NAME, or the file that NAME_FILE names.

    Raises ProjectError, which names the secret and never shows one.
    """

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name in environ:
            return environ[name]
        if f"{name}_FILE" in environ:
            return _read_secret(name, Path(environ[f"{name}_FILE"]))
        hint = f"set the environment variable {name}, or {name}_FILE to a file that holds it"
        raise ProjectError(f'the secret "{name}" is not set', hint=hint)

    return _SECRET.sub(value, text)


def mask_secrets(line: str) -> str:
    """A line of the file, to be shown: what stands in the place of a secret becomes stars, as many."""
    return _WRITTEN_SECRET.sub(lambda found: found[1] + "*" * len(found[2]), line)


def _read_secret(name: str, file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ProjectError(
            f'the file of the secret "{name}" cannot be read: {reason}', hint=f"check {name}_FILE"
        ) from None
