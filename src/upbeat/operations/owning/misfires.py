"""Misfire: anybody says of a flag that it is wrong, its owner answers by a time, and they hear what was done."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from upbeat import notices
from upbeat.base import rate, short
from upbeat.domain import Mode
from upbeat.ledger import Entry, Kind
from upbeat.operations.house import House, Refused
from upbeat.operations.owning.asking import answers_for, ask_owner
from upbeat.operations.owning.demoting import demote_and_tell
from upbeat.operations.owning.firing import fired_since
from upbeat.operations.owning.flags import Seen, find_flag, flow_of
from upbeat.review import Matter, OwnerQueue, Review, State
from upbeat.store import tables
from upbeat.workflows import FileKind, Workflow, duration_words

MISFIRE = "misfire"  # the kind of the question


class Wrong(StrEnum):
    """What is wrong with a flag."""

    FACT = "wrong fact"
    TIME = "wrong time"
    RULE = "wrong rule"
    PERSON = "wrong person"
    VALUE = "bad value"


class Done(StrEnum):
    """What the owner did about it."""

    TUNED = "tuned"  # in a newer version
    MENDED = "data mended"
    MEANT = "works as meant"


@dataclass(frozen=True, slots=True)
class Misfire:
    """One person's report, and the question that it is for the owner; `demoted` says that it was one too many."""

    run: str
    workflow: str
    record_id: str
    kind: Wrong
    why: str
    by: str
    owner: str
    answer_by: datetime
    review: str
    demoted: bool = False


def report(house: House, key: str, by: str, why: str, kind: Wrong) -> Misfire:
    """Report that the flag of a run, or the newest one on a record, is wrong. Any active person may.

    Raises Refused where there is no flag, no word of why, or the same person has reported that run before; and with
    the answer where the run's owner has given one.
    """
    person, flag = house.person(by).username, find_flag(house, key)
    if not why.strip():
        raise Refused("a misfire needs a word of what is wrong", fix="Add --why, in your own words.")
    flow = flow_of(house, flag)
    with house.store.writing() as conn:
        if (told := _answer(conn, flag.run)) is not None:
            fix = f"`upbeat review show {short(told.id)}` has all of it; a later flag that is wrong is reported anew."
            said = ": ".join(filter(None, [told.choice or "rejected", told.note]))
            raise Refused(f"run {short(flag.run)} was reported, and {told.decided_by} answered {said}", fix=fix)
        before = _reported(conn, flag.run, person)
        if before is not None:
            fix = f"Its owner answers it: `upbeat review show {short(before)}`."
            raise Refused(f"{person} has reported run {short(flag.run)} already", fix=fix)
        review = _ask(house, conn, flag, flow, f"{person}: {kind}, {why}")
        said = Misfire(flag.run, flow.name, flag.record_id, kind, why, person, review.owner, review.due_at, review.id)
        _keep(house, conn, flag, said)
        return replace(said, demoted=hold_to_limit(house, conn, flow))


def must_say_what(house: House, review: Review, choice: str, note: str) -> None:
    """Hold that an answer says what was done. Raises Refused where it does not, or nothing newer is published."""
    if choice != Done.TUNED:
        if not note.strip():
            raise Refused(f"{choice!r} needs a word of why", fix="Add --note: whoever reported it reads that.")
        return
    with house.store.reading() as conn:
        was, newest = _number(conn, review.workflow, review.version), _number(conn, review.workflow)
    if newest <= was:
        what = f"{review.workflow} has not changed since version {was}, which was reported"
        raise Refused(what, fix="Publish the tuned version first, or choose what else was done.")


def answered(house: House, conn: Connection, review: Review) -> None:
    """Enter what the owner answered in the story of the run, and tell everybody who had reported it."""
    table, now = tables.misfires, house.clock.now()
    rows = conn.execute(select(table).where(table.c.review_id == review.id)).all()
    done = review.choice or Done.MEANT  # a question that was rejected is no misfire
    if done == Done.TUNED:
        done = f"{done} in version {_number(conn, review.workflow)}"
    words = ": ".join(filter(None, [done, review.note]))
    for run in dict.fromkeys(row.item_id for row in rows):
        entry = Entry(
            Kind.MISFIRE_ANSWERED,
            review.decided_by,
            {"review": review.id, "done": done, "note": review.note},
            item_id=run,
            workflow=review.workflow,
            version=review.version,
            record_id=review.record_id,
        )
        house.ledger.append(conn, [entry])
    for row in rows:
        notices.tell(
            conn,
            row.by,
            notices.Kind.MISFIRE,
            subject=f"{review.decided_by} answered what you reported of {review.workflow}: {done}",
            text=f"You said: {row.kind}, {row.why}\nThe answer: {words}",
            reason=f"You reported run {short(row.item_id)}.",
            now=now,
            item_id=row.item_id,
            review_id=review.id,
            workflow=review.workflow,
            record_id=review.record_id,
        )


def misfired(conn: Connection, workflow: str, since: datetime, version: str = "") -> dict[str, bool | None]:
    """Give the runs of a workflow reported since then, by id: whether the owner upheld it, None while it is open."""
    table, reviews = tables.misfires, tables.reviews
    wanted = (
        select(table.c.item_id, reviews.c.state, reviews.c.choice)
        .join(reviews, reviews.c.id == table.c.review_id)
        .where(table.c.workflow == workflow, table.c.at > since)
        .order_by(table.c.at)
    )
    found: dict[str, bool | None] = {}
    for row in conn.execute(wanted.where(table.c.version == version) if version else wanted):
        if found.get(row.item_id) is not True:
            found[row.item_id] = None if row.state == State.OPEN else row.choice in {Done.TUNED, Done.MENDED}
    return found


