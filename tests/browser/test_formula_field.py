"""The formula field, written in as people do: by keys, with what is offered and what is said of it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import PRIYA

LARGER = "single-threaded-larger-deals"


@pytest.fixture
def page(sign_in: Callable[[str], Page]) -> Page:
    page = sign_in(PRIYA)
    page.goto(f"/workflows/{LARGER}/tune")
    page.get_by_role("textbox", name="Condition").click()
    page.keyboard.press("Control+a")
    return page


def choose(page: Page, name: str, *, after: int = 0) -> None:
    """Take what is offered, by keys. What shows up while somebody types is not taken at once: they did not mean it."""
    expect(page.get_by_role("option", name=name)).to_be_visible()
    page.wait_for_timeout(100)
    for _ in range(after):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def test_a_condition_is_written_with_what_is_offered_and_checked_as_it_stands(page: Page) -> None:
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.keyboard.type("AND(Amou")
    choose(page, "Amount")
    page.keyboard.type(" > $Thr")
    choose(page, "$Threshold.larger", after=1)
    expect(page.locator(".formula-verdict")).to_have_text("Reads well: true or false.")
    expect(page.locator("textarea[name=when]")).to_have_value("AND(Amount > $Threshold.larger)")
    expect(page.locator(".word-function")).to_have_text("AND")
    assert faults == []


def test_a_picklists_values_are_offered_within_its_quotes(page: Page) -> None:
    page.keyboard.type('ISPICKVAL(StageName, "Nego')
    page.get_by_role("option", name="Negotiation/Review").click()
    expect(page.locator("textarea[name=when]")).to_have_value('ISPICKVAL(StageName, "Negotiation/Review")')


def test_what_is_wrong_is_said_in_words_and_shown_where_it_stands(page: Page) -> None:
    page.keyboard.type('StageName = "<img src=x onerror=alert(1)>')
    page.keyboard.press("Escape")
    verdict = page.locator(".formula-verdict")
    expect(verdict).to_contain_text("StageName is a picklist")
    expect(page.get_by_role("textbox", name="Condition")).to_have_attribute("aria-invalid", "true")
    assert page.locator("img").count() == 0
