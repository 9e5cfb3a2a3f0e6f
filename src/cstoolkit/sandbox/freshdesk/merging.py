"""`PUT /tickets/merge`: the secondaries are closed and say where they went. It cannot be taken back."""

from ..http import Answer, Record
from .attributes import Attribute, Attributes, read
from .conversation_record import NOTE, blank_conversation
from .refusals import Problem, invalid
from .requesters import find_person
from .sla_targets import CLOSED
from .ticket_form import form_of
from .ticket_saving import touch, update_ticket
from .tickets import find_ticket, whole_document
from .visit import Visit, acted

_MERGE: Attributes = {
    "primary_id": Attribute("integer", required=True),
    "ticket_ids": Attribute("integers", required=True),
    "note_in_primary": Attribute("record"),
    "note_in_secondary": Attribute("record"),
    "convert_recepients_to_cc": Attribute("flag"),  # so spelled by the vendor
}
_NOTE: Attributes = {"body": Attribute("text", required=True), "private": Attribute("flag")}


def merge(visit: Visit) -> Answer:
    sent = read(_MERGE, visit.body, new=True)
    if not sent["ticket_ids"] or sent["primary_id"] in sent["ticket_ids"]:
        raise invalid([Problem("ticket_ids", "It should contain ids of other tickets")])
    primary = find_ticket(visit, sent["primary_id"])
    secondaries = [find_ticket(visit, id_) for id_ in dict.fromkeys(sent["ticket_ids"])]
    form = form_of(visit)
    for ticket in secondaries:
        text = f"This ticket is closed and merged into ticket {primary['id']}"
        _note(visit, ticket, sent.get("note_in_secondary"), text)
        update_ticket(visit, form, ticket, {"status": CLOSED}, visit.agent)
    numbers = ", ".join(str(ticket["id"]) for ticket in secondaries)
    _note(visit, primary, sent.get("note_in_primary"), f"Merged from ticket {numbers}")
    copies = primary["cc_emails"]
    if sent.get("convert_recepients_to_cc"):
        people = [find_person(visit, ticket["requester_id"]) for ticket in secondaries]
        addresses = [person["email"] for person in people if person is not None and person["email"]]
        copies = list(dict.fromkeys([*copies, *addresses]))
    merged = touch(visit, primary, primary | {"cc_emails": copies})
    return acted(visit, whole_document(visit, merged))


def _note(visit: Visit, ticket: Record, sent: Record | None, text: str) -> None:
    values = {"private": True} | (read(_NOTE, sent, new=True) if sent is not None else {"body": text})
    values |= {"source": NOTE, "user_id": visit.agent["id"]}
    visit.state.put("conversations", blank_conversation(visit, ticket, values))
