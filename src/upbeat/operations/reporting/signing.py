"""A week's packet is made once, shown, and signed by name: the ledger keeps the digest of what was shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from upbeat import notices
from upbeat.base import decode, encode
from upbeat.engine import zone_of
from upbeat.ledger import Entry, Kind
from upbeat.operations.house import House, Refused
from upbeat.operations.reporting.packet import PACKET, SIGN_WITHIN, Packet, make
from upbeat.operations.reporting.registering import Signed
from upbeat.operations.reporting.weeks import Week
from upbeat.store import tables


@dataclass(frozen=True, slots=True)
class Shown:
    """A packet as it is shown. `digest` is what a signature is for; empty while the week is not over.

    `tampered` says that what stands here is not what was signed.
    """

    packet: Packet
    digest: str
    signed: Signed | None
    tampered: bool = False


def packet(house: House, week: str = "") -> Shown:
    """Give the packet of a week, by default of the last one that is over; one that was never made is made and kept.

    The week that runs is shown as far as it has come, and not kept. Raises Refused where it is no week, to come, or
    over before anything was entered here.
    """
    now = house.clock.now()
    with house.store.writing() as conn:
        zone = zone_of(conn)
        wanted = Week.named(week, zone) if week else Week.of(now, zone).before
        if wanted.since > now:
            raise Refused(f"the week {wanted.name} is to come", fix=f"This week is {Week.of(now, zone).name}.")
        if not _has_anything(conn, wanted):
            fix = f"The first week that is: {Week.of(_first(conn) or now, zone).name}."
            raise Refused(f"nothing was entered here before the week {wanted.name} was over", fix=fix)
        if wanted.until > now and not _is_kept(conn, wanted):
            return Shown(make(house, conn, wanted), "", None)
        keep(house, conn, wanted)
        return _shown(house, conn, wanted)


def last_packet(house: House) -> Shown | None:
    """Give the packet of the last week that one was made of, None before the first. Makes none."""
    table = tables.signoffs.c
    newest = select(table.key).where(table.kind == PACKET).order_by(table.key.desc()).limit(1)
    with house.store.reading() as conn:
        week = conn.scalar(newest)
        return None if week is None else _shown(house, conn, Week.named(week, zone_of(conn)))


def sign_packet(house: House, week: str, by: str, note: str = "") -> Shown:
    """Sign a week's packet in a person's name. Raises Refused where the week is not over, or is signed already."""
    person = house.person(by).username
    shown = packet(house, week)
    if not shown.digest:
        raise Refused(f"the week {shown.packet.week} is not over", fix="Sign it on Monday.")
    if shown.signed is not None:
        raise Refused(f"{shown.signed.by} signed the packet of {shown.packet.week} at {shown.signed.at:%F %R}")
    now, key = house.clock.now(), shown.packet.week
    with house.store.writing() as conn:
        said = {"kind": PACKET, "key": key, "digest": shown.digest, "note": note}
        [entry] = house.ledger.append(conn, [Entry(Kind.SIGNED_OFF, person, said)])
        table = tables.signoffs
        mine = update(table).where(table.c.kind == PACKET, table.c.key == key, table.c.at.is_(None))
        if conn.execute(mine.values(by=person, note=note, entry_id=entry, at=now)).rowcount != 1:
            raise Refused(f"somebody else has just signed the packet of {key}")
        return _shown(house, conn, Week.named(key, zone_of(conn)))


def make_packet(house: House, now: datetime) -> Mapping[str, Any] | None:
    """Make the packet of the week that is over, and tell who answers for going live.

    None where it is made already, or the week was over before anything was entered here.
    """
    with house.store.writing() as conn:
        week = Week.of(now, zone_of(conn)).before
        if not _has_anything(conn, week) or not keep(house, conn, week):
            return None
        late = _shown(house, conn, week).packet.unsigned
        owner = house.policy.promotion.owner
        missing = f" Not signed yet: {', '.join(late)}." if late else ""
        notices.tell(
            conn,
            owner,
            notices.Kind.ASKED,
            subject=f"The packet of the week {week.name} is to be signed",
            text=f"What changed, what slipped, what people said no to, and what was written.{missing}",
            reason="You answer for what goes live.",
            now=now,
            due_at=now + SIGN_WITHIN,
            command=f"upbeat packet --week {week.name}",
        )
    return {"week": week.name, "unsigned": late}


def keep(house: House, conn: Connection, week: Week) -> bool:
    """Keep the packet of a week that is over as it is now, unless one is kept; give whether it was made."""
    if _is_kept(conn, week):
        return False
    made = make(house, conn, week)
    conn.execute(insert(tables.signoffs).values(kind=PACKET, key=week.name, body=encode(made), made_at=made.made_at))
    return True


def _first(conn: Connection) -> datetime | None:
    return conn.scalar(select(func.min(tables.ledger_entries.c.at)))


def _has_anything(conn: Connection, week: Week) -> bool:
    first = _first(conn)
    return first is not None and first < week.until


def _is_kept(conn: Connection, week: Week) -> bool:
    table = tables.signoffs
    return conn.scalar(select(table.c.key).where(table.c.kind == PACKET, table.c.key == week.name)) is not None


def _shown(house: House, conn: Connection, week: Week) -> Shown:
    table = tables.signoffs
    row = conn.execute(select(table).where(table.c.kind == PACKET, table.c.key == week.name)).one()
    digest = sha256(row.body.encode()).hexdigest()
    made = decode(row.body, Packet)
    if row.at is None:
        return Shown(made, digest, None)
    said: Mapping[str, Any] = house.ledger.read(conn, row.entry_id).payload
    return Shown(made, digest, Signed(row.by, row.at, row.note), tampered=said["digest"] != digest)
