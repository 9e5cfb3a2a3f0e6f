"""Where credentials come from: the environment, a file that nobody else can read, the keyring.

The environment goes by the vendor's and the account's name (ZENDESK_ACME_TOKEN), then by the vendor's alone
(ZENDESK_TOKEN), which counts for ZENDESK_SUBDOMAIN only if that is set. The file is the one that
CSTOOLKIT_CREDENTIALS names; the keyring is asked last, if the extra `keyring` is installed.
"""

import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from ..errors import AuthenticationError

FILE_VARIABLE = "CSTOOLKIT_CREDENTIALS"
KEYRING_SERVICE = "cstoolkit"


@dataclass(frozen=True, slots=True)
class Credential:
    """What an account is opened with. `token` goes with `user`, `oauth_token` stands alone.

    `url` replaces the vendor's address, for a sandbox. Neither token is in the repr.
    """

    user: str | None = None
    token: str | None = field(default=None, repr=False)
    oauth_token: str | None = field(default=None, repr=False)
    url: str | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(secret for secret in (self.token, self.oauth_token) if secret)


def find_credential(vendor: str, account: str, *, environ: Mapping[str, str]) -> Credential:
    """The credential of an account. Raises AuthenticationError if there is none, or its file is open to others."""
    found = (
        _from_environment(f"{vendor}_{account}", environ)
        or _from_vendor_environment(vendor, account, environ)
        or _from_file(vendor, account, environ)
        or _from_keyring(vendor, account)
    )
    if found is None:
        prefix = _name(vendor)
        raise AuthenticationError(
            f"{vendor}:{account}: there is no credential",
            vendor=vendor,
            hint=f"set {prefix}_EMAIL and {prefix}_TOKEN, or {prefix}_OAUTH_TOKEN; or name a file in "
            f"{FILE_VARIABLE}",
        )
    return found


def _from_vendor_environment(vendor: str, account: str, environ: Mapping[str, str]) -> Credential | None:
    """The unnamed variables are for one account: another one never gets its token."""
    meant = environ.get(f"{_name(vendor)}_SUBDOMAIN")
    return _from_environment(vendor, environ) if meant in (None, "", account) else None


def _from_environment(name: str, environ: Mapping[str, str]) -> Credential | None:
    prefix = _name(name)
    return _credential(
        {
            "user": environ.get(f"{prefix}_EMAIL"),
            "token": environ.get(f"{prefix}_TOKEN"),
            "oauth_token": environ.get(f"{prefix}_OAUTH_TOKEN"),
            "url": environ.get(f"{prefix}_URL"),
        }
    )


def _from_file(vendor: str, account: str, environ: Mapping[str, str]) -> Credential | None:
    named = environ.get(FILE_VARIABLE)
    if not named:
        return None
    path = Path(named)
    try:
        mode = path.stat().st_mode
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise AuthenticationError(
                f"{path} can be read by others", vendor=vendor, hint=f"chmod 600 {path}, and renew its tokens"
            )
        loaded = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise AuthenticationError(f"{path} cannot be read: {error.strerror}", vendor=vendor) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        # Not chained: what the parser quotes may be a token.
        raise AuthenticationError(
            f"{path} is not a TOML file",
            vendor=vendor,
            hint=f'it has sections such as ["{vendor}:{account}"]',
        ) from None
    section = loaded.get(f"{vendor}:{account}")
    return _credential(section) if isinstance(section, dict) else None


def _from_keyring(vendor: str, account: str) -> Credential | None:
    """An entry of the service "cstoolkit": `user:token` under the account's address."""
    try:
        keyring = import_module("keyring")
    except ImportError:
        return None
    user, colon, token = (keyring.get_password(KEYRING_SERVICE, f"{vendor}:{account}") or "").partition(":")
    return Credential(user=user, token=token) if colon else None


def _credential(values: Mapping[str, Any]) -> Credential | None:
    known = {name: str(values[name]) for name in ("user", "token", "oauth_token", "url") if values.get(name)}
    complete = "oauth_token" in known or {"user", "token"} <= known.keys()
    return Credential(**known) if complete else None


def _name(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "_", text.upper())
