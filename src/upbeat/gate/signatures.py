"""Who must sign before a write goes through, and whether they have. Pure.

Two kinds of demand are put together:

    every of    for an approval: each of these roles, by a different person
    one of      for a review: of each of these lists, somebody who signed holds one of the roles

An approval's roles leave out no review that a lower rule asks for: its list stays, unless a signature that is needed
anyway is in it.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from upbeat.domain import Approval

Holds = Callable[[str, str], bool]  # a username and a role → whether that person holds it


@dataclass(frozen=True, slots=True)
class Demand:
    """The signatures that a write needs; one that demands nothing at all is never met."""

    every: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()

    @property
    def any_of(self) -> tuple[str, ...]:
        """Give every role of the lists, each once."""
        return tuple(dict.fromkeys(role for one in self.one_of for role in one))


def demand(every: Iterable[str], lists: Iterable[Collection[str]]) -> Demand:
    """Put together what several rules ask for, without what a stricter demand includes."""
    needed = tuple(dict.fromkeys(every))
    left = {frozenset(one): tuple(one) for one in lists if one and not set(one) & set(needed)}
    return Demand(needed, tuple(one for roles, one in left.items() if not any(other < roles for other in left)))


def met(wanted: Demand, approvals: Sequence[Approval], holds: Holds) -> tuple[Approval, ...] | None:
    """Give the approvals that meet a demand, the same ones in whatever order they came; None while one is missing.

    They are taken to be good: of this proposal, stored, by people who may.
    """
    if not wanted.every and not wanted.one_of:
        return None
    in_order = sorted(approvals, key=lambda one: (one.at, one.by, one.role, one.review_id))
    chosen = _each_by_another(wanted.every, in_order)
    if chosen is None:
        return None
    for roles in wanted.one_of:
        if not any(_covers(one, roles, holds) for one in chosen):
            found = next((one for one in in_order if _covers(one, roles, holds)), None)
            if found is None:
                return None
            chosen = (*chosen, found)
    return chosen


def _covers(approval: Approval, roles: Collection[str], holds: Holds) -> bool:
    return any(holds(approval.by, role) for role in roles)


def _each_by_another(roles: Sequence[str], approvals: Sequence[Approval]) -> tuple[Approval, ...] | None:
    """Give one approval for each role, no two by the same person, or None where there is no such choice."""
    if not roles:
        return ()
    for one in approvals:
        if one.role == roles[0]:
            others = [other for other in approvals if other.by.casefold() != one.by.casefold()]
            rest = _each_by_another(roles[1:], others)
            if rest is not None:
                return (one, *rest)
    return None
