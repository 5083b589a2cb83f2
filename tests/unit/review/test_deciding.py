"""What a decision leaves behind: on the review, in the ledger, and with who is asked next; and when none is taken."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from upbeat import review
from upbeat.domain import HOUSE, Quote, Tier
from upbeat.ledger import Kind
from upbeat.review import Review, ReviewError, State
from upbeat.review.deciding import must_be_open, rewritten
from upbeat.review.rights import is_signed
from upbeat.store import tables

AUTHOR = "priya.shah@acme.example"
ROWAN, DANA, MAYA = (f"{name}@acme.example" for name in ("rowan.ellis", "dana.whitfield", "maya.chen"))
INSTANT = datetime.resolution


def said_last(queue: Any, found: Review) -> Any:
    return queue.entries(found)[-1]


def told(queue: Any, found: Review) -> list[tuple[str, str, str]]:
    """Give whom the review was told of, with what kind of notice and why."""
    table = tables.notices
    with queue.store.reading() as conn:
        rows = conn.execute(select(table).where(table.c.review_id == found.id).order_by(table.c.created_at)).all()
    return [(row.to, row.kind, row.reason) for row in rows]


class TestApproving:
    def test_the_last_signature_approves_it_for_the_hold_and_says_so_in_the_ledger(self, queue: Any) -> None:
        found, now = queue.release("revenue_manager"), queue.clock.now()
        with queue.store.writing() as conn:
            done = review.approve(conn, queue.ledger, found, ROWAN, queue.policy, "fine", now, choice="in bulk")
        assert (done.state, done.decided_by, done.decided_at, done.note) == (State.APPROVED, ROWAN, now, "fine")
        assert (done.release_at, done.choice) == (now + queue.policy.queue.hold, "in bulk")
        assert queue.find(found.id) == done
        entry = said_last(queue, found)
        assert (entry.kind, entry.actor) == (Kind.PERSON_DECIDED, ROWAN)
        assert {name: entry.payload[name] for name in ("review", "state", "choice", "note")} == {
            "review": found.id,
            "state": "approved",
            "choice": "in bulk",
            "note": "fine",
        }
        assert [one["by"] for one in entry.payload["approvals"]] == [ROWAN]
        assert entry.payload["release_at"] is not None

    def test_a_signature_that_is_not_the_last_asks_the_next_and_decides_nothing(self, queue: Any) -> None:
        found = queue.approve(queue.release("revenue_manager", "sales_manager"), ROWAN)
        assert (found.state, found.release_at, found.decided_by, found.decided_at) == (State.OPEN, None, "", None)
        assert said_last(queue, found).payload["release_at"] is None
        why = f"{ROWAN} has signed it, and this is still needed: sales_manager."
        assert told(queue, found)[-1] == (DANA, "asked", why)

    def test_the_last_signature_asks_nobody(self, queue: Any) -> None:
        found = queue.approve(queue.release("revenue_manager"), ROWAN)
        assert [person for person, *_ in told(queue, found)] == [ROWAN]  # as it was opened

    def test_where_nobody_is_left_to_sign_nobody_is_asked(self, queue: Any) -> None:
        found = queue.approve(queue.release("revenue_manager", "nobody's"), ROWAN)
        assert (found.state, len(told(queue, found))) == (State.OPEN, 1)

    def test_a_signature_ends_the_putting_off(self, queue: Any) -> None:
        found = queue.snooze(queue.release("revenue_manager", "sales_manager", tier=Tier.APPROVAL), ROWAN, 2)
        assert found.snoozed_until is not None
        assert queue.approve(found, ROWAN).snoozed_until is None

    @pytest.mark.law(6)
    def test_a_signature_on_other_values_is_none_on_these(self, queue: Any) -> None:
        found = queue.approve(queue.release("revenue_manager"), ROWAN)
        other = replace(found.body.proposals[0], after={"StageName": "Closed Won"})
        assert review.missing(found, queue.policy) == []
        assert not is_signed(replace(found, body=replace(found.body, proposals=(other,))), queue.policy)


def is_closed(queue: Any, found: Review, why: str) -> None:
    """See that nobody decides it in any way, and that nothing comes of trying."""
    before = queue.find(found.id)
    for act in (
        lambda: queue.approve(before, ROWAN),
        lambda: queue.reject(before, ROWAN),
        lambda: queue.edit(before, ROWAN, StageName="Value Proposition"),
        lambda: queue.delegate(before, ROWAN, DANA),
        lambda: queue.snooze(before, ROWAN, 1),
    ):
        with pytest.raises(ReviewError, match=why):
            act()
    assert queue.find(found.id) == before


@pytest.mark.law(6)
class TestWhatIsOver:
    def test_after_its_last_moment_nobody_says_yes_or_anything(self, queue: Any) -> None:
        found = queue.release("revenue_manager", "sales_manager")
        queue.clock.advance(found.expires_at - queue.clock.now())
        is_closed(queue, found, r"has expired at \d{4}-.*nobody decided it in time")

    def test_in_its_last_moment_it_can_be_decided(self, queue: Any) -> None:
        found = queue.release("revenue_manager")
        must_be_open(found, found.expires_at - INSTANT)

    def test_a_question_after_its_last_moment_takes_no_answer(self, queue: Any) -> None:
        found = replace(queue.question("keep"), expires_at=queue.clock.now())
        with queue.store.writing() as conn, pytest.raises(ReviewError, match="has expired"):
            review.answer(conn, queue.ledger, found, DANA, "keep", "", queue.clock.now())

    def test_a_question_without_an_end_can_be_answered_for_ever(self, queue: Any) -> None:
        found = queue.question("keep")
        queue.clock.advance(timedelta(days=400))
        assert queue.answer(found, DANA, "keep").state is State.ANSWERED

    def test_what_is_given_up_is_no_yes_and_its_owner_is_told(self, queue: Any) -> None:
        found = queue.expire(queue.release("revenue_manager"))
        assert (found.state, found.decided_by, found.decided_at) == (State.EXPIRED, HOUSE, queue.clock.now())
        assert (found.body.approvals, found.release_at) == ((), None)
        assert found.note == f"nobody decided it until {found.expires_at:%F %R}"
        assert told(queue, found)[-1] == (ROWAN, "expired", "It was with you.")
        assert said_last(queue, found).payload["owner"] == ROWAN
        assert said_last(queue, found).payload["note"] == found.note
        is_closed(queue, found, "was expired by")

    def test_what_is_approved_is_not_decided_again_and_can_be_recalled_until_it_is_released(self, queue: Any) -> None:
        found = queue.approve(queue.release("revenue_manager", "sales_manager", tier=Tier.REVIEW), ROWAN)
        is_closed(queue, found, "was approved by rowan")
        with pytest.raises(ReviewError) as raised:
            must_be_open(found, found.release_at - INSTANT)
        assert raised.value.fix == (
            f"Until {found.release_at:%R:%S} (UTC) `upbeat review recall` takes a signature back."
        )
        with pytest.raises(ReviewError, match="was approved by rowan") as raised:
            must_be_open(found, found.release_at)
        assert raised.value.fix == "Until it is released `upbeat review recall` takes a signature back."

    @pytest.mark.parametrize("act", ["withdraw", "expire"])
    def test_what_is_over_was_decided_whatever_its_hold(self, queue: Any, act: str) -> None:
        found = replace(getattr(queue, act)(queue.release("revenue_manager")), release_at=queue.clock.now() + INSTANT)
        with pytest.raises(ReviewError) as raised:
            must_be_open(found, queue.clock.now())
        assert raised.value.fix == ""


class TestSayingNoOrElse:
    def test_a_rejection_is_kept_with_who_when_and_why(self, queue: Any) -> None:
        found = queue.reject(queue.approve(queue.release("revenue_manager", "sales_manager"), DANA), ROWAN)
        assert (found.state, found.decided_by, found.decided_at) == (State.REJECTED, ROWAN, queue.clock.now())
        entry = said_last(queue, found)
        said = {"review": found.id, "state": "rejected", "choice": "", "note": "wrong fact"}
        assert {name: entry.payload[name] for name in said} == said
        assert [one["by"] for one in entry.payload["approvals"]] == [DANA]

    def test_an_answer_is_kept_with_who_when_and_which(self, queue: Any) -> None:
        one = queue.question("keep", "close")
        with queue.store.writing() as conn:
            found = review.answer(conn, queue.ledger, one, DANA, "keep", "as agreed", queue.clock.now())
        assert (found.decided_at, found.note) == (queue.clock.now(), "as agreed")
        said = {"review": one.id, "state": "answered", "choice": "keep", "note": "as agreed", "approvals": []}
        assert said_last(queue, one).payload == said

    def test_an_edit_is_kept_with_both_sides_and_closes_it_to_be_decided_anew(self, queue: Any) -> None:
        found = queue.release("revenue_manager")
        wanted = {found.body.proposals[0].id: {"StageName": "Value Proposition"}}
        with queue.store.writing() as conn:
            done = review.edit(conn, queue.ledger, found, ROWAN, queue.policy, wanted, "too soon", queue.clock.now())
        assert (done.state, done.decided_by, done.decided_at) == (State.EDITED, ROWAN, queue.clock.now())
        assert (done.note, done.body.approvals, done.release_at) == ("too soon", (), None)
        suggested, edited = found.body.proposals[0], done.body.edited[0]
        before = {"StageName": "Qualification"}
        same = {"record_id": suggested.record_id, "before": before}
        assert said_last(queue, found).payload == {
            "review": found.id,
            "state": "edited",
            "suggested": [{"proposal": suggested.id, "after": {"StageName": "Negotiation/Review"}, **same}],
            "edited": [{"proposal": edited.id, "after": {"StageName": "Value Proposition"}, **same}],
            "note": "too soon",
        }

    @pytest.mark.law(6)
    @pytest.mark.parametrize("by", [AUTHOR, MAYA])
    def test_whoever_may_not_release_it_does_not_edit_it(self, queue: Any, by: str) -> None:
        with pytest.raises(ReviewError, match=r"nobody releases|may not release"):
            queue.edit(queue.release("revenue_manager"), by, StageName="Value Proposition")

    def test_who_has_signed_or_written_it_may_edit_it_as_that_voids_every_signature(self, queue: Any) -> None:
        found = queue.release("revenue_manager", "sales_manager", edited={"StageName": DANA})
        queue.approve(found, ROWAN)
        for by in (ROWAN, DANA):
            one = queue.release("revenue_manager", "sales_manager", edited={"StageName": by})
            assert queue.edit(one, by, StageName="Value Proposition").state is State.EDITED
        assert queue.edit(found, ROWAN, StageName="Value Proposition").state is State.EDITED

    def test_a_question_is_not_edited(self, queue: Any) -> None:
        with pytest.raises(ReviewError, match="asks for a choice") as raised:
            queue.edit(queue.question("keep", "close"), DANA, StageName="x")
        assert raised.value.fix == "Answer with --choose: keep, close."

    def test_an_edit_that_changes_nothing_is_none(self, queue: Any) -> None:
        with pytest.raises(ReviewError, match="nothing is different"):
            queue.edit(queue.release("revenue_manager"), ROWAN, StageName="Negotiation/Review")


class TestRewriting:
    @pytest.fixture
    def proposal(self, queue: Any) -> Any:
        """What a model suggests of two fields, each with its quote."""
        quotes = tuple(Quote(name, "agreed", "mail", queue.clock.now()) for name in ("StageName", "NextStep"))
        after = {"StageName": "Negotiation/Review", "NextStep": "Call"}
        one = queue.release("revenue_manager").body.proposals[0]
        return replace(one, after=after, quotes=quotes, confidence=0.6, from_model=True)

    def test_of_two_values_the_one_that_a_model_made_keeps_its_quote_and_its_doubt(self, proposal: Any) -> None:
        made = rewritten(proposal, {"NextStep": None, "StageName": "Negotiation/Review"}, ROWAN)
        assert (made.after, made.edited) == (
            {"StageName": "Negotiation/Review", "NextStep": None},
            {"NextStep": ROWAN},
        )
        assert ([one.field for one in made.quotes], made.confidence, made.from_model) == (["StageName"], 0.6, True)
        assert made.reasons[-1] == f"{ROWAN} edited it: NextStep Call → blank"

    def test_where_people_wrote_every_value_no_model_did(self, proposal: Any) -> None:
        made = rewritten(rewritten(proposal, {"NextStep": "Mail"}, ROWAN), {"StageName": "Closed Won"}, DANA)
        assert made.edited == {"NextStep": ROWAN, "StageName": DANA}
        assert (made.quotes, made.confidence, made.from_model) == ((), 1.0, False)

    def test_what_no_model_made_is_from_none_after_an_edit(self, proposal: Any) -> None:
        made = rewritten(replace(proposal, from_model=False), {"NextStep": "Mail"}, ROWAN)
        assert (made.from_model, made.confidence) == (False, 0.6)

    def test_other_values_other_authors_and_other_origins_are_other_proposals(self, proposal: Any) -> None:
        other = replace(proposal, id="another")
        ids = {
            proposal.id,
            rewritten(proposal, {"NextStep": "Mail"}, ROWAN).id,
            rewritten(proposal, {"NextStep": "Mail"}, DANA).id,
            rewritten(proposal, {"NextStep": "Visit"}, ROWAN).id,
            rewritten(other, {"NextStep": "Mail"}, ROWAN).id,
        }
        assert len(ids) == 5

    def test_the_same_values_are_the_same_proposal(self, proposal: Any) -> None:
        assert rewritten(proposal, {"NextStep": "Call"}, ROWAN) is proposal

    @pytest.mark.law(6)
    def test_an_edit_goes_no_further_than_the_fields_that_are_suggested(self, proposal: Any) -> None:
        with pytest.raises(ReviewError, match="Amount is not among") as raised:
            rewritten(proposal, {"NextStep": "Mail", "Amount": 1}, ROWAN)
        assert raised.value.fix == "Fields to edit: StageName, NextStep."

    def test_what_sets_no_field_has_none_to_edit(self, proposal: Any) -> None:
        with pytest.raises(ReviewError) as raised:
            rewritten(replace(proposal, after={}), {"Amount": 1}, ROWAN)
        assert raised.value.fix == "Fields to edit: none."

    @pytest.mark.law(8)
    def test_what_a_rollback_restores_is_not_edited(self, proposal: Any) -> None:
        with pytest.raises(ReviewError, match="what a rollback restores"):
            rewritten(replace(proposal, undoes=("before",)), {"NextStep": "Mail"}, ROWAN)
