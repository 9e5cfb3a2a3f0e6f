"""docs/checks.md is what the table of checks says."""

from pathlib import Path

from cstoolkit.automations.checks.reference import render_reference

PAGE = Path(__file__).resolve().parents[3] / "docs" / "checks.md"


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == render_reference(), (
        "run: python -m cstoolkit.automations.checks.reference > docs/checks.md"
    )
