"""The day's calls of an org: work waits for people, both stop before the reserve, and nobody spends it."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.base import ManualClock
from upbeat.salesforce import Budget, LimitReached, Lines, Usage, as_work

ALLOWED = 15_000
START = datetime(2026, 11, 16, 6, tzinfo=UTC)


class Spender:
    """A budget, the waits that it asked for, and an org that counts."""

    def __init__(self, left: int, *, allowed: int = ALLOWED, reserve: int = 500) -> None:
        self.clock = ManualClock(START)
        self.slept: list[float] = []
        self._made: list[datetime] = []
        self.used, self.allowed = allowed - left, allowed
        self.budget = Budget(self.clock, sleep=self._sleep, reserve=reserve)
        self.said(self.used)

    @property
    def left(self) -> int:
        return self.allowed - self.used

    def said(self, figure: int) -> None:
        self.budget.admit("GET limits", reads=True)
        self.budget.answered(Usage(figure, self.allowed, self.clock.now()))

    def call(self, *, work: bool = True, reads: bool = True, lag: int = 0) -> bool:
        """Make a call as the session does; whether it was sent. The org's figure is `lag` seconds old."""
        try:
            with as_work() if work else nullcontext():
                self.budget.admit("GET query", reads=reads)
        except LimitReached:
            return False
        self.used += 1
        self._made.append(self.clock.now())
        late = sum(self.clock.now() - made < timedelta(seconds=lag) for made in self._made)
        self.budget.answered(Usage(self.used - late, self.allowed, self.clock.now()))
        return True

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.advance(timedelta(seconds=seconds))


@given(
    left=st.integers(400, 1200),
    calls=st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 59), st.integers(0, 3600)), max_size=300),
)
def test_the_reserve_is_never_spent_whoever_calls_and_whatever_the_org_says_late(
    left: int, calls: list[tuple[bool, bool, int, int]]
) -> None:
    """For a day: what is older than a day the org has given back."""
    spender = Spender(left)
    others = left < 596  # they went below where we stop: one call an hour still asks whether there are more
    for work, reads, lag, seconds in calls:
        spender.clock.advance(timedelta(seconds=seconds))
        if spender.clock.now() - START > timedelta(hours=24):
            break
        spender.call(work=work, reads=reads, lag=lag)
    hours = (spender.clock.now() - START) / timedelta(hours=1)
    assert spender.left >= (min(left, 500) - hours - 1 if others else 500)


@given(st.integers(1_000, 1_000_000), st.integers(0, 5_000))
def test_work_waits_longer_the_nearer_the_reserve_and_people_never_wait(allowed: int, reserve: int) -> None:
    lines = Lines.of(allowed, reserve)
    waits = [
        lines.pause(left, 30) for left in range(lines.slow, lines.work - 1, -max((lines.slow - lines.work) // 50, 1))
    ]
    assert waits == sorted(waits)
    assert (waits[0], lines.pause(lines.work, 30)) == (0, 30)
    spender = Spender(lines.work + 1, allowed=max(allowed, lines.work + 1), reserve=reserve)
    spender.call(work=False)
    assert spender.slept == []


def test_work_stops_while_people_may_still_call() -> None:
    spender = Spender(697)
    sent = [spender.call() for _ in range(3)]
    assert (sent, spender.left) == ([True, False, False], 696)
    assert all(spender.call(work=False) for _ in range(100))
    assert (spender.left, spender.call(work=False)) == (596, False)


def test_a_write_waits_less_than_a_stop_takes_to_hold() -> None:
    spender = Spender(700)
    spender.call(reads=False)
    spender.call(reads=True)
    write, read = spender.slept
    assert (write < 5, read > 20) == (True, True)


def test_after_a_quarter_of_an_hour_one_call_finds_out_whether_there_are_more() -> None:
    spender = Spender(600)
    assert not spender.call()
    spender.clock.advance(timedelta(minutes=15))
    assert [spender.call(), spender.call()] == [True, False]
    spender.used = 1_000
    spender.clock.advance(timedelta(minutes=15))
    assert all(spender.call() for _ in range(50))


def test_the_words_say_what_is_left_where_it_stops_and_what_is_kept() -> None:
    spender = Spender(400)
    with pytest.raises(LimitReached) as refused:
        spender.budget.admit("GET query", reads=True)
    assert refused.value.what == (
        "the org has 400 of its 15,000 daily API calls left: Upbeat stops at 596, and the last 500 are never spent"
    )


def test_calls_under_way_count_before_they_are_answered() -> None:
    spender = Spender(600)
    for _ in range(4):
        spender.budget.admit("GET query", reads=True)
    with pytest.raises(LimitReached):
        spender.budget.admit("GET query", reads=True)


def test_calls_of_the_last_minute_count_though_the_orgs_figure_is_late() -> None:
    spender = Spender(10_000)
    for _ in range(5):
        spender.call(lag=30)
    assert spender.budget.usage is not None
    assert spender.budget.usage.left == 9_995


def test_calls_that_the_org_gives_back_after_a_day_are_there_to_be_spent() -> None:
    spender = Spender(10_000)
    spender.clock.advance(timedelta(minutes=2))
    spender.used -= 3_000
    spender.call()
    assert spender.budget.usage is not None
    assert 12_990 <= spender.budget.usage.left <= spender.left


def test_two_sessions_that_share_a_budget_stop_together(org: Any) -> None:
    org.will(org.gives({}, Sforce_Limit_Info="api-usage=14600/15000"))
    budget = Budget(org.clock, sleep=lambda _: None)
    reading, writing = org.session(budget=budget), org.session(budget=budget)
    reading.get("limits")
    with pytest.raises(LimitReached):
        writing.get("limits")
    assert len(org.requests) == 1
