"""What a Zendesk account can do beyond the Helpdesk protocol."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, BinaryIO

from ...errors import RejectedError
from ...model.clock import Schedule
from ...model.ticket import Comment, SlaTarget
from ...timekeeping import Clock
from ..base import Capabilities
from ..optional import Attachment, Rating
from . import wire
from .account import ZendeskAccount
from .attachments import ZendeskAttachments
from .client import ZendeskClient
from .convert import comment_from_zendesk
from .convert_sla import targets_from_events
from .jobs import ZendeskJobs
from .lookups import FieldInfo, Record
from .ratings import ratings_since
from .reading import metric_events
from .upkeep import TicketUpkeep

OPERATIONS = frozenset({
    "merge", "delete", "restore", "redact", "redact_html", "redact_attachment", "make_private", "attachments",
    "read_attachment", "upload", "ratings", "promises", "forms", "fields", "schedules", "zenpy",
})  # fmt: skip


class ZendeskOperations:
    """The base of `ZendeskHelpdesk`. Writes raise RejectedError where it was opened for reading.

    All raise, besides what they name, the errors of `Transport.send`: AuthenticationError, NotFoundError,
    RejectedError, UnavailableError.
    """

    name: str
    vendor: str
    capabilities: Capabilities
    client: ZendeskClient
    _account: ZendeskAccount
    _clock: Clock

    def merge(
        self, ids: Iterable[str], *, into: str, note: str | None = None, source_note: str | None = None
    ) -> None:
        """Merge tickets into another one, which closes them for ever.

        `note` goes on the target, `source_note` on each source; both are private, always. Zendesk does it in
        a job, which is waited for. Raises RejectedError where it merged only some (they are named), and
        UnavailableError where its answer was lost and the tickets do not show that it was done.
        https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#merge-tickets-into-target-ticket
        """
        self._check_writable()
        sources = list(dict.fromkeys(ids))
        for one in (*sources, into):
            wire.check_id(one)
        if not sources or into in sources:
            raise RejectedError("name other tickets than the target itself", vendor=wire.VENDOR)
        notes: Record = {"target_comment_is_public": False, "source_comment_is_public": False}
        notes |= {"target_comment": note} if note else {}
        notes |= {"source_comment": source_note} if source_note else {}
        self._upkeep.merge(sources, into, notes)

    def delete(self, id: str) -> None:
        """Delete a ticket softly: Zendesk keeps it for 30 days, in which `restore` brings it back.

        https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#delete-ticket
        """
        self._check_writable()
        self._upkeep.delete(id)

    def restore(self, id: str) -> None:
        """Bring a deleted ticket back; one that is there already stays as it is. Raises NotFoundError.

        https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#restore-a-previously-deleted-ticket
        """
        self._check_writable()
        wire.check_id(id)
        self._upkeep.restore(id)

    def redact(self, id: str, comment_id: str, text: str) -> Comment:
        """Blacken every place of a text in a comment, for ever; the comment as it stands then.

        In a closed ticket the text must stand in one piece of the comment's HTML. Raises RejectedError where
        the comment does not hold the text.
        https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_comments/#redact-string-in-comment
        """
        self._check_writable()
        self._check_ids(id, comment_id)
        if not text:
            raise RejectedError("there is no text to redact", vendor=wire.VENDOR)
        return self._comment_of(id, self._upkeep.redact(id, comment_id, text))

    def redact_html(self, id: str, comment_id: str, html: str) -> Comment:
        """Blacken what `<redact>` marks in the comment's own HTML (its `html_body` at Zendesk), for ever.

        Works in closed and archived tickets, and across formatting; needs Agent Workspace.
        https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_comments/#redact-ticket-comment-in-agent-workspace
        """
        self._check_writable()
        self._check_ids(id, comment_id)
        return self._comment_of(id, self._upkeep.redact_html(id, comment_id, html))

    def redact_attachment(self, attachment: Attachment) -> None:
        """Replace a file by an empty one, for ever. Not in closed tickets.

        https://developer.zendesk.com/api-reference/ticketing/tickets/ticket-attachments/#redact-comment-attachment
        """
        self._check_writable()
        self._upkeep.redact_attachment(attachment.ticket_id, attachment.comment_id, attachment.id)

    def make_private(self, id: str, comment_id: str) -> Comment:
        """Take a public comment from the customer's sight, for ever; read again to be sure that it is.

        Mail that it was sent by is out. Raises RejectedError if it is public still.
        https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_comments/#make-comment-private
        """
        self._check_writable()
        self._check_ids(id, comment_id)
        return self._comment_of(id, self._upkeep.make_private(id, comment_id))

    def attachments(self, id: str) -> list[Attachment]:
        """The files on a ticket's comments, oldest first. Sizes are in bytes.

        https://developer.zendesk.com/api-reference/ticketing/tickets/ticket-attachments/
        """
        return ZendeskAttachments(self.client).of(id)

    def read_attachment(self, attachment: Attachment, *, hosts: Iterable[str] = ()) -> Iterator[bytes]:
        """The content of a file in pieces of at most 64 KiB.

        Redirects are followed to Zendesk's own hosts and to those in `hosts`; the credential goes to the
        account's own address only. Raises RejectedError for another host and for a file that Zendesk holds to
        be harmful, and IncompleteError where fewer bytes come than the file has.
        https://developer.zendesk.com/documentation/api-basics/best-practices/working-with-url-properties/
        """
        return ZendeskAttachments(self.client).read(attachment, hosts)

    def upload(self, name: str, content: BinaryIO, *, media_type: str = "application/octet-stream") -> str:
        """Bring a file to Zendesk: the token for `comment(..., uploads=[token])`, good for an hour.

        `content` is read as it is sent, and must be able to seek: a refused try begins again.
        https://developer.zendesk.com/api-reference/ticketing/tickets/ticket-attachments/#upload-files
        """
        self._check_writable()
        return ZendeskAttachments(self.client).upload(name, content, media_type)

    def ratings(self, *, since: datetime | None = None) -> Iterator[Rating]:
        """Satisfaction ratings in Zendesk's order, those that were only offered too.

        https://developer.zendesk.com/api-reference/ticketing/ticket-management/satisfaction_ratings/
        """
        return ratings_since(self.client, since)

    def promises(self, *, since: datetime | None = None) -> Mapping[str, tuple[SlaTarget, ...]]:
        """SLA states by ticket id, of tickets with metric events since then; without `since`, of all.

        A promise is told by events that lie far apart: with `since`, what began before is left out. Ten calls
        a minute of a thousand events.
        https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_metric_events/
        """
        events = metric_events(self.client, start=int(since.timestamp()) if since else 0)
        found = targets_from_events(events, now=self._clock.now())
        return {ticket_id: tuple(targets) for ticket_id, targets in found.items()}

    def forms(self) -> Mapping[str, str]:
        """Ticket forms: names by id. Empty where the plan has none.

        https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_forms/
        """
        return self._account.lookups.forms

    def fields(self) -> list[FieldInfo]:
        """Custom fields; `name` is what `Ticket.custom` and `set={"custom.NAME": ...}` call them.

        https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_fields/
        """
        return list(self._account.lookups.fields.values())

    def schedules(self) -> list[Schedule]:
        """Business hours with their holidays. Empty where the plan has none.

        https://developer.zendesk.com/api-reference/ticketing/ticket-management/schedules/
        """
        return list(self._account.lookups.calendars.values())

    def zenpy(self) -> Any:
        """A zenpy client on our session: our credential, our share of the limits, and its caches off.

        Needs the extra `cstoolkit[zenpy]` (zenpy is GPLv3); raises ProjectError that names it. Not for more
        than one thread.
        """
        from .zenpy_client import make_zenpy

        return make_zenpy(self.client.transport)

    @property
    def _upkeep(self) -> TicketUpkeep:
        return TicketUpkeep(self.client, ZendeskJobs(self.client, self._clock))

    def _comment_of(self, ticket_id: str, record: Record) -> Comment:
        self._account.people([str(record["author_id"])])
        return comment_from_zendesk(record, ticket_id, self._account.role)

    def _check_ids(self, ticket_id: str, comment_id: str) -> None:
        wire.check_id(ticket_id)
        wire.check_id(comment_id, "comment")

    def _check_writable(self) -> None:
        if not self.capabilities.writes:
            raise RejectedError(
                f"{self.vendor}:{self.name} is open for reading only",
                vendor=self.vendor,
                hint="open it with writable=True",
            )
