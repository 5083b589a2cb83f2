"""Pages of evidence in a real browser: an audit that is watched, and figures that come after their page."""

from collections.abc import Callable

from playwright.sync_api import Page, expect
from tests.browser.conftest import PRIYA

SignIn = Callable[[str], Page]


def test_an_audit_is_begun_by_keyboard_and_the_page_says_when_it_has_ended(sign_in: SignIn) -> None:
    page = sign_in(PRIYA)
    page.goto("/foundation")
    page.get_by_role("button", name="Run the audit").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Audit the foundation?")
    dialog.get_by_role("button", name="Run the audit").press("Enter")
    page.locator("#audit-progress").get_by_role("link", name="Show what it found").or_(
        page.get_by_text("of 19 items pass")
    ).first.wait_for(timeout=30_000)
    page.goto("/foundation")
    expect(page.get_by_text("of 19 items pass")).to_be_visible()
    page.get_by_role("link", name="Findings").or_(page.get_by_role("link", name="finding")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Findings")


def test_the_figures_of_routing_come_after_its_page_and_a_chart_has_its_table(sign_in: SignIn) -> None:
    page = sign_in(PRIYA)
    page.goto("/routing")
    figures = page.locator("#routing-figures")
    expect(figures.get_by_role("heading", name="Where routing fails")).to_be_visible()
    expect(figures.get_by_role("rowheader", name="Wrong rep")).to_be_visible()
    figures.get_by_text("The figures as a table").first.click()
    expect(figures.get_by_role("region", name="as a table").first).to_be_visible()
