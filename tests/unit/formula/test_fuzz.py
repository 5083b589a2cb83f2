"""No text and no record, however odd, gives anything but a value or a FormulaError."""

import math
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upbeat import formula, soql
from upbeat.formula import FormulaError, Scope, Type
from upbeat.formula.functions import TABLE

NOW = datetime(2026, 2, 11, 15, 30, 20, tzinfo=UTC)
VALUES = (Decimal, str, bool, date, time, type(None))
Use = Callable[..., None]
fuzz = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
pytestmark = pytest.mark.timeout(60)  # a formula that takes seconds has a fault


@pytest.fixture(scope="session")
def use(scope: Scope, deal: Mapping[str, Any], former: Mapping[str, Any], given: Mapping[str, Any]) -> Use:
    """Do with a text all that can be done with a formula, over the deal with some of its values changed."""

    def used(text: str, **odd: Any) -> None:
        record = {**deal, **odd}
        with suppress(FormulaError):
            one = formula.compile(text, scope)
            assert formula.compile(one.canonical, scope).tree == one.tree
            assert one.fields >= one.prior
            where = one.to_soql(given, NOW).where
            soql.parse(f"SELECT Id FROM Opportunity WHERE {where or 'Id != null'}")
            with suppress(FormulaError):
                formula.compile(one.to_validation_rule(globals=given).formula, scope)
            assert isinstance(one.explain(record, former, given, now=NOW).words, str)
            is_value(one.evaluate(record, former, given, now=NOW))
        with suppress(FormulaError):
            merged = formula.compile_text(f"On {{!{text}}}.", scope)
            merged.render(record, former, given, now=NOW).encode("utf-8", "surrogatepass")

    return used


def is_value(found: Any) -> None:
    """Hold that a result is a value of the language: a finite number, an aware moment, a text, a boolean, a blank."""
    assert isinstance(found, VALUES)
    assert not isinstance(found, Decimal) or found.is_finite()
    assert not isinstance(found, datetime) or found.tzinfo is UTC


# --- texts ----------------------------------------------------------------------------------------

EXAMPLES = [
    part.strip("\n").partition("\n\n")[0]
    for path in sorted(Path(__file__).with_name("cases").glob("*.txt"))
    for part in path.read_text("utf-8").split("\n---\n")
]
TOKENS = [
    *sorted(set(re.findall(r"[A-Za-z_$][\w$.]*|\d+|\"[^\"]*\"|'[^']*'|\W", "\n".join(EXAMPLES)))),
    *(f"{name}(" for name in TABLE if name.isalpha()),
    *("{!", "}", "/*", "*/", "\\", "\0", "\N{NO-BREAK SPACE}", "\N{LEFT DOUBLE QUOTATION MARK}", "1e9", "$Record."),
]


@fuzz
@given(st.text(st.characters(), max_size=60))
def test_any_text_is_a_formula_or_refused(use: Use, text: str) -> None:
    use(text)


@fuzz
@given(st.lists(st.sampled_from(TOKENS), max_size=25), st.sampled_from(["", " "]))
def test_any_row_of_the_languages_own_words_is_a_formula_or_refused(use: Use, tokens: list[str], gap: str) -> None:
    use(gap.join(tokens))


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
def test_any_bent_formula_is_a_formula_or_refused(use: Use, text: str) -> None:
    use(text)


# --- too much of one thing ------------------------------------------------------------------------


def nested(form: str, depth: int, innermost: str = "Amount > 1") -> str:
    """Put a form into itself where it has a dot."""
    before, after = form.split("...")
    return before * depth + innermost + after * depth


