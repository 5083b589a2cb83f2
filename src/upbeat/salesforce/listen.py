"""A subscription that is read ahead, for whoever has other work to do meanwhile."""

from contextlib import suppress
from queue import Empty, Queue
from threading import Thread
from types import TracebackType
from typing import Final, Self

from upbeat.base import UpbeatError
from upbeat.salesforce.subscribe import Batch, Expired, Subscriber

_AHEAD: Final = 20  # batches that wait at most: the org keeps what is not asked for


class Listener:
    """Reads a subscriber's batches in a thread of its own; a context manager, which closes the subscriber too."""

    def __init__(self, subscriber: Subscriber, position: bytes | None) -> None:
        """Begin to read behind a position; without one, with all that the org still has."""
        self._subscriber = subscriber
        self._came: Queue[Batch | Expired | UpbeatError] = Queue(_AHEAD)
        self._failure: UpbeatError | None = None
        self._thread = Thread(target=self._read, args=(position,), name="listener", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def heard(self) -> list[Batch | Expired]:
        """Give what came since the last time, without waiting. Raises SalesforceError where the reading has ended."""
        found: list[Batch | Expired] = []
        while self._failure is None:
            try:
                one = self._came.get_nowait()
            except Empty:
                return found
            if isinstance(one, UpbeatError):
                self._failure = one
            else:
                found.append(one)
        if not found:
            raise self._failure
        return found

    def close(self) -> None:
        """End the reading; what was not taken is still in the org."""
        self._subscriber.close()
        while self._thread.is_alive():
            with suppress(Empty):  # it may wait with a batch that nobody wants any more
                self._came.get_nowait()
            self._thread.join(0.05)

    def _read(self, position: bytes | None) -> None:
        try:
            for one in self._subscriber.batches(position):
                self._came.put(one)
        except UpbeatError as error:
            self._came.put(error)
