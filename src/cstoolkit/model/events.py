"""The events that a trigger may wait for: a closed list."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EventWord:
    """One event. `has_comment`: there is a comment with it; `public`: that comment is surely public."""

    about: str
    has_comment: bool = False
    public: bool = False


EVENTS: dict[str, EventWord] = {
    "created": EventWord("the ticket comes into being with its first comment", has_comment=True),
    "updated": EventWord("any later save, comments included"),
    "commented": EventWord("a comment after the first, public or private", has_comment=True),
    "requester_replied": EventWord("a public comment by the requester", has_comment=True, public=True),
    "end_user_replied": EventWord("a public comment by any end user, CCs too", has_comment=True, public=True),
    "agent_replied": EventWord(
        "a public comment by an agent who is not the requester", has_comment=True, public=True
    ),
    "note_added": EventWord("a private comment, by anybody", has_comment=True),
    "rated": EventWord("a satisfaction rating is given or changed"),
}
