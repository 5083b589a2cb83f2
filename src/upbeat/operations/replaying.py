"""Replay: is what was decided then what would be decided now, of the same, from the ledger alone?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from upbeat.base import decode, digest, encode, short
from upbeat.conversation import Conversation
from upbeat.engine import (
    BusyRead,
    Move,
    Opening,
    Redone,
    Replayer,
    RosterRead,
    Routed,
    Share,
    Stood,
    UnknownError,
    Verdict,
    account,
    as_it_stood,
    captured,
    unpack,
)
from upbeat.ledger import Kind, LedgerError, Stored
from upbeat.operations.house import House
from upbeat.operations.runs import find_runs
from upbeat.routing import PoolState, Roster
from upbeat.steps import SPECS
from upbeat.store import tables
from upbeat.timeline import SIGNALS
from upbeat.workflows import Catalogue, DefinitionError, FileKind, Policy, Workflow, compile_workflow, restore

_WORST_FIRST = (Verdict.ERASED, Verdict.DIFFERENT, Verdict.UNKNOWN, Verdict.SAME)


@dataclass(frozen=True, slots=True)
class Replay:
    """One run decided again. `code_then` are the versions of our code that decided it, `code_now` is the one that runs.

    `verdict` is the worst of its decisions: erased, then different, then not recorded, then same.
    """

    run: str
    workflow: str
    version: str
    object: str
    record_id: str
    verdict: Verdict
    decisions: tuple[Redone, ...]
    code_then: tuple[str, ...]
    code_now: str


def replay(house: House, key: str) -> list[Replay]:
    """Decide again the run that `key` means, or every run of a record, oldest first; asks nothing of the org.

    Raises Refused where nothing is known of it, LedgerError where an entry is not what was written.
    """
    with house.store.reading() as conn:
        ground = _Ledger(house, conn)
        return [_replay(house, conn, ground, run) for run in find_runs(house, key)]


def _replay(house: House, conn: Connection, ground: "_Ledger", run: str) -> Replay:
    entries = house.ledger.about(conn, item_id=run)
    row = conn.execute(select(tables.items).where(tables.items.c.id == run)).one()
    found = [*Replayer(ground).replay(entries), *_row_of(row, entries)]
    return Replay(
        run=run,
        workflow=row.workflow,
        version=row.version,
        object=row.object,
        record_id=row.record_id,
        verdict=next((one for one in _WORST_FIRST if any(other.verdict is one for other in found)), Verdict.SAME),
        decisions=tuple(ground.with_eraser(one) for one in found),
        code_then=ground.codes(entries),
        code_now=house.get_code(),
    )


def _row_of(row: Any, entries: Sequence[Stored]) -> Iterator[Redone]:
    """Hold the run's row, which everything else reads, against the ledger's last word on its outcome."""
    if any(one.payload is None for one in entries):  # what it held was erased with them
        return
    told = next((one.payload["outcome"] for one in reversed(entries) if one.kind is Kind.ENDED), None)
    if row.outcome != told:
        words = f"outcome: {told or 'nothing'} → {row.outcome or 'nothing'}"
        last = entries[-1]
        yield Redone("the run's row", last.at, last.id, Verdict.DIFFERENT, digest(told), digest(row.outcome), (words,))


class Recollection:
    """Decides runs of the past again, for whoever wants to know more of them than was written down."""

    def __init__(self, house: House, conn: Connection) -> None:
        """Read from the ledger over this connection."""
        self._ground = _Ledger(house, conn)

    def routed(self, entries: Sequence[Stored]) -> Mapping[str, Routed]:
        """Give how pools decided in a run, by the entries of its steps; what cannot be replayed is left out."""
        replayer = Replayer(self._ground)
        for _ in replayer.replay(entries):
            pass
        return replayer.assigned


def routed_of(house: House, runs: Sequence[str]) -> Mapping[str, Routed]:
    """Give how a pool decided in each of these runs, where it was asked last; what cannot be replayed is left out."""
    with house.store.reading() as conn:
        recalled = Recollection(house, conn)
        found = {run: list(recalled.routed(house.ledger.about(conn, item_id=run)).values()) for run in runs}
    return {run: some[-1] for run, some in found.items() if some}


class _Ledger:
    """What entries name, found in the ledger and among the published versions, each once."""

    def __init__(self, house: House, conn: Connection) -> None:
        self._house = house
        self._conn = conn
        self._openings: dict[str, Opening] = {}
        self._workflows: dict[tuple[str, str, str], Workflow] = {}
        self._rosters: dict[tuple[str, str, str], Roster] = {}
        self._accounts: dict[str, tuple[Stood, list[Move]]] = {}

    def opening(self, entry: str) -> Opening:
        """Give what an engine said as it opened."""
        if entry not in self._openings:
            said = self._read(entry, Kind.OPENED, "the engine that decided")
            schema = unpack(self._read(said["catalogue"], Kind.CATALOGUED, "the org's catalogue")["catalogue"])
            self._openings[entry] = Opening(said["code"], ZoneInfo(said["zone"]), schema)
        return self._openings[entry]

    def workflow(self, name: str, version: str, opening: str) -> Workflow:
        """Give a version of a workflow, compiled from its published text against the catalogue of then."""
        key = (name, version, opening)
        if key not in self._workflows:
            known = self.opening(opening)
            catalogue = Catalogue(known.schema, SPECS, SIGNALS, time_zone=str(known.zone))
            published = restore(self._text(FileKind.WORKFLOW, version, f"version {short(version)} of {name}"))
            try:
                self._workflows[key] = compile_workflow(published.workflows[0], published, catalogue)
            except DefinitionError as error:
                raise UnknownError(f"version {short(version)} of {name} compiles no more: {error.what}") from error
        return self._workflows[key]

    def conversation(self, key: str, reading: int) -> Conversation:
        """Give a conversation as it was read for the so-many-th time."""
        found = captured.as_read(self._conn, self._house.ledger, key, reading)
        if found is None:
            raise UnknownError(f"the conversation {key} was erased")
        return found

    def policy(self, version: str) -> Policy:
        """Give the policy of a digest."""
        found = self._house.versions.policy_of(version)
        if found is None:
            raise UnknownError(f"the policy {short(version)} is in no version")
        return found

    def roster(self, share: Share, workflow: Workflow, zone: ZoneInfo) -> Roster:
        """Give a pool with whom it had, and what was known of them."""
        key = (share.roster, share.busy, workflow.version)
        if key not in self._rosters:
            read = decode(encode(self._read(share.roster, Kind.ROSTER, "the pool's people")), RosterRead)
            if share.pool not in workflow.pools:
                raise UnknownError(f"the version names no pool {share.pool}")
            busy = BusyRead(share.pool)
            if share.busy:
                busy = decode(encode(self._read(share.busy, Kind.BUSY, "what the members had open")), BusyRead)
            pool, takes_from = workflow.pools[share.pool], frozenset(read.takes_from)
            self._rosters[key] = Roster(pool, read.people, takes_from, busy.absences, busy.open_work, zone)
        return self._rosters[key]

    def state(self, share: Share, roster: Roster) -> PoolState:
        """Give where a pool stood: where it was written down whole, and every move since."""
        stood, moves = self._account(share.stood, share.moves)
        if len(moves) < share.moves:
            raise UnknownError(f"{share.moves - len(moves)} moves of the pool {share.pool} are in no entry")
        return as_it_stood(stood, roster, moves[: share.moves], share.since)

    def _account(self, entry: str, most: int) -> tuple[Stood, list[Move]]:
        if entry not in self._accounts or len(self._accounts[entry][1]) < most:
            self._read(entry, Kind.STOOD, "where the pool stood")
            self._accounts[entry] = account(self._conn, self._house.ledger, entry, most)
        return self._accounts[entry]

    def codes(self, entries: Sequence[Stored]) -> tuple[str, ...]:
        """Give the versions of our code that decided a run, in their order."""
        named = (_opened_by(one) for one in entries)
        return tuple(dict.fromkeys(self.opening(one).code for one in named if one))

    def with_eraser(self, one: Redone) -> Redone:
        """Say who had erased what a decision stood on, and why."""
        if one.verdict is not Verdict.ERASED:
            return one
        by = self._house.ledger.read(self._conn, one.erased)
        why = "" if by.payload is None else f": {by.payload['why']}"
        return replace(one, differences=(f"cannot be replayed: erased by {by.actor} on {by.at:%d %B %Y}{why}",))

    def _read(self, entry: str, kind: Kind, what: str) -> Mapping[str, Any]:
        try:
            found = self._house.ledger.read(self._conn, entry)
        except LedgerError as error:
            raise UnknownError(f"{what} is in no entry: {error.what}") from error
        if found.kind is not kind or found.payload is None:
            raise UnknownError(f"{what} is not what entry {entry} tells")
        return found.payload

    def _text(self, kind: FileKind, version: str, what: str) -> str:
        table = tables.versions
        mine = select(table.c.text).where(table.c.kind == kind, table.c.version == version).limit(1)
        text = self._conn.scalar(mine)
        if text is None:
            raise UnknownError(f"{what} was never published here")
        return text


def _opened_by(entry: Stored) -> str:
    """Give the entry of the engine that made a decision, or nothing where an entry tells of none."""
    said: Mapping[str, Any] = entry.payload or {}
    return next((said[name]["opened"] for name in ("seen", "given", "told", "judged") if name in said), "")
