"""The ticket fields of a demo account."""

from dataclasses import dataclass
from typing import Literal

PRODUCT_AREA = "product_area"
CONTACT_REASON = "contact_reason"
HOLD_REASON = "hold_reason"
ISSUE_KEY = "issue_key"
HOLD_REASONS = ("vendor", "engineering", "finance approval", "spare part")


@dataclass(frozen=True, slots=True)
class TicketField:
    """A ticket field of the account, as the store's `fields` table keeps it."""

    name: str
    native: str
    type: Literal["choice", "text"]
    options: tuple[str, ...] = ()
    required_to_solve: bool = False


FIELDS = (
    TicketField(
        PRODUCT_AREA,
        "ticket_field_101",
        "choice",
        ("checkout", "billing", "account", "shipping", "mobile", "api", "insights", "other"),
        required_to_solve=True,
    ),
    TicketField(
        CONTACT_REASON,
        "ticket_field_102",
        "choice",
        ("bug", "how_to", "order", "billing", "refund", "cancellation", "other"),
    ),
    TicketField(HOLD_REASON, "ticket_field_103", "choice", HOLD_REASONS),
    TicketField(ISSUE_KEY, "ticket_field_104", "text"),
)
