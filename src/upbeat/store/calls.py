"""The org's API calls as the engine saw them last: every process of the store begins with what one of them knows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from upbeat.base import decode, encode
from upbeat.store.tables import meta

_KEY = "api_calls"


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls used of those allowed in 24 hours, as of a moment; `slow`, `stop` and `reserve` are calls left.

    At `slow` work begins to wait, at `stop` it stops, and into `reserve` nobody goes.
    """

    used: int
    allowed: int
    at: datetime
    slow: int
    stop: int
    reserve: int

    @property
    def left(self) -> int:
        """How many calls are left, never below 0."""
        return max(self.allowed - self.used, 0)


def keep_calls(conn: Connection, calls: Calls) -> None:
    """Put what is known now in the place of what was."""
    fresh = insert(meta).values(key=_KEY, value=encode(calls))
    conn.execute(fresh.on_conflict_do_update(index_elements=["key"], set_={"value": fresh.excluded.value}))


def kept_calls(conn: Connection) -> Calls | None:
    """Give what was known last; None before an engine has heard from the org."""
    value = conn.scalar(select(meta.c.value).where(meta.c.key == _KEY))
    return None if value is None else decode(value, Calls)
