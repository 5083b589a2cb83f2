"""An org of several currencies: every amount is of one, and queries convert by the org's rates."""

import pytest

from upbeat.localorg import Currency, LocalOrg, OrgError
from upbeat.soql import SoqlError

USD, EUR = Currency("USD", corporate=True), Currency("EUR", 0.5, dated=(("2026-01-01", 0.4), ("2026-06-01", 0.6)))
OLD = Currency("DEM", 2, active=False)
DEAL = {"Name": "Northwind", "StageName": "Qualification", "CloseDate": "2026-03-31", "Amount": 100}


@pytest.fixture
def several(org: LocalOrg) -> LocalOrg:
    org.define(currencies=[USD, EUR, OLD])
    return org


def test_an_org_of_one_currency_has_no_currency_field(org: LocalOrg, ana: str) -> None:
    with pytest.raises(SoqlError, match="No such column 'CurrencyIsoCode'"):
        org.query("SELECT CurrencyIsoCode FROM Opportunity", ana)


def test_the_currencies_are_rows(several: LocalOrg, ana: str) -> None:
    rows = several.query("SELECT IsoCode, ConversionRate, IsCorporate FROM CurrencyType ORDER BY IsoCode", ana)
    assert [(row["IsoCode"], row["ConversionRate"], row["IsCorporate"]) for row in rows] == [
        ("DEM", 2.0, False),
        ("EUR", 0.5, False),
        ("USD", 1.0, True),
    ]


def test_dated_rates_hold_until_the_next(several: LocalOrg, ana: str) -> None:
    rows = several.query("SELECT StartDate, NextStartDate, ConversionRate FROM DatedConversionRate ORDER BY Id", ana)
    assert [(row["StartDate"], row["NextStartDate"][:10], row["ConversionRate"]) for row in rows] == [
        ("2026-01-01", "2026-06-01", 0.4),
        ("2026-06-01", "9999-12-31", 0.6),
    ]


def test_records_of_before_are_in_the_corporate_currency(org: LocalOrg, ana: str) -> None:
    (deal,) = org.create("Opportunity", [DEAL], ana)
    org.define(currencies=[USD, EUR])
    assert org.record("Opportunity", deal.id)["CurrencyIsoCode"] == "USD"


def test_a_record_is_in_its_makers_currency_unless_it_says_otherwise(several: LocalOrg, ana: str) -> None:
    several.update("User", [{"Id": ana, "DefaultCurrencyIsoCode": "EUR"}], several.process_user)
    several.create("Opportunity", [DEAL, DEAL | {"CurrencyIsoCode": "USD"}], ana)
    rows = several.query("SELECT CurrencyIsoCode FROM Opportunity ORDER BY Id", ana)
    assert [row["CurrencyIsoCode"] for row in rows] == ["EUR", "USD"]


@pytest.mark.parametrize("code", ["DEM", "XXX"], ids=["not active", "no such currency"])
def test_a_currency_that_is_not_in_use_is_refused(several: LocalOrg, ana: str, code: str) -> None:
    (saved,) = several.create("Opportunity", [DEAL | {"CurrencyIsoCode": code}], ana)
    assert [problem.message for problem in saved.errors] == [
        f"Currency ISO Code: bad value for restricted picklist field: {code}"
    ]


def test_a_query_converts_to_the_users_currency(several: LocalOrg, ana: str) -> None:
    several.create("Opportunity", [DEAL | {"CurrencyIsoCode": "EUR"}], ana)
    (row,) = several.query("SELECT convertCurrency(Amount) FROM Opportunity WHERE Amount > USD150", ana)
    assert row["Amount"] == 200.0


def test_a_product_keeps_the_currency_of_its_opportunity(several: LocalOrg, ana: str) -> None:
    (deal,) = several.create("Opportunity", [DEAL | {"CurrencyIsoCode": "EUR"}], ana)
    row = {"OpportunityId": deal.id, "Quantity": 1, "UnitPrice": 5}
    results = several.create("OpportunityLineItem", [row, row | {"CurrencyIsoCode": "USD"}], several.process_user)
    codes = [[problem.code for problem in saved.errors] for saved in results]
    assert codes[1] == ["FIELD_INTEGRITY_EXCEPTION"]
    assert "FIELD_INTEGRITY_EXCEPTION" not in codes[0]


@pytest.mark.parametrize(
    ("currencies", "message"),
    [
        pytest.param([EUR], "0 currencies are corporate", id="no corporate currency"),
        pytest.param([USD, Currency("EUR", corporate=True)], "2 currencies are corporate", id="two of them"),
        pytest.param([USD, Currency("EUR", 0)], "no currency", id="a rate of nothing"),
    ],
)
def test_currencies_that_do_not_fit_are_refused(org: LocalOrg, currencies: list[Currency], message: str) -> None:
    with pytest.raises(OrgError, match=message):
        org.define(currencies=currencies)


def test_the_currencies_outlive_the_process(several: LocalOrg) -> None:
    again = several.definitions.read(several.definitions.text())
    assert (again.schema().currency, again.currencies) == ("USD", (USD, EUR, OLD))
