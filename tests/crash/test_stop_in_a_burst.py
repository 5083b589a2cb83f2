"""A person stops everything in the middle of a burst: by the org's own history no write comes after five seconds.

It holds through a SIGKILL of the engine and a new one; once it is lifted all goes on, nothing lost and nothing twice.
"""

import json
import time
from datetime import datetime, timedelta
from signal import SIGKILL

import pytest
from tests.commands import RUN, Forks
from tests.crash.conftest import MANAGER, Place
from tests.crash.test_kills import until

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


def test_after_a_stop_in_a_full_burst_nothing_is_written_and_all_of_it_later(place: Place, forks: Forks) -> None:
    place.arrive(LEADS)
    with forks.started(*RUN, place.folder, "--size", SMALL, cwd=place.folder) as engine:
        until(lambda: len(moments(place)) > LEADS // 10)
        said = forks("stop", "--as", MANAGER, "--json", "--dir", place.folder, cwd=place.folder)
        stopped = datetime.fromisoformat(json.loads(said.out)["at"])
        time.sleep(FIVE.total_seconds())
        at_rest = moments(place)
        time.sleep(2)
        engine.end(SIGKILL)
    assert at_rest[-1] <= stopped + FIVE
    with forks.started(*RUN, place.folder, cwd=place.folder):  # a new engine finds the stop where it was
        time.sleep(2)
    assert moments(place) == at_rest
    assert len(at_rest) < 4 * LEADS  # the burst was under way, and is not over: names and ids of owners, and a task
    with Workspace(place.folder) as space:
        assert operations.status(space.house).loose == ()
        operations.resume(space.house, MANAGER)
    assert forks.run(place.folder).code == 0
    place.hold()
