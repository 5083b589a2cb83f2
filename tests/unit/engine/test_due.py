"""One table of what happens at a time."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete

from upbeat.engine import due
from upbeat.engine.due import Kind
from upbeat.store import tables


@pytest.fixture
def conn(yard: Any) -> Iterator[Connection]:
    with yard.store.writing() as one:
        one.execute(delete(tables.due))
        yield one


def test_what_is_due_comes_in_the_order_of_its_time(yard: Any, conn: Connection) -> None:
    now = yard.clock.now()
    for key, hours in (("late", 3), ("soon", 1), ("never", 30)):
        due.put(conn, Kind.JOB, key, now + timedelta(hours=hours))
    assert [one.key for one in due.now_due(conn, now + timedelta(hours=3))] == ["soon", "late"]


def test_one_key_has_one_time_the_last_that_was_set(yard: Any, conn: Connection) -> None:
    now = yard.clock.now()
    due.put(conn, Kind.JOB, "one", now, {"to": "maya.chen@acme.example"})
    due.put(conn, Kind.JOB, "one", now + timedelta(hours=1))
    assert due.now_due(conn, now) == []
    [one] = due.now_due(conn, now + timedelta(hours=1))
    assert one.body == {}


def test_two_kinds_of_one_key_are_two(yard: Any, conn: Connection) -> None:
    for kind in (Kind.JOB, Kind.OUTCOME):
        due.put(conn, kind, "one", yard.clock.now())
    due.drop(conn, Kind.JOB, "one")
    assert [one.kind for one in due.now_due(conn, yard.clock.now())] == [Kind.OUTCOME]


def test_a_row_keeps_what_was_noted_beside_it(yard: Any, conn: Connection) -> None:
    due.put(conn, Kind.SWEEP, "flow", yard.clock.now(), {"every": "weekdays at 07:00"})
    assert due.body_of(conn, Kind.SWEEP, "flow") == {"every": "weekdays at 07:00"}
    assert due.body_of(conn, Kind.SWEEP, "another") is None
