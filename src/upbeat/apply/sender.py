"""The sole sender. A message is checked and recorded as a write is; what became of one, no mail server can be asked.

cleared ──intend──▶ sending ──answer──▶ written | failed
│
└──no answer, or we died──▶ a notice to a colleague: sent again under the same Message-ID
a message to anybody else: a person's
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from upbeat.apply.book import Book, Cleared, Standing
from upbeat.apply.hands import Warrant
from upbeat.apply.outcome import Outcome, RefusedWriteError, State
from upbeat.base import Clock, digest
from upbeat.channels import (
    ChannelAwayError,
    LostAnswerError,
    MailServer,
    Message,
    NotNowError,
    RefusedMessageError,
)
from upbeat.channels.send import Channel, Smtp
from upbeat.domain import Effect, Proposal, Verb
from upbeat.ledger import Kind, Ledger
from upbeat.store import Store

_LOST: Final = (
    "it was handed over and the answer was lost, so it may have arrived: ask the recipient, or look into the mail "
    "server's log; then try again or give up"
)


class Sender:
    """Sends cleared messages over one channel, which nobody else sends with."""

    def __init__(self, server: MailServer, store: Store, ledger: Ledger, clock: Clock) -> None:
        """Take the mail server; the channel to it is made here and stays here."""
        self._channel: Channel = Smtp(server)
        self._book = Book(store, ledger, clock)
        self._clock = clock

    def reach(self) -> None:
        """See that the mail server can be reached and lets us in. Raises ChannelAwayError where not."""
        with self._channel as channel:
            channel.reach()

    def send(self, cleared: Sequence[Cleared]) -> list[Outcome]:
        """Send messages in their order over one connection, and record each result before the next one leaves.

        Returns one outcome a proposal. One that was sent before is given as it was. Raises RefusedWriteError, and
        sends nothing at all, where a clearance does not hold or is of something else than a message.
        """
        standings = self._book.look_up(cleared)
        for one in standings:
            if one.proposal.verb is not Verb.SEND:
                raise RefusedWriteError(f"{one.proposal.object} {one.proposal.id} is no message")
        with self._channel as channel:
            return list(self._carry_out(channel, standings))

    def _carry_out(self, channel: Channel, standings: Sequence[Standing]) -> Iterator[Outcome]:
        away = ""
        for one in standings:
            outcome = self._before(one, away)
            if outcome is None:
                outcome = self._one(channel, one)
                away = outcome.why if outcome.retry and not outcome.is_try else ""
            yield outcome

    def _before(self, one: Standing, away: str) -> Outcome | None:
        """Give what becomes of a message that is not sent, or None where it is to be."""
        if one.state not in {State.CLEARED, State.QUEUED, State.SENDING}:
            return one.as_it_was
        if one.state is State.SENDING and not _may_be_repeated(one):
            return self._kept(one, Outcome(one.proposal, State.FAILED, why=_LOST))
        if away:
            return Outcome(one.proposal, one.state, why=away, retry=True, is_try=False)
        allowed, halted = self._book.intend([one.proposal], _warrant(one))
        return None if allowed else halted[0]

    def _one(self, channel: Channel, one: Standing) -> Outcome:
        proposal = one.proposal
        try:
            said = channel.send(self._message(proposal))
        except RefusedMessageError as error:
            return self._kept(one, Outcome(proposal, State.FAILED, why=str(error)))
        except ChannelAwayError as error:
            return self._kept(one, Outcome(proposal, State.CLEARED, why=str(error), retry=True, is_try=False))
        except NotNowError as error:
            return self._kept(one, Outcome(proposal, State.CLEARED, why=str(error), retry=True))
        except LostAnswerError as error:
            if _may_be_repeated(one):
                return self._kept(one, Outcome(proposal, State.SENDING, why=error.what, retry=True))
            return self._kept(one, Outcome(proposal, State.FAILED, why=f"{error.what} {_LOST}"))
        return self._kept(one, Outcome(proposal, State.WRITTEN, why=said))

    def _kept(self, one: Standing, outcome: Outcome) -> Outcome:
        self._book.record([outcome], _warrant(one), Kind.SENT)
        return outcome

    def _message(self, proposal: Proposal) -> Message:
        return Message(
            id=proposal.id,
            to=str(proposal.after["To"]),
            subject=str(proposal.after["Subject"]),
            text=str(proposal.after["Text"]),
            reason=proposal.reasons[0],
            at=self._clock.now(),
            thread=digest(proposal.group),
        )


def _warrant(one: Standing) -> Mapping[str, Warrant]:
    return {one.proposal.id: Warrant(one.clearance.decision.policy)}


def _may_be_repeated(one: Standing) -> bool:
    """Whether a second copy does no harm: to a colleague, whose mail reader knows it by its Message-ID."""
    return one.clearance.decision.effects == (Effect.NOTICE,)
