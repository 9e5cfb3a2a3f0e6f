"""Records with plain create, read, update and delete: one row a resource, one set of handlers for all."""

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..http import SELF, Answer, Record, json_answer
from ..routes import Routes
from .pages import Listing, list_page
from .refusals import bad_attribute, blank, forbidden, invalid, too_many_values
from .values import read_ids
from .visit import Desk, Handler, Visit, created, dropped, no_content, shown

Check = Callable[[Visit, Record, Record | None], None]
API = "/api/v2"
SHAPES: Mapping[str, type] = {
    "all": list, "any": list, "conditions": dict, "output": dict, "restriction": dict, "filter": dict,
    "metric_settings": dict, "custom_field_options": list, "category": dict, "authentication": dict,
    "custom_headers": dict, "logo": dict, "name": str, "title": str, "email": str, "agent_label": str,
    "external_id": str | int,  # type: ignore[dict-item]
}  # fmt: skip
"""JSON types of keys whose default does not tell; all others are scalars."""
READ_ONLY = frozenset({"id", "url", "created_at", "updated_at"})


def _no_check(visit: Visit, record: Record, before: Record | None) -> None:
    return


def _nothing_more(desk: Desk, record: Record) -> None:
    return


@dataclass(frozen=True)
class Resource:
    """`defaults` are the writable keys and what a new record has; other keys a client sends are dropped.

    `only_once` may be set at creation only. `check` gets the record as it would be and what it was; it may
    complete it, or refuse. `gone` is a flag that DELETE sets instead of removing the row.
    """

    table: str
    path: str
    one: str
    many: str
    defaults: Mapping[str, Any]
    required: tuple[str, ...] = ()
    only_once: frozenset[str] = frozenset()
    write_only: frozenset[str] = frozenset()
    unique: str | None = None
    order: str = "id"
    bare: str = "offset"
    filters: tuple[str, ...] = ()
    patch: bool = False
    reserved: bool = True  # writes are for administrators
    gone: tuple[str, Any] | None = None
    verbs: str = "list get create update delete"
    extra: Mapping[str, Any] = field(default_factory=dict)  # keys that answers have and clients cannot set
    check: Check = _no_check
    kept: Check = _no_check  # called after a write, with the record as it is and as it was
    removed: Callable[[Desk, Record], None] = _nothing_more
    text_ids: Callable[[Desk], str] | None = None
    most: int = 0  # refuse creation beyond; 0: no limit
    made_status: int = 201

    def record_id(self, visit: Visit) -> int | str:
        return visit.parameters["id"] if self.text_ids else visit.id("id")


def make(desk: Desk, resource: Resource, values: Record) -> Record:
    """A new record, stored; nothing is checked."""
    id_: int | str = resource.text_ids(desk) if resource.text_ids else desk.new_id()
    now = desk.stamp
    record = copy.deepcopy(dict(resource.defaults) | dict(resource.extra)) | {
        "id": id_,
        "url": f"{SELF}{API}/{resource.path}/{id_}.json",
        "created_at": now,
        "updated_at": now,
    }
    for key in ("title", "name", "description"):
        if f"raw_{key}" in record:
            record[f"raw_{key}"] = values.get(f"raw_{key}", values.get(key, record.get(key)))
    return _store(desk, resource, record | values)


def _store(desk: Desk, resource: Resource, record: Record) -> Record:
    kept = {key: value for key, value in record.items() if key not in resource.write_only}
    return desk.state.put(resource.table, kept)


def live(resource: Resource) -> str:
    """The rows that are not gone."""
    if resource.gone is None:
        return "1"
    flag, value = resource.gone
    return f"ifnull({flag}, 0) IS NOT {int(value) if isinstance(value, bool) else repr(value)}"


def find(visit: Visit, resource: Resource) -> Record:
    return visit.get(resource.table, resource.record_id(visit))


def split(resource: Resource, values: Record, *, new: bool) -> tuple[Record, set[str]]:
    """What may be set, and the keys that are dropped with a warning."""
    allowed = set(resource.defaults) - (set() if new else resource.only_once)
    kept = {key: values[key] for key in values if key in allowed}
    return shaped(resource.defaults, kept), set(values) - allowed - READ_ONLY


