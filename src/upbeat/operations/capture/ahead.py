"""Meetings that are still to come: the newest invitation waits, sealed, until they begin; what is cancelled goes."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from upbeat.base import decode, digest, encode
from upbeat.conversation import Conversation
from upbeat.conversation.calendar import Meeting
from upbeat.conversation.privacy import excluded, sided
from upbeat.operations.capture.ground import Ground
from upbeat.operations.capture.taking import Taken, take
from upbeat.operations.house import House
from upbeat.store import tables

_AT_ONCE: Final = 100  # meetings that have begun since the last look

_AHEAD = tables.capture_ahead


def note_ahead(house: House, conn: Connection, ground: Ground, meetings: Sequence[Meeting]) -> None:
    """Let meetings wait until they begin, each in its newest version; what may not be kept is not kept here either."""
    for series in {one.series for one in meetings} - {""}:  # told anew as a whole: days that it lost go
        newest = max(one.version for one in meetings if one.series == series)
        conn.execute(delete(_AHEAD).where(_AHEAD.c.series == digest(series), _AHEAD.c.version < newest))
    for one in meetings:
        talk = one.conversation
        version = conn.scalar(select(_AHEAD.c.version).where(_AHEAD.c.key == talk.key))
        if version is not None and version > one.version:
            continue
        if one.cancelled or excluded(sided(talk, ground.exclusions), ground.exclusions) is not None:
            conn.execute(delete(_AHEAD).where(_AHEAD.c.key == talk.key))
            continue
        body = house.ledger.hide(talk.key, encode(talk))
        series = digest(one.series) if one.series else ""
        row = {"key": talk.key, "began": talk.began, "series": series, "version": one.version, "body": body}
        fresh = insert(_AHEAD).values(row)
        changes = {name: fresh.excluded[name] for name in row if name != "key"}
        conn.execute(fresh.on_conflict_do_update(index_elements=["key"], set_=changes))


def take_begun(house: House) -> Taken:
    """Take in the meetings that have begun. Raises SalesforceError and DefinitionError."""
    begun = select(_AHEAD).where(_AHEAD.c.began <= house.clock.now()).order_by(_AHEAD.c.began).limit(_AT_ONCE)
    with house.store.reading() as conn:
        talks = [decode(house.ledger.show(row.key, row.body), Conversation) for row in conn.execute(begun)]
    if not talks:
        return Taken()

    def leave(conn: Connection) -> None:
        conn.execute(delete(_AHEAD).where(_AHEAD.c.key.in_([one.key for one in talks])))

    return take(house, talks, beside=leave)
