"""Channels: our words, and the numbers that conditions hold (sandbox and engine have their own lists)."""

from .unsayable import Unsayable

NUMBERS: dict[str, tuple[str, ...]] = {
    "email": ("4",),
    "web": ("0", "48", "49", "56"),
    "chat": ("29",),
    "sms": ("57",),
    "api": ("5",),
    "social": ("30", "38"),
    "messaging": ("74",),
}
"""https://developer.zendesk.com/documentation/ticketing/reference-guides/via-types/: web form, widget, SDK, mobile;
X and Facebook; WhatsApp. Where one word of the API has several numbers, no number is sure."""


def channel_numbers(word: str) -> tuple[str, ...]:
    if word not in NUMBERS:
        raise Unsayable(
            f'which number the channel "{word}" has is not documented', f"sure are: {', '.join(NUMBERS)}"
        )
    return NUMBERS[word]
