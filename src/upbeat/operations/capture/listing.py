"""What was captured: as a list, and one conversation with all that became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from upbeat.base import decode
from upbeat.conversation import OBJECTS, RULES, Captured, Conversation, Link, Medium, Reading, Terms, Turn
from upbeat.conversation.passage import passage
from upbeat.engine import captured
from upbeat.operations.explaining import Journey, explain
from upbeat.operations.house import House, Refused
from upbeat.operations.tracing.scope import EVERYTHING, Scope, holders, names_of_records, took_part
from upbeat.store import tables

_MOST = 200  # conversations in one list


@dataclass(frozen=True, slots=True)
class Listed:
    """One conversation in a list. `account`, `opportunity` and `activity` are ids, empty where it has none.

    Their names are empty where the line has not read them.
    """

    key: str
    state: str
    medium: str
    source: str
    began: datetime
    taken_at: datetime
    account: str
    opportunity: str
    activity: str
    candidates: int
    why: str
    account_name: str
    opportunity_name: str


@dataclass(frozen=True, slots=True)
class Heard:
    """One conversation whole, with what it is of, and the runs that it began, oldest first.

    `captured` is None where it was excluded or erased; `listed.why` says why. `object` is what it is logged as, and
    `reading` what rules find in it; `turns` are those that speak of what was asked for, all where nothing was.
    """

    listed: Listed
    object: str
    captured: Captured | None
    reading: Reading | None
    runs: tuple[Journey, ...]
    turns: tuple[Turn, ...] = ()


def listed(house: House, *, state: str = "", most: int = _MOST) -> list[Listed]:
    """Give what was captured, the newest first. Asks nothing of the org."""
    table = tables.conversations
    wanted = select(table).order_by(table.c.began.desc(), table.c.key).limit(most)
    with house.store.reading() as conn:
        rows = conn.execute(wanted.where(table.c.state == state) if state else wanted).all()
        return lines_of(conn, rows)


@dataclass(frozen=True, slots=True)
class Entry:
    """A conversation in a list that people read: what it is called, and who took part; empty where nothing is kept."""

    listed: Listed
    title: str
    seconds: float
    turns: int
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entries:
    """Some of `total` conversations, the newest first."""

    rows: tuple[Entry, ...]
    total: int


def entries(
    house: House,
    *,
    state: str = "",
    medium: str = "",
    of: str = "",
    scope: Scope = EVERYTHING,
    first: int = 0,
    most: int = 50,
) -> Entries:
    """Give `most` conversations from the `first` on, the newest ahead: in a state, by a medium, `of` a record.

    Raises SalesforceError where the scope cannot be told.
    """
    table, records = tables.conversations, tables.conversation_records.c
    wanted = select(table).where(took_part(scope, holders(house, scope)))
    if state:
        wanted = wanted.where(table.c.state == state)
    if medium:
        wanted = wanted.where(table.c.medium == medium)
    if of:
        wanted = wanted.where(table.c.key.in_(select(records.key).where(records.record_id == of)))
    with house.store.reading() as conn:
        total = conn.scalar(select(func.count()).select_from(wanted.subquery())) or 0
        rows = conn.execute(wanted.order_by(table.c.began.desc(), table.c.key).offset(first).limit(most)).all()
        found, lines = captured.read(conn, house.ledger, [row.key for row in rows]), lines_of(conn, rows)
    return Entries(tuple(_entry(one, found.get(one.key)) for one in lines), total)


def _entry(one: Listed, found: Captured | None) -> Entry:
    if found is None:
        return Entry(one, "", 0.0, 0, ())
    talk = found.conversation
    return Entry(one, talk.title, talk.seconds, len(talk.turns), tuple(talk.called))


def counted(house: House, scope: Scope = EVERYTHING) -> dict[str, int]:
    """Give how many conversations of a scope stand in each state. Raises SalesforceError."""
    table = tables.conversations.c
    with house.store.reading() as conn:
        mine = select(table.state, func.count()).where(took_part(scope, holders(house, scope)))
        rows = conn.execute(mine.group_by(table.state))
        return {str(row[0]): int(row[1]) for row in rows}


def heard(house: House, key: str, about: str = "") -> Heard:
    """Give one conversation by its key or a beginning of it, with the turns that speak `about` something.

    Raises Refused where there is no such conversation, or several, and where no word of what is asked stands in it.
    """
    with house.store.reading() as conn:
        row = row_of(conn, key)
        found = captured.read(conn, house.ledger, [row.key]).get(row.key)
        [one] = lines_of(conn, [row])
    try:
        runs: Sequence[Journey] = explain(house, row.key)
    except Refused:  # no workflow took it
        runs = ()
    reading = None if found is None else RULES.read(found.conversation, Terms())
    turns = () if found is None else _turns(found.conversation, about)
    return Heard(one, OBJECTS[Medium(row.medium)] if row.medium else "", found, reading, tuple(runs), turns)


def _turns(talk: Conversation, about: str) -> tuple[Turn, ...]:
    if not about:
        return talk.turns
    found = passage(talk, about)
    if found is None:
        raise Refused(f"no word of {about!r} is said in it", fix="Ask in words that people may have used.")
    return talk.turns[found.first : found.last + 1]


def row_of(conn: Connection, key: str) -> Any:
    """Give the row of a conversation by its key, or how it begins. Raises Refused for none, and for several."""
    table = tables.conversations
    named = table.c.key.startswith(key, autoescape=True)
    rows = conn.execute(select(table).where(named).order_by(table.c.key).limit(6)).all()
    if not (key and rows):
        raise Refused(f"no conversation is known as {key!r}", fix="`upbeat capture list` gives their keys.")
    if len(rows) > 1:
        keys = ", ".join(row.key for row in rows[:5])
        raise Refused(f"{len(rows)} conversations begin with {key}", fix=f"Name one of them: {keys}.")
    return rows[0]


def lines_of(conn: Connection, rows: Sequence[Any]) -> list[Listed]:
    """Give rows as they are listed."""
    links = [decode(row.link, Link) for row in rows]
    names = names_of_records(conn, (key for one in links for key in (one.account, one.opportunity) if key))
    return [_line(row, link, names) for row, link in zip(rows, links, strict=True)]


def _line(row: Any, link: Link, names: Mapping[str, str]) -> Listed:
    """Give a conversation's row as it is listed."""
    return Listed(
        key=row.key,
        state=row.state,
        medium=row.medium,
        source=row.source,
        began=row.began,
        taken_at=row.taken_at,
        account=link.account,
        opportunity=link.opportunity,
        activity=link.activity,
        candidates=len(link.candidates),
        why=row.why or link.why,
        account_name=names.get(link.account, ""),
        opportunity_name=names.get(link.opportunity, ""),
    )
