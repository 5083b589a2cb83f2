"""What was promised, from a person's side: what waits for whom, taken on, passed on, given back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, select

from upbeat.base import decode, is_id, short, to_18
from upbeat.engine import Progress, handover_of, leave_unsaid, live_flows, promises, start_reroute, step_of
from upbeat.ledger import Kind
from upbeat.operations.house import House, Refused
from upbeat.operations.tracing.scope import EVERYTHING, Scope, records_within
from upbeat.routing import Promised, Stage, working_time
from upbeat.routing import promised as machine
from upbeat.store import tables
from upbeat.workflows import Pool, Promise, Step, Workflow

_AT_ONCE: Final = 500  # ids in one lookup: well below SQLite's limit on variables


@dataclass(frozen=True, slots=True)
class Waiting:
    """A promise as a person reads it.

    `age` is the time since the record came in and `left` the working time until its owner's is over, below zero where
    it is; `left` is None where the pool promises nothing, or somebody else is being looked for. `asked` is whose word
    it waits for, where a person is asked, and `broken` whether it should have been touched by now.
    """

    promise: str
    record_id: str
    name: str
    pool: str
    owner: str
    stage: Stage
    holders: tuple[str, ...]
    born_at: datetime
    given_at: datetime
    due_at: datetime | None
    age: timedelta
    left: timedelta | None
    broken: bool
    asked: str
    detail: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A record that its owner gave back: the `run` that carries it on, whether they have credit, and what earns it."""

    record_id: str
    owner: str
    run: str
    credit: bool
    credit_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Grounds:
    """By what a record goes on: the live version of its workflow, and how it asks the pool."""

    flow: Workflow
    step: Step
    pool: Pool


def waiting(
    house: House, *, owner: str = "", pool: str = "", key: str = "", scope: Scope = EVERYTHING
) -> list[Waiting]:
    """Give what is promised now in a scope, what is due first ahead.

    Raises Refused where `key` names none, SalesforceError where the scope cannot be told.
    """
    table = tables.promises.c
    where = promises.is_open() & table.due_at.is_not(None)
    where = where & (table.pool == pool) if pool else where
    if owner:
        where &= table.owner == house.person(owner).username
    if key:
        where &= table.id == _find(house, key).id
    terms = _terms(house)
    with house.store.reading() as conn:
        found = promises.promised(conn, where)
        mine = records_within(house, conn, scope, {one.record_id for one in found})
        found = [one for one in found if one.record_id in mine]
        names, asked = _names(conn, found), _asked(conn, found)
    now, said = house.clock.now(), ((names.get(one.item_id, ""), asked.get(one.moving, "")) for one in found)
    return [_waiting(one, terms.get(one.pool), *words, now) for one, words in zip(found, said, strict=True)]


def accept_promise(house: House, key: str, by: str) -> Promised:
    """Take a record on, in its owner's name or for them. Raises Refused and PromiseError."""
    return _act(house, key, by, Kind.ACCEPTED, lambda _conn, one, now: machine.accept(one, now))


def decline_promise(house: House, key: str, by: str, why: str) -> Promised:
    """Pass a record on to somebody new, at once. Raises Refused and PromiseError."""
    return _go_on(house, key, by, why, Kind.DECLINED)


def return_promise(house: House, key: str, by: str, why: str) -> Returned:
    """Give a record back that its owner has looked at.

    Where the pool gives credit for the reason, the turn is its owner's again, and a person looks at the record: it is
    not given to the next one as bad as it is. Else it goes on to somebody new. Raises Refused and PromiseError.
    """
    done = _go_on(house, key, by, why, Kind.RETURNED)
    terms = _terms(house).get(done.pool)
    reasons = () if terms is None else terms.credit_for
    return Returned(done.record_id, done.owner, done.moving, _is_one_of(why, reasons), reasons)


def _go_on(house: House, key: str, by: str, why: str, kind: Kind) -> Promised:
    """Put a record on the line to somebody else, as its owner does not want it."""
    if not why.strip():
        raise Refused("passing a record on needs its reason", fix="Add --why, in your own words.")
    one = _find(house, key)
    flow, step, pool = _grounds(house, one)
    owner = house.get_people().find(one.owner)
    owner_id = "" if owner is None else owner.user_id
    earns = kind is Kind.RETURNED and pool.promise is not None and _is_one_of(why, pool.promise.credit_for)

    def act(conn: Connection, one: Promised, now: datetime) -> Promised:
        moved = machine.decline(one, "", why) if kind is Kind.DECLINED else machine.give_back(one, "", why)
        word = "declined" if kind is Kind.DECLINED else "gave back"
        said, ask = f"{one.owner} {word} it: {why}", f"it was given back: {why}" if earns else ""
        leave_unsaid(conn, one, moved.stage)
        run = start_reroute(
            conn,
            house.ledger,
            flow,
            step,
            handover_of(one),
            owner_id=owner_id,
            why=said,
            now=now,
            ask=ask,
            credit=earns,
            actor=by,
        )
        return replace(moved, moving=run)

    return _act(house, key, by, kind, act)


