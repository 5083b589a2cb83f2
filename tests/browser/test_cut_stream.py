"""The console goes away beneath an open page, and comes back: the page says the one and notices the other."""

from playwright.sync_api import Browser, expect
from tests.browser.conftest import DANA

from upbeat.app import Serving
from upbeat.console import application
from upbeat.testing import House

CUT = "Not connected"


def serving(house: House, port: int) -> Serving:
    return Serving(application(house.space.house, dev=True), host="127.0.0.1", port=port, lifespan="on", ends_within=1)


def test_a_stream_that_is_cut_is_said_and_is_heard_again_by_itself(browser: Browser, house: House) -> None:
    with serving(house, 0) as server:
        page = browser.new_context(base_url=server.url).new_page()
        page.goto("/sign-in")
        page.locator(f'button[value="{DANA}"]').click()
        expect(page.locator("html[data-ready]")).to_be_attached()
        port = int(server.url.rpartition(":")[2])
    expect(page.get_by_text(CUT)).to_be_visible()
    with serving(house, port):
        expect(page.get_by_text(CUT)).to_be_hidden(timeout=15_000)
        page.context.close()
