"""Somebody who answers for something has left: an incident, then a pause, until somebody else is named.

An incident stands as long as a published file names the person. It goes to whoever is above them, and cannot be
answered away: naming an active person in the file and publishing it ends it. Once the grace is over, the workflows
whose trigger or action they own are paused. What is under way stands with whoever has the incident, until people take
the workflow live again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from upbeat import notices, review
from upbeat.domain import HOUSE, Mode
from upbeat.engine import ItemState, pause
from upbeat.ledger import Entry, Kind
from upbeat.operations.house import House
from upbeat.operations.owning.asking import answers_for, ask_owner
from upbeat.operations.owning.duties import Duty, duties
from upbeat.operations.owning.handing_on import hand_on
from upbeat.review import Matter, OwnerQueue, Review, State
from upbeat.store import tables
from upbeat.workflows import duration_words

INCIDENT = "incident"  # the kind of the question
_LOOK = timedelta(hours=1)
_ON_THE_LINE = (ItemState.READY, ItemState.RETRY)


@dataclass(frozen=True, slots=True)
class Held:
    """One duty, and whether whoever has it is an active user."""

    subject: str
    what: str
    person: str
    active: bool


def owners(house: House) -> list[Held]:
    """Give everybody who answers for something that runs, by the file that names them."""
    every = dict.fromkeys(duties(house.versions.current, house.policy))
    return [Held(one.subject, one.what, one.person, _is_active(house, one.person)) for one in every]


def look_after_owners(house: House, now: datetime) -> Mapping[str, Any] | None:
    """Hand on what waits with whoever left, open and end incidents, and pause what nobody took over in time.

    Gives what the ledger should remember, None where nothing had to be done. Raises SalesforceError.
    """
    people_left = _gone(house)
    with house.store.writing() as conn:
        handed = hand_on(house, conn)
        over = [_end(house, conn, row) for row in _standing(conn) if (row.subject, row.person) not in people_left]
        opened, paused = list[str](), list[str]()
        for duty in people_left.values():
            asked = _ask(house, conn, duty, now)
            if asked.since == now:
                opened.append(f"{duty.person}, {duty.what} of {duty.subject}")
            if asked.since + house.policy.owners.grace <= now:
                paused += _pause(house, conn, duty, asked.since, now)
            _stand_with(conn, duty, asked.review)
    done = {"handed_on": handed, "incidents": opened, "over": over, "paused": paused}
    return done if any(done.values()) else None


@dataclass(frozen=True, slots=True)
class _Asked:
    """The question that an incident is at present, and since when the incident stands."""

    review: Review
    since: datetime


def _gone(house: House) -> dict[tuple[str, str], Duty]:
    """Give, by file and person, what nobody active answers for: the duties that one person has in one file as one."""
    found: dict[tuple[str, str], Duty] = {}
    for one in duties(house.versions.current, house.policy):
        if _is_active(house, one.person):
            continue
        key = one.subject, one.person
        before = found.get(key)
        if before is None:
            found[key] = one
        elif one.what not in before.what.split(", "):
            pauses = tuple(dict.fromkeys((*before.pauses, *one.pauses)))
            found[key] = Duty(one.subject, one.person, f"{before.what}, {one.what}", pauses)
    return found


def _is_active(house: House, name: str) -> bool:
    return house.get_people().active(name) is not None


def _standing(conn: Connection) -> Iterable[Row[tuple[Any, ...]]]:
    return conn.execute(select(tables.incidents)).all()


def _ask(house: House, conn: Connection, duty: Duty, now: datetime) -> _Asked:
    """Give the incident's question; it is put anew where somebody closed it and nothing has changed."""
    table, grace = tables.incidents, house.policy.owners.grace
    mine = (table.c.subject == duty.subject) & (table.c.person == duty.person)
    known = conn.execute(select(table).where(mine)).first()
    since = now if known is None else known.since
    names = f"Until {since + grace:%d %B %H:%M} UTC it goes on ({duration_words(grace)} by policy)"
    then = f"; then {' and '.join(duty.pauses)} pauses" if duty.pauses else ""
    matter = Matter(
        kind=INCIDENT,
        key=f"{duty.subject}:{duty.person}"[:60],
        ask=f"{duty.person} is no longer active, and is {duty.what} in {duty.subject}",
        owner=answers_for(house, duty.person),
        due=now + house.policy.queue.escalate_within,
        choices=(),
        reasons=(f"Name somebody else in {duty.subject} and publish it: that ends it.", f"{names}{then}."),
        queue=OwnerQueue.BREAK_FIX,
        workflow=duty.pauses[0] if len(duty.pauses) == 1 else HOUSE,
    )
    reason = f"You are next after {duty.person}."
    asked = ask_owner(house, conn, matter, notices.Kind.INCIDENT, reason)
    if known is None:
        conn.execute(insert(table).values(subject=duty.subject, person=duty.person, review_id=asked.id, since=now))
        said = {"person": duty.person, "subject": duty.subject, "what": duty.what, "to": asked.owner}
        said |= {"pauses": duty.pauses, "after": now + grace, "review": asked.id}
        house.ledger.append(conn, [Entry(Kind.INCIDENT, HOUSE, said, workflow=matter.workflow)])
    elif known.review_id != asked.id:
        conn.execute(update(table).where(mine).values(review_id=asked.id))
    return _Asked(asked, since)


