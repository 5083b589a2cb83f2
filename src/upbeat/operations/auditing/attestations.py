"""What people have said of items that no data shows: read from what they signed."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, select

from upbeat.foundation import Attestation
from upbeat.store import tables
from upbeat.workflows import Policy

ATTESTATION: Final = "attestation"
"""The kind under which they stand among what is signed; the key is the item's."""


def attestations(conn: Connection, policy: Policy) -> Mapping[str, Attestation]:
    """Give the last word on each item, whether or not it still holds."""
    table = tables.signoffs
    rows = conn.execute(select(table).where(table.c.kind == ATTESTATION, table.c.at.is_not(None)))
    holds = policy.foundation.attested_for
    return {row.key: Attestation(row.key, row.by, row.at, row.note, row.at + holds) for row in rows}
