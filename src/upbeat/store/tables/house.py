"""What stands for the store and the house as a whole, and what happens by time."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from upbeat.store.moments import Moment
from upbeat.store.tables.metadata import metadata

meta = Table(  # one row a fact about the store itself: org id, schema version's creator
    "meta",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

control = Table(  # switches that people throw and that outlive a restart: stop
    "control",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

positions = Table(  # how far each source has been read
    "positions",
    metadata,
    Column("source", String(80), primary_key=True),
    Column("modstamp", Moment, nullable=False),
    Column("record_id", String(18), nullable=False, default=""),
)

seen = Table(  # watched fields as last seen: where prior values come from. A cache.
    "seen",
    metadata,
    Column("object", String(80), primary_key=True),
    Column("record_id", String(18), primary_key=True),
    Column("fields", Text, nullable=False),  # Record
)

record_names = Table(  # what records are called and whose they are, as last read: by that people find them. A cache.
    "record_names",
    metadata,
    Column("record_id", String(18), primary_key=True),
    Column("object", String(80), nullable=False),
    Column("name", String(255), nullable=False),
    Column("owner_id", String(18), nullable=False, default=""),  # a user's or a queue's
    Index("record_names_by_owner", "owner_id", "record_id"),
)

_WORD = String(40).with_variant(String(40, collation="C"), "postgresql")  # so that a prefix is a range there too

record_words = Table(  # the words of those names, without capitals and accents
    "record_words",
    metadata,
    Column("word", _WORD, primary_key=True),
    Column("record_id", String(18), primary_key=True),
    Index("record_words_by_record", "record_id"),
)

standing = Table(  # conditions that hold now, so that a schedule does not fire again each time it looks
    "standing",
    metadata,
    Column("workflow", String(80), primary_key=True),
    Column("record_id", String(18), primary_key=True),
    Column("since", Moment, nullable=False),
    Column("fired_at", Moment, nullable=False),
    Column("fires", Integer, nullable=False, default=1),
)

due = Table(  # everything that happens at a time; one tick(now) reads it
    "due",
    metadata,
    Column("kind", String(24), primary_key=True),  # engine.due.Kind
    Column("key", String(128), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("body", Text, nullable=False, default="{}"),
    Index("due_by_at", "at"),
)

usage = Table(  # the org's API calls that the engine made, by the day and the workflow they were made for
    "usage",
    metadata,
    Column("day", String(10), primary_key=True),  # of the org
    Column("workflow", String(80), primary_key=True),  # empty: for all of them
    Column("calls", Integer, nullable=False),
)

background = Table(  # work that a person began and that goes on by itself, the last of each name
    "background",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("by", String(128), nullable=False),  # username
    Column("began_at", Moment, nullable=False),
    Column("said", Text, nullable=False, default=""),  # how far it is, in words
    Column("ended_at", Moment),
    Column("failed", Text, nullable=False, default=""),  # why it went no further, and what to do; empty where it ended
)
