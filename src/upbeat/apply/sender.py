"""The sole sender. A message is checked and recorded as a write is; what became of one, no mail server can be asked.

    cleared ──intend──▶ sending ──answer──▶ written | failed
                          │
                          └──no answer, or we died──▶ a notice to a colleague: sent again, known by its key
                                                      a message to anybody else: a person's

A colleague is told in Slack where that is set up, and else by mail; anybody else by mail alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final

from upbeat.apply.book import Book, Cleared, Standing
from upbeat.apply.hands import Warrant
from upbeat.apply.outcome import Outcome, RefusedWriteError, State
from upbeat.base import Clock, digest
from upbeat.channels import (
    BusyError,
    ChannelAwayError,
    LostAnswerError,
    MailServer,
    Message,
    NotNowError,
    RefusedMessageError,
    SlackApp,
    Way,
)
from upbeat.channels.send import Channel, InTurn, Slack, Smtp
from upbeat.domain import Effect, Verb
from upbeat.ledger import Kind, Ledger
from upbeat.store import Store

_LOST: Final = (
    "it was handed over and the answer was lost, so it may have arrived: ask the recipient, or look into the mail "
    "server's log; then try again or give up"
)


class Sender:
    """Sends cleared messages over its channels, which nobody else sends with."""

    def __init__(
        self, mail: MailServer | None, slack: SlackApp | None, store: Store, ledger: Ledger, clock: Clock
    ) -> None:
        """Take what is set up, one at least; the channels to it are made here and stay here."""
        self._ways: dict[Way, Channel] = {}
        if slack is not None:
            self._ways[Way.SLACK] = Slack(slack)
        if mail is not None:
            self._ways[Way.MAIL] = Smtp(mail)
        self._book = Book(store, ledger, clock)
        self._clock = clock

    @property
    def ways(self) -> tuple[Way, ...]:
        """By what a colleague is told, the first way first."""
        return tuple(self._ways)

    def reach(self) -> None:
        """See that each way is open and lets us in. Raises ChannelAwayError where one is not."""
        with InTurn(list(self._ways.values())) as channel:
            channel.reach()

    def send(self, cleared: Sequence[Cleared], *, by: Way | None = None) -> list[Outcome]:
        """Send messages in their order over one connection, and record each result before the next one leaves.

        `by` has them go this way alone. Returns one outcome a proposal. One that was sent before is given as it was.
        Raises RefusedWriteError, and sends nothing at all, where a clearance does not hold or is of something else
        than a message.
        """
        standings = self._book.look_up(cleared)
        for one in standings:
            if one.proposal.verb is not Verb.SEND:
                raise RefusedWriteError(f"{one.proposal.object} {one.proposal.id} is no message")
        own = [channel for way, channel in self._ways.items() if by in {None, way}]
        with InTurn(own) as channel:
            return list(self._carry_out(channel, standings))

    def _carry_out(self, channel: Channel, standings: Sequence[Standing]) -> Iterator[Outcome]:
        away: dict[bool, Outcome] = {}  # of notices, and of messages to anybody else
        for one in standings:
            outcome = self._before(one, away.get(_is_notice(one)))
            if outcome is None:
                outcome = self._one(channel, one)
                if outcome.retry and not outcome.is_try:
                    away[_is_notice(one)] = outcome
            yield outcome

    def _before(self, one: Standing, away: Outcome | None) -> Outcome | None:
        """Give what becomes of a message that is not sent, or None where it is to be."""
        if one.state not in {State.CLEARED, State.QUEUED, State.SENDING}:
            return one.as_it_was
        if one.state is State.SENDING and not _is_notice(one):
            return self._kept(one, Outcome(one.proposal, State.FAILED, why=_LOST))
        if away is not None:
            return Outcome(one.proposal, one.state, why=away.why, retry=True, is_try=False, wait=away.wait)
        allowed, halted = self._book.intend([one.proposal], _warrant(one))
        return None if allowed else halted[0]

    def _one(self, channel: Channel, one: Standing) -> Outcome:
        proposal = one.proposal
        try:
            said = self._hand_over(channel, one)
        except RefusedMessageError as error:
            return self._kept(one, Outcome(proposal, State.FAILED, why=str(error)))
        except ChannelAwayError as error:
            wait = error.wait if isinstance(error, BusyError) else timedelta()
            why = str(error)
            return self._kept(one, Outcome(proposal, State.CLEARED, why=why, retry=True, is_try=False, wait=wait))
        except NotNowError as error:
            return self._kept(one, Outcome(proposal, State.CLEARED, why=str(error), retry=True))
        except LostAnswerError as error:
            if _is_notice(one):
                return self._kept(one, Outcome(proposal, State.SENDING, why=error.what, retry=True))
            return self._kept(one, Outcome(proposal, State.FAILED, why=f"{error.what} {_LOST}"))
        return self._kept(one, Outcome(proposal, State.WRITTEN, why=said))

    def _hand_over(self, channel: Channel, one: Standing) -> str:
        """Hand a message over: a notice by any way, anything else by mail. Raises what the channel raises."""
        message = self._message(one)
        if _is_notice(one):
            return channel.send(message)
        if Way.MAIL not in self._ways:
            what = f"{message.to} is no colleague and is written to by mail, and no mail is set up"
            raise ChannelAwayError(what, fix="Run `upbeat mail connect`.")
        return self._ways[Way.MAIL].send(message)

    def _kept(self, one: Standing, outcome: Outcome) -> Outcome:
        self._book.record([outcome], _warrant(one), Kind.SENT)
        return outcome

    def _message(self, one: Standing) -> Message:
        proposal = one.proposal
        return Message(
            id=proposal.id,
            to=str(proposal.after["To"]),
            subject=str(proposal.after["Subject"]),
            text=str(proposal.after["Text"]),
            reason=proposal.reasons[0],
            at=self._clock.now(),
            thread=digest(proposal.group),
            again=one.state is State.SENDING,
        )


def _warrant(one: Standing) -> Mapping[str, Warrant]:
    return {one.proposal.id: Warrant(one.clearance.decision.policy)}


def _is_notice(one: Standing) -> bool:
    """Whether it is to a colleague: a second copy does no harm there, and mail readers know it by its Message-ID."""
    return one.clearance.decision.effects == (Effect.NOTICE,)