def hold_to_limit(house: House, conn: Connection, flow: Workflow) -> bool:
    """Take a live workflow back to monitor where more of its fires were wrong than policy allows; give whether it was.

    Fires and misfires are those of its present version since it is live, within the time that policy names. What its
    owner upheld is a misfire; what nobody answered counts once its time is over, or at least two people stand behind
    such reports. Few cases prove little, so it is the least share that the figures allow at 95 % which must be above
    the limit.
    """
    given, limit, now = tables.modes, house.policy.misfires, house.clock.now()
    row = conn.execute(select(given).where(given.c.workflow == flow.name)).first()
    if row is None or row.mode != Mode.LIVE:
        return False
    since = max(row.at, now - limit.over)
    upheld = {run for run, was in misfired(conn, flow.name, since, row.version).items() if was}
    wrong = upheld | _unanswered(conn, flow.name, since, row.version, now)
    fires = fired_since(conn, flow.name, since, version=row.version, mode=Mode.LIVE)
    found = rate(sum(one.run in wrong for one in fires), len(fires))
    if found.part < max(limit.at_least, 1) or found.low * 100 <= limit.most:
        return False
    why = (
        f"{found.part} of its {found.of} flags within {duration_words(limit.over)} were reported wrong, which is at "
        f"least {found.low:.0%} of what it fires on, and policy allows {limit.most}%"
    )
    return demote_and_tell(house, conn, flow, why)


def look_after_misfires(house: House, _now: datetime) -> Mapping[str, Any] | None:
    """Take back what has too many misfires, now that reports were upheld or have gone unanswered past their time."""
    current = house.versions.current
    with house.store.writing() as conn:
        demoted = [name for name, flow in current.items() if hold_to_limit(house, conn, flow)]
    return {"demoted": demoted} if demoted else None


def _unanswered(conn: Connection, workflow: str, since: datetime, version: str, now: datetime) -> set[str]:
    """Give the reported runs that wait for an answer and count all the same: nobody demotes by their word alone."""
    table, reviews = tables.misfires, tables.reviews
    waiting = (
        select(table.c.item_id, table.c.by, table.c.answer_by)
        .join(reviews, reviews.c.id == table.c.review_id)
        .where(table.c.workflow == workflow, table.c.version == version, table.c.at > since)
        .where(reviews.c.state == State.OPEN)
    )
    rows = conn.execute(waiting).all()
    several = len({row.by for row in rows}) > 1
    return {row.item_id for row in rows if several or row.answer_by <= now}


def _answer(conn: Connection, run: str) -> Row[*tuple[Any, ...]] | None:
    """Give what was answered to a report of this run, by whom; None while it waits, or where there is none."""
    table, reviews = tables.misfires, tables.reviews
    mine = table.c.item_id == run, reviews.c.state.in_([State.ANSWERED, State.REJECTED])
    found = select(reviews.c.id, reviews.c.choice, reviews.c.note, reviews.c.decided_by)
    return conn.execute(found.join(table, table.c.review_id == reviews.c.id).where(*mine).limit(1)).first()


def _reported(conn: Connection, run: str, by: str) -> str | None:
    table = tables.misfires
    return conn.scalar(select(table.c.review_id).where(table.c.item_id == run, table.c.by == by))


def _ask(house: House, conn: Connection, flag: Seen, flow: Workflow, said: str) -> Review:
    now = house.clock.now()
    matter = Matter(
        kind=MISFIRE,
        key=short(flag.run),
        ask=f"{flag.name}: {flow.title} is reported as wrong by {said}",
        owner=answers_for(house, flow.owner),
        due=now + house.policy.misfires.answer_within,
        choices=tuple(Done),
        reasons=(said, f"It fired as {flag.reason}", f"All about it: upbeat explain {short(flag.run)}"),
        queue=OwnerQueue.BREAK_FIX,
        workflow=flow.name,
        version=flag.version,
        object=flag.object,
        record_id=flag.record_id,
    )
    return ask_owner(house, conn, matter, notices.Kind.MISFIRE, f"You own {flow.name}.")


def _keep(house: House, conn: Connection, flag: Seen, said: Misfire) -> None:
    conn.execute(
        insert(tables.misfires).values(
            item_id=flag.run,
            by=said.by,
            workflow=said.workflow,
            version=flag.version,
            kind=said.kind,
            why=said.why,
            review_id=said.review,
            at=house.clock.now(),
            answer_by=said.answer_by,
        )
    )
    payload = {"kind": said.kind, "why": said.why, "owner": said.owner, "answer_by": said.answer_by}
    entry = Entry(
        Kind.MISFIRED,
        said.by,
        {**payload, "review": said.review},
        item_id=flag.run,
        workflow=said.workflow,
        version=flag.version,
        record_id=flag.record_id,
    )
    house.ledger.append(conn, [entry])


def _number(conn: Connection, workflow: str, version: str = "") -> int:
    """Give the number of a published version, of the newest where none is named."""
    table = tables.versions
    mine = select(func.max(table.c.number)).where(table.c.kind == FileKind.WORKFLOW, table.c.name == workflow)
    return conn.scalar(mine.where(table.c.version == version) if version else mine) or 0
