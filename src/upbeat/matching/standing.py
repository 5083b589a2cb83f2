"""How accounts that are equally alike stand beside each other: what tells which of them a record belongs to. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

_LAST: Final = "\uffff"  # after every text
_NEVER: Final = 0  # after every day, for days are counted down


class Standing(NamedTuple):
    """How an account stands by one thing: where it comes in an order, the first first, and that in words."""

    by: str
    order: int | str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of an account beside what it is called. None is not known, and by that no account is preferred."""

    open_opportunities: int | None = None
    customer: bool | None = None
    tier: str | None = None  # empty without one; the first in the alphabet counts most
    last_activity: str | None = None  # ISO date, empty before the first
    created: str | None = None  # ISO date and time


def standings(facts: Facts, by: Iterable[str]) -> tuple[Standing, ...]:
    """Say how an account stands by each of these, in their order; what is not known is left out.

    Each is `open opportunity`, `customer`, `tier`, `activity` (the later) or `age` (the older).
    """
    known = _known(facts)
    return tuple(known[one] for one in by if one in known)


def _known(facts: Facts) -> Mapping[str, Standing]:
    found = list[Standing]()
    if (count := facts.open_opportunities) is not None:
        says = f"{count:,} open {'opportunity' if count == 1 else 'opportunities'}" if count else "no open opportunity"
        found.append(Standing("open opportunity", int(not count), says))
    if facts.customer is not None:
        found.append(Standing("customer", int(not facts.customer), "a customer" if facts.customer else "no customer"))
    if facts.tier is not None:
        found.append(
            Standing("tier", facts.tier.casefold() or _LAST, f"tier {facts.tier}" if facts.tier else "no tier")
        )
    if (day := facts.last_activity) is not None:
        order = -date.fromisoformat(day).toordinal() if day else _NEVER
        found.append(Standing("activity", order, f"last active on {day}" if day else "never active"))
    if facts.created is not None:
        found.append(Standing("age", facts.created, f"there since {facts.created[:10]}"))
    return {one.by: one for one in found}
