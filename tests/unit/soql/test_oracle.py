"""Random queries over random data, against a naive reading of the language in Python."""

import re
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from upbeat.schema import Schema
from upbeat.soql import Calendar
from upbeat.soql.query import Query
from upbeat.soql.tree import (
    And,
    Call,
    Choice,
    Comparison,
    DateLiteral,
    Membership,
    Not,
    Nulls,
    Operator,
    Or,
    Ordering,
    Path,
    Select,
    Selected,
    Semijoin,
    Source,
    Subquery,
)

Tables = Callable[..., sqlite3.Connection]
Row = dict[str, Any]

NOW = datetime(2026, 2, 11, 15, 30, tzinfo=UTC)
TODAY = NOW.date()
ACCOUNTS = [f"00100000000000{n}AAA" for n in range(6)]
USERS = [f"00500000000000{n}AAA" for n in range(3)]
GROUPS = [f"00G00000000000{n}AAA" for n in range(2)]
INDUSTRIES = ["Technology", "Banking", "Energy", "Retired"]  # the last is no longer on the list
LETTERS = st.text(
    "aAbB%_\\'éÉß\u0131\u212a", min_size=1, max_size=3
)  # of which the last two are the dotless i and Kelvin


def perhaps(values: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | values


def stored(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000+0000")


DAYS = st.integers(-400, 400).map(lambda n: TODAY + timedelta(days=n))
MOMENTS = st.integers(-9_000, 9_000).map(lambda n: NOW.replace(minute=0) + timedelta(hours=n // 10))
NUMBERS = st.integers(-3, 3)
MONEY = st.sampled_from([-0.1, 0.1, 0.2, 1.0, 2.5])
REGIONS = st.lists(st.sampled_from(["North", "South", "East"]), min_size=1, max_size=2, unique=True).map(";".join)

ACCOUNT = st.fixed_dictionaries(
    {
        "Name": perhaps(LETTERS),
        "Industry": perhaps(st.sampled_from(INDUSTRIES)),
        "Region__c": perhaps(REGIONS),
        "Employees": perhaps(NUMBERS),
        "Revenue": perhaps(MONEY),
        "Active__c": st.integers(0, 1),
        "Founded__c": perhaps(DAYS.map(date.isoformat)),
        "CreatedDate": MOMENTS.map(stored),
        "OwnerId": perhaps(st.sampled_from(USERS)),
        "ParentId": perhaps(st.sampled_from(ACCOUNTS)),
        "IsDeleted": st.integers(0, 1),
    }
)
USER = st.fixed_dictionaries({"Name": perhaps(LETTERS), "IsActive": st.integers(0, 1)})
CONTACT = st.fixed_dictionaries(
    {
        "AccountId": perhaps(st.sampled_from(ACCOUNTS)),
        "OwnerId": perhaps(st.sampled_from([*USERS, *GROUPS])),
        "IsDeleted": st.integers(0, 1),
    }
)


def numbered(ids: list[str], rows: list[Row]) -> list[Row]:
    return [{"Id": key, **row} for key, row in zip(ids, rows, strict=False)]


COMPANIES = st.builds(
    lambda accounts, users, contacts: {
        "Account": numbered(ACCOUNTS, accounts),
        "User": numbered(USERS, users),
        "Group": numbered(GROUPS, [{"Name": "aB"}]),
        "Contact": numbered([f"00300000000000{n}AAA" for n in range(9)], contacts),
    },
    st.lists(ACCOUNT, min_size=3, max_size=6),
    st.lists(USER, max_size=3),
    st.lists(CONTACT, max_size=6),
)

# ---- queries: a field of each kind, and the values that fit it

EQUALITY = st.sampled_from([Operator.EQUAL, Operator.NOT_EQUAL])
ANY_ORDER = st.sampled_from([one for one in Operator if one is not Operator.LIKE])
LISTS = st.sampled_from([Choice.IN, Choice.NOT_IN])
RANGES = st.sampled_from(["TODAY", "THIS_MONTH", "LAST_QUARTER", "NEXT_YEAR", "THIS_WEEK"]).map(
    DateLiteral
) | st.builds(DateLiteral, st.sampled_from(["LAST_N_DAYS", "N_MONTHS_AGO", "NEXT_N_QUARTERS"]), st.integers(0, 9))


def comparing(path: str, values: st.SearchStrategy, operators: st.SearchStrategy = ANY_ORDER) -> st.SearchStrategy:
    several = st.lists(perhaps(values), min_size=1, max_size=3).map(tuple)
    return st.builds(Comparison, st.just(Path(path)), operators, perhaps(values)) | st.builds(
        Membership, st.just(Path(path)), LISTS, several
    )


LEAVES = st.one_of(
    comparing("Name", LETTERS),
    comparing("Owner.Name", LETTERS),
    comparing("Parent.Owner.Name", LETTERS),
    comparing("Industry", st.sampled_from(["technology", "ENERGY", "Retired"]), EQUALITY),
    comparing("Region__c", REGIONS, EQUALITY),
    comparing("Employees", NUMBERS.map(Decimal)),
    comparing("Parent.Employees", NUMBERS.map(Decimal)),
    comparing("Revenue", MONEY.map(repr).map(Decimal)),
    comparing("Active__c", st.booleans(), EQUALITY),
    comparing("Parent.Active__c", st.booleans(), EQUALITY),
    comparing("Owner.IsActive", st.booleans(), EQUALITY),
    comparing("Founded__c", DAYS | RANGES),
    comparing("CreatedDate", MOMENTS | RANGES),
    comparing("ParentId", st.sampled_from(ACCOUNTS) | st.sampled_from(ACCOUNTS).map(lambda one: one[:15]), EQUALITY),
    st.builds(Comparison, st.sampled_from([Path("Name"), Path("Owner.Name")]), st.just(Operator.LIKE), st.sampled_from(
        ["a", "A%", "%b", "_", r"\%%", r"%\_", r"a\\", "%", "É%", "%é_", r"ß\%"]
    )),
    st.builds(Membership, st.just(Path("Region__c")), st.sampled_from([Choice.INCLUDES, Choice.EXCLUDES]), st.lists(
        REGIONS | st.just("north"), min_size=1, max_size=2
    ).map(tuple)),
)  # fmt: skip
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple))
        | st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple))
        | st.builds(Not, inner)
    ),
    max_leaves=5,
)
CONTACTS = Select((Selected(Path("AccountId")),), Source("Contact"))
OWNED = Select(
    (Selected(Path("AccountId")),), Source("Contact"), where=Comparison(Path("Owner.Type"), Operator.EQUAL, "Group")
)
SEMIJOINS = st.builds(
    Semijoin, st.sampled_from([Path("Id"), Path("ParentId")]), LISTS, st.sampled_from([CONTACTS, OWNED])
)
WHERE = st.none() | CONDITIONS | SEMIJOINS | st.builds(lambda *parts: And(parts), CONDITIONS, SEMIJOINS)

