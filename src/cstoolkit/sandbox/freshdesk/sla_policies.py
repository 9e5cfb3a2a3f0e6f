"""SLA policies: listed, written, never deleted and never read one by one (fact sheet 3.5)."""

from ..http import Record
from .attributes import BIGGEST, Attribute, Attributes, check_value, mismatch, missing, read
from .refusals import Problem, invalid, unknown_field
from .resources import Resource
from .visit import Desk, Visit

LEAST_NEXT_RESPONSE = 30

_TARGET: Attributes = {
    "respond_within": Attribute("integer", required=True),
    "resolve_within": Attribute("integer", required=True),
    "next_respond_within": Attribute("integer"),
    "business_hours": Attribute("flag", required=True),
    "escalation_enabled": Attribute("flag", required=True),
}
_APPLIES: Attributes = {
    "company_ids": Attribute("integers"),
    "group_ids": Attribute("integers"),
    "product_ids": Attribute("integers"),
    "sources": Attribute("integers"),
    "ticket_types": Attribute("texts"),
    "contact_segments": Attribute("integers"),
    "company_segments": Attribute("integers"),
}
LONGEST_ESCALATION = 90 * 86_400
LEVELS = tuple(f"level_{number}" for number in (1, 2, 3, 4))
PRIORITIES = tuple(f"priority_{number}" for number in (1, 2, 3, 4))


def _check_policy(visit: Visit, record: Record, before: Record | None) -> None:
    problems: list[Problem] = []
    for key, target in (record["sla_target"] or {}).items():
        if key not in PRIORITIES or not isinstance(target, dict):
            problems.append(unknown_field(f"sla_target.{key}"))
            continue
        values = read(_TARGET, target, new=True)
        if (values.get("next_respond_within") or LEAST_NEXT_RESPONSE) < LEAST_NEXT_RESPONSE:
            problems.append(
                Problem(f"{key}.next_respond_within", f"It should be at least {LEAST_NEXT_RESPONSE}")
            )
        if values["respond_within"] <= 0 or values["resolve_within"] < values["respond_within"]:
            problems.append(Problem(f"{key}.resolve_within", "It should not be less than respond_within"))
    problems += _check_escalation(record["escalation"] or {})
    problems += missing(f"sla_target.{key}" for key in PRIORITIES if key not in (record["sla_target"] or {}))
    default = before is not None and before["is_default"]
    applies = read(_APPLIES, record["applicable_to"] or {}, new=False)
    if not default and not any(applies.values()):
        problems += missing(["applicable_to"])
    if problems:
        raise invalid(problems)
    record["position"] = record["position"] or visit.state.count("sla_policies")
    if before is None:
        _default_last(visit, record["position"])


def _check_escalation(sent: Record) -> list[Problem]:
    """`response` is one level, `resolution` up to four."""
    problems = [unknown_field(f"escalation.{key}") for key in sent if key not in ("response", "resolution")]
    levels = {"escalation.response": sent.get("response")}
    resolution = sent.get("resolution")
    if resolution is not None and not isinstance(resolution, dict):
        return [*problems, *check_value("escalation.resolution", resolution, Attribute("record"))]
    levels |= {f"escalation.resolution.{name}": level for name, level in (resolution or {}).items()}
    for where, level in levels.items():
        if level is None:
            continue
        if "resolution" in where and where.rpartition(".")[2] not in LEVELS:
            problems.append(unknown_field(where))
        elif not isinstance(level, dict):
            problems += check_value(where, level, Attribute("record"))
        else:
            problems += _check_level(where, level)
    return problems


def _check_level(where: str, level: Record) -> list[Problem]:
    problems = [
        unknown_field(f"{where}.{key}") for key in level if key not in ("escalation_time", "agent_ids")
    ]
    time, ids = level.get("escalation_time", 0), level.get("agent_ids", [])
    problems += check_value(f"{where}.escalation_time", time, Attribute("integer", null=False))
    if not problems and not 0 <= time <= LONGEST_ESCALATION:
        problems.append(Problem(f"{where}.escalation_time", f"It should be from 0 to {LONGEST_ESCALATION}"))
    # -1 is the ticket's own agent.
    if not isinstance(ids, list) or not all(_is_id(id_) for id_ in ids):
        problems.append(mismatch(f"{where}.agent_ids", ids, "Array"))
    return problems


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -1 <= value <= BIGGEST


def _default_last(desk: Desk, position: int) -> None:
    for policy in desk.state.rows("sla_policies"):
        if policy["is_default"]:
            desk.state.put("sla_policies", policy | {"position": max(policy["position"], position + 1)})


SLA_POLICIES = Resource(
    "sla_policies",
    "sla_policies",
    attributes={
        "name": Attribute("text", required=True, least=1, most=255),
        "description": Attribute("text"),
        "active": Attribute("flag"),
        "position": Attribute("integer"),
        "sla_target": Attribute("record", required=True),
        "applicable_to": Attribute("record"),
        "escalation": Attribute("record"),
    },
    defaults={
        "name": "", "description": None, "active": True, "is_default": False, "position": 0, "sla_target": {},
        "applicable_to": {}, "escalation": {},
    },
    verbs="list create update",
    order="position",
    reserved_reads=True,
    text_ids=True,
    check=_check_policy,
)  # fmt: skip
