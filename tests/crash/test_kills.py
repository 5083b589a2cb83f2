"""Engines and orgs are killed with SIGKILL, wherever and whenever; at the end everything was done, and done once.

`UPBEAT_KILLS=500` kills that many engines where a usual run kills a few; `UPBEAT_SEED` chooses other moments.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from random import Random
from signal import SIGKILL

import pytest
from tests.commands import RUN, Forks, Started
from tests.crash.conftest import (
    DEFINITIONS,
    FORMS,
    Place,
    hold_nothing_lost_nothing_twice,
    leads,
    promote,
)

import upbeat
from upbeat.app import connect_local, copy_definitions
from upbeat.base import SystemClock
from upbeat.localorg import LocalOrg, sample

KILLS = int(os.environ.get("UPBEAT_KILLS", "6"))
CHANCE = Random(int(os.environ.get("UPBEAT_SEED", "7")))
WRITTEN = "SELECT count(*) FROM proposals WHERE state = 'written'"
PATIENCE = 60.0  # seconds, of a test that waits for another process

pytestmark = [pytest.mark.law(2), pytest.mark.law(3)]


@contextmanager
def process(*args: str, **env: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command of Upbeat's beside the test, and kill it at the latest when the test ends."""
    command = [sys.executable, "-m", "upbeat", *args]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **env}) as started:
        try:
            yield started
        finally:
            started.kill()


def until(true: Callable[[], bool]) -> None:
    """Wait until something holds, and fail where it does not come to that."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def run_to_idle(folder: Path, **env: str) -> None:
    with process(*RUN, str(folder), "--until-idle", **env) as engine:
        assert engine.wait(PATIENCE) == 0


def boundaries(count: int, of: int) -> Sequence[int]:
    """Choose boundaries evenly over an engine's way, each by chance within its part."""
    return [int(of * (n + CHANCE.random()) / count) + 1 for n in range(count)]


def test_an_engine_killed_at_any_boundary_leaves_nothing_undone_and_does_nothing_twice(
    place: Place, forks: Forks
) -> None:
    place.arrive(2, "Norway")
    place.arrive(3)
    lived = forks.run(place.folder)
    assert lived.code == 0
    assert lived.crossed > 50  # or this test no longer stands where it says
    for boundary in boundaries(KILLS, lived.crossed):
        place.arrive(3)
        forks.run(place.folder, die_at=boundary)
    assert forks.run(place.folder).code == 0
    place.hold()


def test_an_engine_killed_in_the_middle_of_a_burst_goes_on_where_it_was(place: Place, forks: Forks) -> None:
    place.arrive(420)
    for given in (1, 201):
        with forks.started(*RUN, place.folder, cwd=place.folder) as engine:
            until(lambda least=given: len(place.sent) >= least)
            assert engine.end(SIGKILL) == -SIGKILL
    assert forks.run(place.folder).code == 0
    place.hold()


def test_a_change_of_code_between_kill_and_restart_strands_nothing(place: Place, forks: Forks, tmp_path: Path) -> None:
    place.arrive(30)
    forks.run(place.folder, die_at=CHANCE.randint(20, 32))
    assert count(place.folder, "SELECT count(*) FROM batches WHERE open") == 1
    other = tmp_path / "other"
    shutil.copytree(Path(upbeat.__file__).parent, other / "upbeat")
    with (other / "upbeat" / "engine" / "line.py").open("a") as file:
        file.write("# changed\n")
    run_to_idle(place.folder, PYTHONPATH=str(other))
    place.hold()
    assert count(place.folder, "SELECT count(DISTINCT code) FROM batches") == 2


def test_an_org_that_is_killed_and_comes_back_is_waited_for(tmp_path: Path, forks: Forks) -> None:
    file, folder = tmp_path / "org.db", tmp_path / "workspace"
    with closing(LocalOrg(file, clock=SystemClock())) as org:
        ids = sample.set_up(org)
        org.create("Lead", leads(420, ids), ids[FORMS])
    with ExitStack() as held:
        first = serve(held, forks, file, "0")
        url = first.told()["url"]
        copy_definitions(folder, DEFINITIONS)
        reading, writing = (("upbeat-" + one, (tmp_path / "secrets" / one).read_text()) for one in ("reader", "writer"))
        connect_local(folder, url, reading, writing)
        promote(folder)
        engine = held.enter_context(forks.started(*RUN, folder, cwd=folder))
        until(lambda: count(folder, WRITTEN) > 0)
        first.end(SIGKILL)
        serve(held, forks, file, url.rpartition(":")[2]).told()
        until(lambda: count(folder, WRITTEN) == 840)
        assert engine.end() == 0
    with closing(LocalOrg(file, clock=SystemClock())) as org:
        hold_nothing_lost_nothing_twice(org, ids, folder)


def serve(held: ExitStack, forks: Forks, file: Path, port: str) -> Started:
    return held.enter_context(forks.started("org", "start", "--file", file, "--port", port, "--json", cwd=file.parent))


def count(folder: Path, query: str) -> int:
    """Ask the store itself, beside whatever runs on it."""
    with closing(sqlite3.connect(folder / "upbeat.db")) as store:
        return store.execute(query).fetchone()[0]
