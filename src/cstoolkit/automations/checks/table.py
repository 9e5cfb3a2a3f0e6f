"""All checks of this version, by id. A new family is one name here."""

from collections.abc import Mapping
from types import MappingProxyType

from . import ageing, clusters, hygiene, ownership, privacy, replies, service_levels, stakes, waiting
from .check import Check

FAMILIES = (ownership, replies, service_levels, stakes, waiting, ageing, clusters, hygiene, privacy)

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        check.id: check
        for check in sorted((row for family in FAMILIES for row in family.CHECKS), key=lambda row: row.id)
    }
)
