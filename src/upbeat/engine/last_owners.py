"""Who had a person or a company last: what a pool gave before, so that it goes to the same people again.

A pool's promises remember it, whether the pool promises anything or not; and what a batch gives is known to the rest of
the batch. A person is told by their email address, a company by its account or by its domain, as digests.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple, Self

from sqlalchemy import Connection, or_, select

from upbeat.base import digest
from upbeat.domain import Record
from upbeat.matching import ACCOUNT, CONTACT, LEAD, told
from upbeat.routing import Had, Stage
from upbeat.store import tables

_CHUNK: Final = 500  # keys in one lookup: well below SQLite's limit on variables
_FIELDS: Final = {"Lead": LEAD, "Account": ACCOUNT, "Contact": CONTACT}
_HAD_IT: Final = (Stage.OPEN, Stage.REMINDED, Stage.ACCEPTED, Stage.TOUCHED)  # not whoever let go of it


class Trace(NamedTuple):
    """What tells a record's person and company again; empty where it tells neither."""

    person: str = ""
    company: str = ""


def trace(record: Record, kind: str, account: str) -> Trace:
    """Give what tells a record of an object again; `account` is the id of its account, empty without one."""
    fields = _FIELDS.get(kind)
    if fields is None:
        return Trace()
    one = told(record, fields)
    email = one.email.strip().casefold()
    company = account or (digest(["company", one.host]) if one.host else "")
    return Trace(digest(["person", email]) if email else "", company)


class LastOwners:
    """Who had what last, in one pool."""

    def __init__(self) -> None:
        """Know of nothing yet."""
        self._by_key: dict[str, Had] = {}

    @classmethod
    def read(cls, conn: Connection, pool: str, traces: Iterable[Trace]) -> Self:
        """Read what the pool gave before: until when somebody had it is when it ended, else when they were given it."""
        found = cls()
        keys = sorted({key for one in traces for key in one if key})
        table = tables.promises.c
        for start in range(0, len(keys), _CHUNK):
            some = keys[start : start + _CHUNK]
            mine = (table.pool == pool) & table.stage.in_(_HAD_IT)
            rows = conn.execute(
                select(table.owner, table.given_at, table.ended_at, table.person, table.company)
                .where(mine, or_(table.person.in_(some), table.company.in_(some)))
                .order_by(table.given_at, table.id)
            )
            for row in rows:
                found.note(Trace(row.person, row.company), row.owner, row.ended_at or row.given_at)
        return found

    def of(self, one: Trace) -> tuple[Had, ...]:
        """Give who had a record's person last, and who its company, and until when."""
        return tuple(self._by_key[key] for key in one if key in self._by_key)

    def note(self, one: Trace, user: str, until: datetime) -> None:
        """Remember that somebody had it until a moment."""
        for key, why in zip(one, ("the same person", "the same company"), strict=True):
            before = self._by_key.get(key)
            if key and (before is None or before.until <= until):
                self._by_key[key] = Had(user, until, why)
