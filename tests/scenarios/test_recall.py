"""An approved change is held before it is written: until then whoever signed takes it back, and after it nobody."""

from collections.abc import Callable, Iterator

import pytest
from tests.scenarios.queued import DANA, FILES, MAYA, NAME, ROWAN, agree, category, waiting

from upbeat import operations
from upbeat.base import UpbeatError
from upbeat.operations import Review
from upbeat.testing import House

Make = Callable[..., str]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[NAME], files=FILES) as one:
        one.promote(NAME)
        yield one


@pytest.fixture
def asked(house: House, a_deal: Make) -> Review:
    made = a_deal()
    agree(house, made)
    return waiting(house, made)


def test_nothing_is_written_before_the_hold_is_over(house: House, asked: Review) -> None:
    house.approve(asked, DANA)
    house.play("9 seconds")
    assert category(house, asked.record_id) == "Pipeline"
    house.play("1 second")
    assert category(house, asked.record_id) == "Best Case"


@pytest.mark.law(6)
def test_what_is_recalled_in_the_hold_is_open_again_and_not_written(house: House, asked: Review) -> None:
    house.approve(asked, DANA)
    house.play("9 seconds")
    back = house.recall(asked, DANA)
    assert (back.state, back.body.approvals, back.decided_by) == ("open", (), "")
    house.play()
    assert category(house, asked.record_id) == "Pipeline"
    assert waiting(house, asked.record_id).id == asked.id


def test_who_did_not_sign_recalls_nothing(house: House, asked: Review) -> None:
    house.approve(asked, DANA)
    with pytest.raises(UpbeatError, match=r"rowan\.ellis@acme\.example has not signed"):
        house.recall(asked, ROWAN)


def test_after_the_hold_it_is_too_late_and_the_way_back_is_named(house: House, asked: Review) -> None:
    house.approve(asked, DANA)
    house.play()
    with pytest.raises(UpbeatError, match="and is carried out") as raised:
        house.recall(asked, DANA)
    assert "upbeat rollback" in raised.value.fix


def test_what_was_recalled_is_approved_again_by_whoever_may(house: House, asked: Review) -> None:
    house.approve(asked, DANA)
    house.recall(asked, DANA)
    house.approve(asked, ROWAN)
    house.play()
    assert category(house, asked.record_id) == "Best Case"


@pytest.mark.law(15)
def test_a_stop_in_the_hold_keeps_it_from_being_written_until_it_is_lifted(house: House, asked: Review) -> None:
    house.approve(asked, DANA)
    operations.stop(house.space.house, MAYA, "something is wrong")
    house.play("1 minute")
    assert category(house, asked.record_id) == "Pipeline"
    operations.resume(house.space.house, ROWAN)
    house.play()
    assert category(house, asked.record_id) == "Best Case"


@pytest.mark.law(15)
def test_what_a_stop_keeps_from_being_written_is_recalled_as_long_as_it_lasts(house: House, asked: Review) -> None:
    house.approve(asked, DANA)
    operations.stop(house.space.house, MAYA, "something is wrong")
    house.play("1 hour")
    assert house.recall(asked, DANA).state == "open"
    operations.resume(house.space.house, ROWAN)
    house.play()
    assert category(house, asked.record_id) == "Pipeline"


def test_an_engine_that_was_off_in_the_hold_writes_it_when_it_runs_again(house: House, asked: Review) -> None:
    house.approve(asked, DANA)
    house.close()
    house.play("1 minute")
    assert category(house, asked.record_id) == "Best Case"


def test_the_history_tells_of_the_signature_and_of_its_recall(house: House, asked: Review) -> None:
    house.approve(asked, DANA)
    house.recall(asked, DANA)
    told = [(one.actor, one.what) for one in house.run(asked.record_id).told]
    assert told[-2:] == [(DANA, "a person decided: approved"), (DANA, "a signature was taken back")]
