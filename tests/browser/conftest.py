"""Chromium, driven by Playwright, on a console that is really served."""

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from upbeat.app import Serving
from upbeat.console import application
from upbeat.testing import House

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PRIYA = "priya.shah@acme.example"  # RevOps
DANA = "dana.whitfield@acme.example"  # sales manager
MAYA = "maya.chen@acme.example"  # a rep
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="module")  # and no longer: while it is open, no engine opens on this thread
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.fail("there is no Chromium: install it (Debian, Ubuntu: apt install chromium)")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def aside() -> Iterator[Callable[..., Any]]:
    """Give what calls a function on a thread of its own: Playwright runs a loop in this one, which no engine takes."""
    with ThreadPoolExecutor(1) as thread:
        yield lambda function, *arguments: thread.submit(function, *arguments).result()


@pytest.fixture(scope="module")
def house(aside: Callable[..., Any]) -> Iterator[House]:
    house = House()
    aside(house.__enter__)
    aside(house.play)
    yield house
    aside(house.__exit__)


@pytest.fixture(scope="module")
def console(house: House) -> Iterator[str]:
    """Give the address of a console on the house."""
    app = application(house.space.house, dev=True)
    with Serving(app, host="127.0.0.1", port=0, lifespan="on", ends_within=1) as server:
        yield server.url


@pytest.fixture
def sign_in(browser: Browser, console: str) -> Iterator[Callable[[str], Page]]:
    """Give a page in which this person is signed in; each call is a browser of its own."""
    opened = []

    def page(username: str) -> Page:
        context = browser.new_context(base_url=console)
        opened.append(context)
        found = context.new_page()
        found.goto("/sign-in")
        found.locator(f'button[value="{username}"]').click()
        found.locator("html[data-ready]").wait_for(state="attached")  # keys answer from here on
        return found

    yield page
    for context in opened:
        context.close()
