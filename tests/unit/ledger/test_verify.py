"""Verifying finds any change of what was sealed and anchored, and says what it cannot vouch for yet."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column

from upbeat.ledger import Verification
from upbeat.ledger.seals import NONE, Seal, hash_of, line_of
from upbeat.store import Store
from upbeat.store.tables import ledger_entries, ledger_payloads, ledger_seals

Tamper = Callable[[sqlite3.Connection], object]
After = Callable[[Tamper], Verification]

CELLS = [column for table in (ledger_entries, ledger_payloads, ledger_seals) for column in table.c]


@pytest.fixture(scope="module")
def after(written: Any, tmp_path_factory: pytest.TempPathFactory) -> After:
    """Verify a copy of the store in which somebody tampered."""
    path = tmp_path_factory.mktemp("copy") / "upbeat.db"

    def verified(tamper: Tamper) -> Verification:
        shutil.copy(written.store.path, path)
        with closing(sqlite3.connect(path)) as raw, raw:
            tamper(raw)
        with Store.open(path, clock=written.clock) as store:
            return written.ledger.verify(store, written.anchor)

    return verified


def _sql(*statements: str) -> Tamper:
    return lambda raw: [raw.execute(statement) for statement in statements]


def test_what_nobody_touched_holds(after: After) -> None:
    assert after(_sql()) == Verification(sealed=9, unsealed=0, anchored_to=9, problems=())


@pytest.mark.parametrize("column", CELLS, ids=str)
@settings(max_examples=15)
@given(data=st.data())
def test_any_changed_bit_is_found(after: After, column: Column[Any], data: st.DataObject) -> None:
    def flip(raw: sqlite3.Connection) -> None:
        rows = raw.execute(f'SELECT rowid, "{column.name}" FROM {column.table.name}').fetchall()
        row, value = data.draw(st.sampled_from([one for one in rows if one[1]]))
        try:
            raw.execute(
                f'UPDATE {column.table.name} SET "{column.name}" = CAST(? AS {_CAST[type(value)]}) WHERE rowid = ?',
                (_flipped(value, data), row),
            )
        except sqlite3.IntegrityError:  # the database itself refuses a second row with this key
            assume(False)

    assert not after(flip).ok


_CAST = {int: "INTEGER", str: "TEXT", bytes: "BLOB"}


def _flipped(value: Any, data: st.DataObject) -> int | bytes:
    if isinstance(value, int):
        return value ^ (1 << data.draw(st.integers(0, 40)))
    old = value.encode() if isinstance(value, str) else value
    bit = data.draw(st.integers(0, 8 * len(old) - 1))
    return (int.from_bytes(old, "little") ^ (1 << bit)).to_bytes(len(old), "little")


@pytest.mark.parametrize("column", [one for one in CELLS if not one.primary_key], ids=str)
def test_a_value_of_another_type_is_found(after: After, column: Column[Any]) -> None:
    other = "TEXT" if column.type.python_type is bytes else "BLOB"
    change = f'UPDATE {column.table.name} SET "{column.name}" = CAST("{column.name}" AS {other}) WHERE rowid = 1'
    assert not after(_sql(change)).ok


@pytest.mark.parametrize("table", ["ledger_entries", "ledger_payloads", "ledger_seals"])
def test_any_row_taken_away_is_found(after: After, table: str) -> None:
    count = {"ledger_entries": 9, "ledger_payloads": 9, "ledger_seals": 3}[table]
    for row in range(1, count + 1):
        assert not after(_sql(f"DELETE FROM {table} WHERE rowid = {row}")).ok, f"row {row}"


_COPY = """
    INSERT INTO ledger_entries
    SELECT {seq}, 'forged', kind, at, actor, item_id, proposal_id, workflow, version, policy, record_id, payload_hash,
           hash,
           {position}
    FROM ledger_entries WHERE seq = 1
"""
_FROM_ANOTHER = """
    UPDATE ledger_payloads AS p SET nonce = {nonce}, sealed = q.sealed
    FROM ledger_payloads AS q WHERE p.rowid = 1 AND q.rowid = {row}
