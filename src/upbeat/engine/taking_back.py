"""A workflow that was live goes back: by a person's word, or by the house's own for a reason that it gives."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from upbeat.domain import HOUSE, Mode
from upbeat.ledger import Entry, Kind, Ledger
from upbeat.store import tables


def take_back(
    conn: Connection, ledger: Ledger, name: str, by: str, why: str, now: datetime, *, mode: Mode = Mode.MONITOR
) -> str | None:
    """Set the version that people took live to `mode`, and give that version; None where none of the workflow is live.

    It goes by what people gave, not by the files: one whose file was changed or removed is taken back all the same.
    What waits for release is not written any more.
    """
    given = tables.modes
    row = conn.execute(select(given).where(given.c.workflow == name)).first()
    if row is None or row.mode in {Mode.MONITOR, mode}:
        return None
    entry = Entry(Kind.DEMOTED, by, {"why": why, "mode": mode}, workflow=name, version=row.version)
    [entry_id] = ledger.append(conn, [entry])
    conn.execute(update(given).where(given.c.workflow == name).values(mode=mode, entry_id=entry_id, at=now))
    return row.version


def demote_by_house(
    conn: Connection, ledger: Ledger, name: str, why: str, now: datetime, *, mode: Mode = Mode.MONITOR
) -> str | None:
    """Take a workflow back without being asked, to monitor or to a pause; `why` is what its owner reads."""
    return take_back(conn, ledger, name, HOUSE, why, now, mode=mode)
