"""Vendor accounts on loopback: state, rules, limits, a clock and faults behind real HTTP. See docs/sandbox.md.

Written from the vendors' documentation and from nothing in `connectors`, so that a wrong mapping cannot
agree with itself.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .faults import Fault
    from .running import Sandbox

__all__ = ["Fault", "Sandbox"]


def __getattr__(name: str) -> Any:
    # The pytest plugin is imported in every test run of whoever has the package: it must cost nothing.
    if name == "Sandbox":
        from .running import Sandbox

        return Sandbox
    if name == "Fault":
        from .faults import Fault

        return Fault
    raise AttributeError(name)