PILES = {
    "letters": "x" * 10**6,
    "spaces": " " * 10**6,
    "opening brackets": "(" * 10**5,
    "closing brackets": ")" * 10**5,
    "brackets": nested("(...)", 10**5),
    "signs": "-" * 10**5 + "1",
    "signs within the length": "-" * 14_000 + "1",
    "NOTs": "NOT " * 3_500 + "TRUE",
    "bangs": "!" * 14_000 + "TRUE",
    "conditions": " && ".join(["TRUE"] * 10**5),
    "conditions within the length": "&&".join(["LEN(Name)>1"] * 1_150),
    "either of conditions": "OR(" + ",".join(["Amount/2>1"] * 1_300) + ")",
    "digits": "1" * 10**5,
    "an exponent": "1e999",
    "a tower of powers": "^".join(["9"] * 100),
    "powers in brackets": "2^(2^(2^(2^(2^2))))",
    "a power near one": f"1.{'0' * 30}1 ^ {'9' * 39}",
    "a tiny power": "0.0000001 ^ 999999999999999999",
    "a text": f'"{"a" * 14_990}"',
    "an open text": '"' + "a" * 10**4,
    "an open comment": "/*" * 7_000,
    "a name": "A" * 14_000,
    "a path": ".".join(["Account"] * 1_800),
    "substitutions": nested('SUBSTITUTE(...,"e","eeeeeeeeee")', 20, "Name"),
    "a padded text": "LPAD(Name,99999999999999999999)",
    "joined padded texts": "&".join(['LPAD("a",131072)'] * 40),
    "a choice of many": "CASE(Amount," + "1,1," * 3_500 + "1)",
    "a choice of many texts": 'CASE(TEXT(StageName),"' + '","'.join(["ab"] * 2_500) + '")',
    "many branches": "IFS(" + "Amount=5,1," * 1_300 + "1)",
    "branches in branches": nested("IF(...,Amount>2,Amount>3)", 90),
    "many arguments": "MAX(" + ",".join(["Amount/2"] * 1_500) + ")",
    "alternating conditions": nested("AND(IsClosed,OR(Amount=1,...))", 45),
    "alternatives of texts": "OR(" + ",".join(f'Name="{number}"' for number in range(1_150)) + ")",
    "a pattern that never ends": r'REGEX("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!","(a|aa)+$")',
    "a pattern of brackets": f'REGEX("a","{"(" * 3_000}{")" * 3_000}")',
    "a pattern of classes": f'REGEX("a","{"[" * 5_000}")',
    "a pattern of repetitions": r'REGEX("a","((a{0,65535}){0,65535}){0,65535}")',
    "a pattern of itself": 'REGEX("aaaa","(?R)")',
    "a number's text": 'VALUE(LPAD("9",131072,"9"))',
    "a far power of ten": 'VALUE("1e999999999")',
    "a near power of ten": 'VALUE("1e-999999999")',
    "places": "ROUND(1/3,99999999999999)",
    "e to a power": "EXP(EXP(5))",
    "months": "ADDMONTHS(TODAY(),-999999999999)",
    "days": "NOW()-99999999999",
    "the last day": "DATE(9999,12,31)+1",
    "a year": f"DATE({'9' * 39},1,1)",
    "seconds": "FROMUNIXTIME(10^39)",
    "a duration": "FORMATDURATION(10^39,TRUE)",
    "a code": "CHR(10^39)",
    "a position": "MID(Name,-(10^39),10^39)",
}


@pytest.mark.parametrize("text", PILES.values(), ids=PILES)
def test_too_much_is_computed_or_refused(use: Use, text: str) -> None:
    use(text)