def shaped(defaults: Mapping[str, Any], values: Record) -> Record:
    """The values, each of the JSON type that its key has; null is the default of what is never null."""
    found: Record = {}
    for key, value in values.items():
        default = defaults[key]
        if value is None:
            found[key] = copy.deepcopy(default) if isinstance(default, list | dict | bool) else None
            continue
        wanted = SHAPES.get(key) or (type(default) if isinstance(default, list | dict) else None)
        fits = isinstance(value, wanted) if wanted else not isinstance(value, list | dict)
        if not fits or (isinstance(default, bool) and not isinstance(value, bool)):
            raise invalid(key, f"{key.replace('_', ' ').capitalize()}: is invalid")
        if isinstance(default, int) and not isinstance(default, bool) and not isinstance(value, int):
            raise invalid(key, f"{key.replace('_', ' ').capitalize()}: is not a number", "NotANumber")
        found[key] = value
    return found


def check_unique(visit: Visit, resource: Resource, record: Record, id_: int | str | None) -> None:
    if resource.unique is None:
        return
    value = record.get(resource.unique)
    twin = visit.state.count(
        resource.table,
        f"{live(resource)} AND lower({resource.unique}) = lower(?) AND id IS NOT ?",
        (str(value), id_),
    )
    if twin:
        title = resource.unique.capitalize()
        raise invalid(
            resource.unique,
            f"{title}: {value} is already being used by another {resource.one}",
            "DuplicateValue",
        )


def create(visit: Visit, resource: Resource, sent: Record) -> tuple[Record, set[str]]:
    values, removed = split(resource, sent, new=True)
    for key in resource.required:
        if values.get(key) in (None, "", []):
            raise blank(key)
    if resource.most and visit.state.count(resource.table, live(resource)) >= resource.most:
        raise invalid("base", f"At most {resource.most} {resource.many} are allowed", "ProductLimitExceeded")
    whole = dict(resource.defaults) | values
    check_unique(visit, resource, whole, None)
    resource.check(visit, whole, None)
    kept = {key: whole[key] for key in whole if key in values or whole[key] != resource.defaults.get(key)}
    made = make(visit, resource, kept)
    resource.kept(visit, made, None)
    return made, removed


def update(visit: Visit, resource: Resource, record: Record, sent: Record) -> tuple[Record, set[str]]:
    values, removed = split(resource, sent, new=False)
    changed = record | values
    for key in resource.required:
        if changed.get(key) in (None, "", []):
            raise blank(key)
    for key in ("title", "name", "description"):
        if key in values and f"raw_{key}" in changed:
            changed[f"raw_{key}"] = values[key]
    check_unique(visit, resource, changed, record["id"])
    resource.check(visit, changed, record)
    if changed != record:
        changed["updated_at"] = visit.stamp
    resource.kept(visit, changed, record)
    return _store(visit, resource, changed), removed


def remove(visit: Visit, resource: Resource, record: Record) -> None:
    if record.get("default") is True:
        raise invalid("base", f"The default {resource.one} cannot be deleted")
    if resource.gone is None:
        visit.state.remove(resource.table, "id = ?", record["id"])
        resource.removed(visit, record)
    else:
        flag, value = resource.gone
        visit.state.put(resource.table, record | {flag: value, "updated_at": visit.stamp})


def listing(visit: Visit, resource: Resource, *, where: str = "1", values: tuple[Any, ...] = ()) -> Listing:
    clauses, found = [live(resource), where], list(values)
    for name in resource.filters:
        value = visit.argument(name)
        if value is not None:
            clauses.append(f"{name} = ?")
            found.append({"true": 1, "false": 0}.get(value, value))
    # Cursor pages come in the order of ids, bare lists in their own (fact sheet 2.5).
    cursor = any(name.startswith("page[") for name, _ in visit.call.query)
    order, descending = ("id" if cursor else resource.order), False
    sort = visit.argument("sort")
    if sort is not None and sort.lstrip("-") in (*visit.state.tables[resource.table].columns, "id"):
        order, descending = sort.lstrip("-"), sort.startswith("-")
    return Listing(
        resource.table, resource.many, " AND ".join(clauses), tuple(found), order, descending, resource.bare
    )


