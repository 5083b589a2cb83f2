"""What the run that gives a record to somebody else leaves of its promise: with a person who is asked, or over."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection

from upbeat.engine import promises
from upbeat.ledger import Kind, Ledger
from upbeat.review import Review
from upbeat.routing import Promised, Reroute, Stage
from upbeat.routing.promised import ask, by_hand, end
from upbeat.store import tables

if TYPE_CHECKING:  # which stand above this
    from upbeat.engine.items import Work

GIVEN_ON: Final = "given on"  # the outcome of a run that gave a record to somebody else
LEFT_ALONE: Final = "left alone"  # a person gave it to somebody meanwhile
NOT_LIVE: Final = "not live any more"  # the outcome of an item whose workflow was taken back before it was written


def escalate(conn: Connection, ledger: Ledger, reroute: Reroute, review: Review) -> None:
    """Note that a person is asked who has a record: nobody new may, or somebody has taken it already."""
    for one in promises.promised(conn, tables.promises.c.id == reroute.promise):
        if one.stage is not Stage.ESCALATED:
            asked = ask(one, one.moving, review.title)
            promises.keep(conn, [asked])
            said = {"review": review.id, "to": review.owner, "answer_by": review.due_at}
            promises.enter(conn, ledger, [(Kind.PUT_TO, asked, said)])


def settle(conn: Connection, ledger: Ledger, ended: Sequence["Work"]) -> None:
    """Close the promises whose run has ended and given the record to nobody."""
    runs = {one.item.id: one for one in ended if one.progress.reroute is not None}
    if not runs:
        return
    open_ones = promises.promised(conn, tables.promises.c.moving.in_(list(runs)))
    settled = [_settled(one, runs[one.moving]) for one in open_ones]
    promises.keep(conn, settled)
    kinds = {Stage.PASSED_ON: Kind.PASSED_ON, Stage.ENDED: Kind.UNPROMISED}
    promises.enter(conn, ledger, [(kinds[one.stage], one, {}) for one in settled if one.stage in kinds])


def _settled(one: Promised, run: "Work") -> Promised:
    at = run.ended_at or one.given_at
    if run.outcome == LEFT_ALONE:
        return by_hand(one, "whom a person gave it to", at)
    if run.outcome == NOT_LIVE:  # its owner still has it, and it waits until people take the workflow live again
        with_owner = Stage.ACCEPTED if one.accepted_at else Stage.REMINDED if one.reminded_at else Stage.OPEN
        return replace(one, stage=with_owner, passes=one.passes - (one.stage is Stage.OVERDUE), moving="", detail="")
    if run.outcome == GIVEN_ON:
        return end(one, f"it stays with {one.owner}, by a person's word", at)
    return end(one, f"{run.outcome}: {run.detail}", at)
