"""What is known of a record beside its own fields, when it is assigned."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from upbeat.domain import Record
from upbeat.workflows import Person


@dataclass(frozen=True, slots=True)
class Match:
    """An account that a record belongs to or may belong to, with `Id`, `Name`, `OwnerId` and `Owner`, and why."""

    account: Record
    why: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Had:
    """Who had this person, or this company, until when."""

    user: str  # username
    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Double:
    """Another record of the same person: an open lead or a contact, with `Id`, `OwnerId` and `Owner`."""

    object: str
    record: Record
    why: str
    score: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The record's account, its doubles, who had it, and what the steps before found.

    `accounts` holds one where it is certain, and the candidates, best first, where `doubt` says why a person must
    choose. `contact` is the person's own contact, and `more` how many doubles there are beside those that are told.
    `owner` is the user who has the record, where that is no member. `holders` had this very record and did not keep
    the promise: it never goes to one of them again. `facts` are what formulas read as `$Routing.<name>`.
    """

    accounts: tuple[Match, ...] = ()
    doubt: str = ""
    contact: Double | None = None
    owner: Person | None = None
    doubles: tuple[Double, ...] = ()
    more: int = 0
    last: tuple[Had, ...] = ()
    holders: frozenset[str] = frozenset()  # usernames
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
