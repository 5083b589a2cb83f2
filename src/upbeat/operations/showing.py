"""What a person sees of one review: the change in three states, how far it reaches, who has signed, who is next."""

from dataclasses import dataclass, fields
from typing import Any

from upbeat import review
from upbeat.base import UpbeatError
from upbeat.engine import next_asked
from upbeat.operations.comparing import ThreeWay, three_ways
from upbeat.operations.house import House
from upbeat.operations.side_by_side import SideBySide, side_by_side
from upbeat.review import RELEASE, Blast, Review, State


@dataclass(frozen=True, slots=True)
class Shown:
    """A review with what it takes to decide it.

    `differences` compares an open suggested change with the org now; `unread` says why it could not be, where it could
    not. `beside` shows the records of a merge or a conversion next to each other. `blast` counts its pattern.
    `next_owner` has it when it is overdue. `missing` are the roles still to sign.
    """

    review: Review
    differences: tuple[ThreeWay, ...] = ()
    unread: str = ""
    beside: tuple[SideBySide, ...] = ()
    blast: Blast | None = None
    signed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    next_owner: str = ""

    @property
    def whole(self) -> dict[str, Any]:
        """Give the review's own fields and what is shown beside them, in one."""
        beside = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "review"}
        return {one.name: getattr(self.review, one.name) for one in fields(self.review)} | beside

    @property
    def moved(self) -> tuple[ThreeWay, ...]:
        """Give what is no longer as it was when the change was suggested."""
        return tuple(one for one in self.differences if one.moved)


def show_review(house: House, prefix: str) -> Shown:
    """Give one review as a person decides it; an org that does not answer is said, and holds up nothing else."""
    with house.store.reading() as conn:
        found = review.find(conn, prefix)
        blast = review.blast(conn, found.pattern) if found.pattern else None
    undecided = found.state in {State.OPEN, State.APPROVED}
    compared, unread, next_owner = tuple[ThreeWay, ...](), "", ""
    if undecided:
        try:
            compared = three_ways(house, found)
            next_owner = next_asked(found, house.get_people(), house.versions)
        except UpbeatError as error:
            unread = error.what
    return Shown(
        review=found,
        differences=compared,
        unread=unread,
        beside=tuple(filter(None, map(side_by_side, found.body.proposals))),
        blast=blast,
        signed=tuple(f"{one.by} as {one.role}" for one in dict.fromkeys(found.body.approvals)),
        missing=tuple(review.missing(found, house.policy)) if undecided and found.kind == RELEASE else (),
        next_owner=next_owner,
    )
