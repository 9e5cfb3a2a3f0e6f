"""A journal for scripts: it lasts as long as the script."""

from .base import ChangeResult, TicketChange


class MemoryJournal:
    """Knows what this run has settled; `results` has the outcomes by key.

    Runs that must be resumed by the same id, or undone, use `store.journal.RunJournal` instead.
    """

    def __init__(self) -> None:
        self.results: dict[str, ChangeResult] = {}

    def planned(self, change: TicketChange) -> bool:
        """False for a key that has its outcome already."""
        return change.key not in self.results

    def settled(self, result: ChangeResult) -> None:
        """Keep the outcome."""
        self.results[result.key] = result
