"""A person is who they are, however a file spells their username."""

from collections.abc import Callable, Iterator

import pytest
from tests.scenarios.queued import FILES, FLOW, MAYA, NAME, agree, waiting

from upbeat import operations
from upbeat.testing import House

Make = Callable[..., str]

SPELLED = FLOW.replace("owner: priya.shah@acme.example", "owner: Maya.Chen@ACME.example")


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[NAME], files={**FILES, f"workflows/{NAME}.yaml": SPELLED}) as one:
        one.promote(NAME)
        yield one


@pytest.fixture
def deal(house: House, a_deal: Make) -> str:
    made = a_deal()
    agree(house, made)
    return made


@pytest.mark.usefixtures("deal")
def test_the_owner_of_a_workflow_answers_what_is_put_to_them(house: House) -> None:
    house.play("31 days")
    [told] = house.reviews()
    assert (told.kind, told.owner) == ("expired", "Maya.Chen@ACME.example")
    assert house.approve(told, MAYA, "seen").decided_by == MAYA


def test_the_owner_of_a_workflow_overrides_its_flag_though_a_change_waits(house: House, deal: str) -> None:
    asked = waiting(house, deal)
    operations.override(house.space.house, deal, MAYA, "The buyer has left")
    house.play()
    assert operations.one_review(house.space.house, asked.id).state == "withdrawn"
