"""A store that cannot be had, or not be written: one message with a fix, and what was committed stands."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.bad_input.conftest import Site, everything_is_done_once
from tests.crash.conftest import promote

from upbeat.base import SystemClock
from upbeat.store import EngineLock

pytestmark = [pytest.mark.law(2), pytest.mark.law(3)]

MEBIBYTE = 1 << 20
_PAGE = 4096  # bytes of memory in which such a file system counts
_ROOM = 40  # pages beside the files: too few for a run


@pytest.fixture
def live(site: Site) -> Site:
    """A site with live workflows, and leads that have just arrived."""
    promote(site.folder)
    site.arrive(60)
    return site


def test_a_second_engine_is_told_of_the_first(live: Site) -> None:
    with EngineLock(live.folder / "upbeat.db", clock=SystemClock()) as first:
        holder = first.holder()
        refused = live.run()
        beside = live.upbeat("status")
    assert holder
    assert refused.err == (
        f"{live.folder}/upbeat.db.lock: another engine runs on this store (process {os.getpid()}, "
        f"since {holder.since:%Y-%m-%d %H:%M} UTC)\n"
        "  Let it run, or end it first; review, explain and the other commands work beside it.\n"
    )
    assert (refused.code, beside.code) == (1, 0)
    assert live.run().code == 0
    everything_is_done_once(live)


def test_a_store_that_another_program_holds_is_named_after_a_while(live: Site) -> None:
    with closing(sqlite3.connect(live.folder / "upbeat.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused = live.run(patience=0.3)
    assert refused.err == (
        f"{live.folder}/upbeat.db: another program kept the store busy for too long\n"
        "  Try again; if it persists, end the other program.\n"
    )
    assert refused.code == 1
    assert live.run().code == 0
    everything_is_done_once(live)


@pytest.mark.parametrize("room", [0, 40_000, 300_000, 500_000], ids=["none", "little", "some", "more"])
def test_files_that_may_not_grow_end_the_engine_and_the_next_goes_on(live: Site, room: int) -> None:
    refused = live.run(limit=(live.folder / "upbeat.db").stat().st_size + room)
    place, _, said = refused.err.partition(": ")
    assert place in {f"{live.folder}/upbeat.db", f"{live.folder}/upbeat.batches.db"}
    assert said == "the disk could not be read or written\n  Check the disk; nothing that was committed is lost.\n"
    assert refused.code == 1
    assert live.run().code == 0
    everything_is_done_once(live)


def test_a_full_disk_is_called_that(live: Site) -> None:
    """On a small file system of its own, where this machine lets the test have one."""
    small = live.folder.parent / "small"
    small.mkdir()
    files = (one.stat().st_size for one in live.folder.rglob("*") if one.is_file())
    pages = sum(-(-size // _PAGE) + 1 for size in files) + _ROOM
    mount = f"mount -t tmpfs -o size={pages * _PAGE} none {small}"
    command = f'{mount} && cp -r {live.folder}/. {small} && cd {small} && exec "$@"'
    run = [sys.executable, "-m", "upbeat", "run", "--since", "1 hour", "--until-idle"]
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", command, "sh", *run],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if "mount" in done.stderr or "unshare" in done.stderr:
        pytest.skip("this machine gives a test no file system of its own")
    assert done.stderr.endswith(
        "upbeat.db: the disk is full\n  Free some space and start again: nothing that was committed is lost.\n"
    )
    assert done.returncode == 1


def test_a_file_that_is_no_store_is_left_as_it_is(site: Site) -> None:
    letter = b"Dear reader, this is a letter and no database. " * 20
    (site.folder / "upbeat.db").write_bytes(letter)
    refused = site.upbeat("status")
    assert refused.err == (
        f"{site.folder}/upbeat.db: the file is not a database\n  Name another file; this one was left as it is.\n"
    )
    assert refused.code == 1
    assert (site.folder / "upbeat.db").read_bytes() == letter


def test_another_programs_database_is_left_as_it_is(site: Site) -> None:
    with closing(sqlite3.connect(site.folder / "upbeat.db")) as theirs:
        theirs.execute("CREATE TABLE recipes (name TEXT)")
    refused = site.upbeat("status")
    assert refused.err == (
        f"{site.folder}/upbeat.db: the database holds other tables, such as recipes, and is no store of Upbeat's\n"
        "  Name another file; this one was left as it is.\n"
    )
    assert refused.code == 1


def test_where_there_is_no_workspace_it_says_how_to_make_one(site: Site, tmp_path: Path) -> None:
    refused = site.forks("status", "--dir", tmp_path / "nowhere", cwd=tmp_path)
    assert refused.err == (
        f"{tmp_path}/nowhere: there is no upbeat.yaml\n"
        "  Go to the workspace's folder, name it with --dir, or make one: `upbeat init FOLDER`, `upbeat demo`.\n"
    )
    assert refused.code == 1
