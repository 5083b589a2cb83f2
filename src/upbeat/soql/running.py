"""A query as it runs: what it is given beside its text, and the parameters that wait for that."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from upbeat.base import encode
from upbeat.soql.currencies import ISO_CODE, Currencies
from upbeat.soql.dates import Calendar
from upbeat.soql.errors import Code, SoqlError
from upbeat.soql.tree import DateLiteral

Row = Sequence[Any]
Execute = Callable[[str, Sequence[Any]], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Run:
    """What a running query is given: how to ask the database, the moment, the org's days and money, and its address."""

    execute: Execute
    now: datetime
    calendar: Calendar
    currencies: Currencies | None
    base_url: str  # such as `/services/data/v67.0`
    parents: str = ""  # in a subquery, the JSON list of the ids whose children are asked for

    def rows(self, sql: str, params: Sequence["Parameter"]) -> Iterable[Row]:
        """Ask the database, with every parameter worked out."""
        return self.execute(sql, [one.at(self) if isinstance(one, _Late) else one for one in params])


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a date literal's range begins, or the first after it."""

    literal: DateLiteral
    end: bool
    moment: bool  # whether it is compared with datetimes

    def at(self, run: Run) -> str:
        """Give it as records hold it."""
        if self.moment:
            return run.calendar.moments(self.literal, run.now)[self.end]
        return run.calendar.days(self.literal, run.now)[self.end].isoformat()


class Given(StrEnum):
    """A fact of the run's calendar, named as the functions' SQL names it."""

    ZONE = "zone"
    START = "start"
    SHIFT = "shift"

    def at(self, run: Run) -> str | int:
        """Give it for one run."""
        match self:
            case Given.ZONE:
                return str(run.calendar.zone)
            case Given.START:
                return run.calendar.fiscal_year_start
            case Given.SHIFT:
                return run.calendar.fiscal_shift


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of the org's currencies as JSON, those of its `own` and the `user`'s too.

    Where they are not `needed` and the run has none, amounts stay as they are. `currency` is one that must be known.
    """

    needed: bool
    currency: str = ""

    def at(self, run: Run) -> str | None:
        """Give the rates. Raises SoqlError where the run does not know one that is needed."""
        currencies = run.currencies
        if currencies is None and not self.needed:
            return None
        if currencies is None:
            what = f"amounts have a {ISO_CODE}, and no rates of currencies are known"
            raise SoqlError(Code.MALFORMED_QUERY, what, fix="Give the query the rates of the org's CurrencyType.")
        if self.currency and self.currency not in currencies.rates:
            raise SoqlError(Code.MALFORMED_QUERY, f"Invalid currency code: {self.currency}")
        return encode({**currencies.rates, "user": currencies.rates.get(currencies.user), "own": 1})


@dataclass(frozen=True, slots=True)
class UserCurrency:
    """The code of the user's currency."""

    def at(self, run: Run) -> str:
        """Give it, with the space that stands between a code and an amount."""
        return f"{run.currencies.user} " if run.currencies else ""


@dataclass(frozen=True, slots=True)
class Parents:
    """The ids of the records whose children a subquery reads."""

    def at(self, run: Run) -> str:
        """Give them as a JSON list."""
        return run.parents


_Late = Edge | Given | Rates | UserCurrency | Parents
Parameter = str | int | float | _Late | None
