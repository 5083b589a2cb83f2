"""What is compared, and what came of it, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from upbeat.domain import Verb


@dataclass(frozen=True, slots=True)
class Users:
    """In whose name our connections act, usernames by id: users that are Upbeat's own, and people who lend theirs."""

    ours: Mapping[str, str]
    people: Mapping[str, str]

    @property
    def all(self) -> Mapping[str, str]:
        """Both."""
        return {**self.people, **self.ours}


class What(StrEnum):
    """What the org says that one of our users did to a record."""

    FIELD = "changed a field"  # by field history
    CREATED = "created it"
    DELETED = "deleted it"
    TOUCHED = "changed it last"  # by the record's own audit fields: which field is not told


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that the org says of one of our users.

    Of a field, `values` are what history says it became: names and ids of a reference, nothing where history keeps no
    value. `row` is the history row's id.
    """

    what: What
    object: str
    record_id: str
    by: str
    at: datetime
    field: str = ""
    values: tuple[Any, ...] = ()
    row: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One write as our ledger has it: `entry` says so, `began` is when it was about to be sent, `at` when it was done.

    `at` is None while its answer is not known. `is_erased` is a write whose record alone is still known,
    `lent_by` the approver in whose own name it was sent.
    """

    entry: str
    proposal: str
    run: str
    workflow: str
    verb: Verb
    object: str
    record_id: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    began: datetime
    at: datetime | None
    is_erased: bool = False
    lent_by: str = ""


class Class(StrEnum):
    """What a difference between the org and the ledger is. The first two raise an alarm."""

    STRANGER = "not in the ledger"
    MISSING = "not in the org"
    FOLLOWED = "followed our write"
    UNDER_WAY = "under way"


ALARMS = (Class.STRANGER, Class.MISSING)


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference, with its evidence in words. `key` is the same however often it is found."""

    key: str
    kind: Class
    object: str
    record_id: str
    at: datetime
    by: str
    said: tuple[str, ...]
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unchecked:
    """What could not be compared, why, and how many writes or rows that is; 0 where it cannot be counted."""

    what: str
    why: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What a comparison found between two moments: `changes` of the org and `writes` of the ledger were compared.

    `new` are the keys of alarms that were not raised before, and `entry` the ledger's entry of this comparison.
    """

    since: datetime
    until: datetime
    users: tuple[str, ...]
    objects: int
    changes: int
    writes: int
    matched: int
    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...]
    new: tuple[str, ...] = ()
    entry: str = ""

    @property
    def alarms(self) -> tuple[Finding, ...]:
        """What nobody can explain by the ledger, or by the org."""
        return tuple(one for one in self.findings if one.kind in ALARMS)
