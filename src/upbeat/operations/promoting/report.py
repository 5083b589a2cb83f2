"""What people are shown before a workflow goes live, and what the promotion keeps."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, func, select

from upbeat.base import digest
from upbeat.domain import Mode
from upbeat.ledger import Kind
from upbeat.operations.house import House
from upbeat.operations.owning.trigger_reviews import cap
from upbeat.operations.promoting.beside import Beside, beside
from upbeat.operations.promoting.comparing import Compared, compare
from upbeat.operations.promoting.completeness import Filled, completeness
from upbeat.operations.promoting.firing import Fires, NotTold, what_fires
from upbeat.operations.promoting.layers import Layers, in_the_way, layers, worth_knowing
from upbeat.operations.promoting.monitor import Monitor, Run, fired, watch
from upbeat.operations.promoting.obstacles import ADVICE, REFUSALS, STANDS_STILL, Ground, Obstacle, obstacles
from upbeat.operations.promoting.preview import Preview, look_ahead
from upbeat.operations.promoting.shadow import Shadow
from upbeat.operations.replaying import routed_of
from upbeat.salesforce import Reader, SalesforceError
from upbeat.store import tables
from upbeat.workflows import Conflict, Workflow, conflicts, interrupts


@dataclass(frozen=True, slots=True)
class Wish:
    """What people say with their wish: a note, whether to catch up, why above the cap, and that production is meant."""

    note: str = ""
    catch_up: bool = False
    exception: str = ""
    production: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What it stands on, what monitor showed, beside it what others did, a month ahead, and what is in the way.

    `compared` is the version before on the same past, None for the first one. `fires` is what else runs in the org
    when the objects are saved that this writes, `unread` what of it the org does not tell. `live` are the workflows
    that are live and can interrupt a person, of at most `most`.
    """

    workflow: str
    version: str
    title: str
    owner: str
    mode: Mode
    at: datetime
    sandbox: bool | None
    layers: Layers
    monitor: Monitor
    beside: Beside
    compared: Compared | None
    preview: Preview
    conflicts: tuple[Conflict, ...]
    fires: tuple[Fires, ...]
    unread: tuple[NotTold, ...]
    completeness: tuple[Filled, ...]
    records: int | None
    interrupts: bool
    live: tuple[str, ...]
    most: int
    refusals: tuple[Obstacle, ...]
    advice: tuple[Obstacle, ...]

    @property
    def digest(self) -> str:
        """What tells this report from every other: whoever agrees, agrees to this one. It is of what is kept of it."""
        return digest(self.kept)

    @property
    def kept(self) -> "Report":
        """The report without what it says of single records, as the ledger keeps it.

        Runs are named by their ids alone: `upbeat explain` tells them, as long as their records are not forgotten.
        """
        examples, samples = (
            tuple(replace(one, record_id="", name="", why="", would=()) for one in some)
            for some in (self.monitor.examples, self.monitor.samples)
        )
        differences = tuple(
            replace(some, examples=tuple(replace(one, record_id="", ours="", theirs="") for one in some.examples))
            for some in self.beside.differences
        )
        compared = None if self.compared is None else replace(self.compared, now_fire=(), no_more=())
        judged = replace(self.monitor.judged, wrong={})  # people's own words, which stand with their runs
        return replace(
            self,
            monitor=replace(self.monitor, examples=examples, samples=samples, judged=judged),
            beside=replace(self.beside, differences=differences, routing=_kept(self.beside.routing)),
            compared=compared,
        )


def _kept(routing: Shadow | None) -> Shadow | None:
    """Give the shadow of a router without what it says of single records and people."""
    return None if routing is None else replace(routing, cases=(), people=())


def report(house: House, name: str, wish: Wish = Wish()) -> Report:
    """Look at a workflow's present version as people do before it goes live. Raises Refused for no such workflow."""
    flow, now = house.workflow(name), house.clock.now()
    reader, live = house.get_reader(), _live(house, name)
    with house.store.reading() as conn:
        mode, since = house.versions.mode(conn, flow), in_monitor_since(conn, flow)
        runs = fired(conn, flow) if since is not None else []
        monitor = watch(house, conn, flow, since, runs)
        most, why_most = cap(house, conn, live)
        standing_on = layers(house, conn, flow)
    filled, records, uncounted = completeness(reader, flow, house.policy)
    others = [one for one in house.versions.current.values() if one.name != name]
    ground = Ground(
        flow=flow,
        policy=house.policy,
        mode=mode,
        writes=house.writes,
        owner=house.get_people().find(flow.owner),
        since=since,
        now=now,
        monitor=monitor,
        completeness=filled,
        uncounted=uncounted,
        live=live,
        most=most,
        why_most=why_most,
        sandbox=_sandbox(reader),
        exception=wish.exception,
        production=wish.production,
    )
    fires, unread = what_fires(reader, flow)
    return Report(
        workflow=name,
        version=flow.version,
        title=flow.title,
        owner=flow.owner,
        mode=mode,
        at=now,
        sandbox=ground.sandbox,
        layers=standing_on,
        monitor=monitor,
        beside=beside(reader, flow, runs, house.get_people(), partial(routed_of, house)),
        compared=compare(house, reader, flow),
        preview=_preview(house, flow, runs, since, records),
        conflicts=tuple(conflicts(flow, others)),
        fires=fires,
        unread=unread,
        completeness=filled,
        records=records,
        interrupts=ground.interrupts,
        live=live,
        most=most,
        refusals=(
            *obstacles(STANDS_STILL, ground),
            *in_the_way(standing_on, house.policy, now),
            *obstacles(REFUSALS, ground),
        ),
        advice=(*worth_knowing(standing_on), *obstacles(ADVICE, ground)),
    )


def in_monitor_since(conn: Connection, flow: Workflow) -> datetime | None:
    """Give when a version began in monitor: taken back, or first run by an engine; None where none has run it."""
    given, entries = tables.modes, tables.ledger_entries
    mine = (given.c.workflow == flow.name, given.c.version == flow.version, given.c.number == flow.number)
    row = conn.execute(select(given).where(*mine)).first()
    if row is not None and row.mode != Mode.LIVE:
        return row.at
    said = entries.c.kind.in_([Kind.PUBLISHED, Kind.REVERTED])
    of_it = (said, entries.c.workflow == flow.name, entries.c.version == flow.version)
    published = select(func.max(entries.c.seq)).where(*of_it).scalar_subquery()
    return conn.scalar(select(func.min(entries.c.at)).where(entries.c.kind == Kind.OPENED, entries.c.seq > published))


def _live(house: House, name: str) -> tuple[str, ...]:
    """Give the other workflows that are live and can interrupt a person."""
    current, modes = house.versions.current, house.versions.modes()
    live = (one for other, one in current.items() if other != name and modes[other] is Mode.LIVE)
    return tuple(sorted(one.name for one in live if interrupts(one, house.policy)))


def _sandbox(reader: Reader) -> bool | None:
    try:
        return reader.organization().sandbox
    except SalesforceError:
        return None


def _preview(house: House, flow: Workflow, runs: list[Run], since: datetime | None, records: int | None) -> Preview:
    found = look_ahead(flow, runs, since, house.clock.now(), records=records if flow.every else None)
    names: Mapping[str, str] = house.get_people().names()
    return replace(found, most_alerts_to=names.get(found.most_alerts_to, found.most_alerts_to))
