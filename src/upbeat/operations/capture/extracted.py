"""What was taken from a conversation into the org: each value with the words that prove it, and what became of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from upbeat.base import decode, shown
from upbeat.conversation import Conversation
from upbeat.domain import Proposal, Quote, Tier, Verb
from upbeat.engine import captured
from upbeat.operations.house import House
from upbeat.store import tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """One value that a step suggests for a field because of what was said.

    `turn` is the place of the turn in which the quote stands, None where it stands in none: a mail's text, a voice that
    was struck out. `state` is where the suggested change stands, in the line's words; `creates` whether it is
    a record of its own. `of` names what the value answers, and `by` who read it.
    """

    object: str
    record_id: str
    creates: bool
    field: str
    before: str
    after: str
    quote: str
    turn: int | None
    of: str
    by: str
    confidence: float
    tier: Tier
    state: str
    workflow: str
    run: str


def extracted(house: House, key: str, talk: Conversation | None) -> tuple[Extracted, ...]:
    """Give each value that was taken from a conversation, in the order in which it was suggested."""
    table, items = tables.proposals, tables.items
    with house.store.reading() as conn:
        wanted = select(table).join(items, items.c.id == table.c.item_id).where(captured.runs_of(key))
        rows = conn.execute(wanted.order_by(table.c.seq)).all()
    return tuple(one for row in rows for one in _of_row(row, talk))


def _of_row(row: Any, talk: Conversation | None) -> Iterator[Extracted]:
    proposal, decision = decode(row.body, Proposal), decode(row.decision)
    for quote in proposal.quotes:
        if quote.field not in proposal.after:
            continue
        yield Extracted(
            object=row.object,
            record_id=row.record_id,
            creates=proposal.verb is Verb.CREATE,
            field=quote.field,
            before=shown(proposal.before.get(quote.field)),
            after=shown(proposal.after[quote.field]),
            quote=quote.text,
            turn=None if talk is None else _turn(quote, talk),
            of=quote.of,
            by=quote.by,
            confidence=quote.confidence,
            tier=Tier(decision["tier"]),
            state=row.state,
            workflow=row.workflow,
            run=row.item_id,
        )


def _turn(quote: Quote, talk: Conversation) -> int | None:
    return next((at for at, one in enumerate(talk.turns) if quote.text.strip() and quote.text in one.text), None)
