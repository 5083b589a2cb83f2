"""After a departure or a change of territory: what goes to whom by the pool as it is now, first shown, then asked for.

Each record becomes a run of the pool's workflow that gives it to somebody else: the same that keeps a promise, by the
same step, gate and tiers. Nothing is written here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select

from upbeat.base import Clock, digest
from upbeat.domain import Mode, Proposal, Tier, Verb
from upbeat.engine import (
    Directory,
    Eyes,
    Foreseen,
    Foresight,
    Handover,
    People,
    Pools,
    Sought,
    Versions,
    in_the_way,
    leave_unsaid,
    live_flows,
    promises,
    start_reroute,
    step_of,
)
from upbeat.gate import Facts, decide
from upbeat.intake import Query
from upbeat.ledger import Kind
from upbeat.operations.house import House, Refused
from upbeat.routing import Promised
from upbeat.routing import promised as machine
from upbeat.schema import Schema
from upbeat.store import tables
from upbeat.workflows import Pool, Step, Workflow

PAGE = 200  # records at once: one query of what hangs on them
_OPEN = ("IsConverted", "IsClosed")  # what says of a record that it is over

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """One record that would go to somebody else: from whom and to whom, by usernames, why, and what that needs.

    `to` is empty where the pool leaves it to a person, `asked`. `tier` is what the gate would ask for, None for those.
    `taken` says who has accepted or touched it. `under_way` is where somebody new is being looked for already.
    """

    handover: Handover
    name: str
    owner: str
    owner_id: str
    to: str
    asked: str
    why: str
    reasons: tuple[str, ...]
    tier: Tier | None
    taken: str
    under_way: bool


@dataclass(frozen=True, slots=True)
class Reassignment:
    """What would go to whom by a pool. `looked_at` counts the open records, `untold` those no formula could place."""

    pool: str
    workflow: str
    going: tuple[Going, ...]
    looked_at: int
    untold: int

    @property
    def to_start(self) -> list[Going]:
        """Those that nobody carries on yet."""
        return [one for one in self.going if not one.under_way]


@dataclass(frozen=True, slots=True)
class Reassigned:
    """What was asked for: the runs that carry it out, and how many records were left as they are under way already."""

    runs: tuple[str, ...]
    under_way: int


@dataclass(frozen=True)
class _Eyes:
    """What is looked at, as the engine does."""

    query: Query
    schema: Schema
    versions: Versions
    people: People
    pools: Pools
    directory: Directory
    clock: Clock
    zone: ZoneInfo


def plan_reassignment(
    house: House, name: str, *, of: str = "", territory: str = "", told: Told = lambda _: None
) -> Reassignment:
    """Foresee which open records go to whom by a live pool as it is now. Writes nothing.

    Those of one person, `of`, who may have left; else those whose owner, a member or a former one, does not serve the
    territory that they lie in, or of this one `territory` alone. Raises Refused where the pool's workflow is not live,
    or there is no such person or territory; SalesforceError.
    """
    flow, step, pool = _live(house, name)
    known = [one.name for one in pool.territories]
    if territory and territory not in known:
        fix = f"It has: {', '.join(known)}." if known else "It has none."
        raise Refused(f"the pool {name} has no territory {territory}", fix=fix)
    eyes = eyes_of(house)
    owners, because = _owners(house, pool, of)
    ids = _open_ids(house, pool.object, owners)
    sought, going = Sought(because, territory), list[Going]()
    with house.store.reading() as conn:
        foresight = Foresight.begin(eyes, conn, flow, step, pool)
        for start in range(0, len(ids), PAGE):
            page = foresight.page(conn, ids[start : start + PAGE], sought)
            busy = in_the_way(conn, [one.record["Id"] for one in page], flow.name)
            going += [_going(house, flow, step, one, under_way=one.record["Id"] in busy) for one in page]
            told(f"{min(start + PAGE, len(ids)):,} of {len(ids):,} records")
    return Reassignment(name, flow.name, tuple(going), len(ids), foresight.untold)


def reassign(house: House, plan: Reassignment, by: str, told: Told = lambda _: None) -> Reassigned:
    """Put every record of a plan on the line to somebody else, in a person's name.

    What is under way already, by now, is not started again. Raises Refused where the workflow is not live any
    more, or where it is not theirs to ask.
    """
    person = house.person(by).username
    flow, step, pool = _live(house, plan.pool)
    if person != pool.owner and not any(house.policy.holds(person, role) for role in house.policy.roles):
        fix = f"{pool.owner} may, and whoever holds a role of policy.yaml."
        raise Refused(f"{person} does not answer for the pool {pool.name}", fix=fix)
    runs, left = list[str](), 0
    for start in range(0, len(plan.going), PAGE):
        page = plan.going[start : start + PAGE]
        with house.store.writing() as conn:
            ids = [one.handover.record_id for one in page]
            busy = in_the_way(conn, ids, flow.name)
            open_ones = {one.id: one for one in promises.about(conn, ids) if not one.stage.is_over}
            moved, now = list[Promised](), house.clock.now()
            for one in page:
                if one.handover.record_id in busy:
                    left += 1
                    continue
                why = f"{one.why}; {person} asked for it"
                run = start_reroute(
                    conn, house.ledger, flow, step, one.handover, owner_id=one.owner_id, why=why, now=now, actor=person
                )
                runs.append(run)
                if promise := open_ones.get(one.handover.promise):
                    moved.append(machine.reassign(promise, run, why))
                    leave_unsaid(conn, promise, moved[-1].stage)
            promises.keep(conn, moved)
            promises.enter(conn, house.ledger, [(Kind.REASSIGNED, one, {}) for one in moved], person)
        told(f"{start + len(page):,} of {len(plan.going):,} records")
    return Reassigned(tuple(runs), left)


def _live(house: House, name: str) -> tuple[Workflow, Step, Pool]:
    """Give the live workflow that asks a pool, the step, and the pool as it is now."""
    with house.store.reading() as conn:
        flows = live_flows(conn, house.versions)
    for flow in flows.values():
        if (asked := step_of(flow, name)) is not None:
            return flow, *asked
    using = sorted(one.name for one in house.versions.current.values() if step_of(one, name) is not None)
    if not using:
        raise Refused(f"no workflow asks a pool {name}", fix="`upbeat register` shows what runs.")
    fix = f"Take it live first: `upbeat promote {using[0]}`."
    raise Refused(f"{using[0]}, which asks the pool {name}, is not live, so it gives records to nobody", fix=fix)


def _owners(house: House, pool: Pool, of: str) -> tuple[list[str], str]:
    """Give the ids of whose records are looked at, and why theirs go on whatever they serve, empty where not."""
    people = house.get_people()
    if of:
        person = people.find(of)
        if person is None:
            raise Refused(f"{of} is no user of this org", fix="Name a Salesforce user, who may have left.")
        left = "hands over what they own" if person.active else "has left"
        return [person.user_id], f"{person.username} {left}"
    table = tables.promises.c
    with house.store.reading() as conn:
        had = list(conn.scalars(select(table.owner).where(table.pool == pool.name).distinct()))
    found = (people.find(one) for one in dict.fromkeys([*(one.user for one in pool.members), *had]))
    return [one.user_id for one in found if one is not None], ""


def _open_ids(house: House, target: str, owners: Sequence[str]) -> list[str]:
    """Give the open records that somebody owns, those that came first ahead."""
    known, found = house.get_schema().object(target), list[tuple[str, str]]()
    still = "".join(f" AND {name} = FALSE" for name in _OPEN if known.has(name))
    text = f"SELECT Id, CreatedDate FROM {target} WHERE OwnerId IN :owners{still}"  # noqa: S608  names from the schema
    for start in range(0, len(owners), PAGE):
        rows = house.query(text, {"owners": owners[start : start + PAGE]})
        found += [(str(row["CreatedDate"]), row["Id"]) for row in rows]
    return [key for _, key in sorted(found)]


def eyes_of(house: House) -> Eyes:
    """Give what a use case foresees by, its people read anew."""
    query, people, zone = house.get_reader().query, house.get_people(), house.get_zone()
    people.read_anew()  # who left, left just now
    return _Eyes(
        query=query,
        schema=house.get_schema(),
        versions=house.versions,
        people=people,
        pools=Pools(query, people, house.clock, zone),
        directory=Directory(query, house.clock, house.get_schema),
        clock=house.clock,
        zone=zone,
    )


def _going(house: House, flow: Workflow, step: Step, one: Foreseen, *, under_way: bool) -> Going:
    record, found = one.record, one.found
    name = ", ".join(str(record[field]) for field in ("Name", "Company") if record.get(field))
    return Going(
        handover=one.handover,
        name=name or record["Id"],
        owner=one.owner.username,
        owner_id=one.owner.user_id,
        to=found.owner,
        asked=found.holder if found.held else "",
        why=one.why,
        reasons=tuple(each for each in found.reasons if each != one.why),
        tier=None if found.held else _tier(house, flow, step, one),
        taken=one.taken,
        under_way=under_way,
    )


def _tier(house: House, flow: Workflow, step: Step, one: Foreseen) -> Tier:
    """Give what the gate asks for the change of owner, as it stands."""
    key = digest([one.handover.record_id, one.found.user_id])
    proposal = Proposal(
        id=key,
        item_id=key,
        workflow=flow.name,
        version=flow.version,
        step=step.name,
        agent=step.agent,
        verb=Verb.UPDATE,
        object=flow.object,
        record_id=one.handover.record_id,
        before={"OwnerId": one.owner.user_id},
        after={"OwnerId": one.found.user_id},
        reasons=one.found.reasons,
        group=key,
        raise_to=step.tier,
        use=step.use,
    )
    facts = Facts(
        schema=house.get_schema(),
        mode=Mode.LIVE,
        author=flow.owner,
        now=house.clock.now(),
        deal=one.record if flow.object == "Opportunity" else None,
        taken=one.taken,
    )
    return decide(proposal, house.policy, facts).tier
