"""Automation rules and canned responses of an account as NativeRules, and back into write bodies.

Rule types: 1 ticket creation, 3 hourly, 4 ticket updates; https://developers.freshdesk.com/api/#automations.
A rule that is read may lack what a write must have (`resource_type`), so bodies are kept in the form that can be
written. Scenario automations can only be read, canned responses not deleted.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import Problem, RejectedError
from ...model.rules import Json, NativeRule
from ..transport_answers import LostAnswerError
from . import wire
from .client import FreshdeskClient
from .convert import instant
from .lookups import Record

TYPES: Mapping[str, int] = {"rule_1": 1, "rule_3": 3, "rule_4": 4}
CANNED, SCENARIO = "canned_response", "scenario_automation"
KINDS = (*TYPES, CANNED, SCENARIO)
KEEPS = frozenset({CANNED, SCENARIO})
"""What its API deletes not: https://developers.freshdesk.com/api/#canned-responses"""
BODY: Mapping[str, tuple[str, ...]] = {
    "rule_1": ("description", "conditions", "operator", "actions"),
    "rule_3": ("description", "conditions", "operator", "actions"),
    "rule_4": ("description", "performer", "events", "conditions", "operator", "actions"),
    CANNED: ("content_html", "folder_id", "visibility", "group_ids"),
    SCENARIO: ("description", "actions", "private"),
}
SHORTEST_TITLE = 3  # characters of a canned response's title
WEBHOOK = ("request_type", "url", "content_type", "content_layout", "content")
"""What a webhook must have: without one of them the vendor answers 500."""


def rule_from_freshdesk(kind: str, raw: Record) -> NativeRule:
    """A rule without its id, order and stamps in the body; empty parts are left out."""
    body: dict[str, Json] = {name: raw[name] for name in BODY[kind] if raw.get(name) not in (None, [], "")}
    if "conditions" in body:
        body["conditions"] = [_with_resource(one) for one in raw["conditions"]]
    title = str(raw.get("name") or raw.get("title") or "")
    order = (int(raw["position"]),) if raw.get("position") is not None else ()
    return NativeRule(
        wire.VENDOR, kind, None, str(raw["id"]), title, raw.get("active", True) is not False, body, order
    )


def rule_to_freshdesk(rule: NativeRule) -> Record:
    """What a create or an update holds."""
    body = rule.body if isinstance(rule.body, dict) else {}
    known: Record = {name: body[name] for name in BODY[rule.kind] if name in body}
    if rule.kind == CANNED:
        # The reference has both names for the text; which of them is read on a write is not documented.
        return {"title": rule.title, "content": known.get("content_html"), **known}
    if "conditions" in known:
        known["conditions"] = [_with_resource(one) for one in known["conditions"]]
    return {"name": rule.title, "active": rule.active, **known}


def check_rule(rule: NativeRule) -> list[Problem]:
    """What Freshdesk would refuse, as far as the rule alone shows it."""
    if rule.kind not in KINDS:
        return [Problem(f'Freshdesk has no "{rule.kind}"', "kind", hint=f"kinds are: {', '.join(KINDS)}")]
    problems = []
    if rule.vendor != wire.VENDOR:
        problems.append(Problem(f"this rule is for {rule.vendor}, not for freshdesk", "vendor"))
    if not rule.title.strip():
        problems.append(Problem("a rule needs a title", "title"))
    body = rule.body if isinstance(rule.body, dict) else {}
    if rule.kind == SCENARIO:
        hint = "make it in Freshdesk's own pages"
        problems.append(Problem("scenario automations cannot be written by API", "kind", hint=hint))
    return problems + (_check_canned(rule, body) if rule.kind == CANNED else _check_automation(rule, body))


def _check_canned(rule: NativeRule, body: Mapping[str, Any]) -> list[Problem]:
    problems = []
    if len(rule.title.strip()) < SHORTEST_TITLE:
        problems.append(
            Problem(f"a canned response's title has {SHORTEST_TITLE} characters at least", "title")
        )
    if not body.get("content_html"):
        problems.append(Problem("a canned response needs a text", "content_html"))
    if not rule.active:
        hint = "show it to few groups instead"
        problems.append(Problem("a canned response cannot be inactive", "active", hint=hint))
    return problems


def _check_automation(rule: NativeRule, body: Mapping[str, Any]) -> list[Problem]:
    problems = []
    if not body.get("actions"):
        problems.append(Problem("a rule needs an action", "actions"))
    sets = body.get("conditions") or []
    if rule.kind in {"rule_1", "rule_3"} and not any(one.get("properties") for one in sets):
        problems.append(Problem("a rule of this type needs a condition", "conditions"))
    if len(sets) > 2:
        problems.append(Problem("a rule has two sets of conditions at most", "conditions", hint="split it"))
    if rule.kind == "rule_4" and not body.get("events"):
        problems.append(Problem("a rule on updates needs an event", "events"))
    for action in body.get("actions") or ():
        missing = [name for name in WEBHOOK if not action.get(name)]
        if action.get("field_name") == "trigger_webhook" and missing:
            problems.append(Problem(f"a webhook needs {', '.join(missing)}", "actions"))
    return problems + [
        Problem(f'"{one["operator"]}" takes a list of texts', "conditions")
        for conditions in sets
        for one in conditions.get("properties") or ()
        if one.get("operator") in {"contains", "does_not_contain"} and isinstance(one.get("value"), str)
    ]


