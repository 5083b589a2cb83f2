"""Dates in words, as people say them: `by Friday`, `Tuesday the seventeenth`, `in two weeks`, `end of the quarter`.

A date is what was said, never a guess: `next week`, `soon`, `in a couple of weeks`, `Monday or Tuesday` and a weekday
that contradicts its number name no day, and none is given. Weeks begin on Monday and end, at work, on Friday; quarters
are those of the calendar. `Next Friday` is the Friday of the coming week, `Friday` the first one after the day of the
talk, and a number without a month the first such day from that day on. Figures such as 6/10 count where only one
reading is a date, or where it is known which way the house writes.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from upbeat.conversation.patterns import either, filled, lines

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_SHORT_DAYS: Final = {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4}
_SHORT_MONTHS: Final = {one[:3]: at for at, one in enumerate(MONTHS, 1)} | {"sept": 9}
_UNITS: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_ORDINALS: Final = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth",
)  # fmt: skip
_NUMBERS: Final = {one: at for at, one in enumerate(_UNITS)} | {
    "a": 1,
    "an": 1,
    "thirty": 30,
    "sixty": 60,
    "ninety": 90,
}
_NTH: Final = (
    {one: at for at, one in enumerate(_ORDINALS, 1)}
    | {f"twenty{join}{one}": 20 + at for at, one in enumerate(_ORDINALS[:9], 1) for join in "- "}
    | {"thirtieth": 30, "thirty-first": 31, "thirty first": 31}
)
_CARDINAL_DAYS: Final = (
    {one: at for at, one in enumerate(_UNITS) if at}
    | {f"twenty{join}{one}": 20 + at for at, one in enumerate(_UNITS[1:10], 1) for join in "- "}
    | {"thirty": 30, "thirty-one": 31, "thirty one": 31}
)


def _any(several: Mapping[str, int] | tuple[str, ...]) -> str:
    return "|".join(sorted(map(re.escape, several), key=len, reverse=True))


_DAY = rf"(?:{_any(WEEKDAYS)}|(?:{_any(_SHORT_DAYS)})\b\.?)"
_MONTH = rf"(?:{_any(MONTHS)}|(?:{_any(_SHORT_MONTHS)})\b\.?)"
_NUMBER = rf"(?:\d{{1,3}}|{_any(_NUMBERS)})"
_ORDINAL = rf"(?:\d{{1,2}} ?(?:st|nd|rd|th)|{_any(_NTH)})"
_DAY_NUMBER = rf"(?:{_ORDINAL}|{_any(_CARDINAL_DAYS)}|\d{{1,2}})"
_YEAR = r"(?:,? (?:of )?(?P<year>20\d\d))?"
_OF_WEEK = r"(?: of)? (?:the )?(?P<which>this|next|following|coming)? ?(?:working |work |business )?week"


@dataclass(frozen=True, slots=True)
class _Told:
    """What a reader is told: the words, the day on which they were said, and which way the house writes figures."""

    spot: re.Match[str]
    today: date
    day_first: bool | None


_Reader = Callable[[_Told], date | None]


@dataclass(frozen=True, slots=True)
class Day:
    """A date that was named, or None where the words name no day; where its words stand in the text that was read."""

    date: date | None
    start: int
    end: int
    spelt: bool  # by a number of its own, so that it weighs more than a weekday beside it


def days(text: str, today: date, *, day_first: bool | None = None) -> tuple[Day, ...]:
    """Give the days that a text in small letters names, in its order, told from the day on which it was said.

    `day_first` says how the house writes 6/10: True for the sixth of October, False for June the tenth, None unknown.
    """
    found = list[Day]()
    at = 0
    if not _ANY_WORD.search(text):
        return ()
    for word in _WORD.finditer(text):
        if word.start() < at:
            continue
        for rule in _RULES if word[0].isdigit() else _BY_WORD.get(word[0], ()):
            if spot := rule.pattern.match(text, word.start()):
                at = spot.end()
                if not _IS_OTHER.match(text, at):
                    found.append(Day(rule.read(_Told(spot, today, day_first)), spot.start(), at, rule.spelt))
                break
    return _one_of_two(tuple(found), text)


def _one_of_two(found: tuple[Day, ...], text: str) -> tuple[Day, ...]:
    """`Monday or Tuesday` and `between the third and the fifth` name no one day."""
    kept = list[Day]()
    for one in found:
        between = text[kept[-1].end : one.start].strip() if kept else ""
        if kept and (
            between == "or" or (between == "and" and re.search(r"\bbetween (?:the )?$", text[: kept[-1].start]))
        ):
            kept[-1] = Day(None, kept[-1].start, one.end, spelt=True)
        else:
            kept.append(one)
    return tuple(kept)


def _weekday(said: str) -> int:
    said = said.rstrip(".")
    return WEEKDAYS.index(said) if said in WEEKDAYS else _SHORT_DAYS[said]


def _month(said: str) -> int:
    said = said.rstrip(".")
    return MONTHS.index(said) + 1 if said in MONTHS else _SHORT_MONTHS[said]


def _nth(said: str) -> int:
    figures = re.match(r"\d+", said)
    return int(figures[0]) if figures else _NTH.get(said) or _CARDINAL_DAYS[said]


def _count(said: str) -> int:
    return int(said) if said.isdigit() else _NUMBERS[said]


def _made(year: int, month: int, day: int) -> date | None:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, day) if 1 <= day <= monthrange(year, month)[1] else None


def _last_of(year: int, month: int) -> date:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, monthrange(year, month)[1])


def _week(today: date, which: str | None) -> date:
    """Give the Monday of this week, of the next, or, said at a weekend, of the one that begins."""
    monday = today - timedelta(days=today.weekday())
    return monday + timedelta(weeks=1) if which in {"next", "following", "coming"} or today.weekday() > 4 else monday


def _ahead(today: date, weekday: int) -> date:
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _working_days(today: date, count: int) -> date:
    day = today
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _is_weekday(told: _Told) -> date:
    weekday, which = _weekday(told.spot["day"]), told.spot["which"]
    if which == "this" and told.today.weekday() == weekday:
        return told.today
    if which in {"next", "following"}:
        return _week(told.today, "next") + timedelta(days=weekday)
    return _ahead(told.today, weekday)


def _is_day_of_week(told: _Told) -> date:
    return _week(told.today, told.spot["which"]) + timedelta(days=_weekday(told.spot["day"]))


def _is_week_on(told: _Told) -> date:
    said = told.spot["day"]
    from_ = (
        told.today
        if said == "today"
        else told.today + timedelta(days=1)
        if said == "tomorrow"
        else _ahead(told.today, _weekday(said))
    )
    return from_ + timedelta(weeks=_count(told.spot["count"] or "a") * (2 if told.spot["long"] == "fortnight" else 1))


def _is_end_of_week(told: _Told) -> date:
    if told.today.weekday() > 4 and told.spot["which"] in {"next", "following"}:
        return _week(told.today, None) + timedelta(days=4)
    return _week(told.today, told.spot["which"]) + timedelta(days=4)


def _is_start_of_week(told: _Told) -> date:
    return _week(told.today, "next")


def _is_end_of_month(told: _Told) -> date:
    if told.spot["month"]:
        month = _month(told.spot["month"])
        return _last_of(int(told.spot["year"] or 0) or told.today.year + (month < told.today.month), month)
    return _last_of(told.today.year, told.today.month + (told.spot["which"] in {"next", "following"}))


def _is_end_of_quarter(told: _Told) -> date:
    quarter = (told.today.month - 1) // 3 + (told.spot["which"] in {"next", "following"})
    if told.spot["number"]:
        quarter = _count(told.spot["number"]) - 1
        quarter += 4 * (quarter < (told.today.month - 1) // 3)
    return _last_of(told.today.year, quarter * 3 + 3)


def _is_end_of_year(told: _Told) -> date:
    return date(told.today.year + (told.spot["which"] == "next"), 12, 31)


def _is_in(told: _Told) -> date | None:
    count, unit = _count(told.spot["count"]), told.spot["unit"]
    if unit.startswith(("working", "business", "work")):
        return _working_days(told.today, count)
    if unit.startswith(("hour", "minute")):
        return told.today + timedelta(days=count // 24 if unit.startswith("hour") else 0)
    if unit.startswith("month"):
        month = told.today.month + count
        return _made(told.today.year, month, min(told.today.day, _last_of(told.today.year, month).day))
    return told.today + timedelta(
        days=count * (14 if unit.startswith("fortnight") else 7 if unit.startswith("week") else 1)
    )


def _is_tomorrow(told: _Told) -> date:
    return told.today + timedelta(days=2 if told.spot["after"] else 1)


def _is_today(told: _Told) -> date:
    return told.today


def _is_vague(_: _Told) -> None:
    return None


def _is_day_of_month(told: _Told) -> date | None:
    """A number with its month, and a weekday that must agree; without a year the first such day from then on."""
    month, number = _month(told.spot["month"]), _nth(told.spot["number"])
    weekday = _weekday(told.spot["day"]) if told.spot["day"] else None
    years = (int(told.spot["year"]),) if told.spot["year"] else (told.today.year, told.today.year + 1)
    found = [one for year in years if (one := _made(year, month, number)) and (told.spot["year"] or one >= told.today)]
    return next((one for one in found if weekday is None or one.weekday() == weekday), None)


def _is_number(told: _Told) -> date | None:
    """A number without its month: the first such day of three months that falls on the weekday named."""
    number, weekday = _nth(told.spot["number"]), _weekday(told.spot["day"]) if told.spot["day"] else None
    begins = int("next" in (told.spot["of"] or "") or "following" in (told.spot["of"] or ""))
    found = [
        one for month in range(begins, begins + 3) if (one := _made(told.today.year, told.today.month + month, number))
    ]
    return next((one for one in found if one >= told.today and weekday in {None, one.weekday()}), None)


def _is_nth_weekday(told: _Told) -> date | None:
    weekday, nth = _weekday(told.spot["day"]), 0 if told.spot["nth"] == "last" else _NTH[told.spot["nth"]]
    said = told.spot["month"]
    month = told.today.month + (told.spot["which"] in {"next", "following"}) if not said else _month(said)
    for later in (0, 12) if said else (0, 1):
        last = _last_of(told.today.year, month + later)
        day = last - timedelta(days=(last.weekday() - weekday) % 7)
        if nth:
            first = last.replace(day=1)
            day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
        if day >= told.today and day.month == last.month:
            return day
    return None


def _is_figures(told: _Told) -> date | None:
    one, two = int(told.spot["one"]), int(told.spot["two"])
    year = int(told.spot["year"] or 0)
    year += 2000 * (0 < year < 100)
    by_order = {True: (two, one), False: (one, two)}
    ways = [by_order[told.day_first]] if told.day_first is not None else [*by_order.values()]
    days_ = {_made(year or told.today.year, month, day) for month, day in ways if month <= 12} - {None}
    if len(days_) != 1 or (day := days_.pop()) is None:
        return None
    return day.replace(year=day.year + 1) if not year and day < told.today and (day.month, day.day) != (2, 29) else day


def _is_iso(told: _Told) -> date | None:
    return (
        _made(int(told.spot["year"]), int(told.spot["two"]), int(told.spot["one"]))
        if 1 <= int(told.spot["two"]) <= 12
        else None
    )


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    read: _Reader
    spelt: bool
    words: frozenset[str]  # all that stand in its pattern


_WORDS: Final = {
    "DAY": _DAY, "MONTH": _MONTH, "NUMBER": _NUMBER, "ORDINAL": _ORDINAL, "DAY_NUMBER": _DAY_NUMBER, "YEAR": _YEAR,
    "OF_WEEK": _OF_WEEK, "PARTS_OF_DAY": either("upbeat.conversation", "dates", "parts of day"),
}  # fmt: skip
_READERS: Final[Mapping[str, _Reader]] = {
    "iso": _is_iso, "figures": _is_figures, "nth_weekday": _is_nth_weekday, "vague": _is_vague, "number": _is_number,
    "day_of_month": _is_day_of_month, "week_on": _is_week_on, "day_of_week": _is_day_of_week, "in": _is_in,
    "end_of_week": _is_end_of_week, "start_of_week": _is_start_of_week, "end_of_month": _is_end_of_month,
    "end_of_quarter": _is_end_of_quarter, "end_of_year": _is_end_of_year, "today": _is_today, "weekday": _is_weekday,
    "tomorrow": _is_tomorrow,
}  # fmt: skip


def _rules() -> tuple[_Rule, ...]:
    found = list[_Rule]()
    for line in lines("upbeat.conversation", "dates", "days"):
        name, _, pattern = line.partition(" ")
        full = filled(pattern, _WORDS)
        words = frozenset(re.findall(r"[a-z]+", re.sub(r"\?P<\w+>|\\.", " ", full)))
        found.append(_Rule(re.compile(full), _READERS[name.rstrip("!")], name.endswith("!"), words))
    return tuple(found)


_RULES: Final = _rules()
_WORD: Final = re.compile(r"(?<![\w'-])(?:\d|[a-z]+)")
_BY_WORD: Final = {  # no day begins with a word that its rule has not, so that at most words few rules are tried
    word: tuple(one for one in _RULES if word in one.words)
    for word in frozenset[str]().union(*(one.words for one in _RULES))
}
_ANY_WORD: Final = re.compile(  # what every date has one of, so that most sentences are read no further
    rf"\d[/.-]\d|\d ?(?:st|nd|rd|th)"
    rf"|day\b|days\b|week|fortnight|month|quarter|year|tonight|tomorrow|afternoon|evening|morning|lunch|hour|minute"
    r"|\be?o[dw]\b|\bcob\b|close of|end of|this call|hang up|q[1-4]|\b(?:mon|tues?|weds?|thu(?:rs?)?|fri)\b"
    rf"|(?:{_any(_NTH)})\b|(?:{_any(MONTHS)}|{_any(_SHORT_MONTHS)})\b"
)
_IS_OTHER: Final = re.compile(
    r"'s (?!time|at|good|fine|okay|ok|great|perfect)|s\b(?!')"
)  # Monday's call, Fridays: no day to come
