"""An audit that a person begins on a page: it goes on in the background, and where it was cut off, the next goes on."""

from typing import Final

from upbeat.operations.auditing.keeping import under_way
from upbeat.operations.auditing.running import Tell, audit, plan_audit
from upbeat.operations.background import Background, background, begin
from upbeat.operations.house import House

AUDIT: Final = "audit"
"""The name under which it stands among work in the background."""


def begin_audit(house: House, by: str, *, calls: int | None = None, fresh: bool = False) -> Background:
    """Have the foundation audited, in a person's name; `calls` is the most API calls, left out what its plan says.

    Raises Refused where an audit goes on already, and where `by` is no active user.
    """
    person = house.person(by).username

    def work(tell: Tell) -> None:
        tell("looking at the org")
        audit(house, plan_audit(house, fresh=fresh), by=person, calls=calls, tell=tell)

    return begin(house, AUDIT, person, work)


def audit_in_background(house: House) -> Background | None:
    """Give the audit that was begun last on a page: how far it is, or how it ended."""
    return background(house, AUDIT)


def cut_off_audit(house: House) -> bool:
    """Whether an audit was cut off, and the next one goes on from what the org has answered."""
    return under_way(house.store) is not None
