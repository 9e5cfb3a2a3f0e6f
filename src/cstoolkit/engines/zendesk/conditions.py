"""Zendesk's conditions: a row for each field that rules may ask about, compiled to a check."""

from ..switches import Switches
from ..trace import Record
from .check import Check, Judge, Kind, Question, unknown
from .choices import choice, satisfaction, status_of_the_account
from .custom import PREFIXES
from .hours import CLOCKS
from .sla_fields import OPTION_PREFIX, SLA_FIELDS, option_field
from .ticket_tests import TICKET_TESTS, Builder, hours
from .update_tests import UPDATE_TESTS, created_via

TRIGGERS = frozenset({"trigger"})
AUTOMATIONS = frozenset({"automation"})
POLICIES = frozenset({"sla_policy"})
RULES = TRIGGERS | AUTOMATIONS
EVERYWHERE = RULES | POLICIES
# Beyond the ones named below, a field on the ticket is for triggers.
ELSEWHERE = {
    "current_tags": EVERYWHERE,
    "ticket_is_public": EVERYWHERE,
    "recipient": EVERYWHERE,
    "description_includes_word": AUTOMATIONS,
    "locale_id": RULES,
    "requester_role": TRIGGERS | POLICIES,
    "current_via_id": TRIGGERS | POLICIES,
}
CHOICES = (
    "status", "type", "priority", "group_id", "assignee_id", "requester_id", "organization_id", "brand_id",
    "ticket_form_id",
)  # fmt: skip

CONDITIONS: dict[str, tuple[Builder, frozenset[str]]] = {
    **dict.fromkeys(CHOICES, (choice, EVERYWHERE)),
    "custom_status_id": (status_of_the_account, EVERYWHERE),
    "satisfaction_score": (satisfaction, RULES),
    "via_id": (created_via, EVERYWHERE),
    **{field: (build, ELSEWHERE.get(field, TRIGGERS)) for field, build in TICKET_TESTS.items()},
    **{field: (build, ELSEWHERE.get(field, TRIGGERS)) for field, build in UPDATE_TESTS.items()},
    **dict.fromkeys(CLOCKS, (hours, AUTOMATIONS)),
    **{field: (build, POLICIES) for field, build in SLA_FIELDS.items()},
}
BY_PREFIX: dict[str, tuple[Builder, frozenset[str]]] = {
    **{prefix: (build, EVERYWHERE) for prefix, build in PREFIXES.items()},
    OPTION_PREFIX: (option_field, POLICIES),
}


def compile_condition(raw: Record, path: str, *, kind: Kind, switches: Switches) -> Check:
    """The check for one condition. What this engine does not know, the check says when it is asked."""
    question = Question(str(raw.get("field")), str(raw.get("operator")), raw.get("value"), kind, switches)
    return Check(path, question.field, question.op, question.value, _judge(question))


def _judge(question: Question) -> Judge:
    row = CONDITIONS.get(question.field)
    if row is None:
        row = next((row for prefix, row in BY_PREFIX.items() if question.field.startswith(prefix)), None)
    if row is None:
        return unknown(f'"{question.field}" is not a condition that this engine knows')
    build, kinds = row
    if question.kind not in kinds:
        return unknown(f'"{question.field}" is not offered to a {question.kind}')
    return build(question)
