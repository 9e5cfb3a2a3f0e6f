"""What a trigger was at each of its changes, newest first, each with its difference to the one before."""

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import Any
from urllib.parse import urlencode

from ..http import SELF, Answer, Record, json_answer
from .refusals import bad_attribute, not_found
from .visit import Desk, Visit, shown

MOST_A_PAGE = 1000
SNAPSHOT = ("title", "description", "active", "conditions", "actions")
_SYSTEM = -1


def keep_revision(visit: Visit, after: Record, before: Record | None) -> None:
    """Called with every write of a trigger; a write that changes nothing of a snapshot is no revision."""
    if before is not None and _snapshot(before) == _snapshot(after):
        return
    known = _revisions(visit, after if before is None else before)
    if before is not None and visit.state.count("trigger_revisions", "trigger_id = ?", (after["id"],)) == 0:
        visit.state.put("trigger_revisions", known[0])  # the account's own, which were never written down
    number = 1 if before is None else known[-1]["number"] + 1
    visit.state.put("trigger_revisions", _revision(visit, after, number, visit.user["id"], visit.stamp))


def forget_revisions(desk: Desk, trigger: Record) -> None:
    desk.state.remove("trigger_revisions", "trigger_id = ?", trigger["id"])


def list_revisions(visit: Visit) -> Answer:
    """`before_url` leads to older ones; links are null where there is nothing more."""
    trigger = visit.get("triggers", visit.id("id"))
    found = _revisions(visit, trigger)[::-1]
    size = _number(visit, "limit", MOST_A_PAGE)
    start = _number(visit, "cursor", len(found), least=0) if visit.argument("cursor") else 0
    page = found[start : start + size]
    older = start + size if start + size < len(found) else None
    newer = max(0, start - size) if start else None
    links = {
        "after_cursor": None if newer is None else str(newer),
        "after_url": _link(visit, newer, size),
        "before_cursor": None if older is None else str(older),
        "before_url": _link(visit, older, size),
    }
    revisions = [_shown(trigger, item) | {"diff": _difference(visit, trigger, item)} for item in page]
    document = {"trigger_revisions": revisions, "count": len(page)} | links
    return json_answer(document | _authors(visit, page))


def show_revision(visit: Visit) -> Answer:
    trigger = visit.get("triggers", visit.id("id"))
    number = visit.id("revision_id")
    item = next((item for item in _revisions(visit, trigger) if item["number"] == number), None)
    if item is None:
        raise not_found()
    answer = shown("trigger_revision", _shown(trigger, item))
    return json_answer(answer.json | _authors(visit, [item])) if "users" in visit.includes else answer


def _number(visit: Visit, name: str, most: int, least: int = 1) -> int:
    text = visit.argument(name) or str(most)
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise bad_attribute(name, f"Invalid parameter: {name}")
    return min(int(text), most)


def _link(visit: Visit, start: int | None, size: int) -> str | None:
    if start is None:
        return None
    return f"{SELF}{visit.call.path}?{urlencode({'cursor': start, 'limit': size})}"


def _authors(visit: Visit, page: Iterable[Record]) -> Record:
    if "users" not in visit.includes:
        return {}
    found = [visit.state.get("users", id_) for id_ in sorted({item["author_id"] for item in page})]
    return {"users": [user for user in found if user is not None]}


def _revisions(desk: Desk, trigger: Record) -> list[Record]:
    """Oldest first; of a trigger that nobody wrote through the API the one that it is."""
    kept = desk.state.rows("trigger_revisions", "trigger_id = ?", (trigger["id"],), order="number")
    return kept or [_revision(desk, trigger, 1, _SYSTEM, trigger["created_at"], id_=-int(trigger["id"]))]


def _revision(
    desk: Desk, trigger: Record, number: int, author_id: int, at: str, *, id_: int | None = None
) -> Record:
    return {
        "id": desk.new_id() if id_ is None else id_,
        "trigger_id": trigger["id"],
        "number": number,
        "author_id": author_id,
        "created_at": at,
        "snapshot": _snapshot(trigger),
    }


def _snapshot(trigger: Record) -> Record:
    return {key: trigger[key] for key in SNAPSHOT}


def _shown(trigger: Record, item: Record) -> Record:
    return {
        "id": item["number"],
        "author_id": item["author_id"],
        "created_at": item["created_at"],
        "url": trigger["url"].replace(".json", f"/revisions/{item['number']}.json"),
        "snapshot": item["snapshot"],
    }


def _difference(desk: Desk, trigger: Record, item: Record) -> Record:
    """Nothing for the first one."""
    where, number = "trigger_id = ? AND number = ?", item["number"] - 1
    before = desk.state.rows("trigger_revisions", where, (trigger["id"], number), limit=1)
    if not before:
        return {}
    old, new = before[0]["snapshot"], item["snapshot"]
    plain = {key: _changes(old[key], new[key]) for key in ("title", "description", "active")}
    conditions = {
        part: _lists(old["conditions"][part], new["conditions"][part], ("field", "operator", "value"))
        for part in ("all", "any")
    }
    rest = {"conditions": conditions, "actions": _lists(old["actions"], new["actions"], ("field", "value"))}
    return {"source_id": number, "target_id": item["number"]} | plain | rest


def _changes(old: Any, new: Any) -> list[Record]:
    if old == new:
        return [] if old is None else [{"change": "=", "content": old}]
    pairs = (("-", old), ("+", new))
    return [{"change": sign, "content": content} for sign, content in pairs if content is not None]


def _lists(old: list[Record], new: list[Record], keys: tuple[str, ...]) -> list[Record]:
    """Items that moved out or in are told whole, those in the place of another one key by key."""
    left, right = [repr(item) for item in old], [repr(item) for item in new]
    found: list[Record] = []
    for _, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        gone, come = old[a:b], new[c:d]
        for index in range(max(len(gone), len(come))):
            before: Mapping[str, Any] = gone[index] if index < len(gone) else {}
            after: Mapping[str, Any] = come[index] if index < len(come) else {}
            found.append({key: _changes(before.get(key), after.get(key)) for key in keys})
    return found
