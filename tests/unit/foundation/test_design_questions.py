"""The design questions are answered by figures, each with how many it rests on; what is not told is not answered."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from tests.unit.foundation.talk import NOW, an_org, held, without

from upbeat.foundation import Exhibit, Found
from upbeat.foundation.design_questions import BLIND, MANUAL, PEOPLE, RELIABLE
from upbeat.foundation.lead_flow import LEADS, Waits
from upbeat.workflows import Person, ToolRegister, Workflow

REP, SYNC, WEB = (f"00500000000000{n}AAA" for n in range(3))
CREATED = NOW - timedelta(days=10)


def at(hours: float) -> str:
    return (CREATED + timedelta(hours=hours)).isoformat()


def leads(number: int, **parts: Any) -> list[dict[str, Any]]:
    one = {"CreatedDate": CREATED.isoformat(), "CreatedById": WEB, "OwnerId": REP, "ConvertedContactId": None, **parts}
    return [{"Id": f"00Q{at:012d}AAA", **one} for at in range(number)]


def flows(told: Mapping[str, Any], queued: int = 0, whole: int = 40, **parts: Any) -> Found:
    """Let the check speak with an org that tells this, and nothing else."""
    counts = {"Owner.Type = 'Queue'": queued, "SELECT COUNT()": whole}
    return held(LEADS, an_org(**parts), {**counts, **told, "SELECT": []})


def row(found: Found, key: str, name: str) -> list[Any]:
    [table] = [one for one in found.exhibits if one.key == key]
    [line] = [list(each[1:]) for each in table.rows if name in each[0]]
    return line


def test_a_lead_waits_from_its_creation_to_its_first_change_of_owner_and_its_first_task_or_event() -> None:
    some = leads(3)
    told = {
        "FROM Lead WHERE": some,
        "FROM LeadHistory": [{"LeadId": some[at_]["Id"], "earliest": at(hours)} for at_, hours in ((0, 1), (1, 5))],
        "FROM Task": [{"WhoId": some[0]["Id"], "earliest": at(30)}],
        "FROM Event": [{"WhoId": some[0]["Id"], "earliest": at(20)}],
    }
    found = flows(told)
    assert row(found, "design/latency", "owner") == [3.0, None, None, 2, 3]
    assert row(found, "design/latency", "task") == [20.0, None, None, 1, 3]


def test_what_moved_to_the_contact_that_a_lead_became_counts_for_the_lead() -> None:
    some = leads(1, ConvertedContactId="003000000000001AAA")
    task = {"WhoId": "003000000000001AAA", "earliest": at(4)}
    found = flows({"FROM Lead WHERE": some, "FROM Task": [task]})
    assert row(found, "design/latency", "task")[0] == 4.0


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        pytest.param([], None, id="none"),
        pytest.param([5], Waits(1, 5), id="one has no interval"),
        pytest.param(range(5), Waits(5, 2), id="five tell no interval"),
        pytest.param(range(8), Waits(8, 3.5, 0, 7), id="eight do: by the ranks 1 and 8"),
        pytest.param(range(100), Waits(100, 49.5, 39, 60), id="a hundred: by the ranks 40 and 61"),
    ],
)
def test_a_median_has_an_interval_by_ranks_where_there_are_enough(hours: Any, expected: Waits | None) -> None:
    assert Waits.over(hours) == expected


def test_leads_with_a_queue_are_counted_and_those_nobody_handed_on_are_told_with_an_interval() -> None:
    some = [*leads(8), *leads(2, OwnerId=WEB)]
    some = [one | {"Id": f"00Q{at_:012d}AAA"} for at_, one in enumerate(some)]
    handed_on = [{"LeadId": some[9]["Id"], "earliest": at(1)}]
    found = flows({"FROM Lead WHERE": some, "FROM LeadHistory": handed_on}, queued=12)
    assert row(found, "design/missed-routing", "queue")[:3] == [12, 40, 30.0]
    assert row(found, "design/missed-routing", "created it") == [1, 10, 10.0, "2 % to 40 % at 95 %"]


def test_without_lead_history_nobody_is_said_to_have_been_passed_over() -> None:
    ground = an_org()
    found = flows({"FROM Lead WHERE": leads(3, OwnerId=WEB)}, objects=ground.objects - {"LeadHistory"})
    [table] = [one for one in found.exhibits if one.key == "design/missed-routing"]
    assert [one[0] for one in table.rows] == ["With a queue"]
    assert [one.object for one in found.unseen] == ["LeadHistory"]


@pytest.mark.parametrize("check", [LEADS, BLIND], ids=lambda one: one.name)
def test_what_the_org_does_not_tell_is_no_figure(check: Any) -> None:
    found = held(check, an_org(), {"SELECT": "no access"})
    assert found.exhibits == ()
    assert [one.why for one in found.unseen] == ["no access"]
    hidden = held(check, without(an_org(), "Lead" if check is LEADS else "Account"), {})
    assert (hidden.exhibits, len(hidden.unseen)) == ((), 1)


def test_an_org_without_leads_has_nothing_to_tell() -> None:
    assert flows({"FROM Lead WHERE": []}, whole=0).exhibits == ()


def test_accounts_with_open_deals_and_no_activity_are_counted_beside_the_silos() -> None:
    silo = {"title": "Scout", "kind": "enrichment", "owner": "priya.shah@acme.example", "reads_only": True}
    ground = an_org(tools=ToolRegister.model_validate({"tools": {"scout": silo}}))
    found = held(BLIND, ground, {"LastActivityDate < 2026-08-18": 3, "SELECT COUNT()": 42})
    assert found.exhibits[0].says == "3 of 42 accounts with open deals had no task and no event in 90 days."
    assert row(found, "design/blind-spots", "only read") == [1, 1]


def manual(*by: tuple[str, str, int], **parts: Any) -> Exhibit:
    people = (
        Person("maya.chen@acme.example", REP, "Maya Chen"),
        Person("calls@acme.example", SYNC, "Call Sync", integration=True),
    )
    rows = [{"Field": field, "CreatedById": who, "n": number} for field, who, number in by]
    ground = an_org(people={one.username: one for one in people}, **parts)
    return held(MANUAL, ground, {"FROM OpportunityFieldHistory": rows, "SELECT": []}).exhibits[0]


def test_what_people_change_by_hand_is_told_apart_from_what_tools_change() -> None:
    table = manual(("Owner", REP, 90), ("Owner", SYNC, 40), ("Description", REP, 500))
    assert list(table.rows) == [("Opportunity.OwnerId", 90, 40)]
    assert "on about 7 records a week" in table.says


def test_what_a_workflow_writes_counts_as_what_a_rule_could_set(shipped: Mapping[str, Workflow]) -> None:
    [(name, _)] = [pair for step in shipped["advance-stage"].steps for pair in step.writes][:1]
    assert name == "Opportunity"
    table = manual(("StageName", REP, 9), workflows=tuple(shipped.values()))
    assert list(table.rows) == [("Opportunity.StageName", 9, 0)]


def test_a_person_stays_where_the_policy_says_so_and_where_a_workflow_asks(shipped: Mapping[str, Workflow]) -> None:
    [table] = held(PEOPLE, an_org(workflows=tuple(shipped.values())), {}).exhibits
    tiers = {(one[0], one[1]): one[3] for one in table.rows}
    assert tiers["advance-stage", "advance"] == "approval"
    assert tiers["route-inbound-leads", "route"] == "auto"
    assert tiers["repeated-close-date-push", "inspect"] == "a question"


def test_fields_that_conditions_go_by_are_named_with_the_workflows(shipped: Mapping[str, Workflow]) -> None:
    fields, items = held(RELIABLE, an_org(workflows=tuple(shipped.values())), {}).exhibits
    amount = next(one for one in fields.rows if one[0] == "Opportunity.Amount")
    assert amount[1:3] == (1, "single-threaded-larger-deals")
    assert "contact-roles" in dict(items.rows)["single-threaded-larger-deals"]


@pytest.mark.parametrize("check", [PEOPLE, RELIABLE], ids=lambda one: one.name)
def test_where_no_workflow_runs_there_is_nothing_to_tell(check: Any) -> None:
    assert held(check, an_org(), {}) == Found()
