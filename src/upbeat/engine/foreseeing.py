"""Who would have records by the pool of a live workflow as it is now, were they to go on: asked of it, written nowhere.

Records follow one another as they would on the line, each moving the pool on for the next.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from sqlalchemy import Connection

from upbeat.domain import Mode, Record
from upbeat.engine import promises
from upbeat.engine.desk import account_of, choose
from upbeat.engine.eyes import Eyes
from upbeat.engine.finding import Ground, find
from upbeat.engine.items import Progress, latest, load, rerouted
from upbeat.engine.judging import fill_in
from upbeat.engine.keeping.moving import Handover, earlier
from upbeat.engine.keeping.taking import formulas_of, known_of, taken
from upbeat.engine.last_owners import LastOwners, trace
from upbeat.engine.looking import read_records
from upbeat.engine.turns import read_places
from upbeat.formula import FormulaError
from upbeat.routing import (
    NOWHERE,
    Assignment,
    Found,
    Known,
    PoolState,
    Promised,
    Request,
    Reroute,
    against,
    pass_on,
    view,
)
from upbeat.steps import CHOSEN_ACCOUNT
from upbeat.triggers import Sight, scope_values
from upbeat.workflows import Keeper, Person, Pool, Step, Workflow

_NOTHING = Found()


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """One record that goes on: on what ground and why, to whom, and who has accepted or touched it already."""

    record: Record
    handover: Handover
    owner: Person
    why: str
    found: Assignment
    taken: str = ""


@dataclass(frozen=True, slots=True)
class Sought:
    """Which records go on: all that their owner has, as `because` says, or those in a territory they do not serve.

    Where `territory` is empty, any counts.
    """

    because: str = ""
    territory: str = ""


@dataclass(slots=True)
class Foresight:
    """A pool as it stands, to be asked for record after record. `untold` counts those that no formula could place."""

    eyes: Eyes
    flow: Workflow
    step: Step
    pool: Pool
    state: PoolState
    untold: int = 0

    @classmethod
    def begin(cls, eyes: Eyes, conn: Connection, flow: Workflow, step: Step, pool: Pool) -> "Foresight":
        """Begin where the pool stands."""
        roster = eyes.pools.read(pool).roster
        return cls(eyes, flow, step, pool, PoolState(roster, read_places(conn, pool.name, Mode.LIVE)))

    def page(self, conn: Connection, ids: Sequence[str], sought: Sought) -> list[Foreseen]:
        """Give which of these records go on, in their order, and to whom. Raises SalesforceError."""
        now = self.eyes.clock.now().astimezone(self.eyes.zone)
        rows = read_records(self.eyes, self.flow, ids)
        records = [rows[one] for one in ids if one in rows]
        known_of_it = known_of(conn, ids)
        handovers = self._handovers(conn, records, known_of_it)
        given = {work.item.id: work.progress for work in load(conn, ids=[one.item_id for one in handovers.values()])}
        ground = Ground(self.eyes.query, self.eyes.schema, self.eyes.directory)
        found = find(ground, self.pool, records, now)
        last = self._last(conn, records, found)
        foreseen = list[Foreseen]()
        for record in records:
            handover = handovers[record["Id"]]
            owner = self.eyes.people.find(str(record["OwnerId"]))
            if owner is None:
                continue
            request = self._request(record, given.get(handover.item_id, Progress()))
            besides = found.get(record["Id"], _NOTHING).known(
                self.pool.match, replace(last.get(record["Id"], Known()), owner=owner)
            )
            one = self._goes_on(record, handover, owner, request.known(besides), sought)
            if one is not None:
                self.state.take(one.found.turn)
                foreseen.append(one)
        which = [one.record for one in foreseen]
        promised = [one for one in known_of_it if one.record_id in rows]
        formulas = formulas_of(conn, self.eyes.versions, self.flow, promised)
        said = taken(self.eyes, self.flow, self.step, promised, which, formulas)
        return [replace(one, taken=said.get(one.record["Id"], "")) for one in foreseen]

    def against(self, conn: Connection, ids: Mapping[str, str], user: str) -> dict[str, tuple[str, ...]]:
        """Say of records, each with the run that it waits in, what speaks against a member. Gone ones are left out."""
        now = self.eyes.clock.now().astimezone(self.eyes.zone)
        rows = read_records(self.eyes, self.flow, list(ids))
        had = {key: set[str]() for key in rows}
        for one in known_of(conn, list(rows)):
            had[one.record_id] |= set(one.holders) if one.pool == self.pool.name else set()
        runs = {work.item.event.record_id: work.progress for work in load(conn, ids=list(ids.values()))}
        ground = Ground(self.eyes.query, self.eyes.schema, self.eyes.directory)
        found, said = find(ground, self.pool, list(rows.values()), now), dict[str, tuple[str, ...]]()
        for key, record in rows.items():
            run = runs.get(key, Progress())
            known = self._request(record, run).known(found.get(key, _NOTHING).known(self.pool.match, Known()))
            holders = frozenset(had[key] | set(() if run.reroute is None else run.reroute.holders))
            known = replace(known, holders=holders)
            said[key] = against(record, self.state.roster, self.state, now, known, user)
        return said

    def _goes_on(
        self, record: Record, handover: Handover, owner: Person, known: Known, sought: Sought
    ) -> Foreseen | None:
        roster, now = self.state.roster, self.eyes.clock.now().astimezone(self.eyes.zone)
        why = sought.because
        reroute = Reroute(
            promise=handover.promise, step=self.step.name, owner_id=owner.user_id, holders=handover.holders, why=why
        )
        if not why or sought.territory:
            try:
                place = roster.territories.locate(view(record, self.pool, known, now))
            except FormulaError:
                self.untold += 1
                return None
            name = "" if place == NOWHERE else self.pool.territories[place].name
            if sought.territory and name != sought.territory:
                return None
            if not why:
                if self._serves(owner, place):
                    return None
                before = replace(reroute, holders=tuple(one for one in handover.holders if one != owner.username))
                if pass_on(record, roster, self.state, now, known, before).owner == owner.username:
                    return None  # whose it is by the pool all the same: their account's, say
                why = _not_served(owner, name)
                reroute = replace(reroute, why=why)
        assigned = choose(record, roster, self.state, now, known, beside=False, reroute=reroute)
        return Foreseen(record=record, handover=handover, owner=owner, why=why, found=assigned)

    def _serves(self, owner: Person, place: int) -> bool:
        number = self.state.roster.places.get(owner.username)
        return number is not None and owner.active and bool(self.state.roster.serving[place] >> number & 1)

    def _request(self, record: Record, given: Progress) -> Request:
        """Give what the step would ask of the pool beside the record, by what earlier steps found of it."""
        results = earlier(self.flow, self.step, given)
        seen = Sight(record, {}, scope_values(self.flow, given.signals, results), self.eyes.clock.now())
        args = cast("Mapping[str, object]", fill_in(self.step.values, seen))
        account = str(args["account"] or "") if "account" in args else None
        facts = cast("Mapping[str, object]", args.get("with", {}))
        return Request(facts, results.get(self.step.name, {}).get(CHOSEN_ACCOUNT, account))

    def _handovers(
        self, conn: Connection, records: Sequence[Record], known: Sequence[Promised]
    ) -> Mapping[str, Handover]:
        """Give on what each record goes on: its promise of this pool that is open, else its newest run."""
        promised = {one.record_id: one for one in known if one.pool == self.pool.name}
        runs = latest(conn, self.flow.name, [one["Id"] for one in records if one["Id"] not in promised])
        found = dict[str, Handover]()
        for record in records:
            key, owner = record["Id"], self.eyes.people.find(str(record["OwnerId"]))
            one, name = promised.get(key), owner.username if owner is not None else ""
            had = () if one is None or one.stage.is_over else one.holders
            holders = (*(each for each in had if each != name), name)
            promise = "" if one is None or one.stage.is_over else one.id
            item = runs.get(key, "") if one is None else one.item_id
            found[key] = Handover(self.flow.object, key, holders, promise, item)
        return found

    def _last(self, conn: Connection, records: Sequence[Record], found: Mapping[str, Found]) -> Mapping[str, Known]:
        if not any(one.by is Keeper.LAST_OWNER for one in self.pool.keeps):
            return {}
        known = {one["Id"]: found.get(one["Id"], _NOTHING).known(self.pool.match) for one in records}
        traces = {one["Id"]: trace(one, self.pool.object, account_of(known[one["Id"]])) for one in records}
        last = LastOwners.read(conn, self.pool.name, traces.values())
        return {key: Known(last=last.of(one)) for key, one in traces.items()}


def in_the_way(conn: Connection, ids: Sequence[str], workflow: str) -> frozenset[str]:
    """Give which of these records somebody new is being looked for already, or a person is to name."""
    moving = {one.record_id for one in promises.about(conn, ids) if not one.stage.is_over and one.moving}
    return frozenset({*moving, *rerouted(conn, workflow, ids)})


def _not_served(owner: Person, territory: str) -> str:
    where = f"{territory}, in which it lies" if territory else "records of no territory"
    return f"{owner.username} {'does not serve' if owner.active else 'has left and does not serve'} {where}"
