"""A story is told on a `house`: each file says which one. Here is what stories have in common."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest

from upbeat.testing import House

Make = Callable[..., str]

REP = "maya.chen@acme.example"
_NUMBERS = count(1)


@pytest.fixture
def a_lead(house: House) -> Make:
    """A lead from the website's form, in the queue of new leads, of a London company of its own unless told: its id."""

    def make(**values: Any) -> str:
        company = f"Pennant {next(_NUMBERS)}"  # else two of one name would be one person
        plain = {"LastName": "Rowe", "Company": company, "City": "London", "Country": "UK"}
        queue = {"OwnerId": house.ids["New Leads"]}
        return house.create("Lead", by="web.forms@acme.example", **{**plain, **queue, **values})

    return make


@pytest.fixture
def a_deal(house: House) -> Make:
    """An open deal of Maya Chen's, from Boston: its id."""

    def make(*, by: str = REP, **values: Any) -> str:
        plain = {
            "Name": "Lowell Instruments - Platform",
            "StageName": "Value Proposition",
            "CloseDate": (house.clock.now().date() + timedelta(days=60)).isoformat(),
            "Amount": 42_000,
            "NextStep": "Meet the economic buyer",
        }
        return house.create("Opportunity", by=by, **{**plain, **values})

    return make


@pytest.fixture
def push(house: House) -> Callable[[str, int], None]:
    """Move a deal's close date by so many days, as its owner does, and let the engine see it."""

    def move(deal: str, days: int) -> None:
        house.play("1 hour")
        closes = date.fromisoformat(house.get("Opportunity", deal)["CloseDate"]) + timedelta(days=days)
        house.update("Opportunity", deal, by=REP, CloseDate=closes.isoformat())
        house.play()

    return move
