"""A store with a million runs, as a large org leaves it after years: the ground of what the console is measured on.

A few runs are real: a house of the sample company makes them, from event to write. They are then copied under new ids,
with new records: one run in 25 whole, with every entry of its ledger; of the others the row alone, ended where their
condition did not hold, as most of a sweep does.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, insert, select

from upbeat.base import digest, to_18
from upbeat.engine.naming import words_of
from upbeat.ledger import Entry, Stored
from upbeat.store import tables
from upbeat.testing import House
from upbeat.triggers import NOT_MET

RUNS, WHOLE, SOME = 1_000_000, 25, 10_000
RECORDS = 250_000
ADVANCE, ROUTE, STALLED = "advance-stage", "route-inbound-leads", "stalled-deal"
REP, FIRST, SECOND = (f"{name}@acme.example" for name in ("maya.chen", "rowan.ellis", "dana.whitfield"))
_FIRST = "Amber Birch Cedar Delta Ember Fjord Granite Harbor Indigo Juniper Keystone Lowell Meadow North Orchid Pine"
_SECOND = "Instruments Systems Foods Textiles Robotics Energy Marine Health Paper Optics Metals Software Glass Tools"


def fill(house: House, *, runs: int = RUNS) -> str:
    """Fill a house's store; give the id of a record of which there are whole runs in it."""
    lead, deal = _real(house)
    store, ledger, random = house.space.store, house.space.ledger, Random(3)
    with store.reading() as conn:
        models = [_Model(conn, house, key) for key in (lead, deal)]
    records = min(RECORDS, max(1, runs // 4))
    with store.writing() as conn:
        _names(conn, house, records, random)
    began = house.clock.now() - timedelta(days=700)
    for start in range(0, runs, SOME):
        with store.writing() as conn:
            rows, proposals, entries = list[dict[str, Any]](), list[dict[str, Any]](), list[Entry]()
            for number in range(start, min(start + SOME, runs)):
                model, record = models[number % len(models)], record_id(random.randrange(records))
                at = began + timedelta(days=700) * (number / runs)
                row, whole = model.row(number, record, at, is_whole=number % WHOLE == 0)
                rows.append(row)
                if whole:
                    proposals += model.proposals_of(row["id"], record, at)
                    entries += model.entries_of(row["id"], record)
            conn.execute(insert(tables.items), rows)
            if proposals:
                conn.execute(insert(tables.proposals), proposals)
            ledger.append(conn, entries)
    ledger.seal(store)
    return deal


def record_id(number: int) -> str:
    """Give the id of the so-many-th record."""
    return to_18(f"006Xx{number:010d}")


def record_name(number: int) -> str:
    """Give what the so-many-th record is called."""
    first, second = _FIRST.split(), _SECOND.split()
    return f"{first[number % len(first)]} {second[number // 7 % len(second)]} - Renewal {number}"


class _Model:
    """A run as it is, and copies of it."""

    def __init__(self, conn: Connection, house: House, record: str) -> None:
        items, proposals = tables.items, tables.proposals
        newest = select(items).where(items.c.record_id == record).order_by(items.c.seq.desc()).limit(1)
        self._row = dict(conn.execute(newest).mappings().one())
        key = self._row.pop("seq") and self._row["id"]
        self._proposals = [
            {name: value for name, value in row.items() if name != "seq"}
            for row in conn.execute(select(proposals).where(proposals.c.item_id == key)).mappings()
        ]
        self._entries: Sequence[Stored] = house.space.ledger.about(conn, item_id=key)
        self._key = key

    def row(self, number: int, record: str, at: datetime, *, is_whole: bool) -> tuple[dict[str, Any], bool]:
        key = digest([self._key, number])
        moved = {"id": key, "record_id": record, "event_at": at, "created_at": at, "ended_at": at}
        rest = {} if is_whole else {"outcome": NOT_MET, "data": "{}", "step": 0, "mode": "monitor"}
        return {**self._row, **moved, **rest}, is_whole

    def proposals_of(self, key: str, record: str, at: datetime) -> list[dict[str, Any]]:
        own = {"item_id": key, "record_id": record, "written_at": at, "intended_at": at}
        return [{**one, **own, "id": digest([one["id"], key])} for one in self._proposals]

    def entries_of(self, key: str, record: str) -> list[Entry]:
        own = {"item_id": key, "record_id": record}
        kept = ("kind", "actor", "payload", "proposal_id", "workflow", "version", "policy")
        return [Entry(**{name: getattr(one, name) for name in kept}, **own) for one in self._entries]


def _real(house: House) -> tuple[str, str]:
    """Let a lead be routed and a deal be advanced by two people; give both."""
    queue = house.ids["New Leads"]
    lead = house.create("Lead", LastName="Rowe", Company="Pennant", City="London", Country="UK", OwnerId=queue)
    values = {"StageName": "Proposal/Price Quote", "CloseDate": "2027-03-31", "Amount": 42_000}
    deal = house.create("Opportunity", by=REP, Name="Lowell Instruments - Platform", **values)
    house.play("1 minute")
    house.update("Opportunity", deal, by=REP, Verbal_Commitment__c=True)
    house.play()
    [review] = [one for one in house.reviews() if one.record_id == deal]
    for person in (FIRST, SECOND):
        house.approve(review, person)
    house.play()
    return lead, deal


def _names(conn: Connection, house: House, records: int, random: Random) -> None:
    people = [house.ids[one] for one in (REP, "ben.foster@acme.example", "lena.vogel@acme.example")]
    for start in range(0, records, SOME):
        some = [(record_id(one), record_name(one)) for one in range(start, min(start + SOME, records))]
        rows = [
            {"record_id": key, "object": "Opportunity", "name": name, "owner_id": random.choice(people)}
            for key, name in some
        ]
        conn.execute(insert(tables.record_names), rows)
        words = [{"word": word, "record_id": key} for key, name in some for word in words_of(name)]
        conn.execute(insert(tables.record_words), words)
