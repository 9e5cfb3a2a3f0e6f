"""Triggers, automations and macros of an account as NativeRules, and back into write bodies.

https://developer.zendesk.com/api-reference/ticketing/business-rules/triggers/ and its neighbours. Conditions
and actions go together always: an update that holds one of them replaces both.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import Problem, RejectedError
from ...model.rules import Json, NativeRule
from . import wire
from .client import ZendeskClient
from .lookups import Record

KINDS: Mapping[str, str] = {"trigger": "triggers", "automation": "automations", "macro": "macros"}
BODY: Mapping[str, tuple[str, ...]] = {
    "trigger": ("description", "category_id", "conditions", "actions"),
    "automation": ("conditions", "actions"),
    "macro": ("description", "actions", "restriction"),
}
LARGEST = 65_000  # bytes of a rule
MANY = 100  # rules of one update

TIME_BASED = (
    "NEW", "OPEN", "PENDING", "HOLD", "SOLVED", "CLOSED", "assigned_at", "updated_at", "requester_updated_at",
    "assignee_updated_at", "due_date", "until_due_date", "SLA_next_breach_at", "until_SLA_next_breach_at",
)  # fmt: skip
ANCHORS = ("status", "type", "group_id", "assignee_id", "requester_id", "custom_status_id")


def rule_from_zendesk(kind: str, raw: Record, *, category: int | None) -> NativeRule:
    """A rule without its id, order and stamps in the body. `category` is the position of its category."""
    body: dict[str, Json] = {name: raw[name] for name in BODY[kind] if name in raw}
    position = int(raw.get("position") or 0)
    order = (position,) if category is None else (category, position)
    title = raw.get("raw_title") or raw["title"]
    return NativeRule(wire.VENDOR, kind, None, str(raw["id"]), title, bool(raw.get("active")), body, order)


def rule_to_zendesk(rule: NativeRule) -> Record:
    """What a create or an update holds."""
    body = rule.body if isinstance(rule.body, dict) else {}
    known = {name: body[name] for name in BODY[rule.kind] if name in body}
    return {rule.kind: {"title": rule.title, "active": rule.active, **known}}


def check_rule(rule: NativeRule) -> list[Problem]:
    """What Zendesk would refuse, as far as the rule alone shows it."""
    if rule.kind not in KINDS:
        hint = f"kinds are: {', '.join(KINDS)}"
        return [Problem(f'Zendesk has no "{rule.kind}"', "kind", hint=hint)]
    problems = []
    if rule.vendor != wire.VENDOR:
        problems.append(Problem(f"this rule is for {rule.vendor}, not for zendesk", "vendor"))
    if not rule.title.strip():
        problems.append(Problem("a rule needs a title", "title"))
    if len(str(rule_to_zendesk(rule)).encode()) > LARGEST:
        problems.append(Problem(f"a rule takes at most {LARGEST} bytes", "size", hint="split it"))
    body = rule.body if isinstance(rule.body, dict) else {}
    if not body.get("actions"):
        problems.append(Problem("a rule needs an action", "actions"))
    return problems + (_check_automation(body) if rule.kind == "automation" else [])


def _check_automation(body: Mapping[str, Any]) -> list[Problem]:
    conditions = body.get("conditions") or {}
    asked = [one.get("field") for one in conditions.get("all") or ()]
    problems = []
    if not any(field in TIME_BASED for field in asked):
        problems.append(Problem("an automation needs a condition on time that must hold", "conditions"))
    if not any(field in ANCHORS for field in asked):
        problems.append(
            Problem(
                "an automation needs a condition on status, type, group, assignee or requester", "conditions"
            )
        )
    if any(one.get("field") in TIME_BASED for one in conditions.get("any") or ()):
        problems.append(Problem("conditions on time cannot stand under `any`", "conditions"))
    return problems


class LiveRules:
    """The rules of one account."""

    def __init__(self, client: ZendeskClient) -> None:
        self._client = client

    def read(self, kind: str | None = None) -> list[NativeRule]:
        """The rules in the order in which they run, kind by kind."""
        found = []
        for one in KINDS if kind is None else (kind,):
            plural = KINDS.get(one)
            categories = self._categories() if one == "trigger" else {}
            records = self._client.all_of(f"api/v2/{plural}", plural) if plural else []
            rules = [
                rule_from_zendesk(one, raw, category=categories.get(str(raw.get("category_id"))))
                for raw in records
            ]
            found += sorted(rules, key=lambda rule: (rule.order, int(rule.id or 0)))
        return found

    def create(self, rule: NativeRule) -> NativeRule:
        """Raises RejectedError with what Zendesk says of it."""
        plural = self._plural(rule)
        body = rule_to_zendesk(rule)
        if rule.order and isinstance(rule.order[-1], int):
            body[rule.kind]["position"] = rule.order[-1]
        raw = self._client.post(f"api/v2/{plural}", body)[rule.kind]
        return self._with_key(rule, raw)

    def update(self, rule: NativeRule) -> NativeRule:
        raw = self._client.put(f"api/v2/{self._plural(rule)}/{rule.id}", rule_to_zendesk(rule))[rule.kind]
        return self._with_key(rule, raw)

    def delete(self, rule: NativeRule) -> None:
        """Raises NotFoundError for a rule that is not there."""
        path = f"api/v2/{self._plural(rule)}/{rule.id}"
        self._client.get(path)
        self._client.delete(path)

    def reorder(self, rules: Sequence[NativeRule]) -> None:
        """Put these rules into the order given, before the others of their kinds."""
        for kind in dict.fromkeys(rule.kind for rule in rules):
            first = [rule.id for rule in rules if rule.kind == kind]
            others = [rule.id for rule in self.read(kind) if rule.id not in first]
            plural = KINDS[kind]
            ids = [*first, *others]
            if self._in_one_call(kind):
                self._client.put("api/v2/triggers/reorder", {"trigger_ids": [int(one or 0) for one in ids]})
            else:
                places = [{"id": int(one or 0), "position": place} for place, one in enumerate(ids, 1)]
                for start in range(0, len(places), MANY):
                    self._client.put(f"api/v2/{plural}/update_many", {plural: places[start : start + MANY]})

    def reorder_calls(self, rules: Sequence[NativeRule]) -> int:
        """How many writes it takes, if these are all the rules of their kinds."""
        kinds = Counter(rule.kind for rule in rules)
        return sum(1 if self._in_one_call(kind) else -(-count // MANY) for kind, count in kinds.items())

    def _in_one_call(self, kind: str) -> bool:
        return kind == "trigger" and len(self._categories()) <= 1

    def _categories(self) -> dict[str, int]:
        found = self._client.optional("api/v2/trigger_categories", "trigger_categories")
        return {str(one["id"]): int(one.get("position") or 0) for one in found}

    def _with_key(self, rule: NativeRule, raw: Record) -> NativeRule:
        categories = self._categories() if rule.kind == "trigger" else {}
        made = rule_from_zendesk(rule.kind, raw, category=categories.get(str(raw.get("category_id"))))
        return NativeRule(
            made.vendor, made.kind, rule.key, made.id, made.title, made.active, made.body, made.order
        )

    def _plural(self, rule: NativeRule) -> str:
        problems = check_rule(rule)
        if rule.kind not in KINDS:
            raise RejectedError(problems[0].message, vendor=wire.VENDOR, hint=problems[0].hint)
        return KINDS[rule.kind]
