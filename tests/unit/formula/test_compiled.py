"""The Python that a formula becomes gives what walking its tree gives, however the record's values are stored."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upbeat.formula import Formula, FormulaError, Type
from upbeat.formula.functions import Moment
from upbeat.formula.walk import Walk

NOW = datetime(2026, 2, 11, 15, 30, 20, tzinfo=UTC)
Draw = Callable[..., Any]
Read = Callable[..., Formula]

# --- formulas of the shapes whose code is their own ------------------------------------------------

LEAVES = {
    "n": ["Amount", "Discount__c", "Probability", "Account.AnnualRevenue", "$Threshold.deal_size", "0", "0.2", "1 / 0"],
    "t": ["Name", "NextStep", "TEXT(StageName)", "Account.Name", "$Threshold.stage", '"Acme"', '""'],
    "b": ["IsClosed", "Account.IsPartner", "TRUE", "ISNEW()", "NULL"],
    "d": ["CloseDate", "PRIORVALUE(CloseDate)", "TODAY()", "DATE(2026, 2, 1)", "DATE(2026, 2, 30)"],
    "m": ["CreatedDate", "NOW()"],
    "i": ["OwnerId", "AccountId", 'CASESAFEID("005000000000001")'],
}
SHAPES = {
    "n": [
        "CASE({n}, 0, {n}, {n}, {n}, {n})", "CASE({n}, 0.2, 1, 20, 2, NULL, 3, 4)",
        "CASE({d}, DATE(2026, 1, 31), 1, 2)",
        'CASE({t}, "Acme", 1, "", 2, "Acme", 3, {n})', "IFS({b}, {n}, {b}, {n}, {n})", "IF({b}, {n}, {n})",
        "{n} + {n}", "{n} * Probability", "MIN({n}, {n}, {n})", "BLANKVALUE({n}, {n})", "IFERROR({n} / {n}, {n})",
        "YEAR({d} + {n})", "{d} - {d}", "LEN({t})",
    ],
    "t": [
        'CASE({t}, {t}, {t}, "Acme", {t}, {t})', "LEFT({t}, LEN({t}) - 1)", "MID({t}, {n}, LEN({t}))", "{t} & {t}",
        "IFS({b}, {t}, {b}, {t}, {t})", "IF({b}, {t}, {t})", "BLANKVALUE({t}, {t})", "NULLVALUE({t}, {t})", "TEXT({n})",
    ],
    "b": [
        "{n} {c} {n}", "Probability {c} {n}", "{n} {c} Probability", "Probability {c} 0.2", "Amount {c} {n}",
        "{d} {c} {d}", "CloseDate {c} {d}", "{m} {c} {m}", "{t} = {t}", "{i} = {i}", 'OwnerId = "005000000000001"',
        "{b} = {b}", "AND({b}, {b}, {b})", "OR({b}, {b}, {b})", "OR({n} {c} Discount__c, Discount__c {c} {n})",
        "NOT({b})", "IF({b}, {b}, {b})", "IFS({b}, {b}, {b}, {b}, {b})", "ISBLANK({n})", "ISBLANK({t})",
        'ISPICKVAL(StageName, "Proposal")', 'INCLUDES(Products__c, "Core")', "CONTAINS({t}, {t})", "BEGINS({t}, {t})",
        "ISCHANGED(CloseDate)",
    ],
    "d": [
        "IF({b}, {d}, {d})", "{d} + {n}", "TODAY() - {n}", "DATE({n}, {n}, 1)", "DATEVALUE({m})", "ADDMONTHS({d}, 1)",
    ],
    "m": ["{m} - {n}", "IF({b}, {m}, {m})"],
    "i": ["BLANKVALUE({i}, {i})"],
}  # fmt: skip
"""A letter stands for a type: n number, t text, b boolean, d date, m date/time, i id; and c for a comparison."""


@st.composite
def shaped(draw: Draw, kind: str, depth: int) -> str:
    shape = draw(st.sampled_from([*LEAVES[kind], *(SHAPES[kind] if depth else [])]))
    parts = {slot: shaped(slot, depth - 1) for slot in SHAPES} | {"c": st.sampled_from(["=", "<>", "<", "<=", ">"])}
    filled = re.sub("{(.)}", lambda slot: draw(parts[slot[1]]), shape)
    return f"({filled})" if filled != shape else shape


# --- records whose values stand in every form that is read -----------------------------------------

NUMBERS = [
    None, "", 0, 20, -3, 60_000, 0.1, 0.2, -0.0, 1e20, "42", "0.20", "1e2",
    *map(Decimal, ("0", "0.20", "20", "20.00", "-0.0", "1E-300", f"20.{'0' * 45}1")),
]  # fmt: skip
BERLIN = timezone(timedelta(hours=1))
FORMS: dict[str, list[Any]] = {
    "Name": [None, "", "Acme", "acme", "A"],
    "NextStep": [None, "", "Acme", "20"],
    "StageName": [None, "Proposal", "proposal", "Acme"],
    "Products__c": [None, "", "Core", "Plus;Core", "Cores"],
    "Amount": NUMBERS,
    "Discount__c": NUMBERS,
    "Probability": NUMBERS,
    "CloseDate": [None, "", "2026-01-31", "20260201", "2026-02-11", date(2026, 2, 1), date(2026, 2, 11)],
    "CreatedDate": [
        None, "", "2026-02-11T15:30:20.000+0000", "2026-02-01T11:00:00.5+01:00", NOW, NOW.replace(tzinfo=None),
        datetime(2026, 2, 11, 16, 30, 20, 5, tzinfo=BERLIN), "2026-02-11",
    ],
    "Opens__c": [None, "", "10:00", "10:00:00.250Z", time(10)],
    "IsClosed": [None, True, False, 0, 1, "true", "false", 1.0],
    "OwnerId": [None, "", "005000000000001", "005000000000001AAA", "005000000000002AAA", "queue"],
    "AccountId": [None, "001000000000001AAA"],
}  # fmt: skip
PARENT = {"AnnualRevenue": NUMBERS, "IsPartner": FORMS["IsClosed"], "Name": FORMS["Name"]}


def records(count: int) -> list[dict[str, Any]]:
    """Make records of one seed, each value in one of its forms."""
    random = Random(3)

    def drawn(forms: Mapping[str, list[Any]]) -> dict[str, Any]:
        return {name: random.choice(values) for name, values in forms.items()}

    return [{**drawn(FORMS), "Account": random.choice([None, drawn(PARENT), drawn(PARENT)])} for _ in range(count)]


RECORDS = records(80)
GIVEN = {"$Threshold": {"deal_size": Decimal(20), "stage": "Acme"}}
PRIOR = {"CloseDate": "2026-02-01"}


def outcome(run: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """Give a value with its type, or that there is none."""
    try:
        found = run(*args, **named)
    except (FormulaError, ArithmeticError, ValueError, TypeError):
        return "no value"
    return type(found), found


def walked(one: Formula, record: Mapping[str, Any], new: bool = False) -> Any:
    """Give the value by walking the tree: a condition's null is false, a blank text is None."""
    found = Walk(record, PRIOR, GIVEN, Moment(NOW, ZoneInfo("UTC"), new)).value(one.tree)
    return found is True if one.type is Type.BOOLEAN else (found or None) if one.type.is_text else found


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from("bbbbntd").flatmap(lambda kind: shaped(kind, 3)), st.booleans(), st.booleans())
def test_the_compiled_formula_gives_what_the_walk_gives(read: Read, text: str, new: bool, zero: bool) -> None:
    with suppress(FormulaError):
        one = read(text, blank_as_zero=zero)
        for record in RECORDS:
            ours = outcome(one.evaluate, record, PRIOR, GIVEN, now=NOW, new=new)
            assert ours == outcome(walked, one, record, new), record


