"""The org tells its changes, and the engine need not look: `house` polls once a day, and listens."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from upbeat.localorg import StreamServer
from upbeat.localorg.stream.subscription import Rhythm
from upbeat.testing import House

Make = Callable[..., str]

ROUTE = "route-inbound-leads"


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[ROUTE]) as one, StreamServer(one.org, rhythm=Rhythm(keepalive=0.05)) as stream:
        settings = one.folder / "upbeat.yaml"
        text = settings.read_text().replace("org:\n", f"org:\n  stream: {stream.address}\n")
        settings.write_text(text.replace("poll_every: 1 second", "poll_every: 1 day"))
        one.promote(ROUTE)
        yield one
        one.close()


def turn_until(house: House, came: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not came() and time.monotonic() < until:
        house.clock.advance(timedelta(seconds=1))
        if house.engine.turn().idle:
            time.sleep(0.02)
    assert came()


def test_a_lead_is_routed_when_the_stream_tells_of_it(house: House, a_lead: Make) -> None:
    house.engine.turn()  # the one look of the day
    began = house.clock.now()
    lead = a_lead(Country="Ireland")
    turn_until(house, lambda: bool(house.runs(lead)) and house.run(lead).outcome == "routed")
    assert house.written() == [lead]
    assert house.clock.now() - began < timedelta(hours=1)


def test_an_engine_that_was_away_goes_on_where_it_was(house: House, a_lead: Make) -> None:
    house.engine.turn()
    first = a_lead(Country="Ireland")
    turn_until(house, lambda: bool(house.written()))
    house.close()
    second = a_lead(Country="Germany")
    turn_until(house, lambda: len(house.written()) == 2)
    assert sorted(house.written()) == sorted([first, second])
    assert [len(house.runs(lead)) for lead in (first, second)] == [1, 1]
