"""Incremental exports, time-based and by cursor (fact sheet 3.5)."""

import base64
import binascii
from datetime import UTC, datetime
from urllib.parse import urlencode

import msgspec

from ..http import SELF, Answer, Record, decode, encode
from .history import shown_audits
from .metric_events import metric_events
from .refusals import bad_attribute, bad_parameter, no_endpoint
from .values import instant, seconds, stamp
from .visit import Visit

NEWEST = 60
"""Seconds that are never returned: rows may still arrive in them."""

_SAMPLE = 50


def _start(visit: Visit) -> int:
    text = visit.argument("start_time") or ""
    if not text.isascii() or not text.isdigit():
        raise bad_attribute("start_time", "Invalid parameter: start_time must be an integer")
    if int(text) > visit.seconds - NEWEST:
        raise bad_parameter("InvalidValue", "start_time must be at least one minute in the past", 422)
    return int(text)


def _size(visit: Visit) -> int:
    most = visit.switches.number("export_page")
    text = visit.argument("per_page") or str(most)
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise bad_attribute("per_page", "Invalid parameter: per_page must be an integer greater than 0")
    return min(int(text), most)


def _cursor_mark(visit: Visit) -> tuple[int, int] | None:
    text = visit.argument("cursor")
    if text is None:
        return None
    try:
        at, id_ = decode(base64.urlsafe_b64decode(text.encode()))
        return int(at), int(id_)
    except (ValueError, TypeError, binascii.Error, msgspec.MsgspecError) as error:
        raise bad_parameter("InvalidPaginationParameter", "cursor is not valid") from error


def _document(key: str, bodies: list[bytes], rest: Record, beside: Record) -> Answer:
    tail = encode(beside | rest)[1:]
    return Answer(200, b'{"' + key.encode() + b'":[' + b",".join(bodies) + b"]," + tail)


def _without_deleted(visit: Visit) -> str:
    asked = visit.argument("exclude_deleted") == "true" and visit.switches.on("export_exclude_deleted")
    return " AND status <> 'deleted'" if asked else ""


def tickets_by_cursor(visit: Visit) -> Answer:
    """Bytes as they lie in the state, joined: the fast path of a migration."""
    visit.must_be_admin()
    mark = _cursor_mark(visit) or (_start(visit), 0)
    size = _size(visit)
    where = "(generated_timestamp, id) > (?, ?) AND generated_timestamp <= ?" + _without_deleted(visit)
    rows = visit.state.pick(
        "generated_timestamp, id, body",
        "tickets",
        where,
        (mark[0], mark[1], visit.seconds - NEWEST),
        order="generated_timestamp, id",
        limit=size + 1,
    )
    return _cursor_answer(visit, "tickets", rows, size, mark=mark, beside=_sideload(visit, rows[:size]))


def _cursor_answer(
    visit: Visit,
    key: str,
    rows: list[tuple[int, int, bytes]],
    size: int,
    *,
    mark: tuple[int, int],
    beside: Record,
) -> Answer:
    ended, rows = len(rows) <= size, rows[:size]
    last = (rows[-1][0], rows[-1][1]) if rows else mark
    cursor = base64.urlsafe_b64encode(encode(list(last))).decode()
    kept = {name: value for name, value in visit.call.query if name not in {"start_time", "cursor"}}
    rest = {
        "after_cursor": cursor,
        "after_url": f"{SELF}{visit.call.path}?{urlencode(kept | {'cursor': cursor})}",
        "before_cursor": None,
        "before_url": None,
        "end_of_stream": ended,
    }
    return _document(key, [row[2] for row in rows], rest, beside)


def _sideload(visit: Visit, rows: list[tuple[int, int, bytes]]) -> Record:
    """Users, groups and organizations of the page's tickets; `last_audits` there is not."""
    wanted = visit.includes & {"users", "groups", "organizations"}
    if not wanted:
        return {}
    tickets = [decode(row[2]) for row in rows]
    keys = {"users": ("requester_id", "assignee_id", "submitter_id"), "groups": ("group_id",),
            "organizations": ("organization_id",)}  # fmt: skip
    found = {}
    for name in wanted:
        ids = {ticket[key] for ticket in tickets for key in keys[name] if ticket[key] is not None}
        found[name] = [record for id_ in sorted(ids) if (record := visit.state.get(name, id_)) is not None]
    return found


def tickets_by_time(visit: Visit) -> Answer:
    """Pages overlap at the second where one ends: the caller has to drop doubles (trap T12)."""
    visit.must_be_admin()
    start, size = _start(visit), _size(visit)
    where = "generated_timestamp >= ? AND generated_timestamp <= ?" + _without_deleted(visit)
    rows = visit.state.pick(
        "generated_timestamp, id, body", "tickets", where, (start, visit.seconds - NEWEST),
        order="generated_timestamp, id", limit=size + 1,
    )  # fmt: skip
    more, rows = len(rows) > size, rows[:size]
    end = rows[-1][0] if rows else start
    if more and rows and rows[0][0] == end and not visit.switches.on("export_stalls"):
        rows = visit.state.pick(
            "generated_timestamp, id, body", "tickets", f"{where} AND generated_timestamp = ?",
            (start, visit.seconds - NEWEST, end), order="id",
        )  # fmt: skip
        end += 1
    return _time_answer(
        visit, "tickets", [row[2] for row in rows], end, more=more, beside=_sideload(visit, rows)
    )


