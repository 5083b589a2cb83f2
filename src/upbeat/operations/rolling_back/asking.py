"""Taking writes back: a preview of what can be reversed, then an order that goes the way of every proposal.

The order is a run of its own for each record, so that ten thousand writes go in collections of two hundred and what is
interrupted goes on: what was asked for stands as rows, and asking once more asks for the rest.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from upbeat.apply import State as Stage
from upbeat.base import digest, encode
from upbeat.domain import Change, Event, Mode
from upbeat.engine import Progress
from upbeat.intake import Taker, accept, item_id
from upbeat.ledger import Entry, Kind
from upbeat.operations.house import House, Refused
from upbeat.operations.rolling_back.choosing import Pattern, Together, known, pages, records, together
from upbeat.operations.rolling_back.standing import stand, with_who
from upbeat.operations.rolling_back.weighing import Reversal, Reversible, weigh
from upbeat.operations.runs import find_run
from upbeat.store import tables

Told = Callable[[str], None]


@dataclass(slots=True)
class Asked:
    """What was asked for: its `key` in the ledger, the runs that carry it out, how many writes they take back.

    `left` is what stays as it is, and why.
    """

    key: str
    by: str
    runs: list[str] = field(default_factory=list[str])
    writes: int = 0
    left: list[Reversal] = field(default_factory=list[Reversal])


def preview(house: House, what: str | Pattern, told: Told = lambda _: None) -> Iterator[Reversal]:
    """Give every chosen write, newest first within a record, compared with the org as it is.

    `what` is a run's id or its beginning, a record's id, or a pattern. `told` hears how far it is. Raises Refused
    where nothing was written, or nothing fits; SalesforceError.
    """
    for _, reversals in _weighed(house, what, told):
        yield from reversals


def roll_back(house: House, what: str | Pattern, by: str, *, rest: bool = False, told: Told = lambda _: None) -> Asked:
    """Ask, in a person's name, for what is reversible to be taken back.

    Where somebody has changed part of a single run since, none of it goes back, unless `rest` asks for what is left; of
    a pattern goes what can. What cannot be undone at all, and what is gone, is told and holds nothing back.
    What somebody has changed since is never overwritten. Raises Refused where nothing can be taken back, or policy
    gives it to others, and SalesforceError.
    """
    person = house.person(by).username
    house.allow(person, "roll_back")
    if not house.writes:
        raise Refused(
            "there is no writing connection, so nothing can be taken back", fix="Run `upbeat org connect --writing`."
        )
    asked = Asked(digest([person, house.clock.now(), _words(what)]), person)
    done = 0
    for group, reversals in _weighed(house, what, told):
        left = [one for one in reversals if one.state not in {Reversible.YES, Reversible.DONE, Reversible.ASKED}]
        back = [one for one in reversals if one.state is Reversible.YES]
        in_the_way = [one for one in left if one.state is Reversible.CHANGED]
        if in_the_way and isinstance(what, str) and not rest:
            fix = "Settle that by hand in Salesforce first, or leave it as it is and take back the rest: `--rest`."
            raise Refused("; ".join(one.why for one in in_the_way), fix=fix)
        done += len(reversals) - len(left) - len(back)
        asked.left += left
        if back:
            _order(house, asked, group, back, what)
    if not asked.runs:
        raise _nothing(what, asked, done)
    return asked


def _weighed(house: House, what: str | Pattern, told: Told) -> Iterator[tuple[list[Together], list[Reversal]]]:
    """Give what is chosen by the page, with one reversal a write."""
    run = find_run(house, what) if isinstance(what, str) else ""
    pattern = Pattern() if isinstance(what, str) else what
    where = (tables.proposals.c.item_id == run) & (tables.proposals.c.state == Stage.WRITTEN) if run else None
    where = pattern.selects() if where is None else where
    with house.store.reading() as conn:
        ids = records(conn, where)
    found = 0
    for page in pages(ids):
        with house.store.reading() as conn:
            group = together(conn, where, page, pattern)
            chosen = [write for one in group for write in one.writes]
            around = known(conn, page, chosen)
        if chosen:
            yield group, with_who(house, weigh(chosen, stand(house, chosen, around)))
        found += len(chosen)
        told(f"{found:,} changes")
    if not found:
        if run:
            fix = "There is nothing to take back: `upbeat explain` shows what it did."
            raise Refused(f"run {what} wrote nothing", fix=fix)
        raise _nothing_fits(house, pattern)


def must_fit(house: House, pattern: Pattern) -> None:
    """Hold that something was written that fits a pattern, by our store alone. Raises Refused."""
    where = pattern.selects()
    with house.store.reading() as conn:
        if not any(together(conn, where, page, pattern) for page in pages(records(conn, where))):
            raise _nothing_fits(house, pattern)


def _nothing_fits(house: House, pattern: Pattern) -> Refused:
    if pattern.workflow:
        house.workflow(pattern.workflow)  # what is gone and wrote was found
    return Refused(
        f"nothing was written that fits {pattern.words or 'what you named'}",
        fix="Say less, or look at the words: `upbeat status` counts what was written.",
    )


def _order(
    house: House, asked: Asked, group: Sequence[Together], back: Sequence[Reversal], what: str | Pattern
) -> None:
    """Put a page of records on the line, each with the writes that are taken back, in one transaction."""
    going = {one.proposal.id for one in back}
    with house.store.writing() as conn:
        if not asked.runs and isinstance(what, Pattern):
            entry = Entry(Kind.ROLLBACK_ASKED, asked.by, {"rollback": asked.key, "pattern": what.words})
            house.ledger.append(conn, [entry])
        for one in group:
            undo = tuple(write.proposal.id for write in one.writes if write.proposal.id in going)
            if undo:
                asked.runs.append(_put_on_the_line(house, conn, asked, one, undo))
                asked.writes += len(undo)


def _put_on_the_line(house: House, conn: Connection, asked: Asked, one: Together, undo: tuple[str, ...]) -> str:
    now, origin = house.clock.now(), one.event
    key = f"rollback:{asked.key[:16]}:{now.isoformat()}"
    event = Event(origin.org_id, origin.object, origin.record_id, Change.ASKED, key, now)
    progress = Progress(reason=f"{asked.by} asked for it", undo=undo, asked_by=asked.by)
    taker = Taker(one.workflow, one.version, asked.by, Mode.LIVE)
    accept(conn, house.ledger, [(event, taker)], now, actor=asked.by, data=encode(progress))
    run = item_id(event, one.workflow)
    runs = list(dict.fromkeys(write.proposal.item_id for write in one.writes if write.proposal.id in undo))
    said = {"rollback": asked.key, "runs": runs, "proposals": undo}
    entry = Entry(Kind.ROLLBACK_ASKED, asked.by, said, item_id=run, workflow=one.workflow, record_id=origin.record_id)
    house.ledger.append(conn, [entry])
    return run


def _nothing(what: str | Pattern, asked: Asked, done: int) -> Refused:
    if asked.left:
        return Refused("; ".join(one.why for one in asked.left[:5]), fix="Settle that by hand in Salesforce.")
    name = f"run {what}" if isinstance(what, str) else "all that fits"
    return Refused(f"{name} was taken back already, or is being so: {done:,} changes")


def _words(what: str | Pattern) -> str:
    return what if isinstance(what, str) else what.words
