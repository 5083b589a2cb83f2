"""An org of one's own for each test: in memory, with two people and a clock that stands still."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from upbeat.base import ManualClock
from upbeat.localorg import LocalOrg


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 1, 5, 9, 30, tzinfo=UTC))


@pytest.fixture
def org(clock: ManualClock) -> Iterator[LocalOrg]:
    org = LocalOrg(":memory:", clock=clock)
    yield org
    org.close()


@pytest.fixture
def ana(org: LocalOrg) -> str:
    return org.user("ana.diaz@acme.example", last_name="Diaz", FirstName="Ana")


@pytest.fixture
def bo(org: LocalOrg) -> str:
    return org.user("bo.lee@acme.example", last_name="Lee", FirstName="Bo")
