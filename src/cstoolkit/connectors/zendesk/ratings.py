"""Satisfaction ratings.

https://developer.zendesk.com/api-reference/ticketing/ticket-management/satisfaction_ratings/
"""

from collections.abc import Iterator
from datetime import datetime

from ..optional import Rating
from .client import ZendeskClient
from .convert import instant, rating_word
from .lookups import Record


def ratings_since(client: ZendeskClient, since: datetime | None) -> Iterator[Rating]:
    """Ratings given or changed since then."""
    query = {"start_time": int(since.timestamp())} if since else {}
    for page in client.pages("api/v2/satisfaction_ratings", "satisfaction_ratings", query):
        yield from map(rating_from_zendesk, page)


def rating_from_zendesk(raw: Record) -> Rating:
    """A rating; `unoffered` and words that we do not know have no word of ours."""
    return Rating(
        id=str(raw["id"]),
        ticket_id=str(raw["ticket_id"]),
        word=rating_word(raw.get("score")),
        native=str(raw.get("score")),
        comment=raw.get("comment"),
        reason=raw.get("reason"),
        created_at=instant(raw["created_at"]),
        updated_at=instant(raw["updated_at"]),
    )
