"""The review queue in a real browser: decided by keyboard alone, by mouse, and beside somebody else."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import DANA, MAYA
from tests.scenarios import queued
from tests.scenarios.queued import ROWAN

from upbeat import operations
from upbeat.operations import Review
from upbeat.testing import House

SignIn = Callable[[str], Page]
COUNT = 8


@pytest.fixture(scope="module")
def house(aside: Callable[..., Any]) -> Iterator[House]:
    """Eight deals whose customers agreed by word: eight alike changes for review."""
    house = House(only=["raise-forecast"], files=queued.FILES)
    aside(house.__enter__)
    aside(_begin, house)
    yield house
    aside(house.__exit__)


def _begin(house: House) -> None:
    house.promote("raise-forecast")
    closes = {"CloseDate": "2026-12-18", "Amount": 42_000, "NextStep": "Meet", "StageName": "Prospecting"}
    deals = [house.create("Opportunity", by=MAYA, Name=f"Deal {at}", **closes) for at in range(COUNT)]
    house.play("1 minute")
    for one in deals:
        house.update("Opportunity", one, by=MAYA, Verbal_Commitment__c=True)
    house.play()


def stands(house: House, name: str) -> Review:
    [found] = [
        one
        for one in operations.reviews(house.space.house, every=True, limit=99)
        if one.title.startswith(f"{name}:") and one.state != "edited"
    ]
    return found


def opened(page: Page, asked: str = "") -> str:
    """Open the queue, and give what the first item is about."""
    page.goto(f"/review{asked}")
    expect(page.locator(".detail [data-item]")).to_be_visible()
    return page.locator("#item-title").inner_text()


def heading(page: Page, name: str) -> None:
    expect(page.locator("#item-title")).to_have_text(name)


def test_by_keyboard_alone_items_are_read_approved_taken_back_rejected_and_written_anew(
    sign_in: SignIn, house: House
) -> None:
    page = sign_in(DANA)
    page.keyboard.press("g")
    page.keyboard.press("q")
    expect(page.locator(".detail [data-item]")).to_be_visible()
    heading(page, "Deal 0")
    page.keyboard.press("j")
    heading(page, "Deal 1")
    expect(page.locator('.items [aria-current="true"]')).to_be_focused()
    page.keyboard.press("k")
    heading(page, "Deal 0")
    page.keyboard.press("a")
    heading(page, "Deal 1")  # the next one comes by itself
    assert stands(house, "Deal 0").state == "approved"
    page.keyboard.press("u")
    heading(page, "Deal 0")
    assert stands(house, "Deal 0").state == "open"
    page.keyboard.press("r")
    page.keyboard.press("2")
    heading(page, "Deal 1")
    assert stands(house, "Deal 0").note == "wrong time"
    page.keyboard.press("e")
    field = page.get_by_label("Forecast Category")
    expect(field).to_be_focused()
    field.select_option("Omitted")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".toast", has_text="Your values are decided anew")).to_be_visible()
    [edited] = [one for one in operations.reviews(house.space.house, every=True, limit=99) if one.state == "edited"]
    assert [one.after["ForecastCategoryName"] for one in edited.body.edited] == ["Omitted"]


def test_by_mouse_one_click_rejects_as_one_click_approves_and_the_address_holds_where_one_is(
    sign_in: SignIn, house: House
) -> None:
    page = sign_in(DANA)
    opened(page)
    page.locator(".items a", has_text="Deal 2").click()
    heading(page, "Deal 2")
    assert page.url.endswith(f"/review/{stands(house, 'Deal 2').id}")
    page.get_by_placeholder("Say more").fill("she only said maybe")
    page.get_by_role("button", name="Wrong fact").click()
    heading(page, "Deal 3")
    assert stands(house, "Deal 2").note == "wrong fact: she only said maybe"
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("button", name="Undo").click()
    heading(page, "Deal 3")
    assert stands(house, "Deal 3").state == "open"
    page.locator(".items a", has_text="Deal 4").click()
    heading(page, "Deal 4")
    page.go_back()
    heading(page, "Deal 3")


def test_what_somebody_else_decides_shows_at_once_and_does_not_take_what_is_being_written(
    sign_in: SignIn,
) -> None:
    dana, rowan = sign_in(DANA), sign_in(ROWAN)
    opened(dana, "?q=Deal 5")
    opened(rowan, "?q=Deal 5")
    dana.get_by_placeholder("Say more").fill("half a thought")
    rowan.get_by_role("button", name="Approve").click()
    expect(dana.get_by_text("Somebody changed this one meanwhile")).to_be_visible()
    expect(dana.get_by_placeholder("Say more")).to_have_value("half a thought")
    dana.get_by_role("button", name="Show it as it is now").click()
    expect(dana.locator(".weighed")).to_contain_text("Approved by Rowan Ellis")


def test_a_lost_answer_is_looked_up_where_it_had_arrived_and_kept_where_it_had_not(
    sign_in: SignIn, house: House
) -> None:
    page = sign_in(DANA)
    opened(page, "?q=Deal 6")

    def arrives_and_is_cut(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route("**/api/review/*/approve", arrives_and_is_cut)
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("your answer had arrived")).to_be_visible()
    expect(page.locator(".weighed")).to_contain_text("Approved by Dana Whitfield")
    assert stands(house, "Deal 6").moves == 1

    opened(page, "?q=Deal 7")
    page.route("**/api/review/*/reject", lambda route: route.abort())
    page.get_by_placeholder("Say more").fill("a whole thought")
    page.get_by_role("button", name="Wrong rule").click()
    expect(page.get_by_text("did not arrive: send it again")).to_be_visible()
    expect(page.get_by_placeholder("Say more")).to_have_value("a whole thought")
    page.unroute("**/api/review/*/reject")
    page.get_by_role("button", name="Wrong rule").click()
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    assert stands(house, "Deal 7").note == "wrong rule: a whole thought"
