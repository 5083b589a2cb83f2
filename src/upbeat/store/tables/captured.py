"""Conversations that were captured."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text

from upbeat.store.moments import Moment
from upbeat.store.tables.metadata import metadata

conversations = Table(  # what was captured, and what was looked at and may not be: one row each, never taken twice
    "conversations",
    metadata,
    Column("key", String(18), primary_key=True),  # conversation.Conversation.key
    Column("state", String(16), nullable=False),  # engine.captured.State
    Column("medium", String(16), nullable=False),  # conversation.Medium; empty where it could not be read
    Column("source", String(40), nullable=False),
    Column("began", Moment, nullable=False),
    Column("turns", Integer, nullable=False, default=0),  # in which somebody speaks
    Column("why", Text, nullable=False, default=""),  # it is not kept, in words that hold nothing of what was said
    Column("body", LargeBinary),  # conversation.Conversation, sealed, or the name of what is unread; else empty
    Column("link", Text, nullable=False, default="{}"),  # conversation.Link
    Column("same_as", String(18), nullable=False, default=""),  # conversation.Link.same_as, which it waits for
    Column("taken_at", Moment, nullable=False),
    Column("round", Integer, nullable=False, default=1),  # how often people had it read
    Column("ended_at", Moment),  # of its log, after which the records that it is linked to follow
    Index("conversations_by_began", "began"),
    Index("conversations_by_state", "state", "ended_at", "taken_at"),
)

conversation_records = Table(  # the records of the org that a conversation is of: its people, its deal, its activity
    "conversation_records",
    metadata,
    Column("key", String(18), primary_key=True),
    Column("record_id", String(18), primary_key=True),
    Index("conversation_records_by_record", "record_id"),
)

conversation_readings = Table(  # what a conversation was before people had it read again
    "conversation_readings",
    metadata,
    Column("key", String(18), primary_key=True),
    Column("reading", Integer, primary_key=True),
    Column("body", LargeBinary, nullable=False),  # conversation.Conversation, sealed
)
