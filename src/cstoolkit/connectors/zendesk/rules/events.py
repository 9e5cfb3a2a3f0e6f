"""The events that a trigger waits for, as conditions on its update."""

from ....model.normal_form import Every, Formula, Some
from .actors import acts
from .atoms import Cond, cond
from .scope import Scope


def events_formula(events: tuple[str, ...], scope: Scope) -> Formula[Cond]:
    """Any of the events."""
    return Some(tuple(_event(event, scope) for event in events))


def _event(event: str, scope: Scope) -> Formula[Cond]:
    if event == "created":
        return cond("update_type", "is", "Create")
    return Every((cond("update_type", "is", "Change"), *_beside(event, scope)))


def _beside(event: str, scope: Scope) -> tuple[Formula[Cond], ...]:
    """What an event says beside being an update."""
    public = cond("comment_is_public", "is", "true")
    match event:
        case "commented":
            return (cond("comment_is_public", "is", "not_relevant"),)
        case "requester_replied":
            return (public, acts("requester", scope))
        case "end_user_replied":
            return (public, acts("end_user", scope))
        case "agent_replied":
            return (public, acts("agent", scope), acts("requester", scope, holds=False))
        case "note_added":
            return (cond("comment_is_public", "is", "false"),)
        case "rated":
            return (cond("satisfaction_score", "changed"),)
    return ()
