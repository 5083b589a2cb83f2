"""Opening, migrating and taking turns."""

import sqlite3
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, insert, select

from upbeat.base import ManualClock
from upbeat.store import Store, StoreError, tables
from upbeat.store.migrate import configuration
from upbeat.store.store import HEAD

_OPEN = """
import sys
from datetime import UTC, datetime
from upbeat.base import ManualClock
from upbeat.store import Store
sys.stdin.readline()
Store.open(sys.argv[1], clock=ManualClock(datetime(2026, 1, 31, tzinfo=UTC))).claim_org("00D000000000001AAA")
print("alembic" in sys.modules)
"""


def _opener(path: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _OPEN, str(path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _count(store: Store) -> int:
    with store.reading() as conn:
        return conn.execute(select(func.count()).select_from(tables.meta)).scalar_one()


def test_the_migrations_make_exactly_the_tables(store: Store) -> None:
    with store.reading() as conn:
        assert compare_metadata(MigrationContext.configure(conn), tables.metadata) == []


def test_the_newest_migration_is_the_one_that_a_store_is_compared_with(store: Store) -> None:
    with store.reading() as conn:
        assert ScriptDirectory.from_config(configuration(conn)).get_current_head() == HEAD


def test_processes_that_open_a_new_store_at_once_all_succeed(tmp_path: Path) -> None:
    openers = [_opener(tmp_path / "upbeat.db") for _ in range(3)]
    for one in openers:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    answers = [one.communicate(timeout=60)[0].strip() for one in openers]
    assert [one.returncode for one in openers] == [0, 0, 0], answers


def test_a_store_that_is_up_to_date_opens_without_loading_alembic(store: Store) -> None:
    assert store.path is not None
    assert _opener(store.path).communicate("go\n", timeout=60)[0].strip() == "False"


def test_only_the_owner_may_read_the_files(tmp_path: Path, clock: ManualClock) -> None:
    (tmp_path / "upbeat.db").touch(mode=0o644)
    with Store.open(tmp_path / "upbeat.db", clock=clock) as store:
        store.claim_org("00D000000000001AAA")
        modes = {path.name: f"{path.stat().st_mode & 0o777:o}" for path in tmp_path.iterdir()}
    names = ("", "-wal", "-shm", ".lock", ".setup")
    assert modes == {f"upbeat.db{name}": "600" for name in names}


def test_a_commit_is_on_the_disk_before_it_returns(store: Store) -> None:
    with store.writing() as conn:
        pragmas = [conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    assert pragmas == ["wal", 2]


def test_a_reader_keeps_its_view_while_a_writer_commits(store: Store) -> None:
    with store.reading() as conn:
        before = conn.execute(select(tables.meta)).all()
        store.claim_org("00D000000000001AAA")
        assert conn.execute(select(tables.meta)).all() == before


def test_an_exception_takes_back_what_was_written(store: Store) -> None:
    with suppress(InterruptedError), store.writing() as conn:
        conn.execute(insert(tables.meta).values(key="a", value="b"))
        raise InterruptedError
    assert _count(store) == 0


def test_what_the_body_of_a_transaction_raises_is_not_taken_for_the_stores_own_trouble(store: Store) -> None:
    with pytest.raises(ConnectionError), store.writing():
        raise ConnectionResetError


def test_a_store_keeps_to_the_org_that_claimed_it_first(store: Store) -> None:
    store.claim_org("00D000000000001AAA")
    store.claim_org("00D000000000001AAA")
    with pytest.raises(StoreError, match="belongs to the org 00D000000000001AAA, not to 00D000000000002AAA"):
        store.claim_org("00D000000000002AAA")


def test_a_writer_that_waited_too_long_is_told(store: Store, clock: ManualClock) -> None:
    assert store.path is not None
    with store.writing(), Store.open(store.path, clock=clock, wait=0.05) as other:
        with pytest.raises(StoreError, match="another program kept the store busy") as caught, other.writing():
            pass
        assert caught.value.where.file == str(store.path)


def test_a_writer_inside_a_writer_is_told(store: Store) -> None:
    with store.writing(), pytest.raises(StoreError, match="busy"), store.writing():
        pass


def test_a_view_for_reading_cannot_write(store: Store) -> None:
    with pytest.raises(StoreError, match="cannot be written"), store.reading() as conn:
        conn.execute(insert(tables.meta).values(key="a", value="b"))


def test_a_full_disk_loses_nothing_that_was_committed(store: Store) -> None:
    store.claim_org("00D000000000001AAA")
    with store.writing() as conn:
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar()
        conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="the disk is full"), store.writing() as conn:
        conn.execute(insert(tables.meta).values(key="a", value="b" * 100_000))
    assert _count(store) == 1


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Call Priya about the renewal. " * 50)
    with pytest.raises(StoreError, match="not a database"):
        Store.open(path, clock=clock)
    assert path.read_text().startswith("Call Priya")


def test_another_programs_database_is_left_as_it_is(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE songs (title)")
    other.close()
    with pytest.raises(StoreError, match="holds other tables, such as songs"):
        Store.open(path, clock=clock)


def test_a_store_of_a_newer_version_is_not_touched(store: Store, clock: ManualClock) -> None:
    assert store.path is not None
    with store.writing() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer Upbeat: its schema is 9999") as caught:
        Store.open(store.path, clock=clock)
    assert caught.value.fix == "Update Upbeat."


def test_a_place_that_cannot_hold_a_file_is_named(tmp_path: Path, clock: ManualClock) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be opened") as caught:
        Store.open(tmp_path / "file" / "upbeat.db", clock=clock)
    assert caught.value.where.file == str(tmp_path / "file" / "upbeat.db")


def test_a_path_may_hold_any_character(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "100% sure? #1.db"
    with Store.open(path, clock=clock) as store:
        store.claim_org("00D000000000001AAA")
    assert path.exists()


def test_a_second_opening_in_one_process_leaves_the_first_its_locks(tmp_path: Path, clock: ManualClock) -> None:
    """The engine and the console of a demo are one process; a command beside it comes and goes."""
    path = tmp_path / "upbeat.db"
    with Store.open(path, clock=clock) as first, first.reading() as conn:
        conn.execute(select(func.count()).select_from(tables.items)).all()
        Store.open(path, clock=clock).close()
        beside = "import sqlite3, sys; one = sqlite3.connect(sys.argv[1]); one.execute('SELECT * FROM meta').fetchall()"
        subprocess.run([sys.executable, "-c", f"{beside}; one.close()", str(path)], check=True)
        assert path.with_name("upbeat.db-wal").exists()
