"""What an org is asked in portions."""

from collections.abc import Sequence
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from upbeat.foundation.questions import filled, portions
from upbeat.salesforce import LONGEST_URL


def of_emails(some: Sequence[str]) -> str:
    return filled("SELECT Id FROM Contact WHERE Email IN :some", some=list(some))


@given(st.lists(st.text("aé'@ \\", max_size=300), max_size=120), st.integers(1, 50))
def test_portions_are_all_values_in_their_order_and_each_fits_into_an_address(values: list[str], most: int) -> None:
    found = portions(values, of_emails, most)
    assert [one for some in found for one in some] == values
    assert all(len(some) <= most for some in found)
    assert all(len(quote(of_emails(some), safe="")) + 90 < LONGEST_URL for some in found)


def test_a_portion_is_as_large_as_an_address_takes() -> None:
    first, *others = portions([f"somebody.{number:04}@northwind.example" for number in range(900)], of_emails)
    assert len(others) == 2
    assert LONGEST_URL - 200 < len(quote(of_emails(first), safe="")) < LONGEST_URL
