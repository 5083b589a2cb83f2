"""What was published, and what people said of it: versions, modes, incidents, misfires, signatures."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from upbeat.store.moments import Moment
from upbeat.store.tables.metadata import metadata

versions = Table(  # what was published: immutable texts, numbered from 1 for each name of a kind
    "versions",
    metadata,
    Column("kind", String(16), primary_key=True),  # workflows.FileKind
    Column("name", String(80), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("version", String(64), nullable=False),  # the digest of the text; a revert has that of what it brings back
    Column("text", Text, nullable=False),  # canonical JSON; empty where the file is gone
    Column("source", Text, nullable=False, default=""),  # the file as it was written
    Column("beside", Text, nullable=False, default="{}"),  # the tables that it names, by their paths
    Column("by", String(128), nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("at", Moment, nullable=False),
    Index("versions_by_version", "version"),
)

modes = Table(  # the mode that people gave one version of a workflow; without a row it is monitor
    "modes",
    metadata,
    Column("workflow", String(80), primary_key=True),
    Column("version", String(64), nullable=False),
    Column("number", Integer, nullable=False, default=0),  # of the version: a revert has the content of another
    Column("mode", String(16), nullable=False),
    Column("entry_id", String(64), nullable=False),
    Column("at", Moment, nullable=False),
)

incidents = Table(  # people who answer for something and are no longer active users
    "incidents",
    metadata,
    Column("subject", String(96), primary_key=True),  # operations.owning.duties.Duty
    Column("person", String(128), primary_key=True),
    Column("review_id", String(64), nullable=False),
    Column("since", Moment, nullable=False),
)

misfires = Table(  # runs that people reported as wrong: one row a person and run, however often they say so
    "misfires",
    metadata,
    Column("item_id", String(64), primary_key=True),
    Column("by", String(128), primary_key=True),
    Column("workflow", String(80), nullable=False),
    Column("version", String(64), nullable=False),
    Column("kind", String(24), nullable=False),  # operations.owning.misfires.Wrong
    Column("why", Text, nullable=False),
    Column("review_id", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("answer_by", Moment, nullable=False),
    Index("misfires_by_workflow", "workflow", "at"),
    Index("misfires_by_review", "review_id"),
)

signoffs = Table(  # what somebody has looked at and signed: a week's packet, a trigger's review
    "signoffs",
    metadata,
    Column("kind", String(24), primary_key=True),
    Column("key", String(80), primary_key=True),
    Column("body", Text, nullable=False),  # what was shown
    Column("by", String(128), nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
    Column("entry_id", String(64), nullable=False, default=""),
    Column("made_at", Moment, nullable=False),
    Column("at", Moment),  # signed; empty until then
)
