"""What somebody is shown opens for them: on every list, count and figures page, whatever page comes next."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient
from tests.hostile import a_house, address, happen
from tests.unit.console.conftest import DANA, SignIn

from upbeat.console import areas
from upbeat.console.area import Page
from upbeat.store import tables
from upbeat.testing import House

PATHS = [one.path for area in areas.AREAS for one in area.routes if isinstance(one, Page)]
VIEWS = ("/review?view=all", "/review?view=team", "/review?view=done", "/search?q=p", "/search?q=t", "/search?q=00")
LINK = re.compile(r'href="(/(?:runs|records|review|calls|me/flags)/[\w-]+)"')


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with a_house() as house:
        yield house


@pytest.fixture(scope="module")
def named(house: House, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    return happen(house, tmp_path_factory.mktemp("calls"))


@pytest.fixture(scope="module")
def kept(house: House, named: Mapping[str, str]) -> Mapping[str, str]:  # noqa: ARG001  once it has happened
    """Give the page of each run, record, review and call that there is, by its id."""
    columns = {
        "/runs/": tables.items.c.id,
        "/records/": tables.items.c.record_id,
        "/review/": tables.reviews.c.id,
        "/calls/": tables.conversations.c.key,
    }
    with house.space.store.reading() as conn:
        return {one: f"{below}{one}" for below, column in columns.items() for one in conn.scalars(select(column))}


def strings(value: Any) -> Iterator[str]:
    """Give every string of an answer, wherever it stands."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for one in value.values() for text in strings(one))
    elif isinstance(value, list):
        yield from (text for one in value for text in strings(one))


def shown(browser: TestClient, path: str, kept: Mapping[str, str]) -> set[str]:
    """Give what a page and its answer under /api name; nothing where it is not for whoever asks."""
    page = browser.get(path)
    if page.status_code != 200:
        return set()
    answer = browser.get(f"/api{path if path != '/' else '/home'}").json()
    return {*LINK.findall(page.text), *(kept[one] for one in strings(answer) if one in kept)}


def test_every_id_that_a_manager_is_shown_anywhere_opens_for_her(
    house: House, sign_in: SignIn, named: Mapping[str, str], kept: Mapping[str, str]
) -> None:
    browser, opens = sign_in(DANA), dict[str, bool]()
    monitors = [f"/workflows/{name}/monitor" for name in house.space.house.versions.current]
    walked = {path: shown(browser, path, kept) for path in {*VIEWS, *monitors, *(address(one, named) for one in PATHS)}}
    for one in set().union(*walked.values()):
        opens[one] = browser.get(one).status_code == 200
    assert {path: sorted(one for one in some if not opens[one]) for path, some in walked.items()} == {
        path: [] for path in walked
    }
    assert {one.split("/")[1] for one in opens} == {"runs", "records", "review", "calls"}
    assert len(opens) < len(kept)  # others have work of which she is shown nothing
