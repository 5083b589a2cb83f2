"""What is shipped: nothing is wrong with it, and it says what it should."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from upbeat.domain import Change, Effect, Mode
from upbeat.steps import SPECS
from upbeat.workflows import PLAYBOOKS, Workflow, load, register


def test_nothing_is_wrong_with_what_is_shipped(said: Callable[[Path], list[str]]) -> None:
    assert said(PLAYBOOKS) == []


def test_every_shipped_workflow_starts_in_monitor() -> None:
    assert {one.mode for one in load(PLAYBOOKS).workflows} == {Mode.MONITOR}


def test_policy_has_a_rule_for_every_effect() -> None:
    assert {one.effect for one in load(PLAYBOOKS).policy.rules} == set(Effect)


def test_the_register_shows_that_the_tier_follows_the_effect(shipped: Mapping[str, Workflow]) -> None:
    rows = register(shipped, load(PLAYBOOKS).policy, dict.fromkeys(shipped, Mode.MONITOR), SPECS)
    assert [(row.workflow, row.trigger, *((one.function, str(one.tier)) for one in row.actions)) for row in rows] == [
        ("advance-stage", "Opportunity updated (Verbal_Commitment__c)", ("update_record", "approval")),
        ("missing-next-step", "Opportunity, weekdays at 07:15", ("create_task", "auto")),
        ("repeated-close-date-push", "Opportunity updated (CloseDate)", ("request_decision", "review")),
        ("route-inbound-leads", "Lead created", ("assign_owner", "auto")),
        (
            "single-threaded-larger-deals",
            "Opportunity, weekdays at 07:00",
            ("update_record", "auto"),
            ("create_task", "auto"),
        ),
    ]


def test_the_register_names_the_fields_that_are_written_and_the_figures_that_decide(
    shipped: Mapping[str, Workflow],
) -> None:
    rows = register(shipped, load(PLAYBOOKS).policy, dict.fromkeys(shipped, Mode.LIVE), SPECS)
    single = next(one for one in rows if one.workflow == "single-threaded-larger-deals")
    assert single.actions[0].writes == (
        "Opportunity.Risk_Flag__c",
        "Opportunity.Risk_Reason__c",
        "Opportunity.Risk_Since__c",
    )
    assert [(one.name, one.value) for one in single.thresholds] == [("contacts", "3"), ("larger", "50000")]


def test_a_routed_lead_is_read_for_all_that_its_pool_compares(shipped: Mapping[str, Workflow]) -> None:
    route = shipped["route-inbound-leads"]
    assert set(route.fields) >= {"Id", "OwnerId", "PostalCode", "Country", "Website", "Email", "Company"}
    assert route.starts == {Change.CREATED}
    assert route.pools["inbound"].territories[0].name == "East"


@pytest.mark.parametrize(
    ("name", "watched"),
    [("repeated-close-date-push", ("CloseDate",)), ("single-threaded-larger-deals", ()), ("route-inbound-leads", ())],
)
def test_only_updates_watch_fields(shipped: Mapping[str, Workflow], name: str, watched: tuple[str, ...]) -> None:
    assert shipped[name].watched == watched
