"""What people say of items that no data shows: by name, dated, kept among what is signed, and stale after a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from upbeat.base import encode, nearest
from upbeat.foundation import BY_KEY, ITEMS, Attest, Attestation, Audit, Item, Judged, judge_again
from upbeat.ledger import Entry, Kind
from upbeat.operations.auditing import keeping
from upbeat.operations.house import House, Refused
from upbeat.store import tables
from upbeat.workflows import Policy

ATTESTATION: Final = "attestation"
"""The kind under which they stand among what is signed; the key is the item's."""


@dataclass(frozen=True, slots=True)
class ItemStands:
    """One of the nineteen as it stands by now.

    `judged` is None before the first audit. `says` is what somebody says who attests it, empty where nobody's word
    counts; `said` is the last word on it, and `holds` whether that is still fresh.
    """

    key: str
    number: str
    title: str
    judged: Judged | None
    says: str
    said: Attestation | None
    holds: bool


def attestations(conn: Connection, policy: Policy) -> Mapping[str, Attestation]:
    """Give the last word on each item, whether or not it still holds."""
    table = tables.signoffs
    rows = conn.execute(select(table).where(table.c.kind == ATTESTATION, table.c.at.is_not(None)))
    holds = policy.foundation.attested_for
    return {row.key: Attestation(row.key, row.by, row.at, row.note, row.at + holds) for row in rows}


def standing(house: House) -> tuple[ItemStands, ...]:
    """Give how each of the nineteen stands by now: by the last audit, and by what people have said since."""
    now = house.clock.now()
    with house.store.reading() as conn:
        audit, said = keeping.last_kept(conn), attestations(conn, house.policy)
    judged = judged_now(audit, house.policy, said, now)
    return tuple(_stands(one, judged.get(one.key), said.get(one.key), now) for one in ITEMS)


def judged_now(
    audit: Audit | None, policy: Policy, said: Mapping[str, Attestation], now: datetime
) -> Mapping[str, Judged]:
    """Give the items of an audit, judged by what policy asks and people say by now; none before the first audit."""
    known = (one for one in (audit.items if audit else ()) if one.key in BY_KEY)
    return {one.key: judge_again(one, policy.foundation.mark(one.key), said.get(one.key), now) for one in known}


def attest(house: House, item: str, by: str, says: str) -> ItemStands:
    """Enter a person's word on an item, in place of the last one.

    Raises Refused where there is no such item, where it is measured and nobody's word counts, where nothing is said,
    or the person is no active user or may not.
    """
    one, person = _attestable(item), house.person(by).username
    house.allow(person, "attest")
    if not says.strip():
        raise Refused(f"nothing is said of {item}", fix=f"Add --says: {one.says}.")
    now = house.clock.now()
    word = Attestation(one.key, person, now, says.strip(), now + house.policy.foundation.attested_for)
    with house.store.writing() as conn:
        [entry] = house.ledger.append(conn, [Entry(Kind.ATTESTED, person, word)])
        _take_away(conn, one.key)
        row = {"kind": ATTESTATION, "key": one.key, "body": encode(word), "by": person, "note": word.says}
        conn.execute(insert(tables.signoffs).values(**row, entry_id=entry, made_at=now, at=now))
    return _now(house, one)


def withdraw(house: House, item: str, by: str, why: str) -> ItemStands:
    """Take the word on an item back, in a person's name. Raises Refused as `attest` does, and where there is none."""
    one, person = _attestable(item), house.person(by).username
    house.allow(person, "attest")
    with house.store.writing() as conn:
        word = attestations(conn, house.policy).get(one.key)
        if word is None:
            raise Refused(f"nobody has attested {item}", fix="`upbeat attest` shows what was said.")
        house.ledger.append(conn, [Entry(Kind.UNATTESTED, person, {"item": one.key, "said_by": word.by, "why": why})])
        _take_away(conn, one.key)
    return _now(house, one)


def _attestable(item: str) -> Item:
    one = BY_KEY.get(item)
    if one is None:
        close = nearest(item, BY_KEY)
        fix = f"Did you mean {close}?" if close else "`upbeat attest` lists the nineteen."
        raise Refused(f"there is no item {item}", fix=fix)
    if one.attest is Attest.NOTHING:
        what = f"{item} is measured, and nobody's word changes what was measured"
        raise Refused(what, fix=f"{one.fix} Then `upbeat audit`.")
    return one


def _take_away(conn: Connection, item: str) -> None:
    table = tables.signoffs
    conn.execute(delete(table).where(table.c.kind == ATTESTATION, table.c.key == item))


def _now(house: House, item: Item) -> ItemStands:
    return next(one for one in standing(house) if one.key == item.key)


def _stands(item: Item, judged: Judged | None, said: Attestation | None, now: datetime) -> ItemStands:
    return ItemStands(
        key=item.key,
        number=item.number,
        title=item.title,
        judged=judged,
        says=item.says,
        said=said,
        holds=said is not None and said.until > now,
    )