def _end(house: House, conn: Connection, row: Row[tuple[Any, ...]]) -> str:
    """End an incident: its file names somebody active, or the person is back."""
    table, now = tables.incidents, house.clock.now()
    conn.execute(delete(table).where(table.c.subject == row.subject, table.c.person == row.person))
    asked = review.find(conn, row.review_id)
    if asked.state is State.OPEN:
        review.withdraw(conn, house.ledger, asked, "somebody active answers for it again", now)
    said = {"person": row.person, "subject": row.subject, "since": row.since}
    house.ledger.append(conn, [Entry(Kind.INCIDENT_OVER, HOUSE, said, workflow=asked.workflow)])
    mine = (one.pauses for one in duties(house.versions.current, house.policy) if one.subject == row.subject)
    for name in {name for names in mine for name in names}:
        _give_back(house, conn, name, now)
    return f"{row.person} in {row.subject}"


def _pause(house: House, conn: Connection, duty: Duty, since: datetime, now: datetime) -> list[str]:
    """Pause the workflows that cannot go on without this person; give those that were not paused yet."""
    why = (
        f"{duty.person}, its {duty.what}, is no longer active since {since:%d %B}, and nobody was named in their place"
    )
    paused: list[str] = []
    for name in duty.pauses:
        flow = house.versions.current[name]
        if house.versions.mode(conn, flow) is not Mode.PAUSED:
            pause(conn, house.ledger, flow, why, now)
            paused.append(name)
    return paused


def _stand_with(conn: Connection, duty: Duty, asked: Review) -> None:
    """Let what is under way in a paused workflow stand with whoever has the incident, until that is due."""
    items, modes = tables.items, tables.modes
    names = select(modes.c.workflow).where(modes.c.workflow.in_(duty.pauses), modes.c.mode == Mode.PAUSED)
    halted = items.c.workflow.in_(names) & items.c.state.in_(_ON_THE_LINE)
    conn.execute(update(items).where(halted).values(owner=asked.owner, due_at=asked.due_at + _LOOK))


def _give_back(house: House, conn: Connection, name: str, now: datetime) -> None:
    """Ask the owner of a workflow that is paused, with runs that wait, to take it live again or to leave it."""
    items, modes, flow = tables.items, tables.modes, house.versions.current[name]
    given = conn.scalar(select(modes.c.mode).where(modes.c.workflow == name))
    halted = (items.c.workflow == name) & items.c.state.in_(_ON_THE_LINE)
    count = conn.scalar(select(func.count()).where(halted)) or 0
    if given != Mode.PAUSED or not count:
        return
    matter = Matter(
        kind="paused",
        key=flow.version[:10],
        ask=f"{name} is paused, and {count} of its runs wait",
        owner=answers_for(house, flow.owner),
        due=now + house.policy.queue.escalate_within,
        choices=("seen",),
        reasons=("Take it live again, and they go on; take it back to monitor, and they end unwritten.",),
        queue=OwnerQueue.BREAK_FIX,
        workflow=name,
        version=flow.version,
    )
    asked = ask_owner(house, conn, matter, notices.Kind.INCIDENT, f"You own {name}.")
    conn.execute(update(items).where(halted).values(owner=asked.owner, due_at=asked.due_at + _LOOK))