SORTED_BY = ["Name", "Industry", "Employees", "CreatedDate", "Owner.Name", "ParentId"]

# ---- the naive reading


def fold(value: Any) -> Any:
    """Put each letter in capitals that has one capital; none becomes an ASCII letter."""
    return "".join(map(capital, value)) if isinstance(value, str) else value


def capital(letter: str) -> str:
    found = letter.upper()
    return found if len(found) == 1 and found.isascii() is letter.isascii() else letter


def lookup(company: dict[str, list[Row]], row: Row, path: str) -> Any:
    *steps, name = path.split(".")
    for step in steps:
        key = row.get(f"{step}Id")
        found = next(((table, one) for table, rows in company.items() for one in rows if one["Id"] == key), None)
        if found is None:
            return False if name in {"Active__c", "IsActive"} else None
        row = found[1] | {"Type": found[0]}
    value = row.get(name)
    return bool(value) if name in {"Active__c", "IsActive"} else value


def span(literal: DateLiteral, value: str) -> tuple[str, str]:
    if len(value) == 10:
        first, end = Calendar().days(literal, NOW)
        return first.isoformat(), end.isoformat()
    return Calendar().moments(literal, NOW)


def comparable(literal: Any, name: str) -> Any:
    match literal:
        case datetime():
            return stored(literal)
        case date():
            return literal.isoformat()
        case Decimal():
            return float(literal)
        case str() if name.endswith("Id"):
            return literal if len(literal) == 18 else literal + "AAA"
        case None if name in {"Active__c", "IsActive"}:
            return False
        case _:
            return literal if literal != "" else None


