"""Why did this happen: a run told from its ledger entries, in words first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from upbeat.base import short
from upbeat.engine import published
from upbeat.ledger import Kind, Stored
from upbeat.operations import routed
from upbeat.operations.house import House
from upbeat.operations.replaying import Recollection
from upbeat.operations.runs import find_runs
from upbeat.operations.sentences import Names, Said, Told, names_of, tell
from upbeat.store import tables
from upbeat.workflows import POLICY, FileKind

_NOTHING: Mapping[str, Sequence[str]] = {}


@dataclass(frozen=True, slots=True)
class Journey:
    """One run from event to outcome; `number` is that of the workflow's version.

    `way_back` says how what it wrote is taken back.
    """

    run: str
    workflow: str
    number: int
    version: str
    mode: str
    object: str
    record_id: str
    state: str
    outcome: str | None
    owner: str | None
    due_at: datetime | None
    told: tuple[Told, ...]
    way_back: str


def explain(house: House, key: str) -> list[Journey]:
    """Tell every run of a record, or the run whose id begins so, oldest first. Raises Refused where there is none."""
    runs = find_runs(house, key)
    with house.store.reading() as conn:
        teller = Teller(house, conn)
        return [teller.tell(run) for run in runs]


class Teller:
    """Tells runs from one view of the store."""

    def __init__(self, house: House, conn: Connection, *, pools: bool = True) -> None:
        """Read nothing yet. With `pools` they decide again, to say who was passed over, which takes its time."""
        self._pools = pools
        self._house = house
        self._conn = conn
        self._numbers = published.Numbers(conn)

    def tell(self, run: str) -> Journey:
        """Tell one run, by its whole id. Raises LedgerError where an entry is not what was written."""
        row = self._conn.execute(select(tables.items).where(tables.items.c.id == run)).one()
        entries = self._house.ledger.about(self._conn, item_id=run)
        names = names_of(entries)
        more = _routed(self._house, self._conn, entries) if self._pools else _NOTHING
        return Journey(
            run=run,
            workflow=row.workflow,
            number=self._numbers.at(FileKind.WORKFLOW, row.workflow, row.version, row.created_at),
            version=row.version,
            mode=row.mode,
            object=row.object,
            record_id=row.record_id,
            state=row.state,
            outcome=row.outcome,
            owner=row.owner,
            due_at=row.due_at,
            told=tuple(self.tell_entry(one, names, more.get(one.id, ())) for one in entries),
            way_back=_way_back(run, entries),
        )

    def tell_entry(self, entry: Stored, names: Names, more: Sequence[str] = ()) -> Told:
        """Tell one entry, with the number of the policy that it stood on."""
        known = self._numbers.at(FileKind.POLICY, POLICY.name, entry.policy, entry.at) if entry.policy else 0
        return tell(entry, names, known, more)


def _way_back(run: str, entries: Sequence[Stored]) -> str:
    written: list[Said] = [entry.payload or {} for entry in entries if entry.kind in {Kind.WROTE, Kind.ADOPTED}]
    if not written:
        return "nothing was written, so nothing is to be taken back"
    if all(said.get("records") for said in written):
        return "it cannot be undone; what every record had stands above, to be put back by hand"
    return f"`upbeat rollback {short(run)}` shows what would go back, field by field, and asks before it does"


def _routed(house: House, conn: Connection, entries: Sequence[Stored]) -> Mapping[str, Sequence[str]]:
    """Tell how pools decided, by the entries of their steps: they decide again, and say more than was written down."""
    if not any(entry.kind is Kind.RAN and entry.payload and "share" in entry.payload["given"] for entry in entries):
        return {}
    found = Recollection(house, conn).routed(entries)
    people = (one for each in found.values() for one in (*each.roster.people.values(), each.share.known.owner))
    names = {one.username: one.name for one in people if one is not None}
    return {entry: list(routed.told(one, names)) for entry, one in found.items()}
