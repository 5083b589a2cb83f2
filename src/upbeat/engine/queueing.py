"""A step's cleared notices: put where their readers' hours and budgets are kept, and sent from there.

The run goes on at once: nobody's quiet hours hold up an item. The step's own clearance is what the notice leaves by.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from upbeat.apply import Outcome, State
from upbeat.domain import Proposal
from upbeat.engine.parts import Parts
from upbeat.notices import Kind, tell
from upbeat.store import tables

_SAID = "the same was said to them within a day"


def queue(parts: Parts, conn: Connection, proposals: Sequence[Proposal]) -> list[Outcome]:
    """Put cleared messages to colleagues among their notices; give what became of each."""
    return [_one(parts, conn, proposal) for proposal in proposals]


def _one(parts: Parts, conn: Connection, proposal: Proposal) -> Outcome:
    to, notices = str(proposal.after["To"]), tables.notices
    person = parts.people.find(to)
    key = tell(
        conn,
        to if person is None else person.username,
        Kind.ALERT,
        subject=str(proposal.after["Subject"]),
        text=str(proposal.after["Text"]),
        reason=proposal.reasons[0],
        now=parts.clock.now(),
        item_id=proposal.item_id,
        workflow=proposal.workflow,
        record_id=proposal.record_id,
        source=proposal.id,
    )
    is_mine = conn.scalar(select(notices.c.source).where(notices.c.id == key)) == proposal.id
    why = "" if is_mine else _SAID
    queued = update(tables.proposals).where(tables.proposals.c.id == proposal.id)
    conn.execute(queued.values(state=State.QUEUED if is_mine else State.WITHDRAWN, result=why))
    return Outcome(proposal, State.QUEUED, why=why)
