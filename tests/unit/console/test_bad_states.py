"""The org is away, or another program holds the store: the console stands, says so, and loses nothing."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing

import pytest
from tests.hostile import a_house, address, happen
from tests.unit.console.conftest import PRIYA, SignIn

from upbeat.console import area, areas
from upbeat.localorg import Fault
from upbeat.localorg.faults import Faults
from upbeat.store import Store
from upbeat.testing import House

PAGES = [one for each in areas.AREAS for one in each.routes if isinstance(one, area.Page)]
STAND = {"/", "/review", "/runs", "/me/flags"}
"""What people work in is in the store: it waits for no org."""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with pytest.MonkeyPatch.context() as patch, a_house() as house:
        patch.setitem(Store.open.__func__.__kwdefaults__, "wait", 0.2)  # type: ignore[attr-defined]
        yield house


@pytest.fixture(scope="module")
def named(house: House, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    return happen(house, tmp_path_factory.mktemp("calls"))


@pytest.fixture
def paths(named: Mapping[str, str]) -> list[str]:
    return [address(one.path, named) for one in PAGES]


def test_while_the_org_is_away_pages_stand_or_say_so_and_work_goes_on(
    house: House, sign_in: SignIn, paths: list[str]
) -> None:
    browser = sign_in(PRIYA)
    before = {path: browser.get(path).status_code for path in paths}
    house.org.faults.add(Fault(".", "503 before", times=None))
    try:
        away = {path: browser.get(path) for path in paths}
    finally:
        house.org.faults = Faults()
    fallen = {path: one.status_code for path, one in away.items() if one.status_code not in {before[path], 503}}
    silent = [path for path, one in away.items() if one.status_code == 503 and "org" not in one.text]
    assert (fallen, silent) == ({}, [])
    assert {path: away[path].status_code for path in STAND} == dict.fromkeys(STAND, 200)


def test_while_another_program_holds_the_store_pages_are_read_and_what_is_sent_is_not_lost(
    house: House, sign_in: SignIn, paths: list[str]
) -> None:
    browser = sign_in(PRIYA)
    before = {path: browser.get(path).status_code for path in paths}
    with closing(sqlite3.connect(house.folder / "upbeat.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        held = {path: browser.get(path).status_code for path in paths}
        refused = browser.post("/api/stop", json={"why": "odd mails"})
        other.execute("ROLLBACK")
    assert held == before
    assert (refused.status_code, "again" in refused.json()["error"]["fix"]) == (503, True)
    assert browser.post("/stop", data={"why": "odd mails"}).status_code == 303
    assert "All writes stopped" in browser.get("/").text
