"""Which territory a record lies in: looked up, and the same as comparing it with each in its order."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat import formula
from upbeat.routing import Known, Match, PoolState, Roster, assign
from upbeat.routing.territory import NOWHERE
from upbeat.routing.view import view
from upbeat.schema import Field, FieldType, Object, Schema
from upbeat.workflows import Numbers, PostalCodes, Territory

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
ADDRESS = {
    "postal_code": "PostalCode",
    "country": "Country",
    "state": "State",
    "industry": "Industry",
    "employees": "NumberOfEmployees",
    "revenue": "AnnualRevenue",
    "company": "Company",
}
LARGE = formula.compile(
    "NumberOfEmployees > 1000",
    formula.Scope(
        Schema(
            {
                "Lead": Object(
                    name="Lead", fields={"NumberOfEmployees": Field(name="NumberOfEmployees", type=FieldType.INT)}
                )
            }
        ),
        "Lead",
    ),
)

Make = Callable[..., Any]


def fits(record: dict[str, Any], one: Territory) -> bool:
    """Say whether a record lies in a territory, condition by condition."""

    def word(name: str) -> str:
        return str(record[ADDRESS[name]] or "").strip().casefold()

    def within(span: Numbers | None, name: str) -> bool:
        value = record[ADDRESS[name]]
        return span is None or (value is not None and Decimal(str(value)) in span)

    return (
        (not one.postal_codes or any(word("postal_code") in span for span in one.postal_codes))
        and (not one.countries or word("country") in {each.casefold() for each in one.countries})
        and (not one.states or word("state") in {each.casefold() for each in one.states})
        and (not one.industries or word("industry") in {each.casefold() for each in one.industries})
        and within(one.employees, "employees")
        and within(one.revenue, "revenue")
        and (one.when is None or (record["NumberOfEmployees"] or 0) > 1000)
    )


codes = st.sampled_from(["0*", "606*", "60614", "60601-60699", "10-19", "SW1A*", "SW1A1AA"]).map(PostalCodes.parse)
some = st.integers(0, 2)
territories = st.builds(
    Territory,
    name=st.just("one"),
    when=st.sampled_from([None, None, LARGE]),
    postal_codes=st.lists(codes, max_size=2).map(tuple),
    countries=st.lists(st.sampled_from(["US", "Germany", "germany"]), max_size=2).map(tuple),
    states=st.lists(st.sampled_from(["NY", "ma"]), max_size=1).map(tuple),
    industries=st.lists(st.sampled_from(["Banking", "Energy"]), max_size=1).map(tuple),
    employees=st.sampled_from([None, None, Numbers.parse("50-499"), Numbers.parse("500-"), Numbers.parse("-49")]),
    revenue=st.sampled_from([None, None, Numbers.parse("1000-1000"), Numbers.parse("-1,000,000")]),
)
records = st.fixed_dictionaries(
    {
        "OwnerId": st.just("00G000000000001AAA"),
        "Company": st.none(),
        "PostalCode": st.sampled_from([None, "", "60614", "606-14 1234", "0123", "1", "105", "sw1a 1aa", "SW1A 2AA"]),
        "Country": st.sampled_from([None, "us", " US ", "GERMANY", "France"]),
        "State": st.sampled_from([None, "NY", "MA", "CA"]),
        "Industry": st.sampled_from([None, "banking", "Retail"]),
        "NumberOfEmployees": st.sampled_from([None, 0, 49, 50, 499, 500, 1001, Decimal("49.5")]),
        "AnnualRevenue": st.sampled_from([None, 0, 999.99, 1000, Decimal(1_000_000), 1_000_000.01]),
    }
)


@given(each=st.lists(territories, max_size=8), record=records)
def test_the_first_territory_that_fits_is_found(
    roster: Make, member: Make, each: list[Territory], record: dict[str, Any]
) -> None:
    pool = roster(member("ann"), territories=tuple(each), address=ADDRESS)
    found = pool.territories.locate(view(record, pool.pool, Known(), NOW))
    assert found == next((number for number, one in enumerate(each) if fits(record, one)), NOWHERE)


@pytest.mark.parametrize(
    ("company", "account", "where"),
    [
        pytest.param("Globex", "", "Globex is in Named", id="by the record's company"),
        pytest.param("Globex, Inc.", "", "Globex, Inc. is in Named", id="whatever its legal form"),
        pytest.param("Something else", "GLOBEX", "GLOBEX is in Named", id="by the matched account"),
        pytest.param("Initech", "", "is in Rest, as ", id="no other"),
    ],
)
def test_a_named_account_has_its_territory(
    company: str, account: str, where: str, roster: Make, member: Make, lead: Make
) -> None:
    each = (Territory(name="Named", accounts=("Globex",)), Territory(name="Rest", when=_always()))
    pool: Roster = roster(member("ann"), territories=each, keeps=(), address=ADDRESS)
    known = Known(accounts=(Match({"Name": account, "OwnerId": "x"}, "phone"),) if account else ())
    record = {**dict.fromkeys(ADDRESS.values()), **lead(Company=company)}
    found = assign(record, pool, PoolState(pool), NOW, known)
    assert found.reasons[0].startswith(where)


def test_what_counted_is_named(roster: Make, member: Make, lead: Make) -> None:
    one = Territory(name="Mid market", states=("NY",), employees=Numbers.parse("50-499"), industries=("Banking",))
    pool: Roster = roster(member("ann"), territories=(one,), address=ADDRESS)
    record = {**dict.fromkeys(ADDRESS.values()), **lead(State="ny", NumberOfEmployees=120, Industry="Banking")}
    found = assign(record, pool, PoolState(pool), NOW)
    assert found.reasons[0] == "ny, Banking, employees 120 is in Mid market"


def _always() -> formula.Formula:
    return formula.compile("true", formula.Scope(Schema({"Lead": Object(name="Lead", fields={})}), "Lead"))
