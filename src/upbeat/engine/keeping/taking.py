"""Who has accepted or touched a record already, as the gate is told before its owner changes: by whatever workflow."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection

from upbeat.domain import Record
from upbeat.engine import promises
from upbeat.engine.eyes import Eyes
from upbeat.engine.items import Work
from upbeat.engine.keeping.moving import live_flows
from upbeat.engine.keeping.touches import read, stands_of, touch_of, touches_by, untold
from upbeat.engine.parts import Parts
from upbeat.engine.versions import Versions
from upbeat.formula import Formula, FormulaError
from upbeat.routing import Promised
from upbeat.steps import FUNCTIONS
from upbeat.timeline import moment
from upbeat.workflows import Step, Workflow

Formulas = Mapping[tuple[str, str], Formula | None]  # what a touch is, by workflow and pool; None where no pool says


def taken_by(parts: Parts, flow: Workflow, step: Step, works: Sequence[Work]) -> Mapping[str, str]:
    """Say by record who of those who were given it has accepted or touched it: `lena.vogel@acme.example touched it`.

    A step that gives no record to anybody asks nothing; of what its owner has and is promised, the org is asked.
    """
    gives = {name for _, name in FUNCTIONS[step.use].spec.writes(step.values, flow.object)}
    ids = [one.item.event.record_id for one in works if "OwnerId" in gives or one.progress.undo]
    never = [one.progress.record for one in works if one.progress.reroute is not None and one.progress.record]
    with parts.store.reading() as conn:
        known = known_of(conn, ids)
        formulas = formulas_of(conn, parts.versions, flow, known)
    return taken(parts, flow, step, known, never, formulas)


def known_of(conn: Connection, ids: Sequence[str]) -> list[Promised]:
    """Give all that was ever promised of some records."""
    return promises.about(conn, list(dict.fromkeys(ids)))


def formulas_of(conn: Connection, versions: Versions, flow: Workflow, known: Iterable[Promised]) -> Formulas:
    """Give what a touch is to the pool of each promise: as its own workflow has it live, whichever writes now."""
    flows = {flow.name: flow}
    if any(one.workflow != flow.name for one in known):
        flows = live_flows(conn, versions) | flows
    asked = {(one.workflow, one.pool) for one in known if one.workflow in flows}
    return {(workflow, pool): _formula(flows[workflow], pool) for workflow, pool in asked}


def taken(
    eyes: Eyes,
    flow: Workflow,
    step: Step,
    known: Sequence[Promised],
    records: Sequence[Record],
    formulas: Formulas,
) -> Mapping[str, str]:
    """Say by record which owner of now has accepted or touched it, of what was promised last.

    Of `records` also where nothing was promised of their owner.
    """
    by_pool: dict[tuple[str, str], list[Promised]] = defaultdict(list)
    for one in {(one.record_id, one.pool): one for one in known}.values():
        if one.is_taken or (one.due_at is not None and one.stage.is_kept_by_owner):
            by_pool[one.workflow, one.pool].append(one)
    said = dict[str, str]()
    for pool, some in by_pool.items():
        said |= _touched(eyes, formulas.get(pool), some)
    promised = {(one.record_id, _id_of(eyes, one.owner)) for one in known}
    owned = (one for one in records if eyes.people.find(str(one["OwnerId"])) is not None)  # a queue touches nothing
    never = [one for one in owned if (one["Id"], one["OwnerId"]) not in promised]
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


def _touched(eyes: Eyes, formula: Formula | None, some: Sequence[Promised]) -> dict[str, str]:
    """Say which promised records their owner has accepted or touched: not what is somebody else's now."""
    now, said = eyes.clock.now(), dict[str, str]()
    stands = read(eyes.query, eyes.schema.object(some[0].object), some, formula)
    for one in some:
        owner_id, row = _id_of(eyes, one.owner), stands.get(one.record_id)
        if row is not None and row.row["OwnerId"] != owner_id:
            continue
        if one.is_taken:
            said[one.record_id] = _taken(one)
            continue
        try:
            found = touch_of(one, row, owner_id, formula, now) if row is not None else None
        except FormulaError as error:  # the careful side: a person looks at it
            said[one.record_id] = untold(one.owner, error)
            continue
        if found is not None:
            said[one.record_id] = f"{one.owner} touched it on {found.at:%d %b %H:%M} UTC"
    return said


def _id_of(eyes: Eyes, owner: str) -> str:
    """Give the id of a promise's owner, who is kept by their username, or by id where nobody has one."""
    person = eyes.people.find(owner)
    return owner if person is None else person.user_id


def _formula(flow: Workflow, name: str) -> Formula | None:
    """Give what a pool says a touch is, None where it does not say."""
    pool = flow.pools.get(name)
    return pool.promise.touched if pool is not None and pool.promise is not None else None


def _taken(one: Promised) -> str:
    if one.touched_at is not None:
        return f"{one.owner} touched it on {one.touched_at:%d %b %H:%M} UTC"
    return f"{one.owner} accepted it on {one.accepted_at:%d %b %H:%M} UTC"
