"""A promise moves only where it may: its age never starts anew, nobody has it twice, and somebody always has it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.routing import Act, Promised, PromiseError, Stage
from upbeat.routing import promised as machine
from upbeat.workflows import Hours, Promise
from upbeat.workflows.pool_words import hours as spans

OFFICE = Hours("office", ZoneInfo("Europe/London"), spans("weekdays 09:00-17:00"), holidays="GB-ENG")
HOUR = timedelta(hours=1)
TERMS = Promise(touch_within=2 * HOUR, by=OFFICE, remind_after=HOUR)
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
PEOPLE = [f"{one}@acme.example" for one in ("ann", "bo", "cy", "di", "ed", "flo")]


def promised(born: datetime = MONDAY, given_at: datetime | None = None, terms: Promise | None = TERMS) -> Promised:
    one = Promised(
        id="p1",
        pool="inbound",
        workflow="route-leads",
        item_id="i1",
        object="Lead",
        record_id="00Q000000000001AAA",
        owner=PEOPLE[0],
        holders=(PEOPLE[0],),
        stage=Stage.OPEN,
        rule="fair share",
        born_at=born,
        given_at=given_at or born,
    )
    return machine.give(one, terms)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE.zone)


@pytest.mark.parametrize(
    ("born", "reminder", "over"),
    [
        pytest.param("2026-11-23T10:00", "2026-11-23T11:00", "2026-11-23T12:00", id="within a day"),
        pytest.param("2026-11-23T16:30", "2026-11-24T09:30", "2026-11-24T10:30", id="over a night"),
        pytest.param("2026-11-27T16:30", "2026-11-30T09:30", "2026-11-30T10:30", id="over a weekend"),
        pytest.param("2026-11-28T12:00", "2026-11-30T10:00", "2026-11-30T11:00", id="born on a Saturday"),
        pytest.param("2026-12-24T16:30", "2026-12-29T09:30", "2026-12-29T10:30", id="over Christmas and Boxing Day"),
        pytest.param("2026-03-27T16:30", "2026-03-30T09:30", "2026-03-30T10:30", id="over the night clocks go forward"),
        pytest.param("2026-10-23T16:30", "2026-10-26T09:30", "2026-10-26T10:30", id="over the night clocks go back"),
    ],
)
def test_a_promise_counts_working_time_alone(born: str, reminder: str, over: str) -> None:
    one = promised(at(born))
    assert (one.remind_at, one.due_at, one.breaks_at) == (at(reminder), at(over), at(over))


def test_hours_that_never_open_count_all_time() -> None:
    closed = Hours("never", ZoneInfo("UTC"), ())
    assert promised(terms=replace(TERMS, by=closed)).due_at == MONDAY + 2 * HOUR


def test_a_pool_that_promises_nothing_has_no_times() -> None:
    one = promised(terms=None)
    assert (one.breaks_at, one.remind_at, one.due_at) == (None, None, None)


def test_who_gets_it_late_is_asked_at_once_and_has_as_long_as_a_reminder_leaves() -> None:
    one = promised(given_at=MONDAY + 3 * HOUR)
    assert (one.remind_at, one.due_at, one.breaks_at) == (MONDAY + 3 * HOUR, MONDAY + 4 * HOUR, MONDAY + 2 * HOUR)


def test_without_a_reminder_who_gets_it_late_has_half_of_the_time() -> None:
    one = promised(given_at=MONDAY + 3 * HOUR, terms=replace(TERMS, remind_after=None))
    assert (one.remind_at, one.due_at) == (None, MONDAY + 4 * HOUR)


def test_a_reminder_comes_before_the_record_goes_on_however_late_it_is() -> None:
    one, late = promised(), MONDAY + 5 * HOUR
    assert machine.due(one, TERMS, late) is Act.REMIND
    reminded = machine.remind(one, TERMS, late)
    assert (machine.due(reminded, TERMS, late), reminded.due_at) == (None, late + HOUR)
    assert machine.due(reminded, TERMS, late + HOUR) is Act.GIVE_ON


def test_a_reminder_in_time_moves_no_time() -> None:
    one = promised()
    assert machine.remind(one, TERMS, MONDAY + HOUR).due_at == one.due_at


def test_where_it_may_go_on_no_more_a_person_is_asked() -> None:
    one = replace(machine.remind(promised(), TERMS, MONDAY + HOUR), passes=2)
    assert machine.due(one, TERMS, MONDAY + 2 * HOUR) is Act.ASK


@pytest.mark.parametrize("minutes", [119, 121])
def test_what_is_touched_too_late_was_broken_and_what_is_touched_in_time_was_not(minutes: int) -> None:
    moment = MONDAY + timedelta(minutes=minutes)
    seen = machine.touch(machine.breach(promised(), MONDAY + 3 * HOUR), moment, "a call", MONDAY + 4 * HOUR)
    assert (seen.touched_at, seen.breached_at) == (moment, seen.breaks_at if minutes > 120 else None)


def test_what_somebody_accepted_is_given_back_and_not_declined() -> None:
    taken = machine.accept(promised(), MONDAY)
    with pytest.raises(PromiseError, match="has accepted it"):
        machine.decline(taken, "r1", "busy")
    with pytest.raises(PromiseError, match="already"):
        machine.accept(taken, MONDAY)
    assert machine.give_back(taken, "r1", "duplicate").stage is Stage.RETURNED


def test_what_is_over_or_goes_to_somebody_else_is_not_moved_by_its_owner() -> None:
    for one in (machine.end(promised(), "converted", MONDAY), machine.pass_on(promised(), "r1")):
        for act in (lambda p: machine.accept(p, MONDAY), lambda p: machine.decline(p, "r2", "no")):
            with pytest.raises(PromiseError):
                act(one)


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["tick", "accept", "decline", "give back", "hand", "touch", "end", "person"]),
        st.integers(1, 600),
        st.sampled_from(PEOPLE),
    ),
    max_size=25,
)


@pytest.mark.law(2)
@given(
    acts=ACTS,
    late=st.integers(0, 5000),
    remind=st.sampled_from([None, HOUR, timedelta(minutes=10)]),
    most=st.integers(0, 4),
)
def test_whatever_happens_its_age_stays_nobody_has_it_twice_and_somebody_has_it_by_a_time(
    acts: list[tuple[str, int, str]], late: int, remind: timedelta | None, most: int
) -> None:
    terms = replace(TERMS, remind_after=remind, reassign_at_most=most)
    now = MONDAY + timedelta(minutes=late)
    one = first = promised(given_at=now, terms=terms)
    for act, minutes, person in acts:
        now += timedelta(minutes=minutes)
        before = one
        try:
            one = _after(one, act, person, terms, now)
        except PromiseError:
            continue
        assert (one.born_at, one.breaks_at) == (first.born_at, first.breaks_at)
        assert len(set(one.holders)) == len(one.holders)
        assert one.holders[-1] == one.owner
        assert set(before.holders) <= set(one.holders)
        assert one.passes <= most
        if one.stage.is_over:
            assert one.ended_at == now
            return
        assert one.due_at is not None
        assert one.due_at >= one.given_at
        assert one.stage.is_kept_by_owner != bool(one.moving)


def _after(one: Promised, act: str, person: str, terms: Promise, now: datetime) -> Promised:
    if one.moving:  # a run gives it to somebody new, or a person says who has it: to anybody
        if act == "person":
            return machine.give_on(one, person, "i2", "a person", now, terms)
        fresh = [each for each in PEOPLE if each not in one.holders]
        if not fresh:
            return machine.ask(one, one.moving, "nobody new is left")
        return machine.give_on(one, fresh[0], "i2", "fair share", now, terms)
    acts: dict[str, Callable[[], Promised]] = {
        "accept": lambda: machine.accept(one, now),
        "decline": lambda: machine.decline(one, "r1", "busy"),
        "give back": lambda: machine.give_back(one, "r1", "duplicate"),
        "hand": lambda: machine.by_hand(one, person, now),
        "touch": lambda: machine.touch(one, now, "a call", now),
        "end": lambda: machine.end(one, "converted", now),
    }
    return acts.get(act, lambda: _ticked(machine.breach(one, now), terms, now))()


def _ticked(one: Promised, terms: Promise, now: datetime) -> Promised:
    match machine.due(one, terms, now):
        case Act.REMIND:
            return machine.remind(one, terms, now)
        case Act.GIVE_ON:
            return machine.pass_on(one, "r1")
        case Act.ASK:
            return machine.ask(one, "r1", "it went on as often as it may")
        case None:
            return one
