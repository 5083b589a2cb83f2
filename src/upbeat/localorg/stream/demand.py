"""What one subscriber has asked for and not got yet."""

from collections.abc import Callable, Iterator
from threading import Lock

import grpc

from upbeat.localorg.stream import refusals
from upbeat.localorg.stream.refusals import Refusal
from upbeat.pubsub import LARGEST_FETCH, FetchRequest


class Demand:
    """The subscriber's wishes, followed in a thread of their own. `pending` is how many events may be sent."""

    def __init__(self, first: FetchRequest, changed: Callable[[], None]) -> None:
        """Begin with the first request; `changed` is called whenever there is something new to see here."""
        self.pending = 0
        self.refusal: Refusal | None = None
        self._topic = first.topic_name
        self._changed = changed
        self._lock = Lock()
        self._ended = False
        self._add(first)

    @property
    def over(self) -> bool:
        """Whether nothing is owed, and no more will be asked for."""
        return self._ended and not self.pending

    def follow(self, requests: Iterator[FetchRequest]) -> None:
        """Take in the requests until they end, or one of them is none."""
        try:
            for request in requests:
                self._add(request)
                self._changed()
        except Refusal as refusal:
            self.refusal = refusal
        except grpc.RpcError:  # the client has gone
            self.cancel()
        self._ended = True
        self._changed()

    def cancel(self) -> None:
        """Owe nothing any more: the client has gone."""
        with self._lock:
            self.pending = 0
        self._ended = True
        self._changed()

    def give(self, count: int) -> int:
        """Count events that are sent, and give how many are still owed."""
        with self._lock:
            self.pending = max(self.pending - count, 0)
            return self.pending

    def _add(self, request: FetchRequest) -> None:
        if request.num_requested <= 0:
            self.refusal = refusals.nothing_requested()
        elif request.topic_name not in {"", self._topic}:
            self.refusal = refusals.other_topic()
        with self._lock:
            self.pending = min(self.pending + request.num_requested, LARGEST_FETCH)
