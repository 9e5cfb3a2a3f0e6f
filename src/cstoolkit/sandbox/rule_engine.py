"""The hook for rule engines: an account is handed a factory, and asks the engine it makes at every update.

Without a factory an account says so in its log: its rules are kept and answered for, but do not run.
"""

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..engines.engine import Engine, Update, World
from ..model.rules import NativeRule

EngineFactory = Callable[[Sequence[NativeRule], Mapping[str, str]], Engine]
"""Native rules and the account's switches give an engine. Switches that it does not know are not its own."""

_ENGINES: Mapping[str, tuple[str, str, str]] = {
    "zendesk": ("cstoolkit.engines.zendesk", "ZendeskEngine", "cstoolkit.engines.zendesk.switches"),
    "freshdesk": (
        "cstoolkit.engines.freshdesk",
        "FreshdeskEngine",
        "cstoolkit.engines.freshdesk.switches",
    ),
}
"""Vendor -> module and class of its engine, and the module that has its SWITCHES."""


def load_engine(vendor: str) -> EngineFactory | None:
    """The vendor's own engine; None where there is none yet."""
    if vendor not in _ENGINES:
        return None
    module, name, table = _ENGINES[vendor]
    make: Any = getattr(importlib.import_module(module), name)
    known = {switch.name for switch in importlib.import_module(table).SWITCHES}

    def factory(rules: Sequence[NativeRule], switches: Mapping[str, str]) -> Engine:
        engine: Engine = make(rules, {key: value for key, value in switches.items() if key in known})
        return engine

    return factory


__all__ = ["Engine", "EngineFactory", "Update", "World", "load_engine"]
