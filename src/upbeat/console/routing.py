"""Routing: what is promised now, who got what and why, each way in which it fails with its figure, and who has room."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from upbeat.base import percent, rate_words, span_words
from upbeat.charts import Bar, Bars, Dot, Dots, Heat, Shade
from upbeat.console.area import Area
from upbeat.console.asked import Asked, MissingError
from upbeat.console.charting import Chart
from upbeat.console.paging import PageNumber, Part, part_of
from upbeat.console.permissions import Permission
from upbeat.console.reach import reach
from upbeat.operations import Load, PoolMeasures, Refused, SalesforceError, Waiting, measure_routing, waiting
from upbeat.operations.routing import Failure, Given, PoolRoom, Room, failures, given, pools_of, room, touched_in
from upbeat.workflows import duration_words

area = Area("routing")

_PROMISES: Final = 50
_NOTHING: Final = "No record has been touched yet."


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool that a workflow asks, and how soon it promises a touch, in words; empty where it promises nothing."""

    name: str
    title: str
    workflow: str
    object: str
    owner: str
    promises: str


@dataclass(frozen=True, slots=True)
class Routing:
    """Routing as the store knows it, of `pool` or of all. `broken` counts promises that should be kept by now."""

    pools: tuple[Pool, ...]
    pool: str
    promises: Part[Waiting]
    broken: int
    given: tuple[Given, ...]


@area.page("/routing", needs=Permission.WATCH, template="routing/routing.html", title="Routing")
def routing(asked: Asked, pool: str = "", page: PageNumber = 1) -> Routing:
    """Give what is promised now and what pools gave to whom, within reach; each pool's own page has its figures."""
    pools = _pools(asked)
    if not pools:
        return Routing((), "", part_of((), 1, _PROMISES), 0, ())
    known = {one.name for one in pools}
    if pool and pool not in known:
        raise MissingError(f"there is no pool {pool} that a workflow asks", fix=f"There are: {', '.join(known)}.")
    scope = reach(asked)
    promised = waiting(asked.house, pool=pool, scope=scope)
    broken = sum(one.broken for one in promised)
    shown = part_of(promised, page, _PROMISES)
    return Routing(pools, pool or pools[0].name, shown, broken, tuple(given(asked.house, pool, scope)))