ODD = [
    *NUMBERS,
    True,
    10**500,
    "much",
    *map(Decimal, ("NaN", "sNaN", "Infinity", "1E+500", "1E-500")),
    float("nan"),
    [],
    {},
]
READ = ["Amount", "Probability", "Amount > 20", "Probability >= 0.2", "0.2 = Probability", "Probability < Amount",
        "ISBLANK(Amount)", "IsClosed", "Name", 'ISPICKVAL(StageName, "Acme")', "CloseDate", "CloseDate > TODAY()",
        "CreatedDate", "Opens__c", "OwnerId"]  # fmt: skip


@pytest.mark.parametrize("zero", [False, True], ids=["blank", "zero"])
@pytest.mark.parametrize("text", READ)
def test_whatever_stands_in_a_field_is_read_or_refused_as_the_walk_does(read: Read, text: str, zero: bool) -> None:
    one = read(text, blank_as_zero=zero)
    for raw in [*ODD, *(value for forms in FORMS.values() for value in forms)]:
        record = dict.fromkeys(one.fields, raw)
        assert outcome(one.evaluate, record, now=NOW) == outcome(walked, one, record), raw


MAYBE_READ = [
    "OR(AND(IsClosed, Amount > 20), Amount > 10)",
    "AND(OR(IsClosed, Amount > 20), Amount > 10)",
    "OR(Amount > Discount__c, Discount__c > 20)",
    "LEFT(Name, Amount) & Name",
    "IF(IsClosed, Amount, Discount__c) + Amount + Discount__c",
    "IFS(IsClosed, Amount, Amount > 10, Discount__c, Probability) + Probability",
    "IF(IFS(IsClosed, Amount > 1, Discount__c > 1, Amount > 2, Discount__c > 3), Amount, Discount__c)",
    "CASE(Amount, Discount__c, Probability, 0, 1, 2) + Discount__c + Probability",
    "BLANKVALUE(Amount, Discount__c) + Discount__c",
    "IFERROR(1 / Amount, Discount__c) + Amount + Discount__c",
    "OR(ISCHANGED(CloseDate), CloseDate > DATE(2026, 2, 1))",
    "LEFT(Name, Account.AnnualRevenue) & TEXT(Account.AnnualRevenue)",
    "OR(AND(IsClosed, Account.IsPartner), ISBLANK(Account.Name))",
    "OR(AND(IsClosed, $Threshold.deal_size > 1), $Threshold.deal_size > 2)",
]