def like(pattern: str, value: str) -> bool:
    parts = re.findall(r"\\.|.", fold(pattern), re.DOTALL)
    wild = {"%": ".*", "_": "."}
    text = "".join(wild.get(part) or re.escape(part[-1]) for part in parts)
    return re.fullmatch(text, fold(value), re.DOTALL) is not None


def equal(value: Any, literal: Any, name: str) -> bool:
    if isinstance(literal, DateLiteral):
        if value is None:
            return False
        first, end = span(literal, value)
        return first <= value < end
    wanted = comparable(literal, name)
    return value == wanted if name.endswith("Id") else fold(value) == fold(wanted)


def compare(value: Any, operator: Operator, literal: Any, name: str) -> bool:
    if operator is Operator.EQUAL:
        return equal(value, literal, name)
    if operator is Operator.NOT_EQUAL:
        return not equal(value, literal, name)
    if value is None or literal is None:
        return False
    if operator is Operator.LIKE:
        return like(literal, value)
    low, high = span(literal, value) if isinstance(literal, DateLiteral) else (comparable(literal, name),) * 2
    low, high, value = fold(low), fold(high), fold(value)
    in_range = isinstance(literal, DateLiteral)
    return {
        Operator.LESS: value < low,
        Operator.GREATER_OR_EQUAL: value >= low,
        Operator.GREATER: value >= high if in_range else value > high,
        Operator.LESS_OR_EQUAL: value < high if in_range else value <= high,
    }[operator]


def holds(company: dict[str, list[Row]], condition: Any, row: Row) -> bool:  # noqa: PLR0911 - one a kind of condition
    match condition:
        case None:
            return True
        case And(parts):
            return all(holds(company, part, row) for part in parts)
        case Or(parts):
            return any(holds(company, part, row) for part in parts)
        case Not(part):
            return not holds(company, part, row)
        case Comparison(Path(path), operator, literal):
            return compare(lookup(company, row, path), operator, literal, path.rpartition(".")[2])
        case Membership(Path(path), Choice.IN | Choice.NOT_IN as choice, values):
            value, name = lookup(company, row, path), path.rpartition(".")[2]
            return any(equal(value, one, name) for one in values) is (choice is Choice.IN)
        case Membership(Path(path), choice, values):
            have = set(fold(lookup(company, row, path) or "").split(";"))
            return any(set(fold(one).split(";")) <= have for one in values) is (choice is Choice.INCLUDES)
        case Semijoin(Path(path), choice, select):
            inner = [one for one in company["Contact"] if not one["IsDeleted"] and holds(company, select.where, one)]
            return (row[path] in {one["AccountId"] for one in inner} - {None}) is (choice is Choice.IN)
    raise AssertionError(condition)


def place(value: Any, name: str, *, descending: bool, nulls: Nulls | None) -> tuple[bool, Any]:
    """Give what a row sorts by; picklists by the admin's order, and what is not on the list after it."""
    first = nulls is not Nulls.LAST
    if value is None:
        return (first is descending, 0)
    if name == "Industry":
        value = (INDUSTRIES.index(value) if value in INDUSTRIES[:3] else 9, value)
    return (first is not descending, value if name.endswith("Id") else fold(value))


# ---- the claims


@given(COMPANIES, WHERE)
@settings(max_examples=150)
def test_a_condition_finds_what_the_naive_reading_finds(
    schema: Schema, tables: Tables, company: Any, where: Any
) -> None:
    query = Query(Select((Selected(Path("Id")),), Source("Account"), where=where))
    records = query.bind(schema).run(tables(company).execute, NOW, "")
    expected = {row["Id"] for row in company["Account"] if not row["IsDeleted"] and holds(company, where, row)}
    assert {record["Id"] for record in records} == expected


