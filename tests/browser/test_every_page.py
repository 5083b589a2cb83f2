"""Every page of the console in a real browser, by light and by dark: accessible, within its own policy, and whole.

The pages are those of the console's own routes: one that is added is walked to from its first day.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import DANA, MAYA, PRIYA
from tests.hostile import SCRIPT, a_house, address, happen

from upbeat.console import area, areas
from upbeat.operations.signing_in import standing_of
from upbeat.testing import House

SignIn = Callable[[str], Page]
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OF_A_THEME = ["color-contrast", "link-in-text-block"]  # what another theme can change
WALKERS = (PRIYA, DANA, MAYA)
HER_OWN, LEADS_ON = "/me/", "/open/"  # a rep's alone; and a notice's link, which shows another page
PHONE = {"width": 390, "height": 844}
ON_A_PHONE = ("/", "/review", "/me/flags")
PAGES = [
    one
    for each in areas.AREAS
    for one in each.routes
    if isinstance(one, area.Page) and not one.path.startswith(LEADS_ON)
]
NARROW = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (one) =>
  window.violations.push(`${one.violatedDirective} forbids ${one.blockedURI || one.sample}`));
"""
LOOK = """async (only) => (await axe.run(document, only)).violations.map((one) =>
  `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(" | ")}`)"""


@pytest.fixture(scope="module")
def house(aside: Callable[..., Any]) -> Iterator[House]:
    house = a_house()
    aside(house.__enter__)
    yield house
    aside(house.__exit__)


@pytest.fixture(scope="module")
def named(house: House, aside: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    return aside(happen, house, tmp_path_factory.mktemp("calls"))


def watched(page: Page) -> list[str]:
    """Give the list of what goes wrong on a page, which grows from now on."""
    faults = list[str]()
    page.add_init_script(WATCH)
    page.on("console", lambda said: faults.append(f"console: {said.text}") if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("requestfailed", lambda one: faults.append(f"no answer: {one.url}") if "/events" not in one.url else None)
    page.on("dialog", lambda dialog: (faults.append(f"an attack ran: {dialog.message}"), dialog.dismiss()))
    return faults


def looked_at(page: Page, path: str) -> list[str]:
    """Give what is wrong with the page at a path, light or dark."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    answer = page.goto(path)
    assert answer is not None
    if not answer.ok:
        return [f"answers {answer.status}"]
    page.locator("html[data-ready]").wait_for(state="attached")
    page.evaluate(AXE.read_text(encoding="utf-8") + "\n;0")
    found = page.evaluate(LOOK, {"runOnly": {"type": "tag", "values": LEVELS}})
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(LOOK, {"runOnly": {"type": "rule", "values": OF_A_THEME}})
    return [*found, *(f"in the dark, {one}" for one in dark), *page.evaluate("window.violations")]


def test_every_page_is_accessible_keeps_its_policy_and_has_no_fault(
    named: Mapping[str, str], house: House, sign_in: SignIn
) -> None:
    pages = {username: sign_in(username) for username in WALKERS}
    faults = {username: watched(page) for username, page in pages.items()}
    standings = {username: standing_of(house.space.house, username) for username in WALKERS}
    may = {username: found.permissions if found else () for username, found in standings.items()}
    wrong, hostile = dict[str, list[str]](), set[str]()
    for one in PAGES:
        path = address(one.path, named)
        walker = MAYA if path.startswith(HER_OWN) else next(who for who in WALKERS if one.needs in may[who])
        found = looked_at(pages[walker], path) + faults[walker]
        faults[walker].clear()
        if found:
            wrong[path] = found
        if SCRIPT in pages[walker].locator("body").inner_text():
            hostile.add(path)
    assert not wrong, "\n".join(f"{path}: {one}" for path, found in wrong.items() for one in found)
    shown = {f"{below}{named[below]}" for below in ("/review/", "/records/", "/calls/", "/runs/", "/me/flags/")}
    assert shown - hostile == set()  # the attacks stand there, as the text that they are


def test_a_page_for_the_way_is_no_wider_than_a_phone(sign_in: SignIn) -> None:
    page = sign_in(DANA)
    page.set_viewport_size(PHONE)
    there = {one.path for one in PAGES}
    wide = []
    for path in (one for one in ON_A_PHONE if one in there):
        page.goto(path)
        if not page.evaluate(NARROW):
            wide.append(path)
    assert wide == []
