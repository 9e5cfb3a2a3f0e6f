"""Placeholder."""

from ..seeds import Seed
from .visit import Desk


def seed_account(desk: Desk, seed: Seed) -> None:
    raise NotImplementedError
