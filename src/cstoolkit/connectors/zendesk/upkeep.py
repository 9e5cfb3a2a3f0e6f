"""What is done to whole tickets and their comments, mostly for ever: merging, deleting, blackening.

https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#merge-tickets-into-target-ticket and
https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_comments/
"""

from collections.abc import Sequence

from ...errors import NotFoundError, RejectedError, UnavailableError
from ..transport_answers import LostAnswerError
from . import wire
from .client import ZendeskClient
from .convert import MERGED_TAG
from .jobs import ZendeskJobs
from .lookups import Record
from .redaction import marked

COMMENTS = "comments"


class TicketUpkeep:
    """Operations on the tickets of one account. Errors as `Transport.send`."""

    def __init__(self, client: ZendeskClient, jobs: ZendeskJobs) -> None:
        self._client = client
        self._jobs = jobs

    def merge(self, sources: Sequence[str], target: str, notes: Record) -> None:
        """Merge in a job. Where its answer is lost, the sources tell: one that was merged is closed."""
        body = {"ids": [int(one) for one in sources], **notes}
        try:
            ref = self._jobs.start(lambda: self._client.start_merge_job(target, body))
        except LostAnswerError as error:
            self._jobs.drain()
            self._check_merged(sources, target, error)
            return
        for job in self._jobs.wait([ref]):
            if job["status"] != "completed" or not _successful(job):
                self._check_merged(sources, target, None)

    def delete(self, id: str) -> None:
        self.raw(id)
        self._client.delete(f"api/v2/tickets/{id}", limits=[wire.DELETES])

    def restore(self, id: str) -> None:
        """A repeated try finds nothing to restore; then the ticket itself says whether it is there."""
        try:
            self._client.put(f"api/v2/deleted_tickets/{id}/restore", None)
        except NotFoundError:
            self.raw(id)

    def redact(self, ticket_id: str, comment_id: str, text: str) -> Record:
        """Blacken a text. In a closed ticket only the newer endpoint can."""
        before = self.comment(ticket_id, comment_id)
        if text not in str(before.get("plain_body") or before.get("body") or ""):
            raise RejectedError(
                f"comment {comment_id} of ticket {ticket_id} does not hold the text", vendor=wire.VENDOR
            )
        if self.raw(ticket_id)["status"] == "closed":
            return self.redact_html(ticket_id, comment_id, marked(str(before.get("html_body") or ""), text))
        path = f"api/v2/tickets/{ticket_id}/comments/{comment_id}/redact"
        try:
            self._client.put(path, {"text": text}, repeatable=False)
        except LostAnswerError as error:
            if text in str(self.comment(ticket_id, comment_id).get("body")):
                raise UnavailableError(
                    f"comment {comment_id} of ticket {ticket_id} still holds the text: {error}",
                    vendor=wire.VENDOR,
                ) from error
        return self.comment(ticket_id, comment_id)

    def redact_html(self, ticket_id: str, comment_id: str, html: str) -> Record:
        """Blacken what `<redact>` marks in the comment's own HTML; also in closed and archived tickets."""
        body = {"ticket_id": int(ticket_id), "html_body": html}
        found: Record = self._client.put(f"api/v2/comment_redactions/{comment_id}", body)["comment"]
        return found

    def redact_attachment(self, ticket_id: str, comment_id: str, attachment_id: str) -> None:
        path = f"api/v2/tickets/{ticket_id}/comments/{comment_id}/attachments/{attachment_id}/redact"
        self._client.put(path, None)

    def make_private(self, ticket_id: str, comment_id: str) -> Record:
        """Read again afterwards: that it was not refused is not enough where a customer's sight is at stake."""
        self._client.put(f"api/v2/tickets/{ticket_id}/comments/{comment_id}/make_private", None)
        found = self.comment(ticket_id, comment_id)
        if found.get("public") is not False:
            raise RejectedError(
                f"comment {comment_id} of ticket {ticket_id} is still public", vendor=wire.VENDOR
            )
        return found

    def comment(self, ticket_id: str, comment_id: str) -> Record:
        """Raises NotFoundError."""
        for page in self._client.pages(f"api/v2/tickets/{ticket_id}/comments", COMMENTS):
            for one in page:
                if str(one["id"]) == comment_id:
                    return one
        raise NotFoundError(f"ticket {ticket_id} has no comment {comment_id}", vendor=wire.VENDOR)

    def raw(self, id: str) -> Record:
        """Raises NotFoundError."""
        wire.check_id(id)
        found: Record = self._client.get(f"api/v2/tickets/{id}")["ticket"]
        return found

    def _check_merged(self, sources: Sequence[str], target: str, error: LostAnswerError | None) -> None:
        found = self._client.show_many("tickets", sources)
        merged = {str(one["id"]) for one in found if one["status"] == "closed" and MERGED_TAG in one["tags"]}
        left = [one for one in sources if one not in merged]
        if left and error is not None:
            raise UnavailableError(
                f"not merged into {target}, as far as Zendesk shows: {', '.join(left)} ({error})",
                vendor=wire.VENDOR,
                hint="look at the tickets before merging them again",
            ) from error
        if left:
            raise RejectedError(f"Zendesk did not merge into {target}: {', '.join(left)}", vendor=wire.VENDOR)


def _successful(job: Record) -> bool:
    results = job.get("results")
    return isinstance(results, list) and all(one.get("success", True) for one in results)
