"""What the gate is told beside the proposal and the policy."""

from dataclasses import dataclass
from datetime import datetime

from upbeat.domain import Approval, Mode, Record
from upbeat.schema import Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The org as it stands around one proposal.

    `deal` is the opportunity that the write touches as read now, with `gate.DEAL_FIELDS`: the record itself, or the
    one that it belongs to by `gate.deal_path`. Where it is None, or its Id is another's, the deal is unknown.
    `approvals` are stored ones, of this proposal or of others: the digest tells. `author` is the username that answers
    for the workflow. `colleagues` are the addresses of the org's active users, in small letters: a message to anybody
    else leaves the house. `taken` says who has accepted or touched the record already, and when;
    it is empty where nobody has, or nobody was promised to.
    """

    schema: Schema
    mode: Mode
    author: str
    now: datetime
    deal: Record | None = None
    approvals: tuple[Approval, ...] = ()
    colleagues: frozenset[str] = frozenset()
    taken: str = ""
