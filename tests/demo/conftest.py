from datetime import UTC, datetime

import pytest

from cstoolkit.demo import DemoHelpdesk, Planted, TicketFile, make_helpdesk

AS_OF = datetime(2026, 3, 31, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def demo() -> DemoHelpdesk:
    return make_helpdesk(tickets=3_000, seed=7, as_of=AS_OF)


@pytest.fixture(scope="session")
def files(demo) -> list[TicketFile]:
    return list(demo.ticket_files())


@pytest.fixture(scope="session")
def planted(demo, files) -> Planted:
    return demo.gather(mark for file in files for mark in file.marks)
