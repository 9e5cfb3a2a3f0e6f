"""Operators of one field that can never hold together: a slip that is cheap to see where it is written.

Contradictions across fields and groups are `cstoolkit lint`'s work.
"""

from collections.abc import Sequence
from decimal import Decimal

from .conditions import Test, Value
from .data_problems import Path, ProblemLog

WANTED = ("is", "in", "has")
REFUSED = ("is_not", "not_in", "has_none")


def values_of(test: Test) -> tuple[Value, ...]:
    """The values of a test, one or several."""
    return test.value if isinstance(test.value, tuple) else (test.value,)


def note_contradictions(tests: Sequence[Test], path: Path, log: ProblemLog) -> None:
    """Note what cannot hold in a mapping of operators on one field at `path`."""
    by_op = {test.op: test for test in tests}
    empty = by_op.get("empty")
    others = [op for op in by_op if op not in {"empty", "changed", "changed_from"}]
    if empty is not None and empty.value is True and others:
        message = f"`empty: true` and `{others[0]}` never hold together"
        log.add_key(
            (*path, others[0]), message, "condition", "take one of them away, or join them with `any`"
        )
    for wanted in WANTED:
        for refused in REFUSED:
            if wanted in by_op and refused in by_op:
                _note_refused(by_op[wanted], by_op[refused], path, log)
    between = by_op.get("between")
    if between is not None:
        low, high = values_of(between)
        if isinstance(low, Decimal) and isinstance(high, Decimal) and low > high:
            message, hint = f"nothing lies between {low} and {high}", f"the low one first: [{high}, {low}]"
            log.add((*path, "between"), message, "value", hint)


def _note_refused(wanted: Test, refused: Test, path: Path, log: ProblemLog) -> None:
    left, right = set(values_of(wanted)), set(values_of(refused))
    never = left & right if wanted.op == "has" else left if left <= right else set()
    if never:
        shown = ", ".join(sorted(str(value) for value in never))
        message = f"`{wanted.op}` wants {shown} and `{refused.op}` refuses it"
        log.add_key((*path, refused.op), message, "condition", "take one of them away")