def _time_answer(
    visit: Visit, key: str, bodies: list[bytes], end: int, *, more: bool, beside: Record
) -> Answer:
    kept = {name: value for name, value in visit.call.query if name != "start_time"}
    rest = {
        "count": len(bodies),
        "end_time": end,
        "end_of_stream": not more,
        "next_page": f"{SELF}{visit.call.path}?{urlencode(kept | {'start_time': end})}",
    }
    return _document(key, bodies, rest, beside)


def _stamped_rows(
    visit: Visit, table: str, start: int, size: int, column: str
) -> list[tuple[str, int, bytes]]:
    return visit.state.pick(
        f"{column}, id, body",
        table,
        f"{column} >= ? AND {column} <= ?",
        (_stamp(start), _stamp(visit.seconds - NEWEST)),
        order=f"{column}, id",
        limit=size + 1,
    )


def _stamp(at: int) -> str:
    return stamp(datetime.fromtimestamp(at, UTC))


def _by_time(visit: Visit, table: str, key: str) -> Answer:
    visit.must_be_admin()
    start, size = _start(visit), _size(visit)
    rows = _stamped_rows(visit, table, start, size, "updated_at")
    more, rows = len(rows) > size, rows[:size]
    end = seconds(instant(rows[-1][0])) if rows else start
    if more and rows[0][0] == rows[-1][0]:
        end += 1
    return _time_answer(visit, key, [row[2] for row in rows], end, more=more, beside={})


def users_by_time(visit: Visit) -> Answer:
    return _by_time(visit, "users", "users")


def organizations_by_time(visit: Visit) -> Answer:
    return _by_time(visit, "organizations", "organizations")


def users_by_cursor(visit: Visit) -> Answer:
    visit.must_be_admin()
    mark = _cursor_mark(visit) or (_start(visit), 0)
    size = _size(visit)
    rows = visit.state.pick(
        "updated_at, id, body",
        "users",
        "(updated_at, id) > (?, ?) AND updated_at <= ?",
        (_stamp(mark[0]), mark[1], _stamp(visit.seconds - NEWEST)),
        order="updated_at, id",
        limit=size + 1,
    )
    numbered = [(seconds(instant(row[0])), row[1], row[2]) for row in rows]
    return _cursor_answer(visit, "users", numbered, size, mark=mark, beside={})


def ticket_events(visit: Visit) -> Answer:
    """Audits as events; comments only with `include=comment_events`."""
    visit.must_be_admin()
    start, size = _start(visit), _size(visit)
    rows = _stamped_rows(visit, "audits", start, size, "created_at")
    more, rows = len(rows) > size, rows[:size]
    end = seconds(instant(rows[-1][0])) if rows else start
    if more and rows[0][0] == rows[-1][0]:
        end += 1
    with_comments = "comment_events" in visit.includes
    audits = shown_audits(visit, [row[2] for row in rows])
    bodies = [encode(_event(audit, with_comments=with_comments)) for audit in audits]
    return _time_answer(visit, "ticket_events", bodies, end, more=more, beside={})


def _event(audit: Record, *, with_comments: bool) -> Record:
    return {
        "id": audit["id"],
        "ticket_id": audit["ticket_id"],
        "timestamp": seconds(instant(audit["created_at"])),
        "created_at": audit["created_at"],
        "updater_id": audit["author_id"],
        "via": audit["via"]["channel"],
        "system": audit["metadata"].get("system", {}),
        "metadata": audit["metadata"],
        "event_type": "Audit",
        "child_events": [_child(event, whole=with_comments) for event in audit["events"]],
    }


def _child(event: Record, *, whole: bool) -> Record:
    """Of a comment that is not asked for, only that there was one, and whether it was public."""
    if event["type"] == "Comment" and not whole:
        told = {"comment_present": True, "comment_public": event["public"]}
        return {"id": event["id"], "event_type": "Comment"} | told
    if event["type"] in {"Create", "Change"}:
        child = {"id": event["id"], "event_type": event["type"], event["field_name"]: event["value"]}
        return child | ({"previous_value": event["previous_value"]} if "previous_value" in event else {})
    return {key: value for key, value in event.items() if key != "type"} | {"event_type": event["type"]}


def ticket_metric_events(visit: Visit) -> Answer:
    visit.must_be_admin()
    start, size = _start(visit), 100
    rows = _stamped_rows(visit, "audits", start, size, "created_at")
    more, rows = len(rows) > size, rows[:size]
    end = seconds(instant(rows[-1][0])) if rows else start
    if more and rows[0][0] == rows[-1][0]:
        end += 1
    found = metric_events(visit, [decode(row[2]) for row in rows])
    return _time_answer(
        visit, "ticket_metric_events", [encode(event) for event in found], end, more=more, beside={}
    )


def sample(visit: Visit) -> Answer:
    """The first fifty, to try with."""
    visit.must_be_admin()
    resource = visit.parameters["resource"]
    if resource not in {"tickets", "users", "organizations"}:
        raise no_endpoint()
    start = _start(visit)
    bodies = visit.state.bodies(
        resource, "updated_at >= ?", (_stamp(start),), order="updated_at, id", limit=_SAMPLE
    )
    return _time_answer(visit, resource, bodies, visit.seconds - NEWEST, more=False, beside={})
