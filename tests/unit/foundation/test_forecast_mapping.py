"""What the org's stages say of the forecast, held against itself."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.foundation.talk import an_org, held, without

from upbeat.foundation import Ground
from upbeat.foundation.forecast_mapping import MAPPING, contradictions, paths_of
from upbeat.schema import Stage, standard

STANDARD = standard().stages


def stage(name: str, order: int, category: str = "Pipeline", probability: int = 10, **more: Any) -> Stage:
    return Stage(name, order, category, probability=probability, **more)


SOUND = (
    stage("New", 1),
    stage("Proof", 2, "BestCase", 50),
    stage("Paper", 3, "Forecast", 90),
    stage("Won", 4, "Closed", 100, closed=True, won=True),
    stage("Lost", 5, "Omitted", 0, closed=True),
)


def wrong(*stages: Stage) -> list[tuple[str, str]]:
    return [(one.stage, one.field) for one in contradictions(stages, paths_of(stages, (), kinds=False))]


def org(stages: Sequence[Stage]) -> Ground:
    return an_org(schema=replace(an_org().schema, stages=tuple(stages)))


@pytest.mark.parametrize("stages", [STANDARD, SOUND, SOUND[:1], ()])
def test_stages_that_hold_together_have_no_contradiction(stages: Sequence[Stage]) -> None:
    assert wrong(*stages) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        pytest.param(stage("Proof", 2, "Closed", 50), "ForecastCategory", id="an open stage is booked"),
        pytest.param(stage("Won", 4, "Forecast", 100, closed=True, won=True), "ForecastCategory", id="won, not Closed"),
        pytest.param(stage("Lost", 5, "Pipeline", 0, closed=True), "ForecastCategory", id="lost, not Omitted"),
        pytest.param(stage("Paper", 3, "Pipeline", 90), "ForecastCategory", id="a later stage is less sure"),
        pytest.param(stage("Paper", 3, "Forecast", 40), "DefaultProbability", id="a later stage is less likely"),
        pytest.param(stage("Won", 4, "Closed", 90, closed=True, won=True), "DefaultProbability", id="won at 90 %"),
        pytest.param(stage("Won", 4, "Closed", 100, won=True), "IsWon", id="won and open"),
    ],
)
def test_one_setting_that_cannot_be_meant_is_one_contradiction(changed: Stage, field: str) -> None:
    stages = [changed if one.name == changed.name else one for one in SOUND]
    assert wrong(*stages) == [(changed.name, field)]


@pytest.mark.parametrize(
    "fine",
    [
        pytest.param(stage("Paper", 3, "BestCase", 50), id="as sure and as likely as the one before"),
        pytest.param(stage("On hold", 6, "Pipeline", 10), id="deals are set aside there"),
        pytest.param(stage("Partner", 6, "Omitted", 0), id="left out of the forecast"),
        pytest.param(stage("Old", 6, "Closed", 50, active=False), id="not active any more"),
        pytest.param(stage("Unmapped", 6, "", 95), id="no category at all"),
    ],
)
def test_what_may_be_meant_is_no_contradiction(fine: Stage) -> None:
    assert wrong(*(one for one in SOUND if one.name != fine.name), fine) == []


def test_two_active_stages_that_read_alike_are_told() -> None:
    assert wrong(*SOUND, stage("paper ", 6, "Forecast", 90)) == [("paper ", "ApiName")]


def test_stages_that_a_sign_tells_apart_are_two() -> None:
    assert wrong(*SOUND, stage("Paper +", 6, "Forecast", 90)) == []


def test_stages_of_several_sales_processes_are_compared_within_each_alone() -> None:
    stages = (*SOUND[:3], stage("Renewal due", 4, "Pipeline", 30), *SOUND[3:])
    apart = paths_of(stages, [("a", "New"), ("a", "Paper"), ("b", "Renewal due")], kinds=True)
    assert contradictions(stages, apart) == []
    together = paths_of(stages, [("a", "Paper"), ("a", "Renewal due")], kinds=True)
    assert [one.stage for one in contradictions(stages, together)] == ["Renewal due", "Renewal due"]


def group(name: str, category: str, deals: int) -> dict[str, Any]:
    return {"StageName": name, "ForecastCategory": category, "deals": deals, "amounts": deals, "worth": 100.0 * deals}


def test_a_contradiction_says_how_many_deals_and_how_much_stand_on_it() -> None:
    stages = [replace(one, forecast_category="Closed") if one.name == "Proof" else one for one in SOUND]
    found = held(MAPPING, org(stages), {"GROUP BY": [group("Proof", "Closed", 3)]})
    [one] = found.findings
    assert (one.amount, one.values, one.corrections) == (300, ("Proof", "Closed"), ())
    assert "3 open deals are in it" in one.says
    assert (found.measures[0].part, found.measures[0].of) == (4, 5)


@pytest.mark.parametrize(
    ("stages", "why"),
    [((*SOUND, stage("Old", 9, active=False)), "is not active any more"), (SOUND, "is none of the org's")],
)
def test_open_deals_in_a_stage_that_nobody_can_choose_are_named(stages: Sequence[Stage], why: str) -> None:
    deal = {"Id": "006000000000001AAA", "Name": "Lowell", "StageName": "Old", "CloseDate": "2026-12-01"}
    told = {"GROUP BY": [group("Old", "Pipeline", 1), group("New", "Pipeline", 9)], "SELECT Id": [deal]}
    [one] = held(MAPPING, org(stages), told).findings
    assert (one.count, one.of, len(one.records)) == (1, 10, 1)
    assert why in one.says


def test_deals_that_a_person_forecasts_otherwise_are_a_figure_and_no_defect() -> None:
    told = {"GROUP BY": [group("New", "Pipeline", 6), group("New", "Forecast", 2)]}
    found = held(MAPPING, org(SOUND), told)
    assert found.findings == ()
    assert [(one.name, one.part, one.of, one.scores) for one in found.measures][1] == (
        "forecast-mapping/by-hand", 6, 8, False,
    )  # fmt: skip


def test_what_the_org_does_not_tell_is_said() -> None:
    assert held(MAPPING, org(()), {}).unseen[0].object == "OpportunityStage"
    assert held(MAPPING, without(org(SOUND), "Opportunity"), {}).unseen[0].object == "Opportunity"
    denied = held(MAPPING, org(SOUND), {"GROUP BY": "no access"})
    assert (denied.unseen[0].object, denied.measures[0].percent) == ("Opportunity", 100)
