"""Secrets kept out of logs and exceptions: what we know by heart, and what looks like one."""

import base64
import logging
import re
from collections.abc import Iterable
from urllib.parse import quote

MASK = "***"

# What looks like a credential, whoever it belongs to.
_SHAPES = (
    re.compile(r"(?i)(authorization['\"]?\s*[:=]\s*['\"]?(?:basic|bearer|token)?\s*)[^\s'\",;}]+"),
    re.compile(r"(?i)\b((?:basic|bearer)\s+)[a-z0-9+/=._~-]{8,}"),
    re.compile(
        r"(?i)(['\"]?(?:api_|access_|refresh_|client_)?(?:token|secret|password|api_key)['\"]?"
        r"\s*[:=]\s*['\"]?)[^\s'\",;&}]+"
    ),
    re.compile(r"(?i)([^\s/@:'\"]+@[^\s/@:'\"]+/token:)[^\s'\",;@]+"),
    re.compile(r"(?i)(://[^\s/@:]+:)[^\s/@]+(?=@)"),
    re.compile(r"(?i)(/attachments/token/)[^\s/?'\"]+"),  # who has the address has the file
)


class Redactor:
    """Masks the secrets of one connection, in every form in which they travel."""

    def __init__(self, secrets: Iterable[str] = (), *, user: str | None = None) -> None:
        forms: set[str] = set()
        for secret in filter(None, secrets):
            forms |= {secret, quote(secret, safe=""), _base64(secret)}
            if user:
                forms |= {_base64(f"{user}:{secret}"), _base64(f"{user}/token:{secret}")}
        # The longest first: a short secret may be a part of a longer form.
        self._forms = sorted(forms, key=len, reverse=True)

    def clean(self, text: str) -> str:
        """The text with every secret masked."""
        for form in self._forms:
            text = text.replace(form, MASK)
        for shape in _SHAPES:
            text = shape.sub(rf"\g<1>{MASK}", text)
        return text

    def mask_record(self, record: logging.LogRecord) -> bool:
        """A logging filter: lets every record through, masked."""
        record.msg, record.args = self.clean(record.getMessage()), None
        return True


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
