"""The scorecard of a trigger says what people made of its flags, from what they did and nothing else."""

from collections.abc import Callable, Iterator

import pytest

from upbeat import operations
from upbeat.operations import Refused, Scorecard, Wrong
from upbeat.testing import House

Make = Callable[..., str]
Push = Callable[[str, int], None]

NEXT, PUSH, STAGE = "missing-next-step", "repeated-close-date-push", "advance-stage"
MAYA, DANA, LENA, ROWAN = (
    f"{one}@acme.example" for one in ("maya.chen", "dana.whitfield", "lena.vogel", "rowan.ellis")
)


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[NEXT, PUSH, STAGE]) as one:
        one.promote(NEXT, PUSH, STAGE)
        yield one


def card(house: House, name: str) -> Scorecard:
    [found] = operations.scorecards(house.space.house, name)
    return found


def deals(house: House, *owners: str) -> list[str]:
    values = {"StageName": "Value Proposition", "CloseDate": "2027-03-31"}
    made = [house.create("Opportunity", by=by, Name=f"Deal {at}", **values) for at, by in enumerate(owners)]
    house.play("1 day")
    return made


def close_task(house: House, deal: str) -> None:
    [task] = house.query(f"SELECT Id, OwnerId FROM Task WHERE WhatId = '{deal}'")
    house.update("Task", task["Id"], by=MAYA, Status="Completed")


def commit(house: House, a_deal: Make) -> str:
    """A deal whose move into Commit waits for Dana Whitfield and Rowan Ellis."""
    deal = a_deal()
    house.play()
    house.update("Opportunity", deal, by=MAYA, Verbal_Commitment__c=True)
    house.play()
    return deal


def test_a_workflow_that_has_not_fired_has_no_rate_and_no_precision(house: House) -> None:
    found = card(house, NEXT)
    assert (found.fires, found.flags, found.action_rate.share, found.precision.share) == (
        {"live": 0, "monitor": 0}, 0, None, None,
    )  # fmt: skip


def test_fires_suggestions_and_writes_are_counted_by_run(house: House) -> None:
    deals(house, MAYA, MAYA, LENA)
    found = card(house, NEXT)
    assert (found.fires["live"], found.suggested, found.written, found.flags) == (3, 3, 3, 3)


def test_what_still_has_time_counts_neither_for_nor_against_its_reader(house: House) -> None:
    deals(house, MAYA, MAYA)
    found = card(house, NEXT)
    assert (found.waiting, found.action_rate.of) == (2, 0)


def test_a_task_that_is_done_was_acted_on_and_one_that_is_left_was_not(house: House) -> None:
    first, _ = deals(house, MAYA, MAYA)
    house.play("3 hours")
    close_task(house, first)
    house.play("4 days")
    found = card(house, NEXT)
    assert (found.action_rate.part, found.action_rate.of) == (1, 2)
    assert found.took.median == pytest.approx(3 * 3600, abs=60)


def test_whoever_mends_the_record_has_acted_though_the_task_stays_open(house: House) -> None:
    first, _ = deals(house, MAYA, MAYA)
    house.update("Opportunity", first, by=MAYA, NextStep="Call finance")
    house.play("1 day")
    house.play("3 days")
    found = card(house, NEXT)
    assert (found.action_rate.part, found.action_rate.of) == (1, 2)


def test_each_reader_has_figures_of_their_own(house: House) -> None:
    first, *_ = deals(house, MAYA, MAYA, LENA)
    close_task(house, first)
    house.play("4 days")
    figures = {one.person: (one.received, one.acted.part) for one in card(house, NEXT).readers}
    assert figures == {MAYA: (2, 1), LENA: (1, 0)}


def test_a_rejection_is_counted_under_its_reason_and_against_precision(house: House, a_deal: Make) -> None:
    commit(house, a_deal)
    [asked] = house.reviews()
    house.reject(asked, ROWAN, "wrong time")
    house.play()
    found = card(house, STAGE)
    assert (found.rejected, found.precision.part, found.precision.of) == ({"wrong time": 1}, 0, 1)


def test_an_approval_counts_for_precision_and_for_whoever_signed_last(house: House, a_deal: Make) -> None:
    commit(house, a_deal)
    [asked] = house.reviews()
    house.play("2 hours")
    for signer in (DANA, ROWAN):
        house.approve(asked, signer)
    house.play("1 minute")
    found = card(house, STAGE)
    assert (found.precision.part, found.precision.of, found.readers[0].person) == (1, 1, ROWAN)
    assert found.took.median == pytest.approx(2 * 3600, abs=60)


def test_an_override_is_counted_and_speaks_against_precision(house: House) -> None:
    first, _ = deals(house, MAYA, MAYA)
    operations.override(house.space.house, first, MAYA, "The buyer is on leave")
    found = card(house, NEXT)
    assert (found.overridden, found.precision.part, found.precision.of) == (1, 0, 1)


@pytest.mark.parametrize(("choice", "upheld", "of"), [("data mended", 1, 1), ("works as meant", 0, 0)])
def test_a_misfire_speaks_against_precision_where_its_owner_upholds_it(
    house: House, choice: str, upheld: int, of: int
) -> None:
    first, _ = deals(house, MAYA, MAYA)
    operations.report_misfire(house.space.house, first, LENA, "It has one", Wrong.FACT)
    [ticket] = [one for one in house.reviews() if one.kind == "misfire"]
    operations.approve(house.space.house, ticket.id, ROWAN, choice=choice, note="Looked at it")
    found = card(house, NEXT)
    assert (found.misfires.runs, found.misfires.upheld, found.precision.of) == (1, upheld, of)


def test_a_misfire_that_was_not_answered_in_time_stays_late_on_the_card(house: House) -> None:
    first, _ = deals(house, MAYA, MAYA)
    operations.report_misfire(house.space.house, first, LENA, "It has one", Wrong.FACT)
    house.play("3 days")
    assert card(house, NEXT).misfires.late == 1


def test_whoever_let_a_question_pass_has_not_acted_though_the_next_one_has(
    house: House, a_deal: Make, push: Push
) -> None:
    deal = a_deal()
    for _ in range(3):
        push(deal, 14)
    house.play("7 days")
    [asked] = house.reviews(ROWAN)
    house.approve(asked, ROWAN, "keep the date")
    house.play("1 minute")
    found = card(house, PUSH)
    assert {one.person: (one.acted.part, one.acted.of) for one in found.readers} == {DANA: (0, 1), ROWAN: (1, 1)}
    assert found.escalated == 1


def test_what_fired_in_monitor_is_counted_apart_and_shown_to_nobody() -> None:
    with House(only=[NEXT]) as house:
        deals(house, MAYA, MAYA)
        found = card(house, NEXT)
        assert (found.fires, found.flags, found.would_have_been) == ({"live": 0, "monitor": 2}, 0, 2)


def test_an_unknown_workflow_is_refused_with_those_that_there_are(house: House) -> None:
    with pytest.raises(Refused, match="there is no workflow nope"):
        operations.scorecards(house.space.house, "nope")
