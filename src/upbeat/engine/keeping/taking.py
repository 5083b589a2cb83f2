"""Who has accepted or touched a record already, as the gate is told before its owner changes: by whatever workflow."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from upbeat.domain import Record
from upbeat.engine import promises
from upbeat.engine.eyes import Eyes
from upbeat.engine.items import Work
from upbeat.engine.keeping.touches import read, stands_of, touch_of, touches_by, untold
from upbeat.engine.parts import Parts
from upbeat.formula import Formula, FormulaError
from upbeat.routing import Promised
from upbeat.steps import FUNCTIONS
from upbeat.timeline import moment
from upbeat.workflows import Step, Workflow


def taken_by(parts: Parts, flow: Workflow, step: Step, works: Sequence[Work]) -> Mapping[str, str]:
    """Say by record who of those who were given it has accepted or touched it: `lena.vogel@acme.example touched it`.

    A step that gives no record to anybody asks nothing; of what its owner has and is promised, the org is asked.
    """
    gives = {name for _, name in FUNCTIONS[step.use].spec.writes(step.values, flow.object)}
    ids = [one.item.event.record_id for one in works if "OwnerId" in gives or one.progress.undo]
    never = [one.progress.record for one in works if one.progress.reroute is not None and one.progress.record]
    with parts.store.reading() as conn:
        known = known_of(conn, ids)
    return taken(parts, flow, step, known, never)


def known_of(conn: Connection, ids: Sequence[str]) -> list[Promised]:
    """Give all that was ever promised of some records."""
    return promises.about(conn, list(dict.fromkeys(ids)))


def taken(
    eyes: Eyes, flow: Workflow, step: Step, known: Sequence[Promised], records: Sequence[Record]
) -> Mapping[str, str]:
    """Say by record who has accepted or touched it, of what was promised, and of those of `records` that never were."""
    said = {one.record_id: _taken(one) for one in known if one.is_taken}
    unsure = (one for one in known if one.due_at is not None and one.stage.is_kept_by_owner)
    open_ones = [one for one in unsure if not one.is_taken]
    by_pool: dict[str, list[Promised]] = defaultdict(list)
    for one in open_ones:
        by_pool[one.pool].append(one)
    for name, some in by_pool.items():
        said |= _touched(eyes, flow, name, some)
    promised = {one.record_id for one in known}
    never = [one for one in records if one["Id"] not in promised]
    return said | _by_their_owners(eyes, flow, str(step.values.get("pool")), never) if never else said


def _by_their_owners(eyes: Eyes, flow: Workflow, name: str, records: Sequence[Record]) -> dict[str, str]:
    """Say which records their owner has touched at any time: nobody promised a touch, so none is too early."""
    since, formula = min(moment(one["CreatedDate"]) for one in records), _formula(flow, name)
    owners, said = {one["Id"]: str(one["OwnerId"]) for one in records}, dict[str, str]()
    for record_id, row in stands_of(eyes.query, eyes.schema.object(flow.object), list(owners), since, formula).items():
        owner = eyes.people.find(owners[record_id])
        who = owners[record_id] if owner is None else owner.username
        if formula is not None:
            try:
                if formula.evaluate(row.row, now=eyes.clock.now()) is True:
                    said[record_id] = f"{who} touched it, by the pool's formula"
            except FormulaError as error:  # the careful side: a person looks at it
                said[record_id] = untold(who, error)
        elif touches := [one.at for one in touches_by(row, owners[record_id])]:
            said[record_id] = f"{who} touched it on {min(touches):%d %b %H:%M} UTC"
    return said


def _touched(eyes: Eyes, flow: Workflow, name: str, some: Sequence[Promised]) -> dict[str, str]:
    formula, now, said = _formula(flow, name), eyes.clock.now(), dict[str, str]()
    stands = read(eyes.query, eyes.schema.object(some[0].object), some, formula)
    for one in some:
        owner = eyes.people.find(one.owner)
        row = stands.get(one.record_id)
        try:
            found = touch_of(one, row, owner.user_id, formula, now) if row is not None and owner is not None else None
        except FormulaError as error:  # the careful side: a person looks at it
            said[one.record_id] = untold(one.owner, error)
            continue
        if found is not None:
            said[one.record_id] = f"{one.owner} touched it on {found.at:%d %b %H:%M} UTC"
    return said


def _formula(flow: Workflow, name: str) -> Formula | None:
    """Give what a pool says a touch is, None where it does not say."""
    pool = flow.pools.get(name)
    return pool.promise.touched if pool is not None and pool.promise is not None else None


def _taken(one: Promised) -> str:
    if one.touched_at is not None:
        return f"{one.owner} touched it on {one.touched_at:%d %b %H:%M} UTC"
    return f"{one.owner} accepted it on {one.accepted_at:%d %b %H:%M} UTC"
