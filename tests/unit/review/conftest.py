"""A queue with its store and ledger, a policy with three roles, and the few things that are put into a queue."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from upbeat import review
from upbeat.base import ManualClock, digest
from upbeat.domain import Change, Decision, Effect, Event, Hold, Item, Proposal, Tier, Verb, Verdict
from upbeat.ledger import Keys, Kind, Ledger, Stored
from upbeat.review import Review
from upbeat.store import Store
from upbeat.workflows import Policy, Promotion

AUTHOR = "priya.shah@acme.example"
ROLES = {
    "revenue_manager": ("rowan.ellis@acme.example",),
    "sales_manager": ("dana.whitfield@acme.example", "rowan.ellis@acme.example"),
    "revops": ("priya.shah@acme.example", "maya.chen@acme.example"),
}


@dataclass(frozen=True)
class Queue:
    store: Store
    ledger: Ledger
    clock: ManualClock
    policy: Policy
    numbers: Iterator[int]

    def release(self, *roles: str, tier: Tier = Tier.APPROVAL) -> Review:
        """Put a change of stage before people of these roles."""
        item = an_item(next(self.numbers))
        proposal = a_proposal(item)
        decision = Decision(proposal.id, digest(proposal), Verdict.REVIEW, tier, (Effect.STAGE,), "stage", "why", roles)
        with self.store.writing() as conn:
            return review.open_release(
                conn,
                self.ledger,
                item,
                [proposal],
                decision,
                title="Lowell: StageName Qualification → Negotiation/Review",
                names={},
                owner="rowan.ellis@acme.example",
                author=AUTHOR,
                now=self.clock.now(),
            )

    def question(self, *choices: str, number: int = 0) -> Review:
        """Put a question with these choices before Dana Whitfield."""
        hold = Hold(
            "decision",
            "What now?",
            "dana.whitfield@acme.example",
            self.clock.now() + timedelta(days=2),
            choices,
            ("why",),
        )
        item = an_item(number or next(self.numbers))
        with self.store.writing() as conn:
            return review.open_hold(conn, self.ledger, item, "ask", hold, self.clock.now())

    def approve(self, found: Review, by: str) -> Review:
        with self.store.writing() as conn:
            current = review.find(conn, found.id)
            return review.approve(conn, self.ledger, current, by, self.policy, "", self.clock.now())

    def answer(self, found: Review, by: str, choice: str) -> Review:
        with self.store.writing() as conn:
            current = review.find(conn, found.id)
            return review.answer(conn, self.ledger, current, by, choice, "", self.clock.now())

    def reject(self, found: Review, by: str, reason: str = "wrong fact") -> Review:
        with self.store.writing() as conn:
            current = review.find(conn, found.id)
            return review.reject(conn, self.ledger, current, by, reason, self.clock.now())

    def escalate(self, found: Review, to: str) -> Review:
        with self.store.writing() as conn:
            current = review.find(conn, found.id)
            return review.escalate(conn, self.ledger, current, to, timedelta(days=1), self.clock.now())

    def find(self, prefix: str) -> Review:
        with self.store.reading() as conn:
            return review.find(conn, prefix)

    def entries(self, found: Review) -> list[Stored]:
        with self.store.reading() as conn:
            return self.ledger.about(conn, item_id=found.item_id)

    def decisions(self, found: Review) -> list[str]:
        return [one.actor for one in self.entries(found) if one.kind is Kind.PERSON_DECIDED]


def an_item(number: int) -> Item:
    record = f"006{number:012}AAA"
    event = Event("00D000000000001EAA", "Opportunity", record, Change.UPDATED, "key", datetime(2026, 1, 31, tzinfo=UTC))
    return Item(digest(["item", record]), "advance-stage", "v" * 64, event)


def a_proposal(item: Item) -> Proposal:
    return Proposal(
        id=digest(["proposal", item.id]),
        item_id=item.id,
        workflow=item.workflow,
        version=item.version,
        step="advance",
        agent="deal-inspector",
        verb=Verb.UPDATE,
        object="Opportunity",
        record_id=item.event.record_id,
        before={"StageName": "Qualification"},
        after={"StageName": "Negotiation/Review"},
        reasons=("agreed by word",),
        group=f"{item.id}:advance",
    )


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Queue]:
    folder: Path = tmp_path_factory.mktemp("queue")
    clock = ManualClock(datetime(2026, 1, 31, 9, 30, tzinfo=UTC))
    promotion = Promotion(roles=("revops", "revenue_manager"), why="Two see more", owner=AUTHOR)
    policy = Policy(rules=(), roles=ROLES, promotion=promotion)
    with Store.open(folder / "upbeat.db", clock=clock) as store:
        yield Queue(store, Ledger(Keys.load_or_create(folder / "keys"), clock), clock, policy, count(1))
