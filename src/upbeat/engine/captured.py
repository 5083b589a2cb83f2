"""Captured conversations as rows: kept once, closed with the store's key, and read back for the items they started.

An item of a conversation about to be logged has no record in the org yet: what it would be logged as stands in for it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from upbeat.base import decode, digest, encode
from upbeat.conversation import Captured, Conversation, Link, Medium, draft
from upbeat.domain import Change, Event, Record
from upbeat.engine.items import Work
from upbeat.engine.parts import Parts
from upbeat.ledger import Ledger
from upbeat.store import tables
from upbeat.workflows import Workflow

_KEY: Final = re.compile(r"c-[0-9a-f]{16}")
_STARTED: Final = "captured:"
_ABOUT: Final = timedelta(hours=8)  # between the beginnings of two tellings of one meeting: a day's at the most
_AT_ONCE: Final = 400  # keys in one statement


class State(StrEnum):
    """How a conversation stands in the house."""

    KEPT = "kept"
    EXCLUDED = "excluded"  # what it held was never stored
    ERASED = "erased"
    UNREAD = "unread"  # what came could not be read


def change_key(key: str, turn: int = 1) -> str:
    """Give law 3's change of an item that a conversation starts, anew each time that people have it read."""
    return f"{_STARTED}{key}" if turn == 1 else f"{_STARTED}{key}:{turn}"


def key_of(event: Event) -> str:
    """Give the conversation that an event is of, empty where it is of none."""
    return event.change_key.split(":")[1] if event.change is Change.CAPTURED else ""


def runs_of(key: str) -> ColumnElement[bool]:
    """Select the items that a conversation started: that log it, and of the records that it is of."""
    items, of = tables.items.c, tables.conversation_records.c
    records = select(of.record_id).where(of.key == key)
    return (items.record_id == key) | (items.record_id.in_(records) & items.event.contains(f'"{_STARTED}{key}'))


def is_key(text: str) -> bool:
    """Whether a text is what a conversation is known by."""
    return _KEY.fullmatch(text) is not None


def keep(conn: Connection, ledger: Ledger, one: Captured, now: datetime) -> bool:
    """Keep a conversation, unless it was taken before; give whether it is new."""
    talk, table = one.conversation, tables.conversations
    if known(conn, [talk.key]):
        return False
    row = {**_row(talk, State.KEPT, now), "body": _closed(ledger, talk), **_linked(one.link)}
    conn.execute(insert(table), row)
    _note_records(conn, one)
    return True


def known(conn: Connection, keys: Iterable[str]) -> set[str]:
    """Give those of these keys that were taken before, kept or not."""
    table, wanted, found = tables.conversations, sorted(set(keys)), set[str]()
    for start in range(0, len(wanted), _AT_ONCE):
        found.update(conn.scalars(select(table.c.key).where(table.c.key.in_(wanted[start : start + _AT_ONCE]))))
    return found


def exclude(conn: Connection, talk: Conversation, why: str, now: datetime) -> bool:
    """Note that a conversation is not kept, and why, in words that hold nothing of it; give whether that is new."""
    if known(conn, [talk.key]):
        return False
    conn.execute(insert(tables.conversations), {**_row(talk, State.EXCLUDED, now), "why": why})
    return True


def fail(conn: Connection, ledger: Ledger, source: str, name: str, why: str, now: datetime) -> None:
    """Note that something came from a source and could not be read, and why; it is shown until it can be.

    Its name is closed: nobody has judged yet whether what it says may be kept.
    """
    key = unread_key(source, name)
    row = {"key": key, "medium": "", "source": source, "began": now, "state": State.UNREAD, "taken_at": now}
    mend(conn, source, [name])
    conn.execute(insert(tables.conversations), {**row, "why": why, "body": ledger.hide(key, name), "link": "{}"})


def mend(conn: Connection, source: str, names: Sequence[str]) -> None:
    """Note that these could be read after all, or are not there any more."""
    table, keys = tables.conversations, [unread_key(source, name) for name in names]
    for start in range(0, len(keys), _AT_ONCE):
        some = table.c.key.in_(keys[start : start + _AT_ONCE])
        conn.execute(delete(table).where(some, table.c.state == State.UNREAD))


def unread_key(source: str, name: str) -> str:
    """Give what something that could not be read is known by."""
    return f"x-{digest([source, name])[:16]}"


def relink(conn: Connection, ledger: Ledger, one: Captured) -> None:
    """Keep what became known of a conversation since: its people, its deal, its activity."""
    table, talk = tables.conversations, one.conversation
    changed = {"body": _closed(ledger, talk), **_linked(one.link)}
    conn.execute(update(table).where(table.c.key == talk.key, table.c.state == State.KEPT).values(**changed))
    conn.execute(delete(tables.conversation_records).where(tables.conversation_records.c.key == talk.key))
    _note_records(conn, one)


def about(conn: Connection, record_ids: Iterable[str]) -> list[str]:
    """Give the keys of the conversations that are of one of these records, and are kept."""
    of, table, found = tables.conversation_records.c, tables.conversations.c, set[str]()
    wanted = sorted(set(record_ids))
    kept = select(of.key).join(tables.conversations, table.key == of.key).where(table.state == State.KEPT)
    for start in range(0, len(wanted), _AT_ONCE):
        found.update(conn.scalars(kept.where(of.record_id.in_(wanted[start : start + _AT_ONCE]))))
    return sorted(found)


def erase(conn: Connection, keys: Sequence[str], why: str) -> None:
    """Erase what was said in conversations and what they are of; that they were taken stays, and why they went."""
    table = tables.conversations
    gone = {"state": State.ERASED, "body": None, "link": "{}", "same_as": "", "why": why}
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        conn.execute(update(table).where(table.c.key.in_(some), table.c.state == State.KEPT).values(**gone))
        for kept in (tables.conversation_records, tables.conversation_readings):
            conn.execute(delete(kept).where(kept.c.key.in_(some)))


