"""An audit with what follows from it: what to fix first, what it breaks, what changed since the one before."""

from collections.abc import Iterable, Mapping

from upbeat.foundation import Audit, RecordAt, Told, tell
from upbeat.operations.auditing import keeping
from upbeat.operations.house import House

__all__ = ["Told", "records_behind", "tell_audit"]


def tell_audit(house: House, audit: Audit) -> Told:
    """Give an audit as it is told, beside the one that ended before it here."""
    with house.store.reading() as conn:
        before = keeping.last_kept(conn, before=audit.id)
    return tell(audit, before)


def records_behind(house: House, audit: Audit, findings: Iterable[str], most: int) -> Mapping[str, list[RecordAt]]:
    """Give the first records behind these findings of an audit, by their keys."""
    with house.store.reading() as conn:
        return {key: keeping.records_of(conn, audit.id, key, most) for key in findings}
