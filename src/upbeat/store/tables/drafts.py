"""Workflows that people are changing and have not saved."""

from sqlalchemy import Boolean, Column, Integer, String, Table, Text

from upbeat.store.moments import Moment
from upbeat.store.tables.metadata import metadata

drafts = Table(  # one row a change of a workflow's file; the last that stands is the draft, others are the way back
    "drafts",
    metadata,
    Column("workflow", String(80), primary_key=True),
    Column("revision", Integer, primary_key=True),  # from 1
    Column("base", Text, nullable=False),  # the file as it stood when this draft took it in; empty: there is none
    Column("text", Text, nullable=False),  # the file as it would be
    Column("what", Text, nullable=False),  # what was changed, in words
    Column("by", String(128), nullable=False),
    Column("at", Moment, nullable=False),
    Column("gone", Boolean, nullable=False),  # taken back, thrown away or saved: its number is not given again
)
