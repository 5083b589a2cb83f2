"""Handing on, putting off, taking back and giving up: what each leaves, whom it is told, and where it ends."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from upbeat import review
from upbeat.domain import HOUSE, Tier
from upbeat.review import Review, ReviewError, State
from upbeat.store import tables

ROWAN, DANA, MAYA = (f"{name}@acme.example" for name in ("rowan.ellis", "dana.whitfield", "maya.chen"))
INSTANT = datetime.resolution


def said_last(queue: Any, found: Review) -> dict[str, Any]:
    return queue.entries(found)[-1].payload


def told_last(queue: Any, found: Review) -> tuple[str, str, str]:
    table = tables.notices
    with queue.store.reading() as conn:
        rows = conn.execute(select(table).where(table.c.review_id == found.id)).all()
    latest = max(rows, key=lambda row: (row.created_at, row.seq))
    return latest.to, latest.kind, latest.reason


class TestHandingOn:
    def test_it_is_told_to_whoever_has_it_now_and_kept_from_whom(self, queue: Any) -> None:
        found = queue.release("revenue_manager", "sales_manager")
        with queue.store.writing() as conn:
            review.delegate(conn, queue.ledger, found, ROWAN, DANA, queue.policy, "I am away", queue.clock.now())
        said = {"review": found.id, "state": "open", "from": ROWAN, "to": DANA, "note": "I am away"}
        assert said_last(queue, found) == said
        assert told_last(queue, found) == (DANA, "delegated", f"{ROWAN} handed it to you: I am away")

    def test_without_a_note_none_is_told(self, queue: Any) -> None:
        found = queue.delegate(queue.question("keep"), DANA, MAYA)  # a question is anybody's to answer
        assert (found.owner, told_last(queue, found)[2]) == (MAYA, f"{DANA} handed it to you.")

    def test_whoever_has_it_now_sees_it_though_another_put_it_off(self, queue: Any) -> None:
        found = queue.snooze(queue.release("revenue_manager", "sales_manager"), ROWAN, 2)
        assert queue.delegate(found, ROWAN, DANA).snoozed_until is None

    def test_whoever_it_is_passed_on_to_sees_it_and_is_told_why(self, queue: Any) -> None:
        found = queue.snooze(queue.release("revenue_manager"), ROWAN, 2)
        with queue.store.writing() as conn:
            review.then_to(conn, found, MAYA)
        assert queue.find(found.id).then_to == MAYA
        now = queue.escalate(queue.find(found.id), DANA)
        assert (now.owner, now.snoozed_until, now.then_to, now.state) == (DANA, None, "", State.OPEN)
        assert now.due_at == queue.clock.now() + timedelta(days=1)
        said = said_last(queue, found)
        assert (said["from"], said["to"], "due_at" in said) == (ROWAN, DANA, True)
        assert told_last(queue, found) == (DANA, "escalated", f"{ROWAN} did not answer in time.")

    def test_the_next_person_has_it_until_it_lapses_at_the_latest(self, queue: Any) -> None:
        found = queue.release("revenue_manager")
        queue.clock.advance(found.expires_at - queue.clock.now() - timedelta(hours=1))
        assert queue.escalate(found, DANA).due_at == found.expires_at

    def test_a_question_that_never_lapses_is_passed_on_with_its_time(self, queue: Any) -> None:
        found = queue.escalate(queue.question("keep"), MAYA)
        assert (found.expires_at, found.due_at) == (None, queue.clock.now() + timedelta(days=1))


class TestPuttingOff:
    def test_it_is_kept_until_when_and_that_it_is_due_then(self, queue: Any) -> None:
        found, until = queue.release("revenue_manager", tier=Tier.REVIEW), queue.clock.now() + timedelta(days=3)
        with queue.store.writing() as conn:
            done = review.snooze(conn, queue.ledger, found, ROWAN, until, "a holiday", queue.clock.now())
        assert (done.snoozed_until, done.due_at) == (until, until)
        said = said_last(queue, found)
        assert (said["note"], said["until"], set(said)) == (
            "a holiday",
            said["due_at"],
            {"review", "state", "until", "due_at", "note"},
        )

    def test_a_short_putting_off_never_brings_the_due_time_nearer(self, queue: Any) -> None:
        found = queue.release("revenue_manager", tier=Tier.REVIEW)
        assert queue.snooze(found, ROWAN, 1).due_at == found.due_at

    def test_to_a_moment_that_is_not_to_come_nothing_is_put_off(self, queue: Any) -> None:
        with pytest.raises(ReviewError, match="is over"):
            queue.snooze(queue.release("revenue_manager"), ROWAN, 0)

    @pytest.mark.law(6)
    def test_nothing_is_put_off_to_where_it_lapses(self, queue: Any) -> None:
        found, now = queue.release("revenue_manager"), queue.clock.now()
        with queue.store.writing() as conn, pytest.raises(ReviewError, match="nothing is put off beyond that"):
            review.snooze(conn, queue.ledger, found, ROWAN, found.expires_at, "", now)
        with queue.store.writing() as conn:
            put_off = review.snooze(conn, queue.ledger, found, ROWAN, found.expires_at - INSTANT, "", now)
        assert put_off.snoozed_until == found.expires_at - INSTANT

    def test_a_question_that_never_lapses_can_be_put_off_for_long(self, queue: Any) -> None:
        assert queue.snooze(queue.question("keep"), DANA, 24 * 400).snoozed_until is not None


@pytest.mark.law(6)
class TestTakingBack:
    def test_within_the_hold_it_is_open_again_as_if_that_one_had_not_signed(self, queue: Any) -> None:
        found = queue.release("revenue_manager", "sales_manager")
        signed, now = queue.approve(found, ROWAN), queue.clock.now()
        with queue.store.writing() as conn:
            approved = review.approve(conn, queue.ledger, signed, DANA, queue.policy, "fine", now, choice="in bulk")
        queue.clock.advance(approved.release_at - queue.clock.now() - INSTANT)
        with queue.store.writing() as conn:
            back = review.recall(conn, queue.ledger, approved, ROWAN.upper(), "too soon")
        assert [one.by for one in back.body.approvals] == [DANA]
        state = (back.state, back.release_at, back.decided_by, back.decided_at, back.note, back.choice)
        assert state == (State.OPEN, None, "", None, "", "")
        assert queue.find(found.id) == back
        said = said_last(queue, found)
        assert (said["note"], [one["by"] for one in said["approvals"]]) == ("too soon", [DANA])
        assert queue.approve(back, ROWAN).state is State.APPROVED

    def test_until_it_is_released_it_is_taken_back_though_its_hold_is_over(self, queue: Any) -> None:
        found = queue.approve(queue.release("revenue_manager"), ROWAN)
        queue.clock.advance(found.release_at - queue.clock.now())
        assert queue.recall(found, ROWAN).state is State.OPEN

    def test_what_is_approved_lapses_with_its_time_and_is_not_released_then(self, queue: Any) -> None:
        found = queue.approve(queue.release("revenue_manager"), ROWAN)
        queue.clock.advance(found.expires_at - queue.clock.now())
        assert found.id not in {one.id for one in queue.release_what_is_held()}
        lapsed = queue.expire(found)
        assert (lapsed.state, lapsed.note[:34]) == (State.EXPIRED, "it was approved, and not released ")

    def test_what_is_released_is_taken_back_by_a_rollback(self, queue: Any) -> None:
        found = queue.approve(queue.release("revenue_manager"), ROWAN)
        queue.clock.advance(found.release_at - queue.clock.now())
        queue.release_what_is_held()
        with pytest.raises(ReviewError, match="is carried out") as raised:
            queue.recall(found, ROWAN)
        assert "rollback" in raised.value.fix

    def test_of_what_was_rejected_nothing_is_taken_back(self, queue: Any) -> None:
        found = queue.reject(queue.release("revenue_manager"), ROWAN)
        with pytest.raises(ReviewError, match="was rejected by") as raised:
            queue.recall(found, ROWAN)
        assert raised.value.fix == ""

    def test_a_signature_before_the_last_is_taken_back_too(self, queue: Any) -> None:
        found = queue.approve(queue.release("revenue_manager", "sales_manager"), ROWAN)
        assert (queue.recall(found, ROWAN).body.approvals, queue.find(found.id).state) == ((), State.OPEN)

    def test_nobody_takes_back_what_another_signed(self, queue: Any) -> None:
        found = queue.approve(queue.release("revenue_manager"), ROWAN)
        with pytest.raises(ReviewError, match="has not signed"):
            queue.recall(found, DANA)
        assert queue.find(found.id).state is State.APPROVED

    def test_of_a_question_there_is_no_signature_to_take_back(self, queue: Any) -> None:
        with pytest.raises(ReviewError, match="asks for a choice"):
            queue.recall(queue.question("keep"), DANA)


@pytest.mark.law(6)
class TestTheHold:
    def test_not_an_instant_before_its_end_is_a_change_released(self, queue: Any) -> None:
        queue.release_what_is_held()
        found = queue.approve(queue.release("revenue_manager"), ROWAN)
        queue.clock.advance(found.release_at - queue.clock.now() - INSTANT)
        assert not self.is_any_held(queue)
        assert found.id not in {one.id for one in queue.release_what_is_held()}
        queue.clock.advance(INSTANT)
        assert self.is_any_held(queue)
        [released] = [one for one in queue.release_what_is_held() if one.id == found.id]
        assert (released.state, said_last(queue, found)["by"]) == (State.RELEASED, ROWAN)
        assert queue.entries(found)[-1].actor == HOUSE
        assert not self.is_any_held(queue)

    def test_what_is_open_or_rejected_is_never_released(self, queue: Any) -> None:
        still = [queue.release("revenue_manager"), queue.reject(queue.release("revenue_manager"), ROWAN)]
        still.append(queue.approve(queue.release("revenue_manager", "sales_manager"), ROWAN))
        queue.clock.advance(timedelta(days=1))
        assert not {one.id for one in still} & {one.id for one in queue.release_what_is_held()}

    def test_what_was_approved_first_is_released_first(self, queue: Any) -> None:
        three = [queue.approve(queue.release("revenue_manager"), ROWAN).id for _ in range(3)]
        queue.clock.advance(timedelta(minutes=1))
        assert [one.id for one in queue.release_what_is_held() if one.id in three] == three

    @staticmethod
    def is_any_held(queue: Any) -> bool:
        with queue.store.reading() as conn:
            return review.is_any_held(conn, queue.clock.now())


class TestEnds:
    def test_what_is_withdrawn_is_kept_with_who_when_and_why(self, queue: Any) -> None:
        found = queue.withdraw(queue.release("revenue_manager"))
        assert (found.state, found.decided_by, found.decided_at) == (State.WITHDRAWN, HOUSE, queue.clock.now())
        assert (found.note, said_last(queue, found)["note"]) == ("not wanted", "not wanted")

    def test_what_is_out_of_date_is_kept_with_what_changed_and_who_was_about_to_decide(self, queue: Any) -> None:
        found = queue.outdate(queue.release("revenue_manager"), DANA)
        assert (found.state, found.decided_by, found.decided_at) == (State.OUTDATED, HOUSE, queue.clock.now())
        said = said_last(queue, found)
        assert (found.note, said["note"], said["asked_by"]) == ("Amount was 1", "Amount was 1", DANA)

    def test_a_question_is_overdue_from_its_due_time_on_while_it_is_open(self, queue: Any) -> None:
        found, closed = queue.release("revenue_manager"), queue.reject(queue.release("revenue_manager"), ROWAN)
        later = queue.question("keep")
        due = found.due_at
        with queue.store.reading() as conn:
            assert found.id not in review.overdue(conn, due - INSTANT, 10**6)
            ids = review.overdue(conn, due, 10**6)
            assert (found.id in ids, closed.id in ids, later.id in ids) == (True, False, False)
            assert review.overdue(conn, due, 1) == ids[:1]
            both = review.overdue(conn, later.due_at, 10**6)
        assert both.index(found.id) < both.index(later.id)
        overdue = [review.is_overdue(one, at) for one in (found, closed) for at in (due - INSTANT, due)]
        assert overdue == [False, True, False, False]
