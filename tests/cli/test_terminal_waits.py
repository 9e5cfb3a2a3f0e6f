"""What a wait for a vendor looks like to who waits."""

import io

import pytest

from cstoolkit.cli.terminal import Terminal
from cstoolkit.connectors.transport_answers import Wait


def told(*waits: Wait, **how: bool) -> str:
    stderr = io.StringIO()
    terminal = Terminal(stdout=io.StringIO(), stderr=stderr, **how)
    for wait in waits:
        terminal.wait(wait)
    return stderr.getvalue()


@pytest.mark.parametrize(
    ("wait", "line"),
    [
        (
            Wait("zendesk", "GET api/v2/users: Zendesk answered 429", 31, 1, 6),
            "zendesk: GET api/v2/users: Zendesk answered 429; waiting 31 s, then try 2 of 6\n",
        ),
        (
            Wait("zendesk", "GET api/v2/users: no connection to the vendor: refused", 4, 3, 6),
            "zendesk: GET api/v2/users: no connection to the vendor: refused; waiting 4 s, then try 4 of 6\n",
        ),
        (
            Wait("zendesk", "our share of the limit exports is used up", 46),
            "zendesk: our share of the limit exports is used up; waiting 46 s\n",
        ),
    ],
)
def test_it_says_why_how_long_and_what_comes_then(wait, line):
    assert told(wait) == line


def test_moments_between_calls_are_not_told_and_every_retry_is():
    moment = Wait("zendesk", "our share of the limit account is used up", 0.4)
    retry = Wait("zendesk", "GET x: Zendesk answered 503", 0.4, 1, 6)

    assert told(moment, retry) == "zendesk: GET x: Zendesk answered 503; waiting a moment, then try 2 of 6\n"


def test_quiet_says_nothing_and_json_leaves_stdout_alone():
    wait = Wait("zendesk", "x", 31, 1, 6)
    stdout = io.StringIO()

    assert told(wait, quiet=True) == ""
    Terminal(stdout=stdout, stderr=io.StringIO(), json=True).wait(wait)
    assert stdout.getvalue() == ""


def test_beside_a_bar_the_line_goes_where_the_bar_is():
    stderr = io.StringIO()
    terminal = Terminal(stdout=io.StringIO(), stderr=stderr)

    with terminal.progress("syncing"):
        terminal.wait(Wait("zendesk", "x", 31, 1, 6))

    assert stderr.getvalue() == "zendesk: x; waiting 31 s, then try 2 of 6\n"
