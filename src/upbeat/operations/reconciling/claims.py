"""What our ledger says that we wrote: each write with when it was about to be sent, and when it was done."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from upbeat.apply import State as Stage
from upbeat.domain import Verb
from upbeat.ledger import Kind, Ledger, Stored
from upbeat.operations.reconciling.reaching import apart
from upbeat.operations.reconciling.values import Claim
from upbeat.store import tables

_KINDS = (Kind.INTENDED, Kind.WROTE, Kind.ADOPTED, Kind.FAILED)
_DONE = frozenset({Kind.WROTE, Kind.ADOPTED})
_LONG = timedelta(hours=1)  # far longer than a write takes; what took longer is looked up by itself


def claims(conn: Connection, ledger: Ledger, since: datetime, until: datetime) -> list[Claim]:
    """Give every write that was under way or done between two moments, messages among them.

    One that reached several records is told apart: a claim for each.
    """
    began: dict[str, Stored] = {}
    found: list[Claim] = []
    for entry in ledger.between(conn, since - _LONG, until, _KINDS):
        if entry.kind is Kind.INTENDED:
            began[entry.proposal_id] = entry
            continue
        meant = began.pop(entry.proposal_id, None)
        if entry.kind in _DONE and entry.at >= since:
            meant = meant or _meant(conn, ledger, entry)
            began_at = entry.at if meant is None else meant.at
            one = replace(_claim(entry, _record_id(conn, entry)), began=began_at, at=entry.at)
            found += apart(one, entry.payload or {})
    under_way = [*began.values(), *_older(conn, ledger, began)]
    for entry in under_way:
        found += apart(replace(_claim(entry, entry.record_id), before={}), entry.payload or {})
    return found


def _meant(conn: Connection, ledger: Ledger, done: Stored) -> Stored | None:
    """Give the entry that said a write was about to be sent, however long before it was done."""
    entries = ledger.about(conn, proposal_id=done.proposal_id)
    return next((one for one in reversed(entries) if one.kind is Kind.INTENDED and one.seq < done.seq), None)


def _older(conn: Connection, ledger: Ledger, known: Iterable[str]) -> Sequence[Stored]:
    """Give what was about to be sent long ago, and whose answer is still not known."""
    table = tables.proposals
    sending = set(conn.scalars(select(table.c.id).where(table.c.state == Stage.SENDING))) - set(known)
    found = (ledger.about(conn, proposal_id=one) for one in sorted(sending))
    meant = ([one for one in entries if one.kind is Kind.INTENDED] for entries in found)
    return [entries[-1] for entries in meant if entries]


def _record_id(conn: Connection, entry: Stored) -> str:
    """Give the record that a write went to or made; of an erased one, which our rows alone still know."""
    if entry.payload is not None:
        return entry.payload["record_id"]
    table = tables.proposals
    return entry.record_id or conn.scalar(select(table.c.record_id).where(table.c.id == entry.proposal_id)) or ""


def _claim(entry: Stored, record_id: str) -> Claim:
    """Give what an entry says of a write; of one that is under way, until another says that it was done."""
    said: dict[str, Any] = entry.payload or {}
    return Claim(
        entry=entry.id,
        proposal=entry.proposal_id,
        run=entry.item_id,
        workflow=entry.workflow,
        verb=Verb(said.get("verb", Verb.UPDATE)),
        object=said.get("object", ""),
        record_id=record_id,
        before=said.get("before", {}),
        after=said.get("after", {}),
        began=entry.at,
        at=None,
        is_erased=entry.payload is None,
        lent_by=said.get("lent_by", ""),
    )
