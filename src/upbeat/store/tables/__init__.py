"""The tables of our own database. Losing them loses run history, and no fact of the CRM (law 10).

JSON columns hold `base.encode` text of the value that their comment names. State columns hold the words of the enums
beside the code that moves them.
"""

from upbeat.store.tables.audits import audit_answers, audit_records, audits
from upbeat.store.tables.captured import conversation_readings, conversation_records, conversations
from upbeat.store.tables.console import console_people, console_sessions, console_tokens
from upbeat.store.tables.drafts import drafts
from upbeat.store.tables.house import (
    background,
    control,
    due,
    meta,
    positions,
    record_names,
    record_words,
    seen,
    standing,
    usage,
)
from upbeat.store.tables.ledger import ledger_entries, ledger_payloads, ledger_seals
from upbeat.store.tables.line import (
    batches,
    items,
    mutes,
    notices,
    proposals,
    review_bodies,
    reviewed_values,
    reviews,
    run_records,
)
from upbeat.store.tables.metadata import metadata
from upbeat.store.tables.published import incidents, misfires, modes, signoffs, versions
from upbeat.store.tables.routing import lookup_records, lookup_usage, lookups, pools, promises
from upbeat.store.tables.sources import capture_ahead, capture_sources

__all__ = [
    "audit_answers",
    "audit_records",
    "audits",
    "background",
    "batches",
    "capture_ahead",
    "capture_sources",
    "console_people",
    "console_sessions",
    "console_tokens",
    "control",
    "conversation_readings",
    "conversation_records",
    "conversations",
    "drafts",
    "due",
    "incidents",
    "items",
    "ledger_entries",
    "ledger_payloads",
    "ledger_seals",
    "lookup_records",
    "lookup_usage",
    "lookups",
    "meta",
    "metadata",
    "misfires",
    "modes",
    "mutes",
    "notices",
    "pools",
    "positions",
    "promises",
    "proposals",
    "record_names",
    "record_words",
    "review_bodies",
    "reviewed_values",
    "reviews",
    "run_records",
    "seen",
    "signoffs",
    "standing",
    "usage",
    "versions",
]
