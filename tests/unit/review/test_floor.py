"""A change into Commit, between the queue and the gate: whatever people, policies and time do, it takes signatures.

The queue and the gate are the real ones. Policies change while a change waits, and a file could not bring many of them:
they lie below the floor, name nobody, or give every role to one and the same person.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from upbeat import review
from upbeat.base import digest
from upbeat.domain import Approval, Change, Decision, Effect, Event, Item, Mode, Proposal, Tier, Verb, Verdict
from upbeat.gate import FLOOR, Facts, Uncleared, clear, decide
from upbeat.review import Review, ReviewError, State
from upbeat.schema import Schema, Stage
from upbeat.workflows import Policy, Promotion, Rule

PEOPLE = [f"{name}@acme.example" for name in ("rowan.ellis", "dana.whitfield", "priya.shah", "maya.chen")]
AUTHOR = PEOPLE[2]
ROLES = ["revenue_manager", "sales_manager", "revops"]
STAGES = ["Qualification", "Negotiation/Review", "Closed Won"]
SCHEMA = Schema(
    {},
    stages=(
        Stage("Qualification", 1, "Pipeline"),
        Stage("Negotiation/Review", 2, "Forecast"),
        Stage("Closed Won", 3, "Closed", closed=True, won=True),
    ),
)
DEAL = {"StageName": "Qualification", "ForecastCategory": "Pipeline", "IsWon": False}

somebody = st.sampled_from(PEOPLE)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Give a policy with a rule for every effect, above the floor or below it, whoever holds the roles."""
    rules = tuple(
        Rule.model_construct(
            effect=effect,
            tier=draw(st.sampled_from(Tier)),
            roles=tuple(draw(st.lists(st.sampled_from(ROLES), unique=True, max_size=2))),
            confidence=0,
            why="It was agreed.",
            owner=AUTHOR,
        )
        for effect in (Effect.COMMIT, Effect.CLOSED_WON, Effect.STAGE, Effect.FORECAST)
    )
    roles = draw(st.dictionaries(st.sampled_from(ROLES), st.lists(somebody, unique=True).map(tuple)))
    promotion = Promotion(roles=("revops", "revenue_manager"), why="Two see more", owner=AUTHOR)
    return Policy.model_construct(rules=rules, roles=roles, promotion=promotion)


class Way(RuleBasedStateMachine):
    """One change, from its suggestion to its write or its end."""

    queue: Any

    @initialize(policy=policies(), stage=st.sampled_from(STAGES[1:]))
    def is_suggested(self, policy: Policy, stage: str) -> None:
        number = next(self.queue.numbers)
        event = Event("00D", "Opportunity", f"006{number:012}AAA", Change.UPDATED, "key", self.queue.clock.now())
        self.item = Item(digest(["way", number]), "advance-stage", "v1", event)
        self.policy, self.waits = policy, True
        self.decides(
            Proposal(
                id=digest(["p", number]), item_id=self.item.id, workflow="advance-stage", version="v1", step="advance",
                agent="inspector", verb=Verb.UPDATE, object="Opportunity", record_id=event.record_id,
                before={"StageName": "Qualification"}, after={"StageName": stage}, reasons=("agreed by word",),
                group=f"{self.item.id}:advance",
            )
        )  # fmt: skip

    def decides(self, proposal: Proposal, approvals: tuple[Approval, ...] = ()) -> None:
        """Have the gate decide, as the engine does, and put before people what waits for them."""
        now = self.queue.clock.now()
        facts = Facts(schema=SCHEMA, mode=Mode.LIVE, author=AUTHOR, now=now, deal=DEAL, approvals=approvals)
        decided = decide(proposal, self.policy, facts)
        if decided.verdict is Verdict.REVIEW:
            with pytest.raises(Uncleared):
                clear(decided, "entry")
            self.asks(proposal, decided)
        else:
            self.waits = False
        if decided.verdict is Verdict.APPLY:
            self.goes_through(proposal, decided, approvals)

    def asks(self, proposal: Proposal, decided: Decision) -> None:
        with self.queue.store.writing() as conn:
            self.review = review.open_release(
                conn, self.queue.ledger, self.item, [proposal], [decided], self.policy, title="Lowell", names={},
                owner=PEOPLE[0], author=AUTHOR, now=self.queue.clock.now(),
            )  # fmt: skip

    def goes_through(self, proposal: Proposal, decided: Decision, stored: tuple[Approval, ...]) -> None:
        """Hold that all who had to sign have: different people who may, and nobody who asks for it."""
        assert clear(decided, "entry").decision == decided
        if any(FLOOR.get(one) is Tier.APPROVAL for one in decided.effects):
            signed = [one.by for one in decided.approvals if one.role in decided.roles]
            assert len(set(signed)) >= len(decided.roles) > 0
            assert {one.role for one in decided.approvals} >= set(decided.roles)
            assert {AUTHOR, *proposal.edited.values()}.isdisjoint(one.by for one in decided.approvals)
            assert all(self.policy.holds(one.by, one.role) for one in decided.approvals)
            assert {one.proposal_digest for one in decided.approvals} == {digest(proposal)}
            assert set(decided.approvals) <= set(stored)

    @property
    def now(self) -> Review:
        return self.queue.find(self.review.id)

    def tries(self, name: str, *how: Any, **more: Any) -> None:
        with suppress(ReviewError):  # the queue's own tests say when it refuses
            getattr(replace(self.queue, policy=self.policy), name)(self.review, *how, **more)

    @precondition(lambda self: self.waits)
    @rule(by=somebody)
    def somebody_signs(self, by: str) -> None:
        self.tries("approve", by)

    @precondition(lambda self: self.waits)
    @rule(by=somebody, stage=st.sampled_from(STAGES))
    def somebody_edits(self, by: str, stage: str) -> None:
        self.tries("edit", by, StageName=stage)

    @precondition(lambda self: self.waits)
    @rule(by=somebody)
    def somebody_takes_a_signature_back(self, by: str) -> None:
        self.tries("recall", by)

    @precondition(lambda self: self.waits)
    @rule(by=somebody, to=somebody)
    def somebody_hands_it_on(self, by: str, to: str) -> None:
        self.tries("delegate", by, to)

    @rule(policy=policies())
    def another_policy_is_published(self, policy: Policy) -> None:
        self.policy = policy

    @precondition(lambda self: self.waits)
    @rule(span=st.sampled_from([timedelta(seconds=4), timedelta(seconds=11), timedelta(days=40)]))
    def time_goes_by_and_the_engine_looks(self, span: timedelta) -> None:
        self.queue.clock.advance(span)
        self.queue.release_what_is_held()
        found = self.now
        if found.state is State.RELEASED:
            self.decides(found.body.proposals[0], found.body.approvals)
        elif found.state is State.EDITED:
            self.decides(found.body.edited[0])
        elif found.state is State.OPEN and found.expires_at is not None and found.expires_at <= self.queue.clock.now():
            self.tries("expire")
            assert self.now.state is State.EXPIRED
            self.waits = False


@pytest.mark.law(1)
@pytest.mark.law(6)
def test_no_policy_no_edit_and_no_order_of_acts_lets_a_change_through_without_its_signatures(queue: Any) -> None:
    class Ways(Way):
        pass

    Ways.queue = queue
    run_state_machine_as_test(Ways, settings=settings(max_examples=80, stateful_step_count=15, deadline=None))