def _act(
    house: House, key: str, by: str, kind: Kind, act: Callable[[Connection, Promised, datetime], Promised]
) -> Promised:
    """Do something to a promise in a person's name, in one transaction."""
    person, wanted = house.person(by).username, _find(house, key)
    _must_be_theirs(house, wanted, person)
    with house.store.writing() as conn:
        [one] = promises.promised(conn, tables.promises.c.id == wanted.id)
        done = act(conn, one, house.clock.now())
        promises.keep(conn, [done])
        promises.enter(conn, house.ledger, [(kind, done, {})], person)
    return done


def _find(house: House, key: str) -> Promised:
    """Give the one promise that a key means: its id's beginning, or the id of its record."""
    table = tables.promises.c
    same = table.record_id == to_18(key) if is_id(key) else table.id.startswith(key, autoescape=True)
    with house.store.reading() as conn:
        found = promises.promised(conn, same) if key else []
    open_ones = [one for one in found if not one.stage.is_over] or found
    if not open_ones:
        fix = "`upbeat routing waiting` shows what is promised now, each with its id."
        raise Refused(f"nothing was promised of {key!r}", fix=fix)
    if len(open_ones) > 1:
        some = ", ".join(short(one.id) for one in open_ones[:5])
        raise Refused(f"{key} means {len(open_ones)} promises", fix=f"Name one of them: {some}.")
    return open_ones[0]


def _must_be_theirs(house: House, one: Promised, by: str) -> None:
    """Hold that a record is spoken for by its owner, by somebody above them, or by a holder of any role."""
    people = {name.casefold() for name in (one.owner, *house.get_people().above(one.owner))}
    if by.casefold() not in people and not any(house.policy.holds(by, role) for role in house.policy.roles):
        fix = f"{one.owner} may, whoever is above them, and whoever holds a role of policy.yaml."
        raise Refused(f"{by} does not speak for {one.owner}", fix=fix)


def _grounds(house: House, one: Promised) -> tuple[Workflow, Step, Pool]:
    with house.store.reading() as conn:
        flow = live_flows(conn, house.versions).get(one.workflow)
    if flow is None:
        fix = "Give it to somebody in Salesforce, or take the workflow live again: `upbeat promote`."
        raise Refused(f"{one.workflow} is not live, so it gives records to nobody", fix=fix)
    asked = step_of(flow, one.pool)
    if asked is None:
        raise Refused(f"{one.workflow} asks the pool {one.pool} no more", fix="Give it to somebody in Salesforce.")
    return flow, *asked


def _terms(house: House) -> dict[str, Promise]:
    """Give what each pool promises, by its name."""
    with house.store.reading() as conn:
        flows = live_flows(conn, house.versions)
    pools = (pool for flow in flows.values() for pool in flow.pools.values())
    return {one.name: one.promise for one in pools if one.promise is not None}


def _waiting(one: Promised, terms: Promise | None, name: str, asked: str, now: datetime) -> Waiting:
    left: timedelta | None = None
    if one.due_at is not None and one.stage.is_kept_by_owner:
        hours = None if terms is None else terms.by
        left = working_time(hours, now, one.due_at) - working_time(hours, one.due_at, now)
    return Waiting(
        promise=one.id,
        record_id=one.record_id,
        name=name,
        pool=one.pool,
        owner=one.owner,
        stage=one.stage,
        holders=one.holders,
        born_at=one.born_at,
        given_at=one.given_at,
        due_at=one.due_at,
        age=now - one.born_at,
        left=left,
        broken=one.breaks_at is not None and one.breaks_at <= now,
        asked=asked,
        detail=one.detail,
    )


def _names(conn: Connection, some: Sequence[Promised]) -> Mapping[str, str]:
    """Give what records are called, by the run that gave them."""
    table, found = tables.items, dict[str, str]()
    for row in _rows(conn, select(table.c.id, table.c.data), table.c.id, [one.item_id for one in some]):
        record = decode(row.data, Progress).record or {}
        found[row.id] = ", ".join(str(record[name]) for name in ("Name", "Company") if record.get(name))
    return found


def _asked(conn: Connection, some: Sequence[Promised]) -> Mapping[str, str]:
    """Give with whom runs stand that carry records on, where a person is asked."""
    table = tables.items
    runs = [one.moving for one in some if one.moving]
    return {row.id: row.owner for row in _rows(conn, select(table.c.id, table.c.owner), table.c.id, runs) if row.owner}


def _rows(conn: Connection, query: Any, column: Any, ids: Sequence[str]) -> Iterator[Any]:
    for start in range(0, len(ids), _AT_ONCE):
        yield from conn.execute(query.where(column.in_(ids[start : start + _AT_ONCE])))


def _is_one_of(why: str, reasons: Sequence[str]) -> bool:
    """Whether a reason begins with one of these: `duplicates`, `Duplicate - see 00Q...`."""
    said = " ".join(why.casefold().split())
    return any(said.startswith(" ".join(one.casefold().split())) for one in reasons)