"""
_COPY_PAYLOAD = "INSERT INTO ledger_payloads SELECT 'forged', nonce, sealed FROM ledger_payloads WHERE rowid = 1"


@pytest.mark.parametrize(
    ("tampering", "told"),
    [
        pytest.param(
            ("UPDATE ledger_entries SET actor = 'somebody' WHERE seq = 2",),
            "position 2: the entry is not the one that was written",
            id="an entry names another actor",
        ),
        pytest.param(
            (
                "UPDATE ledger_entries SET position = -1 WHERE position = 2",
                "UPDATE ledger_entries SET position = 2 WHERE position = 3",
                "UPDATE ledger_entries SET position = 3 WHERE position = -1",
            ),
            "position 3: the entry was written before the one in front of it",
            id="two entries change places",
        ),
        pytest.param(
            (
                "UPDATE ledger_entries SET seq = -seq WHERE position IN (2, 3)",
                "UPDATE ledger_entries SET seq = 3 WHERE position = 2",
                "UPDATE ledger_entries SET seq = 2 WHERE position = 3",
            ),
            "position 3: the entry was written before the one in front of it",
            id="two entries change places in the order of writing",
        ),
        pytest.param(
            (_COPY.format(seq=100, position=10), _COPY_PAYLOAD),
            "10 entries have a position, and the seals hold 9",
            id="an entry is put behind the last seal",
        ),
        pytest.param(
            (_COPY.format(seq=-1, position="NULL"), _COPY_PAYLOAD),
            "an entry that is not sealed stands before sealed ones",
            id="an entry is put in front, to be sealed next",
        ),
        pytest.param(
            (
                "DELETE FROM ledger_payloads WHERE rowid > 6",
                "DELETE FROM ledger_entries WHERE position > 6",
                "DELETE FROM ledger_seals WHERE number > 2",
            ),
            "seal 3 (up to position 9) is anchored, and missing",
            id="the newest seal goes with all its entries",
        ),
        pytest.param(
            (_FROM_ANOTHER.format(nonce="q.nonce", row=2),),
            "position 1: the payload is not the one that was written",
            id="a payload is copied over another",
        ),
        pytest.param(
            ("UPDATE ledger_payloads SET nonce = x'', sealed = x'' WHERE rowid = 1",),
            "position 1: its payload was erased, and no entry says by whom",
            id="a payload is emptied",
        ),
        pytest.param(
            (_FROM_ANOTHER.format(nonce="x''", row=3),),
            "position 1: its payload was erased, and no entry says by whom",
            id="a payload is emptied under another's erasure",
        ),
        pytest.param(
            (_COPY_PAYLOAD,), "there are 9 entries, and 10 payloads", id="a payload is added that belongs to nothing"
        ),
    ],
)
def test_it_is_said_what_was_done(after: After, tampering: tuple[str, ...], told: str) -> None:
    assert told in after(_sql(*tampering)).problems


def _rewritten(raw: sqlite3.Connection, sign: Callable[[bytes], bytes] | None) -> None:
    """Change the first entry and make every hash after it right again; without the keys the signatures stay."""
    raw.execute("UPDATE ledger_entries SET actor = 'somebody' WHERE seq = 1")
    *columns, _, _ = raw.execute("SELECT * FROM ledger_entries WHERE seq = 1").fetchone()
    raw.execute("UPDATE ledger_entries SET hash = ? WHERE seq = 1", (hash_of(columns[1:]),))
    before = NONE
    for row in raw.execute("SELECT number, first, last, at, digest, head, signature FROM ledger_seals").fetchall():
        entries = "SELECT seq, hash FROM ledger_entries WHERE position BETWEEN ? AND ? ORDER BY position"
        lines = b"".join(line_of(*one) for one in raw.execute(entries, row[1:3]))
        seal = replace(Seal(*row), digest=sha256(lines).digest())
        seal = replace(seal, head=seal.true_head(before))
        signature = sign(seal.head) if sign else seal.signature
        raw.execute(
            "UPDATE ledger_seals SET digest = ?, head = ?, signature = ? WHERE number = ?",
            (seal.digest, seal.head, signature, seal.number),
        )
        before = seal


def test_history_rewritten_without_the_keys_is_found(after: After) -> None:
    assert "seal 1 was not signed with the ledger's keys" in after(lambda raw: _rewritten(raw, None)).problems


def test_history_rewritten_with_the_keys_is_found_by_the_anchor(after: After, written: Any) -> None:
    found = after(lambda raw: _rewritten(raw, written.ledger._keys.signer.sign))
    assert found.problems == tuple(f"seal {number} is not the one that was anchored" for number in (1, 2, 3))


def _with_anchor(written: Any, text: bytes, folder: Path) -> Verification:
    file = folder / "anchor.jsonl"
    file.write_bytes(text)
    with Store.open(written.store.path, clock=written.clock) as store:
        return written.ledger.verify(store, file)


@given(data=st.data())
def test_any_changed_bit_of_the_anchor_file_is_found(
    written: Any, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    changed = _flipped(written.anchor.read_bytes(), data)
    assert isinstance(changed, bytes)
    assert not _with_anchor(written, changed, tmp_path_factory.getbasetemp()).ok


@pytest.mark.parametrize("order", [(1, 2), (0, 2), (0, 2, 1), (1, 0, 2), (0, 1, 1, 2)], ids=str)
def test_anchor_lines_taken_away_moved_or_doubled_are_found(written: Any, tmp_path: Path, order: tuple[int]) -> None:
    lines = written.anchor.read_bytes().splitlines(keepends=True)
    assert not _with_anchor(written, b"".join(lines[one] for one in order), tmp_path).ok


def test_an_older_copy_of_the_anchor_vouches_for_less(written: Any, tmp_path: Path) -> None:
    first = written.anchor.read_bytes().splitlines(keepends=True)[0]
    found = _with_anchor(written, first, tmp_path)
    assert (found.problems, found.anchored_to, found.unanchored) == ((), 4, 5)


def test_without_an_anchor_nothing_is_vouched_for(written: Any, tmp_path: Path) -> None:
    with Store.open(written.store.path, clock=written.clock) as store:
        found = written.ledger.verify(store, tmp_path / "none.jsonl")
    assert (found.ok, found.anchored_to, found.unanchored) == (True, 0, 9)


def test_what_is_not_sealed_yet_is_counted(house: Any) -> None:
    house.sealed(house.entry(0))
    house.write(house.entry(1), house.entry(2))
    found = house.ledger.verify(house.store, house.anchor)
    assert (found.ok, found.sealed, found.unsealed) == (True, 1, 2)


def test_what_is_sealed_and_not_anchored_is_counted(house: Any) -> None:
    house.sealed(house.entry(0))
    house.write(house.entry(1), house.entry(2))
    house.ledger.seal(house.store)
    assert house.ledger.verify(house.store, house.anchor).unanchored == 2


def test_an_empty_ledger_holds(house: Any) -> None:
    assert house.ledger.verify(house.store, house.anchor) == Verification(0, 0, 0, ())


def test_progress_is_told_seal_by_seal(written: Any) -> None:
    heard: list[tuple[int, int]] = []
    with Store.open(written.store.path, clock=written.clock) as store:
        written.ledger.verify(store, written.anchor, progress=lambda done, whole: heard.append((done, whole)))
    assert heard == [(4, 9), (6, 9), (9, 9)]


def test_thousands_of_problems_are_told_shortly(house: Any) -> None:
    house.sealed(*(house.entry(number) for number in range(60)))
    with house.store.writing() as conn:
        conn.execute(ledger_entries.update().values(actor="somebody"))
    problems = house.ledger.verify(house.store, house.anchor).problems
    assert (len(problems), problems[-1]) == (51, "and 10 more")


def test_an_entry_written_while_verifying_is_no_problem(house: Any) -> None:
    house.sealed(house.entry(0))
    house.sealed(house.entry(1))
    found = house.ledger.verify(house.store, house.anchor, progress=lambda _done, _whole: house.sealed(house.entry(2)))
    assert (found.problems, found.sealed) == ((), 2)
