"""What became of what people decided: how alike changes fared, what was decided last, and how long it took."""

from datetime import timedelta
from typing import Any

import pytest

from upbeat import review
from upbeat.domain import Tier
from upbeat.review import Fared, Line, Pace, Wanted, Whose

AUTHOR = "priya.shah@acme.example"
ROWAN, DANA, MAYA = (f"{name}@acme.example" for name in ("rowan.ellis", "dana.whitfield", "maya.chen"))


def fared(queue: Any, pattern: str) -> Fared:
    with queue.store.reading() as conn:
        return review.fared(conn, pattern=pattern)


def pace(queue: Any, *people: str, within: timedelta = timedelta(days=1)) -> Pace:
    with queue.store.reading() as conn:
        return review.pace(conn, people, queue.clock.now() - within)


def last(queue: Any, *people: str, most: int = 5) -> list[Line]:
    with queue.store.reading() as conn:
        return review.last_decided(conn, people, most)


def test_alike_changes_are_counted_by_what_people_said_to_each(queue: Any) -> None:
    pattern = queue.release("revops").pattern
    before = fared(queue, pattern)
    for act in ("approve", "approve", "reject"):
        getattr(queue, act)(queue.release("revops"), MAYA)
    queue.edit(queue.release("revops"), MAYA, StageName="Needs Analysis")
    after = fared(queue, pattern)
    assert (after.approved - before.approved, after.edited - before.edited, after.rejected - before.rejected) == (
        2,
        1,
        1,
    )


def test_of_forty_one_alike_three_fared_otherwise() -> None:
    assert (Fared(38, 1, 2).rate.part, Fared(38, 1, 2).rate.of) == (38, 41)


def test_what_was_signed_with_its_pattern_proves_nothing_of_it(queue: Any) -> None:
    one = queue.release("revops", tier=Tier.REVIEW)
    before = fared(queue, one.pattern)
    queue._act(one, lambda *given: review.approve(*given, choice=review.IN_BULK), MAYA, queue.policy, "")
    assert fared(queue, one.pattern) == before


def test_the_pace_is_the_median_from_the_question_to_the_answer(queue: Any) -> None:
    queue.clock.advance(timedelta(days=2))
    for minutes in (1, 5, 60):
        one = queue.question("yes", "no")
        queue.clock.advance(timedelta(minutes=minutes))
        queue.answer(one, DANA, "yes")
    assert pace(queue, DANA) == Pace(3, 300.0)


@pytest.mark.parametrize("people", [(ROWAN,), ()])
def test_nobodys_pace_is_told_without_a_decision(queue: Any, people: tuple[str, ...]) -> None:
    queue.clock.advance(timedelta(days=2))
    assert pace(queue, *people) == Pace(0, None)


def test_what_somebody_decided_last_comes_first_and_what_the_house_took_back_is_none_of_it(queue: Any) -> None:
    first, second = (queue.release("revops") for _ in range(2))
    queue.withdraw(queue.release("revops"))
    queue.reject(first, MAYA)
    queue.clock.advance(timedelta(seconds=1))
    queue.approve(second, MAYA)
    assert [one.id for one in last(queue, MAYA, most=2)] == [second.id, first.id]
    assert last(queue) == []


class TestForWhomItWaits:
    @pytest.mark.parametrize(
        ("whose", "found"),
        [
            pytest.param(Whose((ROWAN,)), True, id="whom it is put to"),
            pytest.param(Whose((MAYA,)), False, id="somebody else"),
            pytest.param(Whose((MAYA,), ("revops",), MAYA), True, id="a holder of its role"),
            pytest.param(Whose((MAYA,), ("rev", "ops"), MAYA), False, id="a part of a role"),
            pytest.param(Whose((AUTHOR,), ("revops",), AUTHOR.upper()), False, id="who answers for it"),
            pytest.param(Whose((MAYA, ROWAN.upper())), True, id="somebody of the team, whatever the case"),
        ],
    )
    def test_it_is_listed_for_whom_it_is_put_to_and_for_who_may_sign_it(
        self, queue: Any, whose: Whose, found: bool
    ) -> None:
        one = queue.release("revops")
        listed = queue.listing(whose=whose)
        assert (one.id in {each.id for each in listed}) is found


class TestPatterns:
    def groups(self, queue: Any, **wanted: Any) -> dict[str, int]:
        with queue.store.reading() as conn:
            found = review.groups(conn, Wanted(**wanted), queue.clock.now(), least=2, most=10)
        return {one.pattern: one.waiting for one in found}

    def test_a_pattern_counts_what_waits_of_it(self, queue: Any) -> None:
        one = queue.release("sales_manager", tier=Tier.REVIEW)
        before = self.groups(queue).get(one.pattern, 1)
        queue.release("sales_manager", tier=Tier.REVIEW)
        assert self.groups(queue)[one.pattern] == before + 1

    def test_what_needs_approval_is_in_none(self, queue: Any) -> None:
        alike = [queue.release("sales_manager") for _ in range(3)]
        assert alike[0].pattern not in self.groups(queue)

    def test_what_was_put_off_is_left_out(self, queue: Any) -> None:
        one = queue.release("sales_manager", tier=Tier.REVIEW)
        queue.release("sales_manager", tier=Tier.REVIEW)
        before = self.groups(queue)[one.pattern]
        queue.snooze(one, ROWAN, 1)
        assert self.groups(queue)[one.pattern] == before - 1
        assert self.groups(queue, snoozed=True)[one.pattern] == before


@pytest.mark.parametrize(
    ("note", "parts"),
    [
        ("wrong fact", ("wrong fact", "")),
        ("wrong fact: she left in May", ("wrong fact", "she left in May")),
        ("already fixed: a: b", ("already fixed", "a: b")),
        ("not now: ask later", ("not now: ask later", "")),
    ],
)
def test_a_rejections_reason_is_told_from_the_words_beside_it(note: str, parts: tuple[str, str]) -> None:
    assert review.reason_of(note) == parts


def test_a_rejection_keeps_its_reason_and_the_words_beside_it(queue: Any) -> None:
    found = queue._act(queue.release("revops"), _with_words, MAYA)
    assert (found.note, queue.entries(found)[-1].payload["note"]) == ("wrong time: she is away",) * 2


def _with_words(conn: Any, ledger: Any, found: Any, by: str, now: Any) -> Any:
    return review.reject(conn, ledger, found, by, "wrong time", now, " she is away ")


def test_a_move_between_other_listed_values_is_another_pattern(queue: Any) -> None:
    one = queue.release("revops")
    [proposal] = one.body.proposals
    decision = queue.decision(proposal, "revops")
    moves = [("Opportunity.StageName", "Qualification", to) for to in ("Proposal", "Negotiation")]
    assert len({review.patterns.pattern([proposal], [decision], [move]) for move in moves}) == 2
