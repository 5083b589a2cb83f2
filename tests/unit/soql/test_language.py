"""Reading, printing and filling: laws over generated trees, and what each mistake is told."""

import string
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upbeat.soql import Code, SoqlError, parse
from upbeat.soql.dates import COUNTED, FIXED
from upbeat.soql.literals import as_pattern, to_millisecond
from upbeat.soql.query import Query
from upbeat.soql.tree import (
    Access,
    And,
    Bind,
    Call,
    Category,
    Choice,
    Comparison,
    Context,
    DateLiteral,
    Membership,
    Money,
    Not,
    Nulls,
    Operator,
    Or,
    Ordering,
    Path,
    Purpose,
    Select,
    Selected,
    Selector,
    Semijoin,
    Source,
    Subquery,
    Subtotals,
    Tracking,
    TypeOf,
    When,
)

NAMES = st.text(string.ascii_letters + string.digits + "_", max_size=6).map("Z".__add__)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(".".join).map(Path)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=3)
MONEY = st.builds(
    Money,
    st.sampled_from(["USD", "EUR", "JPY"]),
    st.decimals(0, 10**9, allow_nan=False, allow_infinity=False, places=2),
)
MOMENTS = st.datetimes(timezones=st.just(UTC)).map(lambda moment: to_millisecond(moment).replace(fold=0))
TIMES = st.times().map(lambda moment: to_millisecond(moment).replace(fold=0))
DATE_LITERALS = st.sampled_from(sorted(FIXED)).map(DateLiteral) | st.builds(
    DateLiteral, st.sampled_from(sorted(COUNTED)), st.integers(0, 999)
)
LITERALS = st.one_of(TEXTS, NUMBERS, st.booleans(), st.none(), st.dates(), MOMENTS, TIMES, DATE_LITERALS, MONEY)
BINDS = NAMES.map(Bind)
FUNCTIONS = NAMES.map(str.upper)
INNER = st.builds(Call, FUNCTIONS, st.lists(PATHS | NUMBERS | TEXTS | BINDS, max_size=2).map(tuple))
CALLS = st.builds(Call, FUNCTIONS, st.lists(PATHS | INNER | NUMBERS | TEXTS | BINDS, max_size=3).map(tuple))
OPERANDS = PATHS | CALLS
COMPARISONS = st.builds(
    Comparison, OPERANDS, st.sampled_from([one for one in Operator if one is not Operator.LIKE]), LITERALS | BINDS
) | st.builds(Comparison, OPERANDS, st.just(Operator.LIKE), TEXTS.map(as_pattern) | BINDS)
MEMBERSHIPS = st.builds(
    Membership,
    OPERANDS,
    st.sampled_from(Choice),
    st.lists(TEXTS, min_size=1, max_size=4).map(tuple)
    | st.lists(LITERALS | BINDS, min_size=1, max_size=4).map(tuple)
    | BINDS,
)


def conditions(selects: st.SearchStrategy[Select]) -> st.SearchStrategy:
    semijoins = st.builds(Semijoin, OPERANDS, st.sampled_from([Choice.IN, Choice.NOT_IN]), selects)
    return st.recursive(
        COMPARISONS | MEMBERSHIPS | semijoins,
        lambda inner: (
            st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple))
            | st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple))
            | st.builds(Not, inner)
        ),
        max_leaves=5,
    )


def several(values: st.SearchStrategy, least: int = 0, most: int = 2) -> st.SearchStrategy:
    return st.lists(values, min_size=least, max_size=most).map(tuple)


def chosen(values: type) -> st.SearchStrategy:
    """Some of an enumeration's values, in its order."""
    return st.sets(st.sampled_from(values)).map(lambda some: tuple(one for one in values if one in some))


