"""What the neutral meaning leaves to a project, each with its default."""

from .switches import Switch

SWITCHES = (
    Switch(
        "reply_reopens", "on", "The requester's reply opens a pending, held or solved ticket before rules see it.",
        ("on", "off"), "helpdesks differ: fixed, a stock rule, not at all",
    ),
    Switch(
        "native_parts", "opaque", "A rule's `native` conditions and actions: not judged, or taken as not there.",
        ("opaque", "ignored"), "they speak of one vendor; the neutral engine does not know their meaning",
    ),
)  # fmt: skip
