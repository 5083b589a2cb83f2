"""The switch that halts every write and message, thrown and lifted by a person (law 15)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from upbeat.base import decode, encode
from upbeat.store.tables import control

_STOP = "stop"


@dataclass(frozen=True, slots=True)
class Stop:
    """Who halted all writes, why, and when."""

    by: str
    why: str
    at: datetime


def stop(conn: Connection, *, by: str, why: str, now: datetime) -> Stop:
    """Halt all writes until `resume`. Where they are halted already, the first stop stands; gives the one that does."""
    standing = stopped(conn)
    if standing is not None:
        return standing
    order = Stop(by, why, now)
    conn.execute(insert(control).values(key=_STOP, value=encode(order), at=now))
    return order


def resume(conn: Connection) -> Stop | None:
    """Let writes go on; gives the stop that was lifted, or None where there was none."""
    standing = stopped(conn)
    conn.execute(delete(control).where(control.c.key == _STOP))
    return standing


def stopped(conn: Connection) -> Stop | None:
    """Give the stop in force, or None."""
    value = conn.scalar(select(control.c.value).where(control.c.key == _STOP))
    return None if value is None else decode(value, Stop)
