"""Functions, subtotals and TYPEOF over random data, against a naive reading of the language in Python."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain, combinations
from math import atan2, cos, radians, sin, sqrt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upbeat.schema import Schema
from upbeat.soql import Calendar
from upbeat.soql.query import Query
from upbeat.soql.tree import (
    Call,
    Comparison,
    Nulls,
    Operator,
    Ordering,
    Path,
    Select,
    Selected,
    Source,
    Subtotals,
    TypeOf,
    When,
)

Tables = Callable[..., sqlite3.Connection]
Row = dict[str, Any]

NOW = datetime(2026, 2, 11, 15, 30, tzinfo=UTC)
ZONES = ["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"]
CALENDARS = st.builds(
    Calendar, st.sampled_from(ZONES).map(ZoneInfo), fiscal_year_start=st.integers(1, 12), named_by_start=st.booleans()
)
MOMENTS = st.integers(788_918_400, 2_051_222_400).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)  # 1995 to 2034


def perhaps(values: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | values


def stored(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000+0000")


ACCOUNT = st.fixed_dictionaries(
    {
        "Name": perhaps(st.text("aAé", min_size=1, max_size=2)),
        "Industry": perhaps(st.sampled_from(["Technology", "banking", "Energy"])),
        "Tier__c": perhaps(st.sampled_from(["1", "2", "3"])),
        "Active__c": st.integers(0, 1),
        "Employees": perhaps(st.integers(-3, 3)),
        "Founded__c": perhaps(st.dates(date(1950, 1, 1), date(2050, 1, 1)).map(date.isoformat)),
        "CreatedDate": MOMENTS.map(stored),
        "Place__Latitude__s": perhaps(st.sampled_from([0.0, 51.5, -33.9, 90.0, 91.0])),
        "Place__Longitude__s": perhaps(st.sampled_from([0.0, -0.1, 151.2, 180.0])),
    }
)
ACCOUNTS = st.lists(ACCOUNT, max_size=7).map(
    lambda rows: [{"Id": f"00100000000000{n}AAA", "IsDeleted": 0, **row} for n, row in enumerate(rows)]
)


def of(function: str, *arguments: Any) -> Call:
    return Call(function, tuple(Path(one) if isinstance(one, str) else one for one in arguments))


def records(schema: Schema, database: sqlite3.Connection, select: Select, **more: Any) -> list[Row]:
    return Query(select).bind(schema).run(database.execute, NOW, "", **more)


def ids(found: list[Row]) -> list[str]:
    return [record["Id"] for record in found]


# ---- date functions


def naive(function: str, moment: date, calendar: Calendar) -> Any:
    """Read the documentation of one date function: `moment` is a day, or a moment in the zone that counts."""
    start = calendar.fiscal_year_start
    fiscal = (moment.month - start) % 12
    begins = moment.year if moment.month >= start else moment.year - 1
    in_year = (date(moment.year, moment.month, moment.day) - date(moment.year, 1, 1)).days
    return {
        "CALENDAR_MONTH": moment.month,
        "CALENDAR_QUARTER": (moment.month - 1) // 3 + 1,
        "CALENDAR_YEAR": moment.year,
        "DAY_IN_MONTH": moment.day,
        "DAY_IN_WEEK": (date(moment.year, moment.month, moment.day) - date(2026, 2, 8)).days % 7 + 1,
        "DAY_IN_YEAR": in_year + 1,
        "FISCAL_MONTH": fiscal + 1,
        "FISCAL_QUARTER": fiscal // 3 + 1,
        "FISCAL_YEAR": begins if calendar.named_by_start or start == 1 else begins + 1,
        "WEEK_IN_MONTH": (moment.day - 1) // 7 + 1,
        "WEEK_IN_YEAR": in_year // 7 + 1,
        "DAY_ONLY": f"{moment:%Y-%m-%d}",
        "HOUR_IN_DAY": moment.hour if isinstance(moment, datetime) else None,
    }[function]


ANY_DAY = [
    *("CALENDAR_MONTH", "CALENDAR_QUARTER", "CALENDAR_YEAR", "DAY_IN_MONTH", "DAY_IN_WEEK", "DAY_IN_YEAR"),
    *("FISCAL_MONTH", "FISCAL_QUARTER", "FISCAL_YEAR", "WEEK_IN_MONTH", "WEEK_IN_YEAR"),
]
FIELDS = st.one_of(
    st.tuples(st.sampled_from(ANY_DAY), st.just("Founded__c"), st.just(value=False)),
    st.tuples(st.sampled_from([*ANY_DAY, "DAY_ONLY", "HOUR_IN_DAY"]), st.just("CreatedDate"), st.booleans()),
)


def counted(function: str, field: str, row: Row, calendar: Calendar, *, local: bool) -> Any:
    if row[field] is None:
        return None
    if field == "Founded__c":
        return naive(function, date.fromisoformat(row[field]), calendar)
    moment = datetime.strptime(row[field], "%Y-%m-%dT%H:%M:%S.%f%z")
    return naive(function, moment.astimezone(calendar.zone) if local else moment, calendar)


def dated(function: str, field: str, *, local: bool) -> Call:
    return of(function, of("CONVERTTIMEZONE", field) if local else field)


@given(ACCOUNTS, FIELDS, CALENDARS)
@settings(max_examples=100)
def test_records_are_grouped_by_what_a_date_function_says(
    schema: Schema, tables: Tables, rows: list[Row], field: tuple[str, str, bool], calendar: Calendar
) -> None:
    function, name, local = field
    call = dated(function, name, local=local)
    select = Select(
        (Selected(call, "d"), Selected(of("COUNT", "Id"), "n")),
        Source("Account"),
        group_by=(call,),
        order_by=(Ordering(call, nulls=Nulls.LAST),),
    )
    groups = defaultdict[Any, int](int)
    for row in rows:
        groups[counted(function, name, row, calendar, local=local)] += 1
    expected = sorted(groups.items(), key=lambda item: (item[0] is None, item[0]))
    found = records(schema, tables({"Account": rows}), select, calendar=calendar)
    assert [(one["d"], one["n"]) for one in found] == expected


@given(ACCOUNTS, FIELDS.filter(lambda field: field[0] != "DAY_ONLY"), CALENDARS, st.integers(1, 53))
@settings(max_examples=100)
def test_records_are_found_by_what_a_date_function_says(
    schema: Schema, tables: Tables, rows: list[Row], field: tuple[str, str, bool], calendar: Calendar, number: int
) -> None:
    function, name, local = field
    where = Comparison(dated(function, name, local=local), Operator.GREATER, Decimal(number))
    select = Select((Selected(Path("Id")),), Source("Account"), where=where)
    values = {row["Id"]: counted(function, name, row, calendar, local=local) for row in rows}
    expected = [one for one, value in values.items() if value is not None and value > number]
    found = records(schema, tables({"Account": rows}), select, calendar=calendar)
    assert sorted(ids(found)) == sorted(expected)


# ---- subtotals

GROUPS = ["Industry", "Active__c", "Name"]


def same(value: Any) -> Any:
    """Give a value that is equal for what one group holds."""
    return value.upper() if isinstance(value, str) else int(value) if isinstance(value, bool) else value


@given(
    ACCOUNTS,
    st.lists(st.sampled_from(GROUPS), min_size=1, max_size=3, unique=True),
    st.sampled_from(Subtotals),
    st.sampled_from([0, 2]),
)
@settings(max_examples=100)
def test_subtotals_are_the_groups_of_fewer_fields(
    schema: Schema, tables: Tables, rows: list[Row], by: list[str], subtotals: Subtotals, least: int
) -> None:
    select = Select(
        (
            *(Selected(Path(one), f"v{n}") for n, one in enumerate(by)),
            *(Selected(of("GROUPING", one), f"g{n}") for n, one in enumerate(by)),
            Selected(of("COUNT", "Id"), "n"),
            Selected(of("SUM", "Employees"), "s"),
        ),
        Source("Account"),
        group_by=tuple(map(Path, by)),
        subtotals=subtotals,
        having=Comparison(of("COUNT", "Id"), Operator.GREATER_OR_EQUAL, Decimal(least)),
    )
    every = range(len(by) + 1)
    over = (
        [set(by[kept:]) for kept in every]
        if subtotals is Subtotals.ROLLUP
        else [set(some) for some in chain.from_iterable(combinations(by, count) for count in every)]
    )
    expected = list[Any]()
    for rolled in over:
        groups = defaultdict[Any, list[Row]](list)
        for row in rows:
            groups[tuple(None if one in rolled else same(row[one]) for one in by)].append(row)
        for values, own in groups.items():
            if len(own) >= least:
                sizes = [row["Employees"] for row in own if row["Employees"] is not None]
                marks = tuple(int(one in rolled) for one in by)
                expected.append((values, marks, len(own), sum(sizes) if sizes else None))
    found = [
        (
            tuple(same(one[f"v{n}"]) for n in range(len(by))),
            tuple(one[f"g{n}"] for n in range(len(by))),
            one["n"],
            one["s"],
        )
        for one in records(schema, tables({"Account": rows}), select)
    ]
    assert sorted(found, key=repr) == sorted(expected, key=repr)


# ---- places


def far(row: Row, latitude: float, longitude: float) -> float | None:
    """Measure along the great circle by the angle between the two places, in kilometres."""
    here = (row["Place__Latitude__s"], row["Place__Longitude__s"])
    if None in here or abs(here[0]) > 90:
        return None
    one, other, apart = radians(here[0]), radians(latitude), radians(longitude - here[1])
    across = sqrt((cos(other) * sin(apart)) ** 2 + (cos(one) * sin(other) - sin(one) * cos(other) * cos(apart)) ** 2)
    return 6371.009 * atan2(across, sin(one) * sin(other) + cos(one) * cos(other) * cos(apart))


@given(
    ACCOUNTS,
    st.floats(-90, 90).map(lambda degrees: round(degrees, 4)),
    st.floats(-180, 180).map(lambda degrees: round(degrees, 4)),
    st.integers(0, 20_000),
    st.sampled_from([Operator.LESS, Operator.GREATER]),
)
@settings(max_examples=100)
def test_a_distance_is_that_of_the_great_circle(
    schema: Schema, tables: Tables, rows: list[Row], latitude: float, longitude: float, limit: int, operator: Operator
) -> None:
    place = Call("GEOLOCATION", (Decimal(repr(latitude)), Decimal(repr(longitude))))
    call = Call("DISTANCE", (Path("Place__c"), place, "km"))
    select = Select(
        (Selected(Path("Id")), Selected(call, "d")),
        Source("Account"),
        where=Comparison(call, operator, Decimal(limit)),
        order_by=(Ordering(call, descending=True),),
    )
    known = {row["Id"]: distance for row in rows if (distance := far(row, latitude, longitude)) is not None}
    near = [one for one, distance in known.items() if (distance < limit) is (operator is Operator.LESS)]
    found = records(schema, tables({"Account": rows}), select)
    assert set(ids(found)) == set(near)
    assert [one["d"] for one in found] == sorted((one["d"] for one in found), reverse=True)
    assert all(one["d"] == pytest.approx(known[one["Id"]], abs=1e-3) for one in found)


# ---- labels

LABELS = {"1": "Gold", "2": "Argent é"}


@given(
    ACCOUNTS,
    st.sampled_from(["gold", "ARGENT É", "argent e", "3", "1"]),
    st.sampled_from([Operator.EQUAL, Operator.NOT_EQUAL]),
)
def test_a_picklist_is_found_by_its_label(
    schema: Schema, tables: Tables, rows: list[Row], label: str, operator: Operator
) -> None:
    select = Select(
        (Selected(Path("Id")), Selected(of("TOLABEL", "Tier__c"))),
        Source("Account"),
        where=Comparison(of("TOLABEL", "Tier__c"), operator, label),
    )
    shown = {row["Id"]: LABELS.get(row["Tier__c"], row["Tier__c"]) for row in rows}
    expected = {one: text for one, text in shown.items() if (same(text) == same(label)) is (operator is Operator.EQUAL)}
    assert {one["Id"]: one["Tier__c"] for one in records(schema, tables({"Account": rows}), select)} == expected


# ---- TYPEOF

USERS = [{"Id": f"00500000000000{n}AAA", "Name": f"user {n}", "Email": f"{n}@acme.example"} for n in range(2)]
QUEUES = [{"Id": "00G000000000001AAA", "Name": "queue"}]
OWNERS = st.lists(perhaps(st.sampled_from([one["Id"] for one in (*USERS, *QUEUES)])), max_size=5)


@given(OWNERS, st.sampled_from([("User",), ("Group",), ("User", "Group")]), st.booleans())
def test_typeof_reads_the_fields_of_the_object_that_is_there(
    schema: Schema, tables: Tables, owners: list[str | None], branches: tuple[str, ...], otherwise: bool
) -> None:
    fields = {"User": ("Name", "Email"), "Group": ("Name",)}
    contacts = [{"Id": f"00300000000000{n}AAA", "OwnerId": owner} for n, owner in enumerate(owners)]
    typeof = TypeOf(
        Path("Owner"),
        tuple(When(one, tuple(map(Path, fields[one]))) for one in branches),
        (Path("Id"),) if otherwise else (),
    )
    select = Select((Selected(Path("Id")), typeof), Source("Contact"))
    everyone = {one["Id"]: ("User", one) for one in USERS} | {one["Id"]: ("Group", one) for one in QUEUES}
    expected = dict[str, Any]()
    for contact in contacts:
        kind, owner = everyone.get(contact["OwnerId"] or "", ("", {}))
        shown = fields[kind] if kind in branches else ("Id",) if kind and otherwise else ()
        expected[contact["Id"]] = {one: owner[one] for one in shown} or None
    database = tables({"Contact": contacts, "User": USERS, "Group": QUEUES})
    found = {
        one["Id"]: one["Owner"] and {key: value for key, value in one["Owner"].items() if key != "attributes"}
        for one in records(schema, database, select)
    }
    assert found == expected
