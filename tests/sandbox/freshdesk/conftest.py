"""A Freshdesk account for every test that asks for `desk`."""

from collections.abc import Iterator

import pytest

from cstoolkit.sandbox import Sandbox
from sandbox.freshdesk.desk import Desk


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    # Without rules: what they do is asked about where an engine is handed in.
    engines = {"freshdesk": None}
    with Sandbox(
        {"acme": "freshdesk"}, switches={"acme": {"rate_limits": "off"}}, engines=engines
    ) as running:
        running.clock.stop()
        yield running


@pytest.fixture
def desk(sandbox: Sandbox) -> Desk:
    return Desk(sandbox)
