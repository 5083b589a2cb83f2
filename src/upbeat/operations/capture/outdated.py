"""How long the words of conversations are kept: what capture.yaml says, carried out each night."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from upbeat.engine import captured
from upbeat.engine.items import State as ItemState
from upbeat.operations.forgetting import forget_words
from upbeat.operations.house import House
from upbeat.store import tables
from upbeat.workflows import load_capture

_AT_ONCE: Final = 1_000  # conversations in one transaction


def erase_outdated(house: House, now: datetime) -> Mapping[str, Any] | None:
    """Erase the words of conversations that are kept no longer; give how many, None where there are none.

    With them goes what models were sent of them, and said. What they led to stays: the ledger's entries with the quotes
    that prove a value, and what stands in the org. One whose runs are not over yet is left until they are. Raises
    DefinitionError.
    """
    written = load_capture(house.folder)
    if written is None:
        return None
    table, items, days = tables.conversations, tables.items, written.keep.days
    outdated = table.c.taken_at < now - timedelta(days=days)
    if not written.keep.transcripts:
        outdated |= table.c.ended_at.is_not(None)
    kept = select(table.c.key).where(table.c.state == captured.State.KEPT, outdated).limit(_AT_ONCE)
    with house.store.writing() as conn:
        keys = [
            key
            for key in conn.scalars(kept).all()
            if not conn.scalar(
                select(items.c.id).where(captured.runs_of(key), items.c.state != ItemState.DONE).limit(1)
            )
        ]
        why = f"its words are kept {days} days" if written.keep.transcripts else "it was read"
        forget_words(house, conn, keys, why)
    if not keys:
        return None
    house.store.rewrite()
    return {"erased": len(keys)}