OBJECTS = NAMES | st.sampled_from(["Group", "Order", "Case"])
TYPEOFS = st.builds(
    TypeOf, PATHS, several(st.builds(When, OBJECTS, several(PATHS, 1)), 1), st.just(()) | several(PATHS, 1)
)
CATEGORIES = st.builds(Category, NAMES, st.sampled_from(Selector), several(NAMES, 1))
WITHIN = st.one_of(
    st.sampled_from(Access),
    several(CATEGORIES, 1),
    st.builds(Context, NAMES, several(st.tuples(NAMES, LITERALS), 1)),
    st.builds(Comparison, OPERANDS, st.just(Operator.EQUAL), LITERALS),
)
SOURCES = st.builds(Source, OBJECTS, st.just("") | NAMES)


@st.composite
def selects(draw: st.DrawFn, inner: st.SearchStrategy[Select]) -> Select:
    counts = st.none() | st.integers(0, 10**6) | BINDS
    fields = st.builds(Selected, OPERANDS, st.just("") | NAMES) | st.builds(Subquery, inner) | TYPEOFS
    group_by = draw(several(OPERANDS))
    return Select(
        fields=draw(several(fields, 1, 4)),
        source=draw(SOURCES),
        parents=draw(several(SOURCES)),
        scope=draw(st.just("") | NAMES),
        where=draw(st.none() | conditions(inner)),
        within=draw(st.none() | WITHIN),
        group_by=group_by,
        subtotals=draw(st.none() | st.sampled_from(Subtotals)) if group_by else None,
        having=draw(st.none() | conditions(inner)) if group_by else None,
        order_by=draw(several(st.builds(Ordering, OPERANDS, st.booleans(), st.none() | st.sampled_from(Nulls)))),
        limit=draw(counts),
        offset=draw(counts),
        all_rows=draw(st.booleans()),
        purposes=draw(chosen(Purpose)),
        tracking=draw(chosen(Tracking)),
    )


PLAIN = st.builds(Select, fields=st.just((Selected(Path("Id")),)), source=st.builds(Source, NAMES))
QUERIES = selects(PLAIN | selects(PLAIN))


@given(QUERIES)
def test_reading_a_printed_query_gives_the_query_back(select: Select) -> None:
    read = parse(str(Query(select)))
    assert read.select == select
    assert repr(read.select) == repr(select)  # true is not 1


@given(TEXTS | NUMBERS | st.booleans() | st.none() | st.dates() | MOMENTS)
def test_a_filled_value_stays_a_value_whatever_it_says(value: object) -> None:
    template = parse("SELECT Id FROM Lead WHERE Company = :value AND (Rating = 'Hot' OR Name LIKE 'A%') LIMIT 5")
    filled = parse(str(template.fill({"value": value}))).select
    first, second = template.select.where.parts
    assert filled == replace(template.select, where=And((replace(first, value=value), second)))


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_a_filled_list_stays_a_list_whatever_it_says(values: list[str]) -> None:
    filled = parse(str(parse("SELECT Id FROM Lead WHERE Company IN :values").fill({"values": values})))
    assert filled.select.where == Membership(Path("Company"), Choice.IN, tuple(values))


@given(TEXTS)
def test_a_filled_pattern_stays_a_pattern(text: str) -> None:
    filled = parse("SELECT Id FROM Lead WHERE Company LIKE :text").fill({"text": text})
    assert parse(str(filled)) == filled


@pytest.mark.parametrize(
    ("operator", "meaning"),
    [("IN", "SELECT Id FROM Lead WHERE Id = null"), ("NOT IN", "SELECT Id FROM Lead WHERE Id != null")],
)
def test_a_filled_empty_list_holds_nothing(operator: str, meaning: str) -> None:
    assert str(parse(f"SELECT Id FROM Lead WHERE OwnerId {operator} :ids").fill({"ids": []})) == meaning


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        Decimal("Infinity"),
        Decimal("1e99"),
        datetime(2026, 1, 1),  # noqa: DTZ001 - what is refused
        "a\0b",
        "\ud800",
        "x" * 5000,
        b"x",
        object(),
    ],
    ids=["nan", "infinity", "too many digits", "no zone", "nul", "surrogate", "too long", "bytes", "object"],
)
def test_a_value_that_soql_cannot_write_is_refused(value: object) -> None:
    with pytest.raises(SoqlError, match=r":value is .* which SOQL cannot write"):
        parse("SELECT Id FROM Lead WHERE Company = :value").fill({"value": value})


