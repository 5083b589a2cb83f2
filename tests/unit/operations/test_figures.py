"""The figures of a scorecard, held to their definitions."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.base import rate
from upbeat.operations.owning.figures import End, Flag, action_rate, precision, readers, rejections, times, took, words

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
MAYA, THEO = "maya.chen@acme.example", "theo.grant@acme.example"


def flag(
    end: End = End.OPEN, *, run: str = "r1", person: str = MAYA, due: int = 1, hours: int = 1, said: str = ""
) -> Flag:
    shown = NOW - timedelta(days=3)
    at = None if end is End.OPEN else shown + timedelta(hours=hours)
    return Flag(run, person, shown, NOW + timedelta(days=due), end, at, said)


shares = st.integers(0, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@given(shares)
def test_the_interval_lies_within_nought_and_one_and_holds_the_share(share: tuple[int, int]) -> None:
    found = rate(*share)
    assert 0 <= found.low <= found.high <= 1
    assert found.share is None or found.low <= found.share <= found.high


@given(shares)
def test_what_did_not_happen_mirrors_what_did(share: tuple[int, int]) -> None:
    part, of = share
    did, did_not = rate(part, of), rate(of - part, of)
    assert (did.low, did.high) == pytest.approx((1 - did_not.high, 1 - did_not.low))


@given(st.integers(1, 200), st.integers(2, 50))
def test_more_cases_of_the_same_share_tell_more(of: int, times_more: int) -> None:
    few, many = rate(of // 2, of), rate(of // 2 * times_more, of * times_more)
    assert many.high - many.low < few.high - few.low


@pytest.mark.parametrize(
    ("part", "of", "low", "high"),
    [
        pytest.param(1, 10, 0.0179, 0.4042, id="one in ten"),
        pytest.param(0, 20, 0.0, 0.1611, id="none in twenty"),
        pytest.param(81, 263, 0.2553, 0.3662, id="81 of 263, as in Newcombe 1998, table I"),
        pytest.param(15, 148, 0.0624, 0.1605, id="15 of 148, as there"),
    ],
)
def test_the_interval_is_wilsons(part: int, of: int, low: float, high: float) -> None:
    found = rate(part, of)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@given(st.lists(st.integers(0, 10_000), min_size=1))
def test_nine_in_ten_took_no_longer_than_the_ninetieth_percentile(seconds: list[int]) -> None:
    found = times([timedelta(seconds=one) for one in seconds])
    assert found.median is not None
    assert found.ninetieth is not None
    assert found.ninetieth in seconds
    assert sum(one <= found.ninetieth for one in seconds) >= 0.9 * len(seconds)
    assert sum(one < found.ninetieth for one in seconds) < 0.9 * len(seconds)


def test_a_flag_that_still_has_time_says_nothing_of_its_reader() -> None:
    assert action_rate([flag(), flag(End.ACTED)], NOW).of == 1


def test_a_flag_whose_time_is_over_was_not_acted_on() -> None:
    found = action_rate([flag(due=-1), flag(End.ACTED)], NOW)
    assert (found.part, found.of) == (1, 2)


def test_what_the_house_took_back_counts_for_nobody() -> None:
    assert action_rate([flag(End.TAKEN_BACK)], NOW).of == 0


@pytest.mark.parametrize("end", [End.REJECTED, End.OVERRIDDEN])
def test_a_run_that_somebody_refused_was_not_right_though_another_acted_on_it(end: End) -> None:
    found = precision([flag(End.ACTED), flag(end, person=THEO), flag(End.ACTED, run="r2")])
    assert (found.part, found.of) == (1, 2)


def test_an_upheld_misfire_makes_a_run_wrong_that_was_acted_on() -> None:
    found = precision([flag(End.ACTED), flag(End.ACTED, run="r2")], wrong=frozenset({"r2"}))
    assert (found.part, found.of) == (1, 2)


def test_what_nobody_looked_at_is_not_judged() -> None:
    assert precision([flag(), flag(End.EXPIRED, run="r2"), flag(End.TAKEN_BACK, run="r3")]).of == 0


def test_each_person_has_their_own_rate_and_time() -> None:
    flags = [flag(End.ACTED, hours=2), flag(End.REJECTED), flag(), flag(End.ACTED, person=THEO, hours=4)]
    maya, theo = readers(flags, NOW)
    assert (maya.person, maya.received, maya.waiting, maya.acted.part, maya.acted.of) == (MAYA, 3, 1, 1, 2)
    assert (maya.took.median, theo.took.median) == (2 * 3600, 4 * 3600)


def test_nobody_acted_and_there_is_no_time() -> None:
    assert took([flag(End.REJECTED)]).median is None


def test_the_commonest_reason_of_rejection_comes_first() -> None:
    flags = [flag(End.REJECTED, said=said) for said in ("wrong time", "wrong fact", "wrong fact")]
    assert list(rejections(flags).items()) == [("wrong fact", 2), ("wrong time", 1)]


def test_reasons_are_counted_without_the_words_beside_them_and_the_words_are_told() -> None:
    flags = [
        flag(End.REJECTED, said="wrong fact: she left", hours=1),
        flag(End.REJECTED, said="wrong fact: wrong buyer", hours=2),
        flag(End.REJECTED, said="wrong fact", hours=3),
        flag(End.ACTED, said="wrong fact: not a rejection"),
    ]
    assert (rejections(flags), words(flags)) == ({"wrong fact": 3}, ("wrong buyer", "she left"))
