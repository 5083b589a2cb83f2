"""No message leaves without a clearance for exactly this message and this recorded decision (laws 1, 7 and 15)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mail_server import DROP, MailServer
from upbeat.apply import RefusedWriteError, Sender, State
from upbeat.channels import MailServer as Host
from upbeat.channels import Security
from upbeat.domain import HOUSE, Mode, Verb
from upbeat.gate import clear

DANA = "dana.whitfield@acme.example"


@pytest.fixture
def post(tmp_path: Path) -> Iterator[MailServer]:
    with MailServer(tmp_path) as server:
        yield server


@pytest.fixture
def sender(desk: Any, post: MailServer) -> Sender:
    host = Host("localhost", post.port, Security.NONE, "upbeat@acme.example")
    return Sender(host, None, desk.store, desk.ledger, desk.clock)


def message(desk: Any, **more: Any) -> Any:
    after = {"To": DANA, "Subject": "Lowell", "Text": "Shall it?"}
    return desk.proposal("", **{"verb": Verb.SEND, "object": "Email", "before": {}, "after": after, **more})


def test_a_cleared_message_is_sent(desk: Any, sender: Sender, post: MailServer) -> None:
    [outcome] = sender.send([desk.cleared(message(desk))])
    assert (outcome.state, outcome.why, [mail.to for mail in post.box]) == (State.WRITTEN, "250 taken", [DANA])


@pytest.mark.law(3)
def test_what_was_sent_is_not_sent_again(desk: Any, sender: Sender, post: MailServer) -> None:
    cleared = desk.cleared(message(desk))
    sender.send([cleared])
    [again] = sender.send([cleared])
    assert (again.state, len(post.box)) == (State.WRITTEN, 1)


@pytest.mark.law(1)
class TestNothingLeaves:
    """Each of these is refused, and with it everything that was to be sent beside it."""

    def refused(self, desk: Any, sender: Sender, post: MailServer, bad: Any, why: str) -> None:
        with pytest.raises(RefusedWriteError, match=why):
            sender.send([desk.cleared(message(desk)), bad])
        assert post.box == []

    def test_to_somebody_else_than_was_decided(self, desk: Any, sender: Sender, post: MailServer) -> None:
        proposal, clearance = desk.cleared(message(desk))
        other = replace(proposal, after={**proposal.after, "To": "buyer@customer.example"})
        self.refused(desk, sender, post, (other, clearance), "for another proposal")

    def test_in_other_words_than_was_decided(self, desk: Any, sender: Sender, post: MailServer) -> None:
        proposal, clearance = desk.cleared(message(desk))
        self.refused(desk, sender, post, (replace(proposal, reasons=("another",)), clearance), "for another proposal")

    def test_by_a_decision_that_is_not_in_the_ledger(self, desk: Any, sender: Sender, post: MailServer) -> None:
        decision = desk.decided(proposal := message(desk))
        self.refused(desk, sender, post, (proposal, clear(decision, "0" * 32)), "does not hold the decision")

    def test_that_is_a_write(self, desk: Any, sender: Sender, post: MailServer) -> None:
        self.refused(desk, sender, post, desk.cleared(desk.proposal(desk.deal())), "is no message")


@pytest.mark.law(1)
def test_the_writer_sends_no_message(desk: Any) -> None:
    with pytest.raises(RefusedWriteError, match="no way to send"):
        desk.apply(desk.cleared(message(desk)))


@pytest.mark.law(7)
@pytest.mark.parametrize("mode", [Mode.MONITOR, Mode.PAUSED])
def test_what_is_not_live_is_not_sent_whatever_the_gate_said(
    desk: Any, sender: Sender, post: MailServer, mode: Mode
) -> None:
    desk.mode(mode)
    [outcome] = sender.send([desk.cleared(message(desk))])
    assert (outcome.state, post.box) == (State.BLOCKED, [])


@pytest.mark.law(7)
def test_no_workflow_borrows_the_houses_name_to_be_heard(desk: Any, sender: Sender, post: MailServer) -> None:
    desk.mode(Mode.MONITOR)
    [outcome] = sender.send([desk.cleared(message(desk, workflow=HOUSE))])
    assert (outcome.state, post.box) == (State.BLOCKED, [])


@pytest.mark.law(15)
def test_a_stop_between_two_messages_halts_the_second(
    desk: Any, sender: Sender, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = desk.cleared(message(desk)), desk.cleared(message(desk))
    kept = sender._kept

    def then_stop(*outcome: Any, **more: Any) -> Any:
        desk.stop()
        return kept(*outcome, **more)

    monkeypatch.setattr(sender, "_kept", then_stop)
    outcomes = sender.send([first, second])
    assert [one.state for one in outcomes] == [State.WRITTEN, State.CLEARED]
    assert len(post.box) == 1


def test_a_server_that_is_away_is_not_asked_for_every_message(desk: Any, sender: Sender, post: MailServer) -> None:
    post.next("RCPT", DROP)
    outcomes = sender.send([desk.cleared(message(desk)) for _ in range(3)])
    assert [(one.state, one.retry, one.is_try) for one in outcomes] == [(State.CLEARED, True, False)] * 3
    assert post.connections == 1
