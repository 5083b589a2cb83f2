"""What is a leader's and an auditor's on the first page: the last week, the foundation below it, the seal's stand."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from upbeat.engine import published
from upbeat.foundation import Status
from upbeat.ledger import Kind, Wanted
from upbeat.operations.auditing import keeping
from upbeat.operations.auditing.attestations import standing
from upbeat.operations.house import House
from upbeat.operations.reporting.packet import Delta
from upbeat.operations.reporting.signing import last_packet
from upbeat.operations.reporting.status import unsound
from upbeat.store.tables import ledger_entries


@dataclass(frozen=True, slots=True)
class Overview:
    """What a leader looks at. `week` is the last that a packet was made of, empty before the first.

    `figures` are those of it that were not 0, beside the week before; `unsigned` names weeks whose packets nobody has
    signed in time. `holding` and `failing` count the items of the foundation, of `items`; `unsound` names live
    workflows with what they rest on that fails.
    """

    week: str
    figures: tuple[Delta, ...]
    signed_by: str
    unsigned: tuple[str, ...]
    audited_at: datetime | None
    holding: int
    failing: int
    items: int
    unsound: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SealStands:
    """How far the history is sealed, and its head held outside the store, in entries; and who took it away last.

    Nothing is recomputed for it: that is verifying.
    """

    sealed: int
    unsealed: int
    anchored_to: int
    anchored_at: datetime | None
    exported_by: str
    exported_at: datetime | None

    @property
    def unanchored(self) -> int:
        """How many entries are sealed, but not held outside yet."""
        return max(self.sealed - self.anchored_to, 0)


def overview(house: House) -> Overview:
    """Give what a leader looks at. Asks nothing of the org."""
    with house.store.reading() as conn:
        modes, audit = published.modes(conn), keeping.last_kept(conn)
    shown, items = last_packet(house), standing(house)
    judged = [one.judged.status for one in items if one.judged is not None]
    packet = None if shown is None else shown.packet
    return Overview(
        week="" if packet is None else packet.week,
        figures=() if packet is None else tuple(one for one in packet.deltas if one.now or one.before),
        signed_by="" if shown is None or shown.signed is None else shown.signed.by,
        unsigned=() if packet is None else packet.unsigned,
        audited_at=None if audit is None else audit.at,
        holding=sum(one is Status.PASSES for one in judged),
        failing=sum(one is Status.FAILS for one in judged),
        items=len(items),
        unsound=() if audit is None else tuple(unsound(audit, modes)),
    )


def seal_stands(house: House) -> SealStands:
    """Give how the seal stands. Raises LedgerError where the last export's entry is not what was written."""
    anchored, entries = house.ledger.anchored(house.anchor), ledger_entries.c
    with house.store.reading() as conn:
        sealed = conn.scalar(select(func.max(entries.position))) or 0
        unsealed = conn.scalar(select(func.count()).where(entries.position.is_(None))) or 0
        exports, _ = house.ledger.find(conn, Wanted(kinds=(Kind.EXPORTED,)), 0, 1)
    return SealStands(
        sealed=sealed,
        unsealed=unsealed,
        anchored_to=0 if anchored is None else anchored.last,
        anchored_at=None if anchored is None else anchored.at,
        exported_by=exports[0].actor if exports else "",
        exported_at=exports[0].at if exports else None,
    )
