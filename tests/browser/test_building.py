"""Whoever answers for the result builds a workflow without a line of YAML: from an empty page to monitor mode."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import PRIYA

from upbeat.testing import House

SignIn = Callable[[str], Page]
TITLE = "Flag deals above 50K with fewer than 3 contact roles"
NAME = "flag-deals-above-50k-with-fewer-than-3-contact-roles"


@pytest.fixture(scope="module")
def house(aside: Callable[..., Any]) -> Iterator[House]:
    house = House(only=["missing-next-step"])
    aside(house.__enter__)
    for name, amount in (("Large", 60_000), ("Small", 9_000)):
        house.create("Opportunity", Name=name, StageName="Prospecting", CloseDate="2027-01-31", Amount=amount)
    aside(house.play)
    yield house
    aside(house.__exit__)


def test_a_flag_is_built_from_an_empty_page_and_published_in_monitor_mode(sign_in: SignIn, house: House) -> None:
    page = sign_in(PRIYA)
    page.goto("/workflows")
    page.get_by_role("link", name="New workflow").click()
    page.get_by_label("What does it do?").fill(TITLE)
    page.get_by_label("What goes wrong without it?").fill("A larger deal is lost when its only contact leaves")
    page.get_by_role("button", name="Begin").click()
    # when it starts: it begins with weekdays at seven, and asks for the condition
    expect(page.get_by_role("heading", name="When it starts")).to_be_visible()
    page.locator(".cm-content").first.wait_for()  # the engine's own field has come in the place of the plain one
    condition = page.get_by_role("textbox", name="Condition")
    condition.fill("AND(NOT(IsClosed), Amount > $Threshold.large, $Signal.ContactRoles < 3)")
    page.get_by_label("Thresholds 1: Name").fill("large")
    page.get_by_label("Thresholds 1: Value").fill("50000")
    page.get_by_label("Thresholds 1: Why").fill("Above this a deal has several people to convince")
    # what it does: going on keeps what stands in the form
    page.get_by_label("A step to add").select_option("update_record")
    page.get_by_role("button", name="Add step").click()
    page.get_by_label("Fields to set 1: Field").fill("Risk_Flag__c")
    page.locator(".cm-content").first.wait_for()
    page.get_by_role("textbox", name="Fields to set 1: Value").fill("Single-threaded")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("heading", name="Nothing is wrong")).to_be_visible()
    # tried on real records, with nothing written
    page.get_by_role("button", name="Test on 20 real records").click()
    expect(page.get_by_role("heading", name="Fires on 1 of 2 records")).to_be_visible()
    expect(page.get_by_text("nothing was written")).to_be_visible()
    page.get_by_role("button", name="Publish in monitor mode").click()
    expect(page.get_by_text(f"Version 1 of {NAME} runs in monitor mode")).to_be_visible()
    assert house.space.house.versions.modes()[NAME] == "monitor"
    assert "value: 50000" in (house.folder / f"workflows/{NAME}.yaml").read_text(encoding="utf-8")


def test_what_stands_in_a_form_is_kept_when_somebody_goes_to_another_part(sign_in: SignIn) -> None:
    page = sign_in(PRIYA)
    page.goto("/workflows/missing-next-step/edit?part=ask")
    page.get_by_label("Due").fill("5 days")
    page.get_by_role("navigation", name="Parts of the workflow").get_by_role("link", name="How it ends").click()
    expect(page.get_by_role("heading", name="How it ends")).to_be_visible()
    page.get_by_role("navigation", name="Parts of the workflow").get_by_role("link", name="ask").click()
    expect(page.get_by_label("Due")).to_have_value("5 days")
    page.get_by_role("button", name="Throw the draft away").click()
    expect(page.get_by_text("The draft is thrown away")).to_be_visible()
