"""A bug report tells how it came to the bug, and no secret."""

import pytest

from cstoolkit.cli.bug_report import HIDDEN, hide_secret_arguments, hide_secrets


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["doctor", "--token", "s3cret", "acme"], ["doctor", "--token", HIDDEN, "acme"]),
        (["doctor", "--api-key=s3cret"], ["doctor", f"--api-key={HIDDEN}"]),
        (["doctor", "--password=x", "acme"], ["doctor", f"--password={HIDDEN}", "acme"]),
        (["audit", "--out", "reports"], ["audit", "--out", "reports"]),
        (["validate", "token-recipes.yaml", "b.yaml"], ["validate", "token-recipes.yaml", "b.yaml"]),
    ],
)
def test_values_of_secret_options_are_hidden(arguments, shown):
    assert hide_secret_arguments(arguments) == shown


@pytest.mark.parametrize(
    "text",
    [
        "postgres://me:s3cret@host/db",
        "Authorization: Bearer s3cret",
        "token=s3cret",
        "{'password': 's3cret'}",
    ],
)
def test_what_looks_like_a_credential_is_hidden(text):
    assert "s3cret" not in hide_secrets(text, {})


def test_the_rest_of_the_text_stays():
    text = 'File "/srv/recipes/audit.py", line 3, in load\n  basics of tokens'

    assert hide_secrets(text, {"HOME": "/srv", "A_TOKEN": "abc"}) == text
