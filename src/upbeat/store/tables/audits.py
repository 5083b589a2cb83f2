"""Audits of the foundation, and what the org said to them."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from upbeat.store.moments import Moment
from upbeat.store.tables.metadata import metadata

audits = Table(  # of the foundation: one row an audit, under way until it is finished
    "audits",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", String(128), nullable=False, default=""),
    Column("plan", Text, nullable=False),  # operations.auditing.Plan
    Column("calls", Integer, nullable=False, default=0),  # spent so far
    Column("finished_at", Moment),
    Column("body", Text, nullable=False, default=""),  # foundation.Audit.kept
    Column("entry_id", String(64), nullable=False, default=""),
    Index("audits_by_end", "finished_at"),
)

audit_answers = Table(  # what the org said to an audit that is under way, so that it can go on; none of one that ended
    "audit_answers",
    metadata,
    Column("audit_id", String(64), ForeignKey("audits.id", ondelete="CASCADE"), primary_key=True),
    Column("question", String(64), primary_key=True),  # the digest of foundation.Question
    Column("body", Text, nullable=False),  # foundation.Answer
)

audit_records = Table(  # the records behind an audit's findings
    "audit_records",
    metadata,
    Column("audit_id", String(64), ForeignKey("audits.id", ondelete="CASCADE"), primary_key=True),
    Column("finding", String(255), primary_key=True),  # its key: foundation.LONGEST_KEY
    Column("record_id", Text, primary_key=True),  # an automation without an id stands by its name
    Column("place", Integer, nullable=False),  # among the records of the finding
    Column("object", String(80), nullable=False),
    Column("name", Text, nullable=False),
    Column("why", Text, nullable=False),
    Index("audit_records_by_record", "record_id"),
)