def read(conn: Connection, ledger: Ledger, keys: Iterable[str]) -> dict[str, Captured]:
    """Give the conversations of these keys that are kept. Raises LedgerError where one is not what was written."""
    table = tables.conversations
    wanted = select(table.c.key, table.c.body, table.c.link)
    rows = conn.execute(wanted.where(table.c.key.in_(sorted(set(keys))), table.c.state == State.KEPT))
    return {
        row.key: Captured(decode(ledger.show(row.key, row.body), Conversation), decode(row.link, Link)) for row in rows
    }


def as_read(conn: Connection, ledger: Ledger, key: str, reading: int) -> Conversation | None:
    """Give a conversation as it was read for the so-many-th time, None where it was erased. Raises LedgerError."""
    current = read(conn, ledger, [key]).get(key)
    if current is None or current.link.reading == reading:
        return None if current is None else current.conversation
    table = tables.conversation_readings.c
    body = conn.scalar(select(table.body).where(table.key == key, table.reading == reading))
    return None if body is None else decode(ledger.show(key, body), Conversation)


def read_anew(conn: Connection, ledger: Ledger, one: Captured, before: int) -> None:
    """Keep a conversation as it is read now, and beside it as it was: what was decided on that can be decided again."""
    table, talks, key = tables.conversation_readings, tables.conversations, one.conversation.key
    body = conn.scalar(select(talks.c.body).where(talks.c.key == key, talks.c.state == State.KEPT))
    conn.execute(insert(table).values(key=key, reading=before, body=body))
    relink(conn, ledger, one)
    conn.execute(update(talks).where(talks.c.key == key).values(round=one.link.reading, ended_at=None))


def of_items(parts: Parts, works: Sequence[Work]) -> Mapping[str, Captured]:
    """Give the conversations that started these items, by key; nothing is read where none did."""
    keys = {key for one in works if (key := key_of(one.item.event))}
    if not keys:
        return {}
    with parts.store.reading() as conn:
        return read(conn, parts.ledger, keys)


def near(conn: Connection, ledger: Ledger, one: Captured) -> list[Captured]:
    """Give the conversations of other sources that were about its time, and have somebody in common with it."""
    talk, table, of = one.conversation, tables.conversations, tables.conversation_records
    if talk.medium is Medium.EMAIL:  # which is known by its Message-ID alone
        return []
    people = sorted({party.record_id for party in talk.parties} - {""})
    about = (table.c.began > talk.began - _ABOUT) & (table.c.began < talk.began + _ABOUT)
    others = about & (table.c.medium == talk.medium) & (table.c.source != talk.source)
    keys = select(table.c.key).join(of, of.c.key == table.c.key).where(others, of.c.record_id.in_(people)).distinct()
    found = read(conn, ledger, conn.scalars(keys).all())
    return [found[key] for key in sorted(found)]


def drafts(parts: Parts, workflow: Workflow, keys: Sequence[str]) -> Mapping[str, Record]:
    """Give what each conversation would be logged as, by its key, with every field that the workflow reads."""
    with parts.store.reading() as conn:
        found = read(conn, parts.ledger, keys)
    own = sorted({path.partition(".")[0] for path in workflow.fields if "." not in path})
    rows = {key: dict.fromkeys(own) | draft(one) for key, one in found.items()}
    for relationship, names in _parents(workflow).items():
        _with_parents(parts, workflow.object, relationship, names, rows.values())
    return rows


def _parents(workflow: Workflow) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in workflow.fields:
        head, _, rest = path.partition(".")
        if rest:
            found.setdefault(head, []).append(rest)
    return found


def _with_parents(
    parts: Parts, target: str, relationship: str, names: Sequence[str], rows: Iterable[dict[str, Any]]
) -> None:
    """Give each draft the parent that its reference names, where that is of one object."""
    rows, field = list(rows), parts.schema.object(target).parent(relationship)
    ids = sorted({row[field.name] for row in rows if row.get(field.name)}) if field is not None else []
    found: dict[str, Record] = {}
    if field is not None and ids and len(field.reference_to) == 1:
        query = f"SELECT Id, {', '.join(names)} FROM {field.reference_to[0]} WHERE Id IN :ids"  # noqa: S608  from the schema
        found = {row["Id"]: row for row in parts.query(query, {"ids": ids})}
    for row in rows:
        row[relationship] = found.get(row.get(field.name) or "") if field is not None else None


def _row(talk: Conversation, state: State, now: datetime) -> dict[str, Any]:
    turns = len(talk.turns) if state is State.KEPT else 0
    named = {"key": talk.key, "medium": talk.medium, "source": talk.source, "began": talk.began, "turns": turns}
    return {**named, "state": state, "taken_at": now, "why": "", "body": None, "link": "{}"}


def _linked(link: Link) -> dict[str, str]:
    return {"link": encode(link), "same_as": link.same_as}


def _closed(ledger: Ledger, talk: Conversation) -> bytes:
    return ledger.hide(talk.key, encode(talk))


def _note_records(conn: Connection, one: Captured) -> None:
    """Note the records that a conversation is of: what is known of one can be found, and forgotten, with it."""
    link = one.link
    people = (party.record_id for party in one.conversation.parties)
    of = {*people, link.account, link.opportunity, link.activity} - {""}
    if of:
        rows = [{"key": one.conversation.key, "record_id": record_id} for record_id in sorted(of)]
        conn.execute(insert(tables.conversation_records), rows)
