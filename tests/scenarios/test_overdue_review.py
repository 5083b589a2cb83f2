"""A quarter goes by and nobody reviews a trigger: its owner is asked, and policy may have it taken back."""

from collections.abc import Iterator
from contextlib import contextmanager

from upbeat import operations
from upbeat.domain import Mode
from upbeat.operations import Review
from upbeat.testing import House
from upbeat.workflows import PLAYBOOKS

NEXT = "missing-next-step"
POLICY = (PLAYBOOKS / "policy.yaml").read_text()
PRIYA = "priya.shah@acme.example"


@contextmanager
def a_house(triggers: str) -> Iterator[House]:
    with House(only=[NEXT], files={"policy.yaml": f"{POLICY}triggers: {triggers}\n"}) as house:
        house.promote(NEXT)
        yield house


def days(house: House, number: int) -> None:
    for _ in range(number):
        house.play("1 day")


def asked(house: House) -> list[Review]:
    return [one for one in house.reviews() if one.kind == "trigger review"]


def mode(house: House) -> Mode:
    return house.space.versions.modes()[NEXT]


def test_a_review_that_is_overdue_is_in_its_owners_tuning_queue() -> None:
    with a_house("{review_every: 10 days, grace: 4 days}") as house:
        days(house, 10)
        assert asked(house) == []
        days(house, 1)
        [found] = asked(house)
        assert (found.owner, found.queue, "is reviewed every 10 days" in found.title) == (PRIYA, "tuning", True)


def test_without_a_word_of_policy_it_stays_live_however_long_that_is() -> None:
    with a_house("{review_every: 10 days, grace: 4 days}") as house:
        days(house, 20)
        assert mode(house) is Mode.LIVE


def test_where_policy_says_so_it_is_taken_back_after_the_grace() -> None:
    with a_house("{review_every: 10 days, grace: 4 days, demote: true}") as house:
        days(house, 14)
        assert mode(house) is Mode.LIVE
        days(house, 1)
        assert mode(house) is Mode.MONITOR
        [told] = [one for one in house.reviews() if one.kind == "taken back"]
        assert "its review is overdue since" in told.title
        days(house, 1)
        assert asked(house) == []


def test_a_review_gives_it_another_span_and_takes_the_question_away() -> None:
    with a_house("{review_every: 10 days, grace: 4 days, demote: true}") as house:
        days(house, 11)
        operations.review_trigger(house.space.house, NEXT, "keep", PRIYA, "It is acted on")
        days(house, 9)
        assert (asked(house), mode(house)) == ([], Mode.LIVE)
        days(house, 2)
        assert len(asked(house)) == 1


def test_what_is_in_monitor_needs_no_review() -> None:
    with House(only=[NEXT], files={"policy.yaml": f"{POLICY}triggers: {{review_every: 10 days}}\n"}) as house:
        days(house, 12)
        assert asked(house) == []
