"""What people are told of a record that they were promised to touch: that it is theirs, and that its time runs out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from upbeat.base import short
from upbeat.engine.wording import about
from upbeat.notices import Kind, take_back, tell
from upbeat.routing import Promised, Stage

Record = Mapping[str, Any]


def ask_to_accept(conn: Connection, one: Promised, record: Record, now: datetime) -> None:
    """Ask its owner whether they take a record on."""
    command = f"upbeat routing accept {short(one.id)}"
    _tell(conn, one, Kind.ASKED, "is yours: accept or decline it", command, record, now)


def remind_of(conn: Connection, one: Promised, record: Record, *, accept: bool, now: datetime) -> None:
    """Remind its owner that a record waits for them."""
    says = "waits for you to accept it" if accept and one.accepted_at is None else "waits for you to touch it"
    _tell(
        conn,
        one,
        Kind.DUE_SOON,
        says,
        f"upbeat routing {'accept' if accept else 'waiting'} {short(one.id)}",
        record,
        now,
    )


def leave_unsaid(conn: Connection, one: Promised, stage: Stage) -> None:
    """Let what its owner has not been told yet of a record stay unsaid, as it comes to another stage."""
    take_back(conn, one.owner, one.item_id, f"{stage} before it was sent")


def _tell(conn: Connection, one: Promised, kind: Kind, says: str, command: str, record: Record, now: datetime) -> None:
    called = record if record.get("Name") or record.get("Id") else {"Name": f"{one.object} {one.record_id}"}
    had = f", and {len(one.holders) - 1} had it before you" if len(one.holders) > 1 else ""
    came = f"It came in on {one.born_at:%a %d %b %H:%M} UTC{had}."
    tell(
        conn,
        one.owner,
        kind,
        subject=about(called, f"it {says}"),
        text=f"{came} `upbeat routing decline {short(one.id)}` passes it on.",
        reason=f"The pool {one.pool} gave it to you.",
        now=now,
        due_at=one.due_at,
        command=command,
        item_id=one.item_id,
        workflow=one.workflow,
        record_id=one.record_id,
    )
