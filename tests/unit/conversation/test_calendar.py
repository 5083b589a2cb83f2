from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.conversation import Medium, Role
from upbeat.conversation.calendar import Calendar, NoCalendarError, Window, read_calendar

JANUARY = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))
BERLIN = """\
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""
ONE = """\
UID:one@acme.example
DTSTART:20260110T100000Z
DURATION:PT45M
SUMMARY:Kunde: demo
"""
SERIES = """\
UID:weekly@acme.example
DTSTART;TZID=Europe/Berlin:20260105T100000
DTEND;TZID=Europe/Berlin:20260105T110000
RRULE:FREQ=WEEKLY
SUMMARY:Weekly
"""


def calendar(*events: str, method: str = "", window: Window = JANUARY) -> Calendar:
    told = f"METHOD:{method}\n" if method else ""
    body = "".join(f"BEGIN:VEVENT\n{one}END:VEVENT\n" for one in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//\n{told}{BERLIN}{body}END:VCALENDAR\n"
    return read_calendar(text.replace("\n", "\r\n").encode(), window)


def begins(found: Calendar) -> list[str]:
    return [f"{one.conversation.began.astimezone(UTC):%d %H:%M}" for one in found.meetings]


def test_a_meeting_is_a_conversation_with_its_time_and_those_who_were_asked() -> None:
    [found] = calendar(
        ONE
        + "DESCRIPTION:Agenda\\nPrice\n"
        + "ORGANIZER;CN=Priya Shah:mailto:priya.shah@acme.example\n"
        + "ATTENDEE;PARTSTAT=ACCEPTED;CN=Priya:mailto:Priya.Shah@acme.example\n"
        + "ATTENDEE;PARTSTAT=DECLINED;CN=Renée Müller:MAILTO:renee@kunde.example\n"
    ).meetings
    talk = found.conversation
    assert (talk.medium, talk.source_id, talk.title) == (Medium.MEETING, "one@acme.example", "Kunde: demo")
    assert (talk.began, talk.seconds) == (datetime(2026, 1, 10, 10, tzinfo=UTC), 45 * 60)
    assert talk.text == "Agenda\nPrice"
    assert [(one.name, one.address, one.role, one.answer) for one in talk.parties] == [
        ("Priya Shah", "priya.shah@acme.example", Role.ORGANIZER, "accepted"),
        ("Renée Müller", "renee@kunde.example", Role.ATTENDEE, "declined"),
    ]


def test_rooms_are_no_people_and_who_is_in_a_group_is_not_known() -> None:
    [found] = calendar(
        ONE
        + "ATTENDEE;CUTYPE=ROOM;CN=Aspen:mailto:aspen@acme.example\n"
        + "ATTENDEE;CUTYPE=GROUP;CN=Sales:mailto:sales@acme.example\n"
    ).meetings
    assert found.conversation.parties == ()
    assert found.conversation.odd == ("the group 'Sales' was asked: who is in it is not known",)


@pytest.mark.parametrize(
    ("mark", "sensitivity"),
    [
        ("CLASS:PRIVATE", "private"),
        ("CLASS:CONFIDENTIAL", "confidential"),
        ("CLASS:Public", ""),
        ("CLASS:X-PERSONAL", "private"),
        ("CLASS:PUBLIC\nX-CALENDARSERVER-ACCESS:RESTRICTED", "private"),
    ],
)
def test_a_calendars_own_mark_is_kept_and_a_mark_that_nobody_knows_is_private(mark: str, sensitivity: str) -> None:
    [found] = calendar(f"{ONE}{mark}\n").meetings
    assert found.conversation.sensitivity == sensitivity


def test_what_a_calendar_says_of_all_of_itself_is_said_of_each_meeting() -> None:
    text = f"BEGIN:VCALENDAR\nX-CALENDARSERVER-ACCESS:PRIVATE\nBEGIN:VEVENT\n{ONE}END:VEVENT\nEND:VCALENDAR\n"
    [found] = read_calendar(text.replace("\n", "\r\n").encode(), JANUARY).meetings
    assert found.conversation.sensitivity == "private"


def test_what_is_told_of_an_unreadable_calendar_holds_nothing_of_its_titles() -> None:
    secret = SERIES.replace("Weekly", "Cancer check")
    found = calendar(
        secret.replace("FREQ=WEEKLY", "FREQ=HOURLY"),
        "DTSTART:20260110T100000Z\nSUMMARY:Cancer check\n",
        secret.replace("UID:weekly@acme.example\n", ""),
    )
    assert len(found.odd) >= 2
    assert "Cancer" not in " ".join(found.odd)
    with pytest.raises(NoCalendarError) as refused:
        read_calendar(b"BEGIN:VCALENDAR\r\nSUMMARY Cancer check\r\nEND:VCALENDAR\r\n", JANUARY)
    assert "Cancer" not in str(refused.value)


def test_a_series_is_followed_within_the_window_each_day_by_its_own_name() -> None:
    found = calendar(SERIES)
    assert begins(found) == ["05 09:00", "12 09:00", "19 09:00", "26 09:00"]
    assert found.meetings[0].conversation.source_id == "weekly@acme.example 20260105T090000Z"
    assert len({one.conversation.key for one in found.meetings}) == 4


def test_a_day_that_is_left_out_moved_or_cancelled_is_so_for_itself() -> None:
    moved = (
        "UID:weekly@acme.example\nRECURRENCE-ID;TZID=Europe/Berlin:20260119T100000\n"
        "DTSTART;TZID=Europe/Berlin:20260120T140000\nDTEND;TZID=Europe/Berlin:20260120T150000\nSUMMARY:Moved\n"
    )
    cancelled = (
        "UID:weekly@acme.example\nRECURRENCE-ID;TZID=Europe/Berlin:20260126T100000\nSTATUS:CANCELLED\n"
        "DTSTART;TZID=Europe/Berlin:20260126T100000\nDTEND;TZID=Europe/Berlin:20260126T110000\n"
    )
    found = calendar(f"{SERIES}EXDATE;TZID=Europe/Berlin:20260112T100000\n", moved, cancelled)
    assert begins(found) == ["05 09:00", "20 13:00", "26 09:00"]
    assert [one.cancelled for one in found.meetings] == [False, False, True]
    assert found.meetings[1].conversation.source_id == "weekly@acme.example 20260119T090000Z"


def test_a_cancellation_cancels_and_the_newest_version_of_a_meeting_holds() -> None:
    [cancelled] = calendar(ONE, method="CANCEL").meetings
    assert cancelled.cancelled
    [newest] = calendar(f"{ONE}SEQUENCE:2\n".replace("demo", "new"), f"{ONE}SEQUENCE:1\n").meetings
    assert newest.conversation.title == "Kunde: new"


def test_a_time_without_a_zone_is_one_of_the_readers_own_zone() -> None:
    window = Window(JANUARY.since, JANUARY.until, ZoneInfo("America/Chicago"))
    assert begins(calendar(ONE.replace("Z\n", "\n"), window=window)) == ["10 16:00"]


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("FREQ=SECONDLY", "it repeats secondly"),
        ("FREQ=HOURLY", "it repeats hourly"),
        ("FREQ=YEARLY;BYEASTER=1", "its rule has BYEASTER"),
        ("FREQ=YEARLY;BYYEARDAY=1", "its rule has BYYEARDAY"),
    ],
)
def test_a_rule_that_no_calendar_writes_is_told_and_not_followed(rule: str, why: str) -> None:
    found = calendar(SERIES.replace("FREQ=WEEKLY", rule), ONE)
    assert begins(found) == ["10 10:00"]
    assert found.odd == (f"the series of event 1 of the file is not read: {why}",)


@pytest.mark.parametrize(
    ("event", "odd"),
    [
        ("UID:a\nSUMMARY:x\n", "event 1 of the file has no beginning"),
        ("DTSTART:20260110T100000Z\nSUMMARY:x\n", "event 1 of the file has no UID"),
        (
            "UID:a\nDTSTART:20260110T100000Z\nDTEND:20260210T100000Z\nSUMMARY:Leave\n",
            "event 1 of the file lasts more than 14 days: it is no meeting",
        ),
    ],
)
def test_what_is_no_meeting_is_told(event: str, odd: str) -> None:
    found = calendar(event)
    assert (found.meetings, found.odd) == ((), (odd,))


@given(st.binary(max_size=500))
def test_bytes_that_are_no_calendar_are_refused_in_words(raw: bytes) -> None:
    with pytest.raises(NoCalendarError, match="it is no calendar"):
        read_calendar(raw, JANUARY)
