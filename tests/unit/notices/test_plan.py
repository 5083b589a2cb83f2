"""Who hears of what, and when: quiet hours, the day's budget, the digest, and requests that nothing suppresses."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.notices import Kind, Notice, State
from upbeat.notices.hours import Hours, hours
from upbeat.notices.plan import ROOM, TOGETHER, Day, plan
from upbeat.workflows import Alerts

CHICAGO = ZoneInfo("America/Chicago")
USUAL = Hours(CHICAGO, time(19), time(7), time(8))
NOON = datetime(2026, 1, 30, 18, tzinfo=UTC)  # in Chicago
MIDNIGHT = datetime(2026, 1, 30, 6, tzinfo=UTC)
SEVEN, EIGHT = datetime(2026, 1, 30, 13, tzinfo=UTC), datetime(2026, 1, 30, 14, tzinfo=UTC)
MORROW = timedelta(days=1)


def notice(number: int = 1, kind: Kind = Kind.ALERT, **more: Any) -> Notice:
    plain: dict[str, Any] = {
        "id": str(number), "to": "dana", "kind": kind, "subject": "s", "text": "t", "reason": "r",
        "urgent": kind.is_urgent, "due_at": None, "command": "", "item_id": "", "review_id": "", "workflow": "w",
        "record_id": "", "state": State.WAITING, "detail": "", "source": "", "proposal_id": "",
        "created_at": NOON, "send_at": NOON, "sent_at": None,
    }  # fmt: skip
    return Notice(**{**plain, **more})


def alerts(count: int, **more: Any) -> list[Notice]:
    return [notice(number, **more) for number in range(count)]


class TestHours:
    @pytest.mark.parametrize(
        ("clock", "ends"),
        [
            pytest.param("2026-01-30T18:59", None, id="a minute before"),
            pytest.param("2026-01-30T19:00", "2026-01-31T07:00", id="as they begin"),
            pytest.param("2026-01-30T23:59", "2026-01-31T07:00", id="before midnight"),
            pytest.param("2026-01-31T00:00", "2026-01-31T07:00", id="after midnight"),
            pytest.param("2026-01-31T06:59", "2026-01-31T07:00", id="a minute before they end"),
            pytest.param("2026-01-31T07:00", None, id="as they end"),
            pytest.param("2026-03-07T23:00", "2026-03-08T07:00", id="over the change to summer time"),
        ],
    )
    def test_quiet_hours_go_by_the_persons_own_clock(self, clock: str, ends: str | None) -> None:
        now = datetime.fromisoformat(clock).replace(tzinfo=CHICAGO).astimezone(UTC)
        wanted = now if ends is None else datetime.fromisoformat(ends).replace(tzinfo=CHICAGO)
        assert USUAL.quiet_end(now) == wanted

    def test_hours_that_begin_and_end_at_once_are_none(self) -> None:
        alerts = Alerts(quiet_from="07:00", quiet_until="07:00")
        assert hours(alerts, CHICAGO).quiet_end(SEVEN) == SEVEN

    def test_a_digest_in_quiet_hours_comes_at_their_end(self) -> None:
        early = Hours(CHICAGO, time(19), time(7), time(5))
        assert early.next_digest(MIDNIGHT) == SEVEN

    def test_the_digest_of_what_is_held_at_eight_is_tomorrows(self) -> None:
        assert USUAL.next_digest(EIGHT) == EIGHT + MORROW


class TestWhatTellsSomething:
    def test_goes_out_one_by_one_up_to_the_budget_and_the_rest_is_held_for_the_digest(self) -> None:
        found = plan(alerts(5), USUAL, 3, Day(told=1), NOON)
        assert [one.id for one in found.tells] == ["0", "1"]
        assert {(one.notice.id, one.state, one.at) for one in found.later} == {
            (str(number), State.HELD, EIGHT + MORROW) for number in (2, 3, 4)
        }

    def test_comes_in_one_digest_that_uses_up_no_budget(self) -> None:
        found = plan(alerts(4, state=State.HELD), USUAL, 1, Day(told=1), EIGHT)
        assert (len(found.digest), found.tells, found.later) == (4, (), ())

    def test_waits_in_quiet_hours(self) -> None:
        found = plan(alerts(2), USUAL, 9, Day(), MIDNIGHT)
        assert {(one.state, one.at) for one in found.later} == {(State.WAITING, SEVEN)}
        assert (found.tells, found.digest) == ((), ())

    def test_with_no_budget_at_all_it_comes_in_the_digest_alone(self) -> None:
        assert plan(alerts(2), USUAL, 0, Day(), NOON).tells == ()


class TestWhatAsksForSomething:
    def test_is_never_suppressed_by_the_budget(self) -> None:
        found = plan([notice(1, Kind.ASKED)], USUAL, 0, Day(told=99), NOON)
        assert [one.id for one in found.asks] == ["1"]

    def test_comes_in_one_mail_however_much_it_is(self) -> None:
        assert len(plan(alerts(30, kind=Kind.ASKED), USUAL, 1, Day(), NOON).asks) == 30

    def test_waits_in_quiet_hours_where_its_due_time_leaves_room(self) -> None:
        found = plan([notice(1, Kind.ASKED, due_at=SEVEN + ROOM)], USUAL, 9, Day(), MIDNIGHT)
        assert (found.asks, found.later[0].at) == ((), SEVEN)

    def test_does_not_wait_in_quiet_hours_where_it_would_be_due_too_soon(self) -> None:
        pressing = notice(1, Kind.ASKED, due_at=SEVEN + ROOM - timedelta(seconds=1))
        found = plan([pressing, notice(2, Kind.ASKED)], USUAL, 9, Day(), MIDNIGHT)
        assert [one.id for one in found.asks] == ["1", "2"]

    def test_beyond_the_budget_comes_at_most_once_an_hour(self) -> None:
        day = Day(asked=3, last_asked=NOON - timedelta(minutes=10))
        found = plan([notice(1, Kind.ASKED)], USUAL, 3, day, NOON)
        assert (found.asks, found.later[0].at) == ((), NOON - timedelta(minutes=10) + TOGETHER)

    def test_beyond_the_budget_comes_at_once_where_it_presses(self) -> None:
        day = Day(asked=3, last_asked=NOON)
        assert plan([notice(1, Kind.DUE_SOON, due_at=NOON + ROOM)], USUAL, 3, day, NOON).asks


@given(
    kinds=st.lists(st.tuples(st.sampled_from(Kind), st.sampled_from([State.WAITING, State.HELD]),
                             st.none() | st.integers(-48, 96)), max_size=12),
    per_day=st.integers(0, 4), told=st.integers(0, 5), asked=st.integers(0, 5), minute=st.integers(0, 3 * 24 * 60),
)  # fmt: skip
def test_nothing_is_lost_and_what_waits_waits_for_a_later_time(
    kinds: list[tuple[Kind, State, int | None]], per_day: int, told: int, asked: int, minute: int
) -> None:
    now = MIDNIGHT + timedelta(minutes=minute)
    notices = [
        notice(number, kind, state=state, due_at=None if due is None else now + timedelta(hours=due))
        for number, (kind, state, due) in enumerate(kinds)
    ]
    found = plan(notices, USUAL, per_day, Day(told, asked, now - timedelta(minutes=5)), now)
    gone = [*found.asks, *found.tells, *found.digest, *(one.notice for one in found.later)]
    assert sorted(one.id for one in gone) == sorted(one.id for one in notices)
    assert all(one.at > now for one in found.later)
    assert all(one.notice.due_at is None or one.notice.due_at >= one.at for one in found.later if one.notice.urgent)
    assert len(found.tells) <= max(per_day - told, 0)
    assert not (found.tells or found.digest) or USUAL.quiet_end(now) == now
