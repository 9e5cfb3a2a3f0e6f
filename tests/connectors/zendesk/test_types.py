"""What a type checker tells those who import us."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

SNIPPET = """\
from pathlib import Path
from cstoolkit.connectors import connect
from cstoolkit.connectors.base import TicketChange
from cstoolkit.connectors.bulk_journal import MemoryJournal
from cstoolkit.connectors.credentials import Credential
from cstoolkit.connectors.zendesk.connector import ZendeskHelpdesk
from cstoolkit.model.actions import Say
from cstoolkit.model.conditions import Test
from cstoolkit.timekeeping import Clock

def script(clock: Clock) -> None:
    with connect("zendesk:acme", clock=clock) as helpdesk:
        reveal_type(helpdesk.ticket("1").status.category)
    desk = ZendeskHelpdesk.open("acme", Credential(), clock=clock, state=Path("s"))
    reveal_type(desk)
    reveal_type(desk.tickets(where=Test("status", "is", "open")))
    ticket = desk.ticket("1")
    reveal_type(ticket.updated_at)
    reveal_type(ticket.comments)
    reveal_type(ticket.custom)
    reveal_type(desk.comments("1")[0].public)
    reveal_type(next(desk.history(["1"])).kind)
    reveal_type(desk.count().exact)
    reveal_type(desk.directory().find("group", "Tier 2"))
    changes = [TicketChange("k", "1", add_tags=frozenset({"x"}), say=Say("Hi", public=False))]
    for result in desk.update(changes, journal=MemoryJournal()):
        reveal_type(result.outcome)
        reveal_type(result.error)
    reveal_type(desk.attachments("1")[0].size)
    reveal_type(desk.read_attachment(desk.attachments("1")[0]))
    reveal_type(next(desk.ratings()).word)
    reveal_type(desk.promises())
    reveal_type(desk.redact("1", "2", "secret"))
    reveal_type(desk.budget.left)
    reveal_type(desk.capabilities.operations)
"""

# How the types begin: some are long.
REVEALED = [
    "StatusCategory", "ZendeskHelpdesk", "Iterator[Ticket]", "datetime", "tuple[Comment, ...] | None",
    "dict[str, str | ", "bool",
    "Literal['created'] | Literal['status'] | ", "bool", "str", "Literal['done'] | Literal['unchanged'] | ",
    "str | None", "int | None", "Iterator[bytes]", "Literal['offered'] | Literal['bad'] | ",
    "Mapping[str, tuple[SlaTarget, ...]]", "Comment", "int | None", "frozenset[str]",
]  # fmt: skip


def checked(tmp_path: Path, code: str) -> str:
    path = tmp_path / "snippet.py"
    path.write_text(code)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(path)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> str:
    return checked(tmp_path_factory.mktemp("types"), SNIPPET)


def test_every_result_has_the_type_that_it_is_used_by(told):
    found = [plain(one) for one in re.findall(r'Revealed type is "(.*)"', told)]

    assert [have[: len(want)] for have, want in zip(found, REVEALED, strict=True)] == REVEALED


def test_a_script_that_uses_it_as_documented_has_no_error(told):
    assert "error:" not in told


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('desk.comment("1", "Hi")', "public"),
        ("desk.ticket(1)", 'expected "str"'),
        ('desk.update([TicketChange("k", "1")])', "journal"),
        ('desk.merge(["2"])', "into"),
    ],
)
def test_what_would_go_wrong_is_told_before_it_runs(tmp_path, line, said):
    code = (
        "from cstoolkit.connectors.base import TicketChange\n"
        "from cstoolkit.connectors.zendesk.connector import ZendeskHelpdesk\n"
        f"def script(desk: ZendeskHelpdesk) -> None:\n    {line}\n"
    )

    told = checked(tmp_path, code)

    assert "error:" in told
    assert said in told


def plain(name: str) -> str:
    """Without the modules, as an editor shows it."""
    return re.sub(r"\b(?:\w+\.)+(?=\w)", "", name).replace("?", "")
