"""Which records are of one person: those that were merged, a lead and the contact that it became."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Connection, select

from upbeat.apply import State as Stage
from upbeat.base import decode, encode, full_id, to_15
from upbeat.domain import Proposal, Verb
from upbeat.ledger import Kind, Ledger
from upbeat.store import holds, tables

_AT_ONCE: Final = 400  # entries read in one statement
_CONVERTS: Final = encode({"verb": Verb.CONVERT})[1:-1]


def joined_with(conn: Connection, ledger: Ledger, record_id: str) -> frozenset[str]:
    """Give the ids of the other records that one was merged with or converted to, over as many steps as there were.

    A conversion's account is none of them: it is of a company, and of others too. Raises LedgerError.
    """
    became = [pair for pair in _became(conn, ledger) if len(pair) > 1]
    found, fresh = {record_id}, {record_id}
    while fresh:
        joins = [*became, *(one for key in fresh for one in _named(conn, key))]
        fresh = {key for one in joins if one & fresh for key in one} - found
        found |= fresh
    return frozenset(found - {record_id})


def _named(conn: Connection, key: str) -> Iterator[frozenset[str]]:
    """Give what each written merge or conversion joined that names a record."""
    table = tables.proposals.c
    for body in conn.scalars(select(table.body).where(table.state == Stage.WRITTEN, holds(table.body, to_15(key)))):
        one = decode(body, Proposal)
        if one.verb in {Verb.MERGE, Verb.CONVERT}:
            yield frozenset(each.record_id for each in one.records if each.object != "Account")


def _became(conn: Connection, ledger: Ledger) -> Iterator[frozenset[str]]:
    """Give each lead that was converted with the contact that was made of it: the ledger alone says which."""
    entries, proposals = tables.ledger_entries.c, tables.proposals.c
    converts = select(proposals.id).where(proposals.state == Stage.WRITTEN, holds(proposals.body, _CONVERTS))
    written = entries.kind.in_([Kind.WROTE, Kind.ADOPTED]), entries.proposal_id.in_(converts)
    ids = list(conn.scalars(select(entries.id).where(*written)))
    for start in range(0, len(ids), _AT_ONCE):
        for one in ledger.read_all(conn, ids[start : start + _AT_ONCE]).values():
            said: Mapping[str, Any] = one.payload or {}
            became: Mapping[str, str] = said.get("became", {})
            yield frozenset(filter(None, (one.record_id, full_id(became.get("contactId")))))
