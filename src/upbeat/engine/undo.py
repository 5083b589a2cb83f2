"""A rollback's proposals: each written change of a run the other way round, newest first, through the same gate."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from upbeat.apply import State as Stage
from upbeat.base import decode, digest
from upbeat.domain import Item, Proposal, Verb
from upbeat.steps import Result
from upbeat.store import tables

STEP = "take back"  # no step of a file has a space in its name


def written_of(conn: Connection, ids: Sequence[str]) -> tuple[tuple[Proposal, str], ...]:
    """Give the proposals of these ids that are written, newest first, each with the id of its record."""
    table = tables.proposals
    rows = conn.execute(
        select(table.c.body, table.c.record_id)
        .where(table.c.id.in_(ids), table.c.state == Stage.WRITTEN)
        .order_by(table.c.seq.desc())
    )
    return tuple((decode(row.body, Proposal), row.record_id) for row in rows)


def reversal(item: Item, reason: str, written: Sequence[tuple[Proposal, str]]) -> Result:
    """Propose to take back written proposals, each given with the id of its record.

    An update is answered by the values from before, a create by a delete to the recycle bin. Only our own creates
    are ever deleted (law 8).
    """
    return Result({}, tuple(_reverse(one, record_id, item, reason) for one, record_id in written))


def _reverse(written: Proposal, record_id: str, item: Item, reason: str) -> Proposal:
    group = f"{item.id}:{STEP}"
    created = written.verb is Verb.CREATE
    return Proposal(
        id=digest([group, written.id]),
        item_id=item.id,
        workflow=item.workflow,
        version=item.version,
        step=STEP,
        agent=written.agent,
        verb=Verb.DELETE if created else Verb.UPDATE,
        object=written.object,
        record_id=record_id,
        before=written.after,
        after={} if created else written.before,
        reasons=(reason, f"takes back what {written.workflow} wrote in step {written.step}"),
        group=group,
        undoes=written.id,
    )
