"""`cstoolkit schema --vendor`: what a helpdesk can hold."""

import io
import json

from cstoolkit.cli import main


def printed(*arguments):
    out, err = io.StringIO(), io.StringIO()
    assert main(list(arguments), out, err) == 0, err.getvalue()
    return out.getvalue()


def test_a_field_shows_what_a_helpdesk_can_hold_of_it():
    page = json.loads(printed("schema", "subject", "--vendor", "zendesk", "--json"))

    cells = {tuple(row[1:4]): row[4] for row in page["lists"][-1]["rows"]}
    assert cells["subject contains", "created", "native"] == "subject_includes_word is"
    assert cells["subject regex", "created", "client"] == "write contains, or word"


def test_the_whole_matrix_is_a_list_of_its_own():
    text = printed("schema", "matrix")

    assert "salesforce" in text
    assert "notify.requester" in text
    assert "salesforce" not in printed("schema", "matrix", "--vendor", "zendesk")


def test_without_a_vendor_a_page_is_as_short_as_before():
    assert "cells" not in printed("schema", "subject")
