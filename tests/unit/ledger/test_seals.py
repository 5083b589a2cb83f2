"""Sealing and anchoring."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from upbeat.ledger import Keys, Ledger, LedgerError
from upbeat.ledger.seals import BATCH, hash_of
from upbeat.store.tables import ledger_entries, ledger_seals


def _positions(house: Any) -> list[int | None]:
    with house.store.reading() as conn:
        return list(conn.scalars(select(ledger_entries.c.position).order_by(ledger_entries.c.seq)))


def test_sealed_entries_stand_in_the_order_of_writing(house: Any) -> None:
    house.sealed(house.entry(0), house.entry(1))
    house.sealed(house.entry(2), house.entry(3), house.entry(4))
    assert _positions(house) == [1, 2, 3, 4, 5]


def test_what_is_not_committed_is_not_sealed(house: Any) -> None:
    house.write(house.entry(0))
    house.ledger.seal(house.store)
    house.write(house.entry(1))
    assert _positions(house) == [1, None]


def test_sealing_nothing_makes_no_seal(house: Any) -> None:
    house.write(house.entry(0))
    first = house.ledger.seal(house.store)
    again = house.ledger.seal(house.store)
    assert (first.entries, again.entries, again.head == first.head) == (1, 0, True)


def test_a_long_backlog_is_sealed_in_several_seals(house: Any) -> None:
    house.write(*(house.entry(number) for number in range(BATCH + 1)))
    assert house.ledger.seal(house.store).entries == BATCH + 1
    with house.store.reading() as conn:
        assert conn.execute(select(ledger_seals.c.first, ledger_seals.c.last)).all() == [
            (1, BATCH),
            (BATCH + 1, BATCH + 1),
        ]


def test_sealers_and_writers_at_once_leave_one_unbroken_chain(house: Any) -> None:
    others = [house.again() for _ in range(3)]

    def work(one: Any) -> int:
        sealed = 0
        for number in range(8):
            one.write(one.entry(number), one.entry(number))
            sealed += one.ledger.seal(one.store).entries
            one.ledger.anchor(one.store, one.anchor)
        return sealed

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(work, [house, *others]))
    for one in others:
        one.store.close()
    found = house.ledger.verify(house.store, house.anchor)
    assert (sum(counts), found.sealed, found.anchored_to, found.problems) == (64, 64, 64, ())


def test_a_ledger_is_not_gone_on_with_other_keys(house: Any, tmp_path: Path) -> None:
    house.sealed(house.entry(0))
    house.write(house.entry(1))
    with pytest.raises(LedgerError, match="ledger seal 1: the newest seal was signed with other keys"):
        Ledger(Keys.load_or_create(tmp_path / "others"), house.clock).seal(house.store)


def test_nothing_is_sealed_behind_a_forged_position(house: Any) -> None:
    house.sealed(house.entry(0))
    house.write(house.entry(1))
    with house.store.writing() as conn:
        conn.execute(update(ledger_entries).where(ledger_entries.c.seq == 2).values(position=7))
    with pytest.raises(LedgerError, match="entries have positions that no seal covers"):
        house.ledger.seal(house.store)


def test_a_head_is_anchored_once(house: Any) -> None:
    house.sealed(house.entry(0))
    house.sealed()
    house.sealed(house.entry(1))
    assert len(house.anchor.read_text().splitlines()) == 2


def test_with_nothing_sealed_there_is_nothing_to_anchor(house: Any) -> None:
    assert house.ledger.anchor(house.store, house.anchor) is None


def test_a_line_that_was_half_written_is_written_again(house: Any) -> None:
    house.sealed(house.entry(0))
    whole = house.anchor.read_bytes()
    house.sealed(house.entry(1))
    house.anchor.write_bytes(house.anchor.read_bytes()[: len(whole) + 20])
    house.sealed()
    assert house.ledger.verify(house.store, house.anchor).anchored_to == 2


def test_a_store_that_is_behind_its_anchor_is_noticed_at_once(house: Any) -> None:
    house.sealed(house.entry(0))
    house.sealed(house.entry(1))
    with house.store.writing() as conn:
        conn.execute(delete(ledger_seals).where(ledger_seals.c.number == 2))
    with pytest.raises(LedgerError, match="names seal 2, which the store does not hold"):
        house.ledger.anchor(house.store, house.anchor)


def test_a_file_that_ends_in_something_else_is_not_written_to(house: Any) -> None:
    house.sealed(house.entry(0))
    house.anchor.write_text("shopping list\n")
    with pytest.raises(LedgerError, match=r"anchor\.jsonl: the last line is not an anchor"):
        house.ledger.anchor(house.store, house.anchor)


def test_an_anchor_that_cannot_be_written_is_named(house: Any) -> None:
    house.sealed(house.entry(0))
    with pytest.raises(LedgerError, match="anchor cannot be written: Is a directory"):
        house.ledger.anchor(house.store, house.anchor.parent)


def test_a_hash_is_the_same_for_ever() -> None:
    row = (1, "apply:write:done", datetime(2026, 1, 31, 9, 30, tzinfo=UTC), b"\x00\xff", "é")
    assert hash_of(row).hex() == "91ca3eba35ef81d43b87a8b300f5bc76097c09c30d2dfa99c25d5b433dc1779a"


def test_a_text_and_the_bytes_that_spell_it_have_different_hashes() -> None:
    assert len({hash_of([one]) for one in ("6869", b"hi", "hi", 6869, None)}) == 5
