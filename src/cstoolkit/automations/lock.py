"""cstoolkit.lock: which rule and which name of a recipe is which thing of an account, and what was applied last.

One file of a project, for people to commit and to review: JSON, sorted, a line a value. It is what makes a
renamed rule an update, and what live rules are compared with to see whether somebody changed them since.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..errors import Location, Problem, ProjectError, RecipeError
from ..model.rules import Json, NativeRule

LOCK_FILE = "cstoolkit.lock"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Applied:
    """A rule as it was applied or pulled last: ids for names, normalised. `file` is its recipe's, in the project."""

    kind: str
    id: str
    title: str
    active: bool
    body: Json
    file: str | None = None


@dataclass(frozen=True, slots=True)
class AccountLock:
    """One connection's part: rules by key, and the ids of names by `kind:name`."""

    rules: Mapping[str, Applied] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lock:
    """The whole file, by connection."""

    connections: Mapping[str, AccountLock] = field(default_factory=dict)

    def of(self, connection: str) -> AccountLock:
        return self.connections.get(connection, AccountLock())

    def having(self, connection: str, account: AccountLock) -> "Lock":
        """The lock with one connection's part replaced."""
        return Lock({**self.connections, connection: account})


def applied(rule: NativeRule, file: str | None = None) -> Applied:
    """What the lock remembers of a rule that has an id."""
    return Applied(rule.kind, str(rule.id), rule.title, rule.active, rule.body, file)


def managed(live: Iterable[NativeRule], account: AccountLock) -> list[NativeRule]:
    """The live rules that the lock names, with our keys; the rest of the account is not ours."""
    keys = {(entry.kind, entry.id): key for key, entry in account.rules.items()}
    return [
        replace(rule, key=keys[rule.kind, rule.id or ""])
        for rule in live
        if (rule.kind, rule.id or "") in keys
    ]


def read_lock(path: Path) -> Lock:
    """The lock of a project; empty where there is no file yet. Raises RecipeError for what is no lock."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Lock()
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f"{path} cannot be read: {error}", hint="is it a file of text?") from error
    try:
        raw = json.loads(text)
        if raw["version"] != VERSION:
            raise ProjectError(
                f"{path} has version {raw['version']}; this cstoolkit reads version {VERSION}",
                hint="use the version of cstoolkit that wrote it",
            )
        return Lock({name: _account(part) for name, part in raw["connections"].items()})
    except json.JSONDecodeError as error:
        hint = "a merge left both sides in it? Keep either side, then run: cstoolkit pull"
        at = Location(str(path), error.lineno, error.colno)
        raise RecipeError([Problem(f"the lock is no JSON: {error.msg}", "lock", at, hint)]) from error
    except (KeyError, TypeError, AttributeError) as error:
        problem = Problem("this is not a lock of cstoolkit", "lock", Location(str(path), 1))
        raise RecipeError([problem], hint="move it away, then run: cstoolkit pull") from error


def write_lock(path: Path, lock: Lock) -> None:
    """Write it aside and rename: a reader, or a kill, never meets half of it."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with aside.open("w", encoding="utf-8") as out:
            out.write(lock_text(lock))
            out.flush()
            os.fsync(out.fileno())
        aside.replace(path)
    except OSError as error:
        raise ProjectError(
            f"{path} cannot be written: {error.strerror}",
            hint="the journal has it all: mend that, then run the command again",
        ) from error
    finally:
        aside.unlink(missing_ok=True)


def lock_text(lock: Lock) -> str:
    """The file, equal for equal locks."""
    raw = {
        "version": VERSION,
        "connections": {
            name: {
                "names": dict(account.names),
                "rules": {key: _plain(entry) for key, entry in account.rules.items()},
            }
            for name, account in lock.connections.items()
            if account.rules or account.names
        },
    }
    return json.dumps(raw, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _plain(entry: Applied) -> dict[str, Any]:
    plain = {
        "kind": entry.kind,
        "id": entry.id,
        "title": entry.title,
        "active": entry.active,
        "body": entry.body,
    }
    return plain if entry.file is None else {**plain, "file": entry.file}


def _account(raw: Any) -> AccountLock:
    rules = {
        key: Applied(
            kind=entry["kind"],
            id=str(entry["id"]),
            title=entry["title"],
            active=entry["active"],
            body=entry["body"],
            file=entry.get("file"),
        )
        for key, entry in raw["rules"].items()
    }
    return AccountLock(rules, {name: str(found) for name, found in raw["names"].items()})
