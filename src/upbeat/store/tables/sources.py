"""Where conversations come from by themselves, and meetings that are still to come."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text

from upbeat.store.moments import Moment
from upbeat.store.tables.metadata import metadata

capture_sources = Table(  # how far each source of capture.yaml was read, and how it stands
    "capture_sources",
    metadata,
    Column("source", String(64), primary_key=True),  # its name
    Column("position", Text, nullable=False),  # the source's own, JSON
    Column("pieces", Integer, nullable=False, default=0),  # that were taken
    Column("took_at", Moment),  # when something was taken last
    Column("away", Text, nullable=False, default=""),  # why it cannot be read, since `away_since`
    Column("away_since", Moment),
)

capture_ahead = Table(  # meetings that are still to come, in their newest version
    "capture_ahead",
    metadata,
    Column("key", String(18), primary_key=True),  # conversation.Conversation.key
    Column("began", Moment, nullable=False),
    Column("series", String(64), nullable=False, default=""),  # a digest of its UID, where it is a day of one
    Column("version", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),  # conversation.Conversation, sealed
    Index("capture_ahead_by_began", "began"),
    Index("capture_ahead_by_series", "series"),
)
