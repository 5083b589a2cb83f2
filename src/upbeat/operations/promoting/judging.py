"""A person's word on what a run in monitor would have done: right, or wrong and why. The ledger keeps it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, select

from upbeat.apply import State as Stage
from upbeat.base import Rate, rate, short
from upbeat.domain import Mode
from upbeat.ledger import Entry, Kind
from upbeat.operations.house import House, Refused
from upbeat.operations.runs import find_run
from upbeat.store import tables
from upbeat.workflows import Workflow

Word = Literal["right", "wrong"]


@dataclass(frozen=True, slots=True)
class Judged:
    """How people judged a version's samples: a run counts once, by the newest word on it.

    `right` is the share that is right; `wrong` counts the reasons given for the others.
    """

    right: Rate
    wrong: Mapping[str, int]
    runs: tuple[str, ...]


def judge(house: House, run: str, word: Word, by: str, why: str = "") -> str:
    """Enter a person's word on a run that only monitored; give the run's id.

    Raises Refused where it was live, would have done nothing, or is called wrong without a reason.
    """
    person, found = house.person(by).username, find_run(house, run)
    if word == "wrong" and not why.strip():
        raise Refused("what is wrong needs its reason", fix="Say --why: the wrong person, a wrong value, not at all.")
    with house.store.writing() as conn:
        item = conn.execute(select(tables.items).where(tables.items.c.id == found)).one()
        if item.mode != Mode.MONITOR:
            raise Refused(
                f"run {short(found)} was {item.mode}: what it did is done",
                fix="Report it as a misfire, or take it back with `upbeat rollback`.",
            )
        proposals = tables.proposals
        would = select(proposals.c.id).where(proposals.c.item_id == found, proposals.c.state == Stage.OBSERVED)
        entry = Entry(
            kind=Kind.JUDGED,
            actor=person,
            payload={"word": word, "why": why.strip(), "would": list(conn.scalars(would))},
            item_id=found,
            workflow=item.workflow,
            version=item.version,
            record_id=item.record_id,
        )
        house.ledger.append(conn, [entry])
    return found


def judgements(house: House, conn: Connection, flow: Workflow) -> Judged:
    """Count what people said of a version's runs."""
    entries = tables.ledger_entries
    mine = (entries.c.kind == Kind.JUDGED, entries.c.workflow == flow.name, entries.c.version == flow.version)
    ids = list(conn.scalars(select(entries.c.id).where(*mine).order_by(entries.c.seq)))
    stored = house.ledger.read_all(conn, ids)
    newest = {stored[one].item_id: stored[one].payload for one in ids}
    words = [said for said in newest.values() if said is not None]  # None: it was erased with a person's data
    right = sum(one["word"] == "right" for one in words)
    reasons = Counter(one["why"] for one in words if one["word"] == "wrong")
    return Judged(rate(right, len(words)), dict(reasons.most_common()), tuple(sorted(newest)))
