"""A process that has Upbeat loaded and forks an engine for each line that it reads: a start is cheap, a kill is real.

A line is JSON: `args` of the command line, and `die_at`, the boundary at which the engine kills itself with SIGKILL, or
0. The answer is a line too: how the engine ended, and how many boundaries it crossed where it lived.

A boundary stands on both sides of whatever outlives the process: each commit to the store, each call that changes
the org, each line of the anchor file.
"""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from upbeat.cli import app
from upbeat.ledger import Ledger
from upbeat.salesforce import Session
from upbeat.store import Store


class Boundaries:
    """Counts the boundaries that an engine crosses, and kills it at the one that it was given."""

    def __init__(self, die_at: int) -> None:
        self.crossed = 0
        self._die_at = die_at

    def cross(self) -> None:
        self.crossed += 1
        if self.crossed == self._die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Stand at every boundary of this process."""
        writing, exchange, anchor = Store.writing, Session.exchange, Ledger.anchor

        @contextmanager
        def watched_writing(store: Store) -> Iterator[Any]:
            with writing(store) as conn:
                yield conn
                self.cross()
            self.cross()

        def watched(call: Callable[..., Any], *args: Any) -> Any:
            self.cross()
            result = call(*args)
            self.cross()
            return result

        Store.writing = watched_writing  # type: ignore[method-assign]
        Session.exchange = lambda session, call: (  # type: ignore[method-assign]
            exchange(session, call) if call.reads else watched(exchange, session, call)
        )
        Ledger.anchor = lambda *args: watched(anchor, *args)  # type: ignore[method-assign]


def engine(args: list[str], die_at: int, tell: int) -> None:
    """Run one command in this fork, and tell through a pipe how many boundaries it crossed."""
    boundaries = Boundaries(die_at)
    boundaries.watch()
    sys.argv = ["upbeat", *args]
    code = 0
    try:
        app()
    except SystemExit as end:
        code = int(end.code or 0)
    os.write(tell, str(boundaries.crossed).encode())
    os._exit(code)


def main() -> None:
    """Serve until standard input ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        hear, tell = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(hear)
            os.dup2(2, 1)  # standard output is for our answers alone
            engine(asked["args"], asked["die_at"], tell)
        os.close(tell)
        _, status = os.waitpid(child, 0)
        crossed = os.read(hear, 100)
        os.close(hear)
        answer = {"code": os.waitstatus_to_exitcode(status), "crossed": int(crossed or 0)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
