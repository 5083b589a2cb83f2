"""Locks of the operating system on small files beside the store: they end with the process that holds them."""

import fcntl
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

import msgspec

from upbeat.base import Clock, decode, encode
from upbeat.store.errors import StoreError, reachable

_PATIENCE = 1.0  # seconds: long enough for an engine that is just ending, or for someone who only looks


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock: the process, and since when."""

    pid: int
    since: datetime


class EngineLock:
    """One engine per store: held from `with` to its end, or to the death of the process."""

    def __init__(self, store: Path, *, clock: Clock, work: str = "") -> None:
        """Name the lock of the store at `store`: a file beside it that ends in `.lock`, one for each `work` by name."""
        self.path = store.with_name(".".join(filter(None, (store.name, work, "lock"))))
        self._store = store
        self._work = work or "engine"
        self._clock = clock
        self._file = -1

    def of(self, work: str) -> "EngineLock":
        """Give the lock of other work on the same store, which runs beside an engine, and one at a time too."""
        return EngineLock(self._store, clock=self._clock, work=work)

    def __enter__(self) -> Self:
        """Take the lock and write down who holds it. Raises StoreError where another engine does."""
        with reachable(str(self.path)):
            self._file = _open(self.path)
            deadline = time.monotonic() + _PATIENCE
            while not _try(self._file, fcntl.LOCK_EX):
                if time.monotonic() > deadline:
                    holder = _read(self._file)
                    self._close()
                    raise _taken(self.path, self._work, holder)
                time.sleep(0.02)
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, encode(Holder(os.getpid(), self._clock.now())).encode(), 0)
        return self

    def __exit__(self, *_: object) -> None:
        """Let the lock go."""
        os.ftruncate(self._file, 0)
        self._close()

    def holder(self) -> Holder | None:
        """Tell who holds it now, or None."""
        if not self.path.exists():
            return None
        with reachable(str(self.path)):
            file = _open(self.path)
        try:
            return None if _try(file, fcntl.LOCK_SH) else _read(file)
        finally:
            os.close(file)

    def _close(self) -> None:
        os.close(self._file)
        self._file = -1


@contextmanager
def alone(path: Path) -> Generator[None]:
    """Wait until no other process is in here with the same `path`, then hold it."""
    file = _open(path)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _try(file: int, how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(file: int) -> Holder | None:
    try:
        return decode(os.pread(file, 1000, 0), Holder)
    except msgspec.DecodeError:  # taken this very moment, and not yet written down
        return None


def _taken(path: Path, work: str, holder: Holder | None) -> StoreError:
    who = f" (process {holder.pid}, since {holder.since:%Y-%m-%d %H:%M} UTC)" if holder else ""
    return StoreError(
        f"another {work} runs on this store{who}",
        where=str(path),
        fix="Let it run, or end it first; review, explain and the other commands work beside it.",
    )
