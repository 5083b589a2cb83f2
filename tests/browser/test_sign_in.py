"""Signing in with Salesforce in a real browser, at the local org's own log-in page, by keyboard alone."""

from collections.abc import Iterator
from random import Random

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.conftest import DANA, MAYA

from upbeat.app import Serving
from upbeat.console import application
from upbeat.localorg import ConnectedApp
from upbeat.testing import House
from upbeat.workflows import Console

PORT = 20_000 + Random().randrange(12_000)  # below the ports that the system hands out
HERE, PASSWORD, CLIENT = f"http://localhost:{PORT}", "correct horse", "upbeat-console"


@pytest.fixture(scope="module")
def shared(house: House) -> Iterator[str]:
    """Give the address of a console that lets nobody in but through the org."""
    callbacks, scopes = (f"{HERE}/sign-in/answer",), ("openid", "profile")
    app = ConnectedApp(CLIENT, "Upbeat", callbacks=callbacks, scopes=scopes, public=True, requires_pkce=True)
    house.org.access.apps.connect(app)
    house.org.access.people.set_password(DANA, PASSWORD)
    console = Console(address=HERE, client_id=CLIENT)
    settings = house.space.settings.model_copy(update={"console": console})
    served = application(house.space.house, dev=False, settings=settings)
    with Serving(served, host="127.0.0.1", port=PORT, lifespan="on", ends_within=1):
        yield HERE


@pytest.fixture
def page(browser: Browser, shared: str) -> Iterator[Page]:
    context = browser.new_context(base_url=shared)
    yield context.new_page()
    context.close()


def log_in(page: Page) -> None:
    """Fill the org's page by keyboard: the cursor stands in the first field."""
    page.keyboard.type(DANA)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


def test_a_manager_comes_to_what_she_wanted_by_keyboard_alone_and_signs_out(page: Page) -> None:
    wrong: list[str] = []
    page.on("console", lambda one: wrong.append(one.text) if one.type == "error" else None)
    page.goto("/settings?from=mail")
    page.get_by_role("link", name="Sign in with Salesforce").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Allow access to Upbeat?")).to_be_visible()
    log_in(page)
    expect(page).to_have_url(f"{HERE}/settings?from=mail")
    expect(page.get_by_role("heading", name="Dana Whitfield")).to_be_visible()
    expect(page.get_by_text(MAYA)).to_be_visible()
    page.get_by_text("Dana Whitfield").first.click()
    page.get_by_role("banner").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in to Upbeat")).to_be_visible()
    page.goto("/settings")
    expect(page).to_have_url(f"{HERE}/sign-in?to=%2Fsettings")
    assert wrong == []


def test_who_says_no_at_the_org_is_told_so_and_may_try_again(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_role("link", name="Sign in with Salesforce").click()
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("alert")).to_contain_text("access_denied")
    expect(page.get_by_role("link", name="Sign in with Salesforce")).to_be_visible()
