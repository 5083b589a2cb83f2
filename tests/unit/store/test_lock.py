"""One engine per store."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from upbeat.base import ManualClock
from upbeat.store import EngineLock, Holder, StoreError

_HOLD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from upbeat.base import ManualClock
from upbeat.store import EngineLock
with EngineLock(Path(sys.argv[1]), clock=ManualClock(datetime(2026, 1, 31, 7, tzinfo=UTC))):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def lock(tmp_path: Path, clock: ManualClock) -> EngineLock:
    return EngineLock(tmp_path / "upbeat.db", clock=clock)


def _holder(path: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _HOLD, str(path)]
    engine = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert engine.stdout is not None
    assert engine.stdout.readline() == "held\n"
    return engine


def test_a_second_engine_is_told_who_holds_the_store(tmp_path: Path, lock: EngineLock) -> None:
    with _holder(tmp_path / "upbeat.db") as engine:
        with pytest.raises(StoreError) as caught, lock:
            pass
        assert caught.value.what == (
            f"another engine runs on this store (process {engine.pid}, since 2026-01-31 07:00 UTC)"
        )
        engine.communicate("end\n")


def test_an_engine_that_was_killed_holds_nothing(tmp_path: Path, lock: EngineLock) -> None:
    with _holder(tmp_path / "upbeat.db") as engine:
        engine.kill()
    with lock:
        assert lock.holder() == Holder(os.getpid(), ManualClock.now(lock._clock))


def test_who_asks_learns_whether_an_engine_runs(lock: EngineLock) -> None:
    before = lock.holder()
    with lock:
        during = lock.holder()
    assert (before, during is None, lock.holder()) == (None, False, None)
