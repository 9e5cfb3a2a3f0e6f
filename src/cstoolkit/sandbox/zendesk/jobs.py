"""Bulk jobs: queued, working, completed with a result for each item (fact sheet 5).

A job is written down with its payload and runs later, in one go: when its time has come, or when somebody
has asked for it often enough. So it survives a restart, and nobody sees half of it.
"""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from ..http import SELF, Answer, Record, decode, json_answer
from .pages import slice_page
from .refusals import Refusal, not_found, refusal
from .visit import Desk, Visit

MOST_AT_ONCE = 30
MOST_ITEMS = 100
Work = Callable[[Desk, Record, Record], Record]
"""One item: the account, the item and the acting user give the item's result; a Refusal is its failure."""


def submit(visit: Visit, kind: str, items: list[Record]) -> Answer:
    """Queue a job; the 429 past thirty queued or running ones."""
    running = visit.state.count("job_statuses", "status IN ('queued', 'working')")
    if running >= MOST_AT_ONCE:
        code = visit.switches["too_many_jobs_code"]
        text = f"You have too many jobs queued or running, at most {MOST_AT_ONCE} are allowed"
        raise Refusal(json_answer({"error": code, "description": text}, 429, (("retry-after", "10"),)))
    id_ = secrets.token_hex(16)
    fault = visit.account.fault
    job = {
        "id": id_,
        "status": "queued",
        "number": visit.new_id(),
        "due_at": visit.seconds + visit.switches.number("job_seconds"),
        "kind": kind,
        "items": items,
        "user_id": visit.user["id"],
        "fails": 2 if fault is not None and fault.kind == "job_half_fails" else 0,
        "results": None,
    }
    visit.state.put("job_statuses", job)
    return json_answer({"job_status": _shown(job)})


def _shown(job: Record) -> Record:
    """Nothing is known of a queued job but that it is there."""
    queued, done = job["status"] == "queued", job["status"] == "completed"
    total = len(job["items"])
    return {
        "id": job["id"],
        "job_type": JOB_TYPES.get(job["kind"], job["kind"]),
        "url": f"{SELF}/api/v2/job_statuses/{job['id']}.json",
        "status": job["status"],
        "total": None if queued else total,
        "progress": None if queued else (total if done else 0),
        "message": f"Completed at {job['done_at']}" if done else None,
        "results": job["results"] if done else None,
    }


JOB_TYPES = {
    "ticket create": "Bulk Create Ticket",
    "ticket update": "Bulk Update Ticket",
    "ticket delete": "Bulk Delete Ticket",
    "ticket spam": "Bulk Mark Ticket As Spam",
    "ticket erase": "Bulk Permanently Delete Ticket",
    "ticket merge": "Merge Ticket",
    "ticket import": "Bulk Import Ticket",
}


def run_due(desk: Desk, works: Mapping[str, Work]) -> None:
    """Run the jobs whose time has come, and forget those nobody may read any more."""
    due = desk.state.rows(
        "job_statuses", "status IN ('queued', 'working') AND due_at <= ?", (desk.seconds,), order="number"
    )
    for job in due:
        _run(desk, job, works)
    lives = desk.switches.number("job_lives")
    desk.state.remove("job_statuses", "status = 'completed' AND due_at < ?", desk.seconds - lives)


def _run(desk: Desk, job: Record, works: Mapping[str, Work]) -> None:
    actor = desk.get("users", job["user_id"])
    results = []
    for number, item in enumerate(job["items"]):
        if job["fails"] and number % job["fails"] == 1:
            results.append(
                _failure(job, number, item, "TransientError", "The sandbox was told to let it fail")
            )
            continue
        try:
            with desk.state.part():
                results.append(works[job["kind"]](desk, item, actor) | _index(job, number))
        except Refusal as refused:
            error, details = _reason(refused)
            results.append(_failure(job, number, item, error, details))
    done = {"status": "completed", "results": results, "done_at": desk.stamp}
    desk.state.put("job_statuses", job | done)


def _index(job: Record, number: int) -> Record:
    return {"index": number} if job["kind"].endswith(("create", "import")) else {}


def _failure(job: Record, number: int, item: Record, error: str, details: str) -> Record:
    what = {"id": item["id"]} if isinstance(item.get("id"), int) else {}
    action = {"action": job["kind"].rpartition(" ")[2], "success": False}
    return what | action | {"error": error, "details": details} | _index(job, number)


def _reason(refused: Refusal) -> tuple[str, str]:
    try:
        document: Any = decode(refused.answer.body)
    except msgspec.MsgspecError:
        return "Error", refused.answer.body.decode()
    error = document.get("error", "Error")
    if isinstance(error, dict):
        return str(error.get("title", "Error")), str(error.get("message", ""))
    texts = [item["description"] for items in document.get("details", {}).values() for item in items]
    return str(error), " ".join(texts) or str(document.get("description", ""))


def step(desk: Desk, job: Record, works: Mapping[str, Work]) -> Record:
    """Asking brings a job on: queued, working, done. So it ends even where the clock stands still."""
    if job["status"] == "queued":
        return desk.state.put("job_statuses", job | {"status": "working"})
    if job["status"] == "working":
        _run(desk, job, works)
        return desk.get("job_statuses", job["id"])
    return job


def show(works: Mapping[str, Work]) -> Callable[[Visit], Answer]:
    def handle(visit: Visit) -> Answer:
        job = visit.state.get("job_statuses", visit.parameters["id"])
        if job is None:
            raise not_found()
        answer = json_answer({"job_status": _shown(job)})
        step(visit, job, works)
        return answer

    return handle


def show_many(works: Mapping[str, Work]) -> Callable[[Visit], Answer]:
    def handle(visit: Visit) -> Answer:
        ids = [id_ for id_ in (visit.argument("ids") or "").split(",") if id_][:100]
        jobs = [job for job in (visit.state.get("job_statuses", id_) for id_ in ids) if job is not None]
        answer = json_answer({"job_statuses": [_shown(job) for job in jobs]})
        for job in jobs:
            step(visit, job, works)
        return answer

    return handle


def list_jobs(visit: Visit) -> Answer:
    jobs = visit.state.rows("job_statuses", "1", (), order="number DESC", limit=1000)
    return slice_page(visit, "job_statuses", [_shown(job) for job in jobs], {})


def check_items(items: list[Any], name: str) -> None:
    if len(items) > MOST_ITEMS:
        raise refusal(
            422 if name == "ids" else 400,
            {"error": "TooManyValues", "description": f"{name}: at most {MOST_ITEMS} are allowed"},
        )
