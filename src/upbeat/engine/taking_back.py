"""A workflow that was live goes back: by a person's word, or by the house's own for a reason that it gives."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from upbeat.domain import HOUSE, Mode
from upbeat.engine.versions import set_mode
from upbeat.ledger import Entry, Kind, Ledger
from upbeat.store import tables
from upbeat.workflows import Workflow


def take_back(conn: Connection, ledger: Ledger, name: str, by: str, why: str, now: datetime) -> str | None:
    """Take the version that people took live back to monitor, and give it; None where none of the workflow is live.

    It goes by what people gave, not by the files: one whose file was changed or removed is taken back all the same.
    What waits for release is not written, unless people take the workflow live again.
    """
    given = tables.modes
    row = conn.execute(select(given).where(given.c.workflow == name)).first()
    if row is None or row.mode == Mode.MONITOR:
        return None
    entry = Entry(Kind.DEMOTED, by, {"why": why, "mode": Mode.MONITOR}, workflow=name, version=row.version)
    [entry_id] = ledger.append(conn, [entry])
    conn.execute(update(given).where(given.c.workflow == name).values(mode=Mode.MONITOR, entry_id=entry_id, at=now))
    return row.version


def demote_by_house(conn: Connection, ledger: Ledger, name: str, why: str, now: datetime) -> str | None:
    """Take a workflow back to monitor without being asked; `why` is what its owner reads."""
    return take_back(conn, ledger, name, HOUSE, why, now)


def pause(conn: Connection, ledger: Ledger, workflow: Workflow, why: str, now: datetime) -> None:
    """Halt a workflow, whatever its mode: it takes nothing, and what is under way stands until people say more."""
    said = {"why": why, "mode": Mode.PAUSED}
    entry = Entry(Kind.DEMOTED, HOUSE, said, workflow=workflow.name, version=workflow.version)
    [entry_id] = ledger.append(conn, [entry])
    set_mode(conn, workflow, Mode.PAUSED, entry_id, now)
