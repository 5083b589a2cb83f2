"""Who answers for each automation: named in tools.yaml or in its own description, and working here."""

from typing import Any

import pytest
from tests.unit.foundation.automated import Automated, flow
from tests.unit.foundation.talk import an_org, held

from upbeat.foundation import Found
from upbeat.foundation.automation import OWNERS
from upbeat.workflows import Person, ToolRegister

PEOPLE = {
    one.username: one
    for one in (
        Person("priya.shah@acme.example", "005000000000001AAA", "Priya Shah", "p.shah@mail.example"),
        Person("ben.ito@acme.example", "005000000000002AAA", "Ben Ito", active=False),
        Person("sync@acme.example", "005000000000003AAA", "Sync Bot", integration=True),
    )
}


def look(description: str = "", **more: Any) -> Found:
    org = Automated(flows={"Route": flow()}, described={"Route": description})
    return held(OWNERS, an_org(people=PEOPLE, **more), org.told())


@pytest.mark.parametrize(
    "words",
    ["Owner: Priya Shah", "routes deals (p.shah@mail.example)", "PRIYA SHAH's", "Ask priya.shah@acme.example."],
)
def test_a_description_that_names_somebody_who_works_here_names_an_owner(words: str) -> None:
    found = look(words)
    assert (found.findings, found.measures[0].percent) == ((), 100)


@pytest.mark.parametrize("words", ["", "Routes deals", "Priya", "Priya and Shah", "Shah, Priya", "nobody@acme.example"])
def test_a_description_that_names_nobody_leaves_it_without_an_owner(words: str) -> None:
    [one] = look(words).findings
    assert (one.key, one.count, one.records[0].name) == ("automation-owners:nobody", 1, "Route")


def test_an_owner_who_has_left_is_told_by_name() -> None:
    [one] = look("Ben Ito's").findings
    assert one.says == "Ben Ito answers for flow Route, and is no active user any more."


def test_the_register_of_tools_names_owners_too() -> None:
    tools = ToolRegister.model_validate({"automations": {"Route": "priya.shah@acme.example"}})
    assert look("", tools=tools).findings == ()


def test_who_changed_it_last_is_told_and_is_no_owner() -> None:
    found = look("")
    assert found.findings[0].records[0].why == "no owner is named; changed last by Priya Shah"
    [table] = found.exhibits
    assert tuple(table.rows[0][:4]) == ("flow", "Route", "Opportunity", None)


def test_rules_that_change_nothing_need_no_owner() -> None:
    found = held(OWNERS, an_org(people=PEOPLE), Automated(rules={"R": "ISBLANK(NextStep)"}).told())
    assert (found.findings, found.measures[0].of) == ((), 0)


def test_a_trigger_changed_last_by_somebody_who_left_is_told_so() -> None:
    trigger = {"Name": "T", "Body": "x", "UsageBeforeUpdate": True, "LastModifiedById": "005000000000002AAA"}
    [one] = held(OWNERS, an_org(people=PEOPLE), Automated(triggers=[trigger]).told()).findings
    assert one.records[0].why == "no owner is named; changed last by Ben Ito, who is no active user any more"


def test_without_the_set_up_no_figure_is_made() -> None:
    found = held(OWNERS, an_org(people=PEOPLE), {"FROM": "no access"})
    assert (found.measures, found.unseen[0].why) == ((), "no access")