def towers() -> dict[str, str]:
    """Give, for each place of each function that takes the function's own result, the function within itself."""
    leaves = {
        Type.NUMBER: "Amount", Type.TEXT: "Name", Type.BOOLEAN: "IsClosed", Type.DATE: "CloseDate",
        Type.DATETIME: "CreatedDate", Type.TIME: "Opens__c", Type.ID: "OwnerId",
    }  # fmt: skip
    found = dict[str, str]()
    for row in (row for rows in TABLE.values() for row in rows if row.typed is None):
        count = row.shape.least + row.shape.repeats
        for kind, leaf in leaves.items():
            if row.shape.gives not in (kind, None):
                continue
            for place in range(count):
                taken = row.shape.place(place)
                if kind not in taken.kinds and (taken.kinds or not taken.shared):
                    continue
                args = [
                    leaf
                    if one.shared or kind in one.kinds
                    else next((leaves[k] for k in one.kinds if k in leaves), leaf)
                    for one in map(row.shape.place, range(count))
                ]
                args[place] = "..."
                name = row.name
                form = f"{name}({','.join(args)})" if name.isalnum() else f"({name.join(args)})"
                depth = min(95, 14_000 // len(form))
                found[f"{name} {row.signature} {place}"] = nested(form, depth, leaf)
    return found


TOWERS = towers()


@pytest.mark.parametrize("text", TOWERS.values(), ids=TOWERS)
def test_a_function_of_itself_of_itself_is_computed_or_refused(use: Use, text: str) -> None:
    use(text)


# --- records --------------------------------------------------------------------------------------

READERS = [
    "Amount + 1", "Amount", "TEXT(Amount)", "Amount > 5", "ROUND(Amount, 2)", "Probability", "Probability * 2 > 1",
    "Name", "LEN(Name)", "Name = NextStep", 'CONTAINS(Name, "a")', "VALUE(Name)", "UPPER(Name)", "ISBLANK(Name)",
    "IsClosed", "NOT(IsClosed)", "IF(IsClosed, 1, 2)", "CloseDate", "CloseDate + 1", "TEXT(CloseDate)",
    "CloseDate > TODAY()", "ADDMONTHS(CloseDate, 1)", "CreatedDate", "DATEVALUE(CreatedDate)", "NOW() - CreatedDate",
    "TEXT(CreatedDate)", "Opens__c", "HOUR(Opens__c)", 'ISPICKVAL(StageName, "Proposal")', "TEXT(StageName)",
    'INCLUDES(Products__c, "Core")', "PICKLISTCOUNT(Products__c)", "OwnerId", 'OwnerId = "005000000000001"',
    "CASESAFEID(OwnerId)", "Account.Name", "Account.AnnualRevenue * 2", "Account.Owner.Email", "Account.IsPartner",
    "ISBLANK(Amount)", "BLANKVALUE(Amount, 0)", "CASE(Amount, 1, 2, 3)", "MAX(Amount, Discount__c)",
]  # fmt: skip
NAMES = [
    "Amount", "Discount__c", "Probability", "Name", "NextStep", "IsClosed", "CloseDate", "CreatedDate", "Opens__c",
    "StageName", "Products__c", "OwnerId", "Account",
]  # fmt: skip
odd_numbers = st.sampled_from(
    [math.nan, math.inf, -math.inf, -0.0, 5e-324, 1e308, 10**4_000, -(10**400), 2**63]
    + [Decimal(text) for text in ("NaN", "sNaN", "Infinity", "-0", "1E+999999", "1E-999999", "9" * 60)]
)
odd_texts = st.text(st.characters(), max_size=20) | st.sampled_from(
    ["\ud800", "1e999", "NaN", "Infinity", "٣", "0x10", "1_000", "9999-12-31", "0001-01-01", "2026-02-30", "2026-W07",
     "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-01-01T00:00:00", "24:00:00", "23:59:59.999999Z",
     "005000000000001AAA", "00500000000000\N{SUPERSCRIPT TWO}", "1" * 5_000, "x" * 200_000]
)  # fmt: skip
odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | odd_numbers | odd_texts | st.binary()
    | st.dates() | st.datetimes() | st.times() | st.datetimes(timezones=st.timezones()) | st.builds(object),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=2),
    max_leaves=3,
)  # fmt: skip


@fuzz
@given(st.sampled_from(READERS), st.dictionaries(st.sampled_from(NAMES), odd, min_size=1, max_size=3))
def test_any_record_has_a_value_or_a_reason_why_not(use: Use, text: str, values: dict[str, Any]) -> None:
    use(text, **values)


@fuzz
@given(st.sampled_from(READERS), st.none() | st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=2))
def test_what_is_no_record_is_refused(scope: Scope, text: str, record: Any) -> None:
    with pytest.raises(FormulaError):
        formula.compile(text, scope).explain(record, now=NOW)


ODD = {
    "no number": math.nan,
    "no number that can be asked": Decimal("sNaN"),
    "a number of 5,000 digits": 10**5_000,
    "half a character": "\ud800",
    "bytes": b"x",
    "a list": [],
    "a record": {},
    "an object": object(),
}


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
@pytest.mark.parametrize("name", NAMES[:-1])
def test_an_odd_value_in_its_field_has_a_value_or_a_reason_why_not(use: Use, name: str, value: Any) -> None:
    for text in READERS:
        if name in text:
            use(text, **{name: value})
