"""What routing remembers, and what sources of facts were asked."""

from sqlalchemy import Column, Float, Index, Integer, LargeBinary, String, Table, Text

from upbeat.store.moments import Moment
from upbeat.store.tables.metadata import metadata

pools = Table(  # routing's memory: where each member stands, in earnest and in monitor
    "pools",
    metadata,
    Column("pool", String(80), primary_key=True),
    Column("mode", String(16), primary_key=True),
    Column("member", String(128), primary_key=True),
    Column("place", Text, nullable=False),  # routing.Place
)

promises = Table(  # what routing gave to somebody, and by when it is touched: its memory of who had what
    "promises",
    metadata,
    Column("id", String(64), primary_key=True),  # the digest of pool, record and round
    Column("pool", String(80), nullable=False),
    Column("workflow", String(80), nullable=False),
    Column("item_id", String(64), nullable=False),  # the run that gave it last
    Column("object", String(80), nullable=False),
    Column("record_id", String(18), nullable=False),
    Column("person", String(64), nullable=False, default=""),  # a digest that tells the person again
    Column("company", String(64), nullable=False, default=""),  # the account's id, else a digest of the company
    Column("owner", String(128), nullable=False),  # username
    Column("holders", Text, nullable=False, default="[]"),  # usernames, in order, the owner last
    Column("stage", String(16), nullable=False),  # routing.Stage
    Column("rule", String(40), nullable=False, default=""),  # what gave it last
    Column("status", String(255), nullable=False, default=""),  # of the record, when it was given
    Column("units", Float, nullable=False, default=1.0),  # what it weighs in its owner's share
    Column("passes", Integer, nullable=False, default=0),  # how often its time was over, and it went on
    Column("moving", String(64), nullable=False, default=""),  # the run that gives it to somebody else, while one does
    Column("born_at", Moment, nullable=False),  # the record's creation: the clock starts here and never anew
    Column("given_at", Moment, nullable=False),
    Column("breaks_at", Moment),  # the promise, whoever has it; empty where the pool promises nothing
    Column("remind_at", Moment),  # its owner's own times
    Column("due_at", Moment),
    Column("reminded_at", Moment),
    Column("accepted_at", Moment),
    Column("touched_at", Moment),
    Column("breached_at", Moment),
    Column("ended_at", Moment),
    Column("detail", Text, nullable=False, default=""),
    Index("promises_by_record", "record_id"),
    Index("promises_by_person", "pool", "person"),
    Index("promises_by_company", "pool", "company"),
    Index("promises_by_stage", "stage", "due_at"),
    Index("promises_by_pool", "pool", "given_at"),
)

lookups = Table(  # what sources of facts were asked over HTTP, one row a question, and what they said
    "lookups",
    metadata,
    Column("key", String(64), primary_key=True),  # the digest of the question
    Column("provider", String(64), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("reply", LargeBinary),  # channels.enrich.Reply, the last one, closed; empty while there is none
    Column("answered_at", Moment),  # empty while it is to be asked again
    Column("retry_at", Moment),
)

lookup_records = Table(  # for which records an answer was used, so that it can be forgotten with them
    "lookup_records",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("record_id", String(18), primary_key=True),
    Index("lookups_by_record", "record_id"),
)

lookup_usage = Table(  # calls that were made, by source and day of the org's time zone
    "lookup_usage",
    metadata,
    Column("provider", String(64), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("calls", Integer, nullable=False),
    Column("cost", String(40), nullable=False),  # a decimal number, in the source's currency
)
