"""The currencies of an org that has several, and what an amount in one is in another."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ISO_CODE = "CurrencyIsoCode"  # the field that says of what currency a record's amounts are, where an org has several


@dataclass(frozen=True, slots=True)
class Currencies:
    """The user's currency, and how many of each currency are one of the org's own: the ConversionRate of CurrencyType.

    Currencies are named by their ISO codes; the org's own has the rate 1.
    """

    user: str
    rates: Mapping[str, float] = field(default_factory=dict[str, float])
