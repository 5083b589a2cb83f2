"""A rep's morning, by keyboard alone: what is next, why a deal is flagged, the move that is taken."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import MAYA
from tests.unit.console.test_my_flags import FLOW, MOVES, NAME

from upbeat.testing import House


@pytest.fixture(scope="module")
def house(aside: Callable[..., Any]) -> Iterator[House]:
    house = House(only=[NAME], files={f"workflows/{NAME}.yaml": FLOW})
    aside(house.__enter__)
    aside(flagged, house)
    yield house
    aside(house.__exit__)


def flagged(house: House) -> None:
    house.promote(NAME)
    house.play("1 minute")
    deal = house.create("Opportunity", by=MAYA, Name="Lowell", StageName="Qualification", CloseDate="2027-03-31")
    house.play("1 minute")
    house.update("Opportunity", deal, by=MAYA, Verbal_Commitment__c=True)
    house.play()


def test_a_rep_sees_why_a_deal_is_flagged_and_takes_a_move_by_keyboard_alone(sign_in: Callable[[str], Page]) -> None:
    page = sign_in(MAYA)
    expect(page.get_by_role("heading", name="Next: What is the next move on Lowell?")).to_be_visible()
    page.get_by_role("link", name="My flags").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Why, or say that it is wrong").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Why it is flagged")).to_be_visible()
    expect(page.get_by_text("Verbal Commitment is true")).to_be_visible()
    page.locator("html[data-ready]").wait_for(state="attached")
    page.keyboard.press("1")
    page.wait_for_url("**/me/flags")
    expect(page.get_by_text(f"Lowell: {MOVES[0]}.")).to_be_visible()
    expect(page.get_by_role("heading", name="Nothing is flagged")).to_be_visible()
