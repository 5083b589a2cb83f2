"""How many people an open deal names, and whether anything flags the larger ones that name too few."""

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.foundation.talk import an_org, held, without

from upbeat.foundation import Ground
from upbeat.foundation.roles import ROLES, SINGLE, larger_than, named
from upbeat.schema import Field, FieldType
from upbeat.workflows import FieldMap

NOBODY = {"Id": "006000000000001AAA", "Name": "Lowell", "StageName": "Prospecting", "CloseDate": "2026-12-01"}


def few(*people: int) -> list[dict[str, Any]]:
    return [{"OpportunityId": f"006{at}", "deal": f"Deal {at}", "people": one} for at, one in enumerate(people)]


def told(whole: int, nobody: int, *some: int) -> dict[str, Any]:
    return {
        "SELECT Id, Name": [NOBODY] * nobody,
        "HAVING": few(*some),
        "NOT IN": nobody,
        "COUNT()": whole,
    }


def asking(**roles: Any) -> Ground:
    return an_org(fields=FieldMap.model_validate({"contact_roles": roles}))


def running(ground: Ground, *, live: bool) -> Ground:
    """An org with a workflow that looks at contact roles, in monitor or live."""
    flow: Any = type("Flow", (), {"name": "flag-them", "object": "Opportunity", "signals": ("ContactRoles",)})()
    return replace(ground, workflows=(flow,), live=frozenset({"flag-them"} if live else ()))


def test_a_deal_that_names_nobody_is_a_defect() -> None:
    found = held(ROLES, an_org(), told(70, 2))
    [one] = found.findings
    assert (one.count, one.of, len(one.records)) == (2, 70, 2)
    assert (found.measures[0].part, found.measures[0].of) == (68, 70)


def test_people_are_counted_and_not_roles_where_more_than_one_is_asked_for() -> None:
    questions = next(ROLES.look(asking(least=2)))
    assert "COUNT_DISTINCT(ContactId) < 2" in questions[2].text
    [one] = held(ROLES, asking(least=2), told(70, 2, 1, 1, 1)).findings
    assert (one.count, [each.why for each in one.records][-1]) == (5, "names one person")


def test_an_org_that_asks_for_no_contact_role_has_nothing_to_measure() -> None:
    found = held(ROLES, asking(least=0), {})
    assert (found.findings, found.measures[0].percent) == ((), None)


def test_a_deal_of_a_person_account_has_its_customer_already() -> None:
    account = an_org().schema.object("Account")
    person = Field(name="IsPersonAccount", type=FieldType.BOOLEAN)
    schema = an_org().schema.with_objects([replace(account, fields={**account.fields, person.name: person})])
    assert "IsPersonAccount" not in named(an_org())
    text = next(ROLES.look(an_org(schema=schema)))[1].text
    assert "AccountId = null OR Account.IsPersonAccount = false" in text


def test_larger_deals_on_few_people_that_nothing_flags_are_a_defect_and_score() -> None:
    found = held(SINGLE, an_org(), told(35, 1, 2, 2, 1))
    [one] = found.findings
    assert (one.count, one.of) == (4, 35)
    assert one.fix.endswith("the second those that name too few: together they are all.")
    assert [(each.name, each.part, each.of, each.scores) for each in found.measures] == [
        ("single-threaded", 31, 35, False),
        ("single-threaded/flagged", 0, 4, True),
    ]


def test_larger_deals_that_a_live_workflow_flags_are_a_figure() -> None:
    found = held(SINGLE, running(an_org(), live=True), told(35, 1, 2))
    assert found.findings == ()
    assert found.measures[1].percent == 100


def test_a_workflow_in_monitor_is_not_kept_from_going_live_by_what_it_is_to_flag() -> None:
    found = held(SINGLE, running(an_org(), live=False), told(35, 1, 2))
    assert not found.measures[1].scores
    assert "Take flag-them live" in found.findings[0].fix


def test_an_org_without_larger_deals_has_nothing_to_flag() -> None:
    found = held(SINGLE, an_org(), told(0, 0))
    assert (found.findings, [one.percent for one in found.measures]) == ((), [None, None])


@pytest.mark.parametrize(("currencies", "text"), [(False, "Amount > 50000"), (True, "Amount > EUR50000")])
def test_larger_is_said_in_the_corporate_currency_where_deals_have_their_own(text: str, *, currencies: bool) -> None:
    ground = an_org()
    org = replace(ground.org, currency="EUR" if currencies else "", currencies=currencies)
    assert larger_than(replace(ground, org=org), 50_000) == text


def test_more_deals_than_salesforce_gives_groups_of_are_said_to_be_at_least_so_many() -> None:
    [one] = held(ROLES, asking(least=2), told(9_000, 0, *[1] * 2_000)).findings
    assert one.says.startswith("At least 2,000 of 9,000")


@pytest.mark.parametrize("check", [ROLES, SINGLE])
def test_what_the_org_does_not_tell_is_said_and_no_figure_made_of_it(check: Any) -> None:
    for ground in (without(an_org(), "OpportunityContactRole"), an_org()):
        found = held(check, ground, {"SELECT": "insufficient access"})
        assert (found.findings, found.measures) == ((), ())
        assert found.unseen[0].object == "OpportunityContactRole"
