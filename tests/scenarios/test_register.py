"""The register: what it says of the house is what the house does."""

from collections.abc import Callable, Iterator

import pytest

from upbeat import operations
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS, Row

Make = Callable[..., str]
Push = Callable[[str, int], None]

PUSH = "repeated-close-date-push"
FILE = f"workflows/{PUSH}.yaml"

pytestmark = pytest.mark.law(12)


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[PUSH]) as one:
        yield one


def row(house: House) -> Row:
    (only,) = operations.the_register(house.space.house)
    return only


def test_the_register_shows_the_version_and_the_mode_that_a_run_then_has(
    house: House, a_deal: Make, push: Push
) -> None:
    deal = a_deal()
    for _ in range(3):
        push(deal, 14)
    run = house.run(deal)
    assert (row(house).version, row(house).mode) == (run.version, run.mode)


def test_a_promotion_stands_in_the_register_at_once(house: House) -> None:
    before = row(house).mode
    house.promote(PUSH)
    assert (before, row(house).mode) == ("monitor", "live")


@pytest.mark.parametrize(("pushes", "outcome"), [(1, "waiting"), (2, "condition not met")])
def test_the_threshold_in_the_register_is_the_one_that_holds(
    house: House, a_deal: Make, push: Push, pushes: int, outcome: str
) -> None:
    text = (PLAYBOOKS / FILE).read_text()
    house.write({FILE: text.replace("{value: 3,", f"{{value: {pushes},")})
    house.restart()
    deal = a_deal()
    push(deal, 14)
    assert (row(house).thresholds, house.run(deal).outcome) == ((f"pushes = {pushes}",), outcome)
