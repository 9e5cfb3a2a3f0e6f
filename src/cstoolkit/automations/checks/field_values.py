"""Fields by name in SQL: those every ticket has, and the custom ones. Blank is empty, as in conditions."""

# What `set` may name and an account may require; every other name is a custom field's.
COLUMNS = {
    "type": "t.type",
    "priority": "t.priority",
    "assignee": "t.assignee_id",
    "group": "t.group_id",
    "organization": "t.organization_id",
    "brand": "t.brand",
    "form": "t.form",
    "language": "t.language",
}

_STANDARD = " ".join(f"WHEN '{name}' THEN {column}" for name, column in COLUMNS.items())
# A JSON pointer (RFC 6901) takes any name; a path would need quoting.
_POINTER = "'/' || replace(replace(name, '~', '~0'), '/', '~1')"
_VALUE = f"CASE name {_STANDARD} ELSE json_extract_string(t.custom, {_POINTER}) END"
_FILLED = f"coalesce(trim({_VALUE}, E' \\t\\r\\n'), '') NOT IN ('', '[]')"


def empty_fields(names: str) -> str:
    """SQL: those of the list `names` that are empty on `t`, in its order."""
    return f"list_filter({names}, lambda name: NOT ({_FILLED}))"


def filled_fields(names: str) -> str:
    """SQL: those of the list `names` that have a value on `t`, in its order."""
    return f"list_filter({names}, lambda name: {_FILLED})"
