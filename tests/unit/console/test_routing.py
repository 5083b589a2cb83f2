"""Routing as a page: each way in which it fails with its figure, who has room, why this rep, and what is promised."""

from collections.abc import Iterator

import pytest
from tests.scenarios.test_routing import ROUTE
from tests.unit.console.conftest import DANA, MAYA, PRIYA, SignIn

from upbeat.operations import SalesforceError
from upbeat.testing import House

OWEN, LENA = "owen.hughes@acme.example", "lena.vogel@acme.example"
POOL = """
pool: inbound
title: Inbound leads of DACH
object: Lead
owner: priya.shah@acme.example
takes_from: [New Leads]
promise: {touch_within: 30 minutes, remind_after: 20 minutes, reassign_at_most: 0}
work: [{object: Lead, when: 'NOT(IsConverted)'}]
members:
  - {user: lena.vogel@acme.example, caps: [2 a day], capacity: 10}
  - {user: owen.hughes@acme.example, caps: [2 a day]}
otherwise: {hold: A new lead needs an owner, owner: priya.shah@acme.example, due: 1 day}
"""
NAMED = [
    "Wrong rep",
    "Misassignment",
    "Manual fallback",
    "Delayed assignment",
    "Delayed follow-up",
    "Promise broken",
    "Routing breaks",
    "Waiting for a person",
    "No clear view",
]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """One lead is touched in time, one too late, one not yet; the fourth and fifth wait, as everybody is at a cap."""
    with House(only=[ROUTE], files={"routing/inbound.yaml": POOL}) as house:
        house.promote(ROUTE)
        quick, slow, *_ = (
            house.create("Lead", LastName=f"<b>{name}</b>", Company=f"{name} Works", OwnerId=house.ids["New Leads"])
            for name in ("Maier", "Roth", "Sauer", "Thoma", "Ulm")
        )
        house.play("1 minute")
        for record, after in ((quick, "10 minutes"), (slow, "40 minutes")):
            house.play(after)
            by = house.owner("Lead", record)
            house.create("Task", by=by, Subject="Call", WhoId=record, OwnerId=house.ids[by], Status="Completed")
        house.play("5 minutes")
        yield house


def test_each_way_in_which_routing_fails_has_its_figure(sign_in: SignIn) -> None:
    browser = sign_in(DANA)
    found = browser.get("/api/routing/inbound/figures").json()["measured"]
    assert [one["name"] for one in found["failures"]] == NAMED
    figures = {one["name"]: one["now"] for one in found["failures"]}
    assert figures["Waiting for a person"].startswith("1, ")
    page = browser.get("/routing/inbound/figures").text
    assert all(name in page for name in NAMED)


def test_the_time_to_first_touch_is_drawn_against_the_line_that_the_pool_promises(sign_in: SignIn) -> None:
    touched = sign_in(DANA).get("/api/routing/inbound/figures").json()["measured"]["touched"]
    assert touched["drawing"]["line"] == {"after": 3, "says": "promised: 30 minutes"}
    assert [one["name"] for one in touched["drawing"]["columns"]][:4] == ["5 min", "15 min", "30 min", "1 h"]
    assert "2 records were touched. 1 of them later than promised." in touched["says"]


def test_who_has_room_is_told_by_open_work_and_caps_with_the_figures_printed(sign_in: SignIn) -> None:
    found = sign_in(DANA).get("/api/routing/inbound/figures").json()["measured"]
    rows = {row[0]: row[1:] for row in found["room"]["rows"]}
    assert rows == {"Lena Vogel": ["2 of 10", "2 of 2"], "Owen Hughes": ["no limit", "2 of 2"]}
    assert {one["because"] for one in found["members"]} == {"has reached the cap of 2 a day"}


def test_each_record_says_why_this_rep_and_who_is_asked_where_nobody_could_take_it(sign_in: SignIn) -> None:
    browser = sign_in(PRIYA)
    given = browser.get("/api/routing").json()["given"]
    assert len(given) == 5
    assert {one["owner"] for one in given} == {LENA, OWEN, ""}
    assert all(one["reason"] for one in given)
    page = browser.get("/routing").text
    assert "&lt;b&gt;Maier&lt;/b&gt;, Maier Works" in page
    assert "<b>Maier" not in page
    assert all(f'href="/runs/{one["run"]}"' in page for one in given)


def test_whose_team_was_given_nothing_is_not_told_that_nothing_came(sign_in: SignIn) -> None:
    browser = sign_in(DANA)
    found = browser.get("/api/routing").json()
    assert (found["given"], found["promises"]["total"], found["broken"]) == ([], 0, 0)
    page = browser.get("/routing").text
    assert "No record of your team has come yet" in page
    assert "Nothing of your team waits" in page


def test_what_is_promised_now_stands_there_the_broken_ones_among_it(sign_in: SignIn) -> None:
    browser = sign_in(PRIYA)
    found = browser.get("/api/routing").json()
    assert found["promises"]["total"] > 0
    assert found["promises"]["total"] == sum(one["owner"] in {LENA, OWEN} for one in found["promises"]["rows"])
    assert found["broken"] == sum(one["broken"] for one in found["promises"]["rows"])
    assert "promise broken" in browser.get("/routing").text


def test_the_figures_are_asked_for_after_the_page_and_come_as_a_part_of_it(sign_in: SignIn) -> None:
    browser = sign_in(DANA)
    assert 'hx-get="/routing/inbound/figures"' in browser.get("/routing").text
    part = browser.get(
        "/routing/inbound/figures", headers={"HX-Request": "true", "HX-Target": "div#routing-figures"}
    ).text
    assert part.lstrip().startswith("<section")
    assert "Where routing fails" in part


def test_with_the_org_away_the_page_stands_and_says_why_nothing_is_measured(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise SalesforceError("no answer from the org")

    browser = sign_in(DANA)
    monkeypatch.setattr("upbeat.console.routing.measure_routing", away)
    part = browser.get("/routing/inbound/figures")
    assert (part.status_code, "The org does not answer" in part.text) == (200, True)
    assert "Why this rep" in browser.get("/routing").text


def test_a_pool_that_nobody_asks_is_no_page(sign_in: SignIn) -> None:
    browser = sign_in(DANA)
    assert browser.get("/routing/nowhere/figures").status_code == 404
    assert browser.get("/routing?pool=nowhere").status_code == 404
    assert sign_in(MAYA).get("/routing").status_code == 403
