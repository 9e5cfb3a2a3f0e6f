"""`--html` of explain, simulate and backtest: one file, everything escaped, nothing asked for outside itself."""

import io
import re

import pytest

from automations.replay.replay_desk import a_desk
from cstoolkit.cli import main

RULE = """\
kind: trigger
id: night-answer
title: Night <answer>
event: created
when: {actor: end_user, none: [{organization.tags: {has: [vip]}}]}
then:
  - notify: {to: requester, subject: We are closed, text: "Hello {{ requester.first_name }}"}
expect: {fires: {at_most: 0}}
"""
TICKET = """\
given: {requester.name: "<script>alert(1)</script>\u202e", subject: "It is <b>down</b>"}
event: {created: {by: requester, text: Down}}
"""


@pytest.fixture
def files(tmp_path):
    (tmp_path / "r.yaml").write_text(RULE)
    (tmp_path / "t.yaml").write_text(TICKET)
    return tmp_path


def page(folder, *arguments):
    file = folder / "page.html"
    out, err = io.StringIO(), io.StringIO()
    code = main([*map(str, arguments), "--html", str(file)], out, err)
    assert code in {0, 1}, err.getvalue()
    return file.read_text()


def words(html):
    return re.sub(r"<[^>]+>", " ", html.partition("<body>")[2])


def test_an_explanation_is_a_page(files):
    html = page(files, "explain", files / "r.yaml", files / "t.yaml")

    assert "It runs: wrote to requester" in html
    assert '<td class="short good"><bdi>no</bdi></td>' in html  # in a `none`, no is what is wanted
    assert_alone_and_escaped(html)


def test_a_simulation_is_a_page(files):
    html = page(files, "simulate", files / "t.yaml", "--rules", files / "r.yaml")

    assert "1 rule fired, of 1 looked at" in words(html)
    assert "To requester (requester), by night-answer: We are closed" in html
    assert_alone_and_escaped(html)


def test_a_backtest_is_a_page(files):
    _, path = a_desk(files, tickets=20, seed=2)

    html = page(files, "backtest", f"local:{path}", "--rules", files / "r.yaml", "--jobs", 1)

    assert "1 bound is missed" in words(html)
    assert "Night &lt;answer&gt;" in html
    assert "MISSED" in html
    assert_alone_and_escaped(html)


def assert_alone_and_escaped(html):
    assert "<script" not in html
    assert "\u202e" not in html
    assert "<b>" not in html
    assert not re.search(r"(src|href)\s*=|@import|url\(", html)
    assert "default-src 'none'" in html
