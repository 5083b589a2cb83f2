"""No text and no bind, however odd, gives anything but records or a SoqlError."""

import math
import re
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upbeat.schema import Schema
from upbeat.soql import SoqlError, parse

NOW = datetime(2026, 2, 11, 15, 30, tzinfo=UTC)
BASE = "/services/data/v67.0"
Use = Callable[..., None]
fuzz = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
pytestmark = pytest.mark.timeout(60)  # a query that takes seconds over two accounts has a fault


@pytest.fixture(scope="session")
def use(schema: Schema, company: sqlite3.Connection) -> Use:
    """Do with a text all that can be done with a query, against the company."""

    def used(text: str, binds: Mapping[str, Any] | None = None) -> None:
        with suppress(SoqlError):
            query = parse(text)
            assert parse(str(query)) == query
            filled = query.fill(binds or {}) if ":" in text else query
            assert parse(str(filled)) == filled
            bound = filled.bind(schema)
            if bound.is_count:
                assert bound.count(company.execute, NOW) >= 0
            assert isinstance(bound.run(company.execute, NOW, BASE), list)

    return used


# --- texts ----------------------------------------------------------------------------------------

EXAMPLES = [
    part.strip("\n").partition("\n\n")[0]
    for part in Path(__file__).with_name("mistakes.txt").read_text("utf-8").split("\n====\n")
]
VOCABULARY = """
    SELECT FROM WHERE AND OR NOT IN LIKE INCLUDES EXCLUDES GROUP BY ROLLUP( CUBE( HAVING ORDER ASC DESC NULLS FIRST LAST
    LIMIT OFFSET FOR VIEW REFERENCE UPDATE ALL ROWS USING SCOPE WITH SECURITY_ENFORCED USER_MODE DATA CATEGORY TYPEOF
    WHEN THEN ELSE END FIELDS(ALL) COUNT() COUNT( SUM( FORMAT( toLabel( convertCurrency( DISTANCE( GEOLOCATION(
    CALENDAR_YEAR( HOUR_IN_DAY( convertTimezone( GROUPING( Account Contacts Owner.Name (SELECT TODAY LAST_N_DAYS:3
    THIS_FISCAL_QUARTER 2026-02-11 2026-02-11T15:30:00Z 10:00:00.000Z USD12.5 -1 1.5 true null :ids 'a\\'b%_' \\ \0 " /*
"""
TOKENS = sorted({*VOCABULARY.split(), *re.findall(r"\w+(?:\.\w+)*|'[^']*'|\W", "\n".join(EXAMPLES))})


@fuzz
@given(st.text(st.characters(), max_size=60))
def test_any_text_is_a_query_or_refused(use: Use, text: str) -> None:
    use(text)
    use(f"SELECT Id FROM Account WHERE Name = '{text}'")
    use(f"SELECT Id FROM Account WHERE {text}")


@fuzz
@given(st.lists(st.sampled_from(TOKENS), max_size=25))
def test_any_row_of_the_languages_own_words_is_a_query_or_refused(use: Use, tokens: list[str]) -> None:
    use(" ".join(tokens))
    use(f"SELECT Id FROM Account {' '.join(tokens)}")


@st.composite
def bent(draw: Callable[..., Any]) -> str:
    """Give an example of the language with a few of its parts cut out, doubled, swapped or written over."""
    text = draw(st.sampled_from(EXAMPLES))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        part = draw(st.sampled_from(["", text[start:end] * 2, text[start:end][::-1]]) | st.sampled_from(TOKENS))
        text = text[:start] + part + text[end:]
    return text


@fuzz
@given(bent())
def test_any_bent_query_is_a_query_or_refused(use: Use, text: str) -> None:
    use(text)


# --- too much of one thing ------------------------------------------------------------------------


def where(condition: str) -> str:
    return f"SELECT Id FROM Account WHERE {condition}"


