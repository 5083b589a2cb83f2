"""A formula as DuckDB's SQL: for every row the value that `evaluate` gives, or no SQL at all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.formula.columns import Database, Row, same_by_row
from tests.unit.formula.strategies import LEAVES, Draw, Read, compiled, formulas, law, records

from upbeat import formula
from upbeat.formula import Scope
from upbeat.schema import Field, FieldType, Object, Schema

signals = st.fixed_dictionaries({"PushCount": st.none() | st.integers(0, 9)})
zones = st.sampled_from(
    ["UTC", "America/Los_Angeles", "Asia/Kolkata", "Australia/Sydney", "Asia/Famagusta", "Etc/GMT+5"]
)


@law
@given(
    st.sampled_from(sorted(LEAVES)).flatmap(formulas),
    st.lists(st.tuples(records, signals), min_size=1, max_size=8),
    st.booleans(),
    zones,
)
def test_a_column_has_the_value_that_evaluating_each_row_gives(
    read: Read, database: Database, text: str, rows: Sequence[tuple[Row, Row]], zero: bool, zone: str
) -> None:
    same_by_row(database, compiled(read, text, blank_as_zero=zero, time_zone=zone), rows)


# --- to the last digit, character and second: fields of their own, with values of any size ---------

Described = tuple[Field, st.SearchStrategy[Any]]
"""A field, and the values that it can have."""


def made(draw: Draw, forms: dict[str, list[str]], kind: str, depth: int = 3) -> str:
    """Give the text of a formula: in a form, a letter in brackets stands for a part of its kind."""
    leaves = [form for form in forms[kind] if "{" not in form]
    form = draw(st.sampled_from(forms[kind] if depth else leaves))
    for letter, parts in forms.items():
        while f"{{{letter}}}" in form:
            part = made(draw, forms, letter, depth - 1)
            form = form.replace(f"{{{letter}}}", part if part in parts else f"({part})", 1)
    return form


def hold(database: Database, data: st.DataObject, text: str, fields: dict[str, Described], **scoped: Any) -> None:
    described = {name: replace(one, name=name) for name, (one, _) in fields.items()}
    scope = Scope(Schema({"Deal__c": Object(name="Deal__c", fields=described)}), "Deal__c", **scoped)
    record = st.fixed_dictionaries({name: values for name, (_, values) in fields.items()})
    rows = [(row, {}) for row in data.draw(st.lists(record, min_size=1, max_size=8))]
    same_by_row(database, formula.compile(text, scope), rows)


COMPARED = ["=", "<>", "<", "<=", ">", ">="]
CALCULATIONS = {
    "n": [
        "a__c", "b__c", "c__c", "0", "1", "-1", "2", "3", "7", "10", "0.01", "12", "24", "1.5", "86400", "0.3333333333",
        "({n} + {n})", "({n} - {n})", "({n} * {n})", "({n} / {n})", "({n} / {l})", "({n} * {l})", "-({n})", "ABS({n})",
        "({n} ^ 2)", "MOD({n}, {n})", "MIN({n}, {n})", "MAX({n}, {n}, {n})", "ROUND({n}, {p})", "TRUNC({n}, {p})",
        "ROUND({n}, {n})", "TRUNC({n}, {n})", "FLOOR({n})", "CEILING({n})", "MFLOOR({n})", "MCEILING({n})",
        "IF({b}, {n}, {n})", "BLANKVALUE({n}, {n})", "IFERROR({n}, {n})", "CASE({n}, {n}, {n}, {n})", "SQRT({n})",
        "LN({n})", "LOG({n})", "EXP({n})", "SIN({n})", "COS({n})", "ASIN({n})", "ACOS({n})", "ATAN({n})",
        "LEN(TEXT({n}))",
    ],
    "b": ["{n} {c} {n}", "{n} {c} {l}", "ISBLANK({n})", "FLOOR({n}) = {n}", "a__c > b__c", "TRUE"],
    "c": COMPARED,
    "l": ["1", "3", "7", "10", "100", "0.7", "1.05", "86400"],
    "p": ["-3", "-1", "0", "1", "2", "6"],
}  # fmt: skip


@st.composite
def numbers(draw: Draw) -> Described:
    """Give a field's digits, and values of it: small, round, and as large as it holds."""
    kind = draw(st.sampled_from([FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT, FieldType.INT]))
    precision, scale = draw(st.sampled_from([(18, 2), (18, 0), (8, 0), (5, 2), (3, 3), (18, 15), (18, 18), (0, 0)]))
    most = 10 ** (precision or 18) - 1
    tens = 10 ** (len(str(most)) // 2)
    units = st.integers(-most, most) | st.integers(-20, 20) | st.sampled_from([most, -most, tens, -tens, 9 * tens])
    places = scale if precision else draw(st.integers(0, 15))
    values = st.none() | units.map(lambda one: Decimal(one).scaleb(-places))
    return Field(name="", type=kind, precision=precision, scale=scale), values


@law
@given(st.data(), st.sampled_from("nb"), numbers(), numbers(), numbers(), st.booleans())
def test_a_calculation_is_exact_to_the_last_digit(
    database: Database, data: st.DataObject, kind: str, a: Described, b: Described, c: Described, zero: bool
) -> None:
    text = made(data.draw, CALCULATIONS, kind)
    hold(database, data, text, {"a__c": a, "b__c": b, "c__c": c}, blank_as_zero=zero)


TEXTS = {
    "t": [
        "s__c", "t__c", '"i"', '""', "LEFT({t}, {n})", "RIGHT({t}, {n})", "MID({t}, {n}, {n})", "SUBSTR({t}, {n})",
        "SUBSTR({t}, {n}, {n})", "LOWER({t})", "UPPER({t})", 'LOWER({t}, "tr")', 'UPPER({t}, "az_AZ")', "TRIM({t})",
        "REVERSE({t})", "{t} & {t}", "SUBSTITUTE({t}, {t}, {t})", "LPAD({t}, {n}, {t})", "RPAD({t}, {n}, {t})",
        "CHR({n})", "TEXT({d})", "TEXT({n})", "BLANKVALUE({t}, {t})", "IF({b}, {t}, {t})", "CASESAFEID({i})",
        "LEFT({i}, 15)", "IFERROR(CASESAFEID({t}), {t})",
    ],
    "n": [
        "n__c", "0", "1", "3", "LEN({t})", "FIND({t}, {t})", "FIND({t}, {t}, {n})", "ASCII({t})", "{n} - {n}",
        "ASCII({t}) + {n}", "PICKLISTCOUNT(m__c)",
    ],
    "b": [
        "TRUE", "{t} {c} {t}", "CONTAINS({t}, {t})", "BEGINS({t}, {t})", "ISBLANK({t})", "ISNUMBER({t})", "NOT({b})",
        "IN({t}, {t}, {t})", "{i} {e} {i}", "{i} {e} {t}", "IN({i}, {i}, {t})", 'INCLUDES(m__c, "a")',
        'REGEX({t}, "{r}")', 'LIKE({t}, "{w}")', "ISBLANK({i})",
    ],
    "c": COMPARED,
    "e": ["=", "<>"],
    "d": ["TODAY()", "DATEVALUE({t})", "DATETIMEVALUE({t})", "TIMEVALUE({t})"],
    "i": ["i__c", "j__c", '"005000000000001AAA"', '"00500000000000A"'],
    "r": [
        "a*b?", "[a-zA-Z]+", ".*", r"\\d{4}-\\d{1,2}.*", "(a|b)c?", r"\\s*\\S\\s", r"^[^\\s\\d]{2,}$", "(ab){2}|.b",
        r"\\(?\\d{3}\\)?[-. ]?\\d+", "x{,2}", "(?:a|bb)*", "(?=a)", "\u03a3", r"[\\w.+-]+@\\w+",
    ],
    "w": ["%", "a%", "%b", "_", "a_%", r"%\\%", r"\\\\_", "%a%b", ""],
}  # fmt: skip
characters = st.text(
    st.sampled_from(
        "aAbBiI \t\n\u00a0;%_\\.-:/@0123456'\u0301\u0307\u03a3\u03c3\u0130\u0131\u00df\ufb01\U0001f468\u200d"
    )
    | st.characters(exclude_categories=["Cs"]),
    max_size=9,
)
moments = [
    "2026-02-11",
    "2026-2-1 9:05:07",
    "\u20032026-02-30",
    "10:59:60.5",
    "0000-1-1",
    "23:59:59.999 ",
    "2026-1-311",
]
ids = ["005000000000001", "005000000000001AAA", "00500000000000A", "00500000000000AAAQ", "00500000000000Aaaq"]
text = (Field(name="", type=FieldType.STRING, length=80), st.none() | characters | st.sampled_from([*moments, *ids]))
an_id = (Field(name="", type=FieldType.REFERENCE, length=18), st.sampled_from([None, "", *ids, "queue"]) | characters)
several = (Field(name="", type=FieldType.MULTIPICKLIST), st.sampled_from([None, "", "a", "b;a", ";", "a;;c"]))
small = (Field(name="", type=FieldType.DOUBLE, precision=18, scale=2), st.none() | st.decimals(-9, 99, places=1))


@law
@given(st.data(), st.sampled_from("tnb"))
def test_a_text_is_exact_to_the_last_character(database: Database, data: st.DataObject, kind: str) -> None:
    fields = {"s__c": text, "t__c": text, "i__c": an_id, "j__c": an_id, "m__c": several, "n__c": small}
    hold(database, data, made(data.draw, TEXTS, kind), fields)


TIMES = {
    "d": [
        "d__c", "e__c", "TODAY()", "{d} + {n}", "{n} + {d}", "{d} - {n}", "DATEVALUE({m})", "ADDMONTHS({d}, {n})",
        "DATE({n}, {n}, {n})", "DATE(YEAR({d}), MONTH({d}), {n})", "IF({b}, {d}, {d})", "BLANKVALUE({d}, {d})",
    ],
    "m": ["m__c", "NOW()", "{m} + {n}", "{n} + {m}", "{m} - {n}", "DATETIMEVALUE({d})", "ADDMONTHS({m}, {n})",
          "FROMUNIXTIME({n})", "m__c + 5 / 24"],
    "k": ["k__c", "TIMEVALUE({m})", "{k} + {n}", "{n} + {k}", "{k} - {n}"],
    "n": [
        "n__c", "l__c", "1", "24", "0.5", "{d} - {d}", "{m} - {m}", "({m} - {m}) * {n}", "{k} - {k}", "YEAR({d})",
        "MONTH({d})", "DAY({d})", "WEEKDAY({d})", "DAYOFYEAR({d})", "ISOWEEK({m})", "ISOYEAR({d})", "HOUR({k})",
        "MINUTE({k})", "SECOND({k})", "MILLISECOND({k})", "UNIXTIMESTAMP({m})", "UNIXTIMESTAMP({d})",
        "UNIXTIMESTAMP({k})", "FLOOR(({m} - {m}) * 1440)", "ROUND({m} - {m}, 3)",
    ],
    "b": ["TRUE", "{d} {c} {d}", "{m} {c} {m}", "{k} {c} {k}", "{n} {c} {n}", "{m} - {m} {c} 2",
          "({m} - {m}) * 24 {c} 8", "ISBLANK({d})", "IN({d}, {d}, {d})"],
    "t": ['""', "TEXT({d})", "TEXT({m})", "TEXT({k})", "FORMATDURATION({n})", "FORMATDURATION({m}, {m})",
          "FORMATDURATION({k}, {k})", "FORMATDURATION({n}, {b})"],
    "c": COMPARED,
}  # fmt: skip
near = st.datetimes(datetime(2026, 1, 1), datetime(2026, 4, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone stands beside
ever = st.datetimes(timezones=st.just(UTC))
hours = near.map(lambda one: one.replace(minute=0, second=0, microsecond=0))
day = (Field(name="", type=FieldType.DATE), st.none() | st.dates() | near.map(datetime.date))
instant = (Field(name="", type=FieldType.DATETIME), st.none() | ever | near | hours)
clock = (Field(name="", type=FieldType.TIME), st.none() | st.times() | st.sampled_from([time(0), time(23, 59, 59)]))
count = (Field(name="", type=FieldType.DOUBLE, precision=18, scale=4), st.none() | st.decimals(-40, 40, places=4))
large = (Field(name="", type=FieldType.DOUBLE, precision=18), st.none() | st.integers(-(10**7), 10**17))


@law
@given(st.data(), st.sampled_from("dmknbt"), zones)
def test_a_moment_is_exact_to_the_last_second(database: Database, data: st.DataObject, kind: str, zone: str) -> None:
    fields = {"d__c": day, "e__c": day, "m__c": instant, "k__c": clock, "n__c": count, "l__c": large}
    hold(database, data, made(data.draw, TIMES, kind), fields, time_zone=zone)
