"""What we wrote into which field from which source: by that alone can a value be told from one that a person typed."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select

from upbeat.apply import State as Stage
from upbeat.base import decode, encode
from upbeat.domain import Proposal
from upbeat.steps import ENRICHES, Filled
from upbeat.store import tables

_AT_ONCE = 400  # ids in one statement
_USE = encode({"use": ENRICHES})[1:-1]  # as it stands in a proposal's JSON


def filled_before(conn: Connection, record_ids: Sequence[str]) -> dict[str, dict[str, Filled]]:
    """Give what was written last from a source, by record and field; what a person put in its place is none of it."""
    found: dict[str, dict[str, Filled]] = {}
    for one in _written(conn, sorted(set(record_ids))):
        of = found.setdefault(one.record_id, {})
        for quote in one.quotes:
            if quote.field in one.edited:
                of.pop(quote.field, None)
            else:
                of[quote.field] = Filled(one.after[quote.field], quote.source, quote.at)
    return found


def _written(conn: Connection, ids: Sequence[str]) -> Iterator[Proposal]:
    table = tables.proposals
    for start in range(0, len(ids), _AT_ONCE):
        some = table.c.record_id.in_(ids[start : start + _AT_ONCE]) & (table.c.state == Stage.WRITTEN)
        rows = conn.execute(select(table.c.body).where(some, table.c.body.contains(_USE)).order_by(table.c.seq))
        yield from (decode(row.body, Proposal) for row in rows)
