"""What is shipped: nothing is wrong with it, and it says what it should."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from upbeat.domain import Change, Effect, Mode
from upbeat.workflows import PLAYBOOKS, Workflow, load, register


def test_nothing_is_wrong_with_what_is_shipped(said: Callable[[Path], list[str]]) -> None:
    assert said(PLAYBOOKS) == []


def test_every_shipped_workflow_starts_in_monitor() -> None:
    assert {one.mode for one in load(PLAYBOOKS).workflows} == {Mode.MONITOR}


def test_policy_has_a_rule_for_every_effect() -> None:
    assert {one.effect for one in load(PLAYBOOKS).policy.rules} == set(Effect)


def test_the_register_shows_that_the_tier_follows_the_effect(shipped: Mapping[str, Workflow]) -> None:
    rows = register(shipped, load(PLAYBOOKS).policy, dict.fromkeys(shipped, Mode.MONITOR))
    assert [(one.workflow, one.trigger, one.action, one.thresholds, str(one.tier)) for one in rows] == [
        ("advance-stage", "Opportunity updated (Verbal_Commitment__c)", "update_record", (), "approval"),
        ("missing-next-step", "Opportunity, weekdays at 07:15", "create_task", (), "auto"),
        ("repeated-close-date-push", "Opportunity updated (CloseDate)", "request_decision", ("pushes = 3",), "review"),
        ("route-inbound-leads", "Lead created", "assign_owner", (), "auto"),
        (
            "single-threaded-larger-deals",
            "Opportunity, weekdays at 07:00",
            "update_record",
            ("contacts = 3", "larger = 50000"),
            "auto",
        ),
        (
            "single-threaded-larger-deals",
            "Opportunity, weekdays at 07:00",
            "create_task",
            ("contacts = 3", "larger = 50000"),
            "auto",
        ),
    ]


def test_the_register_names_the_fields_that_are_written(shipped: Mapping[str, Workflow]) -> None:
    rows = register(shipped, load(PLAYBOOKS).policy, dict.fromkeys(shipped, Mode.LIVE))
    flag = next(one for one in rows if one.step == "flag")
    assert flag.writes == ("Opportunity.Risk_Flag__c", "Opportunity.Risk_Reason__c", "Opportunity.Risk_Since__c")


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
