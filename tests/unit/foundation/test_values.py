"""Which values of a field are a slip of the pen, and which are two values."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.foundation.spelling import Likeness, key, misspelt, variant
from upbeat.foundation.values import RARER, suspects
from upbeat.foundation.vocabularies import countries, shipped

LISTS = (countries(), *shipped())


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        ("emea", "EMEA", Likeness.CAPITALS),
        (" EMEA", "EMEA", Likeness.SPACES),
        ("GTXPro", "GTX Pro", Likeness.SPACES),
        ("São Paulo", "Sao Paulo", Likeness.ACCENTS),
        ("Non-profit", "Nonprofit", Likeness.PUNCTUATION),
        ("Food & Beverage", "Food and Beverage", Likeness.PUNCTUATION),
        ("C", "C++", None),
        ("C#", "C++", None),
        ("1-5", "15", None),
        ("1-5 dagen", "1.5 dagen", None),
        ("10.50", "10-50", None),
        ("1/2", "1-2", None),
        ("10 - 50 people", "10\N{EN DASH}50 people", Likeness.PUNCTUATION),
        ("> 50", "< 50", None),
        ("N/A", "NA", None),
        ("Tier 1", "Tier 2", None),
        ("EMEA", "EMEA", None),
    ],
)
def test_what_is_ignored_between_two_values_is_named(one: str, other: str, likeness: Likeness | None) -> None:
    assert variant(one, other) is likeness
    assert variant(other, one) is likeness


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("technolgy", "Technology"),
        ("Philipines", "Philippines"),
        ("Phillipines", "Philippines"),
        ("Helathcare", "Healthcare"),
        ("Manufacturng", "Manufacturing"),
        ("Bussiness Services", "Business Services"),
        ("Retial", "Retail"),
    ],
)
def test_a_letter_lost_doubled_or_swapped_is_a_slip(one: str, other: str) -> None:
    assert misspelt(one, other)
    assert misspelt(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Retail", "Retailer"),
        ("Partner", "Partners"),
        ("Policy", "Policies"),
        ("Tier 1", "Tier 2"),
        ("Q1", "Q2"),
        ("FY2025", "FY2026"),
        ("Inbound", "Outbound"),
        ("Internal", "External"),
        ("Interstate", "Intrastate"),
        ("Mexica", "Mexico"),
        ("Energie", "Energy"),
        ("Gold", "Bold"),
        ("Gold", "Cold"),
        ("West", "East"),
        ("Iran", "Iraq"),
        ("A101", "A102"),
        ("North America", "South America"),
        ("Phase II", "Phase III"),
    ],
)
def test_two_real_values_are_no_slip(one: str, other: str) -> None:
    assert not misspelt(one, other)


@given(st.text(), st.text())
def test_two_values_are_alike_either_way_round(one: str, other: str) -> None:
    assert variant(one, other) == variant(other, one)
    assert bool(misspelt(one, other)) == bool(misspelt(other, one))


@given(st.text())
def test_a_value_is_no_variant_of_itself_and_its_key_is_one(value: str) -> None:
    assert variant(value, value) is None
    assert not misspelt(value, value)
    assert key(value) == key(value.strip())


def found(counts: Mapping[str, int], picklist: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(one.value, one.should) for one in suspects(counts, picklist, LISTS)]


def test_of_two_spellings_the_rarer_is_the_suspect() -> None:
    assert found({"Helthcare": 3, "Healthcare": 40, "Wholesale": 9}) == [("Helthcare", "Healthcare")]


@pytest.mark.parametrize(("more", "told"), [(RARER * 5 - 1, []), (RARER * 5, [("Wholsale", "Wholesale")])])
def test_a_spelling_is_a_slip_from_four_times_as_many_of_the_other(more: int, told: list[tuple[str, str]]) -> None:
    assert found({"Wholsale": 5, "Wholesale": more}) == told


def test_a_misspelling_that_stands_alone_is_told_by_the_list_that_the_field_is_of() -> None:
    sectors = {"technolgy": 12, "medical": 12, "retail": 17, "finance": 8, "entertainment": 6, "services": 5}
    assert found(sectors) == [("technolgy", "Technology")]
    places = {"Philipines": 1, "United States": 71, "Kenya": 1, "Japan": 1, "Korea": 1}
    assert found(places) == [("Philipines", "Philippines")]


def test_a_field_of_no_known_list_is_measured_by_its_own_values_alone() -> None:
    assert found({"technolgy": 12, "Alpha": 3, "Beta": 9}) == []


def test_a_word_that_stands_in_a_list_of_known_words_is_not_misspelt() -> None:
    assert found({"Contract": 2, "Contact": 60}) == []
    assert found({"Niger": 1, "Nigeria": 60, "Austria": 3, "Australia": 70, "Iran": 2, "Iraq": 50}) == []


@pytest.mark.parametrize(("one", "other"), [("Expert", "Export"), ("Wikkel", "Winkel"), ("Contrast", "Contract")])
def test_a_letter_for_another_makes_another_word_where_no_list_tells_which_is_right(one: str, other: str) -> None:
    assert found({one: 2, other: 60, "Alpha": 9}) == []
    assert found({one: 2, other: 60, "Alpha": 9}, (other, "Alpha")) == [(one, other)]


@pytest.mark.parametrize("wrong", ["Exprot", "Exort", "Exxport"])
def test_a_letter_lost_doubled_or_swapped_is_told_without_a_list(wrong: str) -> None:
    assert found({wrong: 2, "Export": 60, "Alpha": 9}) == [(wrong, "Export")]


def test_two_values_of_the_picklist_are_two_values() -> None:
    assert found({"Wholsale": 1, "Wholesale": 90}, ("Wholesale", "Wholsale")) == []


def test_a_variant_is_put_right_by_the_picklist_however_many_records_have_it() -> None:
    assert found({"GTXPro": 1480, "GTX Basic": 1866}, ("GTX Pro", "GTX Basic")) == [("GTXPro", "GTX Pro")]


def test_a_field_has_a_style_of_its_own() -> None:
    assert found({"united states": 40, "kenya": 3, "japan": 9, "norway": 2}) == []
