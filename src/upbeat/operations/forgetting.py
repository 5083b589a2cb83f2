"""Forgetting: what is known of one record is erased everywhere on this machine, and the ledger still verifies.

The records that it was merged with, or converted to, are of the same person, and are forgotten with it.
That it was forgotten, by whom and when, stays: an entry says so, and each erased payload names it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from upbeat.base import decode, encode, is_id, to_15, to_18
from upbeat.domain import Event, Proposal
from upbeat.engine import ItemState, captured, drop_lookups, drop_names, due, runs_beside
from upbeat.ledger import Entry, Kind
from upbeat.operations.forgetting_audits import audit_rows_of, drop_from_audits, names_in_org
from upbeat.operations.forgetting_joined import joined_with
from upbeat.operations.forgetting_notices import drop_notices
from upbeat.operations.house import Asker, DisconnectedError, House, Refused
from upbeat.store import holds, tables

FORGOTTEN: Final = "forgotten"  # the outcome of a run that had not ended
_AT_ONCE: Final = 400  # ids in one statement

_OUT_OF_REACH: Final = (
    "Salesforce itself: delete or anonymise the record there, and empty the recycle bin",
    "files that were exported, such as with `upbeat query --csv`, and the logs of `upbeat run` where you keep them",
    "backups of the store; their payloads are encrypted, but runs and reviews in them are not",
)


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to erase of a record, in numbers.

    Ended runs of other records that name it are erased whole: `runs_of_others` and `payloads_of_others` count them,
    and are part of `runs` and `payloads`, the ledger's; so are the payloads of what runs under way found and decided.
    `audit_rows` are its rows in audits, and those that name it by what stands here; the org is not asked. `joined` are
    the records of the same person, which all of it is about too. `conversations` are those that are of it: they are
    erased whole, with their runs.
    """

    record_id: str
    joined: tuple[str, ...]
    payloads: int
    payloads_of_others: int
    runs: int
    runs_of_others: int
    audit_rows: int
    conversations: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased, in numbers, and what forgetting cannot reach.

    `by` is who asked. `runs` holds the `runs_of_others` that named the record. `rewritten` is whether the store's
    file holds nothing of it in its free pages either; `still_named_in` are runs of other records that name this one
    and are under way. `joined` are the records of the same person that were forgotten with it.
    """

    record_id: str
    joined: tuple[str, ...]
    by: Asker
    entry: str
    payloads: int
    runs: int
    runs_of_others: int
    reviews: int
    last_seen: int
    audit_rows: int
    conversations: int
    rewritten: bool
    still_named_in: tuple[str, ...]
    out_of_reach: tuple[str, ...] = _OUT_OF_REACH


def known_of(house: House, record: str) -> Known:
    """Count what `forget` would erase of a record, and change nothing. Raises Refused where it is no record's id."""
    key = _key(record)
    with house.store.reading() as conn:
        keys = [key, *sorted(joined_with(conn, house.ledger, key))]
        talks = captured.about(conn, keys)
        own, others, still = _runs(conn, [*keys, *talks])
        mine, every = (
            {*_entries(conn, ids, _proposals(conn, ids), [*keys, *talks])} for ids in (_ids(own), _ids(own + others))
        )
        payloads = len(every.union(_told_of(conn, still)))
        audit_rows = sum(audit_rows_of(conn, one) for one in keys)
    counts = (payloads, payloads - len(mine), len(own) + len(others), len(others), audit_rows)
    return Known(key, tuple(keys[1:]), *counts, len(talks))


