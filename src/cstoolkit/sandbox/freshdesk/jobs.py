"""Bulk calls and their jobs (fact sheet 6).

A job is written down with its payload and runs later, in one go: when its time has come, or when somebody
asks for it the second time. So it survives a restart, and nobody sees half of it.
"""

import secrets
from collections.abc import Callable, Mapping

from ..http import SELF, Answer, Record, decode, json_answer
from .attributes import Attribute, Attributes, missing, read
from .authentication import sees
from .conversation_record import REPLY, blank_conversation
from .conversations import answered
from .refusals import Problem, Refusal, forbidden, invalid, not_found, wrong_method
from .ticket_attributes import BULK, check
from .ticket_form import form_of
from .ticket_routes import refuse_empty_ids, throw_away
from .ticket_saving import update_ticket
from .tickets import is_archived
from .visit import Desk, Handler, Visit

Work = Callable[[Desk, Record, Record, Record], None]
"""One ticket: the account, the ticket, the job and the acting agent. A Refusal is the ticket's failure."""

_OUTER: Attributes = {"bulk_action": Attribute("record", required=True)}
_IDS: Attributes = {"ids": Attribute("integers", required=True)}
_UPDATE: Attributes = {**_IDS, "properties": Attribute("record"), "reply": Attribute("record")}
_REPLY: Attributes = {
    "body": Attribute("text", required=True),
    "attachment_ids": Attribute("integers"),
    "inline_attachment_ids": Attribute("integers"),
    "cloud_files": Attribute("records"),
}
_SPELLED: Mapping[str, Mapping[str, str]] = {
    "new": {"in_progress": "in_progress", "completed": "completed"},
    "old": {"in_progress": "IN PROGRESS", "completed": "COMPLETED"},
}


def bulk_update(visit: Visit) -> Answer:
    action = _action(visit, _UPDATE)
    properties = action.get("properties")
    reply = action.get("reply")
    if properties is None and reply is None:
        raise invalid(missing(["properties"]))
    values = read(BULK, properties or {}, new=False)
    if ("internal_agent_id" in values or "internal_group_id" in values) and "status" not in values:
        raise invalid(missing(["status"]))
    form = form_of(visit)
    check(visit, form, values, values.get("custom_fields") or {})
    if reply is not None:
        read(_REPLY, reply, new=True)
    return submit(visit, "update", action["ids"], {"properties": values, "reply": reply})


def bulk_delete(visit: Visit) -> Answer:
    return submit(visit, "delete", _action(visit, _IDS)["ids"], {})


def _action(visit: Visit, attributes: Attributes) -> Record:
    verbs = visit.switches["bulk_verbs"]
    if verbs not in ("both", visit.call.method.lower()):
        raise wrong_method(visit.call.method, (verbs.upper(),))
    outer = read(_OUTER, visit.body, new=True)
    action = read(attributes, outer["bulk_action"], new=True)
    refuse_empty_ids(action["ids"])
    most = visit.switches.number("bulk_most_ids")
    if len(action["ids"]) > most:
        raise invalid(
            [Problem("ids", f"Has {len(action['ids'])} values, it can have maximum of {most} values")]
        )
    return action


def submit(visit: Visit, kind: str, ids: list[int], payload: Record) -> Answer:
    fault = visit.account.fault
    job = {
        "id": secrets.token_hex(16),
        "status": "in_progress",
        "number": visit.new_id(),
        "due_at": int(visit.now.timestamp()) + visit.switches.number("job_seconds"),
        "kind": kind,
        "ids": list(dict.fromkeys(ids)),
        "agent_id": visit.agent["id"],
        "fails": 2 if fault is not None and fault.kind == "job_half_fails" else 0,
        "asked": 0,
        "failures": [],
        "created_at": visit.stamp,
        "updated_at": visit.stamp,
    } | payload
    visit.state.put("jobs", job)
    answer = {"job_id": job["id"], "href": f"{SELF}/api/v2/jobs/{job['id']}"}
    return json_answer(answer, int(visit.switches["bulk_status"]))


def show(visit: Visit) -> Answer:
    """Asking brings a job on, so that it ends even where the clock stands still."""
    visit.allow_arguments()
    job = visit.get("jobs", visit.parameters["id"])
    shown = _shown(visit, job)
    if job["status"] == "in_progress":
        job = visit.state.put("jobs", job | {"asked": job["asked"] + 1})
        if job["asked"] > 1:
            run(visit, job)
    return json_answer(shown)


def _shown(desk: Desk, job: Record) -> Record:
    done = job["status"] == "completed"
    shown = {
        "id": job["id"],
        "status": _SPELLED[desk.switches["job_spelling"]][job["status"]],
        "progress": 100 if done else 0,
        "download_url": None,
        "created_at": job["created_at"],
        "updated_at": job["updated_at"],
        "status_updated_at": job["updated_at"],
    }
    if done and desk.switches["job_failures"] == "listed":
        shown["errors"] = job["failures"]
    return shown


def run_due(desk: Desk) -> None:
    now = int(desk.now.timestamp())
    for job in desk.state.rows("jobs", "status = 'in_progress' AND due_at <= ?", (now,), order="number"):
        run(desk, job)


def run(desk: Desk, job: Record) -> None:
    agent = desk.state.get("agents", job["agent_id"]) or {}
    failures = []
    for number, id_ in enumerate(job["ids"]):
        try:
            if job["fails"] and number % job["fails"] == 1:
                raise invalid([Problem("id", "The sandbox was told to let it fail", "inconsistent_state")])
            with desk.state.part():
                _WORKS[job["kind"]](desk, _ticket(desk, id_, agent), job, agent)
        except Refusal as refused:
            failures.append({"id": id_, "errors": _errors(refused)})
    done = {"status": "completed", "updated_at": desk.stamp, "failures": failures}
    desk.state.put("jobs", job | done)


def _errors(refused: Refusal) -> list[Record]:
    if not refused.answer.body:
        return [{"code": "not_found", "message": "There is no such ticket"}]
    document: Record = decode(refused.answer.body)
    errors: list[Record] = document.get("errors", [document])
    return errors


def _ticket(desk: Desk, id_: int, agent: Record) -> Record:
    ticket = desk.state.get("tickets", id_)
    if ticket is None or ticket["deleted"] or is_archived(desk, ticket):
        raise not_found()
    if not agent or not sees(agent, ticket):
        raise forbidden()
    return ticket


def _update(desk: Desk, ticket: Record, job: Record, agent: Record) -> None:
    form = form_of(desk)
    ticket = update_ticket(desk, form, ticket, job["properties"], agent)
    if job["reply"] is None:
        return
    values = {"body": job["reply"]["body"], "source": REPLY, "user_id": agent["id"], "category": 3}
    made = desk.state.put("conversations", blank_conversation(desk, ticket, values))
    spoken = ticket | {"stats": answered(ticket["stats"], made), "nr_due_by": None}
    update_ticket(desk, form, spoken, {}, agent, comment=made)


def _delete(desk: Desk, ticket: Record, job: Record, agent: Record) -> None:
    throw_away(desk, ticket)


_WORKS: Mapping[str, Work] = {"update": _update, "delete": _delete}

ROUTES: dict[str, Handler] = {
    "POST /tickets/bulk_update": bulk_update,
    "PUT /tickets/bulk_update": bulk_update,
    "POST /tickets/bulk_delete": bulk_delete,
    "PUT /tickets/bulk_delete": bulk_delete,
    "GET /jobs/{id}": show,
}
