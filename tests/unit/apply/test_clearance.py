"""Nothing is written without a clearance for exactly this proposal and this recorded decision (laws 1 and 7)."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete

from upbeat.apply import RefusedWriteError, State
from upbeat.base import digest
from upbeat.domain import Approval, Mode, Verdict
from upbeat.gate import Clearance, clear
from upbeat.ledger import Entry, Kind, LedgerError
from upbeat.store import tables


def forged(decision: Any, entry_id: str) -> Clearance:
    """Make a clearance past the gate, as only code that means harm does."""
    made = object.__new__(Clearance)
    object.__setattr__(made, "decision", decision)
    object.__setattr__(made, "entry_id", entry_id)
    return made


def test_a_cleared_proposal_is_written(desk: Any) -> None:
    deal = desk.deal()
    cleared = desk.cleared(desk.proposal(deal, after={"NextStep": "Call finance"}))
    [outcome] = desk.apply(cleared)
    assert (outcome.state, outcome.record_id, desk.value(deal)) == (State.WRITTEN, deal, "Call finance")


@pytest.mark.law(1)
class TestNothingIsSent:
    """Each of these is refused, and with it everything that was to be written beside it."""

    @pytest.fixture
    def beside(self, desk: Any) -> Any:
        """A good proposal that goes in the same call."""
        return desk.cleared(desk.proposal(desk.deal()))

    def refused(self, desk: Any, beside: Any, bad: Any, why: str) -> None:
        with pytest.raises(RefusedWriteError, match=why):
            desk.apply(beside, bad)
        assert {desk.value(one.record_id) for one, _ in (beside, bad)} == {"before"}

    def test_for_a_proposal_that_was_changed_after_the_decision(self, desk: Any, beside: Any) -> None:
        proposal, clearance = desk.cleared(desk.proposal(desk.deal()))
        bad = (replace(proposal, after={"NextStep": "something else"}), clearance)
        self.refused(desk, beside, bad, "the clearance is for another proposal")

    def test_for_a_proposal_that_goes_to_another_record(self, desk: Any, beside: Any) -> None:
        proposal, clearance = desk.cleared(desk.proposal(desk.deal()))
        bad = (replace(proposal, record_id=desk.deal()), clearance)
        self.refused(desk, beside, bad, "the clearance is for another proposal")

    def test_with_the_clearance_of_another_proposal(self, desk: Any, beside: Any) -> None:
        one, _ = desk.cleared(desk.proposal(desk.deal()))
        _, clearance = desk.cleared(desk.proposal(desk.deal()))
        self.refused(desk, beside, (one, clearance), "the clearance is for another proposal")

    def test_with_a_decision_that_is_not_in_the_ledger(self, desk: Any, beside: Any) -> None:
        proposal = desk.proposal(desk.deal())
        decision = desk.decided(proposal)
        bad = (proposal, clear(decision, "0" * 32))
        self.refused(desk, beside, bad, "the ledger does not hold the decision")

    def test_with_an_entry_that_is_no_decision(self, desk: Any, beside: Any) -> None:
        proposal = desk.proposal(desk.deal())
        decision = desk.decided(proposal)
        desk.apply(desk.cleared(written := desk.proposal(desk.deal())))
        entry = next(one for one in desk.entries(written) if one.kind != "gate:proposal:decided")
        self.refused(desk, beside, (proposal, clear(decision, entry.id)), "the ledger does not hold the decision")

    def test_with_a_decision_that_says_else_than_the_ledgers(self, desk: Any, beside: Any) -> None:
        proposal = desk.proposal(desk.deal())
        decision = desk.decided(proposal, Verdict.REVIEW)
        bad = (proposal, clear(replace(decision, verdict=Verdict.APPLY), desk.row(proposal).decision_entry))
        self.refused(desk, beside, bad, "the ledger does not hold the decision")

    @pytest.mark.parametrize("verdict", [Verdict.REVIEW, Verdict.OBSERVE, Verdict.BLOCK])
    def test_with_a_forged_clearance_of_what_the_gate_did_not_clear(
        self, desk: Any, beside: Any, verdict: Verdict
    ) -> None:
        proposal = desk.proposal(desk.deal())
        decision = desk.decided(proposal, verdict)
        bad = (proposal, forged(decision, desk.row(proposal).decision_entry))
        self.refused(desk, beside, bad, f"the gate says {verdict}")

    def test_with_an_approval_that_nobody_gave(self, desk: Any, beside: Any) -> None:
        proposal = desk.proposal(desk.deal())
        signed = Approval("review", "rowan.ellis@acme.example", "manager", desk.clock.now(), digest(proposal))
        cleared = desk.cleared(proposal, approvals=(signed,), is_said=False)
        self.refused(desk, beside, cleared, "the ledger does not hold that rowan.ellis@acme.example released")

    def test_with_an_approval_that_was_taken_back(self, desk: Any, beside: Any) -> None:
        proposal = desk.proposal(desk.deal())
        signed = Approval("review", "rowan.ellis@acme.example", "manager", desk.clock.now(), digest(proposal))
        cleared = desk.cleared(proposal, approvals=(signed,))
        with desk.store.writing() as conn:
            back = {"review": "review", "approvals": []}
            desk.ledger.append(conn, [Entry(Kind.RECALLED, "Rowan.Ellis@acme.example", back, proposal.item_id)])
        self.refused(desk, beside, cleared, "the ledger does not hold that rowan.ellis@acme.example released")

    def test_with_a_decision_whose_entry_was_changed_in_the_ledger(self, desk: Any, beside: Any) -> None:
        proposal, clearance = desk.cleared(desk.proposal(desk.deal()))
        with desk.store.writing() as conn:
            payload = tables.ledger_payloads
            conn.execute(delete(payload).where(payload.c.entry_id == clearance.entry_id))
        with pytest.raises((RefusedWriteError, LedgerError)):
            desk.apply(beside, (proposal, clearance))
        assert desk.value(proposal.record_id) == "before"


@pytest.mark.law(7)
@pytest.mark.parametrize(
    ("item", "workflow"),
    [
        pytest.param(Mode.MONITOR, Mode.LIVE, id="it began in monitor"),
        pytest.param(Mode.LIVE, Mode.MONITOR, id="its workflow went back to monitor"),
        pytest.param(Mode.LIVE, Mode.PAUSED, id="its workflow is paused"),
    ],
)
def test_what_is_not_live_is_not_written_whatever_the_gate_said(desk: Any, item: Mode, workflow: Mode) -> None:
    desk.mode(workflow)
    deal = desk.deal()
    [outcome] = desk.apply(desk.cleared(desk.proposal(deal), mode=item))
    assert (outcome.state, desk.value(deal)) == (State.BLOCKED, "before")
    assert "nothing is written" in outcome.why


@pytest.mark.law(15)
def test_while_all_writes_are_stopped_nothing_is_written_and_it_may_be_tried_again(desk: Any) -> None:
    deal = desk.deal()
    cleared = desk.cleared(desk.proposal(deal))
    desk.stop()
    [outcome] = desk.apply(cleared)
    assert (outcome.state, outcome.retry, desk.value(deal)) == (State.CLEARED, True, "before")
