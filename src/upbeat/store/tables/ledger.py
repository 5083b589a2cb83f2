"""The ledger: entries, their payloads beside them, their seals."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, text

from upbeat.store.moments import Moment
from upbeat.store.tables.metadata import metadata

BY_PEOPLE = text("actor LIKE '%@%'")  # a username has one, and neither an agent nor a room of ours does

ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor", String(160), nullable=False),
    Column("item_id", String(64), nullable=False, default=""),
    Column("proposal_id", String(64), nullable=False, default=""),
    Column("workflow", String(80), nullable=False, default=""),
    Column("version", String(64), nullable=False, default=""),  # of the workflow
    Column("policy", String(64), nullable=False, default=""),  # the version of the policy that it stood on
    Column("record_id", String(18), nullable=False, default=""),
    Column("payload_hash", LargeBinary(32), nullable=False),  # over a salt and the payload, both in ledger_payloads
    Column("hash", LargeBinary(32), nullable=False),  # over the columns above but seq
    Column("position", Integer, unique=True),  # dense, given by the sealer; empty until sealed
    Index("ledger_by_item", "item_id"),
    Index("ledger_by_proposal", "proposal_id"),
    Index("ledger_by_record", "record_id"),
    # Of a hundred entries one is a person's: an index of those alone costs the others next to nothing.
    Index("ledger_by_people", "seq", "actor", "kind", sqlite_where=BY_PEOPLE, postgresql_where=BY_PEOPLE),
)

ledger_payloads = Table(  # encrypted beside the entry, so that a payload can be erased and the seal still hold
    "ledger_payloads",
    metadata,
    Column("entry_id", String(64), ForeignKey("ledger_entries.id"), primary_key=True),
    Column("nonce", LargeBinary(12), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

ledger_seals = Table(
    "ledger_seals",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("head", LargeBinary(32), nullable=False),  # over the seal before and this digest
    Column("signature", LargeBinary(64), nullable=False),
    Column("at", Moment, nullable=False),
)
