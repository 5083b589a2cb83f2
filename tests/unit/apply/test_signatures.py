"""What people signed is held against what the ledger has of their words, and nothing else is (law 1)."""

import re
from dataclasses import replace
from typing import Any

import pytest

from upbeat.apply import RefusedWriteError, State
from upbeat.base import digest
from upbeat.domain import Approval, Proposal
from upbeat.ledger import Entry, Kind

ROWAN, DANA = "rowan.ellis@acme.example", "dana.whitfield@acme.example"

pytestmark = pytest.mark.law(1)


def signature(desk: Any, proposal: Proposal, by: str = ROWAN, review: str = "review") -> Approval:
    return Approval(review, by, "manager", desk.clock.now(), digest(proposal))


def says(desk: Any, proposal: Proposal, kind: Kind, by: str, *approvals: Approval, review: str = "review") -> None:
    """Let somebody say something else of a review."""
    with desk.store.writing() as conn:
        payload = {"review": review, "approvals": approvals}
        desk.ledger.append(conn, [Entry(kind, by, payload, proposal.item_id)])


def is_refused(desk: Any, *cleared: Any) -> None:
    with pytest.raises(RefusedWriteError, match=f"does not hold that {re.escape(ROWAN)} released"):
        desk.apply(*cleared)
    assert {desk.value(one.record_id) for one, _ in cleared} == {"before"}


def test_what_was_signed_is_written_and_each_beside_it_that_was(desk: Any) -> None:
    signed = [desk.proposal(desk.deal()) for _ in range(2)]
    outcomes = desk.apply(*(desk.cleared(one, approvals=(signature(desk, one),)) for one in signed))
    assert [one.state for one in outcomes] == [State.WRITTEN, State.WRITTEN]


def test_a_signature_of_one_change_releases_none_beside_it(desk: Any) -> None:
    one, other = desk.proposal(desk.deal()), desk.proposal(desk.deal())
    good = desk.cleared(one, approvals=(signature(desk, one),))
    bad = desk.cleared(other, approvals=(signature(desk, one),), is_said=False)
    is_refused(desk, good, bad)


def test_a_signature_taken_back_and_given_anew_holds(desk: Any) -> None:
    proposal = desk.proposal(desk.deal())
    signed = signature(desk, proposal)
    cleared = desk.cleared(proposal, approvals=(signed,))
    says(desk, proposal, Kind.RECALLED, ROWAN)
    says(desk, proposal, Kind.PERSON_DECIDED, ROWAN, signed)
    assert desk.apply(cleared)[0].state is State.WRITTEN


def test_a_no_after_a_yes_takes_the_signature_back(desk: Any) -> None:
    proposal = desk.proposal(desk.deal())
    cleared = desk.cleared(proposal, approvals=(signature(desk, proposal),))
    says(desk, proposal, Kind.PERSON_DECIDED, ROWAN)
    is_refused(desk, cleared)


@pytest.mark.parametrize("kind", [Kind.RECALLED, Kind.PERSON_DECIDED])
def test_what_somebody_else_takes_back_is_their_own(desk: Any, kind: Kind) -> None:
    proposal = desk.proposal(desk.deal())
    cleared = desk.cleared(proposal, approvals=(signature(desk, proposal),))
    says(desk, proposal, kind, DANA)
    assert desk.apply(cleared)[0].state is State.WRITTEN


def test_what_somebody_else_says_that_one_signed_is_no_signature(desk: Any) -> None:
    proposal = desk.proposal(desk.deal())
    signed = signature(desk, proposal)
    cleared = desk.cleared(proposal, approvals=(signed,), is_said=False)
    says(desk, proposal, Kind.PERSON_DECIDED, DANA, signed)
    is_refused(desk, cleared)


def test_a_word_on_another_review_of_the_item_takes_nothing_back(desk: Any) -> None:
    proposal = desk.proposal(desk.deal())
    cleared = desk.cleared(proposal, approvals=(signature(desk, proposal),))
    says(desk, proposal, Kind.PERSON_DECIDED, ROWAN, review="another")
    assert desk.apply(cleared)[0].state is State.WRITTEN


def test_a_signature_said_on_another_review_is_none_on_this(desk: Any) -> None:
    proposal = desk.proposal(desk.deal())
    signed = signature(desk, proposal)
    cleared = desk.cleared(proposal, approvals=(signed,), is_said=False)
    says(desk, proposal, Kind.PERSON_DECIDED, ROWAN, signed, review="another")
    is_refused(desk, cleared)


def test_an_act_that_signs_nothing_is_no_signature_whatever_it_carries(desk: Any) -> None:
    proposal = desk.proposal(desk.deal())
    signed = signature(desk, proposal)
    cleared = desk.cleared(proposal, approvals=(signed,), is_said=False)
    says(desk, proposal, Kind.DELEGATED, ROWAN, signed)
    is_refused(desk, cleared)


def test_passing_it_on_after_signing_takes_nothing_back(desk: Any) -> None:
    proposal = desk.proposal(desk.deal())
    cleared = desk.cleared(proposal, approvals=(signature(desk, proposal),))
    says(desk, proposal, Kind.DELEGATED, ROWAN)
    assert desk.apply(cleared)[0].state is State.WRITTEN


@pytest.mark.parametrize("changed", [{"role": "director"}, {"proposal_digest": "another"}])
def test_a_signature_in_another_role_or_of_other_values_is_another(desk: Any, changed: dict[str, str]) -> None:
    proposal = desk.proposal(desk.deal())
    signed = signature(desk, proposal)
    cleared = desk.cleared(proposal, approvals=(replace(signed, **changed),), is_said=False)
    says(desk, proposal, Kind.PERSON_DECIDED, ROWAN, signed)
    is_refused(desk, cleared)


def test_a_signature_whose_words_were_erased_holds_no_more(desk: Any) -> None:
    proposal = desk.proposal(desk.deal())
    cleared = desk.cleared(proposal, approvals=(signature(desk, proposal),))
    with desk.store.reading() as conn:
        [said] = [one for one in desk.ledger.about(conn, item_id=proposal.item_id) if one.kind is Kind.PERSON_DECIDED]
    with desk.store.writing() as conn:
        desk.ledger.erase(conn, [said.id], by=DANA, why="asked for")
    is_refused(desk, cleared)


def test_of_two_who_signed_each_is_held_to_their_own_word(desk: Any) -> None:
    proposal = desk.proposal(desk.deal())
    both = tuple(signature(desk, proposal, by) for by in (DANA, ROWAN))
    cleared = desk.cleared(proposal, approvals=both, is_said=False)
    says(desk, proposal, Kind.PERSON_DECIDED, DANA, both[0])
    is_refused(desk, cleared)
