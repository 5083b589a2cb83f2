"""Whether a write can be taken back, held against the record as it is now. Pure.

The writes on one record are looked at newest first, each against what the ones after it would leave: so two of ours on
one field go back through both, and a person's value between them stops the way back where it stands.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from upbeat.apply import same
from upbeat.domain import Proposal, Record, Verb
from upbeat.operations.rolling_back.choosing import Written


class Reversible(StrEnum):
    """Whether one written change can be taken back."""

    YES = "reversible"
    CHANGED = "changed since"
    GONE = "gone"
    DONE = "taken back already"
    ASKED = "being taken back"
    NEVER = "cannot be undone"


@dataclass(frozen=True, slots=True)
class Reversal:
    """One written change and what taking it back would do; `now` is the record's present value of its fields.

    `by` and `at` are who changed it since and when, empty and None where nobody did or the org does not tell.
    """

    proposal: Proposal
    record_id: str
    written_at: datetime
    state: Reversible
    now: Record
    why: str = ""
    moved: tuple[str, ...] = ()
    by: str = ""
    at: datetime | None = None

    @property
    def back_to(self) -> Record:
        """The values that stand again afterwards; a record that we created goes to the recycle bin."""
        return {"Id": "to the recycle bin"} if self.proposal.verb is Verb.CREATE else self.proposal.before


FINAL = {
    Verb.SEND: "a message that was sent cannot be called back",
    Verb.MERGE: "a merge cannot be undone: the records that were merged are gone",
    Verb.CONVERT: "a conversion cannot be undone: delete what it made by hand, if it is to go",
    Verb.DELETE: "it is in the recycle bin: restore it there, in Salesforce",
    Verb.UNDELETE: "it came out of the recycle bin: delete it by hand, if it is to go",
}


@dataclass(frozen=True, slots=True)
class Stand:
    """How a page of records stands.

    `rows` are the records as read now, by id; `undone` and `asked` the ids of proposals that were, or are being, taken
    back; `touched` says by record id what somebody did to a record that we made; `others` are our other writes.
    """

    rows: Mapping[str, Record]
    undone: Collection[str]
    asked: Collection[str]
    touched: Mapping[str, tuple[str, str, datetime]]  # what, who by id, when
    others: Mapping[str, Sequence[Written]]


def weigh(chosen: Sequence[Written], stand: Stand) -> list[Reversal]:
    """Weigh the chosen writes, given newest first; give one reversal each, in that order."""
    left: dict[str, dict[str, Any]] = {key: dict(row) for key, row in stand.rows.items()}
    return [_weigh(one, left.get(one.record_id), stand) for one in chosen]


def _weigh(one: Written, left: dict[str, Any] | None, stand: Stand) -> Reversal:
    proposal, row = one.proposal, stand.rows.get(one.record_id, {})
    found = Reversal(proposal, one.record_id, one.at, Reversible.YES, {name: row.get(name) for name in proposal.after})
    closed = _closed(proposal, stand)
    if closed is not None:
        state, why = closed
        return replace(found, state=state, why=why)
    if left is None:
        return replace(found, state=Reversible.GONE, why=f"{proposal.object} {one.record_id} is gone")
    moved = tuple(name for name, value in proposal.after.items() if not same(left.get(name), value))
    if moved:
        words = "; ".join(f"{name} was set to {proposal.after[name]} and is {left.get(name)} now" for name in moved)
        return replace(found, state=Reversible.CHANGED, why=words + _ours(one, moved, stand), moved=moved)
    if proposal.verb is Verb.CREATE and one.record_id in stand.touched:
        what, by, at = stand.touched[one.record_id]
        return replace(found, state=Reversible.CHANGED, why=what, by=by, at=at)
    if proposal.verb is Verb.CREATE and (later := _ours(one, None, stand)):
        return replace(found, state=Reversible.CHANGED, why=f"it was written to since{later}")
    left.update(proposal.before)
    return found


def _closed(proposal: Proposal, stand: Stand) -> tuple[Reversible, str] | None:
    """Say why a write is not to be looked at in the org at all, or nothing."""
    if proposal.id in stand.undone:
        return Reversible.DONE, "it was taken back already"
    if proposal.id in stand.asked:
        return Reversible.ASKED, "somebody asked for it already, and it is under way"
    return (Reversible.NEVER, FINAL[proposal.verb]) if proposal.verb in FINAL else None


def _ours(one: Written, moved: Collection[str] | None, stand: Stand) -> str:
    """Say which of our own writes on these fields, or on any, came after and stands: it has to be taken back first."""
    for other in sorted(stand.others.get(one.record_id, ()), key=lambda other: other.at, reverse=True):
        if other.proposal.undoes or other.proposal.id in stand.undone or other.at < one.at:
            continue
        if moved is None or set(moved) & set(other.proposal.after):
            run = other.proposal.item_id[:10]
            return f" ({other.proposal.workflow} wrote it in run {run}, which goes back first)"
    return ""
