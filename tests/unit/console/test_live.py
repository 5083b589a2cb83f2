"""The look at the store that every open page hears of: it goes on, and what it saw last is what is newest."""

from asyncio import run, to_thread
from dataclasses import replace
from threading import Event, Thread

import pytest

from upbeat.console import live
from upbeat.operations import House as Inside
from upbeat.operations import Pulse
from upbeat.testing import House


def test_an_error_that_nobody_foresaw_does_not_end_the_look_at_the_store(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking = live.Live(house.space.house)
    failed, again = Event(), Event()

    def fails_once(_: Inside) -> Pulse:
        (again if failed.is_set() else failed).set()
        if not again.is_set():
            raise ValueError("a row that no version of ours wrote")
        return replace(looking.now.pulse, runs=1_000_000)

    monkeypatch.setattr(live, "LOOKS", 0.001)
    monkeypatch.setattr(live, "pulse", fails_once)

    async def opened() -> bool:
        looking.open()
        found = await to_thread(again.wait, 5)
        looking.close()
        return found

    assert run(opened())


def test_of_two_looks_at_once_the_older_is_not_what_pages_are_left_with(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking = live.Live(house.space.house)
    before, looks, goes_on = looking.now.pulse, Event(), Event()

    def slow_at_first(_: Inside) -> Pulse:
        if looks.is_set():
            return replace(before, runs=2_000_000)
        looks.set()
        assert goes_on.wait(5)
        return replace(before, runs=1_000_000)

    monkeypatch.setattr(live, "pulse", slow_at_first)
    older, newer = Thread(target=looking.again), Thread(target=looking.again)
    older.start()
    assert looks.wait(5)
    newer.start()
    newer.join(0.1)
    goes_on.set()
    older.join()
    newer.join()
    assert looking.now.pulse.runs == 2_000_000