def test_a_bind_without_a_value_is_named() -> None:
    with pytest.raises(SoqlError, match="there is no value for :ids"):
        parse("SELECT Id FROM Lead WHERE Id IN :ids").fill({"id": 1})


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("select  id\nfrom Lead", "SELECT id FROM Lead"),
        ("SELECT Id FROM Account AS a", "SELECT Id FROM Account a"),
        ("SELECT Id FROM Lead WHERE A<>1.50", "SELECT Id FROM Lead WHERE A != 1.50"),
        ("SELECT Id FROM Lead WHERE ((A = TRUE))", "SELECT Id FROM Lead WHERE A = true"),
        ("SELECT Id FROM Lead WHERE NOT A = 1 AND B = 2", "SELECT Id FROM Lead WHERE (NOT A = 1) AND B = 2"),
        (
            "SELECT Id FROM Lead WHERE A = 2026-01-31T10:30:00+01:00",
            "SELECT Id FROM Lead WHERE A = 2026-01-31T09:30:00Z",
        ),
        ("SELECT Id FROM Lead WHERE A = last_n_days:7", "SELECT Id FROM Lead WHERE A = LAST_N_DAYS:7"),
        (r"SELECT Id FROM Lead WHERE A = 'it\'s\N'", r"SELECT Id FROM Lead WHERE A = 'it\'s\n'"),
        (r"SELECT Id FROM Lead WHERE A LIKE '50\%%'", r"SELECT Id FROM Lead WHERE A LIKE '50\%%'"),
        (
            "SELECT Order.Name, count(Id) n FROM Group group  by X",
            "SELECT Order.Name, COUNT(Id) n FROM Group GROUP BY X",
        ),
        (
            "select typeof What when Account then Phone,Fax else Name end,Id from Task",
            "SELECT TYPEOF What WHEN Account THEN Phone, Fax ELSE Name END, Id FROM Task",
        ),
        (
            "SELECT Day_Only(ConvertTimezone(A))d FROM X GROUP BY rollup ( day_only(A),B )",
            "SELECT DAY_ONLY(convertTimezone(A)) d FROM X GROUP BY ROLLUP(DAY_ONLY(A), B)",
        ),
        ("SELECT Id FROM Contact c, c.Account AS a", "SELECT Id FROM Contact c, c.Account a"),
        ("SELECT Id FROM X USING  SCOPE Mine WHERE A > usd5.50", "SELECT Id FROM X USING SCOPE Mine WHERE A > USD5.50"),
        (
            "SELECT Id FROM X with data  category A at (b,c) and D above_or_below e",
            "SELECT Id FROM X WITH DATA CATEGORY A AT (b, c) AND D ABOVE_OR_BELOW e",
        ),
        ("SELECT Id FROM X with user_mode LIMIT 1", "SELECT Id FROM X WITH USER_MODE LIMIT 1"),
        (
            "SELECT Id FROM X FOR UPDATE UPDATE TRACKING,VIEWSTAT for reference for view all rows",
            "SELECT Id FROM X ALL ROWS FOR VIEW FOR REFERENCE UPDATE TRACKING, VIEWSTAT FOR UPDATE",
        ),
        (r"SELECT Id FROM X WHERE A = '\u00e9\uD83D\uDE00'", "SELECT Id FROM X WHERE A = 'é😀'"),
        (
            "SELECT Id FROM X ORDER BY DISTANCE(L__c,GEOLOCATION(+37.7,-122),'mi')",
            "SELECT Id FROM X ORDER BY DISTANCE(L__c, GEOLOCATION(37.7, -122), 'mi')",
        ),
    ],
)
def test_there_is_one_canonical_text(text: str, canonical: str) -> None:
    assert str(parse(text)) == canonical


