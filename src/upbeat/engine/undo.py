"""A rollback's proposals: what we wrote the other way round, newest first, through the same gate.

Several writes on one record are taken back in one: from what the newest wrote to what stood before the oldest. A
record that we created goes to the recycle bin, whatever we wrote to it after; only our own creates do (law 8).
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from upbeat.apply import State as Stage
from upbeat.base import decode, digest
from upbeat.domain import Item, Proposal, Verb
from upbeat.steps import Result
from upbeat.store import tables

STEP = "take back"  # no step of a file has a space in its name
CONFLICT = "rollback refused"  # the outcome of a rollback that met a person's later change


def written_of(conn: Connection, ids: Sequence[str]) -> tuple[tuple[Proposal, str], ...]:
    """Give the proposals of these ids that are written, newest first, each with the id of its record."""
    table = tables.proposals
    rows = conn.execute(
        select(table.c.body, table.c.record_id)
        .where(table.c.id.in_(ids), table.c.state == Stage.WRITTEN)
        .order_by(table.c.written_at.desc(), table.c.seq.desc())
    )
    return tuple((decode(row.body, Proposal), row.record_id) for row in rows)


def reversal(item: Item, reason: str, written: Sequence[tuple[Proposal, str]]) -> Result:
    """Propose to take back written proposals, newest first, each given with the id of its record."""
    by_record: dict[str, list[Proposal]] = defaultdict(list)
    for one, record_id in written:
        by_record[record_id].append(one)
    reversals = (_reverse(item, reason, record_id, some) for record_id, some in by_record.items())
    return Result({}, tuple(one for one in reversals if one.verb is Verb.DELETE or one.after))


def _reverse(item: Item, reason: str, record_id: str, written: Sequence[Proposal]) -> Proposal:
    """Give the one proposal that takes back what we wrote to one record, newest first."""
    newest = written[0]
    group = f"{item.id}:{STEP}"
    undone = tuple(one.id for one in written)
    created = any(one.verb is Verb.CREATE for one in written)
    stands, stood = _ends(written)
    moved = [name for name in stood if created or stands[name] != stood[name]]
    steps = ", ".join(dict.fromkeys(one.step for one in written))
    return Proposal(
        id=digest([group, *undone]),
        item_id=item.id,
        workflow=newest.workflow,
        version=newest.version,
        step=STEP,
        agent=newest.agent,
        verb=Verb.DELETE if created else Verb.UPDATE,
        object=newest.object,
        record_id=record_id,
        before={name: stands[name] for name in moved},
        after={} if created else {name: stood[name] for name in moved},
        reasons=(reason, f"takes back what {newest.workflow} wrote in step {steps}"),
        group=group,
        undoes=undone,
    )


def _ends(written: Sequence[Proposal]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give what the newest of some writes left in each field, and what stood there before the oldest."""
    stands: dict[str, Any] = {}
    stood: dict[str, Any] = {}
    for one in written:
        for name, value in one.after.items():
            stands.setdefault(name, value)
            stood[name] = one.before.get(name)
    return stands, stood
