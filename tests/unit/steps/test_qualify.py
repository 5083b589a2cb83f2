"""How well a record fits: the first tier that holds, the points that count, and why."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from upbeat import formula
from upbeat.formula import FormulaError, Scope
from upbeat.schema import standard
from upbeat.steps import FUNCTIONS, Case, Result

Make = Callable[..., Case]
LEADS = Scope(standard(), "Lead")


def when(text: str) -> formula.Formula:
    return formula.compile(text, LEADS)


TIERS = (
    {"tier": "A", "when": when("NumberOfEmployees >= 1000")},
    {"tier": "B", "when": when("NumberOfEmployees >= 100")},
)
POINTS = (
    {"points": Decimal(30), "when": when("NumberOfEmployees >= 100"), "why": "size"},
    {"points": Decimal(-10), "when": when("ISBLANK(Website)")},
    {"points": Decimal("2.5"), "when": when('ISPICKVAL(Rating, "Hot")')},
)


def qualify(case: Make, employees: int | None = None, **args: Any) -> Result:
    lead = {"NumberOfEmployees": employees, "Website": None, "Rating": None}
    return FUNCTIONS["qualify"].run(case("Lead", record=lead, **args))


@pytest.mark.parametrize(("employees", "tier"), [(1000, "A"), (999, "B"), (100, "B"), (99, None), (None, None)])
def test_the_first_tier_that_holds_counts_and_a_blank_meets_none(case: Make, employees: int, tier: str) -> None:
    assert qualify(case, employees, tiers=TIERS).gives["tier"] == tier


def test_it_says_why(case: Make) -> None:
    why = qualify(case, 2000, tiers=TIERS, points=POINTS).gives["why"]
    assert "tier A, as NumberOfEmployees" in why
    assert "score 20: +30 as size, -10 as Website" in why


def test_what_fits_no_tier_has_the_one_for_all_others(case: Make) -> None:
    gives = qualify(case, 5, tiers=TIERS, otherwise="C").gives
    assert (gives["tier"], gives["why"]) == ("C", "tier C, as no other fits")


def test_the_score_is_where_it_begins_and_every_point_that_holds(case: Make) -> None:
    assert qualify(case, 100, points=POINTS, score=Decimal("0.5")).gives["score"] == Decimal("20.5")


def test_a_score_that_is_blank_stays_blank_and_is_no_0(case: Make) -> None:
    assert qualify(case, 5, score=None, tiers=TIERS).gives["score"] is None


def test_a_condition_behind_the_first_that_holds_is_not_asked(case: Make) -> None:
    broken = {"tier": "B", "when": when("1 / NumberOfEmployees > 0")}
    zero = {"tier": "A", "when": when("NumberOfEmployees = 0")}
    assert qualify(case, 0, tiers=(zero, broken)).gives["tier"] == "A"
    with pytest.raises(FormulaError):
        qualify(case, 0, tiers=(broken, zero))
