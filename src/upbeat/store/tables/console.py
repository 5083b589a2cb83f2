"""Who is signed in to the console, and the tokens of programs. Of a secret, its digest alone."""

from sqlalchemy import Boolean, Column, Index, String, Table, Text

from upbeat.store.moments import Moment
from upbeat.store.tables.metadata import metadata

console_people = Table(  # what the org said last of everybody who came in, so that it holds while the org is away
    "console_people",
    metadata,
    Column("username", String(128), primary_key=True),
    Column("name", Text, nullable=False),
    Column("team", Text, nullable=False),  # usernames below them, JSON
    Column("looked_at", Moment, nullable=False),
)

console_sessions = Table(  # one browser of a person
    "console_sessions",
    metadata,
    Column("key", String(64), primary_key=True),  # the digest of the cookie's first half, which stays
    Column("turn", String(64), nullable=False),  # the digest of its second half, which is replaced as time goes by
    Column("former", String(64), nullable=False, default=""),  # the one before
    Column("turned_at", Moment, nullable=False),
    Column("taken", Boolean, nullable=False),  # whether the second half has come back since
    Column("username", String(128), nullable=False),
    Column("how", String(16), nullable=False),  # operations.signing_in.How
    Column("began", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Column("ends", Moment, nullable=False),
    Index("console_sessions_by_username", "username"),
)

console_tokens = Table(  # what programs come in with, in a person's name
    "console_tokens",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("username", String(128), nullable=False),
    Column("how", String(16), nullable=False),  # operations.signing_in.How: of the session that it was made in
    Column("scopes", Text, nullable=False),  # workflows.Permission, JSON
    Column("made", Moment, nullable=False),
    Column("ends", Moment, nullable=False),
    Column("seen", Moment),
    Column("revoked_by", String(128), nullable=False, default=""),
    Column("revoked_at", Moment),
    Index("console_tokens_by_username", "username"),
)
