"""The stop switch."""

from datetime import timedelta

import pytest

from upbeat.base import ManualClock
from upbeat.store import Store
from upbeat.store.control import Stop, resume, stop, stopped

WHO = "priya.shah@acme.example"


@pytest.mark.law(15)
def test_a_stop_outlives_the_process(store: Store, clock: ManualClock) -> None:
    assert store.path is not None
    with store.writing() as conn:
        order = stop(conn, by=WHO, why="wrong owners", now=clock.now())
    store.close()
    with Store.open(store.path, clock=clock) as again, again.reading() as conn:
        assert stopped(conn) == order == Stop(WHO, "wrong owners", clock.now())


def test_the_first_stop_stands(store: Store, clock: ManualClock) -> None:
    with store.writing() as conn:
        first = stop(conn, by=WHO, why="wrong owners", now=clock.now())
        later = clock.advance(timedelta(minutes=1))
        assert stop(conn, by="lee.wong@acme.example", why="me too", now=later) == first


def test_who_resumes_learns_what_was_lifted(store: Store, clock: ManualClock) -> None:
    with store.writing() as conn:
        order = stop(conn, by=WHO, why="wrong owners", now=clock.now())
        assert (resume(conn), stopped(conn), resume(conn)) == (order, None, None)
