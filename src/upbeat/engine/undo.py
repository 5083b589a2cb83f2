"""A rollback's proposals: each written change of a run the other way round, newest first, through the same gate."""

from sqlalchemy import Connection, select

from upbeat.apply import State as Stage
from upbeat.base import decode, digest
from upbeat.domain import Proposal, Verb
from upbeat.engine.items import Work
from upbeat.steps import Result
from upbeat.store import tables

STEP = "take back"  # no step of a file has a space in its name


def reversal(conn: Connection, work: Work) -> Result:
    """Propose to take back the written proposals that `work.progress.undo` names.

    An update is answered by the values from before, a create by a delete to the recycle bin. Only our own creates
    are ever deleted (law 8).
    """
    table = tables.proposals
    rows = conn.execute(
        select(table.c.body, table.c.record_id)
        .where(table.c.id.in_(work.progress.undo), table.c.state == Stage.WRITTEN)
        .order_by(table.c.seq.desc())
    )
    return Result({}, tuple(_reverse(decode(row.body, Proposal), row.record_id, work) for row in rows))


def _reverse(written: Proposal, record_id: str, work: Work) -> Proposal:
    group = f"{work.item.id}:{STEP}"
    created = written.verb is Verb.CREATE
    return Proposal(
        id=digest([group, written.id]),
        item_id=work.item.id,
        workflow=work.item.workflow,
        version=work.item.version,
        step=STEP,
        agent=written.agent,
        verb=Verb.DELETE if created else Verb.UPDATE,
        object=written.object,
        record_id=record_id,
        before=written.after,
        after={} if created else written.before,
        reasons=(work.progress.reason, f"takes back what {written.workflow} wrote in step {written.step}"),
        group=group,
        undoes=written.id,
    )
