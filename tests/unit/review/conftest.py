"""A queue with its store and ledger, a policy with three roles, and the few things that are put into a queue."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from upbeat import review
from upbeat.base import ManualClock, digest
from upbeat.domain import Change, Decision, Effect, Event, Hold, Item, Proposal, Tier, Verb, Verdict
from upbeat.ledger import Keys, Kind, Ledger, Stored
from upbeat.review import Line, Matter, OwnerQueue, Review, Wanted
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

    def release(self, *roles: str, tier: Tier = Tier.APPROVAL, edited: dict[str, str] | None = None) -> Review:
        """Put a change of stage before people of these roles; `edited` says who wrote its values."""
        item = an_item(next(self.numbers))
        proposal = replace(a_proposal(item), edited=edited or {})
        decision = self.decision(proposal, *roles, tier=tier)
        with self.store.writing() as conn:
            return review.open_release(
                conn,
                self.ledger,
                item,
                [proposal],
                [decision],
                self.policy,
                title="Lowell: StageName Qualification → Negotiation/Review",
                names={},
                owner="rowan.ellis@acme.example",
                author=AUTHOR,
                now=self.clock.now(),
            )

    def decision(self, one: Proposal, *roles: str, tier: Tier = Tier.APPROVAL) -> Decision:
        return Decision(one.id, digest(one), Verdict.REVIEW, tier, (Effect.STAGE,), "stage", "why", roles)

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

    def matter(self, queue: OwnerQueue) -> Review:
        """Put a matter of the house into one of an owner's queues."""
        due = self.clock.now() + timedelta(days=2)
        key = str(next(self.numbers))
        one = Matter("incident", key, "What now?", "dana.whitfield@acme.example", due, ("seen",), ("why",), queue)
        with self.store.writing() as conn:
            return review.open_matter(conn, self.ledger, one, self.clock.now())

    def approve(self, found: Review, by: str) -> Review:
        return self._act(found, review.approve, by, self.policy, "")

    def answer(self, found: Review, by: str, choice: str) -> Review:
        return self._act(found, review.answer, by, choice, "")

    def reject(self, found: Review, by: str, reason: str = "wrong fact") -> Review:
        return self._act(found, review.reject, by, reason)

    def edit(self, found: Review, by: str, **values: Any) -> Review:
        wanted = {one.id: values for one in found.body.proposals}
        return self._act(found, review.edit, by, self.policy, wanted, "")

    def delegate(self, found: Review, by: str, to: str) -> Review:
        return self._act(found, review.delegate, by, to, self.policy, "")

    def snooze(self, found: Review, by: str, hours: int) -> Review:
        return self._act(found, review.snooze, by, self.clock.now() + timedelta(hours=hours), "")

    def recall(self, found: Review, by: str) -> Review:
        with self.store.writing() as conn:
            return review.recall(conn, self.ledger, review.find(conn, found.id), by, "")

    def withdraw(self, found: Review) -> Review:
        return self._act(found, review.withdraw, "not wanted")

    def escalate(self, found: Review, to: str) -> Review:
        return self._act(found, review.escalate, to, timedelta(days=1))

    def expire(self, found: Review) -> Review:
        return self._act(found, review.expire)

    def outdate(self, found: Review, by: str) -> Review:
        return self._act(found, review.outdate, "Amount was 1", by)

    def release_what_is_held(self) -> list[Review]:
        with self.store.writing() as conn:
            return review.release(conn, self.ledger, self.clock.now())

    def _act(self, found: Review, act: Callable[..., Review], *said: Any) -> Review:
        with self.store.writing() as conn:
            return act(conn, self.ledger, review.find(conn, found.id), *said, self.clock.now())

    def listing(self, /, **wanted: Any) -> tuple[Line, ...]:
        with self.store.reading() as conn:
            return review.page(conn, Wanted(limit=1000, **wanted), self.clock.now()).lines

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
