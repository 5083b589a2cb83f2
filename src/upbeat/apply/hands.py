"""In whose name a write leaves: an approved one in its approver's where they have lent it, all others in the writer's.

Never in the name of somebody who did not approve it. A name that can no longer be used is passed over, and the reason
kept; what the org refuses in a person's name is refused, and never tried with other rights.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from upbeat.apply.reconcile import Reconciler
from upbeat.domain import Approval, Decision
from upbeat.salesforce import Session, SessionDead
from upbeat.salesforce.write import Writer
from upbeat.schema import Schema

Lent = Callable[[str], Session | None]  # a username → the connection that its owner has lent, if there is one


@dataclass(frozen=True, slots=True)
class Hand:
    """One name to write in: `lent_by` is a username, empty for the writing connection."""

    lent_by: str
    session: Session
    writer: Writer
    reconciler: Reconciler


@dataclass(frozen=True, slots=True)
class Warrant:
    """What a write stands on as it leaves: the policy that cleared it, and in whose name it is written.

    `lent_by` is the approver whose own connection writes, empty for the writing connection; `instead` says why not an
    approver's that has been lent.
    """

    policy: str = ""
    lent_by: str = ""
    written_as: str = ""
    instead: str = ""


class Hands:
    """The writing connection, and those that approvers have lent. Each has a writer of its own, made here."""

    def __init__(self, own: Session, written_as: str, lent: Lent, schema: Callable[[], Schema], marker: str) -> None:
        """Take the writing connection, the username that it acts as, and who gives the connections of others."""
        self._written_as = written_as
        self._lent = lent
        self._schema = schema
        self._marker = marker
        self.own = self._hand("", own)

    def warrant(self, decision: Decision) -> Warrant:
        """Say in whose name a cleared write leaves: of its approvers', the last one's whose connection can be used.

        Raises Retryable where the org is not there to be asked.
        """
        ended: list[str] = []
        for username in _last_first(decision.approvals):
            session = self._lent(username)
            if session is None:
                continue
            try:
                session.token()
            except SessionDead as error:
                ended.append(f"the connection of {username} has ended ({error.what})")
                continue
            return Warrant(decision.policy, username, username, "; ".join(ended))
        return Warrant(decision.policy, "", self._written_as, "; ".join(ended))

    def of(self, lent_by: str) -> Hand | None:
        """Give the hand that writes in a name; None where that connection can be used no more. Raises Retryable."""
        if not lent_by:
            return self.own
        session = self._lent(lent_by)
        if session is None:
            return None
        try:
            session.token()
        except SessionDead:
            return None
        return self._hand(lent_by, session)

    def named(self, policy: str, lent_by: str) -> Warrant:
        """Give the warrant of a write that was sent before, in the name that it was sent in."""
        return Warrant(policy, lent_by, lent_by or self._written_as)

    def _hand(self, lent_by: str, session: Session) -> Hand:
        return Hand(lent_by, session, Writer(session), Reconciler(session, self._schema, self._marker))


def _last_first(approvals: Sequence[Approval]) -> Iterator[str]:
    """Give who approved, whoever signed last first: their signature is the one that released it."""
    ordered = sorted(approvals, key=lambda one: (one.at, one.by), reverse=True)
    return iter(dict.fromkeys(one.by for one in ordered))
