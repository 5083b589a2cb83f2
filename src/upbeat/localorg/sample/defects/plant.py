"""Plants so many defects, kind after kind: the same seed plants the same."""

from collections.abc import Callable, Mapping
from random import Random

from upbeat.localorg.org import LocalOrg
from upbeat.localorg.problems import OrgError
from upbeat.localorg.sample.defects import deals, people, setup
from upbeat.localorg.sample.defects.planted import Hands, Planted

KINDS: tuple[Callable[[Hands], Planted | None], ...] = (*deals.KINDS, *people.KINDS, *setup.KINDS)
"""Every kind of defect: each plants one where the org has a place for it, and says what it did."""


def plant(org: LocalOrg, ids: Mapping[str, str], number: int, seed: int = 7) -> tuple[Planted, ...]:
    """Plant so many defects in an org that holds the sample, whose ids by key are `ids`, and say what they are.

    The kinds come in turn, in an order of their own for each seed. Raises OrgError where there is no room for as many.
    """
    random = Random(f"defects {seed}")  # noqa: S311 - as in `history`
    hands = Hands(org, ids, random)
    planted: list[Planted] = []
    kinds = random.sample(KINDS, len(KINDS))
    try:
        with org.transaction():
            while len(planted) < number:
                kinds = [kind for kind in kinds if len(planted) == number or _one(kind, hands, planted)]
                if not kinds:
                    what = f"the sample has room for {len(planted)} defects, not {number}"
                    raise OrgError(what, fix="Plant fewer: each stands at records of its own.")
    except OrgError:
        org.reread()  # what was defined on the way is taken back
        raise
    return tuple(planted)


def _one(kind: Callable[[Hands], Planted | None], hands: Hands, planted: list[Planted]) -> bool:
    found = kind(hands)
    if found is not None:
        planted.append(found)
    return found is not None
