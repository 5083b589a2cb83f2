"""Whatever people and time do in whatever order, the queue keeps its states, and only people say yes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from upbeat.base import digest
from upbeat.domain import Tier
from upbeat.review import MOVES, Act, Review, ReviewError, State

PEOPLE = [f"{name}@acme.example" for name in ("rowan.ellis", "dana.whitfield", "priya.shah", "maya.chen", "ben.foster")]
ROLES = ["revenue_manager", "sales_manager", "revops"]
AUTHOR = "priya.shah@acme.example"
BACK = {State.APPROVED}  # the one state beside OPEN from which a review comes back

somebody = st.sampled_from(PEOPLE)


class Life(RuleBasedStateMachine):
    """One review from its opening to its end, beside what a person would write down of it on paper."""

    queue: Any

    def __init__(self) -> None:
        super().__init__()
        self.signed: set[str] = set()  # by whom, as the paper says
        self.acts = 0
        self.over: State | None = None
        self.release_at: datetime | None = None

    @initialize(
        roles=st.lists(st.sampled_from(ROLES), min_size=1, max_size=3, unique=True),
        tier=st.sampled_from([Tier.REVIEW, Tier.APPROVAL]),
        writer=st.none() | somebody,
    )
    def opens(self, roles: list[str], tier: Tier, writer: str | None) -> None:
        self.roles, self.tier, self.writer = roles, tier, writer
        self.first = self.queue.release(*roles, tier=tier, edited={"StageName": writer} if writer else {})
        self.entries = len(self.queue.entries(self.first))

    @property
    def now(self) -> Review:
        return self.queue.find(self.first.id)

    def do(self, act: Act, *how: Any, **more: Any) -> Review | None:
        """Do it, or see that what is refused changes nothing."""
        before = self.now
        try:
            done = getattr(self.queue, act.value)(self.first, *how, **more)
        except ReviewError:
            assert self.now == before
            return None
        assert (before.state, done.state) in MOVES[act]
        assert self.now == done
        self.acts += 1
        if done.state not in {State.OPEN, State.APPROVED}:
            self.over = done.state
        return done

    @rule(by=somebody)
    def approves(self, by: str) -> None:
        if (done := self.do(Act.APPROVE, by)) is not None:
            assert by not in {AUTHOR, *self.signed}
            assert self.tier is Tier.REVIEW or by != self.writer
            self.signed.add(by)
            self.release_at = done.release_at

    @rule(by=somebody)
    def recalls(self, by: str) -> None:
        if self.do(Act.RECALL, by) is not None:
            assert by in self.signed
            self.signed.discard(by)
            self.release_at = None

    @rule(by=somebody, reason=st.sampled_from(["wrong fact", " "]))
    def rejects(self, by: str, reason: str) -> None:
        if self.do(Act.REJECT, by, reason) is not None:
            assert reason.strip()

    @rule(by=somebody, value=st.sampled_from(["Negotiation/Review", "Value Proposition"]))
    def edits(self, by: str, value: str) -> None:
        if (done := self.do(Act.EDIT, by, StageName=value)) is not None:
            assert by != AUTHOR
            assert digest(done.body.edited[0]) != digest(done.body.proposals[0])
            assert done.body.edited[0].edited == {"StageName": by}

    @rule(by=somebody, to=somebody)
    def delegates(self, by: str, to: str) -> None:
        if self.do(Act.DELEGATE, by, to) is not None:
            assert to not in {AUTHOR, *self.signed}

    @rule(by=somebody, hours=st.sampled_from([-1, 2, 30, 24 * 40]))
    def snoozes(self, by: str, hours: int) -> None:
        before = self.now
        if (done := self.do(Act.SNOOZE, by, hours)) is not None:
            assert done.due_at == before.due_at or self.tier is Tier.REVIEW

    @rule()
    def is_withdrawn(self) -> None:
        self.do(Act.WITHDRAW)

    @rule(by=somebody)
    def is_outdated(self, by: str) -> None:
        self.do(Act.OUTDATE, by)

    @rule(span=st.sampled_from([timedelta(seconds=4), timedelta(hours=3), timedelta(days=1), timedelta(days=40)]))
    def time_goes_by(self, span: timedelta) -> None:
        """Let time pass, and the house do what is due then, as the engine does."""
        self.queue.clock.advance(span)
        before, now = self.now, self.queue.clock.now()
        for one in self.queue.release_what_is_held():
            if one.id == self.first.id:
                self.acts, self.over = self.acts + 1, State.RELEASED
                assert before.release_at is not None
                assert before.release_at <= now
        if (
            self.now.state in {State.OPEN, State.APPROVED}
            and before.expires_at is not None
            and before.expires_at <= now
        ):
            self.do(Act.EXPIRE)
        elif before.state is State.OPEN and before.due_at <= now:
            self.do(Act.ESCALATE, PEOPLE[0])

    @precondition(lambda self: self.over is not None)
    @rule(by=somebody)
    def nobody_decides_it_again(self, by: str) -> None:
        for act, how in ((Act.APPROVE, (by,)), (Act.REJECT, (by, "no")), (Act.RECALL, (by,)), (Act.WITHDRAW, ())):
            assert self.do(act, *how) is None

    @invariant()
    def nothing_is_released_without_every_signature_it_needs(self) -> None:
        review = self.now
        by_role = {one.role: one.by for one in review.body.approvals}
        assert set(by_role.values()) == self.signed
        assert AUTHOR not in self.signed
        assert all(self.queue.policy.holds(by, role) for role, by in by_role.items())
        assert len(set(by_role.values())) == len(by_role)
        assert all(one.proposal_digest == digest(review.body.proposals[0]) for one in review.body.approvals)
        if review.state in {State.APPROVED, State.RELEASED}:
            assert set(by_role) == set(self.roles) or (self.tier is Tier.REVIEW and by_role)

    @invariant()
    def it_is_somebodys_until_it_is_decided_once(self) -> None:
        review = self.now
        assert review.owner
        if self.over is not None:
            assert (review.state, bool(review.decided_by)) == (self.over, True)
        assert review.due_at <= (review.expires_at or review.due_at)

    @invariant()
    def every_act_left_one_entry(self) -> None:
        assert len(self.queue.entries(self.first)) - self.entries == self.acts == self.now.moves


@pytest.mark.law(2)
@pytest.mark.law(6)
def test_no_order_of_acts_releases_without_the_signatures_decides_twice_or_times_out_into_a_yes(queue: Any) -> None:
    class Lives(Life):
        pass

    Lives.queue = queue
    run_state_machine_as_test(Lives, settings=settings(max_examples=60, stateful_step_count=12, deadline=None))


def test_the_drawing_has_a_move_for_every_act_and_every_state_an_end() -> None:
    assert set(MOVES) == set(Act)
    ends = {after for moves in MOVES.values() for _, after in moves}
    assert ends == set(State)
    assert {before for moves in MOVES.values() for before, _ in moves} == {State.OPEN, *BACK}


def test_a_question_ends_in_one_of_its_choices_or_in_a_rejection(queue: Any) -> None:
    found = queue.question("keep", "close")
    with pytest.raises(ReviewError):
        queue.approve(found, "rowan.ellis@acme.example")
    assert queue.answer(found, "dana.whitfield@acme.example", "close").choice == "close"
