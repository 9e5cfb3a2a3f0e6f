"""A transport to a server that answers what a test tells it to."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from requests.auth import HTTPBasicAuth

from clocks import JumpingClock
from cstoolkit.connectors.rate_budget import RateBudget
from cstoolkit.connectors.transport import Transport
from cstoolkit.connectors.transport_redaction import Redactor
from cstoolkit.connectors.zendesk.wire import ZendeskDialect
from transport_stub import TOKEN, USER, Reply, Stub, serving


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock()


Opener = Callable[..., tuple[Transport, Stub]]


@pytest.fixture
def transport_to(clock: JumpingClock, tmp_path: Path) -> Iterator[Opener]:
    """Makes a transport to a server that gives the replies."""
    with contextlib.ExitStack() as stack:

        def opened(*replies: Reply, hook=None, on_wait=None, timeouts=(2.0, 5.0)) -> tuple[Transport, Stub]:
            stub = stack.enter_context(serving(list(replies)))
            transport = Transport(
                stub.base,
                ZendeskDialect(),
                auth=HTTPBasicAuth(f"{USER}/token", TOKEN),
                clock=clock,
                budget=RateBudget.open(tmp_path / "state.sqlite", "zendesk:acme", clock),
                redactor=Redactor([TOKEN], user=USER),
                hook=hook,
                on_wait=on_wait,
                timeouts=timeouts,
            )
            stack.callback(transport.close)
            return transport, stub

        yield opened
