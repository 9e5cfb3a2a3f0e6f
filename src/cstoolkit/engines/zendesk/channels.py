"""Channels: words in tickets and comments, numbers in conditions."""

from ..trace import CannotJudge, Record

CHANNELS = {
    "web": "0",
    "email": "4",
    "api": "5",
    "rule": "8",
    "closed_ticket": "27",
    "chat": "29",
    "twitter": "30",
    "facebook": "38",
    "web_widget": "48",
    "mobile_sdk": "49",
    "mobile": "56",
    "sms": "57",
    "whatsapp": "74",
}
"""Only where one word has one number. `voice`, `native_messaging`, `any_channel` and others have several or none."""


def channel_number(via: Record | None, of_what: str) -> str:
    """The number of a `via`. Raises CannotJudge."""
    if not via or not via.get("channel"):
        raise CannotJudge(f"the channel of {of_what} is not known")
    word = str(via["channel"])
    if word not in CHANNELS:
        raise CannotJudge(f'which number the channel "{word}" has is not documented')
    return CHANNELS[word]
