"""Conditions that cannot all hold are seen as such, and no others."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.formula.excluding import impossible, negated
from upbeat.formula.partial import Known, outcome, read


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("NumberOfEmployees >= 100", "NumberOfEmployees < 100"),
        ("Amount > 50000", "NOT(Amount > 50000)"),
        ("Amount > 50000", "NOT({!$Record.Amount} >= 20000)"),
        ("AND(Amount > 10, Amount <= 20)", "OR(Amount <= 10, 20 < Amount)"),
        ("Amount = 5", "Amount <> 5"),
        ("Amount < -1", "Amount > 5"),
        ("ISBLANK(Amount)", "Amount > 5"),
        ("ISBLANK(Amount)", "NOT(ISNULL(Amount))"),
        ('ISPICKVAL(Type, "New")', 'TEXT(Type) <> "New"'),
        ('ISPICKVAL(Type, "New")', 'ISPICKVAL(type, "Old")'),
        ('ISPICKVAL(Type, "")', 'ISPICKVAL(Type, "Old")'),
        ("ISCHANGED(OwnerId)", "NOT(ISCHANGED(OwnerId))"),
        ("CloseDate < TODAY()", "NOT(CloseDate < TODAY())"),
        ("IF(IsWon, Amount > 5, FALSE)", "NOT(IsWon)"),
    ],
)
def test_conditions_that_cannot_both_hold_exclude_each_other(one: str, other: str) -> None:
    assert impossible(read(one), read(other))
    assert impossible(read(other), read(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("NumberOfEmployees >= 100", "NumberOfEmployees <= 100"),
        ("Amount > 5", "Probability < 5"),
        ("NOT(Amount > 5)", "NOT(Amount <= 5)"),  # blank, and read as no number
        ("ISBLANK(Amount)", "Amount < 5"),  # blank, and read as zero
        ("ISBLANK(Amount)", "Amount = 0"),
        ("Amount <> 5", "Amount <> 6"),
        ('ISPICKVAL(Type, "New")', "Amount > 5"),
        ("ISCHANGED(OwnerId)", "NOT(ISCHANGED(StageName))"),
        ("OR(Amount > 5, IsWon)", "Amount < 5"),
    ],
)
def test_conditions_that_may_both_hold_do_not(one: str, other: str) -> None:
    assert not impossible(read(one), read(other))


ATOMS = st.sampled_from(
    [
        "A > 1",
        "A >= 2",
        "A < 2",
        "A <= 1",
        "A = 2",
        "A <> 1",
        "1 < A",
        "ISBLANK(A)",
        "B",
        'C = "x"',
        'ISPICKVAL(C, "y")',
    ]
)
FORMULAS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("NOT({})".format, inner),
        st.builds("AND({}, {})".format, inner, inner),
        st.builds("OR({}, {})".format, inner, inner),
        st.builds("IF({}, {}, {})".format, inner, inner, inner),
    ),
    max_leaves=6,
)
RECORDS = st.fixed_dictionaries(
    {"A": st.sampled_from(["0", "1", "1.5", "2", "3"]), "B": st.booleans(), "C": st.sampled_from(["x", "y", "z", ""])}
)


@given(FORMULAS, RECORDS)
def test_what_holds_of_a_record_is_never_called_impossible(text: str, record: dict[str, str | bool]) -> None:
    known = Known.of(record | {"A": Decimal(str(record["A"]))})
    tree = read(text)
    assert not (outcome(tree, known) is True and impossible(tree))
    assert impossible(tree, negated(tree))
