"""What happens at Acme, as data: the year until now, and the morning after it. The same seed gives the same acts."""

from functools import lru_cache
from random import Random
from typing import Any

from upbeat.localorg.sample import accounts, deals, leads, monday
from upbeat.localorg.sample.act import Act, Ref
from upbeat.localorg.sample.captured import captured
from upbeat.localorg.sample.company import ADMIN, FORMER, FORMER_UNTIL
from upbeat.localorg.sample.days import executive
from upbeat.localorg.sample.filled import filled
from upbeat.localorg.sample.names import Names


@lru_cache(maxsize=1)
def year(seed: int) -> tuple[Act, ...]:
    """Give everything that people did from `BEGAN` to `NOW`, in order."""
    random = Random(seed)  # noqa: S311 - an invented company needs the same chance everywhere, not a secret one
    names = Names(random)
    found = accounts.accounts(random, names)
    acts = [
        *accounts.acts(random, names, found),
        *leads.acts(random, names),
        *deals.acts(random, names, found),
        *_handover(found),
    ]
    written = list(filled(sorted(acts, key=lambda act: act.at), found, seed))
    return tuple(sorted([*written, *captured(written, seed)], key=lambda act: act.at))


def morning(seed: int) -> tuple[Act, ...]:
    """Give the 24 leads and the four edits of the Monday morning after the year, in order."""
    deals_now: dict[str, dict[str, Any]] = {}
    for act in year(seed):
        if act.object == "Opportunity":
            deals_now.setdefault(act.key, {}).update(act.values)
    return tuple(sorted([*monday.leads(), *monday.edits(deals_now)], key=lambda act: act.at))


def _handover(found: list[accounts.Account]) -> list[Act]:
    """Give how the accounts of the one who left, and their contacts, were given to who came after him."""
    given = [
        Act(FORMER_UNTIL, ADMIN, "update", name, key, {"OwnerId": Ref(one.territory.executive)})
        for one in found
        if executive(one.territory, one.since) == FORMER
        for name, key in (("Account", one.key), *(("Contact", contact) for contact in one.contacts))
    ]
    return [*given, Act(FORMER_UNTIL, ADMIN, "update", "User", FORMER, {"IsActive": False})]
