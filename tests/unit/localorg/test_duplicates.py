"""Duplicate rules: what is taken for the same record, and what becomes of the save."""

from dataclasses import replace
from typing import Any

import pytest

from upbeat.localorg import Action, Criterion, DuplicateRule, LocalOrg, MatchingRule, Method, OrgError, Problem
from upbeat.localorg.duplicates import Options, asked
from upbeat.localorg.duplicates.matching import matches
from upbeat.schema import SchemaError

LEAD = {"FirstName": "Eva", "LastName": "Vega", "Company": "Northwind", "Email": "eva.vega@northwind.example"}
BY_EMAIL = MatchingRule("By_Email", (Criterion("Email"),))
RULE = DuplicateRule("Lead", "One_Lead_An_Address", (BY_EMAIL,))


def _problem(org: LocalOrg, user: str, row: dict[str, Any], name: str = "Lead") -> Problem:
    (saved,) = org.create(name, [row], user)
    (problem,) = saved.errors
    return problem


def test_an_alert_refuses_the_save_with_the_duplicates(org: LocalOrg, ana: str) -> None:
    org.define(duplicate_rules=[RULE])
    (first,) = org.create("Lead", [LEAD], ana)
    problem = _problem(org, ana, LEAD | {"Email": "EVA.VEGA@northwind.example"})
    assert (problem.code, problem.message) == ("DUPLICATES_DETECTED", "Use one of these records?")
    assert problem.row()["duplicateResult"] == {
        "allowSave": True,
        "duplicateRule": "One_Lead_An_Address",
        "duplicateRuleEntityType": "Lead",
        "errorMessage": "Use one of these records?",
        "matchResults": [
            {
                "entityType": "Lead",
                "errors": [],
                "matchEngine": "ExactMatchEngine",
                "matchRecords": [
                    {
                        "additionalInformation": [],
                        "fieldDiffs": [],
                        "matchConfidence": 100.0,
                        "record": {
                            "attributes": {"type": "Lead", "url": f"/services/data/v67.0/sobjects/Lead/{first.id}"},
                            "Id": first.id,
                        },
                    }
                ],
                "rule": "By_Email",
                "size": 1,
                "success": True,
            }
        ],
    }


def test_an_error_body_has_the_result_under_the_key_that_real_orgs_give(org: LocalOrg, ana: str) -> None:
    org.define(duplicate_rules=[RULE])
    org.create("Lead", [LEAD], ana)
    body = _problem(org, ana, LEAD).body()
    assert body["duplicateResut"] == body["duplicateResult"]
    assert body["errorCode"] == "DUPLICATES_DETECTED"


@pytest.mark.parametrize(
    ("rule", "ok"),
    [
        pytest.param(RULE, True, id="an alert that the client knows of"),
        pytest.param(replace(RULE, on_create=Action.BLOCK), False, id="a block"),
    ],
)
def test_a_client_passes_over_an_alert_and_never_over_a_block(
    org: LocalOrg, ana: str, rule: DuplicateRule, *, ok: bool
) -> None:
    org.define(duplicate_rules=[rule])
    org.create("Lead", [LEAD], ana)
    with asked(Options.read("allowSave=true; runAsCurrentUser=true")):
        (saved,) = org.create("Lead", [LEAD], ana)
    assert saved.ok is ok


def test_a_client_may_ask_for_the_duplicates_fields(org: LocalOrg, ana: str) -> None:
    org.define(duplicate_rules=[RULE])
    org.create("Lead", [LEAD], ana)
    with asked(Options.read("includeRecordDetails=true")):
        result = _problem(org, ana, LEAD).duplicates
    assert result is not None
    assert result["matchResults"][0]["matchRecords"][0]["record"]["Company"] == "Northwind"


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param(replace(RULE, alert=False), id="a rule that neither alerts nor blocks"),
        pytest.param(replace(RULE, active=False), id="a rule that is not active"),
    ],
)
def test_a_duplicate_is_let_by(org: LocalOrg, ana: str, rule: DuplicateRule) -> None:
    org.define(duplicate_rules=[rule])
    assert [saved.ok for _ in range(2) for saved in org.create("Lead", [LEAD], ana)] == [True, True]


def test_a_blank_is_like_nothing_unless_the_criterion_says_so(org: LocalOrg, ana: str) -> None:
    blank = {"LastName": "Vega", "Company": "Northwind"}
    org.define(duplicate_rules=[RULE])
    assert [saved.ok for _ in range(2) for saved in org.create("Lead", [blank], ana)] == [True, True]
    org.define(duplicate_rules=[replace(RULE, matching=(MatchingRule("B", (Criterion("Email", match_blanks=True),)),))])
    assert not org.create("Lead", [blank], ana)[0].ok


def test_records_of_one_call_are_not_compared_with_each_other(org: LocalOrg, ana: str) -> None:
    org.define(duplicate_rules=[RULE])
    assert [saved.ok for saved in org.create("Lead", [LEAD, LEAD], ana)] == [True, True]


