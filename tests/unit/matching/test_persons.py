"""Whether two records are of one person."""

import pytest

from upbeat.matching import CONTACT, LEAD, NEUTRAL, compare_people, told

CERTAIN, DOUBTFUL = 0.9, 0.6


def _score(lead: dict[str, str], contact: dict[str, str]) -> float:
    return compare_people(told(lead, LEAD), told(contact, CONTACT), NEUTRAL).score


def _person(first: str, last: str, email: str = "", **more: str) -> dict[str, str]:
    return {"FirstName": first, "LastName": last, "Email": email, **more}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            _person("Robert", "Hale", "r.hale@a.example"), _person("Bob", "Hale", "r.hale@a.example"), id="short"
        ),
        pytest.param(_person("Zoë", "Müller", "z@a.example"), _person("Zoe", "Mueller", "z@a.example"), id="umlaut"),
        pytest.param(_person("J.", "Okafor", "jo@a.example"), _person("Joan", "Okafor", "jo@a.example"), id="initial"),
        pytest.param(
            _person("", "Okafor", "jo@a.example"), _person("Joan", "Okafor", "JO@a.example"), id="no first name"
        ),
        pytest.param(
            _person("Anna", "de Vries", "a@b.example"), _person("Anna", "Vries", "a@b.example"), id="particle"
        ),
        pytest.param(
            _person("Hale", "Robert", "r@a.example"), _person("Robert", "Hale", "r@a.example"), id="turned round"
        ),
    ],
)
def test_one_address_and_a_name_that_agrees_are_one_person(one: dict[str, str], other: dict[str, str]) -> None:
    assert _score(one, other) > CERTAIN


def test_two_names_at_one_address_are_a_doubt() -> None:
    score = _score(_person("Ida", "Holm", "holm@a.example"), _person("Karl", "Stenberg", "holm@a.example"))
    assert DOUBTFUL <= score < CERTAIN


def test_an_address_of_an_office_makes_nobody_one_person() -> None:
    assert _score(_person("Ida", "Holm", "info@a.example"), _person("Karl", "Berg", "info@a.example")) < DOUBTFUL


def test_one_name_at_one_company_is_one_person_and_at_another_is_not() -> None:
    here = {"FirstName": "Ida", "LastName": "Holm", "Account": {"Name": "Trellwick Instruments"}}
    there = {"FirstName": "Ida", "LastName": "Holm", "Account": {"Name": "Quillmark Foods"}}
    lead = told(_person("Ida", "Holm", Company="Trellwick Instruments"), LEAD)
    assert compare_people(lead, told(here, CONTACT), NEUTRAL).score > CERTAIN
    assert compare_people(lead, told(there, CONTACT), NEUTRAL).score < DOUBTFUL


def test_an_address_made_of_a_name_tells_the_person_where_the_other_has_no_name() -> None:
    known = compare_people(
        told(_person("", "", "ida.holm@a.example"), LEAD), told(_person("Ida", "Holm"), CONTACT), NEUTRAL
    )
    assert [each.says for each in known.agreements] == ["an address made of the name"]


def test_a_last_name_that_is_not_told_makes_nobody_one_person() -> None:
    lead = _person("", "Unknown", Company="Trellwick Instruments")
    assert compare_people(told(lead, LEAD), told(lead, LEAD), NEUTRAL).score < DOUBTFUL
