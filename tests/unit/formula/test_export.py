"""Conditions as validation rules: what they say beside the formula, and what an org does not take."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from upbeat import formula
from upbeat.formula import Formula, FormulaError, Scope, Type, ValidationRule
from upbeat.formula.export import _AVAILABLE
from upbeat.formula.functions import TABLE
from upbeat.schema import standard

Read = Callable[..., Formula]
Given = Mapping[str, Any]
TAG = "{http://soap.sforce.com/2006/04/metadata}"
ALL_USERS = "It refuses the saves of all users and integrations; $Permission or $Profile in it can spare some."


def on(target: str, text: str, **known: Type) -> Formula:
    """Compile a condition on a standard object; keywords are thresholds."""
    thresholds = {f"$Threshold.{name}": kind for name, kind in known.items()}
    return formula.compile(text, Scope(standard(), target, thresholds))


def rule(**changed: Any) -> ValidationRule:
    return ValidationRule(**{"object": "Opportunity", "name": "R", "formula": "IsWon", "message": "No.", **changed})


def test_a_function_is_in_the_org_or_known_not_to_be() -> None:
    engines_own = {"IFERROR", "IFS", "IN", "LIKE", "SUBSTR", "FORMATCURRENCY", "JSONVALUE", "JSONPATHVALUE"}
    of_pages = {"HYPERLINK", "IMAGE", "HTMLENCODE", "JSENCODE", "JSINHTMLENCODE", "URLENCODE"}
    assert TABLE.keys() - _AVAILABLE == engines_own | of_pages


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        pytest.param(Type.NUMBER, Decimal("0.10"), "Amount > 0.10", id="a fraction"),
        pytest.param(Type.NUMBER, 50_000, "Amount > 50000", id="a whole number"),
        pytest.param(Type.NUMBER, Decimal("-1E-20"), "Amount > -0.00000000000000000001", id="a small one"),
        pytest.param(Type.NUMBER, None, "Amount > NULL", id="a blank"),
    ],
)
def test_a_thresholds_value_is_exact(kind: Type, value: Any, written: str) -> None:
    found = on("Opportunity", "Amount > $Threshold.it", it=kind).to_validation_rule(
        globals={"$Threshold": {"it": value}}
    )
    assert found.formula == written


@pytest.mark.parametrize(
    ("text", "kind", "value", "written"),
    [
        ("Name = {}", Type.TEXT, 'O"Hara', 'Name = "O\\"Hara"'),
        ("Name = {}", Type.TEXT, None, 'Name = ""'),
        ("IsWon = {}", Type.BOOLEAN, True, "IsWon = TRUE"),
        ("CloseDate < {}", Type.DATE, date(2026, 1, 31), "CloseDate < DATE(2026, 1, 31)"),
        (
            "CreatedDate < {}",
            Type.DATETIME,
            datetime(2026, 1, 31, 9, 30, tzinfo=UTC),
            'CreatedDate < DATETIMEVALUE("2026-01-31 09:30:00")',
        ),
        ("{} = TIMENOW()", Type.TIME, time(9, 30), 'TIMEVALUE("09:30:00.000") = TIMENOW()'),
        ("OwnerId = {}", Type.ID, "005000000000001AAA", 'OwnerId = "005000000000001"'),
    ],
)
def test_a_threshold_of_any_type_is_written_as_a_literal(text: str, kind: Type, value: Any, written: str) -> None:
    one = on("Opportunity", text.format("$Threshold.it"), it=kind)
    assert one.to_validation_rule(globals={"$Threshold": {"it": value}}).formula == written


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "no value was given for $Threshold.it"),
        ({"$Threshold": {"it": "much"}}, "$Threshold.it: "),
        ({"$Threshold": 5}, "no value was given for $Threshold.it"),
    ],
)
def test_a_threshold_without_a_value_of_its_type_is_refused_at_its_place(given: Given, says: str) -> None:
    with pytest.raises(FormulaError) as caught:
        on("Opportunity", "Amount > $Threshold.it", it=Type.NUMBER).to_validation_rule(globals=given)
    assert caught.value.what.startswith(says)
    assert caught.value.column == 10


def test_where_blanks_are_zero_the_org_is_told_so(read: Read) -> None:
    one = read("Amount < 5 || ISCHANGED(Amount)", blank_as_zero=True)
    assert one.to_validation_rule().formula == (
        "OR(BLANKVALUE(Amount, 0) < 5, AND(NOT(ISNEW()), BLANKVALUE(Amount, 0) <> BLANKVALUE(PRIORVALUE(Amount), 0)))"
    )


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("CloseDate < TODAY()", "It asks for TODAY() only when a record is saved: nothing happens as time passes."),
        (
            "ISCHANGED(StageName)",
            "It compares with the values before each save; Upbeat compares with what it saw last.",
        ),
        (
            'ISPICKVAL(Account.Industry, "Energy")',
            "It reads Account.Industry as it is at the save: a later change of the parent is not refused.",
        ),
        (
            'CONTAINS(Account.Description, "x")',
            "The org looks at the first 250 characters of Account.Description alone.",
        ),
    ],
)
def test_a_rule_that_holds_otherwise_than_upbeat_says_so(text: str, warning: str) -> None:
    [always, *more] = on("Opportunity", text).to_validation_rule().warnings
    assert always == ALL_USERS
    assert any(one.startswith(warning) for one in more)


def test_a_rule_that_keeps_values_of_today_says_which(read: Read, given: Given) -> None:
    one = read("AND($Signal.StageNumber > 1, PRIORVALUE($Signal.StageNumber) > 1, Amount > $Threshold.deal_size)")
    assert one.to_validation_rule(globals=given).warnings[-1] == (
        "It keeps $Threshold.deal_size, $Signal.StageNumber as it is now: export it again after a change."
    )


def test_a_long_rule_or_one_of_formula_fields_may_be_too_large_to_compile() -> None:
    long = on("Opportunity", " || ".join(f'Name = "{number:040}"' for number in range(32))).to_validation_rule()
    assert long.warnings[-1].startswith("It has 1,")
    field = replace(standard().object("Opportunity").field("Amount"), formula="1 + 1")
    deal = standard().object("Opportunity")
    schema = standard().with_objects([replace(deal, fields={**deal.fields, "Amount": field})])
    one = formula.compile("Amount > 1", Scope(schema, "Opportunity"))
    assert one.to_validation_rule().warnings[-1] == (
        "Amount counts, with its own formula, to the 5,000 bytes that an org compiles."
    )


def test_a_rule_that_asks_who_saves_refuses_not_everyone(read: Read) -> None:
    assert read('$User.Email = "lee@acme.example"').to_validation_rule().warnings == ()


def test_ten_parents_are_followed_and_no_more() -> None:
    assert on("Account", f"{'Parent.' * 10}IsDeleted").to_validation_rule().formula == f"{'Parent.' * 10}IsDeleted"
    with pytest.raises(FormulaError, match="is 11 parents away, and the org follows 10"):
        on("Account", f"{'Parent.' * 11}IsDeleted").to_validation_rule()


def test_an_owner_who_may_be_a_queue_is_asked_for_as_a_user() -> None:
    found = on("Lead", "Owner.IsActive").to_validation_rule()
    assert found.formula == "Owner:User.IsActive"
    assert "Owner.IsActive is blank in the org where a queue owns the record." in found.warnings


def test_a_parent_of_who_saves_is_refused() -> None:
    with pytest.raises(FormulaError, match="the org's formulas read \\$User's own"):
        on("Lead", '$User.Manager.Email = "x"').to_validation_rule()


@pytest.mark.parametrize(("target", "text"), [("Task", 'What.Name = "x"'), ("Lead", 'Owner:Group.Name = "x"')])
def test_another_parent_of_several_objects_is_refused(target: str, text: str) -> None:
    with pytest.raises(FormulaError, match="which the org's formulas do not follow"):
        on(target, text).to_validation_rule()


def test_a_formula_longer_than_an_org_takes_is_refused() -> None:
    text = " || ".join(f'Name = "{number:040}"' for number in range(80))
    with pytest.raises(FormulaError, match="characters, and an org takes 3,900"):
        on("Account", text).to_validation_rule()


def test_ifs_that_would_nest_too_deep_are_refused() -> None:
    with pytest.raises(FormulaError, match="more than 100 in one another"):
        on("Account", f"IFS({'IsDeleted, 1, ' * 101}2) = 1").to_validation_rule()


@pytest.mark.parametrize("name", ["R", "Next_Step_2", "a" * 40])
def test_a_name_is_letters_digits_and_single_underscores(name: str) -> None:
    assert rule(name=name).path == f"objects/Opportunity/validationRules/{name}.validationRule-meta.xml"


@pytest.mark.parametrize("name", ["", "a" * 41, "2nd", "_x", "x_", "a__b", "a b", "a-b", "é", "a\n", "../a"])
def test_any_other_name_is_refused(name: str) -> None:
    with pytest.raises(FormulaError, match="is no name of a validation rule"):
        rule(name=name)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"message": " "}, "a validation rule needs a message"),
        ({"message": "m" * 256}, "the rule's message has 256 characters, and an org takes 255"),
        ({"description": "d" * 256}, "the rule's description has 256 characters, and an org takes 255"),
        ({"message": "\x00"}, "the rule's message has a character that no metadata file can hold"),
    ],
)
def test_words_that_an_org_does_not_take_are_refused(changed: Mapping[str, str], says: str) -> None:
    with pytest.raises(FormulaError) as caught:
        rule(**changed)
    assert str(caught.value).splitlines()[0] == says


def test_a_text_that_no_file_can_hold_is_refused_at_its_place(read: Read) -> None:
    with pytest.raises(FormulaError, match="this text has a character") as caught:
        read('Name = "\x01"').to_validation_rule()
    assert caught.value.column == 8


def test_the_message_is_shown_at_a_field_of_the_object(read: Read) -> None:
    assert read("IsClosed").to_validation_rule(field="nextstep").field == "NextStep"
    with pytest.raises(FormulaError, match="Opportunity has no field NextStp"):
        read("IsClosed").to_validation_rule(field="NextStp")


def test_the_file_is_metadata_that_reads_back() -> None:
    one = rule(
        name="Next_Step",
        formula='AND(Amount > 5, Name <> "<b>&\'")',
        message='Say "what" comes next.\r\nToday.',
        field="NextStep",
        description="Ours & yours",
        active=False,
    )
    root = ET.fromstring(one.xml.encode())
    assert root.tag == f"{TAG}ValidationRule"
    assert [(part.tag.removeprefix(TAG), part.text) for part in root] == [
        ("fullName", "Next_Step"),
        ("active", "false"),
        ("description", "Ours & yours"),
        ("errorConditionFormula", one.formula),
        ("errorDisplayField", "NextStep"),
        ("errorMessage", one.message),
    ]


def test_the_file_leaves_out_what_is_empty() -> None:
    assert "description" not in rule().xml
    assert "errorDisplayField" not in rule().xml
