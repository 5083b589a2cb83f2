"""How sure it is that two records are one, and what that is made of: evidence of fields, in nats, and a chance."""

from collections.abc import Iterable
from enum import StrEnum
from math import exp
from typing import Final, NamedTuple

_SURELY: Final = 30.0  # log-odds beyond which a chance is 0 or 1


class Way(StrEnum):
    """By what records are compared; the words that a pool's `match` names them by."""

    WEBSITE = "website domain"
    PHONE = "phone"
    NAME = "company name"
    ADDRESS = "address"
    EMAIL = "email address"  # of a person
    PERSON = "person name"


EVERY: Final = frozenset({Way.WEBSITE, Way.PHONE, Way.NAME, Way.ADDRESS})
"""The ways by which companies are compared."""


class Evidence(NamedTuple):
    """What one field of two records says: how like from 0 to 1, evidence in nats (below 0: against), and why."""

    score: float
    weight: float
    says: str


class Agreement(NamedTuple):
    """One field of two records: both texts, how like from 0 to 1, evidence in nats (below 0: against), and why."""

    way: Way
    one: str
    other: str
    score: float
    weight: float
    says: str


class Likeness(NamedTuple):
    """How sure it is that two records are of one company: a chance from 0 to 1, and what it is made of."""

    score: float
    agreements: tuple[Agreement, ...]

    @classmethod
    def of(cls, before: float, agreements: Iterable[Agreement]) -> "Likeness":
        """Add evidence to what was to be expected before any, both in nats."""
        found = tuple(agreements)
        return cls(chance(before + sum(each.weight for each in found)), found)


def chance(odds: float) -> float:
    """Give the chance that log-odds are, in nats."""
    return 1 / (1 + exp(-max(-_SURELY, min(_SURELY, odds))))