def _with_resource(conditions: Any) -> Any:
    """Each condition says of what it speaks: older rules do not, and then it is the ticket."""
    if not isinstance(conditions, Mapping):
        return conditions
    told = [
        {"resource_type": "ticket", **one} if isinstance(one, Mapping) else one
        for one in conditions.get("properties") or ()
    ]
    return {**conditions, "properties": told}


class LiveRules:
    """The rules of one account."""

    def __init__(self, client: FreshdeskClient) -> None:
        self._client = client

    def read(self, kind: str | None = None) -> list[NativeRule]:
        """The rules in the order in which they run, kind by kind."""
        found = []
        for one in KINDS if kind is None else (kind,):
            rules = [rule_from_freshdesk(one, raw) for raw in self._records(one)]
            found += sorted(rules, key=lambda rule: (rule.order, int(rule.id or 0)))
        return found

    def create(self, rule: NativeRule) -> NativeRule:
        """Raises RejectedError with what Freshdesk says of it. A lost answer is looked up, not repeated."""
        path, body = self._path(rule), rule_to_freshdesk(rule)
        if rule.kind in TYPES and rule.order and isinstance(rule.order[-1], int):
            body["position"] = rule.order[-1]
        asked_at = self._client.vendor_now()
        try:
            raw = self._client.post(path, body)
        except LostAnswerError as error:
            title = "title" if rule.kind == CANNED else "name"
            made = [
                one
                for one in self._records(rule.kind)
                if one[title] == rule.title and instant(one["created_at"]) >= asked_at
            ]
            if len(made) != 1:
                raise self._not_made(rule, error) from error
            raw = made[0]
        return _with_key(rule, raw)

    def update(self, rule: NativeRule) -> NativeRule:
        """Raises RejectedError, NotFoundError."""
        raw = self._client.put(f"{self._path(rule)}/{rule.id}", rule_to_freshdesk(rule))
        return _with_key(rule, raw)

    def delete(self, rule: NativeRule) -> None:
        """Raises NotFoundError for a rule that is not there, RejectedError for what cannot be deleted."""
        if rule.kind == CANNED:
            raise RejectedError(
                "Freshdesk deletes no canned responses by API",
                vendor=wire.VENDOR,
                hint="delete it in Freshdesk's own pages",
            )
        path = f"{self._path(rule)}/{rule.id}"
        self._client.get(path)
        self._client.delete(path)

    def reorder(self, rules: Sequence[NativeRule]) -> None:
        """Put these rules into the order given, before the others of their kinds: one call for each that moves."""
        for kind in dict.fromkeys(rule.kind for rule in rules if rule.kind in TYPES):
            stands = [rule.id for rule in self.read(kind)]
            wanted = [rule.id for rule in rules if rule.kind == kind]
            for place, rule_id in enumerate(wanted):
                if stands.index(rule_id) != place:
                    path = f"automations/{TYPES[kind]}/rules/{rule_id}"
                    self._client.put(path, {"position": place + 1})
                    stands.remove(rule_id)
                    stands.insert(place, rule_id)

    def _records(self, kind: str) -> list[Record]:
        if kind in TYPES:
            return self._rules_of(TYPES[kind])
        if kind == SCENARIO:
            return self._client.optional("scenario_automations")
        if kind != CANNED:
            return []
        folders = self._client.optional("canned_response_folders", size=None)
        return [
            record
            for folder in folders
            if folder.get("responses_count", 1)
            for record in self._client.all_of(f"canned_response_folders/{folder['id']}/responses", size=None)
        ]

    def _rules_of(self, type: int) -> list[Record]:
        """The vendor's reference shows the list in an envelope, accounts give it bare."""
        found: list[Record] = []
        for page in self._client.pages(f"automations/{type}/rules"):
            body: Any = page
            found += body["rules"] if isinstance(body, Mapping) else page
        return found

    def _path(self, rule: NativeRule) -> str:
        if rule.kind in TYPES:
            return f"automations/{TYPES[rule.kind]}/rules"
        if rule.kind == CANNED:
            return "canned_responses"
        problem = next(one for one in check_rule(rule) if one.code == "kind")
        raise RejectedError(problem.message, vendor=wire.VENDOR, hint=problem.hint)

    def _not_made(self, rule: NativeRule, error: LostAnswerError) -> RejectedError:
        return RejectedError(
            f'Freshdesk did not make "{rule.title}", or more than one: {error}',
            vendor=wire.VENDOR,
            hint="an action with a missing part is answered like this; look at the account's rules",
        )


def _with_key(rule: NativeRule, raw: Record) -> NativeRule:
    made = rule_from_freshdesk(rule.kind, raw)
    return NativeRule(
        made.vendor, made.kind, rule.key, made.id, made.title, made.active, made.body, made.order
    )
