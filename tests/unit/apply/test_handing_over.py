"""What comes of each way in which a message can fail to be handed over, and which messages are ever sent twice."""

from typing import Any, Self

import pytest
from sqlalchemy import update

from upbeat.apply import RefusedWriteError, Sender, State
from upbeat.base import digest
from upbeat.channels import (
    ChannelAwayError,
    LostAnswerError,
    MailServer,
    Message,
    NotNowError,
    RefusedMessageError,
    Security,
    Way,
)
from upbeat.domain import Effect, Verb
from upbeat.ledger import Kind
from upbeat.store import tables

DANA = "dana.whitfield@acme.example"
POLICY = "p" * 64


class Says:
    """A channel that takes every message, or says what it is told to say."""

    def __init__(self, *errors: Exception | None) -> None:
        self.errors, self.sent = list(errors), list[Message]()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def send(self, message: Message) -> str:
        self.sent.append(message)
        if self.errors and (error := self.errors.pop(0)) is not None:
            raise error
        return "250 taken"


def sender(desk: Any, channel: Says) -> Sender:
    found = Sender(
        MailServer("localhost", 1, Security.NONE, "upbeat@acme.example"), None, desk.store, desk.ledger, desk.clock
    )
    found._ways = {Way.MAIL: channel}
    return found


def message(desk: Any) -> Any:
    after = {"To": DANA, "Subject": "Lowell", "Text": "Shall it?"}
    return desk.proposal("", verb=Verb.SEND, object="Email", before={}, after=after)


def test_what_leaves_is_what_was_decided_and_goes_in_its_thread(desk: Any) -> None:
    proposal = message(desk)
    sender(desk, channel := Says()).send([desk.cleared(proposal)])
    words = Message(proposal.id, DANA, "Lowell", "Shall it?", "why", desk.clock.now(), digest(proposal.group))
    assert channel.sent == [words]


@pytest.mark.law(3)
def test_it_is_said_before_it_leaves_and_after_under_the_policy_that_cleared_it(desk: Any) -> None:
    proposal = message(desk)
    sender(desk, Says()).send([desk.cleared(proposal)])
    _, meant, sent = desk.entries(proposal)
    assert [(one.kind, one.policy) for one in (meant, sent)] == [(Kind.INTENDED, POLICY), (Kind.SENT, POLICY)]


@pytest.mark.parametrize(
    ("error", "state", "why", "again"),
    [
        (RefusedMessageError("no such mailbox"), State.FAILED, "no such mailbox", (False, True)),
        (NotNowError("too many"), State.CLEARED, "too many", (True, True)),
        (ChannelAwayError("away"), State.CLEARED, "away", (True, False)),
    ],
)
def test_what_did_not_leave_is_kept_with_why_and_may_be_tried_unless_it_was_refused(
    desk: Any, error: Exception, state: State, why: str, again: tuple[bool, bool]
) -> None:
    [found] = sender(desk, Says(error)).send([desk.cleared(proposal := message(desk))])
    assert (found.state, (found.retry, found.is_try)) == (state, again)
    assert why in found.why
    assert (desk.row(proposal).state, desk.row(proposal).result) == (state, found.why)


@pytest.mark.law(3)
def test_a_lost_answer_to_anybody_else_than_a_colleague_is_a_persons(desk: Any) -> None:
    cleared = desk.cleared(message(desk), effects=(Effect.NOTICE, Effect.FIELD))
    channel = Says(LostAnswerError("nobody answered"))
    [found] = sender(desk, channel).send([cleared])
    assert (found.state, found.retry) == (State.FAILED, False)
    assert found.why.startswith("nobody answered it was handed over and the answer was lost")
    assert sender(desk, channel).send([cleared])[0].state is State.FAILED
    assert len(channel.sent) == 1


@pytest.mark.law(3)
def test_a_lost_answer_to_a_colleague_is_sent_again_under_the_same_id(desk: Any) -> None:
    cleared = desk.cleared(message(desk), effects=(Effect.NOTICE,))
    channel = Says(LostAnswerError("nobody answered"))
    [found] = sender(desk, channel).send([cleared])
    assert (found.state, found.why, found.retry) == (State.SENDING, "nobody answered", True)
    assert sender(desk, channel).send([cleared])[0].state is State.WRITTEN
    assert [one.id for one in channel.sent] == [cleared[0].id] * 2


@pytest.mark.law(3)
def test_what_was_being_sent_as_we_died_is_not_sent_again_but_to_a_colleague(desk: Any) -> None:
    client, colleague = desk.cleared(message(desk)), desk.cleared(message(desk), effects=(Effect.NOTICE,))
    with desk.store.writing() as conn:
        conn.execute(update(tables.proposals).values(state=State.SENDING))
    found = sender(desk, channel := Says()).send([client, colleague])
    assert [one.state for one in found] == [State.FAILED, State.WRITTEN]
    assert "it may have arrived" in found[0].why
    assert [one.id for one in channel.sent] == [colleague[0].id]


def test_a_queued_notice_is_sent_and_what_is_held_is_not(desk: Any) -> None:
    for state, sent in ((State.QUEUED, 1), (State.HELD, 0), (State.WITHDRAWN, 0), (State.BLOCKED, 0)):
        proposal, channel = message(desk), Says()
        cleared = desk.cleared(proposal)
        with desk.store.writing() as conn:
            conn.execute(update(tables.proposals).where(tables.proposals.c.id == proposal.id).values(state=state))
        [found] = sender(desk, channel).send([cleared])
        assert (len(channel.sent), found.state) == (sent, State.WRITTEN if sent else state)


def test_after_a_server_that_is_away_the_rest_waits_as_it_was(desk: Any) -> None:
    cleared = [desk.cleared(message(desk)) for _ in range(3)]
    found = sender(desk, channel := Says(ChannelAwayError("away"))).send(cleared)
    assert [(one.state, one.retry, one.is_try) for one in found] == [(State.CLEARED, True, False)] * 3
    assert len({one.why for one in found}) == 1
    assert len(channel.sent) == 1
    assert [one.kind for one in desk.entries(cleared[1][0])] == [Kind.DECIDED]


@pytest.mark.parametrize("error", [NotNowError("later"), RefusedMessageError("no"), LostAnswerError("lost")])
def test_after_a_message_that_fails_by_itself_the_next_is_sent(desk: Any, error: Exception) -> None:
    found = sender(desk, Says(error)).send([desk.cleared(message(desk)) for _ in range(2)])
    assert found[1].state is State.WRITTEN


@pytest.mark.law(1)
def test_beside_a_write_nothing_is_sent(desk: Any) -> None:
    channel = Says()
    with pytest.raises(RefusedWriteError, match="is no message"):
        sender(desk, channel).send([desk.cleared(message(desk)), desk.cleared(desk.proposal(desk.deal()))])
    assert channel.sent == []
