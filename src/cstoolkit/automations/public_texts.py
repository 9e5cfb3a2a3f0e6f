"""What a text may show, by where it stands: no private comment in a public text, no update without one."""

from collections.abc import Iterator

from ..model.actions import Action, Notify, Say, Survey
from ..model.conditions import AllOf, Condition, Test
from ..model.data_problems import DataProblem, Path
from ..model.events import EVENTS
from ..model.placeholders import PLACEHOLDERS, PUBLIC_ADDRESSEES, placeholder_names


def private_text_problems(
    actions: tuple[Action, ...], events: tuple[str, ...], when: Condition | None
) -> Iterator[DataProblem]:
    """`comment.text` where a customer would read it, though the comment may be private; the like of it always."""
    yield from _always_private(actions)
    if all(EVENTS[event].public for event in events if event in EVENTS) or _asks_for_public(when):
        return
    for path, text, is_public in _texts(actions):
        if is_public and "comment.text" in placeholder_names(text):
            hint = (
                "add `comment.public: true` to `when`, or wait for requester_replied, end_user_replied or "
                "agent_replied"
            )
            yield DataProblem(path, "this may show a private comment to a customer", "private", hint)


def _always_private(actions: tuple[Action, ...]) -> Iterator[DataProblem]:
    """What shows private comments among others, where a customer would read it."""
    for path, text, is_public in _texts(actions):
        for name in placeholder_names(text) if is_public else ():
            if name in PLACEHOLDERS and PLACEHOLDERS[name].private:
                hint = "in a trigger use comment.text and test `comment.public: true`, or leave it out"
                yield DataProblem(path, f'"{name}" may show a private comment to a customer', "private", hint)


def update_text_problems(actions: tuple[Action, ...], what: str, *, actor: bool) -> Iterator[DataProblem]:
    """What a text cannot show in a macro or an automation: an update, and to customers private comments.

    With `actor` there is somebody who acts (macros).
    """
    yield from _always_private(actions)
    for path, text, _ in _texts(actions):
        for name in placeholder_names(text):
            known = PLACEHOLDERS.get(name)
            if known is None or not (known.update_only or (name.startswith("actor.") and not actor)):
                continue
            hint = "use it in a trigger, or leave it out"
            yield DataProblem(path, f'"{name}" is about an update, and {what} has none', "placeholder", hint)


def _texts(actions: tuple[Action, ...]) -> Iterator[tuple[Path, str, bool]]:
    """Each text of the actions, its place in `then`, and whether a customer may read it."""
    for index, action in enumerate(actions):
        match action:
            case Say(text=text, public=public):
                yield (index, "reply" if public else "note"), text, public
            case Notify(to=to, subject=subject, text=text):
                public = to in PUBLIC_ADDRESSEES or to.startswith("email:")
                yield (index, "notify", "subject"), subject, public
                yield (index, "notify", "text"), text, public
            case Survey(subject=subject, text=text):
                yield (index, "survey", "subject"), subject, True
                yield (index, "survey", "text"), text, True


def _asks_for_public(when: Condition | None) -> bool:
    """Whether `when` cannot hold on a private comment: the test stands on top, not in `any` or `none`."""
    match when:
        case Test(field="comment.public", op="is", value=True):
            return True
        case AllOf(of=parts):
            return any(_asks_for_public(part) for part in parts)
    return False
