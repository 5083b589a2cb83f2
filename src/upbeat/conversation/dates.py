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
_NUMBERS: Final = {one: at for at, one in enumerate(_UNITS)} | {"a": 1, "an": 1, "thirty": 30, "sixty": 60, "ninety": 90}
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

_Reader = Callable[[re.Match[str], date, bool | None], date | None]


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
    while spot := _EVERY.search(text, at):
        name = next(one for one, said in spot.groupdict().items() if said is not None and one.startswith("r"))
        rule = _RULES[int(name[1:])]
        again = rule.pattern.match(text, spot.start())
        end = again.end() if again else spot.end()
        if again and not _IS_OTHER.match(text, end):
            found.append(Day(rule.read(again, today, day_first), spot.start(), end, rule.spelt))
        at = max(end, spot.start() + 1)
    return _one_of_two(tuple(found), text)


def _one_of_two(found: tuple[Day, ...], text: str) -> tuple[Day, ...]:
    """`Monday or Tuesday` and `between the third and the fifth` name no one day."""
    kept = list[Day]()
    for one in found:
        between = text[kept[-1].end : one.start].strip() if kept else ""
        if kept and (between == "or" or (between == "and" and re.search(r"\bbetween (?:the )?$", text[: kept[-1].start]))):
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


def _is_weekday(spot: re.Match[str], today: date, _: bool | None) -> date:  # noqa: FBT001 - a reader's shape
    weekday, which = _weekday(spot["day"]), spot["which"]
    if which == "this" and today.weekday() == weekday:
        return today
    if which in {"next", "following"}:
        return _week(today, "next") + timedelta(days=weekday)
    return _ahead(today, weekday)


def _is_day_of_week(spot: re.Match[str], today: date, _: bool | None) -> date:  # noqa: FBT001
    return _week(today, spot["which"]) + timedelta(days=_weekday(spot["day"]))


def _is_week_on(spot: re.Match[str], today: date, _: bool | None) -> date:  # noqa: FBT001
    said = spot["day"]
    from_ = today if said == "today" else today + timedelta(days=1) if said == "tomorrow" else _ahead(today, _weekday(said))
    return from_ + timedelta(weeks=_count(spot["count"] or "a") * (2 if spot["long"] == "fortnight" else 1))


def _is_end_of_week(spot: re.Match[str], today: date, _: bool | None) -> date:  # noqa: FBT001
    if today.weekday() > 4 and spot["which"] in {"next", "following"}:
        return _week(today, None) + timedelta(days=4)
    return _week(today, spot["which"]) + timedelta(days=4)


def _is_start_of_week(spot: re.Match[str], today: date, _: bool | None) -> date:  # noqa: FBT001
    return _week(today, "next")


def _is_end_of_month(spot: re.Match[str], today: date, _: bool | None) -> date:  # noqa: FBT001
    if spot["month"]:
        month = _month(spot["month"])
        return _last_of(int(spot["year"] or 0) or today.year + (month < today.month), month)
    return _last_of(today.year, today.month + (spot["which"] in {"next", "following"}))


