"""What the org allows, and what tools take of it."""

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.foundation.talk import an_org, held

from upbeat.foundation import Ground, Weight
from upbeat.foundation.limits import FOOTPRINT
from upbeat.workflows import ToolRegister

TOOL = {
    "title": "Recorder",
    "kind": "conversation",
    "owner": "priya.shah@acme.example",
    "calls_per_day": 2000,
    "reviewed": {"by": "iris.nolan@acme.example", "on": "2026-10-01"},
}


def an_org_with(*tools: dict[str, Any]) -> Ground:
    return an_org(tools=ToolRegister.model_validate({"tools": {f"tool_{at}": one for at, one in enumerate(tools)}}))


def told(calls: int = 90_000, data: int = 900) -> dict[str, Any]:
    limits = {
        "DailyApiRequests": {"Max": 100_000, "Remaining": calls},
        "DataStorageMB": {"Max": 1_000, "Remaining": data},
        "SingleEmail": {"Max": 15, "Remaining": 15},
    }
    return {"": [limits]}


def test_a_reviewed_tool_within_the_allowance_passes_and_the_budget_is_shown() -> None:
    found = held(FOOTPRINT, an_org_with(TOOL), told())
    assert (found.findings, found.measures[0].percent, found.measures[1].part) == ((), 100, 90_000)
    used, footprints = found.exhibits
    assert [row[0] for row in used.rows] == ["DailyApiRequests", "DataStorageMB"]
    assert footprints.rows == (("Recorder", 2000, 2, "iris.nolan@acme.example", "2026-10-01", "2027-03-31"),)


@pytest.mark.parametrize(
    "tool",
    [
        TOOL | {"reviewed": None},
        TOOL | {"reviewed": {"by": "a@b.example", "on": "2026-05-18"}},
        TOOL | {"calls_per_day": None},
    ],
    ids=["never reviewed", "reviewed half a year ago", "calls not said"],
)
def test_a_tool_without_a_review_that_holds_or_without_a_figure_fails(tool: dict[str, Any]) -> None:
    assert held(FOOTPRINT, an_org_with(TOOL, tool), told()).measures[0].percent == 50


def test_a_review_holds_for_half_a_year() -> None:
    tool = TOOL | {"reviewed": {"by": "a@b.example", "on": "2026-05-19"}}
    assert held(FOOTPRINT, an_org_with(tool), told()).measures[0].percent == 100


@pytest.mark.parametrize(
    ("left", "weight"), [(20_000, None), (19_999, Weight.MEDIUM), (9_999, Weight.HIGH), (-5, Weight.HIGH)]
)
def test_calls_that_run_short_are_found_below_a_fifth_and_weigh_most_below_a_tenth(
    left: int, weight: Weight | None
) -> None:
    assert [one.weight for one in held(FOOTPRINT, an_org(), told(calls=left)).findings] == [weight] * bool(weight)


def test_storage_that_runs_full_is_found() -> None:
    [one] = held(FOOTPRINT, an_org(), told(data=50)).findings
    assert (one.values, one.count, one.of) == (("DataStorageMB",), 950, 1000)


def test_tools_that_may_call_more_than_the_org_allows_are_found() -> None:
    many = TOOL | {"calls_per_day": 99_000}
    [one] = held(FOOTPRINT, an_org_with(TOOL, many), told()).findings
    assert one.key == "api-footprint:allowance"
    assert "101,000" in one.says


@pytest.mark.parametrize(
    ("edition", "found"),
    [
        ("Enterprise Edition", 0),
        ("Unlimited Edition", 0),
        ("Developer Edition", 0),
        ("Professional Edition", 1),
        ("", 0),
    ],
)
def test_an_edition_that_is_not_supported_is_found(edition: str, found: int) -> None:
    ground = an_org()
    ground = replace(ground, org=replace(ground.org, edition=edition))
    assert len(held(FOOTPRINT, ground, told()).findings) == found


def test_limits_that_the_org_does_not_tell_are_said_and_make_no_figure() -> None:
    found = held(FOOTPRINT, an_org_with(TOOL), {"": "no access"})
    assert [one.name for one in found.measures] == ["api-footprint"]
    assert found.unseen[0].why == "no access"
