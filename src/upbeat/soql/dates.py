"""Date literals as ranges of days: `THIS_QUARTER`, `LAST_N_DAYS:30`, fiscal periods.

A range counts in its unit from the one that holds today: `LAST_MONTH` is from month -1 to month 0, the end left out.
As Salesforce has it, LAST_N_DAYS includes today and LAST_N_WEEKS leaves this week out; NEXT_N_DAYS begins tomorrow.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from enum import StrEnum

from upbeat.soql.literals import stored_datetime
from upbeat.soql.tree import DateLiteral

FIRST_DAY, LAST_DAY = date(2, 1, 1), date(9998, 12, 31)  # a range that would leave the calendar ends here


class Unit(StrEnum):
    """What a range counts in."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    QUARTER = "QUARTER"
    YEAR = "YEAR"
    FISCAL_QUARTER = "FISCAL_QUARTER"
    FISCAL_YEAR = "FISCAL_YEAR"


_MONTHS = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12, Unit.FISCAL_QUARTER: 3, Unit.FISCAL_YEAR: 12}
_PERIODS = tuple(unit for unit in Unit if unit is not Unit.DAY)

# name → (unit, first, end); `first` and `end` in units from the present one, times n for the second table
FIXED: dict[str, tuple[Unit, int, int]] = {
    "YESTERDAY": (Unit.DAY, -1, 0),
    "TODAY": (Unit.DAY, 0, 1),
    "TOMORROW": (Unit.DAY, 1, 2),
    "LAST_90_DAYS": (Unit.DAY, -90, 1),
    "NEXT_90_DAYS": (Unit.DAY, 1, 91),
    **{f"LAST_{unit}": (unit, -1, 0) for unit in _PERIODS},
    **{f"THIS_{unit}": (unit, 0, 1) for unit in _PERIODS},
    **{f"NEXT_{unit}": (unit, 1, 2) for unit in _PERIODS},
}
COUNTED: dict[str, tuple[Unit, str]] = {
    **{f"LAST_N_{unit}S": (unit, "last") for unit in Unit},
    **{f"NEXT_N_{unit}S": (unit, "next") for unit in Unit},
    **{f"N_{unit}S_AGO": (unit, "ago") for unit in Unit},
}


# The territories where a week does not begin on Monday: https://cldr.unicode.org, weekData, firstDay.
_FROM_SUNDAY = frozenset(
    """AG AS BD BR BS BT BW BZ CA CO DM DO ET GT GU HK HN ID IL IN IS JM JP KE KH KR LA MH MM MO MT MX MZ NI NP PA PE PH
    PK PR PT PY SA SG SV TH TT TW UM US VE VI WS YE ZA ZW""".split()  # noqa: SIM905 - codes read best so
)
_FROM_SATURDAY = frozenset("AE AF BH DJ DZ EG IQ IR JO KW LY OM QA SD SY".split())  # noqa: SIM905 - codes read best so


def week_start(locale: str) -> int:
    """Give the day on which a locale's week begins, as ISO numbers days: 7 (Sunday) for `en_US`, 1 for `en_GB`."""
    territories = {part.upper() for part in locale.split("_")[1:]}
    if territories & _FROM_SATURDAY:
        return 6
    return 7 if territories & _FROM_SUNDAY or not territories else 1


@dataclass(frozen=True, slots=True)
class Calendar:
    """How days are counted: in which time zone, from which month and which day of the week.

    `fiscal_year_start` is a month (1 to 12), `week_start` a day as ISO numbers them: 1 is Monday, 7 is Sunday. A fiscal
    year is called by the calendar year in which it ends, or `named_by_start` by the one in which it begins. `zone` is
    a ZoneInfo, or UTC.
    """

    zone: tzinfo = UTC
    fiscal_year_start: int = 1
    named_by_start: bool = False
    week_start: int = 7

    @property
    def fiscal_shift(self) -> int:
        """How many years a fiscal year's name is after the calendar year in which it begins."""
        return int(self.fiscal_year_start > 1 and not self.named_by_start)

    def days(self, literal: DateLiteral, now: datetime) -> tuple[date, date]:
        """Give the first day of a range, and the day after its last."""
        unit, first, end = _counted(literal)
        today = now.astimezone(self.zone).date()
        return self._day(unit, today, first), self._day(unit, today, end)

    def moments(self, literal: DateLiteral, now: datetime) -> tuple[str, str]:
        """Give the first moment of a range and the first after it, as records hold them."""
        first, end = self.days(literal, now)
        return self._midnight(first), self._midnight(end)

    def _midnight(self, day: date) -> str:
        return stored_datetime(datetime.combine(day, time(), self.zone).astimezone(UTC))

    def _day(self, unit: Unit, today: date, count: int) -> date:
        if unit in _MONTHS:
            size = _MONTHS[unit]
            shift = self.fiscal_year_start - 1 if unit.startswith("FISCAL") else 0
            months = today.year * 12 + today.month - 1 - shift
            months = (months // size + count) * size + shift
            if not FIRST_DAY.year * 12 <= months < LAST_DAY.year * 12:
                return FIRST_DAY if count < 0 else LAST_DAY
            return date(months // 12, months % 12 + 1, 1)
        step = 7 if unit is Unit.WEEK else 1
        start = today.toordinal() - ((today.isoweekday() - self.week_start) % 7 if unit is Unit.WEEK else 0)
        return date.fromordinal(min(max(start + count * step, FIRST_DAY.toordinal()), LAST_DAY.toordinal()))


def is_date_literal(name: str, *, counted: bool) -> bool:
    """Whether there is a date literal of this name, in capitals, that takes an `:n` or takes none."""
    return name in (COUNTED if counted else FIXED)


def _counted(literal: DateLiteral) -> tuple[Unit, int, int]:
    if literal.n is None:
        return FIXED[literal.name]
    unit, way = COUNTED[literal.name]
    if way == "next":
        return unit, 1, literal.n + 1
    if way == "ago":
        return unit, -literal.n, 1 - literal.n
    return unit, -literal.n, 1 if unit is Unit.DAY else 0
