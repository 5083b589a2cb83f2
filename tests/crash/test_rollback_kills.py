"""An engine is killed anywhere on the way back: in the end all that was asked for is as before, and went back once."""

from collections import Counter

import pytest
from tests.commands import Forks
from tests.crash.conftest import MANAGER, Place
from tests.crash.test_kills import KILLS, boundaries

from upbeat import operations
from upbeat.app import Workspace
from upbeat.operations import Pattern

pytestmark = [pytest.mark.law(3), pytest.mark.law(8)]


def ask(place: Place) -> int:
    """Ask for every assignment that stands to be taken back; give how many that is."""
    with Workspace(place.folder) as space:
        return operations.roll_back(space.house, Pattern(workflow="route-leads"), MANAGER).writes


def test_a_rollback_that_is_killed_anywhere_goes_on_and_does_nothing_twice(place: Place, forks: Forks) -> None:
    place.arrive(3)
    forks.run(place.folder)
    assert ask(place) == 3
    lived = forks.run(place.folder)
    assert (lived.code, lived.crossed > 10) == (0, True)
    for boundary in boundaries(max(3, KILLS // 2), lived.crossed):
        place.arrive(3)
        forks.run(place.folder)
        ask(place)
        forks.run(place.folder, die_at=boundary)
    assert forks.run(place.folder).code == 0
    queue = place.ids["New Leads"]
    owners = {
        row["Id"]: row["OwnerId"] for row in place.org.query("SELECT Id, OwnerId FROM Lead", place.org.process_user)
    }
    assert set(owners.values()) == {queue}
    moves = place.org.query("SELECT LeadId, NewValue FROM LeadHistory WHERE Field = 'Owner'", place.org.process_user)
    assert Counter(row["LeadId"] for row in moves if row["NewValue"] == queue) == Counter(dict.fromkeys(owners, 1))
    with Workspace(place.folder) as space:
        assert operations.reconcile(space.house).alarms == ()
        assert operations.verify(space.house).problems == ()
