"""How values are stored."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from upbeat.base import ManualClock
from upbeat.store import Store
from upbeat.store.bulk import insert_rows
from upbeat.store.moments import moment_text
from upbeat.store.tables import batches, control

_moments = st.datetimes(
    min_value=datetime(1000, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001 - the same
    timezones=st.timedeltas(timedelta(hours=-14), timedelta(hours=14)).map(timezone),
)


@given(_moments, _moments)
def test_moments_sort_as_text_as_they_do_in_time(one: datetime, other: datetime) -> None:
    assert (moment_text(one) < moment_text(other)) == (one < other)


@given(_moments)
def test_a_moment_comes_back_from_its_text(one: datetime) -> None:
    assert datetime.fromisoformat(moment_text(one)) == one


def test_a_moment_comes_back_in_utc(store: Store) -> None:
    here = datetime(2026, 1, 31, 9, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    with store.writing() as conn:
        conn.execute(insert(control).values(key="stop", value="{}", at=here))
        assert conn.scalar(select(control.c.at)) == datetime(2026, 1, 31, 4, tzinfo=UTC)


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        moment_text(datetime(2026, 1, 31))  # noqa: DTZ001 - this is the point


def test_rows_inserted_at_once_are_those_inserted_one_by_one(store: Store, clock: ManualClock) -> None:
    columns = ("id", "workflow", "version", "code", "open", "created_at")
    rows = [(f"b{number}", "route", "v", "c", number % 2 == 0, clock.now()) for number in range(3)]
    with store.writing() as conn:
        insert_rows(conn, batches, columns, rows)
        at_once = conn.execute(select(batches)).all()
        conn.execute(batches.delete())
        for row in rows:
            conn.execute(insert(batches).values(dict(zip(columns, row, strict=True))))
        assert at_once == conn.execute(select(batches)).all()


def test_columns_in_another_order_than_the_tables_are_refused(store: Store) -> None:
    with store.writing() as conn, pytest.raises(ValueError, match="order of the table: key, value"):
        insert_rows(conn, control, ("value", "key"), [("{}", "stop")])
