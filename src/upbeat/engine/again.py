"""Going back to the look: what a step proposed rests on facts that have changed."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, update

from upbeat.apply import State as Stage
from upbeat.domain import Proposal
from upbeat.engine.items import State, Work
from upbeat.engine.parts import Sheet
from upbeat.store import tables


def look_again(conn: Connection, sheet: Sheet, work: Work, proposals: Sequence[Proposal], why: str) -> None:
    """Take proposals of one step back, and let their item be looked at and run through that step once more."""
    withdraw_proposals(conn, proposals)
    anew = {**work.progress.anew, proposals[0].step: why}
    again = replace(work.progress, record=None, anew=anew)
    sheet.move(work, state=State.READY, detail=why, review_id=None, progress=again)


def withdraw_proposals(conn: Connection, proposals: Sequence[Proposal]) -> None:
    """Let proposals stand no more."""
    ids = [one.id for one in proposals]
    conn.execute(update(tables.proposals).where(tables.proposals.c.id.in_(ids)).values(state=Stage.WITHDRAWN))
