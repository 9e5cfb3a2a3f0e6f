"""Zendesk's actions: a row for each thing that rules may do, compiled to functions on the ticket's state."""

from collections.abc import Callable

from ..switches import Switches
from ..trace import CannotJudge, FieldChange, Record
from .check import Kind
from .effects import Act, Action, Effects
from .foreign_fields import set_organization_field, set_person_field, set_requester_locale
from .keys import key, stored
from .macro_comment import comment_mode, comment_text
from .messages import notify_group, notify_target, notify_user, notify_webhook
from .order import Order, acting_user, not_known
from .ownership import set_assignee, set_group
from .schedules import assigned_schedule
from .state import CUSTOM, TicketState
from .statuses import move_own_status, move_status
from .tags import add_tags, remove_tags, set_field, set_tags

Builder = Callable[[Order], Act]
NOT_JUDGED = (
    "notification_sms_user", "notification_sms_group", "notification_messaging_csat", "notification_zis",
    "tweet_requester", "reply_public", "reply_internal", "side_conversation", "side_conversation_ticket",
    "side_conversation_slack", "add_skills", "set_skills", "remove_skills",
)  # fmt: skip


def compile_action(raw: Record, path: str, *, kind: Kind, switches: Switches) -> Action:
    """A function for one action. What this engine does not know, it says when the rule fires."""
    order = Order(path, str(raw.get("field")), raw.get("value"), kind, switches)
    try:
        return Action(path, order.field, _builder(order)(order))
    except CannotJudge as missing:
        return Action(path, order.field, not_known(missing.reason))


def _builder(order: Order) -> Builder:
    row = ACTIONS.get(order.field)
    if row is None:
        row = next((row for prefix, row in BY_PREFIX.items() if order.field.startswith(prefix)), None)
    if row is None:
        raise CannotJudge(f'"{order.field}" is not an action that this engine knows')
    build, kinds = row
    if order.kind not in kinds:
        raise CannotJudge(f'"{order.field}" is not offered to a {order.kind}')
    return build


def set_status(order: Order) -> Act:
    """Never back to new; solving needs an assignee (switch `rule_solves_unassigned`)."""
    wanted = key(order.value)

    def act(state: TicketState, effects: Effects) -> None:
        unassigned = state.value("assignee_id") is None
        if wanted in {None, "new"} and state.value("status") is not None:
            return
        if wanted == "solved" and unassigned and state.switches["rule_solves_unassigned"] == "refused":
            return
        move_status(state, effects, wanted)

    return act


def set_custom_status(order: Order) -> Act:
    """The status becomes the category of the account's own status."""
    wanted = key(order.value)
    return lambda state, effects: move_own_status(state, effects, wanted)


def set_plain(order: Order) -> Act:
    """One value into one field."""
    wanted = stored(order.value) if order.field.endswith("_id") else key(order.value)
    return lambda state, effects: effects.add(state.set(order.field, wanted))


def set_priority(order: Order) -> Act:
    """A priority cannot be emptied."""
    wanted = key(order.value)
    return lambda state, effects: effects.add(None if wanted is None else state.set("priority", wanted))


def set_form(order: Order) -> Act:
    if order.value != "default_ticket_form":
        return set_plain(order)

    def act(state: TicketState, effects: Effects) -> None:
        forms = [number for number, form in state.all("ticket_forms").items() if form.get("default")]
        if not forms:
            raise CannotJudge("no form is known to be the default one")
        effects.add(state.set("ticket_form_id", stored(forms[0])))

    return act


def set_schedule(order: Order) -> Act:
    """No change where an earlier update set the same one already."""
    wanted = stored(order.value)

    def act(state: TicketState, effects: Effects) -> None:
        held = assigned_schedule(state)
        if held != key(wanted):
            state.set("schedule_id", wanted)
            effects.add(FieldChange("schedule_id", stored(held), wanted))

    return act


def offer_rating(order: Order) -> Act:
    """`offered` or `unoffered`. A rating that was given stays."""
    if order.value not in {"offered", "unoffered"}:
        return not_known(f'what the satisfaction score "{order.value}" does in a rule is not documented')

    def act(state: TicketState, effects: Effects) -> None:
        rating = state.ticket.get("satisfaction_rating") or {}
        if rating.get("score") in {"good", "bad", order.value}:
            return
        effects.add(state.set("satisfaction_rating", {"score": order.value}))

    return act


def add_person(field: str) -> Builder:
    """An id, or the current user, into a list of ids."""

    def build(order: Order) -> Act:
        word = key(order.value)

        def act(state: TicketState, effects: Effects) -> None:
            wanted = acting_user(state) if word == "current_user" else word
            held = list(state.ticket.get(field) or ())
            if wanted is not None and wanted not in map(str, held):
                effects.add(state.set(field, [*held, stored(wanted)]))

        return act

    return build


def not_judged(order: Order) -> Act:
    return not_known(f'what "{order.field}" does to the ticket is not judged')


ALL: frozenset[str] = frozenset({"trigger", "automation", "macro"})
RULES, MACRO = ALL - {"macro"}, ALL - {"trigger", "automation"}

ACTIONS: dict[str, tuple[Builder, frozenset[str]]] = {
    "status": (set_status, ALL),
    "custom_status_id": (set_custom_status, ALL),
    "type": (set_plain, ALL),
    "priority": (set_priority, ALL),
    "group_id": (set_group, ALL),
    "assignee_id": (set_assignee, ALL),
    "brand_id": (set_plain, ALL),
    "ticket_form_id": (set_form, ALL),
    "set_tags": (set_tags, ALL),
    "current_tags": (add_tags, ALL),
    "remove_tags": (remove_tags, ALL),
    "follower": (add_person("follower_ids"), ALL),
    "cc": (add_person("email_cc_ids"), RULES),
    "locale_id": (set_requester_locale, RULES),
    "set_schedule": (set_schedule, RULES),
    "satisfaction_score": (offer_rating, RULES),
    "notification_user": (notify_user, RULES),
    "notification_group": (notify_group, RULES),
    "notification_target": (notify_target, RULES),
    "notification_webhook": (notify_webhook, RULES),
    "subject": (set_plain, MACRO),
    "comment_value": (comment_text, MACRO),
    "comment_value_html": (comment_text, MACRO),
    "comment_mode_is_public": (comment_mode, MACRO),
    **dict.fromkeys(NOT_JUDGED, (not_judged, ALL)),
}
BY_PREFIX: dict[str, tuple[Builder, frozenset[str]]] = {
    CUSTOM: (set_field, ALL),
    "requester.custom_fields.": (set_person_field, RULES),
    "organization.custom_fields.": (set_organization_field, RULES),
}
