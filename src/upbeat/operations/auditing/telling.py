"""An audit with what follows from it: what to fix first, what it breaks, what changed since the one before."""

from upbeat.foundation import Audit, Told, tell
from upbeat.operations.auditing import keeping
from upbeat.operations.house import House

__all__ = ["Told", "tell_audit"]


def tell_audit(house: House, audit: Audit) -> Told:
    """Give an audit as it is told, beside the one that ended before it here."""
    with house.store.reading() as conn:
        before = keeping.last(conn, before=audit.id)
    return tell(audit, before)
