"""Where credentials come from: the environment, a file that nobody else can read, the keyring.

The environment goes by the vendor's and the account's name (ZENDESK_ACME_TOKEN), then by the vendor's alone
(ZENDESK_TOKEN), which counts for ZENDESK_SUBDOMAIN (FRESHDESK_DOMAIN) only if that is set. The file is the one that
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

KEYS: Mapping[str, str] = {
    "user": "EMAIL", "token": "TOKEN", "oauth_token": "OAUTH_TOKEN", "api_key": "API_KEY", "url": "URL",
}  # fmt: skip
"""What a credential is made of -> how its variables end."""

ENOUGH: Mapping[str, tuple[frozenset[str], ...]] = {
    "zendesk": (frozenset({"user", "token"}), frozenset({"oauth_token"})),
    "freshdesk": (frozenset({"api_key"}),),
}
"""Vendor -> the ways to be let in."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What an account is opened with. `token` goes with `user`; `oauth_token` and `api_key` stand alone.

    `url` replaces the vendor's address, for a sandbox. No secret is in the repr.
    """

    user: str | None = None
    token: str | None = field(default=None, repr=False)
    oauth_token: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)
    url: str | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(secret for secret in (self.token, self.oauth_token, self.api_key) if secret)


def find_credential(vendor: str, account: str, *, environ: Mapping[str, str]) -> Credential:
    """The credential of an account. Raises AuthenticationError if there is none, or its file is open to others."""
    found = (
        _from_environment(vendor, f"{vendor}_{account}", environ)
        or _from_vendor_environment(vendor, account, environ)
        or _from_file(vendor, account, environ)
        or _from_keyring(vendor, account)
    )
    if found is None:
        prefix = _name(vendor)
        ways = " or ".join(
            " and ".join(f"{prefix}_{KEYS[key]}" for key in KEYS if key in way) for way in ENOUGH[vendor]
        )
        raise AuthenticationError(
            f"{vendor}:{account}: there is no credential",
            vendor=vendor,
            hint=f"set {ways}; or name a file in {FILE_VARIABLE}",
        )
    return found


def credential_from(auth: Mapping[str, str], *, vendor: str, connection: str) -> Credential:
    """The credential that `auth` of a connection holds. Raises AuthenticationError for what is not enough."""
    found = _credential(vendor, auth)
    strange = sorted(set(auth) - set(KEYS))
    if found is None or strange:
        ways = " or ".join("{" + ", ".join(key for key in KEYS if key in way) + "}" for way in ENOUGH[vendor])
        what = f"does not know {', '.join(strange)}" if strange else "is not enough"
        raise AuthenticationError(
            f"the `auth` of {connection} {what}", vendor=vendor, hint=f"{vendor} takes {ways}"
        )
    return found


def _from_vendor_environment(vendor: str, account: str, environ: Mapping[str, str]) -> Credential | None:
    """The unnamed variables are for one account: another one never gets its token."""
    prefix = _name(vendor)
    meant = environ.get(f"{prefix}_SUBDOMAIN") or environ.get(f"{prefix}_DOMAIN", "").partition(".")[0]
    if meant and meant != account.partition(".")[0]:
        return None
    return _from_environment(vendor, vendor, environ)


def _from_environment(vendor: str, name: str, environ: Mapping[str, str]) -> Credential | None:
    prefix = _name(name)
    return _credential(vendor, {key: environ.get(f"{prefix}_{ending}") for key, ending in KEYS.items()})


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
    return _credential(vendor, section) if isinstance(section, dict) else None


def _from_keyring(vendor: str, account: str) -> Credential | None:
    """An entry of the service "cstoolkit" under the account's address: `user:token`, or an API key alone."""
    try:
        keyring = import_module("keyring")
    except ImportError:
        return None
    entry = keyring.get_password(KEYRING_SERVICE, f"{vendor}:{account}") or ""
    if frozenset({"api_key"}) in ENOUGH[vendor]:
        return _credential(vendor, {"api_key": entry})
    user, _, token = entry.partition(":")
    return _credential(vendor, {"user": user, "token": token})


def _credential(vendor: str, values: Mapping[str, Any]) -> Credential | None:
    known = {name: str(values[name]) for name in KEYS if values.get(name)}
    return Credential(**known) if any(way <= known.keys() for way in ENOUGH[vendor]) else None


def _name(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "_", text.upper())
