"""A rule of an org is read without its schema: what it comes to where some values are known, and what it demands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.formula.demands import Demand, demands
from upbeat.formula.partial import Known, changes_asked, compared, globals_of, named, outcome, read, settle

MOVED = Known.of({"StageName": "Proposal", "IsClosed": False}, {"StageName": "Discovery"}, new=False)


def told(text: str) -> list[tuple[list[str], list[str], list[str]]]:
    return [(sorted(one.filled), sorted(one.blank), list(one.unless)) for one in demands(settle(read(text), MOVED))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('AND(ISPICKVAL(StageName, "Proposal"), ISBLANK(NextStep))', [(["NextStep"], [], [])], id="stage"),
        pytest.param('TEXT(StageName) = "Proposal" && ISNULL(Amount)', [(["Amount"], [], [])], id="as a text"),
        pytest.param('ISPICKVAL(StageName, "Closed Won") && ISBLANK(NextStep)', [], id="another stage"),
        pytest.param('IF(ISPICKVAL(StageName, "Proposal"), ISBLANK(A__c), FALSE)', [(["A__c"], [], [])], id="if"),
        pytest.param(
            'AND(CASE(StageName, "Discovery", 1, "Proposal", 2, 0) >= 2, OR(ISBLANK(A__c), LEN(B__c) = 0))',
            [(["A__c"], [], []), (["B__c"], [], [])],
            id="stages as numbers, two fields",
        ),
        pytest.param("AND(ISCHANGED(StageName), ISBLANK(A__c), ISBLANK(B__c))", [(["A__c", "B__c"], [], [])], id="one"),
        pytest.param(
            'AND(ISPICKVAL(PRIORVALUE(StageName), "Discovery"), NOT(Signed__c), Amount > 5)',
            [(["Signed__c"], [], ["Amount > 5"])],
            id="a checkbox, above an amount",
        ),
        pytest.param("AND(NOT(IsClosed), NOT(ISBLANK(A__c)))", [([], ["A__c"], [])], id="demands a blank"),
        pytest.param(
            "NOT($Permission.Skip) && ISBLANK(A__c)", [(["A__c"], [], ["NOT($Permission.Skip)"])], id="unless"
        ),
        pytest.param('REGEX(A__c, "x+")', [([], [], ['REGEX(A__c, "x+")'])], id="something else"),
        pytest.param("IsClosed", [], id="never"),
        pytest.param("NOT(IsClosed)", [([], [], [])], id="always"),
    ],
)
def test_what_a_rule_demands_of_a_deal_that_moved_to_proposal(
    text: str, expected: list[tuple[list[str], list[str], list[str]]]
) -> None:
    assert told(text) == expected


def test_a_rule_of_too_many_ways_is_told_as_it_stands() -> None:
    every = " && ".join(f"(A{n} = 1 || B{n} = 2 || C{n} = 3)" for n in range(9))
    [one] = demands(read(every))
    assert one == Demand(unless=one.unless)
    assert "A8 = 1" in one.unless[0]


@pytest.mark.parametrize(
    ("text", "stages"),
    [
        ('ISPICKVAL(StageName, "A")', {"A"}),
        ('TEXT(StageName) = "A" || "B" = TEXT(PRIORVALUE(StageName))', {"A", "B"}),
        ('CASE(StageName, "A", 1, "B", 2, 0) > 0', {"A", "B"}),
        ('ISPICKVAL({!$Record.StageName}, "A")', {"A"}),
        ('ISPICKVAL(Type, "A")', set()),
    ],
)
def test_the_stages_that_a_rule_names_are_found_however_it_asks(text: str, stages: set[str]) -> None:
    assert set(compared(read(text), "StageName")) == stages


def test_what_a_formula_names_is_told_apart_by_what_it_is() -> None:
    tree = read("AND({!$Record.Amount} > 5, ISCHANGED(OwnerId), {!$Record__Prior.CloseDate} < TODAY(), $User.IsActive)")
    assert list(named(tree)) == ["Amount", "OwnerId", "CloseDate"]
    assert list(changes_asked(tree)) == ["OwnerId", "CloseDate"]
    assert list(globals_of(tree)) == ["$User.IsActive"]


ATOMS = {"A": "A", "B": "ISBLANK(B)", "C": 'ISPICKVAL(C, "x")'}
FORMULAS = st.recursive(
    st.sampled_from([*ATOMS.values(), "TRUE", "FALSE"]),
    lambda inner: st.one_of(
        st.builds("NOT({})".format, inner),
        st.builds("AND({}, {})".format, inner, inner),
        st.builds("OR({}, {})".format, inner, inner),
        st.builds("IF({}, {}, {})".format, inner, inner, inner),
    ),
    max_leaves=8,
)
VALUES = st.fixed_dictionaries(
    {}, optional={"A": st.booleans(), "B": st.sampled_from(["", "filled"]), "C": st.sampled_from(["x", "y"])}
)
WHOLE = st.fixed_dictionaries(
    {"A": st.booleans(), "B": st.sampled_from(["", "filled"]), "C": st.sampled_from(["x", "y"])}
)


@given(FORMULAS, VALUES, WHOLE)
def test_what_is_decided_by_a_few_values_is_so_whatever_the_others_are(
    text: str, some: dict[str, str | bool], every: dict[str, str | bool]
) -> None:
    early = outcome(read(text), Known.of(some))
    whole = outcome(read(text), Known.of(every | some))
    assert whole is not None
    assert early in (None, whole)


@given(FORMULAS, WHOLE)
def test_a_rule_is_false_exactly_where_all_that_it_demands_is_so(text: str, every: dict[str, str | bool]) -> None:
    def met(one: Demand) -> bool:
        filled = any(every[name] not in ("", False) for name in one.filled)
        blank = any(every[name] in ("", False) for name in one.blank)
        return filled or blank or any(outcome(read(text), Known.of(every)) is False for text in one.unless)

    tree = read(text)
    assert all(met(one) for one in demands(settle(tree, Known()))) is (outcome(tree, Known.of(every)) is False)