def test_an_update_is_compared_where_it_touches_what_the_rule_compares(org: LocalOrg, ana: str) -> None:
    ids = [saved.id for saved in org.create("Lead", [LEAD, LEAD, LEAD | {"Email": None}], ana)]
    org.define(duplicate_rules=[replace(RULE, on_update=Action.BLOCK)])
    changes = [{"Title": "CFO"}, {"Email": None}, {"Email": LEAD["Email"]}]
    rows = [{"Id": key} | change for key, change in zip(ids, changes, strict=True)]
    assert [org.update("Lead", [row], ana)[0].ok for row in rows] == [True, True, False]


def test_a_deleted_record_is_nobodys_duplicate(org: LocalOrg, ana: str) -> None:
    org.define(duplicate_rules=[RULE])
    (first,) = org.create("Lead", [LEAD], ana)
    org.delete([first.id], ana)
    assert org.create("Lead", [LEAD], ana)[0].ok


def test_a_lead_is_compared_with_contacts_too(org: LocalOrg, ana: str) -> None:
    names = Criterion("FirstName", Method.FIRST_NAME), Criterion("LastName", Method.LAST_NAME)
    matching = MatchingRule("Known", (*names, Criterion("Company", Method.COMPANY_NAME, against="Title")), "Contact")
    org.define(duplicate_rules=[replace(RULE, matching=(matching,))])
    (contact,) = org.create("Contact", [{"FirstName": "Eva", "LastName": "Vegas", "Title": "Northwind Inc."}], ana)
    result = _problem(org, ana, LEAD).duplicates
    assert result is not None
    (found,) = result["matchResults"]
    assert (found["entityType"], found["matchEngine"]) == ("Contact", "FuzzyMatchEngine")
    assert found["matchRecords"][0]["record"]["Id"] == contact.id


def test_what_a_rule_reports_is_kept_in_one_set(org: LocalOrg, ana: str) -> None:
    org.define(duplicate_rules=[replace(RULE, alert=False, report=True)])
    ids = [org.create("Lead", [LEAD], ana)[0].id for _ in range(3)]
    (row,) = org.query("SELECT RecordCount, DuplicateRule.DeveloperName FROM DuplicateRecordSet", ana)
    assert (row["RecordCount"], row["DuplicateRule"]["DeveloperName"]) == (3, "One_Lead_An_Address")
    assert sorted(one["RecordId"] for one in org.query("SELECT RecordId FROM DuplicateRecordItem", ana)) == ids


def test_rules_of_validation_are_told_before_duplicates(org: LocalOrg, ana: str) -> None:
    org.define(duplicate_rules=[RULE])
    org.create("Lead", [LEAD], ana)
    assert _problem(org, ana, LEAD | {"Company": None}).code == "REQUIRED_FIELD_MISSING"


@pytest.mark.parametrize(
    ("method", "one", "other", "alike"),
    [
        pytest.param(Method.EXACT, "Vega", "VEGA", True, id="exact minds no capitals"),
        pytest.param(Method.EXACT, "Vega", "Vegas", False, id="exact is exact"),
        pytest.param(Method.FIRST_NAME, "J.", "John", True, id="an initial"),
        pytest.param(Method.FIRST_NAME, "Jon", "Jonathan", True, id="a short name"),
        pytest.param(Method.FIRST_NAME, "Eva", "Otto", False, id="another first name"),
        pytest.param(Method.LAST_NAME, "Smith", "Smyth", True, id="a name that sounds the same"),
        pytest.param(Method.LAST_NAME, "Smith", "Sanders", False, id="another last name"),
        pytest.param(Method.COMPANY_NAME, "Northwind Inc.", "Northwind GmbH", True, id="another legal form"),
        pytest.param(Method.COMPANY_NAME, "Advanced Micro Devices", "AMD", True, id="an acronym"),
        pytest.param(Method.COMPANY_NAME, "Northwind", "Contoso", False, id="another company"),
        pytest.param(Method.PHONE, "(415) 555-1234", "+1 415 555 9999", True, id="all but the line"),
        pytest.param(Method.PHONE, "(415) 555-1234", "(212) 555-1234", False, id="another area"),
        pytest.param(Method.CITY, "San Francisco", "San Fransisco", True, id="a misspelt city"),
        pytest.param(Method.ZIP, "94105-1234", "94105", True, id="a longer postal code"),
    ],
)
def test_a_matching_method_finds_values_alike(method: Method, one: str, other: str, *, alike: bool) -> None:
    assert matches(method, one, other) is matches(method, other, one) is alike


def test_a_rule_of_a_field_that_holds_no_text_is_refused(org: LocalOrg) -> None:
    matching = MatchingRule("M", (Criterion("AnnualRevenue"),))
    with pytest.raises(OrgError, match="a field of type currency"):
        org.define(duplicate_rules=[replace(RULE, matching=(matching,))])


def test_a_rule_of_a_field_that_there_is_not_is_refused(org: LocalOrg) -> None:
    with pytest.raises(SchemaError, match="Did you mean Email"):
        org.define(duplicate_rules=[replace(RULE, matching=(MatchingRule("M", (Criterion("Emial"),)),))])
