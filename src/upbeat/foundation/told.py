"""An audit as it is told: with what to fix first, and what changed since the one before."""

from collections.abc import Mapping
from dataclasses import dataclass

from upbeat.foundation.comparing import Compared, compare
from upbeat.foundation.ranking import FirstThing, first_things, ranked
from upbeat.foundation.report import Audit


@dataclass(frozen=True, slots=True)
class Told:
    """An audit and what follows from it.

    `first` are the things to fix first; `pressing` the keys of all findings, the most pressing first. `compared` is
    None where there was no audit before.
    """

    audit: Audit
    first: tuple[FirstThing, ...]
    pressing: tuple[str, ...]
    compared: Compared | None


def tell(audit: Audit, before: Audit | None) -> Told:
    """Give an audit as it is told."""
    pressing = ranked(audit.findings, _breaks(audit), audit.pipeline)
    return Told(
        audit=audit,
        first=first_things(pressing, audit.findings),
        pressing=tuple(one.finding for one in pressing),
        compared=None if before is None else compare(before, audit),
    )


def _breaks(audit: Audit) -> Mapping[str, list[str]]:
    """Give the workflows that each finding breaks, by its key."""
    found: dict[str, list[str]] = {}
    for one in audit.consequences:
        found.setdefault(one.finding, []).append(one.workflow)
    return found
