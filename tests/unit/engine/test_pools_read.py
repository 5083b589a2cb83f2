"""What is read of a pool counts for every workflow that asks it, and is written down once for all its records."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from upbeat.base import ManualClock
from upbeat.engine.people import People
from upbeat.engine.pools import FRESH, Pools
from upbeat.workflows import Holding, Member, Person, Pool

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
ANN = "ann@acme.example"
POOL = Pool(
    name="inbound",
    title="Leads",
    object="Lead",
    owner=ANN,
    takes_from=("New Leads",),
    members=(Member(ANN),),
    otherwise=cast("Holding", None),
    out_of_office=True,
)


class Users:
    def find(self, key: str) -> Person | None:
        return Person(username=ANN, user_id="005000000000001AAA", name="Ann") if key == ANN else None

    def holder_id(self, _name: str) -> str:
        return "00G000000000001AAA"


def test_two_workflows_of_one_pool_share_what_was_read_until_it_is_old() -> None:
    asked, clock = list[str](), ManualClock(NOW)

    def query(text: str, _binds: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        asked.append(text)
        return []

    pools = Pools(query, cast("People", Users()), clock, ZoneInfo("UTC"))
    one, another = POOL, replace(POOL)
    first = pools.read(one)
    once = len(asked)
    second = pools.read(another)
    assert (pools.read(one), pools.read(another), len(asked)) == (first, second, once)
    assert (second.busy is first.busy, second.people is first.people) == (True, True)
    assert (first.roster.pool is one, second.roster.pool is another) == (True, True)
    clock.advance(FRESH + timedelta(seconds=1))
    pools.read(one)
    assert len(asked) == 2 * once
