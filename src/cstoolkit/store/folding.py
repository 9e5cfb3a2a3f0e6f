"""The columns that are made from others when a row is written: folded text, and custom fields as JSON."""

from collections.abc import Mapping
from typing import Any

from ..model.custom import custom_folded_to_json, custom_from_json, custom_to_json
from ..model.text import fold_or_missing

FOLDED = {
    "tickets": ("subject", "description", "rating_comment"),
    "comments": ("text",),
    "people": ("email",),
    "organizations": ("name",),
}
"""Each of these has a column of its name with `_folded` beside it."""

WITH_CUSTOM = frozenset({"tickets", "people", "organizations"})


def with_folded(table: str, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row with its derived columns filled in, whatever they held before.

    `custom` may be a mapping of model values or the JSON that `custom_to_json` makes. Raises ValueError for a
    number that JSON cannot hold.
    """
    derived: dict[str, Any] = {
        f"{name}_folded": fold_or_missing(row.get(name)) for name in FOLDED.get(table, ())
    }
    if table in WITH_CUSTOM:
        custom = row.get("custom")
        if isinstance(custom, Mapping):
            derived["custom"] = custom_to_json(custom)
        else:
            custom = custom_from_json(custom) if custom and custom != "{}" else {}
        derived["custom_folded"] = custom_folded_to_json(custom) if custom else "{}"
    return {**row, **derived} if derived else row
