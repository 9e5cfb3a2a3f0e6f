"""Pages: `page` from 1, `per_page` 30 by default and 100 at most, `Link` while there are more (fact sheet 4)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from ..http import SELF, Answer, json_answer
from .refusals import Problem, invalid
from .visit import Visit

PAGE_ARGUMENTS = ("page", "per_page")
MOST_PER_PAGE = 100
DEFAULT_PER_PAGE = 30


@dataclass(frozen=True)
class Page:
    """`size` rows after the first `skip`."""

    number: int
    size: int

    @property
    def skip(self) -> int:
        return (self.number - 1) * self.size


def read_page(visit: Visit, *, most: int = MOST_PER_PAGE, last: int | None = None, what: str = "") -> Page:
    """The page that is asked for; a refusal past page `last`, and for what is no page."""
    number = _positive(visit, "page", 1, None)
    size = _positive(visit, "per_page", min(DEFAULT_PER_PAGE, most), most)
    if last is not None and number > last:
        message = f"You cannot access {what} beyond the {last}th page. Please provide a smaller page number."
        raise invalid([Problem("page", message)])
    return Page(number, size)


def _positive(visit: Visit, name: str, default: int, most: int | None) -> int:
    text = visit.argument(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) == 0:
        bound = f" less than or equal to {most}" if most else ""
        raise invalid([Problem(name, f"It should be a Positive Integer{bound}", "datatype_mismatch")])
    if most is not None and int(text) > most:
        raise invalid([Problem(name, f"It should be a Positive Integer less than or equal to {most}")])
    return int(text)


def paged(
    visit: Visit, page: Page, rows: Sequence[Any], render: Callable[[Any], Any] | None = None
) -> Answer:
    """`rows` hold one more than the page has, if there is one more: so the next page is known of."""
    shown = list(rows[: page.size])
    answer = json_answer([render(row) for row in shown] if render else shown)
    if len(rows) <= page.size or not _has_link(visit):
        return answer
    query = [(key, value) for key, value in visit.call.arguments.items() if key != "page"]
    following = urlencode([*query, ("page", page.number + 1)])
    return answer.plus(("link", f'<{SELF}{visit.call.path}?{following}>; rel="next"'))


def _has_link(visit: Visit) -> bool:
    """Where it is missing, a page that is not full is the only sign of the end."""
    return visit.switches["link_headers"] == "all" or visit.call.path.endswith(("/tickets", "/contacts"))


def page_of_table(
    visit: Visit,
    table: str,
    where: str = "1",
    values: Sequence[Any] = (),
    *,
    order: str = "id",
    render: Callable[[Any], Any] | None = None,
) -> Answer:
    page = read_page(visit)
    rows = visit.state.rows(table, where, values, order=order, limit=page.size + 1, skip=page.skip)
    return paged(visit, page, rows, render)
