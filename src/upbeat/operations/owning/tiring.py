"""A trigger whose flags nobody acts on tires its readers: its owner is asked to tune it, and then it is taken back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from upbeat import notices, review
from upbeat.base import Rate
from upbeat.domain import Mode
from upbeat.operations.house import House
from upbeat.operations.owning import figures
from upbeat.operations.owning.asking import answers_for, ask_owner
from upbeat.operations.owning.demoting import demote_and_tell
from upbeat.operations.owning.figures import Flag
from upbeat.operations.owning.scorecards import flags_of
from upbeat.review import Matter, OwnerQueue, Review, State
from upbeat.store import tables
from upbeat.workflows import Workflow, duration_words

TIRED = "tired readers"  # the kind of the question


def look_after_readers(house: House, now: datetime) -> Mapping[str, Any] | None:
    """Find live workflows that tire their readers, and act on it; give what the ledger should remember.

    A workflow does where too few of its flags were acted on, as sure as the figures are at 95 %. Its owner gets a
    tuning item. Where it still does so once that time has passed again, it goes back to monitor, if policy says so.
    """
    asked, demoted, rested = list[str](), list[str](), list[str]()
    with house.store.writing() as conn:
        for name, flow in house.versions.current.items():
            row = conn.execute(select(tables.modes).where(tables.modes.c.workflow == name)).first()
            if house.versions.mode(conn, flow) is not Mode.LIVE or row is None:
                continue
            flags = flags_of(house, conn, flow, max(row.at, now - house.policy.readers.over))
            found, before = figures.action_rate(flags, now), _newest(conn, flow)
            if found.of < house.policy.readers.at_least:
                continue  # too few to say anything, for it or against it
            if found.high * 100 >= house.policy.readers.action_rate:
                rested += [name] if _rest(house, conn, before, now) else []
            elif before is None or now - before.created_at > 2 * house.policy.readers.over:
                _ask(house, conn, flow, flags, found)
                asked.append(name)
            elif house.policy.readers.demote and now - before.created_at >= house.policy.readers.over:
                demote_and_tell(house, conn, flow, f"it still tires its readers: {_words(house, found)}")
                demoted.append(name)
    done = {"asked": asked, "demoted": demoted, "rested": rested}
    return done if any(done.values()) else None


def _words(house: House, found: Rate) -> str:
    limit = house.policy.readers
    return (
        f"{found.part} of {found.of} flags within {duration_words(limit.over)} were acted on, which is at most "
        f"{found.high:.0%}, and policy asks for {limit.action_rate}%"
    )


def _newest(conn: Connection, flow: Workflow) -> Review | None:
    """Give what the owner of this version was last asked about its readers, unless that was settled."""
    table = tables.reviews
    mine = (table.c.kind == TIRED) & (table.c.workflow == flow.name) & (table.c.version == flow.version)
    wanted = select(table.c.id).where(mine, table.c.state != State.WITHDRAWN).order_by(table.c.seq.desc())
    found = conn.scalar(wanted.limit(1))
    return None if found is None else review.find(conn, found)


def _rest(house: House, conn: Connection, before: Review | None, now: datetime) -> bool:
    """Close the question about readers who act on its flags again."""
    if before is None or before.state is not State.OPEN:
        return False
    review.withdraw(conn, house.ledger, before, "its flags are acted on again", now)
    return True


def _ask(house: House, conn: Connection, flow: Workflow, flags: Sequence[Flag], found: Rate) -> None:
    now = house.clock.now()
    people = figures.readers(flags, now)
    least = sorted(people, key=lambda one: (one.acted.share or 0, -one.received))[:3]
    said = [f"{one.person} acted on {one.acted.part} of {one.acted.of}" for one in least]
    said += [f"rejected {count} times: {reason}" for reason, count in figures.rejections(flags).items()]
    then = f"Where it is still so in {duration_words(house.policy.readers.over)}, it goes back to monitor."
    matter = Matter(
        kind=TIRED,
        key=flow.version[:10],
        ask=f"{flow.name} tires its readers: {_words(house, found)}",
        owner=answers_for(house, flow.owner),
        due=now + house.policy.queue.review_within,
        choices=("tuned", "seen"),
        reasons=(*said, f"All figures: upbeat scorecard {flow.name}", *([then] if house.policy.readers.demote else [])),
        queue=OwnerQueue.TUNING,
        workflow=flow.name,
        version=flow.version,
    )
    ask_owner(house, conn, matter, notices.Kind.ALARM, f"You own {flow.name}.")