NAMED = "Name = 'a'"
PILES = {
    "letters": "x" * 10**6,
    "spaces": " " * 10**6,
    "fields": f"SELECT {'Id,' * 30_000}Id FROM Account",
    "unknown fields": f"SELECT {','.join(f'F{number}' for number in range(10_000))} FROM Account",
    "opening brackets": where("(" * 90_000),
    "brackets": where("(" * 10_000 + NAMED + ")" * 10_000),
    "NOTs": where("NOT " * 20_000 + NAMED),
    "conditions": where(" AND ".join([NAMED] * 10**5)),
    "conditions within the length": where(" AND ".join([NAMED] * 6_000)),
    "alternatives within the length": where(" OR ".join([NAMED] * 6_000)),
    "alternating conditions": where("(Name='a' AND (Name='b' OR " * 1_500 + NAMED + "))" * 1_500),
    "a list": where("Name IN ('a'" + ", 'a'" * 10**5 + ")"),
    "a list within the length": where("Name IN ('a'" + ",'a'" * 20_000 + ")"),
    "a list of ids": where("Id NOT IN (null" + ",'001000000000001AAA'" * 4_000 + ")"),
    "picked values": where("Region__c INCLUDES ('a'" + f",'a{';b' * 50}'" * 800 + ")"),
    "digits": where(f"Employees = {'9' * 90_000}"),
    "digits after the point": where(f"Revenue = 0.{'0' * 90_000}1"),
    "an exponent": where("Revenue = 1e999"),
    "a pattern": where(f"Name LIKE '{'%a' * 40_000}'"),
    "a pattern within the length": where(f"Name LIKE '{'%_' * 2_000}'"),
    "an open text": where("Name = '" + "a" * 90_000),
    "backslashes": where(f"Name = '{chr(92) * 90_000}'"),
    "a limit": f"SELECT Id FROM Account LIMIT {'9' * 40}",
    "an offset": f"SELECT Id FROM Account OFFSET {'9' * 40}",
    "days": where(f"CreatedDate = LAST_N_DAYS:{'9' * 40}"),
    "years": where("CreatedDate = NEXT_N_YEARS:99999"),
    "fiscal years": where("CreatedDate = N_FISCAL_YEARS_AGO:99999"),
    "the first moment": where("CreatedDate = 0001-01-01T00:00:00+12:00"),
    "the last moment": where("CreatedDate = 9999-12-31T23:59:59-12:00"),
    "a path": f"SELECT {'Owner.' * 16_000}Name FROM Account",
    "subqueries in subqueries": f"SELECT {'(SELECT ' * 3_000}Id{' FROM Contacts)' * 3_000} FROM Account",
    "subqueries beside subqueries": f"SELECT {','.join(['(SELECT Id FROM Contacts)'] * 3_000)} FROM Account",
    "semi-joins in semi-joins": where("Id IN (SELECT AccountId FROM Contact WHERE " * 2_000 + NAMED + ")" * 2_000),
    "terms of order": f"SELECT Id FROM Account ORDER BY {','.join(['Name'] * 18_000)}",
    "terms of groups": f"SELECT COUNT(Id) FROM Account GROUP BY {','.join(['Name'] * 18_000)}",
    "aggregates": f"SELECT {','.join(['COUNT(Id)'] * 9_000)} FROM Account",
    "functions in functions": where("CALENDAR_YEAR(" * 5_000 + "CreatedDate" + ")" * 5_000 + " = 1"),
    "kinds": f"SELECT TYPEOF What {'WHEN Account THEN Id ' * 4_000}END FROM Task",
    "a bind": where(f"Id = :{'a' * 90_000}"),
}


@pytest.mark.parametrize("text", PILES.values(), ids=PILES)
def test_too_much_is_answered_or_refused(use: Use, text: str) -> None:
    use(text, {"a" * 90_000: 1})


# --- binds ----------------------------------------------------------------------------------------

TEMPLATES = [
    where("Name = :a"), where("Name LIKE :a"), where("Employees > :a"), where("Revenue IN (1.5, :a)"),
    where("Id IN :a"), where("Active__c = :a"), where("Founded__c <= :a"), where("CreatedDate != :a"),
    where("Opens__c = :a"), where("Industry NOT IN :a"), where("Region__c INCLUDES :a"),
    where("Region__c EXCLUDES (:a)"),
    where("Id IN (SELECT AccountId FROM Contact WHERE Name = :a)"), "SELECT Id FROM Account LIMIT :a",
    "SELECT Id FROM Account OFFSET :a", "SELECT Id, (SELECT Id FROM Contacts WHERE Name = :a LIMIT :a) FROM Account",
    "SELECT Industry, COUNT(Id) FROM Account GROUP BY Industry HAVING COUNT(Id) > :a",
]  # fmt: skip
values = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.text(st.characters(), max_size=20),
    st.binary(max_size=3), st.dates(), st.times(), st.datetimes(), st.datetimes(timezones=st.timezones()),
    st.builds(object), st.timedeltas(),
    st.sampled_from([10**4_000, -(2**63), Decimal("sNaN"), Decimal("1E+999999"), 1e308, 5e-324, "\ud800", "x" * 5_000]),
)  # fmt: skip
binds = values | st.lists(values, max_size=3) | st.frozensets(st.integers() | st.text(max_size=3), max_size=3)


@fuzz
@given(st.sampled_from(TEMPLATES), binds | st.dictionaries(st.text(max_size=2), values, max_size=2))
def test_any_bind_is_filled_in_or_refused(use: Use, text: str, value: Any) -> None:
    use(text, {"a": value})


ODD = {
    "no number": math.nan,
    "no number that can be asked": Decimal("sNaN"),
    "a number of 5,000 digits": 10**5_000,
    "half a character": "\ud800",
    "a list of 100,000": ["a"] * 10**5,
    "a list in a list": [["a"]],
    "a text of a million": "x" * 10**6,
}


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
@pytest.mark.parametrize("text", TEMPLATES)
def test_an_odd_bind_is_filled_in_or_refused(use: Use, text: str, value: Any) -> None:
    use(text, {"a": value})
