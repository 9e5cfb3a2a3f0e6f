"""The next page is fetched while the last one is written: one thread, one page ahead, no more."""

import contextlib
import threading
from collections.abc import Generator, Iterable
from queue import SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")

PATIENCE = 5.0  # seconds that a reader who stops early waits for the page under way


class _End:
    """There is nothing more: `error` is why, None at the proper end."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class _Ahead(Generic[T]):
    """The thread's side. It fetches only what it was asked for, so one page at most waits to be taken."""

    def __init__(self, source: Iterable[T]) -> None:
        self._source = source
        self._wanted = threading.Semaphore(0)
        self._stopped = threading.Event()
        self.found: SimpleQueue[T | _End] = SimpleQueue()

    def ask(self) -> None:
        self._wanted.release()

    def stop(self) -> None:
        self._stopped.set()
        self._wanted.release()

    def run(self) -> None:
        pages = iter(self._source)
        try:
            while self._asked():
                try:
                    self.found.put(next(pages))
                except StopIteration:
                    self.found.put(_End(None))
                    return
        except BaseException as error:  # noqa: BLE001 - it is raised again where the pages are read
            self.found.put(_End(error))
        finally:
            if isinstance(pages, Generator):
                with contextlib.suppress(Exception):
                    pages.close()

    def _asked(self) -> bool:
        self._wanted.acquire()
        return not self._stopped.is_set()


def prefetched(source: Iterable[T]) -> Generator[T, None, None]:
    """The items of `source`, which runs in a thread of its own while the caller works on the item before.

    What `source` raises comes out here, in its place. A reader that stops early ends the thread.
    """
    ahead = _Ahead(source)
    # A daemon: a program that is interrupted does not wait for a vendor that asked for ten minutes.
    thread = threading.Thread(target=ahead.run, name="cstoolkit-prefetch", daemon=True)
    thread.start()
    try:
        ahead.ask()
        while True:
            item = ahead.found.get()
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            ahead.ask()
            yield item
    finally:
        ahead.stop()
        thread.join(PATIENCE)
