"""A calendar's bytes (iCalendar, RFC 5545) → its meetings: each occurrence within a window is one.

A meeting is known by its UID, and an occurrence of a series by its RECURRENCE-ID beside it, whichever copy of the
calendar it is read from.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final, cast

import icalendar
import recurring_ical_events  # pyright: ignore[reportMissingTypeStubs]: it has none

from upbeat.channels import AddressError, address_of
from upbeat.conversation.mail.markup import text_of
from upbeat.conversation.values import Conversation, Medium, Party, Role

SOURCE: Final = "Calendar"
LARGEST: Final = 10_000_000  # bytes: some ten thousand meetings
_MOST_SERIES: Final = 2_000  # series of one file that are followed: one person has some dozen
_LONGEST: Final = timedelta(days=14)  # a meeting; what is longer is an absence
_KNOWN_PARTS: Final = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
)
_OFTEN: Final = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
_NO_PEOPLE: Final = frozenset({"ROOM", "RESOURCE"})
_MARKS: Final = ("CLASS", "X-CALENDARSERVER-ACCESS")  # by what a meeting, or all of a calendar, is said to be private
_SENSITIVITY: Final = {"": "", "PUBLIC": "", "CONFIDENTIAL": "confidential"}
_ANSWERS: Final = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}
_LONGEST_TEXT: Final = 100_000  # characters of a description


class NoCalendarError(ValueError):
    """Bytes that are no calendar; its text says why."""


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when a meeting must begin to be given; `zone` is whose times those are that name none."""

    since: datetime
    until: datetime
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting. `cancelled` is whether it will not be, or was not, held; `version` grows with each change of it.

    `series` is the UID of the series that it was read from as one of its days, empty where it stands by itself.
    """

    conversation: Conversation
    cancelled: bool
    version: int
    series: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """What was read: the meetings in the order in which they begin, and what could not be read, in words.

    The words name events by their place in the file, and never by their titles, which may be nobody's business.
    """

    meetings: tuple[Meeting, ...]
    odd: tuple[str, ...] = ()


def read_calendar(raw: bytes, window: Window) -> Calendar:
    """Read a calendar. Raises NoCalendarError where it is none, or too large.

    Series are followed within the window alone. Where a rule of theirs repeats more often than daily, or has parts that
    no calendar program writes, the series is told and left.
    """
    if len(raw) > LARGEST:
        raise NoCalendarError(f"it has {len(raw):,} bytes, and {LARGEST:,} are the most that is read")
    odd = list[str]()
    meetings = dict[str, Meeting]()
    for calendar in _calendars(raw):
        cancels = str(calendar.get("METHOD", "")).upper() == "CANCEL"
        sensitivity = _sensitivity(calendar)
        for where, event, series in _occurrences(calendar, window, odd):
            with suppress(_Unread):
                one = replace(_meeting(where, event, window, odd, cancels=cancels), series=series)
                if sensitivity and not one.conversation.sensitivity:
                    one = replace(one, conversation=replace(one.conversation, sensitivity=sensitivity))
                known = meetings.get(one.conversation.source_id)
                if known is None or known.version <= one.version:
                    meetings[one.conversation.source_id] = one
    found = sorted(meetings.values(), key=lambda one: (one.conversation.began, one.conversation.source_id))
    return Calendar(tuple(found), tuple(dict.fromkeys(odd)))


class _Unread(Exception):  # noqa: N818  what is left, and was told
    """An event that cannot be given."""


def _calendars(raw: bytes) -> list[Any]:
    try:
        found = icalendar.Calendar.from_ical(raw.decode("utf-8", "replace"), multiple=True)
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        raise NoCalendarError("it is no calendar: it has a line that cannot be read") from None
    calendars = [one for one in found if one.name == "VCALENDAR"]
    if not calendars:
        raise NoCalendarError("it is no calendar: it has no VCALENDAR")
    return calendars


def _occurrences(calendar: Any, window: Window, odd: list[str]) -> Iterator[tuple[str, Any, str]]:
    """Give each event that begins within the window, those of a series as they are on their day, with its UID.

    Before each stands where it is written, in words.
    """
    series, places = list[Any](), dict[str, str]()
    by_uid = dict[str, list[tuple[str, Any]]]()
    for number, event in enumerate(calendar.walk("VEVENT"), 1):
        by_uid.setdefault(str(event.get("UID", "")), []).append((f"event {number} of the file", event))
    for uid, events in by_uid.items():
        where = f"the series of {events[0][0]}"
        if not any("RRULE" in one or "RDATE" in one for _, one in events):
            yield from ((place, one, "") for place, one in events)
        elif why := next((why for _, one in events if (why := _unfollowed(one))), ""):
            odd.append(f"{where} is not read: {why}")
        elif not uid:
            odd.append(f"{where} is not read: it has no UID")
        elif len(places) < _MOST_SERIES:
            series += (one for _, one in events)
            places[uid] = where
        else:
            odd.append(f"the series after the first {_MOST_SERIES:,} of the file are not read")
    if series:
        for one in _followed(calendar, series, window, odd):
            uid = str(one.get("UID", ""))
            yield places.get(uid, "a series of the file"), one, uid


def _followed(calendar: Any, series: Sequence[Any], window: Window, odd: list[str]) -> Iterator[Any]:
    bare = icalendar.Calendar()
    for zone in calendar.walk("VTIMEZONE"):
        bare.add_component(zone)
    for event in series:
        bare.add_component(event)
    try:
        found = recurring_ical_events.of(bare, skip_bad_series=True).between(window.since, window.until)
    except (ValueError, TypeError, OverflowError, KeyError) as error:
        odd.append(f"the series of the calendar cannot be read ({type(error).__name__})")
        return
    yield from found


def _unfollowed(event: Any) -> str:
    """Say why a series is not followed, or nothing where it is."""
    for rule in _all(event, "RRULE"):
        said = {str(name).upper(): [str(one).upper() for one in values] for name, values in rule.items()}
        often, strange = set(said.get("FREQ", ())) & _OFTEN, sorted(said.keys() - _KNOWN_PARTS)
        if often:
            return f"it repeats {often.pop().casefold()}"
        if strange:
            return f"its rule has {strange[0]}"
    return ""


def _meeting(where: str, event: Any, window: Window, odd: list[str], *, cancels: bool) -> Meeting:
    uid = str(event.get("UID", "")).strip()
    began, whole_day = _moment(event.get("DTSTART"), window.zone)
    if not uid or began is None:
        odd.append(f"{where} has no {'beginning' if uid else 'UID'}")
        raise _Unread
    seconds = _seconds(event, began, window.zone, whole_day=whole_day)
    if seconds > _LONGEST.total_seconds():
        odd.append(f"{where} lasts more than {_LONGEST.days} days: it is no meeting")
        raise _Unread
    if not window.since <= began < window.until:
        raise _Unread
    parties, noticed = _parties(event)
    if whole_day:
        noticed.append("it is a day, and no time of a day")
    conversation = Conversation(
        medium=Medium.MEETING,
        source=SOURCE,
        source_id=_id(uid, event, window.zone),
        title=_title(event),
        began=began,
        seconds=seconds,
        parties=parties,
        text=_description(event),
        sensitivity=_sensitivity(event),
        odd=tuple(noticed),
    )
    cancelled = cancels or str(event.get("STATUS", "")).upper() == "CANCELLED"
    return Meeting(conversation, cancelled, _version(event))


def _sensitivity(event: Any) -> str:
    """Give how private it is. A mark that nobody knows is one of privacy (RFC 5545, 3.8.1.3), as X-PERSONAL is."""
    said = [str(one).strip().upper() for mark in _MARKS for one in _all(event, mark)]
    return next((told for one in said if (told := _SENSITIVITY.get(one, "private"))), "")


def _id(uid: str, event: Any, zone: tzinfo) -> str:
    again, _ = _moment(event.get("RECURRENCE-ID"), zone)
    return uid if again is None else f"{uid} {again.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _moment(value: Any, zone: tzinfo) -> tuple[datetime | None, bool]:
    """Give a moment, and whether it is a whole day; times that name no zone are those of `zone`."""
    found = getattr(value, "dt", None)
    if isinstance(found, datetime):
        return (found if found.tzinfo else found.replace(tzinfo=zone)), False
    if isinstance(found, date):
        return datetime.combine(found, time(), zone), True
    return None, False


def _seconds(event: Any, began: datetime, zone: tzinfo, *, whole_day: bool) -> float:
    ended, _ = _moment(event.get("DTEND"), zone)
    if ended is not None:
        return max((ended - began).total_seconds(), 0)
    lasts = getattr(event.get("DURATION"), "dt", None)
    if isinstance(lasts, timedelta):
        return max(lasts.total_seconds(), 0)
    return timedelta(days=1).total_seconds() if whole_day else 0


def _parties(event: Any) -> tuple[tuple[Party, ...], list[str]]:
    """Give the people who were asked, and what was noticed: rooms are no people, and nobody knows who is in a group."""
    found, odd = dict[str, Party](), list[str]()
    for role, one in [(Role.ORGANIZER, one) for one in _all(event, "ORGANIZER")] + [
        (Role.ATTENDEE, one) for one in _all(event, "ATTENDEE")
    ]:
        told: Any = getattr(one, "params", {})
        kind = str(told.get("CUTYPE", "")).upper()
        name = " ".join(str(told.get("CN", "")).strip("\"' ").split())[:200]
        written = str(told.get("EMAIL", "")) or re.sub(r"^mailto:", "", str(one), flags=re.IGNORECASE)
        if kind in _NO_PEOPLE:
            continue
        if kind == "GROUP":
            odd.append(f"the group {name or written[:100]!r} was asked: who is in it is not known")
            continue
        try:
            address = address_of(written).casefold()
        except AddressError:
            odd.append(f"{written[:80]!r} is no mail address")
            continue
        answer = _ANSWERS.get(str(told.get("PARTSTAT", "")).upper(), "")
        known = found.get(address)
        if known is None:
            found[address] = Party("" if "@" in name else name, address, role=role, answer=answer)
        elif answer and not known.answer:
            found[address] = Party(known.name or name, address, role=known.role, answer=answer)
    return tuple(found.values()), odd


def _all(event: Any, name: str) -> list[Any]:
    """Give the values of a property that may stand once, several times, or not at all."""
    found: Any = event.get(name, [])
    return cast("list[Any]", found) if isinstance(found, list) else [found]


def _title(event: Any) -> str:
    return " ".join(str(event.get("SUMMARY", "")).split())[:500]


def _description(event: Any) -> str:
    text = str(event.get("DESCRIPTION", ""))[:_LONGEST_TEXT]
    return text_of(text) if re.search(r"<(?:html|body|p|br|div|span)\b", text[:2000], re.IGNORECASE) else text.strip()


def _version(event: Any) -> int:
    with suppress(ValueError):
        return int(event.get("SEQUENCE", 0))
    return 0
