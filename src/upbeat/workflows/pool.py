"""A routing pool in the form that routing reads: who takes leads, in which territories, and where the rest waits.

`PoolDefinition` is the same thing as a user writes it; `compile_pool` turns the one into the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from upbeat.formula import Formula


class Sticky(StrEnum):
    """How a record's existing account is found, so that the account's owner keeps it."""

    WEBSITE_DOMAIN = "website domain"
    COMPANY_NAME = "company name"


@dataclass(frozen=True, slots=True)
class PostalCodes:
    """A span of postal codes, both ends in it, compared over as many characters as the ends have.

    `60614` is the span from itself to itself, `606*` the one from `606` to `606`: either holds `60614-1234`, as
    its first characters lie in the span. Ends are capitals and digits only, and of one length.
    """

    first: str
    last: str

    def __contains__(self, code: str) -> bool:
        """Whether a record's postal code, spaces and hyphens apart, lies in the span."""
        plain = "".join(one for one in code.upper() if one.isalnum())
        return len(plain) >= len(self.first) and self.first <= plain[: len(self.first)] <= self.last


@dataclass(frozen=True, slots=True)
class Territory:
    """A part of the market. A record belongs where all that is given holds; an empty tuple or None asks nothing.

    `countries` are compared with the record's country without minding case.
    """

    name: str
    when: Formula | None = None
    postal_codes: tuple[PostalCodes, ...] = ()
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A person who takes records: `weight` is a share beside the others', `cap_per_day` None without a limit.

    `territories` names the ones this person serves; empty means all.
    """

    user: str  # username
    weight: float = 1.0
    cap_per_day: int | None = None
    territories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Holding:
    """Where a record waits that nobody in the pool can take: a place with an owner and a time."""

    title: str
    owner: str  # username
    due: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """One pool. Territories stand in order: the first that a record fits is its territory.

    `takes_from` names the queues and users whose records count as not yet assigned. `postal_code` and `country` are
    the object's fields that territories compare, empty where the object has none. `fields` is every record path
    that an assignment reads.
    """

    name: str
    title: str
    object: str
    owner: str  # username
    takes_from: tuple[str, ...]
    members: tuple[Member, ...]
    territories: tuple[Territory, ...]
    sticky: tuple[Sticky, ...]
    otherwise: Holding
    postal_code: str = ""
    country: str = ""
    fields: tuple[str, ...] = ()


ADDRESS: Mapping[str, tuple[str, str]] = {  # an object's postal code and country fields
    "Lead": ("PostalCode", "Country"),
    "Account": ("BillingPostalCode", "BillingCountry"),
    "Contact": ("MailingPostalCode", "MailingCountry"),
}
