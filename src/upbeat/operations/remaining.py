"""What stays in Salesforce when Upbeat leaves: for an admin to keep, or to take away in Setup."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from upbeat.apply import MARKER
from upbeat.apply import State as Stage
from upbeat.base import decode
from upbeat.domain import Proposal, Verb
from upbeat.operations.house import House
from upbeat.operations.needs import Need
from upbeat.store import tables


@dataclass(frozen=True, slots=True)
class Remaining:
    """What Upbeat had an admin make, and what it made itself: `created` gives record ids by object."""

    custom_fields: tuple[str, ...]
    created: Mapping[str, tuple[str, ...]]


def remaining(house: House, needs: Sequence[Need]) -> Remaining:
    """Give what stays, from the store and from what the workflows name. It asks nothing of the org."""
    table, created = tables.proposals, dict[str, list[str]]()
    with house.store.reading() as conn:
        rows = conn.execute(
            select(table.c.object, table.c.record_id, table.c.body)
            .where(table.c.state == Stage.WRITTEN)
            .order_by(table.c.seq)
        )
        for row in rows:
            if decode(row.body, Proposal).verb is Verb.CREATE:
                created.setdefault(row.object, []).append(row.record_id)
    custom = {f"{one.object}.{one.field}" for one in needs if one.field.endswith("__c")}
    marked = {f"{name}.{MARKER}" for name in created}
    fields = tuple(sorted({*custom, *marked}))
    return Remaining(fields, {name: tuple(ids) for name, ids in sorted(created.items())})
