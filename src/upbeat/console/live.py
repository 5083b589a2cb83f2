"""What is new, to every open page at once: one thread looks at the store, and each browser hears it over one stream."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any, Final

import structlog
from fastapi import Request
from fastapi.responses import StreamingResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from upbeat.base import encode
from upbeat.domain import Mode
from upbeat.operations import House, Place, Pulse, place, pulse

LOOKS: Final = 0.5  # seconds between two looks: a decision of somebody else is seen within a second
_ASKS_AGAIN: Final = 60  # looks until the org is asked again who it is, where it did not answer
_BEATS: Final = 15.0  # seconds without news, after which a stream says that it is still there
_ASKS_WHO: Final = 30.0  # seconds after which a stream asks whether its reader is still signed in
_LONGEST: Final = 64  # news that one slow browser may be behind; then it is told to load anew

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Band:
    """What stands at the head of every page. `place` is None where the org has not said who it is."""

    place: Place | None
    pulse: Pulse

    @property
    def told(self) -> dict[str, Any]:
        """Give what the stream tells of it."""
        stop = self.pulse.stopped
        return {
            "waiting": self.pulse.waiting,
            "live": self.pulse.count(Mode.LIVE),
            "monitor": self.pulse.count(Mode.MONITOR),
            "paused": self.pulse.count(Mode.PAUSED),
            "runs": self.pulse.runs,
            "revision": self.pulse.revision,
            "engine": self.pulse.engine_runs,
            "stopped": "" if stop is None else f"{stop.by}: {stop.why}",
        }


@dataclass
class Live:
    """Looks at the store as long as it is open. `now` is what it saw last."""

    house: House
    now: Band = field(init=False)
    _ended: Event = field(default_factory=Event, init=False)
    _looking: Lock = field(default_factory=Lock, init=False)  # one look at a time: an older one does not come last
    _hearing: set[asyncio.Queue[str]] = field(default_factory=set[asyncio.Queue[str]], init=False)
    _loop: asyncio.AbstractEventLoop | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Look once: a page needs something to say."""
        self.now = Band(self._place(), pulse(self.house))
        self._thread = Thread(target=self._look, name="live", daemon=True)

    def open(self) -> None:
        """Begin to look, from the event loop that will serve the streams."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def close(self) -> None:
        """Look no more, and end the streams."""
        self._ended.set()
        self._tell("")

    def again(self) -> None:
        """Look now: something was done on this page."""
        self._see()

    async def stream(self, request: Request, still_in: Callable[[], bool]) -> StreamingResponse:
        """Answer one browser with what is new, as long as it listens and whoever it shows it to is signed in."""
        heard: asyncio.Queue[str] = asyncio.Queue(_LONGEST)
        self._hearing.add(heard)

        async def news() -> AsyncIterator[str]:
            try:
                yield f"retry: 2000\nevent: now\ndata: {encode(self.now.told)}\n\n"
                asked = monotonic()
                while not self._ended.is_set() and not await request.is_disconnected():
                    if monotonic() - asked >= _ASKS_WHO:
                        asked = monotonic()
                        if not await run_in_threadpool(_holds, still_in):
                            return
                    try:
                        yield await asyncio.wait_for(heard.get(), _BEATS)
                    except TimeoutError:
                        yield ": still here\n\n"
            finally:
                self._hearing.discard(heard)

        return StreamingResponse(news(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    def _look(self) -> None:
        looks = 0
        while not self._ended.wait(LOOKS):
            looks += 1
            if self.now.place is None and looks % _ASKS_AGAIN == 0:
                found = self._place()
                with self._looking:
                    self.now = Band(found, self.now.pulse)
            self._see()

    def _see(self) -> None:
        with self._looking:
            try:
                found = Band(self.now.place, pulse(self.house))
            except Exception as error:  # noqa: BLE001  whatever it was, every page waits for the next look
                log.warning("the store cannot be looked at", why=str(error), kind=type(error).__name__)
                return
            if found.told != self.now.told:
                self.now = found
                self._tell(f"event: now\ndata: {encode(found.told)}\n\n")

    def _tell(self, words: str) -> None:
        if self._loop is None or self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._put, words)

    def _put(self, words: str) -> None:
        for heard in self._hearing:
            if heard.full():
                heard.get_nowait()  # each one tells all: the oldest is not missed
            heard.put_nowait(words)

    def _place(self) -> Place | None:
        try:
            return place(self.house)
        except Exception as error:  # noqa: BLE001  it is asked again; the pages are there meanwhile
            log.warning("the org does not say who it is", why=str(error), kind=type(error).__name__)
            return None


def _holds(still_in: Callable[[], bool]) -> bool:
    """Whether somebody is still signed in; a store that is locked does not say that they are not."""
    try:
        return still_in()
    except SQLAlchemyError as error:
        log.warning("the store does not say who is signed in", why=str(error))
        return True
