"""Taking a run back: a preview of what can be reversed, then an order that goes the way of every proposal."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from upbeat.apply import State as Stage
from upbeat.apply import same
from upbeat.base import decode, encode
from upbeat.domain import Change, Event, Mode, Proposal, Record, Verb
from upbeat.engine import UNDO_STEP, Progress
from upbeat.intake import Taker, accept, item_id
from upbeat.ledger import Entry, Kind
from upbeat.operations.house import House, Refused
from upbeat.operations.runs import find_run
from upbeat.store import tables


class Reversible(StrEnum):
    """Whether one written change can be taken back."""

    YES = "reversible"
    CHANGED = "changed since"
    GONE = "gone"
    DONE = "taken back already"


@dataclass(frozen=True, slots=True)
class Reversal:
    """One written change and what taking it back would do; `now` is the record's present value of its fields."""

    proposal: Proposal
    record_id: str
    state: Reversible
    now: Record
    why: str = ""


def preview(house: House, run: str) -> list[Reversal]:
    """Give every change that a run wrote, newest first, compared with the org as it is. Raises Refused for none."""
    found = find_run(house, run)
    with house.store.reading() as conn:
        table = tables.proposals
        rows = conn.execute(
            select(table).where(table.c.item_id == found, table.c.state == Stage.WRITTEN).order_by(table.c.seq.desc())
        ).all()
        undone = set(
            conn.scalars(select(table.c.body).where(table.c.state == Stage.WRITTEN, table.c.step == UNDO_STEP))
        )
    taken_back = {decode(body, Proposal).undoes for body in undone}
    if not rows:
        raise Refused(
            f"run {run} wrote nothing", fix="There is nothing to take back: `upbeat explain` shows what it did."
        )
    return [_reversal(house, decode(row.body, Proposal), row.record_id, taken_back) for row in rows]


def roll_back(house: House, run: str, by: str) -> str:
    """Ask for the run's reversible changes to be taken back; give the id of the rollback's own run.

    Raises Refused where a change was touched by somebody since: a rollback never overwrites a person.
    """
    person = house.person(by).username
    reversals = preview(house, run)
    blocked = [one for one in reversals if one.state not in {Reversible.YES, Reversible.DONE}]
    reversals = [one for one in reversals if one.state is Reversible.YES]
    if not reversals and not blocked:
        raise Refused(f"run {run} was taken back already")
    if blocked:
        raise Refused("; ".join(one.why for one in blocked), fix="Settle that by hand in Salesforce first.")
    first = reversals[0].proposal
    with house.store.writing() as conn:
        items = tables.items
        row = conn.execute(select(items).where(items.c.id == first.item_id)).one()
        origin, now = decode(row.event, Event), house.clock.now()
        event = Event(
            origin.org_id,
            origin.object,
            origin.record_id,
            Change.ASKED,
            f"rollback:{first.item_id}:{now.isoformat()}",
            now,
        )
        undo = tuple(one.proposal.id for one in reversals)
        progress = Progress(reason=f"{person} asked for it", undo=undo, asked_by=person)
        taker = Taker(row.workflow, row.version, person, Mode.LIVE)
        accept(conn, house.ledger, [(event, taker)], now, actor=person, data=encode(progress))
        asked = {"run": first.item_id, "proposals": [one.proposal.id for one in reversals]}
        entry = Entry(Kind.ROLLBACK_ASKED, person, asked, item_id=item_id(event, row.workflow), workflow=row.workflow)
        house.ledger.append(conn, [entry])
    return item_id(event, row.workflow)


def back_to(reversal: Reversal) -> Record:
    """Give the values that taking a change back restores; a record that we created goes to the recycle bin."""
    proposal = reversal.proposal
    return {"Id": "to the recycle bin"} if proposal.verb is Verb.CREATE else proposal.before


def _reversal(house: House, proposal: Proposal, record_id: str, taken_back: set[str]) -> Reversal:
    if proposal.id in taken_back:
        return Reversal(proposal, record_id, Reversible.DONE, {}, "it was taken back already")
    names = sorted(proposal.after)
    query = f"SELECT {', '.join(['Id', *names])} FROM {proposal.object} WHERE Id = :id"  # noqa: S608  from the schema
    rows = house.query(query, {"id": record_id})
    if not rows:
        return Reversal(proposal, record_id, Reversible.GONE, {}, f"{proposal.object} {record_id} is gone")
    now = {name: rows[0][name] for name in names}
    moved = [name for name in names if not same(now[name], proposal.after[name])]
    if moved:
        words = "; ".join(f"{name} was set to {proposal.after[name]} and is {now[name]} now" for name in moved)
        return Reversal(proposal, record_id, Reversible.CHANGED, now, f"somebody changed it since: {words}")
    return Reversal(proposal, record_id, Reversible.YES, now)
