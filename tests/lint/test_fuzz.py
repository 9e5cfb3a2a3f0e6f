"""Recipes with something changed in them: they load or they do not, and lint never falls over."""

from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cstoolkit.automations.loader import load_recipes
from cstoolkit.errors import RecipeError
from cstoolkit.lint.catalogue import CODES
from cstoolkit.lint.run import lint_recipes

ROOT = Path(__file__).resolve().parents[2]
TEXTS = [code.bad for code in CODES.values()] + [code.good for code in CODES.values()]
WORDS = (
    "status", "priority", "assignee", "group", "tags", "updated_at", "created", "updated", "commented", "solved",
    "open", "older_than", "newer_than", "has_none", "changed_to", "empty", "true", "false", "null", "1h", "99d",
    "4h business", "actor", "requester", "comment.text", "{{ ticket.id }}", "any", "none", "spell", "ticket", "due_at",
)  # fmt: skip


@st.composite
def mutated(draw):
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 4))):
        lines = text.splitlines()
        words = [
            (number, word) for number, line in enumerate(lines) for word in line.replace(",", " ").split()
        ]
        number, word = draw(st.sampled_from(words))
        bare = word.strip("[]{}:,")
        lines[number] = (
            lines[number].replace(bare, draw(st.sampled_from(WORDS)), 1) if bare else lines[number]
        )
        text = "\n".join(lines) + "\n"
    return text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=mutated())
def test_a_mutated_recipe_never_ends_in_a_traceback(text, tmp_path):
    file = tmp_path / "rules.yaml"
    file.write_text(text, encoding="utf-8")

    try:
        recipes = load_recipes([file])
    except RecipeError:
        return

    for finding in lint_recipes(recipes, today=date(2026, 3, 2)):
        assert finding.message
