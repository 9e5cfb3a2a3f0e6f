"""Plans as files: JSON with a digest of itself, so that what is applied is what was looked at."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ..errors import ProjectError, RefusedError
from .differences import Difference
from .plan import AccountPlan, Change, Verb
from .plan_order import Reorder
from .rule_form import rule_from_json, rule_to_json

SCHEMA = "cstoolkit/plan/1"
SHORT = 12
"""Characters of the digest that a person types to approve a plan."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be changed, account by account. `protected`: applying asks for the digest's first characters."""

    accounts: tuple[AccountPlan, ...]
    made_at: datetime
    environment: str | None = None
    protected: bool = False

    @property
    def digest(self) -> str:
        """Of all that the plan says. Two plans of the same digest do the same."""
        return _digest(plan_to_json(self))

    @property
    def sends(self) -> bool:
        return any(account.sends for account in self.accounts)


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """The plan file, without its digest."""
    return {
        "schema": SCHEMA,
        "made_at": plan.made_at.isoformat(),
        "environment": plan.environment,
        "protected": plan.protected,
        "accounts": [_account_to_json(account) for account in plan.accounts],
    }


def plan_text(plan: Plan) -> str:
    """The file as it is written."""
    raw = plan_to_json(plan)
    return json.dumps({**raw, "digest": _digest(raw)}, indent=1, ensure_ascii=False) + "\n"


def read_plan(path: Path) -> Plan:
    """A saved plan. Raises RefusedError if it was altered, ProjectError for what is no plan."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["schema"] != SCHEMA:
            raise ProjectError(
                f"{path} is a plan of another version: {raw['schema']}",
                hint="make it again with this cstoolkit",
            )
        said = raw.pop("digest")
        if said != _digest(raw):
            raise RefusedError(
                f"{path} is not what `plan` wrote: its digest does not fit",
                hint="make the plan again; a plan is not for editing, the recipes are",
            )
        return _plan(raw)
    except OSError as error:
        raise ProjectError(
            f"{path} cannot be read: {error.strerror}", hint="write it with: cstoolkit plan --out FILE"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProjectError(f"{path} is no plan", hint="write one with: cstoolkit plan --out FILE") from error


def _plan(raw: Mapping[str, Any]) -> Plan:
    return Plan(
        accounts=tuple(_account(one) for one in raw["accounts"]),
        made_at=datetime.fromisoformat(raw["made_at"]),
        environment=raw["environment"],
        protected=raw["protected"],
    )


def _account_to_json(account: AccountPlan) -> dict[str, Any]:
    return {
        "connection": account.connection,
        "vendor": account.vendor,
        "changes": [_change_to_json(change) for change in account.changes],
        "reorders": [
            {
                "kind": one.kind,
                "rules": [rule_to_json(rule) for rule in one.rules],
                "before": list(one.before),
            }
            for one in account.reorders
        ],
        "unchanged": account.unchanged,
        "managed": account.managed,
        "seen": dict(account.seen or {}),
        "names": dict(account.names or {}),
        "files": dict(account.files or {}),
        "calls": account.calls,
        "minutes": account.minutes,
        "cannot_undo": list(account.cannot_undo),
    }


def _account(raw: Mapping[str, Any]) -> AccountPlan:
    return AccountPlan(
        connection=raw["connection"],
        vendor=raw["vendor"],
        changes=tuple(_change(one) for one in raw["changes"]),
        reorders=tuple(
            Reorder(one["kind"], tuple(rule_from_json(rule) for rule in one["rules"]), tuple(one["before"]))
            for one in raw["reorders"]
        ),
        unchanged=raw["unchanged"],
        managed=raw["managed"],
        seen=raw["seen"],
        names=raw["names"],
        files=raw["files"],
        calls=raw["calls"],
        minutes=raw["minutes"],
        cannot_undo=tuple(raw["cannot_undo"]),
    )


def _change_to_json(change: Change) -> dict[str, Any]:
    return {
        "verb": change.verb.value,
        "key": change.key,
        "live": rule_to_json(change.live) if change.live else None,
        "desired": rule_to_json(change.desired) if change.desired else None,
        "file": change.file,
        "outside": [[one.place, one.before, one.after] for one in change.outside],
        "outside_by": change.outside_by,
        "note": change.note,
        "exact": rule_to_json(change.exact) if change.exact else None,
    }


def _change(raw: Mapping[str, Any]) -> Change:
    return Change(
        verb=Verb(raw["verb"]),
        key=raw["key"],
        live=rule_from_json(raw["live"]) if raw["live"] else None,
        desired=rule_from_json(raw["desired"]) if raw["desired"] else None,
        file=raw["file"],
        outside=tuple(Difference(*one) for one in raw["outside"]),
        outside_by=raw["outside_by"],
        note=raw["note"],
        exact=rule_from_json(raw["exact"]) if raw["exact"] else None,
    )


def _digest(raw: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(raw, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
