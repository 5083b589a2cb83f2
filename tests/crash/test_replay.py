"""The engine dies at every boundary of its way, in one process and on a clock that is moved: a law, not a sample.

The durable engine stands in memory here, with the same promise: a phase that ended is not run again, one that was cut
off is. Its own tests are the kills of real processes beside this file.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.boundaries import Boundaries
from tests.crash.conftest import DEFINITIONS, FORMS, WORKFLOWS, hold_nothing_lost_nothing_twice, leads

from upbeat.engine import engine as line
from upbeat.engine.durable import Phases
from upbeat.localorg import Fault, FaultKind
from upbeat.localorg.faults import Faults
from upbeat.salesforce import SalesforceError
from upbeat.testing import House

pytestmark = [pytest.mark.law(2), pytest.mark.law(3), pytest.mark.law(14)]


class Died(BaseException):
    """The process would have died here."""


class Remembering:
    """A durable engine whose database is a mapping: the names of the phases that ended, by batch."""

    ended: dict[str, set[str]]

    def __init__(self, _path: Path, _code: str, phases: Phases) -> None:
        self._phases = phases

    def run(self, batch_id: str) -> int:
        ended, moved = self.ended.setdefault(batch_id, set()), 0
        for name, work in self._phases(batch_id):
            if name not in ended:
                moved += work()
                ended.add(name)
        return moved

    def resumes(self, batch_id: str, _code: str) -> bool:
        return batch_id in self.ended

    def give_up(self, batch_id: str) -> None:
        """No batch is ever run again that is not asked for."""

    def close(self) -> None:
        """Nothing is open."""


class Mortal:
    """A house whose engine can die and be started anew."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._since = house.clock.now()
        self.boundaries = Boundaries(self._die)

    def arrive(self, count: int, country: str = "United States") -> None:
        house = self.house
        house.org.create("Lead", leads(count, house.ids, country), house.ids[FORMS])

    def play(self, die_at: int = 0) -> bool:
        """Let the engine work, or die at that boundary from here; whether it died. The next play starts a new one."""
        self.boundaries.die_at = self.boundaries.crossed + die_at if die_at else 0
        try:
            self.house.play()
        except Died:
            self._bury()
            return True
        except SalesforceError:
            """The engine waits, or ends and is started again: the next play goes on either way."""
        finally:
            self.boundaries.die_at = 0
        return False

    def hold(self) -> None:
        self.house.close()
        hold_nothing_lost_nothing_twice(self.house.org, self.house.ids, self.house.folder)

    def _die(self) -> None:
        raise Died

    def _bury(self) -> None:
        """Take from the dead engine what only the end of its process would."""
        engine, space = self.house._engine, self.house._space
        self.house._engine = self.house._space = None
        self.house._since = self._since  # the next one is started by the same command
        self.house._opened.pop_all()
        if engine is not None:
            engine._lock.__exit__(None, None, None)
        if space is not None:
            space.__exit__(None, None, None)


@contextmanager
def mortal() -> Iterator[Mortal]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line, "Durable", type("Durable", (Remembering,), {"ended": {}}))
        with House(DEFINITIONS) as house:
            house.promote(*WORKFLOWS)
            one = Mortal(house)
            with one.boundaries.watched():
                yield one


def test_an_engine_that_dies_anywhere_is_taken_up_where_it_was() -> None:
    with mortal() as one:
        one.arrive(2, "Norway")
        one.arrive(1)
        boundary = 2
        while one.play(die_at=boundary):
            one.play()
            one.arrive(1)
            boundary += 2  # between one commit and the next nothing changes that would outlive it
        assert boundary > 40  # or this test no longer stands where it says
        one.hold()


Step = Callable[[Mortal], None]

ARRIVE = st.builds(
    lambda count, country: lambda one: one.arrive(count, country),
    st.integers(1, 4),
    st.sampled_from(["United States", "Norway"]),
)
DIE = st.builds(lambda boundary: lambda one: one.play(die_at=boundary), st.integers(1, 45))
PLAY = st.just(lambda one: one.play())
WAIT = st.builds(lambda minutes: lambda one: one.house.clock.advance(timedelta(minutes=minutes)), st.integers(1, 30))
FAIL = st.builds(
    lambda match, kind, times, skip: lambda one: one.house.org.faults.add(Fault(match, kind, times, skip)),
    st.sampled_from(["PATCH .*composite/sobjects", "PATCH .*Task", "GET .*query", "."]),
    st.sampled_from([kind for kind in FaultKind if kind is not FaultKind.SLOW]),
    st.integers(1, 3),
    st.integers(0, 3),
)


@settings(max_examples=settings.default.max_examples // 12)
@given(st.lists(st.one_of(ARRIVE, ARRIVE, DIE, DIE, PLAY, WAIT, FAIL), max_size=12))
def test_no_order_of_arrivals_deaths_and_faults_loses_or_repeats_anything(steps: list[Step]) -> None:
    with mortal() as one:
        for step in steps:
            step(one)
        one.house.org.faults = Faults()
        for _ in range(20):  # more than the longest pause and the settling time
            one.house.clock.advance(timedelta(minutes=6))
            one.play()
        one.hold()
