"""How sure a value is follows what reviewers made of values like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.conversation.calibrating import (
    Calibration,
    Decided,
    Outcome,
    brier,
    calibration,
    ece,
    errors_of,
    fit,
    record_of,
    sure,
)

FLOOR, ENOUGH = 0.8, 50
CONFIDENCES = st.floats(0, 1)
DECIDED = st.lists(st.builds(Decided, CONFIDENCES, st.sampled_from(Outcome)), min_size=1, max_size=60)


def taken(count: int, outcome: Outcome = Outcome.ACCEPTED, confidence: float = 0.6) -> list[Decided]:
    return [Decided(confidence, outcome)] * count


@given(DECIDED, CONFIDENCES, CONFIDENCES)
def test_who_says_more_is_never_less_sure(decided: list[Decided], one: float, other: float) -> None:
    steps = fit(decided)
    low, high = sorted((one, other))
    assert sure(steps, low) <= sure(steps, high)


@given(DECIDED)
def test_the_curve_never_tells_worse_than_the_mean_of_what_it_was_fitted_on(decided: list[Decided]) -> None:
    steps, mean = fit(decided), sum(one.right for one in decided) / len(decided)
    learnt = brier([(sure(steps, one.confidence), one.right) for one in decided])
    constant = brier([(mean, one.right) for one in decided])
    assert learnt is not None
    assert constant is not None
    assert learnt <= constant + 1e-9


def test_neighbours_that_fall_are_one_level() -> None:
    decided = [*taken(1, Outcome.REJECTED, 0.3), *taken(2, confidence=0.5), *taken(2, Outcome.EDITED, 0.7)]
    assert fit([*decided, *taken(1, confidence=0.9)]) == ((0.3, 0.0), (0.5, 0.5), (0.9, 1.0))


def test_what_is_less_sure_than_all_that_was_decided_gains_nothing() -> None:
    assert sure(((0.6, 1.0),), 0.2) == 0.2


@pytest.mark.parametrize(
    ("decided", "missing"),
    [
        pytest.param([], "decisions wanted on values as sure as 80%: 50 more", id="none decided"),
        pytest.param(taken(49), "decisions wanted on values as sure as 80%: 1 more", id="one too few"),
        pytest.param(taken(50), "", id="enough, all taken"),
        pytest.param(
            [*taken(55), *taken(10, Outcome.EDITED)],
            "precision is 74% at the least, and the floor is 80%",
            id="right often, but not surely often enough",
        ),
        pytest.param(
            [*taken(60, confidence=0.9), *taken(60, Outcome.REJECTED, 0.4)], "", id="the sure ones alone are right"
        ),
    ],
)
def test_values_stay_in_review_until_their_precision_is_sure(decided: list[Decided], missing: str) -> None:
    assert record_of("metrics", "rules", decided, FLOOR, ENOUGH).missing == missing


def test_figures_are_of_decisions_that_the_curve_was_not_fitted_on() -> None:
    found = errors_of([*taken(60), *taken(20, Outcome.EDITED, 0.3)])
    assert found.brier == pytest.approx((60 * 0.4**2 + 20 * 0.3**2) / 80)
    assert found.brier_after == 0
    assert found.ece == pytest.approx((60 * 0.4 + 20 * 0.3) / 80)


def test_the_calibration_error_is_counted_by_tenths() -> None:
    assert ece([(0.95, True), (0.95, False), (0.15, False), (1.0, True)]) == pytest.approx((0.9 + 0.15) / 4)
    assert ece([]) is None


def test_only_what_left_review_has_a_curve_and_a_model_is_trusted_over_all_its_names() -> None:
    some = [
        record_of("metrics", "small", taken(50), FLOOR, ENOUGH),
        record_of("champion", "small", taken(10, Outcome.REJECTED), FLOOR, ENOUGH),
        record_of("champion", "rules", taken(10), FLOOR, ENOUGH),
    ]
    found = calibration(some, ENOUGH)
    assert [(one.name, one.by) for one in found.curves] == [("metrics", "small")]
    assert found.trust == {"small": 0.833}
    assert found.curve("champion", "small") is None
    assert calibration([], ENOUGH) == Calibration()
