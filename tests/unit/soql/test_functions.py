"""What each function gives, by the documentation's own examples."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from upbeat.schema import Field, FieldType, Object, Schema
from upbeat.soql import Calendar, Currencies, SoqlError, equip, parse

Rows = list[dict[str, Any]]
Ask = Callable[..., Rows]
NOW = datetime(2026, 2, 11, 15, 30, tzinfo=UTC)
NEW_YORK = Calendar(ZoneInfo("America/New_York"))


@pytest.fixture
def one(schema: Schema, tables: Callable[..., sqlite3.Connection]) -> Ask:
    """Run a query over one account of these values and give its record."""

    def run(text: str, calendar: Calendar = NEW_YORK, **values: Any) -> Rows:
        database = tables({"Account": [{"Id": "001000000000001AAA", "Name": "Acme", **values}]})
        return parse(text).bind(schema).run(database.execute, NOW, "", calendar=calendar)

    return run


@pytest.mark.parametrize(
    ("function", "day", "value"),
    [
        ("CALENDAR_QUARTER", "2026-03-31", 1),
        ("CALENDAR_QUARTER", "2026-04-01", 2),
        ("DAY_IN_MONTH", "2026-02-20", 20),
        ("DAY_IN_WEEK", "2026-02-08", 1),
        ("DAY_IN_WEEK", "2026-02-14", 7),
        ("DAY_IN_YEAR", "2026-02-01", 32),
        ("WEEK_IN_MONTH", "2026-04-10", 2),
        ("WEEK_IN_YEAR", "2026-01-03", 1),
        ("WEEK_IN_YEAR", "2024-12-31", 53),
    ],
)
def test_a_date_function_gives_what_the_documentation_says(one: Ask, function: str, day: str, value: int) -> None:
    (record,) = one(f"SELECT {function}(Founded__c) d FROM Account GROUP BY Founded__c", Founded__c=day)
    assert record["d"] == value


@pytest.mark.parametrize(
    ("function", "start", "day", "value"),
    [
        ("FISCAL_MONTH", 3, "2026-03-15", 1),
        ("FISCAL_MONTH", 3, "2026-02-15", 12),
        ("FISCAL_QUARTER", 7, "2026-07-15", 1),
        ("FISCAL_QUARTER", 7, "2026-06-06", 4),
        ("FISCAL_YEAR", 1, "2026-06-06", 2026),
        ("FISCAL_YEAR", 2, "2026-01-31", 2026),
        ("FISCAL_YEAR", 2, "2026-02-01", 2027),
    ],
)
def test_fiscal_periods_begin_with_the_fiscal_year(one: Ask, function: str, start: int, day: str, value: int) -> None:
    calendar = Calendar(fiscal_year_start=start)
    text = f"SELECT {function}(Founded__c) f FROM Account GROUP BY {function}(Founded__c)"
    assert one(text, calendar, Founded__c=day)[0]["f"] == value


def test_a_fiscal_year_may_be_called_by_its_beginning(one: Ask) -> None:
    calendar = Calendar(fiscal_year_start=4, named_by_start=True)
    text = "SELECT FISCAL_YEAR(Founded__c) f FROM Account GROUP BY Founded__c"
    assert [one(text, calendar, Founded__c=day)[0]["f"] for day in ("2026-03-31", "2026-04-01")] == [2025, 2026]


def test_a_moment_is_counted_in_utc_unless_its_zone_is_converted(one: Ask) -> None:
    for argument, hour in (("CreatedDate", 1), ("convertTimezone(CreatedDate)", 20)):
        text = f"SELECT HOUR_IN_DAY({argument}) h FROM Account GROUP BY HOUR_IN_DAY({argument})"
        assert one(text, CreatedDate="2026-02-11T01:30:00.000+0000")[0]["h"] == hour


@pytest.mark.parametrize(
    ("field", "stored", "shown"),
    [
        ("Revenue", 1200.5, "$1,200.50"),
        ("Revenue", -0.5, "-$0.50"),
        ("Employees", 12345, "12,345"),
        ("Founded__c", "2015-12-28", "12/28/2015"),
        ("CreatedDate", "2026-02-11T22:05:00.000+0000", "2/11/2026, 5:05 PM"),
        ("Opens__c", "00:30:00.000Z", "12:30 AM"),
        ("Founded__c", None, None),
    ],
)
def test_format_shows_a_value_as_an_american_reads_it(one: Ask, field: str, stored: Any, shown: str | None) -> None:
    (record,) = one(f"SELECT FORMAT({field}) FROM Account", **{field: stored})
    assert record[field] == shown


def test_a_function_has_its_alias_its_field_s_name_or_a_number(one: Ask) -> None:
    text = (
        "SELECT Tier__c, toLabel(Tier__c) tier, FORMAT(Revenue), "
        "DISTANCE(Place__c, GEOLOCATION(0, 1), 'km'), DISTANCE(Place__c, GEOLOCATION(0, 0), 'mi') far FROM Account"
    )
    (record,) = one(text, Tier__c="1", Revenue=1, Place__Latitude__s=0, Place__Longitude__s=0)
    assert list(record)[1:] == ["Tier__c", "tier", "Revenue", "expr0", "far"]
    assert (record["Tier__c"], record["tier"], record["far"]) == ("1", "Gold", 0)


def test_a_function_of_a_parent_s_field_stands_in_the_parent(ask: Ask) -> None:
    (record,) = ask("SELECT Account.Name, toLabel(Account.Industry) FROM Contact WHERE Name = 'Ann'")
    assert (record["Account"]["Name"], record["Account"]["Industry"]) == ("Acme", "Banking")


def test_every_choice_of_a_multi_select_picklist_has_its_label(ask: Ask) -> None:
    (record,) = ask("SELECT toLabel(Region__c) FROM Account WHERE toLabel(Region__c) INCLUDES ('east')")
    assert record["Region__c"] == "North;East"


def test_the_least_of_a_picklist_is_the_first_in_its_order(ask: Ask) -> None:
    (record,) = ask("SELECT MIN(Industry) least, MAX(Industry) greatest FROM Account")
    assert (record["least"], record["greatest"]) == ("Technology", "Banking")


def test_the_shown_form_of_an_aggregate_can_be_asked_for(ask: Ask) -> None:
    (record,) = ask("SELECT FORMAT(MIN(Founded__c)) earliest, FORMAT(SUM(Revenue)) total FROM Account")
    assert (record["earliest"], record["total"]) == ("12/31/1999", "$1,200.60")


def test_a_location_is_shown_by_its_parts(one: Ask) -> None:
    (record,) = one("SELECT Place__c FROM Account", Place__Latitude__s=51.5, Place__Longitude__s=-0.1)
    assert record["Place__c"] == {"latitude": 51.5, "longitude": -0.1}


@pytest.mark.parametrize("latitude", [None, 91])
def test_a_place_that_is_none_on_earth_is_at_no_distance(one: Ask, latitude: float | None) -> None:
    text = "SELECT DISTANCE(Place__c, GEOLOCATION(0, 0), 'km') d FROM Account"
    assert one(text, Place__Latitude__s=latitude, Place__Longitude__s=0)[0]["d"] is None


# ---- currencies

DEALS: Rows = [
    {"Id": "a00000000000001AAA", "CurrencyIsoCode": "USD", "Worth__c": 5_001.0},
    {"Id": "a00000000000002AAA", "CurrencyIsoCode": "JPY", "Worth__c": 7_000.0},
    {"Id": "a00000000000003AAA", "CurrencyIsoCode": "EUR", "Worth__c": 4_800.0},
]
RATES = Currencies("EUR", {"USD": 1, "EUR": 0.8, "JPY": 100})


@pytest.fixture
def deals() -> Ask:
    """Run a query over deals in an org of several currencies."""
    fields = (
        Field(name="Id", type=FieldType.ID),
        Field(name="IsDeleted", type=FieldType.BOOLEAN),
        Field(name="CurrencyIsoCode", type=FieldType.PICKLIST),
        Field(name="Worth__c", type=FieldType.CURRENCY, scale=2),
    )
    schema = Schema({"Deal__c": Object(name="Deal__c", fields={one.name: one for one in fields})})
    database = sqlite3.connect(":memory:")
    equip(database)
    database.execute("CREATE TABLE Deal__c (Id, IsDeleted DEFAULT 0, CurrencyIsoCode, Worth__c)")
    database.executemany(
        "INSERT INTO Deal__c (Id, CurrencyIsoCode, Worth__c) VALUES (:Id, :CurrencyIsoCode, :Worth__c)", DEALS
    )

    def run(text: str, currencies: Currencies | None = RATES) -> Rows:
        return parse(text).bind(schema).run(database.execute, NOW, "", currencies=currencies)

    return run


def test_an_amount_is_converted_to_the_user_s_currency(deals: Ask) -> None:
    text = (
        "SELECT convertCurrency(Worth__c) own, FORMAT(Worth__c) shown, FORMAT(convertCurrency(Worth__c)) mine "
        "FROM Deal__c ORDER BY Id LIMIT 2"
    )
    found = [(one["own"], one["shown"], one["mine"]) for one in deals(text)]
    assert found == [(4000.8, "USD 5,001.00", "EUR 4,000.80"), (56, "JPY 7,000.00", "EUR 56.00")]


def test_an_amount_with_a_code_is_compared_in_that_currency(deals: Ask) -> None:
    assert [one["Id"][14] for one in deals("SELECT Id FROM Deal__c WHERE Worth__c > USD5000 ORDER BY Id")] == ["1", "3"]
    assert [one["Id"][14] for one in deals("SELECT Id FROM Deal__c WHERE Worth__c > 5000 ORDER BY Id")] == ["1", "2"]


def test_amounts_are_ordered_and_added_up_in_the_org_s_currency(deals: Ask) -> None:
    assert [one["Id"][14] for one in deals("SELECT Id FROM Deal__c ORDER BY Worth__c")] == ["2", "1", "3"]
    (total,) = deals("SELECT SUM(Worth__c) s, FORMAT(MAX(Worth__c)) m FROM Deal__c")
    assert (total["s"], total["m"]) == (11_071, "USD 6,000.00")


@pytest.mark.parametrize(
    ("text", "currencies", "what"),
    [
        ("SELECT convertCurrency(Worth__c) FROM Deal__c", None, "no rates of currencies are known"),
        ("SELECT Id FROM Deal__c WHERE Worth__c > GBP5", RATES, "Invalid currency code: GBP"),
    ],
)
def test_a_currency_without_a_rate_is_refused(deals: Ask, text: str, currencies: Currencies | None, what: str) -> None:
    with pytest.raises(SoqlError, match=what):
        deals(text, currencies)


def test_an_org_of_one_currency_needs_no_rates(ask: Ask) -> None:
    assert len(ask("SELECT convertCurrency(Revenue) FROM Account WHERE Revenue > USD0.2")) == 1
