"""Who takes a record at the edges: of hours and holidays, of caps and capacity, and within one batch."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat import formula
from upbeat.routing import Absence, Assignment, Known, Match, PoolState, Roster, assign
from upbeat.routing.caps import Tally
from upbeat.schema import Field, FieldType, Object, Schema
from upbeat.workflows import Cap, Criterion, Days, Hours, Member, Skill
from upbeat.workflows.pool_words import hours as spans

Make = Callable[..., Any]

LEAD = Schema(
    {
        "Lead": Object(
            name="Lead",
            fields={
                "Language__c": Field(name="Language__c", type=FieldType.STRING),
                "NumberOfEmployees": Field(name="NumberOfEmployees", type=FieldType.INT),
            },
        )
    }
)


def text(code: str) -> formula.Formula:
    return formula.compile(code, formula.Scope(LEAD, "Lead"))


def office(zone: str, week: str, holidays: str = "") -> Hours:
    return Hours("office", ZoneInfo(zone), spans(week), holidays)


def person(name: str, **more: Any) -> Member:
    return Member(user=f"{name}@acme.example", **more)


def name(found: Assignment) -> str:
    return found.owner.removesuffix("@acme.example")


def why(found: Assignment, who: str) -> str:
    return dict(found.passed_over).get(f"{who}@acme.example", "")


NEW_YORK = office("America/New_York", "every day 01:30-03:30")
KOLKATA = office("Asia/Kolkata", "weekdays 09:30-18:30", "IN")
LONDON = office("Europe/London", "weekdays 09:00-17:00", "GB-ENG")
GERMANY = office("Europe/Berlin", "weekdays 09:00-17:00", "DE-BY")
BAVARIA_ONLY = "2026-06-04T10:00+00:00"  # Corpus Christi, a Thursday


@pytest.mark.parametrize(
    ("hours", "moment", "works"),
    [
        pytest.param(NEW_YORK, "2026-03-08T06:29+00:00", False, id="spring forward: 01:29, a minute before"),
        pytest.param(NEW_YORK, "2026-03-08T06:59+00:00", True, id="spring forward: 01:59, the last minute before"),
        pytest.param(NEW_YORK, "2026-03-08T07:00+00:00", True, id="spring forward: 03:00, the first minute after"),
        pytest.param(NEW_YORK, "2026-03-08T07:30+00:00", False, id="spring forward: over at 03:30, an hour sooner"),
        pytest.param(NEW_YORK, "2026-11-01T05:45+00:00", True, id="fall back: 01:45 for the first time"),
        pytest.param(NEW_YORK, "2026-11-01T06:15+00:00", False, id="fall back: 01:15 again, before the shift"),
        pytest.param(NEW_YORK, "2026-11-01T06:45+00:00", True, id="fall back: 01:45 for the second time"),
        pytest.param(NEW_YORK, "2026-11-01T08:30+00:00", False, id="fall back: over at 03:30, an hour later"),
        pytest.param(KOLKATA, "2026-06-08T03:59+00:00", False, id="a half-hour zone: 09:29"),
        pytest.param(KOLKATA, "2026-06-08T04:00+00:00", True, id="a half-hour zone: 09:30"),
        pytest.param(KOLKATA, "2026-06-08T13:00+00:00", False, id="a half-hour zone: 18:30"),
        pytest.param(KOLKATA, "2026-01-26T06:00+00:00", False, id="Republic Day, there"),
        pytest.param(LONDON, "2026-01-26T10:00+00:00", True, id="Republic Day, elsewhere"),
        pytest.param(GERMANY, BAVARIA_ONLY, False, id="Corpus Christi, where it is kept"),
        pytest.param(replace(GERMANY, holidays="DE-BE"), BAVARIA_ONLY, True, id="Corpus Christi, where it is not"),
    ],
)
def test_hours_at_their_edges(hours: Hours, moment: str, works: bool, roster: Make, lead: Make) -> None:
    pool = roster(person("ann", hours=hours), person("raj", weight=0.001))
    found = assign(lead(), pool, PoolState(pool), datetime.fromisoformat(moment))
    assert name(found) == ("ann" if works else "raj")
    assert ("does not work at" in why(found, "ann")) is not works


def test_who_does_not_work_is_told_by_their_own_clock(roster: Make, lead: Make) -> None:
    pool = roster(person("ann", hours=KOLKATA), person("raj"))
    found = assign(lead(), pool, PoolState(pool), datetime(2026, 1, 26, 6, tzinfo=UTC))
    assert why(found, "ann") == "does not work at 11:30 on Monday, Republic Day (office)"


@pytest.mark.parametrize(
    ("moment", "away"),
    [
        pytest.param("2026-06-07T18:29+00:00", "", id="the last minute of the day before, in Kolkata"),
        pytest.param("2026-06-07T18:30+00:00", "is away until 2026-06-09", id="the first of the day there"),
        pytest.param("2026-06-09T18:29+00:00", "is away until 2026-06-09", id="the last of the last day"),
        pytest.param("2026-06-09T18:30+00:00", "", id="back"),
    ],
)
def test_days_away_are_days_of_ones_own_zone(moment: str, away: str, roster: Make, lead: Make) -> None:
    always = office("Asia/Kolkata", "every day 00:00-24:00")
    pool = roster(person("ann", hours=always, away=(Days.parse("2026-06-08 to 2026-06-09"),)), person("raj"))
    assert why(assign(lead(), pool, PoolState(pool), datetime.fromisoformat(moment)), "ann") == away


@pytest.mark.parametrize(("minute", "taker"), [(59, "ann"), (60, "raj"), (119, "raj"), (120, "ann")])
def test_an_absence_in_the_calendar_counts_from_its_first_minute_to_before_its_end(
    minute: int, taker: str, roster: Make, lead: Make
) -> None:
    begins = datetime(2026, 6, 8, 10, tzinfo=UTC)
    pool = roster(person("ann"), person("raj", weight=0.001))
    pool = replace(pool, absences={"ann@acme.example": (Absence(begins, begins + timedelta(hours=1)),)})
    found = assign(lead(), pool, PoolState(pool), begins + timedelta(minutes=minute - 60))
    assert name(found) == taker
    assert (why(found, "ann") == "is away until 2026-06-08 11:00 (out of office)") is (taker == "raj")


@pytest.mark.parametrize(
    ("cap", "moments", "takers"),
    [
        pytest.param("1 an hour", ["T10:00", "T10:29", "T10:30"], ["ann", "raj", "ann"], id="an hour of Kolkata"),
        pytest.param("1 a day", ["T10:00", "T18:29", "T18:30"], ["ann", "raj", "ann"], id="a day of Kolkata"),
        pytest.param("1 in 1 hour", ["T10:30", "T11:29", "T11:30"], ["ann", "raj", "ann"], id="any hour"),
        pytest.param("2 in 1 hour", ["T10:00", "T10:30", "T10:59", "T11:00"], ["ann", "ann", "raj", "ann"], id="two"),
    ],
)
def test_a_cap_at_its_edges(cap: str, moments: list[str], takers: list[str], roster: Make, lead: Make) -> None:
    always = office("Asia/Kolkata", "every day 00:00-24:00")
    state = PoolState(roster(person("ann", weight=1000, hours=always, caps=(Cap.parse(cap),)), person("raj")))
    found = list[Assignment]()
    for one in moments:
        found.append(assign(lead(), state.roster, state, datetime.fromisoformat(f"2026-06-08{one}+00:00")))
        state.take(found[-1].turn)
    assert [name(one) for one in found] == takers
    assert why(found[takers.index("raj")], "ann") == f"is at the cap of {cap}"


def test_the_doubled_hour_is_one_hour(roster: Make, lead: Make) -> None:
    night = office("America/New_York", "every day 00:00-24:00")
    state = PoolState(roster(person("ann", hours=night, caps=(Cap.parse("1 an hour"),))))
    state.take(assign(lead(), state.roster, state, datetime(2026, 11, 1, 5, 30, tzinfo=UTC)).turn)
    again = [assign(lead(), state.roster, state, datetime(2026, 11, 1, hour, 30, tzinfo=UTC)) for hour in (6, 7)]
    assert [one.held for one in again] == [True, False]


class TestOneBatch:
    NOW = datetime(2026, 6, 8, 10, tzinfo=UTC)

    def test_a_cap_that_is_reached_within_it_holds_from_there_on(self, roster: Make, lead: Make) -> None:
        state = PoolState(
            roster(person("ann", caps=(Cap.parse("2 a day"),)), person("raj", caps=(Cap.parse("1 a day"),)))
        )
        takers = list[str]()
        for _ in range(4):
            found = assign(lead(), state.roster, state, self.NOW)
            state.take(found.turn)
            takers.append(name(found) or found.reasons[0])
        assert takers == ["ann", "raj", "ann", "nobody who serves it is free: 2 at a cap"]

    def test_two_leads_of_one_account_go_to_its_owner_as_long_as_there_is_room(
        self, roster: Make, lead: Make, account: Make
    ) -> None:
        state = PoolState(roster(person("ann", caps=(Cap.parse("1 a day"),)), person("raj")))
        known = Known(accounts=(Match(account("Globex", "ann"), "website domain"),))
        first = assign(lead(), state.roster, state, self.NOW, known)
        state.take(first.turn)
        second = assign(lead(), state.roster, state, self.NOW, known)
        assert (name(first), second.held) == ("ann", True)
        assert second.reasons[0] == "its account owner is at the cap of 1 a day"

    def test_what_was_given_in_it_fills_the_capacity(self, roster: Make, lead: Make) -> None:
        pool = replace(roster(person("ann", weight=1000, capacity=3), person("raj")), open_work={"ann@acme.example": 1})
        state, found = PoolState(pool), list[Assignment]()
        for _ in range(3):
            found.append(assign(lead(), pool, state, self.NOW))
            state.take(found[-1].turn)
        assert [name(one) for one in found] == ["ann", "ann", "raj"]
        assert why(found[-1], "ann") == "has 3 units open, with a capacity of 3"

    def test_a_heavy_record_goes_to_who_has_room_for_all_of_it(self, roster: Make, lead: Make) -> None:
        pool = roster(
            person("ann", weight=1000, capacity=3), person("raj", capacity=9), units=text("NumberOfEmployees")
        )
        state = PoolState(pool)
        takers = list[str]()
        for units in (2, 2, 1, 5, 3):
            found = assign(lead(NumberOfEmployees=units), pool, state, self.NOW)
            state.take(found.turn)
            takers.append(name(found))
        assert takers == ["ann", "raj", "ann", "raj", ""]

    @pytest.mark.parametrize("units", [None, 0, -1])
    def test_a_record_that_weighs_nothing_is_a_persons_to_look_at(
        self, units: int | None, roster: Make, lead: Make
    ) -> None:
        pool = roster(person("ann"), units=text("NumberOfEmployees"))
        found = assign(lead(NumberOfEmployees=units), pool, PoolState(pool), self.NOW)
        assert (found.held, found.reasons[0]) == (True, "its weight cannot be told")

    def test_who_leaves_between_two_batches_gets_nothing_more(self, roster: Make, lead: Make) -> None:
        before, after = (
            roster(person("ann", weight=9), person("raj")),
            roster(person("ann", weight=9), person("raj"), inactive=("ann",)),
        )
        state = PoolState(before)
        state.take(assign(lead(), before, state, self.NOW).turn)
        found = assign(lead(), after, PoolState(after, state.places), self.NOW)
        assert (name(found), why(found, "ann")) == ("raj", "is not active")


class TestNeeds:
    NOW = datetime(2026, 6, 8, 10, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("language", "employees", "taker"),
        [
            pytest.param("de", 10, "ben", id="the language"),
            pytest.param(" DE ", 10, "ben", id="in any case"),
            pytest.param("fr", 5000, "cleo", id="language and skill"),
            pytest.param(None, 5000, "cleo", id="the skill alone"),
            pytest.param("de", 5000, "", id="nobody has both"),
            pytest.param("sw", 10, "", id="a language that nobody speaks"),
        ],
    )
    def test_a_record_goes_to_who_can_speak_with_it(
        self, language: str | None, employees: int, taker: str, roster: Make, lead: Make
    ) -> None:
        pool = roster(
            person("ben", languages=("en", "de")),
            person("cleo", languages=("fr",), skills=("Enterprise",)),
            language=text("Language__c"),
            skills=(Skill("enterprise", text("NumberOfEmployees > 1000")),),
        )
        found = assign(lead(Language__c=language, NumberOfEmployees=employees), pool, PoolState(pool), self.NOW)
        assert name(found) == taker

    def test_who_cannot_is_passed_over_with_the_reason(self, roster: Make, lead: Make) -> None:
        pool = roster(
            person("ben", languages=("de",)),
            person("cleo"),
            language=text("Language__c"),
            skills=(Skill("enterprise", text("true")),),
        )
        found = assign(lead(Language__c="de"), pool, PoolState(pool), self.NOW)
        assert (why(found, "ben"), why(found, "cleo")) == ("is not skilled in enterprise", "does not speak de")
        assert found.reasons[0] == "nobody who serves it is free: 1 without the language, 1 without the skill"


class TestRelaxing:
    NIGHT = datetime(2026, 6, 8, 2, tzinfo=UTC)
    ORDER = (Criterion.HOURS, Criterion.CAPACITY, Criterion.TERRITORY)

    @pytest.fixture
    def pool(self, roster: Make, territory: Make) -> Roster:
        """Ann serves the north and is off; Ben serves it and is full; Cleo serves the south and is free."""
        found = roster(
            person("ann", hours=LONDON, territories=("North",)),
            person("ben", capacity=1, territories=("North",)),
            person("cleo", territories=("South",)),
            territories=(territory("North", "1*"), territory("South", "2*")),
        )
        return replace(found, open_work={"ben@acme.example": 1})

    @pytest.mark.parametrize(
        ("order", "taker", "said"),
        [
            pytest.param((Criterion.HOURS,), "ann", "hours", id="the first that helps"),
            pytest.param((Criterion.CAPACITY, Criterion.HOURS), "ben", "capacity", id="in the pool's order"),
            pytest.param(
                (Criterion.SKILLS, Criterion.TERRITORY), "cleo", "territory", id="what helps nobody is asked again"
            ),
            pytest.param((Criterion.SKILLS,), "", "", id="nothing helps: a person decides"),
            pytest.param((), "", "", id="nothing is relaxed that the pool does not name"),
        ],
    )
    def test_one_condition_less_after_the_other(
        self, order: tuple[Criterion, ...], taker: str, said: str, pool: Roster, lead: Make
    ) -> None:
        pool = replace(pool, pool=replace(pool.pool, relax=order))
        found = assign(lead(PostalCode="10001"), pool, PoolState(pool), self.NIGHT)
        assert (name(found), found.held) == (taker, not taker)
        assert found.relaxed == ((Criterion(said),) if said else ())
        assert ("nobody fits, so it is shared regardless of" in found.reasons[0]) is bool(said)

    def test_two_are_relaxed_where_it_takes_two(self, pool: Roster, lead: Make) -> None:
        order = (Criterion.SKILLS, Criterion.HOURS, Criterion.TERRITORY)
        pool = replace(pool, pool=replace(pool.pool, members=pool.pool.members[:1], relax=order))
        found = assign(lead(PostalCode="20001"), pool, PoolState(pool), self.NIGHT)
        assert found.reasons[0] == "nobody fits, so it is shared regardless of hours and territory"

    @pytest.mark.parametrize(
        ("more", "why_held"),
        [
            pytest.param({"caps": (Cap.parse("1 a day"),)}, "1 at a cap", id="a cap"),
            pytest.param({"away": (Days.parse("2026-06-08"),)}, "1 away", id="an absence"),
        ],
    )
    def test_a_cap_and_an_absence_are_never_relaxed(
        self, more: dict[str, Any], why_held: str, roster: Make, lead: Make
    ) -> None:
        state = PoolState(roster(person("ann", **more), relax=tuple(Criterion)))
        state.take(assign(lead(), state.roster, state, self.NIGHT).turn)
        found = assign(lead(), state.roster, state, self.NIGHT)
        assert found.reasons[0] == f"nobody who serves it is free: {why_held}"

    def test_who_had_it_before_never_gets_it_again(self, roster: Make, lead: Make) -> None:
        pool = roster(person("ann", weight=100), person("raj"), relax=tuple(Criterion))
        held = [frozenset[str](), frozenset({"ann@acme.example"}), frozenset({"ann@acme.example", "raj@acme.example"})]
        found = [assign(lead(), pool, PoolState(pool), self.NIGHT, Known(holders=one)) for one in held]
        assert [name(one) for one in found] == ["ann", "raj", ""]
        assert (why(found[1], "ann"), found[2].reasons[0]) == (
            "had it before",
            "nobody who serves it is free: 2 had it before",
        )


def test_a_capacity_in_fractions_holds_as_many_records_as_it_says(roster: Make, lead: Make) -> None:
    pool = roster(person("ann", capacity=0.3), units=text("NumberOfEmployees / 10"))
    state, found = PoolState(pool), list[str]()
    for _ in range(4):
        one = assign(lead(NumberOfEmployees=1), pool, state, datetime(2026, 10, 21, tzinfo=UTC))
        state.take(one.turn)
        found.append(name(one))
    assert found == ["ann", "ann", "ann", ""]


@pytest.mark.parametrize(("cap", "minutes", "taken"), [
    ("1 an hour", (70, 55, 75), [True, True, False]),
    ("2 a day", (1450, 1451, 1430, 1431, 1432, 1452), [True, True, True, True, False, False]),
])  # fmt: skip
def test_a_clock_that_is_set_back_over_an_edge_frees_no_cap(cap: str, minutes: list[int], taken: list[bool]) -> None:
    tally, found = Tally((Cap.parse(cap),), UTC), list[bool]()
    for one in minutes:
        at = datetime(2026, 10, 21, tzinfo=UTC) + timedelta(minutes=one)
        found.append(tally.reached(at) is None)
        if found[-1]:
            tally.add(at)
            tally = Tally((Cap.parse(cap),), UTC, *tally.kept)
    assert found == taken


takes = st.lists(st.integers(0, 60 * 24 * 12), min_size=1, max_size=40).map(sorted)
caps = st.sampled_from(["2 an hour", "3 a day", "5 a week", "2 in 1 hour", "4 in 2 days", "6 in 7 days"]).map(Cap.parse)
zones = st.sampled_from(["UTC", "Asia/Kolkata", "America/New_York", "Europe/London"]).map(ZoneInfo)


@given(minutes=takes, cap=caps, zone=zones, later=st.integers(0, 60 * 24 * 9))
def test_a_cap_is_reached_when_a_plain_count_says_so(minutes: list[int], cap: Cap, zone: ZoneInfo, later: int) -> None:
    begins = datetime(2026, 10, 21, tzinfo=UTC)  # both changes of clocks lie ahead
    times = [begins + timedelta(minutes=one) for one in minutes]
    tally = Tally((cap,), zone)
    for one in times:
        tally.add(one)
    kept = Tally((cap,), zone, *tally.kept)
    now = times[-1] + timedelta(minutes=later)

    def label(one: datetime) -> tuple[int, ...]:
        wall = one.astimezone(zone)
        day = (wall.year, wall.month, wall.day)
        return (
            (*wall.isocalendar()[:2],)
            if cap.span == timedelta(weeks=1)
            else day
            if cap.span.days
            else (*day, wall.hour)
        )

    count = sum(one > now - cap.span if cap.rolling else label(one) == label(now) for one in times)
    for one in (tally, kept):
        found = one.reached(now)
        assert (found is not None) is (count >= cap.most)
        if found is not None:
            assert found[1] > now
            assert one.reached(found[1] - timedelta(microseconds=1)) is not None
