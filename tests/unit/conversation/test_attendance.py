"""To which account somebody new belongs, and how their name is written in the org."""

import pytest

from upbeat.conversation import Party
from upbeat.conversation.attendance import Attendance, Place, name_parts

HAVELUND, CASTELL, NORTH = (
    Place("001H", "Havelund Fresh", "havelund.example"),
    Place("001C", "Castell Fen Growers", "castell.example"),
    Place("001N", "Castell North", "castell.example"),
)
WITHOUT_SITE = Place("001W", "Wexcombe County Council")
THERE = Attendance(places=(HAVELUND, CASTELL, NORTH, WITHOUT_SITE))


@pytest.mark.parametrize(
    ("address", "company", "conversation", "account"),
    [
        pytest.param("hanna@havelund.example", "", "001H", "001H", id="the account's domain"),
        pytest.param("hanna@mail.havelund.example", "", "001H", "001H", id="below it"),
        pytest.param("hanna@havelund.example", "", "001C", "001H", id="another account's domain"),
        pytest.param("ida@castell.example", "", "001N", "001N", id="a domain of two, one of them talked"),
        pytest.param("ida@castell.example", "", "001H", "", id="a domain of two, and neither talked"),
        pytest.param("col@wexcombe.example", "Wexcombe County Council", "001W", "001W", id="the account's name"),
        pytest.param("ana@agency.example", "Agency", "001H", "", id="an unknown domain"),
        pytest.param("hanna@gmail.com", "", "001H", "", id="a public address"),
    ],
)
def test_somebody_new_belongs_to_the_account_that_has_their_domain_or_name(
    address: str, company: str, conversation: str, account: str
) -> None:
    found, why = THERE.account_of(Party("X Y", address, company), conversation)

    assert found == account
    assert why


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Tom Bellweather", "Tom", "Bellweather"),
        ("Bellweather, Tom (Havelund)", "Tom", "Bellweather"),
        ("Łukasz Bednarczyk", "Łukasz", "Bednarczyk"),
        ("Anna van der Berg", "Anna", "van der Berg"),
        ("Maria del Carmen Ruiz", "Maria", "del Carmen Ruiz"),
        ("Dr. Elspeth Mbeki-Lang", "Elspeth", "Mbeki-Lang"),
        ("BELLWEATHER Tom", "Tom", "BELLWEATHER"),
        ("Mary Ann Hale", "Mary Ann", "Hale"),
        ("Tom", "Tom", ""),
    ],
)
def test_a_name_is_written_in_its_parts(name: str, first: str, last: str) -> None:
    assert name_parts(Party(name)) == (first, last)


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("tom.bellweather@havelund.example", ("Tom", "Bellweather")),
        ("tbellweather@havelund.example", ("", "")),
        ("tom.j.bellweather@havelund.example", ("", "")),
    ],
)
def test_without_a_name_the_two_words_of_an_address_are_one(address: str, parts: tuple[str, str]) -> None:
    assert name_parts(Party("", address)) == parts
