"""The words of a pool's file: spans of postal codes, numbers and days, caps, and the hours of a week."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Self

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SEVERAL = {"every day": range(7), "weekdays": range(5), "weekends": range(5, 7)}
_OPEN = re.compile(r"(?P<days>.+?) (?P<first>[0-2]\d:[0-5]\d)-(?P<last>[0-2]\d:[0-5]\d)", re.ASCII)
_CAP = re.compile(
    r"(?P<most>\d{1,6}) (?:an? (?P<unit>hour|day|week)|in (?P<count>\d{1,3}) (?P<units>hour|day|week)s?)", re.ASCII
)
_SPANS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
_LONGEST_CAP = timedelta(weeks=5)  # a month of assignments is remembered

CAP_FIX = "Write '5 an hour', '20 a day' or '80 a week' by the calendar, or '30 in 7 days' at any time."
OPEN_FIX = "Write 'weekdays 09:00-17:30', 'saturdays 10:00-14:00' or 'mondays and fridays 22:00-06:00'."


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
        start = plain_code(code)[: len(self.first)]
        return len(start) == len(self.first) and self.first <= start <= self.last

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `60614`, `606*` or `60601-60699`. Raises ValueError where the ends have no order or differ in length."""
        first, dash, last = text.partition("-")
        if not dash:
            first = last = text.removesuffix("*")
        span = cls(plain_code(first), plain_code(last))
        if not span.first or len(span.first) != len(span.last) or span.first > span.last or "*" in first + last:
            raise ValueError(f"{text!r} is no postal code and no span of them")
        return span


@dataclass(frozen=True, slots=True)
class Numbers:
    """A span of numbers, both ends in it; an end that is None is open."""

    least: Decimal | None
    most: Decimal | None

    def __contains__(self, number: Decimal | float) -> bool:
        """Whether a number lies in the span."""
        return (self.least is None or number >= self.least) and (self.most is None or number <= self.most)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `50-499`, `500-` or `-49`. Raises ValueError where it is none of these, or has no order."""
        found = re.fullmatch(r"(\d*)-(\d*)", text.replace(",", "").replace(" ", ""), re.ASCII)
        if found is None or not (found[1] or found[2]):
            raise ValueError(f"{text!r} is no span of numbers")
        least, most = (Decimal(one) if one else None for one in found.groups())
        if least is not None and most is not None and least > most:
            raise ValueError(f"{text!r} ends before it begins")
        return cls(least, most)


@dataclass(frozen=True, slots=True)
class Cap:
    """The most records that a member takes in a span: one of the calendar, or `rolling` and any span of that length.

    `span` is an hour, a day or a week of the member's own calendar where it is not rolling; weeks begin on Mondays.
    """

    most: int
    span: timedelta
    rolling: bool = False

    @property
    def text(self) -> str:
        """The cap in the words of the file: `20 a day`, `30 in 7 days`."""
        if not self.rolling:
            unit = next(name for name, span in _SPANS.items() if span == self.span)
            return f"{self.most} {'an' if unit == 'hour' else 'a'} {unit}"
        unit, size = next((name, size) for name, size in reversed(_SPANS.items()) if not self.span % size)
        count = self.span // size
        return f"{self.most} in {count} {unit}{'' if count == 1 else 's'}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `20 a day` or `30 in 7 days`. Raises ValueError where the text is no cap above zero, or over 5 weeks."""
        found = _CAP.fullmatch(" ".join(text.casefold().split()))
        span = found and (_SPANS[found["unit"]] if found["unit"] else int(found["count"]) * _SPANS[found["units"]])
        if found is None or not span or span > _LONGEST_CAP or int(found["most"]) == 0:
            raise ValueError(f"{text!r} is no cap")
        return cls(int(found["most"]), span, rolling=not found["unit"])


@dataclass(frozen=True, slots=True)
class Open:
    """A part of the week in which people work: minutes of the wall clock from Monday 00:00, `last` after `first`.

    What goes over midnight ends in the day after; on a Sunday it ends above 10,080, the minutes of a week.
    """

    first: int
    last: int


def hours(text: str) -> tuple[Open, ...]:
    """Read `weekdays 09:00-17:30`. Raises ValueError where the text is not of that form, or never opens."""
    found = _OPEN.fullmatch(" ".join(text.casefold().split()))
    days = _days(found["days"]) if found else ()
    if found is None or not days:
        raise ValueError(f"{text!r} says no hours of a week")
    first, last = _minutes(found["first"]), _minutes(found["last"])
    if first == last:
        raise ValueError(f"{text!r} opens and closes at once")
    last += 1440 if last < first else 0
    return tuple(Open(day * 1440 + first, day * 1440 + last) for day in days)


@dataclass(frozen=True, slots=True)
class Days:
    """A span of days, both ends in it."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        """Whether a day lies in the span."""
        return self.first <= day <= self.last

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2026-12-24` or `2026-12-24 to 2027-01-02`. Raises ValueError where it is neither, or has no order."""
        first, _, last = (one.strip() for one in text.partition(" to "))
        try:
            span = cls(date.fromisoformat(first), date.fromisoformat(last or first))
        except ValueError as error:
            raise ValueError(f"{text!r} is no day and no span of days") from error
        if span.first > span.last:
            raise ValueError(f"{text!r} ends before it begins")
        return span


def plain_code(code: str) -> str:
    """Give a postal code in capitals, without spaces and hyphens."""
    return re.sub(r"[\s-]", "", code).upper()


def _days(words: str) -> tuple[int, ...]:
    """Give the days of the week for `weekdays`, `every day` or `mondays and fridays`, Monday as 0."""
    if words in _SEVERAL:
        return tuple(_SEVERAL[words])
    named = [one.removesuffix("s") for one in re.split(r", | and ", words)]
    return tuple(_DAYS.index(one) for one in named) if all(one in _DAYS for one in named) else ()


def _minutes(text: str) -> int:
    """Give the minutes since midnight of `09:30`; `24:00` is the midnight after."""
    hour, minute = map(int, text.split(":"))
    if hour * 60 + minute > 1440:
        raise ValueError(f"{text!r} is no time of a day")
    return hour * 60 + minute
