"""Fixtures that come with the package: a sandbox for the tests of whoever builds on cstoolkit."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .running import Sandbox


@pytest.fixture
def make_cstoolkit_sandbox() -> Iterator[Callable[..., "Sandbox"]]:
    """`make_cstoolkit_sandbox({"acme": "zendesk"}, tls=True)` starts one; it is closed after the test."""
    from .running import Sandbox

    with ExitStack() as stack:

        def make(*arguments: Any, **options: Any) -> Sandbox:
            return stack.enter_context(Sandbox(*arguments, **options))

        yield make


@pytest.fixture
def cstoolkit_sandbox(make_cstoolkit_sandbox: Callable[..., "Sandbox"]) -> "Sandbox":
    """A fresh Zendesk account on loopback, in memory, its clock at a Monday morning."""
    return make_cstoolkit_sandbox()
