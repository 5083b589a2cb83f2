"""What stands around every page, in a real browser."""

from collections.abc import Callable

from playwright.sync_api import Page, expect
from tests.browser.conftest import DANA, MAYA

SignIn = Callable[[str], Page]


def test_all_writes_are_stopped_by_one_click_and_a_confirm_and_everybody_sees_it(sign_in: SignIn) -> None:
    rep, manager = sign_in(MAYA), sign_in(DANA)
    manager.goto("/")
    manager.get_by_label("Search records").fill("Selwick")
    expect(manager.get_by_text("All writes stopped")).to_have_count(0)
    rep.get_by_role("button", name="Stop all writes").click()
    rep.get_by_label("Why").fill("odd mails")
    rep.get_by_role("dialog").get_by_role("button", name="Stop all writes").click()
    band = rep.get_by_label("Org and modes"), manager.get_by_label("Org and modes")
    expect(band[0]).to_contain_text("All writes stopped by Maya Chen")
    expect(band[1]).to_contain_text("All writes stopped by Maya Chen")
    expect(manager.get_by_label("Search records")).to_have_value("Selwick")  # what was being typed stays
    band[1].get_by_role("button", name="Let writes go on").click()
    manager.get_by_role("dialog").get_by_role("button", name="Let writes go on").click()
    expect(manager.get_by_role("button", name="Stop all writes")).to_be_visible()


def test_a_question_mark_shows_the_keys_and_they_can_be_switched_off(sign_in: SignIn) -> None:
    page = sign_in(DANA)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Search everywhere")
    page.get_by_label("Switch single keys off").check()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_have_count(0)


def test_the_theme_that_a_reader_chose_stays(sign_in: SignIn) -> None:
    page = sign_in(DANA)
    page.get_by_role("button", name="Light or dark").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
