"""The audit's checks: one row each, one module a family. Their rules: docs/checks.md."""

from .check import Check, Hit, Question
from .choice import ChosenCheck, choose_checks
from .table import CHECKS

__all__ = ["CHECKS", "Check", "ChosenCheck", "Hit", "Question", "choose_checks"]
