"""Every code, in the order of its id."""

from collections.abc import Mapping

from . import acting, conditions, hygiene, order, repetition, texts
from .findings import Code

CODES: Mapping[str, Code] = {
    code.id: code
    for code in sorted(
        (
            *conditions.CODES,
            *order.CODES,
            *repetition.CODES,
            *acting.CODES,
            *texts.CODES,
            *hygiene.CODES,
        ),
        key=lambda code: code.id,
    )
}
