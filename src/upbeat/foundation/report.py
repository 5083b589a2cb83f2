"""An audit as it was: what was asked, how each item stands, what was found, what could not be seen."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from upbeat.foundation.findings import Exhibit, Finding, Measure, Unseen
from upbeat.foundation.ground import Org
from upbeat.foundation.judging import Judged, Status
from upbeat.foundation.readiness import Consequence, Readiness


@dataclass(frozen=True, slots=True)
class NotEnded:
    """A check that did not come to its end, and why."""

    check: str
    why: str


@dataclass(frozen=True, slots=True)
class Audit:
    """One audit of an org's foundation.

    `by` is who asked for it, where they said so. `pipeline` is the amount of all open deals, in the corporate currency,
    None where it is not known. `calls` are the API calls that it took, of `planned` at most. `readiness` says of each
    workflow what it rests on and how that stands, and `consequences` what each finding does to which workflow.
    `beyond` are the figures of checks that belong to none of the items; `checks` names all that were to look.
    """

    id: str
    org: Org
    at: datetime
    by: str
    pipeline: Decimal | None
    planned: int
    calls: int
    items: tuple[Judged, ...]
    findings: tuple[Finding, ...]
    exhibits: tuple[Exhibit, ...]
    unseen: tuple[Unseen, ...]
    not_ended: tuple[NotEnded, ...]
    readiness: tuple[Readiness, ...] = ()
    consequences: tuple[Consequence, ...] = ()
    beyond: tuple[Measure, ...] = ()
    checks: tuple[str, ...] = ()

    @property
    def passing(self) -> int:
        """How many items pass; what has nothing to measure is none of them."""
        return sum(one.status is Status.PASSES for one in self.items)

    @property
    def failing(self) -> tuple[Judged, ...]:
        """The items that fail."""
        return tuple(one for one in self.items if one.status is Status.FAILS)

    @property
    def kept(self) -> "Audit":
        """The audit without the records behind its findings, which are kept apart, to be forgotten one by one."""
        return replace(self, findings=tuple(replace(one, records=()) for one in self.findings))
