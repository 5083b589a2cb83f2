"""What tools write, held against what tools.yaml says of them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.foundation.talk import an_org, held, without

from upbeat.foundation import (
    Ground,
    Weight,
    capture,
    limits,
    participants,
    shared_ids,
    silos,
    unlinked,
    write_back,
    write_rules,
    writers,
)
from upbeat.foundation.silos import SCORES, SILOS
from upbeat.foundation.write_rules import OWNERS, RULES
from upbeat.foundation.writers import WRITERS
from upbeat.workflows import Person, ToolRegister, Workflow

REP, SYNC, OTHER, OURS = (f"00500000000000{n}AAA" for n in range(4))
CALLS = {
    "title": "Call Recorder",
    "kind": "conversation",
    "owner": "priya.shah@acme.example",
    "users": ["calls@acme.example"],
    "writes": [{"object": "Opportunity", "fields": ["NextStep"], "every": "each call"}],
    "ids": {"account": "Account.Id"},
}
NOTHING: dict[str, Any] = {"SELECT": []}


def people() -> dict[str, Person]:
    some = (
        Person("maya.chen@acme.example", REP, "Maya Chen"),
        Person("calls@acme.example", SYNC, "Call Sync", integration=True),
        Person("enrich@acme.example", OTHER, "Enrichment", integration=True),
        Person("upbeat.writer@acme.example", OURS, "Upbeat Writer", integration=True),
    )
    return {one.username: one for one in some}


def with_tools(**tools: Any) -> Ground:
    register = ToolRegister.model_validate({"tools": tools})
    return an_org(tools=register, people=people(), ours=frozenset({OURS}), records={"Opportunity": 300})


def changed(field: str, *by: tuple[str, int]) -> dict[str, Any]:
    rows = [{"Field": field, "CreatedById": who, "n": number} for who, number in by]
    return {"FROM OpportunityFieldHistory": rows, **NOTHING}


def test_a_tool_that_writes_what_is_written_down_passes() -> None:
    found = held(RULES, with_tools(calls=CALLS), changed("NextStep", (SYNC, 40)))
    assert (found.findings, found.measures[0].percent) == ((), 100)


def test_a_field_that_a_tool_changes_and_its_entry_does_not_list_is_found_and_weighs_by_what_goes_by_it() -> None:
    found = held(RULES, with_tools(calls=CALLS), changed("StageName", (SYNC, 7)))
    [one] = found.findings
    assert (one.object, one.fields, one.count, one.of, one.weight) == (
        "Opportunity",
        ("StageName",),
        7,
        300,
        Weight.HIGH,
    )
    assert "OpportunityFieldHistory" in one.queries[0]
    assert one.says.endswith("the query shows which they are.")
    assert found.measures[0].percent == 0


def test_the_owner_as_history_names_it_is_the_field_of_the_owner() -> None:
    [one] = held(RULES, with_tools(calls=CALLS), changed("Owner", (SYNC, 7))).findings
    assert one.fields == ("OwnerId",)
    assert "Field = 'Owner'" in one.queries[0]


def test_records_of_an_object_that_no_entry_lists_are_found_once() -> None:
    told = {
        "CreatedById, COUNT(Id) n FROM Contact": [{"CreatedById": SYNC, "n": 12}],
        "LastModifiedById, HOUR_IN_DAY(LastModifiedDate) h, COUNT(Id) n FROM Contact": [
            {"LastModifiedById": SYNC, "h": 9, "n": 12}
        ],
    }
    found = held(RULES, with_tools(calls=CALLS), told | changed("NextStep", (SYNC, 40)))
    assert [(one.object, one.count) for one in found.findings] == [("Contact", 12)]


def test_an_integration_user_whom_no_entry_names_is_found_by_what_shows_it_and_never_by_a_name() -> None:
    found = held(RULES, with_tools(calls=CALLS), changed("NextStep", (SYNC, 40), (OTHER, 9), (REP, 80), (OURS, 5)))
    [one] = found.findings
    assert (one.values, one.records[0].id) == (("enrich@acme.example",), OTHER)
    assert found.measures[0].percent == 50


def test_an_entry_that_was_never_seen_writing_is_found_where_that_can_be_told() -> None:
    ground = with_tools(calls=CALLS)
    [one] = held(RULES, ground, NOTHING).findings
    assert one.key == "write-back-rules:silent:calls"
    hidden = held(RULES, ground, {"FROM Opportunity": "no access", **NOTHING})
    assert (hidden.findings, hidden.measures[0].percent) == ((), None)
    assert hidden.unseen[0].object == "Opportunity"
    unknown = CALLS | {"users": ["nobody@acme.example"]}
    assert held(RULES, with_tools(calls=unknown), NOTHING).findings == ()


def test_a_team_without_tools_and_without_integrations_has_nothing_to_measure() -> None:
    found = held(RULES, with_tools(), changed("Amount", (REP, 80), (OURS, 3)))
    assert (found.findings, found.measures[0].percent) == ((), None)


def test_a_field_that_two_tools_change_or_list_has_two_owners() -> None:
    second = CALLS | {"title": "Sequencer", "users": ["enrich@acme.example"]}
    listed = held(OWNERS, with_tools(calls=CALLS, sequencer=second), NOTHING)
    assert [(one.object, one.fields) for one in listed.findings] == [("Opportunity", ("NextStep",))]
    seen = held(OWNERS, with_tools(calls=CALLS), changed("NextStep", (SYNC, 40), (OTHER, 9)))
    [one] = seen.findings
    assert one.values == ("Call Recorder", "enrich@acme.example")
    assert seen.measures[0].percent == 0


@pytest.mark.parametrize("by", [[(SYNC, 40), (REP, 90)], [(SYNC, 40), (OTHER, 4)]], ids=["a person", "hardly ever"])
def test_a_field_that_one_tool_and_people_change_has_one_owning_system(by: list[tuple[str, int]]) -> None:
    found = held(OWNERS, with_tools(calls=CALLS), changed("NextStep", *by))
    assert (found.findings, found.measures[0].percent) == ((), 100)


def test_upbeat_does_not_fight_itself_and_is_one_system_beside_others(shipped: Mapping[str, Workflow]) -> None:
    flow = shipped["route-inbound-leads"]
    ground = replace(with_tools(), workflows=(flow,), live=frozenset({flow.name}))
    told = {"FROM LeadHistory": [{"Field": "Owner", "CreatedById": OURS, "n": 13}], **NOTHING}
    alone = held(OWNERS, ground, told)
    assert alone.findings == ()
    [row] = [one for one in alone.exhibits[0].rows if one[0] == "Lead.OwnerId"]
    assert row[1:] == ("Upbeat", "changed it on 13 records; the workflow route-inbound-leads")
    told["FROM LeadHistory"] += [{"Field": "Owner", "CreatedById": OTHER, "n": 9}]
    assert held(OWNERS, ground, told).findings[0].values == ("enrich@acme.example", "Upbeat")
    [users, fields] = held(WRITERS, ground, told).exhibits
    assert [row[3] for row in fields.rows] == ["Upbeat", ""]
    assert "a connection of Upbeat's own acts as it" in next(row for row in users.rows if row[0] == "Upbeat Writer")


def test_tasks_of_two_tools_are_no_conflict_as_each_makes_its_own() -> None:
    tasks = [{"object": "Task", "fields": ["Subject"], "every": "each call"}]
    one, two = CALLS | {"writes": tasks}, CALLS | {"writes": tasks, "title": "Dialer", "users": ["enrich@acme.example"]}
    assert held(OWNERS, with_tools(calls=one, dialer=two), NOTHING).findings == ()


def test_a_silo_is_listed_and_holds_where_it_is_written_down() -> None:
    silo = CALLS | {"reads_only": True, "writes": []}
    found = held(SILOS, with_tools(calls=silo), NOTHING)
    assert found.measures[0].percent == 100
    assert found.exhibits[0].rows[0][0] == "Call Recorder"
    silent = held(SILOS, with_tools(calls=CALLS), NOTHING)
    assert silent.measures[0].percent == 0
    assert silent.exhibits[0].rows[0][3] == "no"


def test_a_tool_is_scored_by_what_is_seen_of_it_and_what_somebody_says() -> None:
    said = CALLS | {"meets": {"security": "SOC 2 Type II report of May 2026"}}
    found = held(SCORES, with_tools(calls=said), changed("NextStep", (SYNC, 40)))
    assert found.exhibits[0].rows == (
        (
            "Call Recorder",
            2,
            "no: standard alone",
            "40 records in 90 days",
            "-",
            "-",
            "SOC 2 Type II report of May 2026",
        ),
    )


def test_who_writes_is_a_table_with_what_shows_a_tool_and_no_finding() -> None:
    told = {
        "HOUR_IN_DAY(LastModifiedDate) h, COUNT(Id) n FROM Account": [
            {"LastModifiedById": REP, "h": 23, "n": 1500},
            {"LastModifiedById": SYNC, "h": 11, "n": 20},
        ],
        "LoginHistory": [{"UserId": REP, "Application": "Browser", "n": 3}],
    }
    ground = with_tools(calls=CALLS)
    found = held(
        WRITERS, an_org(tools=ground.tools, people=people(), objects=ground.objects | {"LoginHistory"}), told | NOTHING
    )
    users = {row[0]: row for row in found.exhibits[0].rows}
    assert "suggest" in users["Maya Chen"][4]
    assert "tools.yaml names it" in users["Call Sync"][4]
    assert found.findings == ()
    assert found.unseen[0].object == "LoginHistory"  # one's own log-ins alone


def test_a_user_whom_a_permission_set_lets_in_over_the_api_alone_is_a_tool() -> None:
    told = {"PermissionSetAssignment": [{"AssigneeId": REP}]} | changed("NextStep", (REP, 80))
    [one] = held(RULES, with_tools(), told).findings
    assert one.records[0].why == "a permission set lets it in over the API alone"


def test_a_user_who_changes_records_at_all_hours_is_suggested_to_be_a_tool_and_found_by_no_check() -> None:
    rows = [{"LastModifiedById": REP, "h": hour, "n": 2} for hour in range(20)]
    told = {"HOUR_IN_DAY(LastModifiedDate) h, COUNT(Id) n FROM Opportunity": rows, **NOTHING}
    [users, _] = held(WRITERS, with_tools(), told).exhibits
    assert users.rows[0][4] == "not shown; changes in 20 of the 24 hours of the day suggests it"
    assert held(RULES, with_tools(), told).findings == ()


def test_what_the_org_does_not_show_of_writing_is_said() -> None:
    ground = without(with_tools(calls=CALLS), "Opportunity")
    assert "Opportunity" in {one.object for one in held(RULES, ground, NOTHING).unseen}


def test_all_that_is_asked_of_tools_takes_under_forty_calls() -> None:
    modules = (capture, limits, participants, shared_ids, silos, unlinked, write_back, write_rules, writers)
    checks = [check for module in modules for check in module.CHECKS]
    ground = with_tools(calls=CALLS)
    ground = replace(ground, objects=ground.objects | {"LoginHistory", "ActivityUsrConnectionStatus"})
    first = {question for check in checks for question in next(check.look(ground))}
    assert sum(one.calls for one in first) + sum(check.more(ground) for check in checks) < 40
