"""Records with plain create, read, update and delete: one row a resource, one set of handlers for all."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..http import Answer, Record, json_answer
from ..routes import Routes
from .attributes import Attributes, read
from .authentication import must_be_admin
from .pages import PAGE_ARGUMENTS, page_of_table
from .refusals import duplicate, invalid
from .visit import Desk, Handler, Visit, created, no_content

API = "/api/v2"
Check = Callable[[Visit, Record, Record | None], None]
Render = Callable[[Desk, Record], Record]


def _as_kept(desk: Desk, record: Record) -> Record:
    return record


def _no_check(visit: Visit, record: Record, before: Record | None) -> None:
    return


@dataclass(frozen=True)
class Resource:
    """`defaults` are keys of a new record beside its id and stamps; `attributes` those a client may send.

    `check` gets the record as it would be and what it was; it may complete it, or refuse. `reserved`: writes
    are for administrators.
    """

    table: str
    path: str
    attributes: Attributes = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    verbs: str = "list get"
    unique: str | None = None
    order: str = "id"
    reserved: bool = True
    reserved_reads: bool = False
    text_ids: bool = False
    check: Check = _no_check
    render: Render = _as_kept
    before_delete: Callable[[Visit, Record], None] | None = None


def make(desk: Desk, resource: Resource, values: Record) -> Record:
    """A new record, stored; nothing is checked."""
    number = desk.new_id()
    stamps = {
        "id": str(number) if resource.text_ids else number,
        "created_at": desk.stamp,
        "updated_at": desk.stamp,
    }
    return desk.state.put(resource.table, copy.deepcopy(dict(resource.defaults)) | stamps | values)


def find(visit: Visit, resource: Resource) -> Record:
    id_ = visit.id()
    return visit.get(resource.table, str(id_) if resource.text_ids else id_)


def check_unique(visit: Visit, resource: Resource, record: Record, id_: Any) -> None:
    key = resource.unique
    if key is None or record.get(key) is None:
        return
    where = f"lower({key}) = lower(?) AND id IS NOT ?"
    if visit.state.count(resource.table, where, (record[key], id_)):
        raise invalid([duplicate(key)])


def create(visit: Visit, resource: Resource) -> Answer:
    values = read(resource.attributes, visit.body, new=True, form=visit.is_multipart)
    record = copy.deepcopy(dict(resource.defaults)) | values
    check_unique(visit, resource, record, None)
    resource.check(visit, record, None)
    return created(resource.render(visit, make(visit, resource, record)), resource.path)


def update(visit: Visit, resource: Resource) -> Answer:
    before = find(visit, resource)
    values = read(resource.attributes, visit.changes, new=False, form=visit.is_multipart)
    record = before | values
    check_unique(visit, resource, record, before["id"])
    resource.check(visit, record, before)
    if record != before:
        visit.state.put(resource.table, record | {"updated_at": visit.stamp})
        record["updated_at"] = visit.stamp
    return json_answer(resource.render(visit, record))


def delete(visit: Visit, resource: Resource) -> Answer:
    record = find(visit, resource)
    if resource.before_delete is not None:
        resource.before_delete(visit, record)
    visit.state.remove(resource.table, "id = ?", record["id"])
    return no_content()


def show(visit: Visit, resource: Resource) -> Answer:
    return json_answer(resource.render(visit, find(visit, resource)))


def index(visit: Visit, resource: Resource) -> Answer:
    visit.allow_arguments(*PAGE_ARGUMENTS)
    return page_of_table(
        visit, resource.table, order=resource.order, render=lambda record: resource.render(visit, record)
    )


_VERBS: Mapping[str, tuple[str, str, Callable[[Visit, Resource], Answer]]] = {
    "list": ("GET", "", index),
    "create": ("POST", "", create),
    "get": ("GET", "/{id}", show),
    "update": ("PUT", "/{id}", update),
    "delete": ("DELETE", "/{id}", delete),
}


def add_routes(routes: Routes[Handler], resource: Resource) -> None:
    for verb in resource.verbs.split():
        method, tail, work = _VERBS[verb]
        routes.add(method, f"{API}/{resource.path}{tail}", _handler(resource, method, work))


def _handler(resource: Resource, method: str, work: Callable[[Visit, Resource], Answer]) -> Handler:
    reserved = resource.reserved if method != "GET" else resource.reserved_reads

    def handle(visit: Visit) -> Answer:
        if reserved:
            must_be_admin(visit)
        return work(visit, resource)

    return handle