def forget(house: House, record: str, by: str, why: str = "") -> Forgotten:
    """Erase what is known of a record, in a person's name. The org is asked who they are, and what it calls the record.

    Where the org was disconnected, the name stands unchecked, and the ledger says so. Raises Refused where it is no
    record's id, no active user asks, or a run of it is under way this very moment; SalesforceError.
    """
    key = _key(record)
    if not by:
        raise Refused("nobody says who asks for it", fix="Add --as USERNAME, or set UPBEAT_USER.")
    asker = house.asker(by, without=DisconnectedError)
    why = why or f"{key} is forgotten"
    if asker.unchecked:
        why += f"; that {asker.username} asks could not be checked: {asker.unchecked}"
    with house.store.reading() as conn:
        keys = [key, *sorted(joined_with(conn, house.ledger, key))]
    names = {one: frozenset[str]() if asker.unchecked else names_in_org(house, one) for one in keys}
    with house.store.writing() as conn:
        talks = captured.about(conn, keys)
        own, others, still = _runs(conn, [*keys, *talks])
        if any(row.state == ItemState.RUNNING for row in own):
            raise Refused(
                "a run of it is under way", fix="Ask again in a moment; `upbeat stop` first where it goes on."
            )
        ids = _ids(own + others)
        _end(house, conn, [row for row in own if row.state != ItemState.DONE])
        _blank_items(conn, own + others)
        told = [mail for some in (list(_slices(ids)) or [[]]) for mail in drop_notices(conn, some, keys)]
        proposals = [*_proposals(conn, ids), *told]
        _blank_proposals(conn, proposals)
        reviews = _drop_reviews(conn, ids, [*keys, *talks])
        captured.erase(conn, talks, f"{key} was forgotten")
        seen = conn.execute(delete(tables.seen).where(tables.seen.c.record_id.in_(keys))).rowcount
        for table in (tables.standing, tables.mutes, tables.promises):
            conn.execute(delete(table).where(table.c.record_id.in_(keys)))
        drop_names(conn, keys)
        for one in (*keys, *talks):
            drop_lookups(conn, one)
        for some in _slices(ids):
            for table in (tables.misfires, tables.run_records):
                conn.execute(delete(table).where(table.c.item_id.in_(some)))
        audits = [drop_from_audits(conn, one, names[one]) for one in keys]
        audited = dict.fromkeys(entry for _, some in audits for entry in some)
        every = (*_entries(conn, ids, proposals, [*keys, *talks]), *_whole(conn, list(audited)), *_told_of(conn, still))
        entries = list(dict.fromkeys(every))
        entry = house.ledger.erase(conn, entries, by=asker.username, why=why)
    rewritten = house.store.rewrite()
    return Forgotten(
        record_id=key,
        joined=tuple(keys[1:]),
        by=asker,
        entry=entry,
        payloads=len(entries),
        runs=len(ids),
        runs_of_others=len(others),
        reviews=reviews,
        last_seen=seen,
        audit_rows=sum(rows for rows, _ in audits),
        conversations=len(talks),
        rewritten=rewritten,
        still_named_in=tuple(_ids(still)),
    )


def erase_runs(house: House, conn: Connection, key: str, by: str, why: str) -> None:
    """Erase what the runs of a conversation kept, in a person's name. Raises Refused where one is under way."""
    rows = _rows(conn, captured.runs_of(key))
    if any(row.state == ItemState.RUNNING for row in rows):
        raise Refused("a run of it is under way", fix="Ask again in a moment; `upbeat stop` first where it goes on.")
    _end(house, conn, [row for row in rows if row.state != ItemState.DONE])
    _blank_items(conn, rows)
    ids = _ids(rows)
    proposals = _proposals(conn, ids)
    _blank_proposals(conn, proposals)
    _drop_reviews(conn, ids, [key])
    house.ledger.erase(conn, _entries(conn, ids, proposals, [key]), by=by, why=why)


def forget_words(house: House, conn: Connection, keys: Sequence[str], why: str, *, by: str = "upbeat") -> None:
    """Erase what was said in conversations, what sources and models were sent of it, and what they answered.

    What was decided on it stays. The caller has the store rewritten once that is committed.
    """
    table, sent = tables.ledger_entries.c, dict[str, None]()
    for key in keys:
        runs = _ids(_rows(conn, captured.runs_of(key)))
        asked = (table.kind == Kind.LOOKED_UP) & table.item_id.in_(runs)
        sent.update(dict.fromkeys(_whole(conn, conn.scalars(select(table.id).where(asked)).all())))
        drop_lookups(conn, key)
    captured.erase(conn, keys, why)
    if sent:
        house.ledger.erase(conn, list(sent), by=by, why=why)


def _key(record: str) -> str:
    if not is_id(record):
        raise Refused(f"{record!r} is no record's id", fix="Give its 15 or 18 characters.")
    return to_18(record)


def _runs(conn: Connection, keys: Sequence[str]) -> tuple[list[Any], list[Any], list[Any]]:
    """Give the runs of some records, the ended ones of other records that name one of them, and those that go on."""
    own = _rows(conn, tables.items.c.record_id.in_(keys))
    naming = [row for row in _rows(conn, or_(*map(_names, keys))) if row.record_id not in keys]
    ended = [row for row in naming if row.state == ItemState.DONE]
    return list(own), ended, [row for row in naming if row.state != ItemState.DONE]


def _ids(rows: Sequence[Any]) -> list[str]:
    return [row.id for row in rows]


def _names(key: str) -> Any:
    """Select the items whose row, or whose proposals' rows, name a record by either form of its id."""
    items, proposals = tables.items.c, tables.proposals.c
    short = key if captured.is_key(key) else to_15(key)  # the long form begins with the short one
    said = [holds(column, short) for column in (items.data, items.event)]
    proposed = select(proposals.item_id).where(or_(proposals.record_id == key, holds(proposals.body, short)))
    return or_(*said, items.id.in_(proposed), items.id.in_(runs_beside(key)))


