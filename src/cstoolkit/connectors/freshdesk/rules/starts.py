"""What starts an update rule: who acts, and what happened. Freshdesk has both beside the conditions."""

from ....model.conditions import Test
from ....model.contradictions import values_of
from ....model.fields import ACTORS
from ....model.normal_form import Every, Formula, Some
from ....model.references import Ref
from .atoms import Cond, cond
from .scope import Scope
from .unsayable import Unsayable

AGENT, REQUESTER, EITHER, SYSTEM = 1, 2, 3, 4
REPLY, PUBLIC_NOTE, PRIVATE_NOTE = "reply_sent", "public", "private"
UNSEEN = "how Freshdesk writes it is known once it was seen in a live rule"


def reply() -> Formula[Cond]:
    return cond("event", "reply_sent", "happened")


def note(visibility: str) -> Formula[Cond]:
    return cond("event", "note_type", "happened", visibility)


def performer(who: int | str) -> Formula[Cond]:
    """One of the numbers, or the mark of an agent."""
    return cond("performer", "performer", "is", who)


def public() -> Formula[Cond]:
    return Some((reply(), note(PUBLIC_NOTE)))


def event(word: str) -> Formula[Cond]:
    """An event of a recipe, but for `created`. Raises Unsayable."""
    match word:
        case "updated":
            return Every()  # the change that is tested is the event
        case "commented":
            return Some((reply(), note(PUBLIC_NOTE), note(PRIVATE_NOTE)))
        case "requester_replied":
            return Every((reply(), performer(REQUESTER)))
        case "agent_replied":
            return Every((public(), performer(AGENT)))
        case "note_added":
            return note(PRIVATE_NOTE)
        case "end_user_replied":
            raise Unsayable(
                f"{UNSEEN}: a reply by somebody else than the requester", "write requester_replied"
            )
    raise Unsayable(f"{UNSEEN}: a rating")


def actor(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    """One of the words, or not. What the system does starts no rule that does not ask for it."""
    if scope.place != "updated":
        raise Unsayable("on creation Freshdesk names nobody", "write it for an update")
    inside = (test.op in {"is", "in"}) == holds
    found = tuple(_acts(str(word), scope) for word in values_of(test))
    parts = tuple(one if inside else _turned(one) for one in found)
    return Some(parts) if inside else Every(parts)


def _acts(word: str, scope: Scope) -> Formula[Cond]:
    robots = tuple(performer(str(Ref("agent", name, number=True))) for name in scope.settings.integrations)
    if word in {"requester", "end_user"}:
        return performer(REQUESTER)
    if word == "agent":
        if robots:
            raise Unsayable(
                "Freshdesk cannot leave integrations out of its agents", "name the agents: actor: [Kim, Lee]"
            )
        return performer(AGENT)
    if word == "system":
        return Some((performer(SYSTEM), *robots))
    if word == "assignee":
        raise Unsayable("Freshdesk cannot say that the assignee acts", "write actor: agent")
    assert word not in ACTORS
    return performer(str(Ref("agent", word, number=True)))


def _turned(formula: Formula[Cond]) -> Formula[Cond]:
    """The opposite, of a list of performers."""
    if isinstance(formula, Some):
        return Every(tuple(map(_turned, formula.of)))
    assert not isinstance(formula, Every)
    return cond("performer", "performer", "is_not", *formula.value.value)


def comment_public(test: Test, scope: Scope, *, holds: bool) -> Formula[Cond]:
    """By the event: a reply and a public note, or a private note. The first message is public."""
    if scope.place == "created":
        return Every() if bool(test.value) == holds else Some()
    if not holds and not scope.has_comment:
        raise Unsayable("Freshdesk cannot ask for an update without a comment", "wait for `commented`")
    return public() if bool(test.value) == holds else note(PRIVATE_NOTE)