@given(COMPANIES, WHERE)
def test_rows_from_anywhere_are_answered_as_a_database_is(
    schema: Schema, tables: Tables, company: Any, where: Any
) -> None:
    contacts = Subquery(Select((Selected(Path("Owner.Name")),), Source("Contacts"), order_by=(Ordering(Path("Id")),)))
    fields = (Selected(Path("Name")), Selected(Path("Parent.Owner.Name")), contacts)
    bound = Query(Select(fields, Source("Account"), where=where, order_by=(Ordering(Path("Id")),))).bind(schema)
    assert bound.evaluate(company, NOW, "").records == bound.run(tables(company).execute, NOW, "")


@given(
    COMPANIES,
    st.lists(st.sampled_from(SORTED_BY), min_size=1, max_size=2, unique=True),
    st.lists(st.tuples(st.booleans(), st.none() | st.sampled_from(Nulls)), min_size=2, max_size=2),
    st.none() | st.integers(0, 4),
    st.integers(0, 3),
)
def test_an_order_is_the_naive_one(
    schema: Schema, tables: Tables, company: Any, fields: list[str], ways: Any, limit: int | None, offset: int
) -> None:
    terms = [Ordering(Path(name), down, nulls) for name, (down, nulls) in zip(fields, ways, strict=False)]
    order = (*terms, Ordering(Path("Id")))
    select = Select((Selected(Path("Id")),), Source("Account"), order_by=order, limit=limit, offset=offset)
    rows = [row for row in company["Account"] if not row["IsDeleted"]]
    for term in reversed(order):
        name = term.operand.name
        rows.sort(
            key=lambda row, name=name, term=term: place(
                lookup(company, row, name), name, descending=term.descending, nulls=term.nulls
            ),
            reverse=term.descending,
        )
    found = [record["Id"] for record in Query(select).bind(schema).run(tables(company).execute, NOW, "")]
    assert found == [row["Id"] for row in rows][offset : None if limit is None else offset + limit]


@given(COMPANIES, st.sampled_from(["Industry", "Owner.Name", "Active__c", "ParentId"]))
def test_aggregates_are_the_naive_ones(schema: Schema, tables: Tables, company: Any, by: str) -> None:
    calls = [
        Call("COUNT", (Path("Id"),)),
        Call("COUNT", (Path("Employees"),)),
        Call("COUNT_DISTINCT", (Path("Name"),)),
        Call("SUM", (Path("Employees"),)),
        Call("AVG", (Path("Employees"),)),
        Call("MAX", (Path("Founded__c"),)),
    ]
    select = Select(
        (Selected(Path(by), "g"), *(Selected(call, f"a{n}") for n, call in enumerate(calls))),
        Source("Account"),
        group_by=(Path(by),),
    )
    live = sorted(
        (row for row in company["Account"] if not row["IsDeleted"]), key=lambda row: repr(key(company, row, by))
    )
    expected = []
    for _, own in groupby(live, key=lambda row: repr(key(company, row, by))):
        group = list(own)
        sizes = [row["Employees"] for row in group if row["Employees"] is not None]
        names = {fold(row["Name"]) for row in group if row["Name"] is not None}
        days = [row["Founded__c"] for row in group if row["Founded__c"] is not None]
        mean = sum(sizes) / len(sizes) if sizes else None
        facts = (len(group), len(sizes), len(names), sum(sizes) if sizes else None, mean, max(days, default=None))
        expected.append((key(company, group[0], by), *facts))
    records = Query(select).bind(schema).run(tables(company).execute, NOW, "")
    found = [(spelt(one["g"], by), *(one[f"a{n}"] for n in range(len(calls)))) for one in records]
    assert sorted(map(repr, found)) == sorted(map(repr, expected))


def key(company: dict[str, list[Row]], row: Row, by: str) -> Any:
    return spelt(lookup(company, row, by), by)


def spelt(value: Any, by: str) -> Any:
    return value if by.endswith("Id") else fold(value)
