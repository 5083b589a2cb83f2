"""The org's API calls as the engine saw them last: every process of the store begins with what one of them knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.sqlite import insert

from upbeat.base import decode, encode
from upbeat.store.tables import meta, usage

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


def add_usage(conn: Connection, day: date, counts: Mapping[str, int]) -> None:
    """Add calls that were made on a day, by the workflow they were made for; an empty name is everybody's."""
    rows = [{"day": day.isoformat(), "workflow": name, "calls": number} for name, number in counts.items()]
    if rows:
        statement = insert(usage)
        more = {"calls": usage.c.calls + statement.excluded.calls}
        conn.execute(statement.on_conflict_do_update(index_elements=["day", "workflow"], set_=more), rows)


def usage_of(conn: Connection, first: date, last: date) -> dict[str, int]:
    """Give the calls that the engine made from one day to another, both counted, by workflow."""
    of_days = usage.c.day.between(first.isoformat(), last.isoformat())
    rows = conn.execute(select(usage.c.workflow, func.sum(usage.c.calls)).where(of_days).group_by(usage.c.workflow))
    return {row[0]: row[1] for row in rows}


def kept_calls(conn: Connection) -> Calls | None:
    """Give what was known last; None before an engine has heard from the org."""
    value = conn.scalar(select(meta.c.value).where(meta.c.key == _KEY))
    return None if value is None else decode(value, Calls)
