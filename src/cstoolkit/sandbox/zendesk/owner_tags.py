"""Tags of users and organizations, by calls of their own."""

from ..http import Answer, json_answer
from .refusals import bad_attribute
from .values import read_tags
from .visit import Handler, Visit


def tags_of(table: str) -> Handler:
    return lambda visit: json_answer({"tags": visit.get(table, visit.id("id"))["tags"]})


def change_tags(table: str, verb: str) -> Handler:
    """Handlers that `set`, `add` or `remove`."""

    def handle(visit: Visit) -> Answer:
        owner = visit.get(table, visit.id("id"))
        sent = visit.body().get("tags")
        if not isinstance(sent, list | str):
            raise bad_attribute("tags", "Parameter tags is required")
        given, before = (
            set(read_tags(sent, normal=visit.switches.on("normal_tags"))),
            set(owner["tags"]),
        )
        tags = sorted({"set": given, "add": before | given, "remove": before - given}[verb])
        if tags != owner["tags"]:
            visit.state.put(table, owner | {"tags": tags, "updated_at": visit.stamp})
        return json_answer({"tags": tags}, 201 if verb == "set" else 200)

    return handle
