import shutil
from pathlib import Path

import pytest

from clocks import JumpingClock
from cstoolkit.connectors.local.helpdesk import LocalHelpdesk
from cstoolkit.model.ticket import Comment
from cstoolkit.store.database import Store
from cstoolkit.store.rows import group_row, organization_row, person_row, ticket_rows
from histories import MONDAY, a_ticket, log
from small_desk import ACME, ANN, CARA, DAY, DESK, LAB, full_ticket


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock(MONDAY + 10 * DAY)


@pytest.fixture
def path(tmp_path: Path, made_once: Path) -> Path:
    """A small helpdesk on disk: one full ticket with a history, and two plain ones."""
    return Path(shutil.copy(made_once, tmp_path / "desk.duckdb"))


@pytest.fixture(scope="session")
def made_once(tmp_path_factory) -> Path:
    path: Path = tmp_path_factory.mktemp("desk") / "desk.duckdb"
    events = log(
        ("created", None, "new"), ("group", None, "g1"), ("assignee", None, "p1"), ("status", "new", "hold")
    )
    events = [event.model_copy(update={"ticket_id": "1"}) for event in events]
    said = Comment(
        id="c1",
        ticket_id="1",
        created_at=MONDAY,
        author_id="p9",
        author_role="requester",
        public=True,
        text="It burns.",
    )
    parts = [
        ticket_rows(full_ticket(updated_at=MONDAY + DAY), events, [said], history="exact"),
        ticket_rows(a_ticket(id="2", subject="Password", created_at=MONDAY + DAY, updated_at=MONDAY + DAY)),
        ticket_rows(a_ticket(id="3", gone="spam", created_at=MONDAY + 2 * DAY, updated_at=MONDAY + 2 * DAY)),
    ]
    with Store.create(path, connection="desk") as store, store.transaction():
        for part in parts:
            for table, rows in part.items():
                store.append(table, rows)
        store.append("people", [person_row(person) for person in (ANN, CARA)])
        store.append("groups", [group_row(group) for group in (DESK, LAB)])
        store.append("organizations", [organization_row(ACME)])
        store.describe(as_of=MONDAY + 3 * DAY)
    return path


@pytest.fixture
def desk(path, clock):
    with LocalHelpdesk.open(path, clock=clock, writable=True) as opened:
        yield opened
