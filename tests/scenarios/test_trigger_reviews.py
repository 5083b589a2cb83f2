"""Triggers are looked at each quarter, with their figures; only what was looked at makes room for more."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from upbeat import operations
from upbeat.domain import Mode
from upbeat.ledger import Kind
from upbeat.operations import Refused
from upbeat.store import tables
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

PRIYA, ROWAN, MAYA = (f"{name}@acme.example" for name in ("priya.shah", "rowan.ellis", "maya.chen"))
STEP = "missing-next-step"
TEXT = (PLAYBOOKS / f"workflows/{STEP}.yaml").read_text()
MANY = [f"ask-{number}" for number in range(1, 8)]


def many(most: int) -> dict[str, str]:
    """Give seven triggers that ask, and a policy that would have so many of them live."""
    policy = (PLAYBOOKS / "policy.yaml").read_text()
    files = {f"workflows/{name}.yaml": TEXT.replace(f"workflow: {STEP}", f"workflow: {name}") for name in MANY}
    return {**files, "policy.yaml": policy.replace("late_from:", f"triggers: {{most: {most}}}\n\nlate_from:")}


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[STEP]) as one:
        one.play()
        yield one


def deal(house: House) -> str:
    closes = "2027-01-29"
    return house.create("Opportunity", by=MAYA, Name="Lowell", StageName="Needs Analysis", CloseDate=closes)


def test_a_review_keeps_the_figures_that_the_person_saw(house: House) -> None:
    house.promote(STEP)
    deal(house)
    operations.look_now(house.space.house, STEP)
    house.play()
    house.play("3 days")
    done = operations.review_trigger(house.space.house, STEP, "keep", PRIYA, "one deal, and nobody wrote it down")
    assert (done.fires, done.action_rate.of, done.action_rate.part, done.misfire_rate.part) == (1, 1, 0, 0)
    with house.space.store.reading() as conn:
        row = conn.execute(select(tables.signoffs)).one()
        said = house.space.ledger.read(conn, row.entry_id)
    assert (row.kind, row.by, said.kind, said.workflow) == ("trigger review", PRIYA, Kind.SIGNED_OFF, STEP)
    assert said.payload["review"]["note"] == "one deal, and nobody wrote it down"


def test_what_is_retired_is_in_monitor_again(house: House) -> None:
    house.promote(STEP)
    operations.review_trigger(house.space.house, STEP, "retire", PRIYA, "nobody acts on it")
    assert house.space.versions.modes() == {STEP: Mode.MONITOR}


@pytest.mark.parametrize(
    ("by", "note", "why"),
    [
        pytest.param(PRIYA, "  ", "a review says what was seen", id="no word of what was seen"),
        pytest.param("", "seen", "nobody says who", id="nobody"),
    ],
)
def test_a_review_is_a_persons_and_says_something(house: House, by: str, note: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        operations.review_trigger(house.space.house, STEP, "keep", by, note)


def test_a_policy_alone_raises_no_cap_and_reviews_with_figures_do() -> None:
    with House(only=MANY, files=many(most=7)) as house:
        house.play()
        house.promote(*MANY[:5])
        with pytest.raises(Refused, match=r"5 may be \(7 from when `upbeat trigger-review` of ask-1, .* shows"):
            house.promote(MANY[5])
        deal(house)
        for name in MANY[:5]:
            operations.look_now(house.space.house, name)
        house.play()
        for name in MANY[:5]:
            operations.review_trigger(house.space.house, name, "keep", PRIYA, "acted on, and stable")
        house.promote(MANY[5])
        with pytest.raises(Refused, match="of ask-6 shows"):
            house.promote(MANY[6])
        house.play("100 days")
        with pytest.raises(Refused, match="of ask-1, ask-2"):
            house.promote(MANY[6])
