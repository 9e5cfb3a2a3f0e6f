"""Every colour of a report, light and dark. Charts are drawn with the light ones and take the reader's by CSS.

Categories follow Okabe and Ito (told apart with any colour vision); ages are one ramp in lightness, so that
order survives greyscale print. All text colours keep a contrast of 4.5:1 on their ground.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Shade:
    """One role's colour on a light and on a dark page."""

    light: str
    dark: str


PALETTE = {
    "page": Shade("#f5f6f8", "#12161c"),
    "card": Shade("#ffffff", "#1a2029"),
    "line": Shade("#dfe3e8", "#313a47"),
    "ink": Shade("#17202b", "#e6eaf0"),
    "soft": Shade("#566272", "#a3afbf"),
    "link": Shade("#0b5cad", "#7db8f5"),
    "good": Shade("#1a7340", "#62d394"),
    "warn": Shade("#9a5b00", "#f2b45c"),
    "bad": Shade("#b42318", "#ff8f85"),
    "calm": Shade("#3d5a80", "#9dbbe3"),
    "grid": Shade("#e6e9ee", "#2a323e"),
    "label": Shade("#556171", "#a4b0c0"),
    "status-new": Shade("#d98500", "#f0ad3d"),
    "status-open": Shade("#0f6cb3", "#4a9fe0"),
    "status-pending": Shade("#7fc0ea", "#a9d8f5"),
    "status-hold": Shade("#8d5a97", "#b98ac4"),
    "status-other": Shade("#8a94a3", "#7d899a"),
    "arrived": Shade("#a7cdea", "#2f5f86"),
    "closed": Shade("#0b7a5b", "#3fcf9f"),
    "previous": Shade("#d5dae1", "#3a4453"),
    "severity-critical": Shade("#b32018", "#ff8a80"),
    "severity-high": Shade("#a9480a", "#ffab66"),
    "severity-medium": Shade("#7d5f04", "#e0c04f"),
    "severity-low": Shade("#4b6b8a", "#93b8dc"),
    "age-0": Shade("#d3e5f3", "#253746"),
    "age-1": Shade("#aacfe8", "#2b4d67"),
    "age-2": Shade("#7db4d9", "#336687"),
    "age-3": Shade("#5296c5", "#4483aa"),
    "age-4": Shade("#3678ab", "#5fa2c9"),
    "age-5": Shade("#275a8c", "#88bfdf"),
    "age-6": Shade("#223f6b", "#b9dcf0"),
    "age-7": Shade("#1b2547", "#f4f1d8"),
}
AGE_STEPS = 8
STATUSES = ("new", "open", "pending", "hold")


def status_role(category: str) -> str:
    return f"status-{category}" if category in STATUSES else "status-other"


def age_roles(buckets: int) -> list[str]:
    """A role for each bucket, youngest first, spread over the whole ramp."""
    if buckets < 2:
        return ["age-4"] * buckets
    return [f"age-{round(index * (AGE_STEPS - 1) / (buckets - 1))}" for index in range(buckets)]


def light(role: str) -> str:
    return PALETTE[role].light


ROLE_OF = {shade.light: role for role, shade in PALETTE.items()}


def variables(*, dark: bool) -> Iterable[tuple[str, str]]:
    """Names and values of the style sheet's custom properties."""
    return [(role, shade.dark if dark else shade.light) for role, shade in PALETTE.items()]
