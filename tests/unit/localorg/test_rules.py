"""Validation rules refuse what they say, and only that."""

import pytest

from upbeat.localorg import LocalOrg, OrgError, ValidationRule

LEAD = {"LastName": "Vega", "Company": "Northwind"}
CONVERTED = ValidationRule(
    "Lead", "Email_First", 'AND(ISPICKVAL(Status, "Closed - Converted"), ISBLANK(Email))', "Ask for an email.", "Email"
)


def test_a_broken_rule_refuses_with_its_message_at_its_field(org: LocalOrg, ana: str) -> None:
    org.define(rules=[CONVERTED])
    (saved,) = org.create("Lead", [LEAD | {"Status": "Closed - Converted"}], ana)
    (problem,) = saved.errors
    assert (problem.code, problem.message, problem.fields) == (
        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "Ask for an email.",
        ("Email",),
    )


def test_a_rule_that_holds_lets_pass(org: LocalOrg, ana: str) -> None:
    org.define(rules=[CONVERTED])
    (saved,) = org.create("Lead", [LEAD], ana)
    assert saved.ok


def test_an_inactive_rule_lets_pass(org: LocalOrg, ana: str) -> None:
    org.define(rules=[ValidationRule("Lead", "Never", "TRUE", "No.", active=False)])
    (saved,) = org.create("Lead", [LEAD], ana)
    assert saved.ok


def test_every_broken_rule_is_told(org: LocalOrg, ana: str) -> None:
    org.define(rules=[ValidationRule("Lead", name, "TRUE", name) for name in ("One", "Two")])
    (saved,) = org.create("Lead", [LEAD], ana)
    assert [problem.message for problem in saved.errors] == ["One", "Two"]


def test_a_rule_sees_prior_values(org: LocalOrg, ana: str) -> None:
    org.define(rules=[ValidationRule("Opportunity", "No_Push", "PRIORVALUE(CloseDate) < CloseDate", "No pushing.")])
    row = {"Name": "Northwind", "StageName": "Qualification", "CloseDate": "2026-03-31"}
    (deal,) = org.create("Opportunity", [row], ana)
    pushed, pulled = (
        org.update("Opportunity", [{"Id": deal.id, "CloseDate": day}], ana)[0].ok
        for day in ("2026-04-30", "2026-02-28")
    )
    assert (pushed, pulled) == (False, True)


def test_a_rule_sees_parents(org: LocalOrg, ana: str) -> None:
    rule = ValidationRule("Contact", "Prospects_Only", 'NOT(ISPICKVAL(Account.Type, "Prospect"))', "Not a prospect.")
    org.define(rules=[rule])
    accounts = org.create("Account", [{"Name": "A", "Type": "Prospect"}, {"Name": "B", "Type": "Other"}], ana)
    rows = [{"LastName": "Vega", "AccountId": account.id} for account in accounts]
    assert [saved.ok for saved in org.create("Contact", rows, ana)] == [True, False]


def test_a_rule_sees_who_saves(org: LocalOrg, ana: str, bo: str) -> None:
    org.define(rules=[ValidationRule("Lead", "Ana_Only", '$User.Username != "ana.diaz@acme.example"', "Not you.")])
    assert [org.create("Lead", [LEAD], user)[0].ok for user in (ana, bo)] == [True, False]


def test_a_rule_sees_what_the_org_worked_out(org: LocalOrg, ana: str) -> None:
    org.define(rules=[ValidationRule("Opportunity", "No_Wins", "IsWon", "Not yet.")])
    row = {"Name": "Northwind", "StageName": "Closed Won", "CloseDate": "2026-03-31"}
    assert not org.create("Opportunity", [row], ana)[0].ok


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        pytest.param("AND(", "validation rule R", id="does not parse"),
        pytest.param("Amount > 1", "Amount", id="names a field that there is not"),
        pytest.param("1 + 1", "not true or false", id="is no condition"),
    ],
)
def test_a_rule_that_cannot_hold_is_refused_and_changes_nothing(
    org: LocalOrg, ana: str, formula: str, says: str
) -> None:
    with pytest.raises(OrgError, match=says):
        org.define(rules=[ValidationRule("Lead", "R", formula, "No.")])
    assert org.create("Lead", [LEAD], ana)[0].ok
