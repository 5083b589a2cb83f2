"""Notices as rows: put down once, in the transaction of whatever they tell of."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from upbeat.base import digest
from upbeat.domain import HOUSE
from upbeat.notices.notice import Kind, Notice, State
from upbeat.store import tables

FOLDED: Final = timedelta(days=1)  # so long the same words to the same person are said once


def tell(
    conn: Connection,
    to: str,
    kind: Kind,
    *,
    subject: str,
    text: str,
    reason: str,
    now: datetime,
    due_at: datetime | None = None,
    command: str = "",
    item_id: str = "",
    review_id: str = "",
    workflow: str = HOUSE,
    record_id: str = "",
    source: str = "",
) -> str:
    """Have a person told of something, in the caller's transaction; give the notice's id.

    `to` is their username and `reason` why it is they who get it. `due_at` is by when something is asked of them, and
    `command` what answers it: `upbeat review show 3f2a`. What they are to be told already, or were told in the last
    day, in the same words about the same thing, is one notice; and what has not reached them yet of the same question
    gives way to the newer word. `source` is the
    cleared proposal of the step that says it, where one does.
    """
    table = tables.notices
    words = {"kind": kind, "subject": subject, "text": text}
    same = {"to": to, **words, "item_id": item_id, "review_id": review_id}
    alike = [table.c[name] == value for name, value in same.items()]
    unsaid = table.c.state.in_([State.WAITING, State.HELD])
    said = select(table.c.id).where(*alike, unsaid | (table.c.created_at > now - FOLDED))
    if (told := conn.scalar(said.limit(1))) is not None:
        return told
    if review_id and kind.is_urgent:
        earlier = (table.c.to == to) & (table.c.review_id == review_id) & unsaid & table.c.urgent
        newer = {**words, "reason": reason, "due_at": due_at, "command": command, "send_at": now}
        if (waiting := conn.scalar(select(table.c.id).where(earlier).limit(1))) is not None:
            conn.execute(update(table).where(table.c.id == waiting).values(newer))
            return waiting
    notice = Notice(
        id=digest([*same.values(), now]),
        to=to,
        kind=kind,
        subject=subject,
        text=text,
        reason=reason,
        urgent=kind.is_urgent,
        due_at=due_at,
        command=command,
        item_id=item_id,
        review_id=review_id,
        workflow=workflow,
        record_id=record_id,
        state=State.WAITING,
        detail="",
        source=source,
        proposal_id="",
        created_at=now,
        send_at=now,
        sent_at=None,
    )
    conn.execute(insert(table).values(row_of(notice)))
    return notice.id


def take_back(conn: Connection, to: str, item_id: str, why: str) -> None:
    """Let what a person is still to be asked of a run, apart from any review, stay unsaid."""
    table = tables.notices
    unsaid = table.c.state.in_([State.WAITING, State.HELD]) & table.c.urgent & (table.c.review_id == "")
    mine = (table.c.to == to) & (table.c.item_id == item_id)
    conn.execute(update(table).where(mine, unsaid).values(state=State.WITHDRAWN, detail=why))


def row_of(notice: Notice) -> dict[str, Any]:
    """Give a notice as the columns of its row."""
    return {name: getattr(notice, name) for name in Notice.__slots__}


def notice_of(row: Any) -> Notice:
    """Give a row as a notice."""
    fields: dict[str, Any] = {name: getattr(row, name) for name in Notice.__slots__}
    fields["kind"], fields["state"] = Kind(row.kind), State(row.state)
    return Notice(**fields)