@pytest.mark.parametrize("text", MAYBE_READ)
@pytest.mark.parametrize("new", [False, True], ids=["changed", "new"])
def test_what_may_not_have_been_read_before_is_read(read: Read, text: str, new: bool) -> None:
    one = read(text)
    for record in RECORDS:
        ours = outcome(one.evaluate, record, PRIOR, GIVEN, now=NOW, new=new)
        assert ours == outcome(walked, one, record, new), record


# --- what is computed when --------------------------------------------------------------------------


def test_a_constant_without_a_value_is_told_at_its_place_and_only_where_it_is_reached(read: Read) -> None:
    one = read("AND(IsClosed, CloseDate > DATE(2026, 2, 30))")
    assert one.evaluate({"IsClosed": False, "CloseDate": "2026-03-01"}, now=NOW) is False
    with pytest.raises(FormulaError, match="no date of year 2026, month 2, day 30") as caught:
        one.evaluate({"IsClosed": True, "CloseDate": "2026-03-01"}, now=NOW)
    assert caught.value.column == one.text.index("DATE(") + 1


def test_what_the_moment_decides_is_decided_anew_at_another_moment(read: Read) -> None:
    one = read("CloseDate < TODAY() + 30", time_zone="Europe/Berlin")
    late = datetime(2026, 2, 11, 23, 30, tzinfo=UTC)  # in Berlin it is the next day
    record = {"CloseDate": "2026-03-13"}
    assert [one.evaluate(record, now=now) for now in (NOW, late, late, NOW)] == [False, True, True, False]


def test_a_field_asked_for_twice_is_looked_up_once(read: Read) -> None:
    asked = list[str]()

    class Record(dict[str, Any]):
        def __getitem__(self, name: str) -> Any:
            asked.append(name)
            return super().__getitem__(name)

    one = read("AND(Amount > 10, Account.AnnualRevenue > Amount, OR(Amount < 90, Account.AnnualRevenue < 90))")
    assert one.evaluate(Record(Amount=50, Account=Record(AnnualRevenue=60)), now=NOW) is True
    assert asked == ["Amount", "Account", "AnnualRevenue"]
