"""Deals in the middle of the pipeline that have no next step: their owner is asked for one."""

from collections.abc import Callable, Iterator

import pytest

from upbeat.operations.tracing import record_story
from upbeat.testing import House

Make = Callable[..., str]

NEXT = "missing-next-step"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[NEXT]) as one:
        one.promote(NEXT)
        yield one


def tasks(house: House, deal: str) -> list[str]:
    found = house.query(f"SELECT Subject, OwnerId FROM Task WHERE WhatId = '{deal}'")
    return [f"{row['Subject']} ({house.get('User', row['OwnerId'])['Username']})" for row in found]


def test_the_owner_of_a_deal_without_a_next_step_gets_a_task(house: House, a_deal: Make) -> None:
    deal = a_deal(Name="Lowell - Platform", NextStep=None)
    house.play("1 day")
    assert tasks(house, deal) == ["Write down the next step of Lowell - Platform (maya.chen@acme.example)"]
    assert house.run(deal).outcome == "asked"


def test_the_tasks_own_page_says_which_run_of_the_deal_made_it(house: House, a_deal: Make) -> None:
    deal = a_deal(Name="Fjord - Renewal", NextStep=None)
    house.play("1 day")
    [task] = house.query(f"SELECT Id FROM Task WHERE WhatId = '{deal}'")
    story = record_story(house.space.house, task["Id"])
    assert story is not None
    assert {one.run for one in story.elsewhere} == {house.run(deal).run}
    assert f"written to Task {task['Id']}" in [one.told.what for one in story.elsewhere]


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"NextStep": "Call finance"}, id="it has one"),
        pytest.param({"NextStep": None, "StageName": "Qualification"}, id="it is too early"),
        pytest.param({"NextStep": None, "StageName": "Closed Won"}, id="it is won"),
    ],
)
def test_other_deals_are_left_in_peace(house: House, a_deal: Make, values: dict[str, str | None]) -> None:
    deal = a_deal(**values)
    house.play("1 day")
    assert tasks(house, deal) == []
