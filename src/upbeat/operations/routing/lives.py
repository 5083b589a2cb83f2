"""What became of an object's records, as the org itself tells it: who had each, and who touched it first.

The same reading for what came before a pool went live and after, so that both are compared alike. Who had a record
comes from its field history; where the org keeps none of the owner, only the present owner is known, and that is said.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from upbeat.base import is_id
from upbeat.domain import Record
from upbeat.engine import Stands, stands_of, touches_by
from upbeat.formula import Formula, FormulaError
from upbeat.operations.house import House
from upbeat.salesforce import Rejected
from upbeat.timeline import FieldChange, field_changes, history_of, moment
from upbeat.workflows import Pool


@dataclass(frozen=True, slots=True)
class Had:
    """Somebody who had a record: the user's id, since when, and the id of who gave it to them."""

    owner: str
    since: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One record. `had` are the people who had it, in order, without the queues and users that its pool takes from."""

    record_id: str
    born_at: datetime
    had: tuple[Had, ...] = ()
    touched_at: datetime | None = None
    touched_by: str = ""  # the id of whoever had it then


@dataclass(frozen=True, slots=True)
class Lives:
    """The records that came in a time, and what of them the org does not show, in its words."""

    records: tuple[Life, ...]
    unseen: str = ""


def lives(house: House, pool: Pool, takes_from: frozenset[str], since: datetime, until: datetime) -> Lives:
    """Read the records of a pool's object that were created in a time. Raises SalesforceError."""
    span = {"since": since, "until": until}
    rows = house.query(
        f"SELECT Id, OwnerId, CreatedById, CreatedDate FROM {pool.object} "  # noqa: S608  the object's own name
        "WHERE CreatedDate >= :since AND CreatedDate < :until ORDER BY CreatedDate, Id",
        span,
    )
    known, unseen = house.get_schema().object(pool.object), ""
    try:
        changes = [*field_changes(house.query, known, "CreatedDate >= :since AND Field = 'Owner'", {"since": since})]
    except Rejected as error:
        changes, unseen = [], f"the org shows no {history_of(pool.object)[0]}: {error.what}"
    if rows and not changes and not unseen:
        unseen = f"no change of an owner is in {history_of(pool.object)[0]}: is the owner's history tracked?"
    moved = defaultdict[str, list[FieldChange]](list)
    for one in changes:
        if one.field == "OwnerId" and is_id(str(one.new)):  # the other row of the same change has the names
            moved[one.record_id].append(one)
    touched = pool.promise.touched if pool.promise else None
    hung = stands_of(house.query, known, [row["Id"] for row in rows], since, touched)
    found = (_life(row, moved[row["Id"]], hung.get(row["Id"]), takes_from, touched, until) for row in rows)
    return Lives(tuple(found), unseen)


def _life(
    row: Record,
    moved: Sequence[FieldChange],
    stands: Stands | None,
    takes_from: frozenset[str],
    touched: Formula | None,
    now: datetime,
) -> Life:
    born = moment(row["CreatedDate"])
    first = str(moved[0].old) if moved else row["OwnerId"]
    steps = [Had(first, born, row["CreatedById"]), *(Had(str(one.new), one.at, one.by) for one in moved)]
    had = tuple(one for one in steps if one.owner not in takes_from)
    if touched is not None and stands is not None:
        touches = _as_formula(had, stands, touched, now)
    else:
        touches = _touches(had, steps, stands)
    touched_at, touched_by = min(touches, default=(None, ""))
    return Life(record_id=row["Id"], born_at=born, had=had, touched_at=touched_at, touched_by=touched_by)


def _as_formula(had: Sequence[Had], stands: Stands, touched: Formula, now: datetime) -> Iterator[tuple[datetime, str]]:
    """Give when a record was changed last, where the pool's formula says that it was touched: no sooner is known."""
    try:
        fits = bool(had) and touched.evaluate(stands.row, now=now) is True
    except FormulaError:
        return
    if fits:
        yield moment(stands.row["LastModifiedDate"]), had[-1].owner


def _touches(had: Iterable[Had], steps: Sequence[Had], stands: Stands | None) -> Iterator[tuple[datetime, str]]:
    """Give when each person who had it touched it first, while they had it."""
    ends: Mapping[Had, datetime | None] = {
        one: after.since if after else None for one, after in zip(steps, [*steps[1:], None], strict=True)
    }
    for one in had if stands else ():
        end = ends[one]
        for touch in touches_by(stands, one.owner) if stands else ():
            if touch.at >= one.since and (end is None or touch.at <= end):
                yield touch.at, one.owner
