"""What is known from elsewhere of a record, as a step is given it: asked before the step ran, and noted for good."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from upbeat.domain import Record

TIMED_OUT = "timed out"
BUDGET = "budget reached"
NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class Filled:
    """What we wrote into a field of a record last: the value, from which source, and when."""

    value: Any
    source: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Enriched:
    """What a source said of one record, and what our earlier answers left in the fields that it may fill.

    `status` is how the source answered (`found`, `nothing known`, `ambiguous`, `refused`), or why there is no answer:
    `timed out`, `budget reached`, `not asked`. `sent` are the keys that it was asked with, `values` its facts as it has
    them, `more` what it said when it was asked the same again, `odd` the facts that were no single value, `at` when it
    answered. `account` is the matched account as read, and `filled` what we wrote last, by record id and field.
    """

    source: str
    status: str
    why: str = ""
    sent: Mapping[str, str] = field(default_factory=dict[str, str])
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    more: tuple[Mapping[str, Any], ...] = ()
    odd: tuple[str, ...] = ()
    at: datetime | None = None
    account: Record | None = None
    filled: Mapping[str, Mapping[str, Filled]] = field(default_factory=dict[str, dict[str, Filled]])
