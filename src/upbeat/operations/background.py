"""Work that a person begins and that goes on by itself: in a thread of its own, one of each name at a time, told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Thread
from typing import Final

import structlog
from sqlalchemy import delete, insert, select, update

from upbeat.base import UpbeatError
from upbeat.operations.house import House, Refused
from upbeat.store import EngineLock, StoreError, tables

log = structlog.get_logger()

Tell = Callable[[str], None]
Work = Callable[[Tell], object]

_LONGEST: Final = 2_000  # characters of why it went no further


@dataclass(frozen=True, slots=True)
class Background:
    """The last work of a name: who began it and when, how far it is or was, and how it ended.

    `runs` is whether somebody's process is at it now: one that was killed has neither ended nor failed.
    """

    name: str
    by: str
    began_at: datetime
    said: str
    runs: bool
    ended_at: datetime | None
    failed: str


def background(house: House, name: str) -> Background | None:
    """Give the last work of this name, None where there was none."""
    table = tables.background.c
    with house.store.reading() as conn:
        row = conn.execute(select(tables.background).where(table.name == name)).first()
    if row is None:
        return None
    runs = row.ended_at is None and house.lock.of(name).holder() is not None
    return Background(name, row.by, row.began_at, row.said, runs, row.ended_at, row.failed)


def begin(house: House, name: str, by: str, work: Work) -> Background:
    """Have work done beside what asks for it; `work` is handed what it tells how far it is with.

    Raises Refused where work of this name goes on already, in another process too.
    """
    lock, table, last = house.lock.of(name), tables.background, background(house, name)
    if last is not None and last.runs:
        raise _under_way(last)
    try:
        lock.__enter__()
    except StoreError:
        raise _under_way(background(house, name)) from None
    try:
        with house.store.writing() as conn:
            conn.execute(delete(table).where(table.c.name == name))
            conn.execute(insert(table).values(name=name, by=by, began_at=house.clock.now()))
        thread = Thread(target=_do, args=(house, name, work, lock), name=f"upbeat-{name}", daemon=True)
        thread.start()
    except BaseException:
        lock.__exit__()
        raise
    return Background(name, by, house.clock.now(), "", runs=True, ended_at=None, failed="")


def _under_way(found: Background | None) -> Refused:
    who = "" if found is None else f": {found.by} began it"
    return Refused(f"it is under way already{who}", fix="Wait for it: its page says how far it is.")


def _do(house: House, name: str, work: Work, lock: EngineLock) -> None:
    try:
        failed = _done(house, name, work)
        _note(house, name, ended_at=house.clock.now(), failed=failed[:_LONGEST])
    except UpbeatError as error:  # the store itself cannot be written
        log.warning("what became of work in the background cannot be noted", work=name, error=error.what)
    finally:
        lock.__exit__()


def _done(house: House, name: str, work: Work) -> str:
    """Do the work; give why it went no further, empty where it came to its end."""
    try:
        work(lambda said: _note(house, name, said=said))
    except UpbeatError as error:
        return f"{error.what}. {error.fix}".strip()
    except Exception as error:  # a fault of ours is told on the page too: nobody looks at this thread
        log.exception("work in the background failed", work=name)
        return f"A fault of its own: {type(error).__name__}: {error}"
    return ""


def _note(house: House, name: str, **values: str | datetime) -> None:
    with house.store.writing() as conn:
        conn.execute(update(tables.background).where(tables.background.c.name == name).values(**values))
