"""Lists: cursor and offset pages, their caps, and the wall at 10,000 records (fact sheet 3.1, 3.2)."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import msgspec

from ..http import SELF, Answer, Record, decode, encode
from .refusals import bad_attribute, bad_parameter
from .visit import Visit

MOST_A_PAGE = 100
DEPTH = 10_000
_DEPTH_TITLE = (
    "Pagination requests using Offset Pagination are limited to page 100 or up to 10000 records "
    "(page * per_page)"
)


@dataclass(frozen=True)
class Listing:
    """Rows of a table to be paged: `key` is the array's name. `order` is a column, then the id breaks ties."""

    table: str
    key: str
    where: str = "1"
    values: tuple[Any, ...] = ()
    order: str = "id"
    descending: bool = False
    bare: str = "offset"  # without page arguments: "offset", or "all" of them


def list_page(visit: Visit, listing: Listing) -> Answer:
    """One page, as bytes joined; the form is the one the caller asked for."""
    bodies, rest = page_of(visit, listing)
    return Answer(200, _document(listing.key, bodies, rest))


def page_of(visit: Visit, listing: Listing) -> tuple[list[bytes], Record]:
    """The records' bytes, and the keys that stand beside the array."""
    names = {name for name, _ in visit.call.query}
    cursor = any(name.startswith("page[") for name in names)
    if cursor and "page" in names:
        raise bad_parameter("InvalidPaginationParameter", "page and page[size] exclude each other")
    if cursor:
        return _cursor_page(visit, listing)
    if listing.bare == "all" and not names & {"page", "per_page"}:
        bodies = visit.state.bodies(
            listing.table, listing.where, listing.values, order=_order(listing), limit=DEPTH
        )
        return bodies, {"next_page": None, "previous_page": None, "count": len(bodies)}
    return _offset_page(visit, listing)


def _document(key: str, bodies: Sequence[bytes], rest: Record) -> bytes:
    tail = encode(rest)[1:] if rest else b"}"
    separator = b"," if rest else b""
    return b'{"' + key.encode() + b'":[' + b",".join(bodies) + b"]" + separator + tail


def _order(listing: Listing) -> str:
    way = " DESC" if listing.descending else ""
    return f"id{way}" if listing.order == "id" else f"{listing.order}{way}, id{way}"


def _cursor_page(visit: Visit, listing: Listing) -> tuple[list[bytes], Record]:
    size = _number(visit, "page[size]", MOST_A_PAGE)
    after, before = visit.argument("page[after]"), visit.argument("page[before]")
    back = not after and bool(before)
    mark = after or before
    where, values = listing.where, list(listing.values)
    forward = listing.descending == back  # towards larger keys
    if mark:
        key, id_ = _read_cursor(mark, "page[before]" if back else "page[after]")
        sign = ">" if forward else "<"
        if listing.order == "id":
            where, values = f"({where}) AND id {sign} ?", [*values, id_]
        else:
            where, values = (
                f"({where}) AND (ifnull({listing.order}, ''), id) {sign} (?, ?)",
                [*values, key, id_],
            )
    way = "" if forward else " DESC"
    order = f"id{way}" if listing.order == "id" else f"ifnull({listing.order}, ''){way}, id{way}"
    rows = visit.state.pick(
        f"ifnull({listing.order}, ''), id, body", listing.table, where, values, order=order, limit=size + 1
    )
    more, rows = len(rows) > size, rows[:size]
    if back:
        rows.reverse()
    first = _cursor(rows[0]) if rows else None
    last = _cursor(rows[-1]) if rows else None
    rest = {
        "meta": {"has_more": more if not back else True, "after_cursor": last, "before_cursor": first},
        "links": {
            "next": _link(visit, {"page[after]": last}, drop="page[before]") if last else None,
            "prev": _link(visit, {"page[before]": first}, drop="page[after]") if first else None,
        },
    }
    return [row[2] for row in rows], rest


def _offset_page(visit: Visit, listing: Listing) -> tuple[list[bytes], Record]:
    size, page = offsets(visit)
    bodies = visit.state.bodies(
        listing.table,
        listing.where,
        listing.values,
        order=_order(listing),
        limit=size,
        skip=(page - 1) * size,
    )
    count = visit.state.count(listing.table, listing.where, listing.values)
    return bodies, beside_offset(visit, count=count, size=size, page=page)


def offsets(visit: Visit) -> tuple[int, int]:
    """Page size and page number; past the wall the vendor's 400."""
    size, page = _number(visit, "per_page", MOST_A_PAGE), _number(visit, "page", DEPTH * 10, default=1)
    if page > 100 or page * size > DEPTH:
        raise bad_parameter("InvalidPaginationDepth", _DEPTH_TITLE)
    return size, page


def beside_offset(visit: Visit, *, count: int, size: int, page: int) -> Record:
    return {
        "count": count,
        "next_page": _link(visit, {"page": page + 1}) if page * size < count else None,
        "previous_page": _link(visit, {"page": page - 1}) if page > 1 else None,
    }


def slice_page(visit: Visit, key: str, records: Sequence[Record], beside: Mapping[str, Any]) -> Answer:
    """Records that no table holds as they are (computed, sorted otherwise), in the asked form."""
    if any(name.startswith("page[") for name, _ in visit.call.query):
        size = _number(visit, "page[size]", MOST_A_PAGE)
        after = visit.argument("page[after]")
        start = int(_read_cursor(after, "page[after]")[1]) if after else 0
        end = start + size
        mark = _cursor(("", end, b""))
        rest: Record = {
            "meta": {"has_more": end < len(records), "after_cursor": mark, "before_cursor": None},
            "links": {"next": _link(visit, {"page[after]": mark}), "prev": None},
        }
        return Answer(200, encode({key: list(records[start:end])} | dict(beside) | rest))
    size, page = offsets(visit)
    chosen = list(records[(page - 1) * size : page * size])
    rest = beside_offset(visit, count=len(records), size=size, page=page)
    return Answer(200, encode({key: chosen} | dict(beside) | rest))


def decoded(bodies: Sequence[bytes]) -> list[Record]:
    return [decode(body) for body in bodies]


def _number(visit: Visit, name: str, most: int, default: int | None = None) -> int:
    text = visit.argument(name)
    if text is None or text == "":
        return most if default is None else default
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise bad_attribute(name, f"Invalid parameter: {name} must be an integer greater than 0")
    return min(int(text), most)


def _cursor(row: tuple[Any, ...]) -> str:
    return base64.urlsafe_b64encode(encode([row[0], row[1]])).decode()


def _read_cursor(text: str, name: str) -> tuple[Any, Any]:
    try:
        key, id_ = decode(base64.urlsafe_b64decode(text.encode()))
    except (ValueError, TypeError, binascii.Error, msgspec.MsgspecError) as error:
        raise bad_parameter("InvalidPaginationParameter", f"{name} is not valid") from error
    if not isinstance(id_, int | str) or not isinstance(key, int | str):
        raise bad_parameter("InvalidPaginationParameter", f"{name} is not valid")
    return key, id_


def _link(visit: Visit, changes: Mapping[str, Any], drop: str = "") -> str:
    kept = {name: value for name, value in visit.call.query if name != drop}
    return f"{SELF}{visit.call.path}?{urlencode({**kept, **changes})}"
