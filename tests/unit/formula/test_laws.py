"""Laws that hold for every formula: the uses of one tree agree, printing reads back, nothing but a FormulaError."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, reject
from hypothesis import strategies as st
from tests.unit.formula.strategies import (
    GIVEN,
    LEAVES,
    NOW,
    PRIOR,
    Draw,
    Read,
    compiled,
    formulas,
    law,
    records,
)

from upbeat import formula, soql
from upbeat.formula import FormulaError, Type
from upbeat.formula.functions import Moment
from upbeat.formula.names import FORMULAS
from upbeat.formula.walk import Walk
from upbeat.schema import Schema


def outcome(run: Callable[[], Any]) -> Any:
    """Give a value with its type, or that there is none."""
    try:
        found = run()
    except (FormulaError, ArithmeticError, ValueError, TypeError):
        return "no value"
    return type(found).__name__, found


@law
@given(st.sampled_from(sorted(LEAVES)).flatmap(formulas), records, st.booleans(), st.booleans())
def test_the_compiled_formula_and_the_walk_over_its_tree_give_the_same(
    read: Read, text: str, record: Mapping[str, Any], new: bool, zero: bool
) -> None:
    one = compiled(read, text, blank_as_zero=zero)
    walk = Walk(record, PRIOR, GIVEN, Moment(NOW, ZoneInfo("UTC"), new, clone=new))

    def walked() -> Any:
        value = walk.value(one.tree)
        return value is True if one.type is Type.BOOLEAN else (value or None) if one.type.is_text else value

    assert outcome(lambda: one.evaluate(record, PRIOR, GIVEN, now=NOW, new=new, clone=new)) == outcome(walked)


@law
@given(st.sampled_from(sorted(LEAVES)).flatmap(formulas))
def test_the_canonical_text_reads_back_as_the_same_tree(read: Read, text: str) -> None:
    one = compiled(read, text)
    assert read(one.canonical).tree == one.tree


@law
@given(formulas(Type.BOOLEAN), records)
def test_an_explanation_has_the_formulas_value_and_only_fields_it_reads(
    read: Read, text: str, record: Mapping[str, Any]
) -> None:
    one = compiled(read, text)
    with suppress(FormulaError):
        said = one.explain(record, PRIOR, GIVEN, now=NOW)
        assert said.value == one.evaluate(record, PRIOR, GIVEN, now=NOW)
        named = {name.removeprefix("PRIORVALUE(").removesuffix(")") for name, _ in said.facts}
        assert named <= one.fields | one.globals | one.scope.formulas.keys() | FORMULAS.keys()


@law
@given(formulas(Type.BOOLEAN), records, st.booleans(), st.booleans())
def test_an_exported_rule_holds_in_the_org_for_the_records_for_which_the_condition_holds(
    read: Read, text: str, record: Mapping[str, Any], new: bool, zero: bool
) -> None:
    one = compiled(read, text, blank_as_zero=zero)
    try:
        rule = one.to_validation_rule(globals=GIVEN)
    except FormulaError:
        reject()
    in_the_org = read(rule.formula, globals={}, formulas={})
    here, there = (outcome(lambda f=f: f.evaluate(record, PRIOR, GIVEN, now=NOW, new=new)) for f in (one, in_the_org))
    assert here == there


# --- push-down, asked of the SOQL room over the same records --------------------------------------

CONDITIONS = [
    "{n} {c} {n}", "{d} {c} {d}", "{m} {c} {m}", "{t} = {t}", "{t} <> {t}", 'OwnerId = "005000000000001"',
    "ISBLANK({f})", "ISNULL({n})", "IsClosed", "Account.IsPartner", 'ISPICKVAL(Region__c, "North")',
    'ISPICKVAL(StageName, "Proposal")', "CONTAINS({f}, {t})", "BEGINS({f}, {t})",
    "IN({f}, {t}, {t})", 'IN(StageName, "Proposal", "")', 'IN(OwnerId, "005000000000001")', "IsClosed = {b}",
    "ISBLANK(CloseDate)",
]  # fmt: skip


@st.composite
def conditions(draw: Draw, depth: int = 3) -> str:
    form = draw(st.integers(0, 4 if depth else 0))
    if form == 0:
        leaves = {
            "n": st.sampled_from(LEAVES[Type.NUMBER]),
            "d": st.sampled_from(["CloseDate", "TODAY()", "DATE(2026, 2, 1)"]),
            "m": st.sampled_from(LEAVES[Type.DATETIME]),
            "t": st.sampled_from(LEAVES[Type.TEXT]),
            "f": st.sampled_from(["Name", "NextStep"]),
            "b": st.sampled_from(["TRUE", "FALSE"]),
            "c": st.sampled_from(["=", "<>", "<", "<=", ">", ">="]),
        }
        template = draw(st.sampled_from(CONDITIONS))
        for name, strategy in leaves.items():
            while f"{{{name}}}" in template:
                template = template.replace(f"{{{name}}}", draw(strategy), 1)
        return template
    parts = [draw(conditions(depth - 1)) for _ in range(3)]
    return (
        f"AND({parts[0]}, {parts[1]})",
        f"OR({parts[0]}, {parts[1]})",
        f"NOT({parts[0]})",
        f"IF({parts[0]}, {parts[1]}, {parts[2]})",
    )[form - 1]


def selected(where: str, schema: Schema, rows: list[Mapping[str, Any]]) -> set[int]:
    """Give the places of the records that a WHERE keeps, in a database as the local org keeps one."""
    query = f"SELECT Id FROM Opportunity{f' WHERE {where}' if where else ''}"
    with closing(sqlite3.connect(":memory:")) as database:
        for name in ("Opportunity", "Account"):
            columns = ", ".join(f'"{field}"' for field in schema.object(name).fields)
            database.execute(f'CREATE TABLE "{name}" ({columns})')
        for place, row in enumerate(rows):
            account = row["Account"]
            own = {**row, "Id": f"006{place:015}", "IsDeleted": 0, "AccountId": f"001{place:015}" if account else None}
            insert(database, "Opportunity", own)
            if account:
                insert(database, "Account", {**account, "Id": own["AccountId"], "IsDeleted": 0})
        found = soql.parse(query).bind(schema).run(database.execute, NOW, "")
    return {int(one["Id"][3:]) for one in found}


def insert(database: sqlite3.Connection, table: str, row: Mapping[str, Any]) -> None:
    stored = {
        name: float(value) if isinstance(value, Decimal) else value
        for name, value in row.items()
        if not isinstance(value, dict) and name not in ("Account", "Opens__c")
    }
    names = ", ".join(f'"{name}"' for name in stored)
    marks = ", ".join("?" for _ in stored)
    database.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(stored.values()))


@law
@given(conditions(), st.lists(records, min_size=1, max_size=8))
def test_what_is_pushed_down_and_then_evaluated_selects_what_evaluating_all_selects(
    read: Read, text: str, rows: list[Mapping[str, Any]]
) -> None:
    one = read(text)
    pushed = one.to_soql(GIVEN, NOW)
    true = {place for place, row in enumerate(rows) if one.evaluate(row, PRIOR, GIVEN, now=NOW)}
    kept = selected(pushed.where, one.scope.schema, rows)
    assert true <= kept
    assert kept == true or not pushed.exact


# --- nothing but a FormulaError -------------------------------------------------------------------

TOKENS = [
    "Amount", "Name", "StageName", "IsClosed", "CloseDate", "$Signal.PushCount", "NULL", "5", "1.5", '"x"', "(", ")",
    ",", "+", "-", "*", "/", "^", "&", "=", "<>", "<", ">=", "&&", "||", "!", "NOT", "IF(", "AND(", "CASE(", "TEXT(",
    "ISPICKVAL(", "PRIORVALUE(", "/*", "*/", '"', "'", "{!", "}", "\\", "\n", "é", "\ufeff", "\x00", "$", ".", "#",
]  # fmt: skip


@law
@given(st.text(max_size=60) | st.lists(st.sampled_from(TOKENS), max_size=25).map(" ".join))
def test_no_text_gives_anything_but_a_formula_or_an_error(read: Read, text: str) -> None:
    with suppress(FormulaError):
        read(text)
    with suppress(FormulaError):
        formula.compile_text(text, read("TRUE").scope)


odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)


@law
@given(st.sampled_from(sorted(LEAVES)).flatmap(formulas), st.data())
def test_no_record_gives_anything_but_a_value_or_an_error(read: Read, text: str, data: st.DataObject) -> None:
    one = compiled(read, text)
    record = {name.split(".")[0]: data.draw(odd) for name in sorted(one.fields)}
    with suppress(FormulaError):
        one.evaluate(record, PRIOR, GIVEN, now=NOW)
    with suppress(FormulaError):
        one.explain(record, PRIOR, GIVEN, now=NOW)
