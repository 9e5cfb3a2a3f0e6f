import pytest

from cstoolkit.sandbox import Sandbox
from sandbox.calls import Caller, zendesk


@pytest.fixture
def sandbox(cstoolkit_sandbox: Sandbox) -> Sandbox:
    cstoolkit_sandbox.clock.stop()
    return cstoolkit_sandbox


@pytest.fixture
def call(sandbox: Sandbox) -> Caller:
    return zendesk(sandbox.address())


@pytest.fixture
def switch(sandbox: Sandbox):
    return sandbox.account().switches.set
