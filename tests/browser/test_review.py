"""The review queue in a real browser: decided by keyboard alone, by mouse, and beside somebody else."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import DANA, MAYA, PHONE
from tests.scenarios import queued
from tests.scenarios.queued import ROWAN

from upbeat import operations
from upbeat.operations import Review
from upbeat.testing import House

SignIn = Callable[[str], Page]
COUNT = 16


@pytest.fixture(scope="module")
def house(aside: Callable[..., Any]) -> Iterator[House]:
    """Deals whose customers agreed by word: alike changes for review."""
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


def test_enter_in_a_note_decides_nothing(sign_in: SignIn, house: House) -> None:
    page = sign_in(DANA)
    opened(page, "?q=Deal 8")
    page.get_by_placeholder("Say more").fill("half a thought")
    page.keyboard.press("Enter")
    page.get_by_placeholder("Say more").press("Enter")
    heading(page, "Deal 8")
    assert stands(house, "Deal 8").state == "open"


def test_focus_stays_on_the_row_after_an_answer_and_when_somebody_else_decides(sign_in: SignIn) -> None:
    dana, rowan = sign_in(DANA), sign_in(ROWAN)
    opened(dana, "?q=Deal 1")
    name = dana.locator("#item-title").inner_text()
    dana.keyboard.press("r")
    dana.keyboard.press("3")
    expect(dana.locator("#item-title")).not_to_have_text(name)
    dana.wait_for_timeout(1200)  # by then the list was read anew
    chosen = dana.locator('.items [aria-current="true"]')
    expect(chosen).to_be_focused()
    opened(rowan, "?q=Deal 15")
    with dana.expect_response(lambda one: one.url.endswith("/review?q=Deal%201")):
        rowan.get_by_role("button", name="Approve").click()
    dana.wait_for_timeout(200)
    expect(chosen).to_be_focused()


def test_what_changed_in_the_org_meanwhile_shows_when_the_item_is_come_to(
    sign_in: SignIn, house: House, aside: Callable[..., Any]
) -> None:
    page = sign_in(DANA)
    opened(page, "?q=Deal 1")
    page.keyboard.press("j")
    page.keyboard.press("k")  # the one after is there by now, as the org had it
    [after] = page.locator(".items > li").nth(1).locator(".title").all_inner_texts()
    record = stands(house, after).record_id
    page.wait_for_timeout(1600)
    aside(lambda: house.update("Opportunity", record, by=MAYA, ForecastCategoryName="Omitted"))
    page.keyboard.press("j")
    heading(page, after)
    expect(page.get_by_text("Changed since it was suggested")).to_be_visible()


def test_words_written_for_an_item_are_there_when_one_comes_back_to_it(sign_in: SignIn) -> None:
    page = sign_in(DANA)
    opened(page, "?q=Deal 1")
    page.get_by_placeholder("Say more").fill("half a thought")
    page.locator("#detail").focus()
    page.keyboard.press("j")
    expect(page.get_by_placeholder("Say more")).to_have_value("")
    page.keyboard.press("k")
    expect(page.get_by_placeholder("Say more")).to_have_value("half a thought")


def test_on_a_phone_the_answers_stick_the_page_has_a_heading_and_nothing_is_wider_than_it(sign_in: SignIn) -> None:
    page = sign_in(DANA)
    page.set_viewport_size(PHONE)
    page.goto("/review?q=Deal 1")
    page.locator(".items a").first.click()
    expect(page.locator("h1")).to_have_text("Review")
    for name in ("Approve", "Wrong fact"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    for menu in ("Put off", "Hand on"):
        page.locator("summary", has_text=menu).click()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("link", name="Queue").click()
    expect(page.locator('.items [aria-current="true"]')).to_be_focused()


def test_what_only_tells_goes_by_itself_errors_stay_and_three_at_most_stand(sign_in: SignIn) -> None:
    page = sign_in(DANA)
    page.clock.install()
    page.goto("/review")
    page.evaluate("""async () => { const { toast } = await import("/static/shell.js");
        for (const at of [1, 2, 3, 4]) toast(`told ${at}`); toast("an error", "danger"); }""")
    expect(page.locator(".toast span")).to_have_text(["told 3", "told 4", "an error"])
    page.clock.fast_forward(9000)
    expect(page.locator(".toast span")).to_have_text(["an error"])


def test_the_sample_leads_back_to_itself_and_never_to_what_was_not_drawn(sign_in: SignIn) -> None:
    page = sign_in(DANA)
    opened(page, "?q=Deal 1")
    page.get_by_role("link", name="decide together").first.click()
    page.get_by_role("link", name="Decide the next").click()
    expect(page.locator(".detail [data-item]")).to_be_visible()
    expect(page.locator(".search kbd")).to_have_count(0)  # the queue's keys answer from here on
    page.keyboard.press("a")
    page.wait_for_url("**/pattern", timeout=8000)
    expect(page.get_by_role("heading", name="Just approved, not written yet")).to_be_visible()


def test_the_slash_goes_to_the_filter_where_there_is_one_and_else_to_the_search(sign_in: SignIn) -> None:
    page = sign_in(DANA)
    opened(page)
    page.keyboard.press("/")
    expect(page.get_by_label("Filter by title or record")).to_be_focused()
    page.goto("/review?view=done")
    page.locator("html[data-ready]").wait_for(state="attached")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search records")).to_be_focused()