def _pools(asked: Asked) -> tuple[Pool, ...]:
    try:
        found = pools_of(asked.house)
    except Refused:  # no workflow that runs asks a pool
        return ()
    return tuple(
        Pool(
            name=one.name,
            title=one.title,
            workflow=flow.name,
            object=one.object,
            owner=one.owner,
            promises="" if one.promise is None else duration_words(one.promise.touch_within),
        )
        for flow, _, one in found
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One pool, read from the org: each way in which routing fails, and who has room."""

    live_since: datetime | None
    records: int
    unseen: str
    failures: tuple[Failure, ...]
    has_before: bool
    touched: Chart
    weeks: Chart
    loads: Chart
    room: Chart
    members: tuple[Room, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """One pool's figures; without them `away` says why the org did not answer."""

    pool: str
    title: str
    away: str
    measured: Measured | None


@area.page("/routing/{pool}/figures", needs=Permission.WATCH, template="routing/figures.html", title="Routing figures")
def figures(asked: Asked, pool: str) -> Figures:
    """Measure one pool from the org's own history, before it went live and since. It asks the org."""
    try:
        [(_, _, known)] = pools_of(asked.house, pool)
    except Refused as error:
        raise MissingError(error.what, fix=error.fix) from None
    try:
        [measured] = measure_routing(asked.house, pool).pools
        [stands] = room(asked.house, pool)
    except SalesforceError as error:
        return Figures(pool=pool, title=known.title, away=error.what, measured=None)
    return Figures(pool=pool, title=known.title, away="", measured=_measured(measured, stands))


def _measured(measured: PoolMeasures, stands: PoolRoom) -> Measured:
    return Measured(
        live_since=measured.live_since,
        records=measured.now.records,
        unseen=measured.unseen,
        failures=failures(measured),
        has_before=measured.before is not None,
        touched=_touched(measured),
        weeks=_weeks(measured),
        loads=_loads(measured),
        room=_room(stands),
        members=stands.members,
    )


def _touched(one: PoolMeasures) -> Chart:
    count = one.now.to_touch.count
    drawing = touched_in(one)
    rows = [(each.name, f"{each.count:,}") for each in drawing.columns]
    if not count:
        return Chart("Time to first touch", _NOTHING, None, ("within", "records"), ())
    late = ""
    if drawing.line is not None:
        over = sum(each.count for each in drawing.columns[drawing.line.after :])
        late = f" {over:,} of them later than promised."
    clock = ", in working time" if one.working else ""
    says = f"{count:,} records were touched{clock}.{late}"
    return Chart("Time to first touch", says, drawing, ("within", "records"), rows)


def _weeks(one: PoolMeasures) -> Chart:
    dots = [
        Dot(f"{week.begins:%-d %b}{'' if week.live else ', before it went live'}", 100 * share, percent(100 * share))
        for week in one.weeks
        if (share := week.span.right.share) is not None
    ]
    rows = [
        (
            f"{week.begins:%-d %b %Y}", "live" if week.live else "before", f"{week.span.records:,}",
            rate_words(week.span.right), span_words(week.span.to_assign.median),
            span_words(week.span.to_touch.median), f"{week.span.by_hand:,}",
        )
        for week in one.weeks
    ]  # fmt: skip
    columns = ("week of", "mode", "records", "first-touch-right", "assigned in", "touched in", "changed by hand")
    says = "First-touch-right by the week in which records came: the first touch by the first person who had them."
    return Chart("First-touch-right, week by week", says, Dots(dots) if dots else None, columns, rows)


def _loads(one: PoolMeasures) -> Chart:
    bars = [Bar(each.user, min(2.0, each.share / each.fair), _beside(each)) for each in one.loads]
    rows = [(each.user, f"{each.records:,}", f"{each.share:.1%}", f"{each.fair:.1%}") for each in one.loads]
    even = "" if one.evenness is None else f" Evenness {one.evenness:.2f} of 1."
    says = f"Who was given what first. A bar that reaches the middle is the share that a weight says.{even}"
    drawing = Bars(bars, most=2) if any(each.records for each in one.loads) else None
    return Chart("Fair share", says, drawing, ("person", "records", "share", "fair share"), rows)


def _beside(each: Load) -> str:
    return f"{each.records:,}: {each.share:.0%}, by weight {each.fair:.0%}"


def _room(one: PoolRoom) -> Chart:
    """Give how full each member is, by open work and by each cap that somebody has."""
    minds = any(each.open_units is not None for each in one.members)
    caps = tuple(dict.fromkeys(cap.says for each in one.members for cap in each.caps))
    columns = (*(("open work",) if minds else ()), *caps)
    rows = [
        (each.name, [*([_work(each)] if minds else []), *(_cap(each, cap) for cap in caps)]) for each in one.members
    ]
    table = [(name, *(shade.told for shade in shades)) for name, shades in rows]
    says = "How full everybody is: open work against their capacity, and records taken against each cap."
    if not columns:
        says = "Nobody in this pool has a capacity or a cap: everybody always has room."
    return Chart("Room", says, Heat(columns, rows) if columns else None, ("person", *columns), table if columns else ())


def _work(each: Room) -> Shade:
    if each.open_units is None or not each.capacity:
        return Shade(None, "no limit")
    return Shade(min(100.0, 100 * each.open_units / each.capacity), f"{each.open_units:g} of {each.capacity:g}")


def _cap(each: Room, says: str) -> Shade:
    found = next((cap for cap in each.caps if cap.says == says), None)
    return (
        Shade(None, "no cap")
        if found is None
        else Shade(100 * found.taken / found.most, f"{found.taken} of {found.most}")
    )
