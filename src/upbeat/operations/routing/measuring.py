"""Routing, measured: what pools did with the records that came, beside what came of them before the pools went live."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import Connection, func, select

from upbeat.base import Rate, rate
from upbeat.domain import Mode
from upbeat.engine import ItemState, promises
from upbeat.operations.house import House
from upbeat.operations.owning.figures import Times, times
from upbeat.operations.routing.asked import pools_of
from upbeat.operations.routing.lives import Life, lives
from upbeat.operations.routing.measures import BUCKETS, Load, Span, between, by_week, evenness, loads, measured
from upbeat.review import State
from upbeat.routing import Rule
from upbeat.store import tables
from upbeat.workflows import Pool, Workflow

LENGTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Week:
    """A week by its Monday; in the one in which the pool went live, what came before that is a week of its own."""

    begins: date
    live: bool
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolMeasures:
    """One pool over a time.

    `now` measures what came since it went live, or the whole time where it is in monitor; `before` a whole such
    time before it went live, None where nothing came then. `broken` counts promises that were broken, of those given;
    `held` is how long records wait now in the holding pool, in seconds. `unowned` are records of `now` that nobody has
    yet, `stuck` runs that go no further by themselves. `evenness` is Jain's index; `working` says whether the time to
    first touch counts working time; `promised` is how soon the pool promises it, None where it promises nothing, and
    one of the `buckets` of its distribution.
    """

    pool: str
    title: str
    workflow: str
    live_since: datetime | None
    now: Span
    before: Span | None
    weeks: tuple[Week, ...]
    loads: tuple[Load, ...]
    evenness: float | None
    broken: Rate
    held: Times
    unowned: int
    stuck: int
    working: bool
    promised: timedelta | None
    buckets: tuple[timedelta, ...]
    unseen: str


@dataclass(frozen=True, slots=True)
class RoutingMeasures:
    """Every pool that a workflow runs, over a time."""

    since: datetime
    until: datetime
    pools: tuple[PoolMeasures, ...]


def measure_routing(house: House, pool: str = "", length: timedelta = LENGTH) -> RoutingMeasures:
    """Measure pools over the time that ends now, and as long a time before each went live.

    Raises Refused where no workflow runs such a pool, and SalesforceError where the org does not answer.
    """
    until = house.clock.now()
    found = tuple(_measure(house, flow, one, until - length, until) for flow, _, one in pools_of(house, pool))
    return RoutingMeasures(until - length, until, found)


def _measure(house: House, flow: Workflow, pool: Pool, since: datetime, until: datetime) -> PoolMeasures:
    people = house.get_people()
    takes_from = frozenset(key for name in pool.takes_from if (key := people.holder_id(name)))
    ours = {one.identity().user_id for name, one in house.get_readers().items() if name == "writing"}
    with house.store.reading() as conn:
        live = _live_since(conn, house, flow)
        table = tables.promises.c
        given = promises.promised(conn, (table.pool == pool.name) & (table.given_at >= since))
        held, stuck = _held(conn, flow, until), _stuck(conn, flow)
    begins = max(live, since) if live else since
    earlier = live - (until - since) if live and live > since else begins
    read = lives(house, pool, takes_from, min(earlier, since), until)
    broken = {one.record_id for one in given if one.breached_at is not None}
    hours = pool.promise.by if pool.promise else None
    within = pool.promise.touch_within if pool.promise else None
    buckets = tuple(sorted({*BUCKETS, within})) if within else BUCKETS
    measure = partial(measured, ours=ours, broken=broken, clocked=partial(between, hours), buckets=buckets)
    now = [one for one in read.records if one.born_at >= begins]
    before = [one for one in read.records if earlier <= one.born_at < begins]
    users = {one.user: who.user_id for one in pool.members if (who := people.find(one.user))}
    each = loads(now, pool.members, users)
    promised = [one for one in given if one.breaks_at is not None]
    return PoolMeasures(
        pool=pool.name,
        title=pool.title,
        workflow=flow.name,
        live_since=live,
        now=measure(now, until - begins),
        before=measure(before, begins - earlier) if before else None,
        weeks=tuple(_weeks(house, read.records, live, measure)),
        loads=each,
        evenness=evenness(each),
        broken=rate(len(broken), len(promised)),
        held=held,
        unowned=sum(not one.had for one in now),
        stuck=stuck,
        working=hours is not None,
        promised=within,
        buckets=buckets,
        unseen=read.unseen,
    )


def _weeks(house: House, records: Sequence[Life], live: datetime | None, measure: partial[Span]) -> Iterator[Week]:
    zone = house.get_zone()
    for monday, some in by_week(records, zone).items():
        after = [one for one in some if live is not None and one.born_at >= live]
        before = [one for one in some if live is None or one.born_at < live]
        yield from (
            Week(monday, is_live, measure(part, timedelta(weeks=1)))
            for is_live, part in ((False, before), (True, after))
            if part
        )


def _live_since(conn: Connection, house: House, flow: Workflow) -> datetime | None:
    """Give since when a workflow has been live, whatever version of it; None while it is not."""
    if house.versions.mode(conn, flow) is not Mode.LIVE:
        return None
    items = tables.items.c
    first = conn.scalar(select(func.min(items.created_at)).where(items.workflow == flow.name, items.mode == Mode.LIVE))
    since = conn.scalar(select(tables.modes.c.at).where(tables.modes.c.workflow == flow.name))
    return min((one for one in (first, since) if one is not None), default=None)


def _held(conn: Connection, flow: Workflow, now: datetime) -> Times:
    table = tables.reviews.c
    mine = (table.workflow == flow.name) & (table.kind == Rule.HOLDING) & (table.state == State.OPEN)
    return times([now - at for at in conn.scalars(select(table.created_at).where(mine))])


def _stuck(conn: Connection, flow: Workflow) -> int:
    items = tables.items.c
    dead = (items.workflow == flow.name) & (items.state == ItemState.DEAD)
    return conn.scalar(select(func.count()).where(dead)) or 0
