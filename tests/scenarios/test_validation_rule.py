"""A condition deployed as a validation rule: the org refuses the saves for which it is true, and no other."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upbeat import formula
from upbeat.base import ManualClock
from upbeat.formula import Formula, Scope, Type
from upbeat.localorg import LocalOrg, ValidationRule, sample
from upbeat.schema import standard
from upbeat.timeline import SIGNALS, formulas_of

NOW = datetime(2026, 2, 11, 15, 30, tzinfo=UTC)
GIVEN = {"$Threshold": {"size": Decimal(50_000), "region": 'North & "East"', "floor": Decimal("-0.5")}}
TYPES = {"$Threshold.size": Type.NUMBER, "$Threshold.region": Type.TEXT, "$Threshold.floor": Type.NUMBER}
SCOPE = Scope(standard(), "Opportunity", TYPES, formulas_of(SIGNALS.values(), "Opportunity", standard()))
TAG = "{http://soap.sforce.com/2006/04/metadata}"
SAVES = 6

CONDITIONS = [
    "AND(Amount > $Threshold.size, ISBLANK(NextStep))",
    "AND($Signal.StageNumber >= 7, ISBLANK(NextStep))",
    "$Signal.StageNumber < PRIORVALUE($Signal.StageNumber)",
    "NOT($Signal.StageNumber < 4)",
    "Amount < 10 || Amount = NULL",
    "NOT(Amount < 10)",
    "NOT(Amount * Probability < 10000)",
    "Probability > 0.5 && ISCHANGED(Probability)",
    'NextStep = $Threshold.region || NextStep <> "call"',
    "CloseDate < TODAY()",
    "AND(NOT(ISNEW()), $Record.CloseDate > $Record__Prior.CloseDate)",
    'CASE(Type, "New Customer", 1, "", 2, 0) = IF(ISCHANGED(Type), 2, 1)',
    'IFS(IsWon, "won", IsClosed, "lost", "open") = "lost"',
    'ISPICKVAL(Account.Industry, "Energy")',
    "NOT(Account.AnnualRevenue / 2 > Amount)",
    "2 * Amount ^ 2 > 100 && Amount - -2 ^ 2 > $Threshold.floor",
    'BLANKVALUE(LEN(NextStep), 0) = 0 && BEGINS(Name, "N")',
    "Amount / (Probability - 0.5) > 3",
]

deals = st.fixed_dictionaries(
    {
        "Name": st.sampled_from(["Northwind", "Acme"]),
        "StageName": st.sampled_from([one.name for one in standard().stages]),
        "CloseDate": st.sampled_from(["2026-01-31", "2026-02-11", "2026-03-31"]),
        "Amount": st.sampled_from([None, 0, 2, 9.99, 50_000, 50_001]),
        "Probability": st.sampled_from([0, 50, 75]),
        "NextStep": st.sampled_from([None, "call", 'North & "East"']),
        "Type": st.sampled_from([None, "New Customer", "Existing Customer - Upgrade"]),
        "account": st.sampled_from([None, 0, 1]),
    }
)


def deployed(rule: formula.ValidationRule, *, active: bool = True) -> ValidationRule:
    """Give the rule as an org reads it from its file."""
    parts = {part.tag.removeprefix(TAG): part.text or "" for part in ET.fromstring(rule.xml.encode())}
    return ValidationRule(
        rule.object, parts["fullName"], parts["errorConditionFormula"], parts["errorMessage"], active=active
    )


class Pair:
    """Two orgs with the same records: one without rules, one in which the rule is deployed."""

    def __init__(self) -> None:
        self.plain, self.ruled = (LocalOrg(":memory:", clock=ManualClock(NOW)) for _ in range(2))
        accounts = [{"Name": "A", "Industry": "Energy", "AnnualRevenue": 90}, {"Name": "B"}]
        self.accounts = [saved.id for saved in self.plain.create("Account", accounts, self.plain.process_user)]
        self.ruled.create("Account", accounts, self.ruled.process_user)

    def close(self) -> None:
        self.plain.close()
        self.ruled.close()

    def deploy(self, rule: formula.ValidationRule, *, active: bool) -> None:
        self.ruled.define(rules=[deployed(rule, active=active)])

    def row(self, drawn: Mapping[str, Any]) -> dict[str, Any]:
        place = drawn["account"]
        values = {name: value for name, value in drawn.items() if name != "account"}
        return {**values, "AccountId": None if place is None else self.accounts[place]}

    def read(self, deal: str) -> dict[str, Any]:
        """Give a deal and its account as they are in the org without the rule."""
        found = self.plain.record("Opportunity", deal)
        account = found["AccountId"]
        return {**found, "Account": self.plain.record("Account", account) if account else None}


@pytest.fixture(scope="module")
def orgs() -> Iterator[Pair]:
    with closing(Pair()) as pair:
        yield pair


def saved(org: LocalOrg, rows: list[dict[str, Any]], verb: str) -> list[Any]:
    return getattr(org, verb)("Opportunity", rows, org.process_user)


def with_ids(rows: list[dict[str, Any]], ids: list[str]) -> list[dict[str, Any]]:
    return [{**row, "Id": key} for row, key in zip(rows, ids, strict=True)]


def true_of(one: Formula, record: Mapping[str, Any], prior: Mapping[str, Any] | None) -> bool:
    """Whether the condition is true of a save; a rule that cannot be evaluated refuses too, as an org does."""
    try:
        return one.evaluate(record, prior, GIVEN, now=NOW, new=prior is None) is True
    except formula.FormulaError:
        return True


@pytest.mark.parametrize("text", CONDITIONS)
@given(st.lists(st.tuples(deals, deals), min_size=1, max_size=SAVES))
@settings(max_examples=15)
def test_the_org_refuses_exactly_the_saves_for_which_the_condition_is_true(
    orgs: Pair, text: str, drawn: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    one = formula.compile(text, SCOPE)
    rule = one.to_validation_rule("The_rule", "Not so.", globals=GIVEN)
    first, then = [orgs.row(before) for before, _ in drawn], [orgs.row(after) for _, after in drawn]

    orgs.deploy(rule, active=False)
    plain, ruled = ([found.id for found in saved(org, first, "create")] for org in (orgs.plain, orgs.ruled))
    before = [orgs.read(deal) for deal in plain]

    orgs.deploy(rule, active=True)
    assert all(found.ok for found in saved(orgs.plain, with_ids(then, plain), "update"))
    refused = [not found.ok for found in saved(orgs.ruled, with_ids(then, ruled), "update")]
    assert refused == [true_of(one, orgs.read(deal), former) for deal, former in zip(plain, before, strict=True)]

    made = saved(orgs.plain, then, "create")
    refused = [not found.ok for found in saved(orgs.ruled, then, "create")]
    assert refused == [true_of(one, orgs.read(found.id), None) for found in made]


OF_THE_SAMPLE = [
    "AND(NOT(IsClosed), OR(Amount > 50000, ISBLANK(NextStep)))",
    "$Signal.StageNumber >= 7 && CloseDate < TODAY() + 30",
    'CONTAINS(Account.Website, "bor") || Owner.Email = "maya.chen@acme.example"',
    'Amount * Probability > 20000 && NOT(ISPICKVAL(StageName, "Closed Lost"))',
    "MOD(MONTH(CloseDate), 2) = 0 && LEN(Name) > 25",
]


@pytest.fixture(scope="module")
def acme() -> Iterator[LocalOrg]:
    """The sample company after its year."""
    clock = ManualClock(sample.BEGAN)
    with closing(LocalOrg(":memory:", clock=clock, time_zone=sample.TIME_ZONE)) as org:
        sample.build(org, clock)
        yield org


@pytest.mark.parametrize("text", OF_THE_SAMPLE)
def test_the_rule_and_the_condition_agree_on_every_deal_of_a_company(acme: LocalOrg, text: str) -> None:
    scope = Scope(
        acme.schema,
        "Opportunity",
        formulas=formulas_of(SIGNALS.values(), "Opportunity", acme.schema),
        time_zone=sample.TIME_ZONE,
    )
    one = formula.compile(text, scope)
    fields = ", ".join(sorted({"Id", *one.fields}))
    deals = acme.query(f"SELECT {fields} FROM Opportunity", acme.process_user)
    acme.define(rules=[deployed(one.to_validation_rule("The_rule"))])
    touched = [{"Id": deal["Id"], "Description": text} for deal in deals]
    refused = [not found.ok for found in saved(acme, touched, "update")]
    assert refused == [one.evaluate(deal, now=acme.clock.now()) for deal in deals]
    assert 0 < sum(refused) < len(refused)
