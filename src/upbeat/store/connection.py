"""Whether people have disconnected the store's org: from then on nobody logs in, until somebody connects it again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from upbeat.base import decode, encode
from upbeat.store.tables import control

_DISCONNECTED = "disconnected"


@dataclass(frozen=True, slots=True)
class Disconnection:
    """Who disconnected the org, and when."""

    by: str
    at: datetime


def disconnect(conn: Connection, *, by: str, now: datetime) -> None:
    """Note that the org is disconnected; where it is already, the first time stands."""
    if disconnection(conn) is None:
        conn.execute(insert(control).values(key=_DISCONNECTED, value=encode(Disconnection(by, now)), at=now))


def connect(conn: Connection) -> None:
    """Note that an org is connected, for the first time or again."""
    conn.execute(delete(control).where(control.c.key == _DISCONNECTED))


def disconnection(conn: Connection) -> Disconnection | None:
    """Give who disconnected the org, or None where it is connected, or was never."""
    value = conn.scalar(select(control.c.value).where(control.c.key == _DISCONNECTED))
    return None if value is None else decode(value, Disconnection)