def add_routes(routes: Routes[Handler], resource: Resource) -> None:
    base, item = f"{API}/{resource.path}", f"{API}/{resource.path}/{{id}}"
    verbs = {
        "list": ("GET", base, _list(resource)),
        "get": ("GET", item, _show(resource)),
        "create": ("POST", base, _create(resource)),
        "update": ("PATCH" if resource.patch else "PUT", item, _update(resource)),
        "delete": ("DELETE", item, _delete(resource)),
        "count": ("GET", f"{base}/count", _count(resource)),
        "show_many": ("GET", f"{base}/show_many", _show_many(resource)),
        "active": ("GET", f"{base}/active", _active(resource)),
        "search": ("GET", f"{base}/search", _search(resource)),
        "update_many": ("PUT", f"{base}/update_many", _update_many(resource)),
        "destroy_many": ("DELETE", f"{base}/destroy_many", _destroy_many(resource)),
    }
    for verb in resource.verbs.split():
        method, pattern, handler = verbs[verb]
        routes.add(method, pattern, handler)


def _list(resource: Resource) -> Handler:
    return lambda visit: list_page(visit, listing(visit, resource))


def _show(resource: Resource) -> Handler:
    return lambda visit: shown(resource.one, find(visit, resource))


def _guard(visit: Visit, resource: Resource) -> None:
    if resource.reserved and not visit.is_admin:
        raise forbidden()


def _create(resource: Resource) -> Handler:
    def handle(visit: Visit) -> Answer:
        _guard(visit, resource)
        record, removed = create(visit, resource, visit.wrapped(resource.one))
        answer = created(resource.one, record, resource.path)
        return replace(answer, status=resource.made_status).plus(*dropped(removed))

    return handle


def _update(resource: Resource) -> Handler:
    def handle(visit: Visit) -> Answer:
        _guard(visit, resource)
        record, removed = update(visit, resource, find(visit, resource), visit.wrapped(resource.one))
        return shown(resource.one, record).plus(*dropped(removed))

    return handle


def _delete(resource: Resource) -> Handler:
    def handle(visit: Visit) -> Answer:
        _guard(visit, resource)
        remove(visit, resource, find(visit, resource))
        return no_content()

    return handle


def _count(resource: Resource) -> Handler:
    return lambda visit: count_answer(visit, visit.state.count(resource.table, live(resource)))


def count_answer(visit: Visit, value: int) -> Answer:
    return json_answer({"count": {"value": value, "refreshed_at": visit.stamp}})


def chosen(visit: Visit, most: int = 100) -> list[int]:
    """The ids of a bulk call; none or too many is a refusal."""
    ids = read_ids(visit.argument("ids"))
    if not ids:
        raise bad_attribute("ids", "Invalid parameter: ids must be a comma separated list of integers")
    if len(ids) > most:
        raise too_many_values("ids", most)
    return ids


def _show_many(resource: Resource) -> Handler:
    def handle(visit: Visit) -> Answer:
        found = [visit.state.get(resource.table, id_) for id_ in dict.fromkeys(chosen(visit))]
        records = [record for record in found if record is not None]
        return json_answer(
            {resource.many: records, "next_page": None, "previous_page": None, "count": len(records)}
        )

    return handle


def _active(resource: Resource) -> Handler:
    return lambda visit: list_page(visit, listing(visit, resource, where="active = 1"))


def _search(resource: Resource) -> Handler:
    def handle(visit: Visit) -> Answer:
        words = f"%{(visit.argument('query') or '').strip()}%"
        column = "title" if "title" in resource.defaults else "name"
        return list_page(visit, listing(visit, resource, where=f"{column} LIKE ?", values=(words,)))

    return handle


def _update_many(resource: Resource) -> Handler:
    """Only place, state and category; other keys are ignored (fact sheet 5)."""

    def handle(visit: Visit) -> Answer:
        _guard(visit, resource)
        records = []
        for item in visit.wrapped_list(resource.many):
            record = visit.get(resource.table, item.get("id"))
            kept: Record = {key: item[key] for key in ("position", "active", "category_id") if key in item}
            records.append(update(visit, resource, record, kept)[0])
        beside = {"next_page": None, "previous_page": None, "count": len(records)}
        return json_answer({resource.many: records} | beside)

    return handle


def _destroy_many(resource: Resource) -> Handler:
    def handle(visit: Visit) -> Answer:
        _guard(visit, resource)
        for record in list(_each(visit, resource)):
            remove(visit, resource, record)
        return no_content()

    return handle


def _each(visit: Visit, resource: Resource) -> Iterator[Record]:
    for id_ in chosen(visit):
        yield visit.get(resource.table, id_)
