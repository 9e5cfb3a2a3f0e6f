"""Facts that are true or false: of this update's comment, and whether a calendar is open."""

from ....model.conditions import Test
from ....model.contradictions import values_of
from ....model.normal_form import Every, Formula, Some
from ....model.references import Ref
from .atoms import Cond, cond
from .channels import channel_numbers
from .scope import Scope
from .unsayable import Unsayable


def with_comment(scope: Scope) -> Formula[Cond]:
    return Every() if scope.has_comment else cond("comment_is_public", "is", "not_relevant")


def without_comment(scope: Scope) -> Formula[Cond]:
    if scope.has_comment:
        return Some()
    raise Unsayable(
        "Zendesk cannot ask for an update without a comment", "wait for `commented` instead of `updated`"
    )


def public(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    """Public, private, or no comment at all, which is neither."""
    word = "true" if test.value else "false"
    if holds:
        return cond("comment_is_public", "is", word)
    other = "false" if test.value else "true"
    return Some((cond("comment_is_public", "is", other), without_comment(scope)))


def automatic(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    """Zendesk suspends automatic mail, so no rule sees any."""
    if holds:
        return Some() if test.value else with_comment(scope)
    return Every() if test.value else without_comment(scope)


def attachments(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    has, lacks = cond("attachment", "is", "present"), cond("attachment", "is", "not_present")
    if holds:
        return has if test.value else Every((lacks, with_comment(scope)))
    return lacks if test.value else Some((has, without_comment(scope)))


def channel(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    """How this update came in."""
    if test.op == "empty":
        return without_comment(scope) if bool(test.value) == holds else with_comment(scope)
    numbers = [number for value in values_of(test) for number in channel_numbers(str(value))]
    inside = (test.op in {"is", "in"}) == holds
    parts = tuple(cond("current_via_id", "is" if inside else "is_not", number) for number in numbers)
    came = Some(parts) if inside else Every(parts)
    return Every((came, with_comment(scope))) if holds else Some((came, without_comment(scope)))


FLAGS = {
    "comment.public": public,
    "comment.automatic": automatic,
    "comment.attachments": attachments,
    "comment.channel": channel,
}


def hours(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    """By the schedule of the ticket, or inside a named one."""
    if not scope.trigger:
        raise Unsayable("an automation does not know opening hours", "use a trigger, and a tag")
    if test.value:
        if test.op == "inside" and holds:
            return cond("within_schedule", "is", str(Ref("calendar", str(test.value))))
        raise Unsayable(
            "Zendesk can say inside a named calendar, nothing else of one",
            "test the ticket's own calendar: hours: outside",
        )
    if test.op == "holiday":
        return cond("on_holiday", "is", "true" if holds else "false")
    return cond("in_business_hours", "is", "true" if (test.op == "inside") == holds else "false")
