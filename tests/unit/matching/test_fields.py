"""Addresses, telephone numbers and hosts as they compare."""

import pytest

from upbeat.matching import NEUTRAL, Told, Way, compare
from upbeat.matching.addresses import read
from upbeat.matching.hosts import domain
from upbeat.matching.phones import read as phone
from upbeat.matching.phones import same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("221 E. 51st St.", "221 East 51st Street", id="sides and kinds"),
        pytest.param("500 Fifth Avenue, Suite 300", "500 5th Ave Ste 300", id="an ordinal, a suite"),
        pytest.param("Kastanienstr. 12", "Kastanienstraße 12", id="a kind at the end of a word"),
        pytest.param("12 rue de la Fontaine", "12, Rue de la Fontaine", id="a kind before the name"),
        pytest.param("8300 S. St. Louis Ave", "8300 South Saint Louis", id="Saint and street"),
        pytest.param("5445 W North Avenue", "5445 W. North Ave", id="a street called by a side"),
        pytest.param("500-510 Harbor Road", "500 Harbor Rd", id="a span of numbers"),
        pytest.param("40 Harbor Rd (East Side)", "40 Harbor Road", id="an aside"),
        pytest.param("747 Ninth Ave", "747 9th ave. between 50th and 51st sts.", id="what is near"),
        pytest.param("1200 Dr. Amos Reed Dr", "1200 Amos Reed Drive", id="a title"),
    ],
)
def test_one_house_however_it_is_written(one: str, other: str) -> None:
    likeness = compare(Told(street=one), Told(street=other), NEUTRAL, {Way.ADDRESS})
    assert [each.says for each in likeness.agreements] == ["the same house, whatever the town"]


@pytest.mark.parametrize(
    ("one", "other", "says"),
    [
        pytest.param("221 E 51st St", "221 W 51st St", "another side of the town", id="side"),
        pytest.param("12 Harbor Rd", "912 Harbor Rd", "another number of the street", id="number"),
        pytest.param("12 Harbor Rd", "14 Harbor Rd", "nearly the same number of the street", id="next door"),
        pytest.param("12 Harbor Rd", "12 Linden Rd", "another street", id="street"),
        pytest.param("12 43rd St", "12 44th St", "another street", id="a street's number"),
    ],
)
def test_another_house_says_what_is_another(one: str, other: str, says: str) -> None:
    [agreement] = compare(Told(street=one), Told(street=other), NEUTRAL, {Way.ADDRESS}).agreements
    assert (agreement.says, agreement.weight < 0) == (says, True)


def test_a_post_box_is_no_house() -> None:
    assert read("PO Box 1200", "60614").house == read("Postfach 12 34", "50667").house == ""


def test_a_postal_code_of_nine_digits_is_its_five() -> None:
    assert read("", "60614-1234").code == read("", "60614").code


@pytest.mark.parametrize(
    "written",
    [
        "026-3510001",
        "+31 26 351 0001",
        "0031 26 3510001",
        "+31 (0)26 351 0001",
        "026 351 00 01 ext. 12",
        "026.351.0001",
    ],
)
def test_one_number_however_it_is_dialled(written: str) -> None:
    assert phone(written) == "263510001"


def test_a_number_without_its_area_is_the_one_with_it() -> None:
    assert same(phone("534 4276"), phone("(312) 534-4276"))


def test_a_number_that_is_nobodys_says_nothing() -> None:
    assert phone("000-000-0000") == phone("12345") == phone("n/a") == ""


@pytest.mark.parametrize(
    ("address", "registered"),
    [
        ("https://www.shop.trellwick.co.uk/about?x=1", "trellwick.co.uk"),
        ("ida.holm@mail.trellwick.com", "trellwick.com"),
        ("WWW.Trellwick.COM", "trellwick.com"),
        ("trellwick.github.io", "trellwick.github.io"),
        ("trellwick.example", "trellwick.example"),
        ("github.io", ""),
        ("co.uk", ""),
        ("ida.holm@gmail.com", ""),
        ("https://linkedin.com/company/trellwick", ""),
        ("192.168.1.10", ""),
        ("trellwick", ""),
        ("", ""),
    ],
)
def test_a_domain_is_what_somebody_registered(address: str, registered: str) -> None:
    assert domain(address) == registered


def test_one_name_under_two_endings_says_less_than_one_domain() -> None:
    def weight(one: str, other: str) -> float:
        return compare(Told(website=one), Told(website=other), NEUTRAL).agreements[0].weight

    assert weight("trellwick.com", "trellwick.com") > weight("trellwick.com", "trellwick.de") > 0
    assert weight("trellwick.com", "kessling.com") < 0
