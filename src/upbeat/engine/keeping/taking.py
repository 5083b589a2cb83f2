"""Who has accepted or touched a record already, as the gate is told before its owner changes: by whatever workflow."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from upbeat.engine import promises
from upbeat.engine.items import Work
from upbeat.engine.keeping.touches import read, touch_of
from upbeat.engine.parts import Parts
from upbeat.routing import Promised
from upbeat.steps import FUNCTIONS
from upbeat.workflows import Step, Workflow


def taken_by(parts: Parts, flow: Workflow, step: Step, works: Sequence[Work]) -> Mapping[str, str]:
    """Say by record who of those who were given it has accepted or touched it: `lena.vogel@acme.example touched it`.

    A step that gives no record to anybody asks nothing; of what its owner has and is promised, the org is asked.
    """
    gives = {name for _, name in FUNCTIONS[step.use].spec.writes(step.values, flow.object)}
    ids = [one.item.event.record_id for one in works if "OwnerId" in gives or one.progress.undo]
    with parts.store.reading() as conn:
        known = promises.about(conn, list(dict.fromkeys(ids)))
    said = {one.record_id: _taken(one) for one in known if one.is_taken}
    unsure = (one for one in known if one.due_at is not None and one.stage.is_kept_by_owner)
    open_ones = [one for one in unsure if not one.is_taken]
    by_pool: dict[str, list[Promised]] = defaultdict(list)
    for one in open_ones:
        by_pool[one.pool].append(one)
    for name, some in by_pool.items():
        said |= _touched(parts, flow, name, some)
    return said


def _touched(parts: Parts, flow: Workflow, name: str, some: Sequence[Promised]) -> dict[str, str]:
    pool, now, said = flow.pools.get(name), parts.clock.now(), dict[str, str]()
    formula = pool.promise.touched if pool is not None and pool.promise is not None else None
    stands = read(parts.query, parts.schema.object(some[0].object), some, formula)
    for one in some:
        owner = parts.people.find(one.owner)
        row = stands.get(one.record_id)
        found = touch_of(one, row, owner.user_id, formula, now) if row is not None and owner is not None else None
        if found is not None:
            said[one.record_id] = f"{one.owner} touched it on {found.at:%d %b %H:%M} UTC"
    return said


def _taken(one: Promised) -> str:
    if one.touched_at is not None:
        return f"{one.owner} touched it on {one.touched_at:%d %b %H:%M} UTC"
    return f"{one.owner} accepted it on {one.accepted_at:%d %b %H:%M} UTC"
