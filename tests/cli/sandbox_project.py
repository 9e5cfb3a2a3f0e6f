"""A project whose connection is a Zendesk sandbox account that lives in the present."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cstoolkit.cli import main
from cstoolkit.sandbox import Sandbox
from cstoolkit.sandbox.clock import SandboxClock

CANARY = "sandbox-token"
PROJECT = """
connections:
  acme:
    address: zendesk:acme
    auth: {user: admin@example.com, token: "${secret.ZD_SECRET}", url: "${secret.ZD_URL}"}
"""
AUDIT = "kind: audit\nid: backlog\ntitle: Backlog\nchecks: {include: [BA001, BA002]}\n"


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(list(arguments), out, err)
    return code, out.getvalue(), err.getvalue()


@contextmanager
def project(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, tickets: int = 12, text: str = PROJECT
) -> Iterator[Sandbox]:
    clock = SandboxClock(lambda: datetime.now(UTC))
    with Sandbox({"acme": "zendesk"}, clock=clock, switches={"acme": {"rate_limits": "off"}}) as sandbox:
        sandbox.seed_demo(tickets=tickets, seed=4)
        (folder / "cstoolkit.yaml").write_text(text)
        (folder / "backlog.yaml").write_text(AUDIT)
        monkeypatch.chdir(folder)
        monkeypatch.setenv("ZD_SECRET", CANARY)
        monkeypatch.setenv("ZD_URL", sandbox.address("acme"))
        yield sandbox
