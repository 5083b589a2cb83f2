"""What an entry says: what happened, who did it, and to what."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What happened, as area:object:action."""

    ITEM_ACCEPTED = "line:item:accepted"
    FIRED = "line:trigger:fired"
    RETRY = "line:item:retry"
    DEAD = "line:item:dead"
    ESCALATED = "line:item:escalated"
    ENDED = "line:item:ended"
    RAN = "line:step:ran"
    DECIDED = "gate:proposal:decided"
    HELD = "review:item:opened"
    PERSON_DECIDED = "review:item:decided"
    EDITED = "review:item:edited"
    DELEGATED = "review:item:delegated"
    SNOOZED = "review:item:snoozed"
    RECALLED = "review:item:recalled"
    WITHDRAWN = "review:item:withdrawn"
    OUTDATED = "review:item:outdated"
    EXPIRED = "review:item:expired"
    RELEASED = "review:item:released"
    INTENDED = "apply:write:intended"
    WROTE = "apply:write:done"
    FAILED = "apply:write:failed"
    SENT = "apply:message:sent"
    ADOPTED = "apply:write:adopted"  # found done by an earlier try whose answer was lost
    LOOKED_UP = "enrichment:source:asked"
    ROSTER = "routing:roster:read"
    BUSY = "routing:busy:read"
    STOOD = "routing:pool:stood"
    MOVED = "routing:pool:moved"
    PROMISED = "routing:promise:given"
    REMINDED = "routing:promise:reminded"
    ACCEPTED = "routing:promise:accepted"
    DECLINED = "routing:promise:declined"
    RETURNED = "routing:promise:returned"
    OVERDUE = "routing:promise:overdue"  # its owner's time is over, and it goes on to somebody else
    REASSIGNED = "routing:promise:reassigned"  # by a person, with others of their owner
    BREACHED = "routing:promise:breached"
    PUT_TO = "routing:promise:escalated"
    TOUCHED = "routing:promise:touched"
    PASSED_ON = "routing:promise:passed-on"  # by a person's hand
    UNPROMISED = "routing:promise:ended"
    OPENED = "engine:process:opened"
    CATALOGUED = "org:catalogue:read"
    STOPPED = "house:writes:stopped"
    RESUMED = "house:writes:resumed"
    PUBLISHED = "workflow:version:published"
    JUDGED = "workflow:run:judged"
    GO_LIVE_ASKED = "workflow:mode:asked"
    PROMOTED = "workflow:mode:promoted"
    DEMOTED = "workflow:mode:demoted"
    REVERTED = "workflow:version:reverted"
    MISFIRED = "workflow:flag:misfired"
    MISFIRE_ANSWERED = "workflow:flag:misfire-answered"
    OVERRIDDEN = "workflow:flag:overridden"
    HEARD_AGAIN = "workflow:flag:heard-again"  # the facts of an overridden flag have changed
    INCIDENT = "house:incident:opened"
    INCIDENT_OVER = "house:incident:over"
    JOB_DONE = "house:job:done"
    JOB_FAILED = "house:job:failed"
    RECONCILED = "house:org:reconciled"
    AUDITED = "house:foundation:audited"
    ATTESTED = "house:foundation:attested"
    UNATTESTED = "house:foundation:attestation-withdrawn"
    SIGNED_OFF = "house:record:signed-off"
    EXPORTED = "ledger:entries:exported"
    ROLLBACK_ASKED = "workflow:run:rollback-asked"
    SIGNED_IN = "console:session:begun"
    SESSION_ENDED = "console:session:ended"  # by hand, or as it was replayed
    TOKEN_MADE = "console:token:made"  # noqa: S105  what happened
    TOKEN_REVOKED = "console:token:revoked"  # noqa: S105  what happened
    CONNECTED = "org:connection:made"
    DISCONNECTED = "org:connection:ended"
    ERASED = "ledger:payload:erased"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened.

    `actor` is a username, an agent's name or a connection; `payload` is plain JSON values or a dataclass; the ids are
    empty where they do not apply. `version` is the workflow's, and `policy` the version of the policy that this stood
    on: where it is left out, the one in force when it is written.
    """

    kind: Kind
    actor: str
    payload: Any
    item_id: str = ""
    proposal_id: str = ""
    workflow: str = ""
    version: str = ""
    record_id: str = ""
    policy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored(Entry):
    """An entry as the ledger holds it, its payload read back as plain JSON values.

    `seq` is the order of writing; `position` the dense one that the sealer gave, None before. Where the payload was
    erased it is None, and `erased` is the id of the entry that says by whom and why.
    """

    id: str
    at: datetime
    seq: int
    position: int | None
    erased: str = ""


def stem_of(moment: datetime) -> str:
    """Give how the ids of a moment's entries begin: with its milliseconds."""
    return f"{int(moment.timestamp() * 1000):012x}"
