"""What a formula's editor is told: what may come next, what each word is, and never by another grammar."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat import formula
from upbeat.formula import Is, Scope, Type, Word, complete, marks
from upbeat.schema import standard

DEALS = Scope(
    standard(),
    "Opportunity",
    {"$Threshold.deal_size": Type.NUMBER, "$Threshold.region": Type.TEXT, "$Signal.ContactRoles": Type.NUMBER},
    {"$Signal.StageNumber": 'CASE(StageName, "Prospecting", 1, NULL)'},
)


def offered(written: str, wanted: Type | None = Type.BOOLEAN) -> list[str]:
    """Give what is offered at the bar in a formula."""
    before, _, after = written.partition("|")
    return [one.text for one in complete(before + after, len(before), DEALS, wanted).options]


@pytest.mark.parametrize(
    ("written", "first"),
    [
        pytest.param("Am|", "Amount", id="a field by its name"),
        pytest.param("expected|", "ExpectedRevenue", id="capitals do not matter"),
        pytest.param("$Record.Own|", "$Record.Owner.", id="a parent of the record"),
        pytest.param("Account.Ind|", "Account.Industry", id="a parent's field"),
        pytest.param("Owner.Man|", "Owner.Manager.", id="a parent that is one of several objects"),
        pytest.param("$Thr|", "$Threshold.deal_size", id="a threshold"),
        pytest.param("AND(ISPIC|", "ISPICKVAL(", id="a function within a function"),
        pytest.param('ISPICKVAL(StageName, "Prop|', "Proposal/Price Quote", id="a picklist's value"),
        pytest.param('TEXT(StageName) = "Clo|', "Closed Won", id="a picklist's value, compared as text"),
        pytest.param('CASE(StageName, "Prospecting", 1, "Q|', "Qualification", id="a picklist's value in a CASE"),
        pytest.param("NOT|", "NOT(", id="a function that is an operator too"),
    ],
)
def test_what_was_begun_is_offered_first(written: str, first: str) -> None:
    assert offered(written)[:1] == [first]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        pytest.param("ISPICKVAL(|", "picklist", id="a function's own parameter"),
        pytest.param("AND(Amount > |", "number", id="what a number is compared with"),
        pytest.param("CloseDate < |", "date", id="what a date is compared with"),
    ],
)
def test_what_fits_its_place_comes_first(written: str, kind: str) -> None:
    before = written.removesuffix("|")
    found = [one for one in complete(before, len(before), DEALS).options if one.kind is Is.FIELD]
    fitting = [one.fits for one in found]
    assert fitting == sorted(fitting, reverse=True)
    assert found[0].of == kind or (kind == "number" and found[0].of in {"currency", "percent", "number"})


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("Amount |", id="behind a value stands an operator"),
        pytest.param("Amount > 5 /* Am|", id="within a comment"),
        pytest.param('Name = "Am|', id="within a text that no picklist has"),
        pytest.param("Nowhere.Am|", id="behind a parent that there is not"),
    ],
)
def test_where_nothing_can_be_known_nothing_is_offered(written: str) -> None:
    assert offered(written) == []


def test_a_signal_is_offered_behind_its_head_alone() -> None:
    assert set(offered("$Signal.|")) == {"$Signal.StageNumber", "$Signal.ContactRoles"}


def test_an_option_says_what_it_is_called_and_of_what_type() -> None:
    (found,) = [one for one in complete("CloseDa", 7, DEALS).options if one.kind is Is.FIELD]
    assert (found.label, found.of) == ("Close Date", "date")


def test_a_function_is_offered_with_what_it_takes_and_does() -> None:
    found = next(one for one in complete("ISPICK", 6, DEALS).options if one.kind is Is.FUNCTION)
    assert (found.of, found.label) == ("ISPICKVAL(picklist, text) → boolean", "Whether a picklist has a value")


def test_every_word_of_a_formula_is_marked_as_what_it_is() -> None:
    code = 'AND(Amount > 5, ISPICKVAL(StageName, "x"), Foo = $Threshold.deal_size, NOT(TRUE)) /* why */'
    told = [(code[one.start : one.end], one.kind) for one in marks(code, DEALS)]
    assert told == [
        ("AND", Word.FUNCTION),
        ("Amount", Word.FIELD),
        (">", Word.OPERATOR),
        ("5", Word.NUMBER),
        ("ISPICKVAL", Word.FUNCTION),
        ("StageName", Word.FIELD),
        ('"x"', Word.TEXT),
        ("Foo", Word.UNKNOWN),
        ("=", Word.OPERATOR),
        ("$Threshold.deal_size", Word.GLOBAL),
        ("NOT", Word.FUNCTION),
        ("TRUE", Word.CONSTANT),
    ]


def test_a_field_is_told_by_its_label_its_object_and_its_values() -> None:
    stage = next(one for one in marks('ISPICKVAL(StageName, "x")', DEALS) if one.kind is Word.FIELD)
    assert stage.title == "Stage"
    assert stage.about.startswith("picklist, Opportunity.StageName\nProspecting, Qualification")


@given(st.text("AND(Amount>5,ISPICKVAL(StageName,\"Pro'.$Signal.Account.)= /*!|&{é", max_size=40), st.data())
def test_whatever_is_written_there_is_an_answer(code: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(code)))
    found = complete(code, at, DEALS)
    assert 0 <= found.start <= found.end == at
    words = marks(code, DEALS)
    assert all(one.start < other.start and one.end <= other.start for one, other in pairwise(words))


@pytest.mark.parametrize("name", ["Amount", "Account.Industry", "$Signal.ContactRoles", "$Record.CloseDate"])
def test_what_is_offered_compiles(name: str) -> None:
    assert name in offered(f"ISBLANK({name}|")
    assert formula.compile(f"ISBLANK({name})", DEALS).type is Type.BOOLEAN


def test_the_formulas_of_a_text_are_found_where_they_stand() -> None:
    text = "Quiet for {!Amount} days, {!Na"
    assert [text[start:end] for start, end in formula.formulas_in(text)] == ["Amount", "Na"]


def test_of_many_names_that_lead_nowhere_the_first_are_marked() -> None:
    code = " ".join(f"Nowhere{number}" for number in range(1_000)) + " Amount"
    kinds = [one.kind for one in marks(code, DEALS)]
    assert (kinds.count(Word.UNKNOWN), kinds.count(Word.FIELD)) == (20, 0)