@pytest.mark.parametrize(
    ("text", "column", "what"),
    [
        ("", 1, "unexpected token: '<EOF>'"),
        ("SELECT Id, FROM Lead", 12, "unexpected token: 'FROM'"),
        ("SELECT IdFROM Lead", 19, "unexpected token: '<EOF>'"),
        ("SELECT Id FROM WHERE A = 1", 16, "unexpected token: 'WHERE'"),
        ("SELECT Id FROM FROM Lead", 16, "unexpected token: 'FROM'"),
        ("SELECT MIN(CloseDate) first FROM Opportunity", 23, "unexpected token: 'first'"),
        ("SELECT Id FROM Lead last", 21, "unexpected token: 'last'"),
        ("SELECT Id FROM Lead WHERE", 26, "unexpected token: '<EOF>'"),
        ("SELECT Id FROM Lead WHERE A = 1 AND B = 2 OR C = 3", 43, "unexpected token: 'OR'"),
        ("SELECT Id FROM Lead WHERE A = 'Q2 June", 31, "mismatched character '<EOF>' expecting '''"),
        ("SELECT Id FROM Lead WHERE A = June", 31, "unexpected token: 'June'"),
        ("SELECT Id FROM Lead WHERE A IN ()", 33, "unexpected token: ')'"),
        ("SELECT Id FROM Lead WHERE A INCLUDES (SELECT Id FROM B)", 29, "unexpected token: 'SELECT'"),
        (r"SELECT Id FROM Lead WHERE A = '50\%'", 31,
         r"Invalid string literal '50\%'. Illegal character sequence '\%' in string literal."),
        ("SELECT Id FROM Lead WHERE A = 2026-02-30", 31, "Invalid literal 2026-02-30: day is out of range for month"),
        ("SELECT Id FROM Lead LIMIT -1", 27, "unexpected token: '-'"),
        ("SELECT Id FROM Lead WHERE A = 1.2.3", 31, "unexpected token: '1'"),
        ("SELECT Id\nFROM Lead\nWHERE Ä = 1", 7, "unexpected token: 'Ä'"),
        ("SELECT Id FROM Lead; DELETE", 20, "unexpected token: ';'"),
        ("SELECT TYPEOF What WHEN Account THEN COUNT(Id) END FROM Task", 43, "unexpected token: '('"),
        ("SELECT FORMAT(MAX(convertCurrency(A))) FROM Lead", 19, "unexpected token: 'convertCurrency'"),
        ("SELECT Id FROM Lead FOR VIEW FOR VIEW", 30, "unexpected token: 'FOR'"),
        ("SELECT Id FROM Lead WITH DATA CATEGORY A AT b OR C AT d", 47, "unexpected token: 'OR'"),
        (r"SELECT Id FROM Lead WHERE A = '\u12'", 31,
         r"Invalid string literal '\u12'. Illegal character sequence '\u' in string literal."),
        (r"SELECT Id FROM Lead WHERE A = '\ud83d'", 31,
         r"Invalid string literal '\ud83d'. it holds a NUL character, or half of a surrogate pair"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_as_salesforce_tells_it(text: str, column: int, what: str) -> None:
    with pytest.raises(SoqlError) as caught:
        parse(text)
    assert (caught.value.code, caught.value.column, caught.value.what) == (Code.MALFORMED_QUERY, column, what)


@pytest.mark.parametrize(
    ("value", "fix"),
    [
        (":ids()", "A bind is a name, such as :AccountId. Work an expression out first and bind its value."),
        (":'a'", "A bind is a name, such as :AccountId. Work an expression out first and bind its value."),
        (":a + 1", "A bind is a name, such as :AccountId. Work an expression out first and bind its value."),
        (
            "2026-01-31T10:30:00 01:00",
            "End a datetime with Z or an offset such as +01:00; in a web address a + is written %2B.",
        ),
        ("LAST_N_DAYS:x", ""),
    ],
)
def test_what_is_often_meant_is_told(value: str, fix: str) -> None:
    with pytest.raises(SoqlError) as caught:
        parse(f"SELECT Id FROM Lead WHERE A = {value}")
    assert caught.value.fix == fix


def test_the_message_shows_the_line_with_a_caret() -> None:
    with pytest.raises(SoqlError) as caught:
        parse("SELECT Id\nFROM Lead\nWHERE Name == 'Acme'")
    assert (
        caught.value.message == "\nWHERE Name == 'Acme'\n            ^\nERROR at Row:3:Column:13\nunexpected token: '='"
    )


def test_a_long_line_is_shown_around_the_place() -> None:
    with pytest.raises(SoqlError) as caught:
        parse(f"SELECT {'Id, ' * 50}, FROM Lead")
    line, caret, *_ = caught.value.message.strip("\n").split("\n")
    assert line[caret.index("^")] == ","
    assert len(line) <= 80


@pytest.mark.parametrize(
    "text",
    [
        "SELECT Id FROM Lead WHERE " + "(" * 40_000,
        "SELECT Id FROM Lead WHERE " + "NOT " * 20_000 + "A = 1",
        "SELECT Id FROM Lead WHERE " + "(A = 1 OR " * 30 + "B = 1" + ")" * 30,
        "SELECT (" * 5_000,
        "SELECT Id FROM Lead WHERE A IN (SELECT Id FROM B WHERE C IN (" * 1_500,
        "SELECT Id FROM Lead WHERE A IN (" + "'x'," * 25_000,
        "SELECT Id FROM Lead WHERE A = " + "9" * 50_000,
        "SELECT Id FROM Lead LIMIT " + "9" * 50_000,
        "SELECT Id FROM Lead WHERE A = '" + "x" * 100_000 + "'",
        "SELECT Id FROM Lead WHERE A = LAST_N_DAYS:" + "9" * 5_000,
        "SELECT " + "F(" * 20_000 + "Id" + ")" * 20_000 + " FROM Lead",
        "SELECT " + "a." * 40_000 + " FROM Lead",
        "SELECT " + "Id , " * 20_000 + " FROM Lead",
    ],
    ids=lambda text: f"{text[:60]}...",
)
def test_what_is_too_much_is_refused_and_not_suffered(text: str) -> None:
    with pytest.raises(SoqlError):
        parse(text)


WORDS = """SELECT FROM WHERE AND OR NOT IN LIKE INCLUDES GROUP BY HAVING ORDER LIMIT OFFSET ALL ROWS NULLS FIRST COUNT
TYPEOF WHEN THEN ELSE END USING SCOPE WITH DATA CATEGORY AT USER_MODE ROLLUP CUBE FOR VIEW UPDATE TRACKING USD5
( ) , = != < > <= : . ' \\ 'a' 'b\\'' Id Name Account.Name :x 5 -1.5 2026-01-31 2026-01-31T00:00:00Z TODAY LAST_N_DAYS:3
null true""".split()  # noqa: SIM905 - words read best as a line
PIECES = st.lists(st.sampled_from(WORDS) | st.text(max_size=3), max_size=20)


@given(PIECES.map(" ".join) | PIECES.map("".join) | st.text())
@settings(max_examples=150)
def test_any_text_gives_a_query_or_a_soql_error(text: str) -> None:
    with suppress(SoqlError):
        query = parse(text)
        assert parse(str(query)) == query


def test_the_same_text_is_read_once() -> None:
    assert parse("SELECT Id FROM Lead") is parse("SELECT Id FROM Lead")


def test_values_of_every_type_can_be_filled() -> None:
    query = parse("SELECT Id FROM X WHERE A IN :all")
    binds = {
        "all": [
            "a",
            1,
            Decimal("2.50"),
            0.5,
            True,
            None,
            date(2026, 1, 31),
            datetime(2026, 1, 31, 9, tzinfo=UTC),
            time(9),
        ]
    }
    assert str(query.fill(binds)) == (
        "SELECT Id FROM X WHERE A IN ('a', 1, 2.50, 0.5, true, null, 2026-01-31, 2026-01-31T09:00:00Z, 09:00:00Z)"
    )
