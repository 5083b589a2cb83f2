"""Formulas of a type, made from the table of functions, and records to evaluate them over."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.errors import UnsatisfiedAssumption

from upbeat.formula import Formula, FormulaError, Type
from upbeat.formula.functions import TABLE

NOW = datetime(2026, 2, 11, 15, 30, 20, tzinfo=UTC)
Draw = Callable[..., Any]
Read = Callable[..., Formula]
law = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

LEAVES = {
    Type.NUMBER: [
        "Amount",
        "Discount__c",
        "Probability",
        "Account.AnnualRevenue",
        "$Threshold.deal_size",
        "0",
        "0.2",
        "2.5",
        "$Signal.StageNumber",
        "CURRENCYRATE(NextStep)",
    ],
    Type.TEXT: [
        "Name",
        "NextStep",
        "TEXT(Region__c)",
        "TEXT(StageName)",
        "$Threshold.stage",
        "VLOOKUP($ObjectType.Country__c.Fields.Capital__c, $ObjectType.Country__c.Fields.Name, Name)",
        '"Acme"',
        '"a%"',
        '"km"',
        '""',
    ],
    Type.BOOLEAN: [
        "IsClosed",
        "Account.IsPartner",
        "TRUE",
        'ISPICKVAL(Region__c, "North")',
        "ISNEW()",
        "$Permission.Bypass",
        "IN(Amount, Discount__c, 2.5)",
        'IN(Name, NextStep, "Acme")',
    ],
    Type.DATE: ["CloseDate", "PRIORVALUE(CloseDate)", "TODAY()", "DATE(2026, 2, 1)"],
    Type.DATETIME: ["CreatedDate", "NOW()", "$System.OriginDateTime", 'DATETIMEVALUE("2026-02-01 10:00:00")'],
    Type.TIME: ["Opens__c", 'TIMEVALUE("10:00:00.000")'],
    Type.ID: ["OwnerId", "AccountId"],
}
PARTS = {**LEAVES, Type.LOCATION: ["Place__c", "GEOLOCATION(Discount__c, 0)"]}
"""What a formula may have as a part, but not give."""
INFIX = ("=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "^", "&")
SIGNED = [
    row for rows in TABLE.values() for row in rows if row.typed is None and row.name not in ("REGEX", "LPAD", "RPAD")
]


def formulas(kind: Type, depth: int = 3) -> st.SearchStrategy[str]:
    """Give texts of formulas of a type; null stands in anywhere."""
    leaf = st.sampled_from([*PARTS[kind], "NULL"])
    if depth == 0:
        return leaf
    return st.one_of(leaf, calls(kind, depth), calls(kind, depth), filled(kind, depth))


FORMS = ["IFS({b}, {x}, {b}, {x}, {x})", "CASE({s}, {s}, {x}, {s}, {x}, {x})", "IF({b}, {x}, {x})"]
FORMS_OF = {
    Type.TEXT: ["LPAD({t}, LEN({t}), {t})", "RPAD({t}, 7)", 'CASE(StageName, "Proposal", {t}, "", {t}, {t})'],
    Type.BOOLEAN: [
        "IN({s}, {s}, {s})",
        "ISCHANGED(CloseDate)",
        'INCLUDES(Products__c, "Core")',
        'REGEX({t}, "[A-Z]\\\\w*|\\\\d{1,4}")',
        'REGEX({t}, ".*(e|\\\\s)?")',
        'LIKE({t}, "%m_")',
    ],
    Type.NUMBER: ["PICKLISTCOUNT(Products__c)", 'CASE(StageName, "Proposal", 1, "Acme", {x}, NULL)', "ROUND({x}, {n})"],
}
"""Forms that no signature says, with their parts: a condition, a text, a number, `s` of one type, `x` of the asked."""


@st.composite
def filled(draw: Draw, kind: Type, depth: int) -> str:
    """Give the text of a form that no signature says."""
    shared = draw(st.sampled_from(sorted(LEAVES.keys() - {Type.BOOLEAN})))
    kinds = {"b": Type.BOOLEAN, "t": Type.TEXT, "n": Type.NUMBER, "s": shared, "x": kind}
    form = draw(st.sampled_from([*FORMS, *FORMS_OF.get(kind, [])]))
    for letter, wanted in kinds.items():
        while f"{{{letter}}}" in form:
            form = form.replace(f"{{{letter}}}", draw(formulas(wanted, depth - 1)), 1)
    return form


@st.composite
def calls(draw: Draw, kind: Type, depth: int) -> str:
    row = draw(st.sampled_from([row for row in SIGNED if row.shape.gives in (kind, None)]))
    shared = kind if row.shape.gives is None else draw(st.sampled_from(sorted(LEAVES)))
    count = draw(st.integers(row.shape.least, row.shape.least + 2)) if row.shape.repeats else row.shape.least
    parts = list[str]()
    for index in range(count):
        place = row.shape.place(index)
        kinds = [one for one in place.kinds if one in PARTS]
        wanted = shared if place.shared else draw(st.sampled_from(kinds)) if kinds else None
        assume(wanted is not None and (not place.kinds or wanted in place.kinds))
        parts.append(draw(formulas(wanted, depth - 1)))
    if row.name in INFIX:
        return f"({f' {row.name} '.join(parts)})" if len(parts) == 2 else f"-({parts[0]})"
    return f"{row.name}({', '.join(parts)})"


numbers = st.none() | st.integers(-3, 60_000) | st.decimals(-100, 100, places=2)
texts = st.sampled_from([None, "Acme", "acme", "A%", "North", "2026-02-01", "42", "x_y", "O'Hara", "\\"])
records = st.fixed_dictionaries(
    {
        "Id": st.just("006000000000001AAA"),
        "Name": texts,
        "NextStep": texts,
        "StageName": st.sampled_from([None, "Proposal", "proposal", "Acme"]),
        "Products__c": st.sampled_from([None, "", "Core", "Core;Plus", "Plus;;Core"]),
        "Region__c": st.sampled_from([None, "North", "South"]),
        "Amount": numbers,
        "Discount__c": numbers,
        "Probability": st.none() | st.integers(0, 100),
        "CloseDate": st.sampled_from([None, "2026-01-31", "2026-02-11", "2027-01-01"]),
        "CreatedDate": st.sampled_from(["2026-02-11T15:30:20.000+0000", "2026-02-01T10:00:00.000+0000"]),
        "Opens__c": st.sampled_from([None, "10:00:00.000Z", "23:59:59.000Z"]),
        "IsClosed": st.booleans(),
        "OwnerId": st.sampled_from(["005000000000001AAA", "005000000000002AAA"]),
        "AccountId": st.just("001000000000001AAA"),
        "Place__c": st.sampled_from([None, {"latitude": 41.88, "longitude": -87.62}]),
        "Account": st.none() | st.fixed_dictionaries({"AnnualRevenue": numbers, "IsPartner": st.booleans()}),
    }
).map(lambda one: {**one, "AccountId": one["AccountId"] if one["Account"] else None})
GIVEN = {"$Threshold": {"deal_size": Decimal(50_000), "stage": "Proposal"}, "$Signal": {}, "$Step": {}}
GIVEN |= {
    "$Permission": {"Bypass": True},
    "$CurrencyRate": {"Acme": Decimal("0.92"), "42": None},
    "$ObjectType": {"Country__c": {"Acme": {"Capital__c": "Paris"}, "42": {"Capital__c": None}}},
}
PRIOR = {"CloseDate": "2026-02-01"}


def compiled(read: Read, text: str, **changed: Any) -> Formula:
    """Compile a made formula, unless a null in it leaves its type open to another reading."""
    with suppress(FormulaError):
        found = read(text, **changed)
        assume(found.type is not Type.NULL)
        return found
    raise UnsatisfiedAssumption
