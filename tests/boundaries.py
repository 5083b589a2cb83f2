"""Where a process can die with different consequences.

A boundary stands on both sides of whatever outlives the process: each commit to the store, each call that changes
the org, each line of the anchor file.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from upbeat.ledger import Ledger
from upbeat.salesforce import Session
from upbeat.store import Store


class Boundaries:
    """Counts the boundaries that are crossed, and calls `die` at the one that it is set to."""

    def __init__(self, die: Callable[[], None], die_at: int = 0) -> None:
        self.crossed = 0
        self.die_at = die_at
        self._die = die

    def cross(self) -> None:
        self.crossed += 1
        if self.crossed == self.die_at:
            self._die()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Stand at every boundary of this process."""
        writing, exchange, anchor = Store.writing, Session.exchange, Ledger.anchor

        @contextmanager
        def watched_writing(store: Store) -> Iterator[Any]:
            with writing(store) as conn:
                yield conn
                self.cross()
            self.cross()

        def both_sides(call: Callable[..., Any], *args: Any) -> Any:
            self.cross()
            result = call(*args)
            self.cross()
            return result

        Store.writing = watched_writing  # type: ignore[method-assign]
        Session.exchange = lambda session, call: (  # type: ignore[method-assign]
            exchange(session, call) if call.reads else both_sides(exchange, session, call)
        )
        Ledger.anchor = lambda *args: both_sides(anchor, *args)  # type: ignore[method-assign]
        try:
            yield
        finally:
            Store.writing, Session.exchange, Ledger.anchor = writing, exchange, anchor  # type: ignore[method-assign]
