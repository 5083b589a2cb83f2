"""What sources of facts were asked and said, as rows: each call is made once, however often its records come back.

A row stands under the digest of its question. That a call is made is noted, and counted against the day's budget,
before it is made, and in the ledger with all that leaves the machine. A database has no rows here: it is asked anew
each time, and its questions stand in the ledger alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, case, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from upbeat.base import decode, digest, encode
from upbeat.channels.enrich import Reply
from upbeat.engine.captured import key_of as key_of_talk
from upbeat.engine.counterpart import Counterpart
from upbeat.engine.items import Work
from upbeat.ledger import Entry, Kind, Ledger
from upbeat.store import tables


@dataclass(frozen=True, slots=True)
class Question:
    """One call to make, for some items: `key` tells it from every other, `sent` is all that it is asked with."""

    key: str
    sent: Mapping[str, str]
    works: tuple[Work, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """How one question stands: how often it was asked, the last reply, when that came, when it may be asked next."""

    tries: int
    reply: Reply | None
    answered_at: datetime | None
    retry_at: datetime | None


def key_of(other: Counterpart, sent: Mapping[str, str]) -> str:
    """Give what a question is known by."""
    return digest([other.known_by, sent])


def read(conn: Connection, ledger: Ledger, keys: Sequence[str]) -> dict[str, Lookup]:
    """Give how these questions stand; one that was never asked is left out."""
    table = tables.lookups
    rows = conn.execute(select(table).where(table.c.key.in_(keys)))
    return {
        row.key: Lookup(row.tries, _opened(ledger, row.key, row.reply), row.answered_at, row.retry_at) for row in rows
    }


def ask(
    conn: Connection, ledger: Ledger, other: Counterpart, questions: Sequence[Question], now: datetime, day: str
) -> None:
    """Note that these questions are being asked, for which records, and what each costs."""
    calls, costs = other.calls, dict[str, Decimal]()
    if calls is not None:
        costs = {one.key: calls.cost_of(one.sent) for one in questions}
        _note(conn, other.name, questions, now)
        _count(conn, other.name, day, len(questions), sum(costs.values(), Decimal(0)))
    said = {"source": other.name, "to": other.to, "currency": "" if calls is None else calls.currency}
    ledger.append(conn, [_entry(one, said | {"cost": costs.get(one.key, 0)}) for one in questions])


def keep(conn: Connection, ledger: Ledger, replies: Mapping[str, tuple[Reply, datetime | None]], now: datetime) -> None:
    """Keep what was said to each question; with a time it is to be asked again then, else that is the answer."""
    table = tables.lookups
    for key, (reply, retry_at) in replies.items():
        answered = now if retry_at is None else None
        values = {"reply": ledger.hide(key, encode(reply)), "answered_at": answered, "retry_at": retry_at}
        conn.execute(update(table).where(table.c.key == key).values(**values))


def used_for(conn: Connection, questions: Iterable[Question]) -> None:
    """Note for which records and conversations an answer was used: what is known of one can be forgotten."""
    events = [(one.key, work.item.event) for one in questions for work in one.works]
    pairs = {(key, of) for key, event in events for of in (event.record_id, key_of_talk(event)) if of}
    rows = [{"key": key, "record_id": of} for key, of in sorted(pairs)]
    if rows:
        conn.execute(insert(tables.lookup_records).on_conflict_do_nothing(), rows)


def calls_made(conn: Connection, provider: str, since: str) -> dict[str, tuple[int, Decimal]]:
    """Give the calls that were made of a provider and what they cost, by day, from an ISO date on."""
    table = tables.lookup_usage
    rows = conn.execute(select(table).where(table.c.provider == provider, table.c.day >= since))
    return {row.day: (row.calls, Decimal(row.cost)) for row in rows}


def answers_kept(conn: Connection, ledger: Ledger, provider: str) -> dict[str, int]:
    """Give how many questions a provider has answered in which way, what is kept of them."""
    table = tables.lookups
    mine = (table.c.provider == provider) & table.c.answered_at.is_not(None)
    rows = conn.execute(select(table.c.key, table.c.reply).where(mine, table.c.reply.is_not(None)))
    replies = (_opened(ledger, row.key, row.reply) for row in rows)
    return dict(Counter(str(one.said) for one in replies if one is not None).most_common())


def drop_lookups(conn: Connection, record_id: str) -> int:
    """Erase what was asked and said for a record or a conversation; give how many answers."""
    of, table = tables.lookup_records, tables.lookups
    keys = list(conn.scalars(select(of.c.key).where(of.c.record_id == record_id)))
    conn.execute(delete(of).where(of.c.key.in_(keys)))
    return conn.execute(delete(table).where(table.c.key.in_(keys))).rowcount


def _opened(ledger: Ledger, key: str, reply: bytes | None) -> Reply | None:
    return None if reply is None else decode(ledger.show(key, reply), Reply)


def _note(conn: Connection, provider: str, questions: Sequence[Question], now: datetime) -> None:
    table = tables.lookups
    for one in questions:
        fresh = insert(table).values(key=one.key, provider=provider, tries=1, asked_at=now)
        tries = case((table.c.answered_at.is_(None), table.c.tries + 1), else_=1)
        again = {"tries": tries, "asked_at": now, "answered_at": None, "retry_at": None}
        conn.execute(fresh.on_conflict_do_update(index_elements=["key"], set_=again))


def _count(conn: Connection, provider: str, day: str, calls: int, cost: Decimal) -> None:
    table = tables.lookup_usage
    mine = (table.c.provider == provider) & (table.c.day == day)
    row = conn.execute(select(table.c.calls, table.c.cost).where(mine)).first()
    if row is None:
        conn.execute(insert(table).values(provider=provider, day=day, calls=calls, cost=str(cost)))
    else:
        conn.execute(update(table).where(mine).values(calls=row.calls + calls, cost=str(Decimal(row.cost) + cost)))


def _entry(one: Question, said: Mapping[str, Any]) -> Entry:
    item = one.works[0].item
    return Entry(
        kind=Kind.LOOKED_UP,
        actor="upbeat",
        payload={**said, "sent": one.sent},
        item_id=item.id,
        workflow=item.workflow,
        version=item.version,
        record_id=item.event.record_id,
    )
