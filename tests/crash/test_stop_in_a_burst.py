"""A person stops everything in the middle of a burst: by the org's own history no write comes after five seconds.

It holds through a SIGKILL of the engine and a new one; once it is lifted all goes on, nothing lost and nothing twice.
"""

import json
import subprocess
import sys
import time
from datetime import datetime, timedelta

import pytest
from tests.crash.conftest import MANAGER, Place
from tests.crash.test_kills import process, until

from upbeat import operations
from upbeat.app import Workspace

LEADS = 400
SMALL = "5"  # items a batch, so that the burst lasts
FIVE = timedelta(seconds=5)

pytestmark = [pytest.mark.law(15), pytest.mark.law(2), pytest.mark.law(3)]


def moments(place: Place) -> list[datetime]:
    """Give when the org was written to by Upbeat, from its own history and its records."""
    moved = place.org.query("SELECT CreatedDate FROM LeadHistory WHERE Field = 'Owner'", place.org.process_user)
    tasks = place.org.query("SELECT CreatedDate FROM Task", place.org.process_user)
    return sorted(datetime.fromisoformat(row["CreatedDate"]) for row in (*moved, *tasks))


def command(place: Place, *words: str) -> dict[str, str]:
    """Run a command in a process of its own, and give what it said."""
    line = [sys.executable, "-m", "upbeat", *words, "--json", "--dir", place.folder]
    return json.loads(subprocess.run(line, capture_output=True, text=True, check=True).stdout)


def run(place: Place, *more: str) -> tuple[str, ...]:
    return ("run", "--since", "1 hour", "--size", SMALL, "--dir", str(place.folder), *more)


def test_after_a_stop_in_a_full_burst_nothing_is_written_and_all_of_it_later(place: Place) -> None:
    place.arrive(LEADS)
    with process(*run(place)) as engine:
        until(lambda: len(moments(place)) > LEADS // 10)
        stopped = datetime.fromisoformat(command(place, "stop", "--as", MANAGER)["at"])
        time.sleep(FIVE.total_seconds())
        at_rest = moments(place)
        time.sleep(2)
        engine.kill()
    assert at_rest[-1] <= stopped + FIVE
    with process(*run(place)):  # a new engine finds the stop where it was
        time.sleep(4)
    assert moments(place) == at_rest
    assert len(at_rest) < 4 * LEADS  # the burst was under way, and is not over: names and ids of owners, and a task
    with Workspace(place.folder) as space:
        assert operations.status(space.house).loose == ()
        operations.resume(space.house, MANAGER)
    with process(*run(place, "--until-idle")) as engine:
        assert engine.wait(timeout=120) == 0
    place.hold()
