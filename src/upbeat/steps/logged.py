"""Where a conversation stands in the org already: logged by a person, by a calendar, or by another tool. Pure.

    meeting   an Event that covers half of it or more, of one of ours who took part
    call      a Task of that day, of one of ours who took part; it has no time of its own
    mail      an EmailMessage of the same Message-ID, which nobody gives twice

It is the same for sure where a customer who took part, or the deal itself, is named there too, or where the titles are
alike and it names nobody. Whoever it names beside that tells it from another; what remains a doubt is a person's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from upbeat.conversation import Captured, Medium, Side, twins
from upbeat.domain import Record
from upbeat.timeline import moment

_AS_LONG: Final = 0.2  # by which two tellings of one call's length may differ: one of them counts the ringing


@dataclass(frozen=True, slots=True)
class Logged:
    """An activity of the org that a conversation may be logged as; `why` says what speaks for it."""

    record: Record
    sure: bool
    why: str


def logged_as(
    one: Captured, rows: Sequence[Record], relations: Sequence[Record], claimed: Sequence[str], zone: tzinfo
) -> list[Logged]:
    """Give the activities that a conversation may be: what is sure first, and of that what its organizer has.

    `relations` are the rows that name further people of `rows`; `claimed` are activities that other conversations are
    logged as; `zone` is the one in which the org counts days.
    """
    if one.conversation.medium is Medium.EMAIL:
        wanted = bare(one.conversation.source_id)
        same = (row for row in rows if bare(str(row.get("MessageIdentifier") or "")) == wanted)
        return [Logged(row, sure=True, why="it has the same Message-ID") for row in same if wanted]
    sides = _Sides.of(one)
    named = _named(relations)
    found = list[Logged]()
    for row in rows:
        when = _meets(one, row) if one.conversation.medium is Medium.MEETING else _called(one, row, claimed, zone)
        if when and (said := _same(one, row, sides, named.get(row["Id"], frozenset()))) is not None:
            found.append(Logged(row, said[0], f"{when}, {said[1]}"))
    found.sort(key=lambda each: (not each.sure, each.record["Id"]))
    return _preferred(found, sides)


def bare(message_id: str) -> str:
    """Give a Message-ID without its brackets."""
    return message_id.strip().removeprefix("<").removesuffix(">")


@dataclass(frozen=True, slots=True)
class _Sides:
    """The records of those who took part, by their side; `owner` is whose conversation it is."""

    ours: frozenset[str]
    theirs: frozenset[str]
    owner: str

    @staticmethod
    def of(one: Captured) -> "_Sides":
        known = [party for party in one.conversation.parties if party.record_id]
        ours = [party.record_id for party in known if party.kind == "User"]
        theirs = frozenset(party.record_id for party in known if party.kind != "User" and party.side is not Side.OURS)
        return _Sides(frozenset(ours), theirs, one.owner)


def _meets(one: Captured, row: Record) -> str:
    """Say that an Event covers half of a conversation or more, or nothing."""
    if not (row.get("StartDateTime") and row.get("EndDateTime")) or row.get("IsAllDayEvent") or row.get("IsChild"):
        return ""
    talk = (one.conversation.began, twins.ended(one.conversation))
    event = (moment(row["StartDateTime"]), moment(row["EndDateTime"]))
    return "it is of the same time" if twins.at_one_time(talk, event) else ""


def _called(one: Captured, row: Record, claimed: Sequence[str], zone: tzinfo) -> str:
    """Say that a Task tells of a call of that day and length that no other conversation is logged as, or nothing."""
    is_call = row.get("TaskSubtype") == "Call" or "call" in twins.words(row.get("Subject"))
    day = one.conversation.began.astimezone(zone).date().isoformat()
    if not is_call or row.get("ActivityDate") != day or row["Id"] in claimed:
        return ""
    told, seconds = row.get("CallDurationInSeconds"), one.conversation.seconds
    if told and abs(float(told) - seconds) > max(float(told), seconds) * _AS_LONG:
        return ""
    return "it is a call of the same day"


def _same(one: Captured, row: Record, sides: _Sides, related: frozenset[str]) -> tuple[bool, str] | None:
    """Say whether an activity of that time is the conversation for sure, and why; None where it is another one."""
    people = {*related, row.get("WhoId")} - {None, ""}
    if not ({row.get("OwnerId"), *related} & sides.ours):
        return None
    about = row.get("WhatId") or ""
    if people & sides.theirs:
        return True, "with somebody who took part"
    if about and about == one.link.opportunity:
        return True, "about the same deal"
    if people - sides.ours or (about and about != one.link.account):
        return None  # with others, or about something else
    if twins.alike(row.get("Subject"), one.conversation.title):
        return True, "under the same title"
    return False, "of somebody who took part" + (", about the same account" if about else ", and names no customer")


def _preferred(found: Sequence[Logged], sides: _Sides) -> list[Logged]:
    """Of several that are sure, keep the one of whose conversation it is: others have copies of it."""
    sure = [each for each in found if each.sure]
    own = [each for each in sure if each.record.get("OwnerId") == sides.owner]
    return own if len(own) == 1 else sure or list(found)


def _named(relations: Sequence[Record]) -> Mapping[str, frozenset[str]]:
    """Give the people that rows name, by their activity."""
    found: dict[str, set[str]] = {}
    for row in relations:
        activity = next((str(row[name]) for name in ("EventId", "TaskId", "EmailMessageId") if row.get(name)), "")
        if row.get("RelationId") and not row.get("IsWhat"):
            found.setdefault(activity, set()).add(str(row["RelationId"]))
    return {activity: frozenset(some) for activity, some in found.items()}