def _is_end_of_quarter(spot: re.Match[str], today: date, _: bool | None) -> date:  # noqa: FBT001
    quarter = (today.month - 1) // 3 + (spot["which"] in {"next", "following"})
    if spot["number"]:
        quarter = _count(spot["number"]) - 1
        quarter += 4 * (quarter < (today.month - 1) // 3)
    return _last_of(today.year, quarter * 3 + 3)


def _is_end_of_year(spot: re.Match[str], today: date, _: bool | None) -> date:  # noqa: FBT001
    return date(today.year + (spot["which"] == "next"), 12, 31)


def _is_in(spot: re.Match[str], today: date, _: bool | None) -> date | None:  # noqa: FBT001
    count, unit = _count(spot["count"]), spot["unit"]
    if unit.startswith(("working", "business", "work")):
        return _working_days(today, count)
    if unit.startswith(("hour", "minute")):
        return today + timedelta(days=count // 24 if unit.startswith("hour") else 0)
    if unit.startswith("month"):
        month = today.month + count
        return _made(today.year, month, min(today.day, _last_of(today.year, month).day))
    return today + timedelta(days=count * (14 if unit.startswith("fortnight") else 7 if unit.startswith("week") else 1))


def _is_tomorrow(spot: re.Match[str], today: date, _: bool | None) -> date:  # noqa: FBT001
    return today + timedelta(days=2 if spot["after"] else 1)


def _is_today(spot: re.Match[str], today: date, _: bool | None) -> date:  # noqa: FBT001
    return today


def _is_vague(spot: re.Match[str], today: date, _: bool | None) -> None:  # noqa: FBT001
    return None


def _is_day_of_month(spot: re.Match[str], today: date, _: bool | None) -> date | None:  # noqa: FBT001
    """A number with its month, and a weekday that must agree; without a year the first such day that is not long past."""
    month, number = _month(spot["month"]), _nth(spot["number"])
    weekday = _weekday(spot["day"]) if spot["day"] else None
    years = (int(spot["year"]),) if spot["year"] else (today.year, today.year + 1)
    found = [one for year in years if (one := _made(year, month, number)) and (spot["year"] or one >= today)]
    return next((one for one in found if weekday is None or one.weekday() == weekday), None)


def _is_number(spot: re.Match[str], today: date, _: bool | None) -> date | None:  # noqa: FBT001
    """A number without its month: the first such day from today, of three months, that falls on the weekday named."""
    number, weekday = _nth(spot["number"]), _weekday(spot["day"]) if spot["day"] else None
    begins = int("next" in (spot["of"] or "") or "following" in (spot["of"] or ""))
    found = [one for month in range(begins, begins + 3) if (one := _made(today.year, today.month + month, number))]
    return next((one for one in found if one >= today and weekday in {None, one.weekday()}), None)


def _is_nth_weekday(spot: re.Match[str], today: date, _: bool | None) -> date | None:  # noqa: FBT001
    weekday, nth = _weekday(spot["day"]), 0 if spot["nth"] == "last" else _NTH[spot["nth"]]
    said = spot["month"]
    month = today.month + (spot["which"] in {"next", "following"}) if not said else _month(said)
    for later in ((0, 12) if said else (0, 1)):
        last = _last_of(today.year, month + later)
        day = last - timedelta(days=(last.weekday() - weekday) % 7)
        if nth:
            first = last.replace(day=1)
            day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
        if day >= today and day.month == last.month:
            return day
    return None


def _is_figures(spot: re.Match[str], today: date, day_first: bool | None) -> date | None:  # noqa: FBT001
    one, two = int(spot["one"]), int(spot["two"])
    year = int(spot["year"] or 0)
    year += 2000 * (0 < year < 100)
    by_order = {True: (two, one), False: (one, two)}
    ways = [by_order[day_first]] if day_first is not None else [*by_order.values()]
    days_ = {_made(year or today.year, month, day) for month, day in ways if month <= 12} - {None}
    if len(days_) != 1 or (day := days_.pop()) is None:
        return None
    return day.replace(year=day.year + 1) if not year and day < today and (day.month, day.day) != (2, 29) else day


def _is_iso(spot: re.Match[str], today: date, _: bool | None) -> date | None:  # noqa: FBT001
    return _made(int(spot["year"]), int(spot["two"]), int(spot["one"])) if 1 <= int(spot["two"]) <= 12 else None


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    read: _Reader
    spelt: bool


_PARTS_OF_DAY = r"morning|lunch(?:time)?|noon|midday|afternoon|evening|night|eod|end of (?:the )?day|close of business|first thing"
_TABLE: Final[tuple[tuple[str, _Reader, bool], ...]] = (  # the first that fits at a place counts: the longer before the shorter
    (r"(?P<year>20\d\d)-(?P<two>\d\d)-(?P<one>\d\d)", _is_iso, True),
    (r"(?P<one>\d{1,2})[/.](?P<two>\d{1,2})(?:[/.](?P<year>(?:20)?\d\d))?(?![\d%/]|\.\d)", _is_figures, True),
    (rf"(?:the )?(?P<nth>first|second|third|fourth|last) (?P<day>{_DAY}) (?:of|in) (?:(?P<which>the|this|next|the following) month|(?P<month>{_MONTH}))", _is_nth_weekday, True),
    (rf"(?:the )?(?:week (?:commencing|beginning|starting|of)|w/c) (?:the )?(?:{_DAY},? )?(?:the )?{_DAY_NUMBER}(?: (?:of )?{_MONTH})?", _is_vague, False),
    (rf"(?:(?P<day>{_DAY}),? )?(?:the )?(?P<number>{_DAY_NUMBER})(?: day)? of (?P<month>{_MONTH})\b{_YEAR}", _is_day_of_month, True),
    (rf"(?:(?P<day>{_DAY}),? )?(?:the )?(?P<number>{_DAY_NUMBER}) (?P<month>{_MONTH})\b{_YEAR}", _is_day_of_month, True),
    (rf"(?:(?P<day>{_DAY}),? )?(?P<month>{_MONTH}) (?:the )?(?P<number>{_DAY_NUMBER})\b(?! (?:people|per|of us|sites|users|hundred|thousand)){_YEAR}", _is_day_of_month, True),
    (rf"(?:next |this |on )?(?P<day>{_DAY}),? (?:the )?(?P<number>{_ORDINAL})(?P<of> of (?:this|the|next|the following) month)?\b", _is_number, True),
    (rf"(?P<day>)the (?P<number>{_ORDINAL})(?P<of> of (?:this|the|next|the following) month)?\b(?! (?:of|time|thing|one|two|three|year|quarter|half|phase|floor|call|meeting|round|person|party|option|point|step|question|slide|part|draft|version|stage|week|month|day|batch|site|place|largest|biggest|and \w+ (?:of|one|thing|time)))", _is_number, True),
    (rf"(?P<day>)(?<=by )(?P<number>\d{{1,2}} ?(?:st|nd|rd|th))(?P<of>)\b", _is_number, True),
    (rf"(?:a|(?P<count>{_NUMBER})) (?P<long>week|fortnight)s? (?:on|from|this|after|to)? ?(?P<day>today|tomorrow|{_DAY})\b", _is_week_on, True),
    (rf"(?P<day>{_DAY}) (?P<long>week|fortnight)\b(?P<count>)", _is_week_on, True),
    (rf"(?P<day>{_DAY})(?: (?:of|the))* (?P<which>next|this|following|coming|after next) week", _is_day_of_week, True),
    (rf"(?:(?P<which>next|this) week),? (?:on |by )?(?P<day>{_DAY})\b", _is_day_of_week, True),
    (rf"(?:the )?end{_OF_WEEK}|eow\b", _is_end_of_week, True),
    (rf"(?:(?P<which>this|next|coming) )(?:weekend)\b", _is_vague, False),
    (rf"(?:the )?(?:start|beginning|top)(?: of)? (?:the )?(?:next|coming|following) week|first thing next week", _is_start_of_week, True),
    (rf"(?:(?:early|mid|middle of|later|late|sometime|some time|at some point|around) )(?:this |next |the )?(?:week|month|year|quarter|{_MONTH}|{_DAY})(?: week)?\b", _is_vague, False),
    (rf"(?:the )?(?:(?:very )?end|last day)(?: of)? (?:(?:(?:the|this|that) )?(?P<which>this|next|following|current|calendar)? ?month\b|(?P<month>{_MONTH})\b{_YEAR})|month[- ]end\b", _is_end_of_month, True),
    (rf"(?:the )?end(?: of)? (?:(?:the|this|our|your) )?(?P<which>this|next|following|calendar)? ?(?:quarter\b|q(?P<number>[1-4])\b)|quarter[- ]end\b", _is_end_of_quarter, True),
    (r"(?:the )?end(?: of)? (?:(?:the|this) )?(?P<which>this|next|calendar)? ?year\b|year[- ]end\b", _is_end_of_year, True),
    (rf"(?:the )?end(?: of)? (?:the |this |my )?(?:business )?(?:day|play|today)\b(?!,? (?:on )?(?:tomorrow|{_DAY}|the ))|(?:eod|cob|close of (?:business|play))\b(?!,? (?:on )?(?:tomorrow|{_DAY}|the ))|close of (?:business|play) today", _is_today, True),
    (rf"(?P<after>the day after |day after )?tomorrow\b(?: (?:{_PARTS_OF_DAY}))?", _is_tomorrow, True),
    (rf"(?:(?:later|earlier|by) )?(?:today|tonight)\b|this (?:afternoon|evening|morning|lunchtime)\b|right after (?:this|the) (?:call|meeting)\b|straight after (?:this|the) (?:call|meeting)\b|as soon as (?:we|i) hang up|in (?:an|one|two|a few|a couple of) hours?", _is_today, True),
    (rf"(?:in|within)(?: the next)? (?:about |around |roughly |maybe )?(?:a |the next )?(?:couple(?: of)?|few|several|one or two|two or three|three or four|two to three|three to four) (?:{_DAY}|\w+ )?(?:days|weeks|months|hours|minutes)", _is_vague, False),
    (rf"(?:in|within)(?: the next)? (?P<count>{_NUMBER}) (?P<unit>(?:working |business |work )?(?:days?|weeks?|fortnights?|months?|hours?|minutes?))(?:'s?)?(?: time| from (?:now|today))?\b(?! of| or | to |,? max| on)", _is_in, True),
    (rf"(?P<count>{_NUMBER}) (?P<unit>(?:working |business )?(?:days?|weeks?|fortnights?|months?)) from (?:now|today)\b", _is_in, True),
    (rf"(?:(?:(?P<which>this coming|this|next|the following|following|coming)) )?(?P<day>{_DAY})\b(?! (?:night)s?\b)(?:,? (?:{_PARTS_OF_DAY}))?", _is_weekday, False),
)  # fmt: skip
_RULES: Final = tuple(_Rule(re.compile(rf"(?<![\w'-]){pattern}" if not pattern.startswith("(?P<day>)(?<=") else pattern), read, spelt) for pattern, read, spelt in _TABLE)
_NAMED: Final = re.compile(r"\(\?P<\w+>")
_EVERY: Final = re.compile("|".join(
    rf"(?P<r{at}>(?<![\w'-])(?:{_NAMED.sub('(?:', pattern)}))" for at, (pattern, _, _) in enumerate(_TABLE)
))  # fmt: skip
_ANY_WORD: Final = re.compile(  # what every date has one of, so that most sentences are read no further
    rf"\d|day\b|days\b|week|fortnight|month|quarter|year|tonight|tomorrow|afternoon|evening|morning|lunch|hour|minute"
    rf"|\be?o[dw]\b|\bcob\b|close of|end of|this call|hang up|q[1-4]|(?:{_any(_NTH)})\b|(?:{_any(MONTHS)}|{_any(_SHORT_MONTHS)})\b|\b(?:mon|tues?|weds?|thu(?:rs?)?|fri)\b"
)
_IS_OTHER: Final = re.compile(r"'s (?!time|at|good|fine|okay|ok|great|perfect)|s\b(?!')")  # Monday's call, Fridays: no day to come

