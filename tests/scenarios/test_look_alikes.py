"""Records that look alike: the right one is written, and none is made twice."""

from collections.abc import Iterator

import pytest

from upbeat.testing import House

FLOW = "missing-next-step"


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[FLOW]) as made:
        yield made


@pytest.mark.law(3)
def test_of_deals_that_look_alike_only_the_one_that_fired_gets_its_task(house: House) -> None:
    owner = house.ids["maya.chen@acme.example"]
    account = house.create("Account", Name="Brook & Sons")
    deal = {"Name": "Brook & Sons - Platform", "AccountId": account, "OwnerId": owner, "CloseDate": "2026-12-15"}
    lacking = house.create("Opportunity", **deal, StageName="Needs Analysis")
    twin = house.create("Opportunity", **deal, StageName="Needs Analysis", NextStep="Agree the pilot")
    house.promote(FLOW)
    house.play("1 day")
    house.play("1 day")
    house.restart()
    house.play("1 hour")
    tasks = house.query("SELECT WhatId FROM Task")
    assert [one["WhatId"] for one in tasks] == [lacking]
    assert twin != lacking
