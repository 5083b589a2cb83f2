"""A rep asks why, by keyboard alone; a list of runs shows what comes in while somebody looks at it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import MAYA, PRIYA

from upbeat.testing import House

SignIn = Callable[[str], Page]
ADVANCE = "advance-stage"


@pytest.fixture(scope="module")
def house(aside: Callable[..., Any]) -> Iterator[House]:
    """A deal of Maya's waits for its approval."""
    house = House(only=[ADVANCE])
    aside(house.__enter__)
    aside(house.promote, ADVANCE)
    aside(_advance, house, "Lowell - Platform")
    yield house
    aside(house.__exit__)


def _advance(house: House, name: str) -> None:
    values = {"StageName": "Proposal/Price Quote", "CloseDate": "2027-03-31", "Amount": 42_000}
    deal = house.create("Opportunity", by=MAYA, Name=name, **values)
    house.play("1 minute")
    house.update("Opportunity", deal, by=MAYA, Verbal_Commitment__c=True)
    house.play()


def test_a_rep_finds_a_deal_sees_why_and_says_that_it_is_wrong_by_keyboard_alone(sign_in: SignIn) -> None:
    page = sign_in(MAYA)
    page.keyboard.press("/")
    page.keyboard.type("lowell")
    page.keyboard.press("Enter")
    found = page.get_by_role("link", name="Lowell - Platform", exact=True)
    found.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Lowell - Platform")
    expect(page.get_by_text("Negotiation/Review").first).to_be_visible()
    page.locator("summary", has_text="This is wrong").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="wrong fact").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("has it, and answers by")
    expect(page.get_by_text("You said: wrong fact.")).to_be_visible()


def test_what_comes_in_stands_in_the_list_without_a_click(
    sign_in: SignIn, house: House, aside: Callable[..., Any]
) -> None:
    page = sign_in(PRIYA)
    page.goto("/runs")
    expect(page.get_by_text("Fjord - Renewal")).to_have_count(0)
    aside(_advance, house, "Fjord - Renewal")
    expect(page.get_by_role("link", name="Fjord - Renewal")).to_be_visible(timeout=9_000)
