"""The alarm: an incident before those who take workflows live, each of them told, with the evidence in the ledger."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, func, select

from upbeat import notices
from upbeat.base import digest, short
from upbeat.domain import HOUSE
from upbeat.ledger import Entry, Kind
from upbeat.operations.house import House
from upbeat.operations.owning import INCIDENT, ask_owner
from upbeat.operations.reconciling.values import Class, Finding
from upbeat.review import Matter, OwnerQueue, State
from upbeat.store import tables

_KEY: Final = "reconcile:"  # begins the key of every alarm: incidents are of other things too
_ANSWER_WITHIN: Final = timedelta(days=1)
_TOLD: Final = 20  # findings that an incident names one by one


def raise_alarm(house: House, conn: Connection, fresh: Sequence[Finding], entry: str) -> None:
    """Raise one for findings, at least one; `entry` is the ledger entry that holds the evidence."""
    now, names = house.clock.now(), house.get_people().names()
    lines = [_line(one, names) for one in fresh[:_TOLD]]
    if len(fresh) > _TOLD:
        lines.append(f"and {len(fresh) - _TOLD} more: `upbeat reconcile` lists them")
    strange = sum(1 for one in fresh if one.kind is Class.STRANGER)
    ask = f"{strange} changes in the org are not in the ledger, {len(fresh) - strange} of the ledger's not in the org"
    entry_line = f"The evidence is ledger entry {entry}, and those of the records: `upbeat reconcile` tells the values."
    whom = _whom(house)
    matter = Matter(
        kind=INCIDENT,
        key=f"{_KEY}{digest([one.key for one in fresh])[:16]}",
        ask=ask,
        owner=whom[0],
        due=now + _ANSWER_WITHIN,
        choices=("explained", "credentials replaced"),
        reasons=(*lines, entry_line),
        queue=OwnerQueue.BREAK_FIX,
    )
    reason = "you are one of those who take workflows live"
    review = ask_owner(house, conn, matter, notices.Kind.ALARM, reason)
    house.ledger.append(conn, [Entry(Kind.INCIDENT, HOUSE, {"what": ask, "review": review.id, "evidence": entry})])
    for person in whom[1:]:
        notices.tell(
            conn,
            person,
            notices.Kind.ALARM,
            subject=ask,
            text="\n".join(matter.reasons),
            reason=reason,
            now=now,
            due_at=review.due_at,
            command=f"upbeat review show {short(review.id)}",
            review_id=review.id,
        )


def open_alarms(conn: Connection) -> int:
    """Count the alarms that nobody has answered yet."""
    table = tables.reviews
    alarms = (table.c.kind == INCIDENT) & table.c.group.startswith(f"{HOUSE}:{_KEY}")
    return conn.scalar(select(func.count()).where(alarms, table.c.state == State.OPEN)) or 0


def _line(one: Finding, names: Mapping[str, str]) -> str:
    """Say what differs without any value of the record, which would stay when the record is forgotten."""
    who = f" by {names.get(one.by, one.by)}" if one.by else ""
    fields = f": {', '.join(one.fields)}" if one.fields else ""
    return f"{one.kind}: {one.object} {one.record_id} on {one.at:%d %b %Y %H:%M:%S} UTC{who}{fields}"


def _whom(house: House) -> list[str]:
    """Give the active people who take workflows live, the owner of that rule where there is none."""
    policy, people = house.policy, house.get_people()
    named = [name for role in policy.promotion.roles for name in policy.roles.get(role, ())]
    named += [policy.promotion.second] if policy.promotion.second is not None else []
    found = [people.active(name) for name in dict.fromkeys(named)]
    return [one.username for one in found if one is not None] or [policy.promotion.owner]
