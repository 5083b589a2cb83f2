"""Writing entries and reading them back."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from upbeat.ledger import Entry, Keys, Kind, Ledger, LedgerError, Stored
from upbeat.store.tables import ledger_entries, ledger_payloads

WHO = "priya.shah@acme.example"


@dataclass(frozen=True)
class Answer:
    choice: str
    amount: Decimal


def test_an_entry_comes_back_as_it_was_written(house: Any) -> None:
    [one] = house.write(house.entry(7))
    with house.store.reading() as conn:
        assert house.ledger.read(conn, one) == Stored(
            kind=Kind.WROTE,
            actor="upbeat",
            payload={"after": {"Amount": Decimal("7.50")}, "reasons": ["Territory North"]},
            item_id="item-3",
            proposal_id="proposal-7",
            workflow="route-inbound-leads",
            version="a" * 64,
            policy="b" * 64,
            record_id="00Q000000000000007",
            id=one,
            at=house.clock.now(),
            seq=1,
            position=None,
        )


def test_a_payload_may_be_a_dataclass(house: Any) -> None:
    [one] = house.write(Entry(Kind.PERSON_DECIDED, WHO, Answer("approve", Decimal("50000.00"))))
    with house.store.reading() as conn:
        assert house.ledger.read(conn, one).payload == {"amount": Decimal("50000.00"), "choice": "approve"}


def test_entries_go_with_the_callers_transaction(house: Any) -> None:
    with suppress(InterruptedError), house.store.writing() as conn:
        house.ledger.append(conn, [house.entry(0)])
        raise InterruptedError
    with house.store.reading() as conn:
        assert house.ledger.about(conn, item_id="item-0") == []


def test_what_happened_to_an_item_is_told_in_order(house: Any) -> None:
    first = house.write(Entry(Kind.FIRED, "upbeat", {}, item_id="i"), Entry(Kind.DECIDED, "gate", {}, item_id="i"))
    house.clock.advance(timedelta(seconds=1))
    later = house.write(Entry(Kind.ENDED, "upbeat", {}, item_id="i"), Entry(Kind.ENDED, "upbeat", {}, item_id="other"))
    with house.store.reading() as conn:
        assert [one.id for one in house.ledger.about(conn, item_id="i")] == [*first, later[0]]


@pytest.mark.parametrize("by", ["item_id", "record_id", "proposal_id"])
def test_entries_are_found_by_what_they_are_about(house: Any, by: str) -> None:
    house.write(house.entry(0), house.entry(4))
    wanted = getattr(house.entry(4), by)
    with house.store.reading() as conn:
        assert [getattr(one, by) for one in house.ledger.about(conn, **{by: wanted})] == [wanted]


def test_the_store_alone_does_not_show_what_a_payload_says(house: Any) -> None:
    house.write(Entry(Kind.WROTE, "upbeat", {"Email": "maria@customer.example"}))
    house.store.close()
    assert house.store.path is not None
    assert b"maria" not in house.store.path.read_bytes()


def test_equal_payloads_do_not_look_equal_in_the_store(house: Any) -> None:
    house.write(house.entry(1), house.entry(1))
    with house.store.reading() as conn:
        assert len(set(conn.scalars(ledger_entries.select().with_only_columns(ledger_entries.c.payload_hash)))) == 2


def test_an_entry_that_is_not_there_is_named(house: Any) -> None:
    with house.store.reading() as conn, pytest.raises(LedgerError, match="ledger entry 123: the ledger holds no such"):
        house.ledger.read(conn, "123")


def test_a_payload_put_in_the_place_of_another_is_refused(house: Any) -> None:
    one, other = house.write(house.entry(1), house.entry(2))
    with house.store.writing() as conn:
        row = conn.execute(ledger_payloads.select().where(ledger_payloads.c.entry_id == other)).one()
        mine = ledger_payloads.c.entry_id == one
        conn.execute(update(ledger_payloads).where(mine).values(nonce=row.nonce, sealed=row.sealed))
    with house.store.reading() as conn, pytest.raises(LedgerError, match="not the one that was written"):
        house.ledger.read(conn, one)


def test_a_payload_that_is_gone_is_refused(house: Any) -> None:
    [one] = house.write(house.entry(1))
    with house.store.writing() as conn:
        conn.execute(delete(ledger_payloads))
    with house.store.reading() as conn, pytest.raises(LedgerError, match="not the one that was written"):
        house.ledger.read(conn, one)


def test_a_payload_cannot_be_read_with_other_keys(house: Any, tmp_path: Path) -> None:
    [one] = house.write(house.entry(1))
    stranger = Ledger(Keys.load_or_create(tmp_path / "others"), house.clock)
    with house.store.reading() as conn, pytest.raises(LedgerError, match="not the one that was written"):
        stranger.read(conn, one)


def test_an_erased_payload_is_gone_and_says_by_whom(house: Any) -> None:
    [one] = house.write(house.entry(1))
    with house.store.writing() as conn:
        house.ledger.erase(conn, [one], by=WHO, why="Maria asked to be forgotten")
    with house.store.reading() as conn:
        stored = house.ledger.read(conn, one)
        said = house.ledger.read(conn, stored.erased)
    assert (stored.payload, said.kind, said.actor) == (None, Kind.ERASED, WHO)