def _rows(conn: Connection, where: Any) -> Sequence[Any]:
    table = tables.items
    return conn.execute(
        select(table.c.id, table.c.record_id, table.c.state, table.c.event, table.c.workflow).where(where)
    ).all()


def _end(house: House, conn: Connection, rows: Sequence[Any]) -> None:
    """End the runs that had not: each in a declared outcome (law 2)."""
    if not rows:
        return
    said: dict[str, Any] = {"outcome": FORGOTTEN, "detail": "", "facts": []}
    house.ledger.append(
        conn,
        [Entry(Kind.ENDED, "upbeat", said, item_id=row.id, workflow=row.workflow) for row in rows],
    )
    for row in rows:
        due.drop(conn, due.Kind.OUTCOME, row.id)
    ended = {"state": ItemState.DONE, "outcome": FORGOTTEN, "ended_at": house.clock.now()}
    blank = {"owner": None, "due_at": None, "review_id": None, "retry_at": None}
    for ids in _slices([row.id for row in rows]):
        conn.execute(update(tables.items).where(tables.items.c.id.in_(ids)).values(**ended, **blank))


def _blank_items(conn: Connection, rows: Sequence[Any]) -> None:
    if rows:
        emptied = [
            {"key": row.id, "said": encode(replace(decode(row.event, Event), after={}, before={}, known=()))}
            for row in rows
        ]
        blank = update(tables.items).where(tables.items.c.id == bindparam("key"))
        conn.execute(blank.values(event=bindparam("said"), data="{}", detail=""), emptied)


def _proposals(conn: Connection, item_ids: Sequence[str]) -> list[Any]:
    table = tables.proposals
    return [
        row
        for ids in _slices(item_ids)
        for row in conn.execute(select(table.c.id, table.c.body).where(table.c.item_id.in_(ids)))
    ]


def _blank_proposals(conn: Connection, rows: Sequence[Any]) -> None:
    """Empty what was proposed, so that nothing is left to take back."""
    table = tables.proposals
    emptied = [{"key": row.id, "said": encode(_blank(decode(row.body, Proposal)))} for row in rows]
    if emptied:
        conn.execute(
            update(table).where(table.c.id == bindparam("key")).values(body=bindparam("said"), result=""), emptied
        )


def _blank(one: Proposal) -> Proposal:
    """Leave of a proposal which records it reached, and nothing that was said of them."""
    records = tuple(replace(each, values={}) for each in one.records)
    return replace(one, before={}, after={}, reasons=(), quotes=(), edited={}, records=records)


def _drop_reviews(conn: Connection, item_ids: Sequence[str], keys: Sequence[str]) -> int:
    table = tables.reviews
    found = list(conn.scalars(select(table.c.id).where(table.c.record_id.in_(keys))))
    for ids in _slices(item_ids):
        found += conn.scalars(select(table.c.id).where(table.c.item_id.in_(ids), table.c.record_id.not_in(keys)))
    for ids in _slices(found):
        conn.execute(delete(table).where(table.c.id.in_(ids)))
    return len(found)


def _entries(conn: Connection, item_ids: Sequence[str], proposals: Sequence[Any], keys: Sequence[str]) -> list[str]:
    """Give the ids of the ledger's entries whose payloads are to go: of records, their runs and their proposals."""
    table, payloads = tables.ledger_entries, tables.ledger_payloads
    whole = select(table.c.id).join(payloads, payloads.c.entry_id == table.c.id).where(payloads.c.nonce != b"")
    found = dict.fromkeys(conn.scalars(whole.where(table.c.record_id.in_(keys))))
    for column, every in ((table.c.item_id, item_ids), (table.c.proposal_id, _ids(proposals))):
        for ids in _slices(every):
            found.update(dict.fromkeys(conn.scalars(whole.where(column.in_(ids)))))
    return list(found)


def _told_of(conn: Connection, going_on: Sequence[Any]) -> list[str]:
    """Give the entries that say what runs under way have found and decided so far, whose payload still stands."""
    table, told = tables.ledger_entries.c, (Kind.RAN, Kind.DECIDED)
    return [
        one
        for ids in _slices(_ids(going_on))
        for one in _whole(
            conn, conn.scalars(select(table.id).where(table.item_id.in_(ids), table.kind.in_(told))).all()
        )
    ]


def _whole(conn: Connection, ids: Sequence[str]) -> list[str]:
    """Give those of these entries whose payload still stands."""
    payloads = tables.ledger_payloads.c
    return list(conn.scalars(select(payloads.entry_id).where(payloads.entry_id.in_(ids), payloads.nonce != b"")))


def _slices(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
