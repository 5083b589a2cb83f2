"""Many suggested changes of one pattern released at once, after a person has decided a sample of them one by one."""

from collections.abc import Collection
from dataclasses import dataclass

from upbeat import review
from upbeat.domain import Tier
from upbeat.operations.house import House, Refused
from upbeat.operations.reviewing import one_review, sign
from upbeat.review import IN_BULK, RELEASE, Line, Review, ReviewError, State


@dataclass(frozen=True, slots=True)
class Batch:
    """A pattern as one person may release it: what waits, the sample drawn for them, and what is left of that.

    `most` is how many are released at once; `released` what was, and `stopped` why it ended before.
    """

    pattern: str
    review: Review
    waiting: tuple[Line, ...]
    sample: tuple[Line, ...]
    undecided: tuple[Line, ...]
    most: int
    released: tuple[str, ...] = ()
    stopped: str = ""


def batch(house: House, prefix: str, by: str) -> Batch:
    """Give the pattern of a suggested change, and the sample of it that this person has to decide one by one first.

    Raises Refused where the change needs approval: that is given one by one, always.
    """
    return _batch(house, prefix, house.person(by).username)


def release_batch(house: House, prefix: str, by: str, note: str = "", *, only: Collection[str] = ()) -> Batch:
    """Sign what waits of a pattern in this person's name, each by itself, as many as the policy lets at once.

    With `only`, no others than the reviews of these ids.

    It stops at the first whose facts have changed, that needs approval, or that this person may not release. Raises
    Refused where the sample is not decided yet, or the named change needs approval; ReviewError where the first is one
    of those.
    """
    person = house.person(by).username
    found = _batch(house, prefix, person)
    if found.waiting:
        review.role_of(one_review(house, found.waiting[0].id), person, house.policy)
    if found.undecided:
        ids = " ".join(one.id[:8] for one in found.undecided)
        raise Refused(
            f"{len(found.undecided)} of the sample of {len(found.sample)} are not decided by {person} yet",
            fix=f"Look at each with `upbeat review show` and decide it: {ids}.",
        )
    if not found.waiting or (only and not {one.id for one in found.waiting} & set(only)):
        raise Refused("nothing of this pattern waits any more", fix="`upbeat review list` shows what does.")
    released: list[str] = []
    stopped = ""
    for one in [each for each in found.waiting if not only or each.id in only][: found.most]:
        try:
            row = one_review(house, one.id)
            _must_be_a_review(row)
            done = sign(house, row, person, note, choice=IN_BULK)  # which asks once more in what role they sign it
        except (ReviewError, Refused) as error:  # decided by somebody else, or not so: what is done is done
            if not released:
                raise
            stopped = f"{one.title}: {error.what}"
            break
        if done.state is State.OUTDATED:
            stopped = f"{one.title}: {done.note}"
            break
        released.append(one.id)
    after = _batch(house, prefix, person)
    return Batch(
        pattern=found.pattern,
        review=found.review,
        waiting=after.waiting,
        sample=found.sample,
        undecided=(),
        most=found.most,
        released=tuple(released),
        stopped=stopped,
    )


def _batch(house: House, prefix: str, person: str) -> Batch:
    queue = house.policy.queue
    with house.store.reading() as conn:
        found = review.find(conn, prefix)
        if found.kind != RELEASE:
            raise Refused(f"{found.title!r} suggests no change", fix="Questions are answered one by one.")
        _must_be_a_review(found)
        waiting = review.waiting(conn, found.pattern)
        sample = review.sample(conn, found, person, queue.sample)
    undecided = tuple(one for one in sample if one.state is State.OPEN)
    return Batch(found.pattern, found, tuple(waiting), tuple(sample), undecided, queue.bulk)


def _must_be_a_review(found: Review) -> None:
    """Hold that a change may be signed with others: what needs approval is never, under whatever pattern it stands."""
    if found.body.tier is not Tier.REVIEW:
        raise Refused("what needs approval is approved one by one", fix="`upbeat review approve` takes one id.")
