"""Whether an account still is as it was when a plan was made, our own steps of it aside."""

from collections.abc import Collection, Mapping, Sequence

from ..connectors.base import Directory
from ..errors import NotFoundError, RefusedError
from ..model.rules import NativeRule
from ..store.rule_journal import Form, Step
from .plan import AccountPlan, Verb, digest_of
from .rule_form import rule_from_json

HINT = "make a new plan: it shows what moved and asks again"


def check_unmoved(
    plan: AccountPlan, live: Sequence[NativeRule], steps: Sequence[Step], directory: Directory
) -> None:
    """Raises RefusedError that names each rule or name that moved. `live` is normalised; `steps` are ours so far."""
    moved = [
        *_moved_names(plan, directory),
        *_moved_rules(plan, live, steps),
        *_strangers(plan, live, steps),
        *_moved_lists(plan, live, steps),
    ]
    if moved:
        lines = "; ".join(moved[:5]) + (f"; and {len(moved) - 5} more" if len(moved) > 5 else "")
        raise RefusedError(f"{plan.connection} is not as it was when the plan was made: {lines}", hint=HINT)


def _moved_names(plan: AccountPlan, directory: Directory) -> list[str]:
    """Names that now are other ids' or nobody's. Looked up only where something is written that may hold them."""
    if not any(change.verb in {Verb.CREATE, Verb.UPDATE} for change in plan.changes):
        return []
    found = []
    for word, planned in (plan.names or {}).items():
        kind, _, name = word.partition(":")
        try:
            now = directory.find(kind, name)
        except NotFoundError as error:
            found.append(str(error))
            continue
        if now != planned:
            found.append(f'the {kind} "{name}" is {now} now, it was {planned}')
    return found


def _moved_rules(plan: AccountPlan, live: Sequence[NativeRule], steps: Sequence[Step]) -> list[str]:
    standing = {f"{rule.kind}:{rule.id}": rule for rule in live}
    ours = _our_forms(steps)
    titles = {f"{change.rule.kind}:{change.rule.id}": change.rule.title for change in plan.changes}
    found = []
    for place, digest in (plan.seen or {}).items():
        allowed = {digest, *ours.get(place, ())}
        now = standing.get(place)
        if (digest_of(now) if now else None) not in allowed:
            what = "was changed" if now else "was deleted"
            name = now.title if now else titles.get(place, place)
            found.append(f'{place.replace(":", " ")} "{name}" {what}')
    return found


def _our_forms(steps: Sequence[Step]) -> Mapping[str, set[str | None]]:
    """What a rule may look like by our own doing: digests by `kind:id`, None for gone."""
    forms: dict[str, set[str | None]] = {}
    for step in steps:
        form = step.after or step.before
        if step.object_id is None or step.state == "refused" or form is None or "kind" not in form:
            continue
        place = f"{form['kind']}:{step.object_id}"
        forms.setdefault(place, set()).add(digest_of(rule_from_json(step.after)) if step.after else None)
    return forms


def _strangers(plan: AccountPlan, live: Sequence[NativeRule], steps: Sequence[Step]) -> list[str]:
    """Rules with the title of one that we are about to create for the first time."""
    tried = {step.key for step in steps}
    known = plan.seen or {}
    new = {
        (change.rule.kind, change.rule.title)
        for change in plan.changes
        if change.verb == Verb.CREATE and f"create:{change.key}" not in tried
    }
    return [
        f'{rule.kind} {rule.id} "{rule.title}" is new'
        for rule in live
        if (rule.kind, rule.title) in new and f"{rule.kind}:{rule.id}" not in known
    ]


def _moved_lists(plan: AccountPlan, live: Sequence[NativeRule], steps: Sequence[Step]) -> list[str]:
    """Lists that we reorder and that others have reordered, or put rules into, since."""
    tried = {step.key for step in steps}
    made = {
        (_kind(step.after), step.object_id)
        for step in steps
        if step.verb == "create" and step.state == "done"
    }
    gone = {(_kind(step.before), step.object_id) for step in steps if step.verb == "delete"}
    lost = {
        (change.rule.kind, change.rule.title)
        for change in plan.changes
        if change.verb == Verb.CREATE and f"create:{change.key}" in tried
    }
    found = []
    for reorder in plan.reorders:
        if f"reorder:{reorder.kind}" in tried:
            continue
        now = [
            rule.id
            for rule in live
            if rule.kind == reorder.kind
            and (rule.kind, rule.id) not in made
            and (rule.kind, rule.title) not in lost
        ]
        if _staying(reorder.kind, reorder.before, gone) != _staying(reorder.kind, now, gone):
            found.append(f"the list of its rules of the kind {reorder.kind} changed")
    return found


def _staying(
    kind: str, ids: Sequence[str | None], gone: Collection[tuple[str | None, str | None]]
) -> list[str | None]:
    return [one for one in ids if (kind, one) not in gone]


def _kind(form: Form) -> str | None:
    return None if form is None else form.get("kind")
