"""What can go wrong between us and an org, told apart by what to do about it.

    SalesforceError
    ├── Retryable         the same call may succeed later: a row lock, a 5xx or a lost answer to a read
    │   └── LimitReached  the org's API calls are used up, or down to the reserve kept for people
    ├── CallsSpent        it would be one call more than was agreed to, and was not sent
    ├── SessionDead       no new token cures it: the connection's credentials or permissions do not hold
    ├── Unanswered        a write was sent and its answer is not known: it may have been committed
    └── Rejected          everything else: the call is wrong, and stays wrong until someone changes something

A row of a collection fails on its own: its `Fault` stands in its `Result`, and nothing is raised.
"""

# ruff: noqa: N818 - the names say what happened: `except Unanswered` reads as it is meant

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, cast

import msgspec

from upbeat.base import UpbeatError, decode

_PASSING = frozenset({"UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "QUERY_TIMEOUT", "REQUEST_LIMIT_EXCEEDED"})


class Cause(StrEnum):
    """Why a call may succeed when it is sent again."""

    LOCK = "row lock"
    NETWORK = "network"
    TROUBLE = "trouble at the org"
    CROWD = "too many calls at once"


@dataclass(frozen=True, slots=True)
class Fault:
    """One entry of Salesforce's error list: of a whole call, or of one row of a collection."""

    code: str
    message: str
    fields: tuple[str, ...] = ()

    @property
    def retryable(self) -> bool:
        """Whether the org refused for a passing cause, such as a row lock: nothing was changed."""
        return self.code in _PASSING


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one row of a write.

    `id` is empty where a create was refused; `became` are the ids of what a lead is now, as convertLead names them.
    """

    ok: bool
    id: str = ""
    created: bool = False
    errors: tuple[Fault, ...] = ()
    became: Mapping[str, str] = field(default_factory=dict[str, str])


class SalesforceError(UpbeatError):
    """The org refused, or did not answer.

    `code` is Salesforce's error code and `status` the HTTP status, empty and 0 where there was no answer. After a
    collection write, `results` holds one entry for each row of the call: its result, or None where the row got no
    answer or was never sent.
    """

    def __init__(self, what: str, *, where: str = "", fix: str = "", code: str = "", status: int = 0) -> None:
        """Keep the code and the status beside the words."""
        super().__init__(what, where=where, fix=fix)
        self.code = code
        self.status = status
        self.results: tuple[Result | None, ...] = ()


class Retryable(SalesforceError):
    """The same call may succeed later; nothing was changed by it."""

    @property
    def cause(self) -> Cause:
        """Why it may: what the wait goes by."""
        if self.code == "UNABLE_TO_LOCK_ROW":
            return Cause.LOCK
        if self.code == "REQUEST_LIMIT_EXCEEDED" or self.status == 429:
            return Cause.CROWD
        return Cause.TROUBLE if self.code or self.status else Cause.NETWORK


class LimitReached(Retryable):
    """The org's daily API calls are used up, or down to the reserve."""


class CallsSpent(SalesforceError):
    """The call would be one more than was agreed to; it was not sent."""


class SessionDead(SalesforceError):
    """The org does not take our token, and a new one does not help."""


class Unanswered(SalesforceError):
    """A write was sent, and its answer was lost or was a server error: it may have been committed.

    Read the records before anything is repeated.
    """


class Rejected(SalesforceError):
    """The org refused the call as it stands."""


def faults(body: bytes) -> tuple[Fault, ...]:
    """Read an error body: REST's list of errors, or OAuth's single one. Empty where it is neither."""
    try:
        content = decode(body)
    except msgspec.DecodeError:
        return ()
    listed = cast("list[Any]", content if isinstance(content, list) else [content])
    return tuple(fault(cast("dict[str, Any]", entry)) for entry in listed if isinstance(entry, dict))


def fault(entry: dict[str, Any]) -> Fault:
    """Read one error, as a call (`errorCode`), a collection's row (`statusCode`) or OAuth (`error`) words it."""
    code = entry.get("errorCode") or entry.get("statusCode") or entry.get("error") or ""
    message = entry.get("message") or entry.get("error_description") or ""
    return Fault(str(code), str(message), tuple(entry.get("fields") or ()))
