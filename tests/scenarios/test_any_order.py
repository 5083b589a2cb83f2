"""Whatever approvers, reps and time do in whatever order: no run is lost, and nothing is written without its yes."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.scenarios.queued import DANA, FILES, MAYA, NAME, PRIYA, ROWAN, agree

from upbeat import operations
from upbeat.base import UpbeatError
from upbeat.ledger import Kind
from upbeat.operations import Review
from upbeat.testing import House

ROLES = {"sales_manager": {DANA, ROWAN}, "revenue_manager": {ROWAN}}
NUMBERS = count()

Act = Callable[[House, Review], object]

somebody = st.sampled_from([PRIYA, ROWAN, DANA, MAYA])
VALUES = st.sampled_from(["Omitted", "Best Case", "Commit"])


def by(what: Callable[..., Any], *more: st.SearchStrategy[Any]) -> st.SearchStrategy[Act]:
    """Give an act of somebody's on the review, as the operations have it."""
    return st.builds(lambda who, *how: lambda house, one: what(house.space.house, one.id, who, *how), somebody, *more)


SIGN = st.builds(lambda who: lambda house, one: house.approve(one, who), st.sampled_from([ROWAN, DANA]))
WAIT = st.just(lambda house, _: house.play())

ACTS = st.one_of(
    SIGN,
    SIGN,
    WAIT,
    by(operations.approve),
    by(operations.recall),
    by(operations.reject, st.just("wrong time")),
    by(operations.withdraw, st.just("wrong rule")),
    by(operations.delegate, somebody),
    by(operations.edit, st.builds(lambda value: {"ForecastCategoryName": value}, VALUES)),
    st.builds(lambda value: lambda house, one: house.update("Opportunity", one.record_id, by=MAYA, **value), st.one_of(
        st.builds(lambda value: {"ForecastCategoryName": value}, VALUES),
        st.sampled_from([{"NextStep": "Wait"}, {"Verbal_Commitment__c": False}, {"Amount": 7}]),
    )),
    st.builds(
        lambda span: lambda house, _: house.play(span),
        st.sampled_from(["3 seconds", "15 seconds", "5 hours", "3 days", "31 days"]),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[NAME], files=FILES) as one:
        one.promote(NAME)
        yield one


@pytest.mark.law(1)
@pytest.mark.law(2)
@pytest.mark.law(6)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=3, max_size=9))
def test_no_order_of_acts_loses_a_run_or_writes_without_the_signatures(house: House, acts: list[Act]) -> None:
    values = {"Name": f"Deal {next(NUMBERS)}", "StageName": "Value Proposition", "CloseDate": "2027-03-31"}
    deal = house.create("Opportunity", by=MAYA, NextStep="Meet", **values)
    agree(house, deal)
    for act in acts:
        about = [one for one in operations.reviews(house.space.house, every=True, limit=1000) if one.record_id == deal]
        newest = max(about, key=lambda one: (one.state in {"open", "approved"}, one.created_at))
        with suppress(UpbeatError):  # they may not, or come too late: that is said, and changes nothing
            act(house, newest)
    house.play()
    now = house.clock.now()
    for run in house.runs(deal):
        assert run.outcome or (run.owner and run.due_at and run.due_at > now)
    written_by_us(house, deal)


def written_by_us(house: House, deal: str) -> None:
    """Hold every write of ours to the decision before it: who signed, in which role, over these very values."""
    for run in house.runs(deal):
        with house.space.store.reading() as conn:
            entries = house.space.ledger.about(conn, item_id=run.run)
        decided = {one.proposal_id: one for one in entries if one.kind is Kind.DECIDED}
        for wrote in (one for one in entries if one.kind is Kind.WROTE):
            decision = decided[wrote.proposal_id].payload["decision"]
            signed = {one["role"]: one["by"] for one in decision["approvals"]}
            assert signed
            assert PRIYA not in signed.values()
            assert all(person in ROLES[role] for role, person in signed.items())
            assert {one["proposal_digest"] for one in decision["approvals"]} == {decision["proposal_digest"]}
            at = [one.at for one in entries if one.kind is Kind.PERSON_DECIDED and one.actor in signed.values()]
            assert wrote.at - max(at) >= timedelta(seconds=10)
