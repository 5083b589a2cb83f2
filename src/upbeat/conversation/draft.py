"""The activity that a conversation would be logged as: the fields of an Event, a Task or an EmailMessage."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from upbeat.conversation.link import Captured
from upbeat.conversation.values import Conversation, Medium, Party, Role

OBJECTS: Final[Mapping[Medium, str]] = {
    Medium.MEETING: "Event",
    Medium.CALL: "Task",
    Medium.EMAIL: "EmailMessage",
    Medium.SIGNAL: "Task",
}
"""What a conversation is logged as, by its medium."""

TEXTS: Final[Mapping[Medium, str]] = {
    Medium.MEETING: "Event.Description",
    Medium.CALL: "Task.Description",
    Medium.EMAIL: "EmailMessage.TextBody",
}
"""The field that what was said belongs to, by its medium: whoever may let that field leave may let the talk leave."""

_READ: Final = "1"  # the Status of a mail
_SENT: Final = "3"
_ADDRESSES: Final = 4_000  # characters: the length of ToAddress
_SUBJECT: Final = 255  # characters: the length of Subject


def draft(one: Captured) -> dict[str, Any]:
    """Give the activity as REST JSON has it, with its relations as far as they are certain, and without an Id."""
    talk = one.conversation
    fields = {
        Medium.MEETING: _event,
        Medium.CALL: _task,
        Medium.EMAIL: _message,
        Medium.SIGNAL: _signal,
    }[talk.medium](one)
    about = one.link.opportunity or one.link.account
    relation = "RelatedToId" if talk.medium is Medium.EMAIL else "WhatId"
    return {"Id": one.link.activity or None, "Subject": talk.title[:_SUBJECT], relation: about or None, **fields}


def _event(one: Captured) -> dict[str, Any]:
    talk = one.conversation
    return {
        **_whose(one),
        "StartDateTime": _moment(talk.began),
        "EndDateTime": _moment(talk.began + timedelta(seconds=talk.seconds)),
        "DurationInMinutes": max(1, round(talk.seconds / 60)),
        "ActivityDate": talk.began.date().isoformat(),
        "Description": None,
    }


def _task(one: Captured) -> dict[str, Any]:
    talk = one.conversation
    return {
        **_whose(one),
        "Status": "Completed",
        "TaskSubtype": "Call",
        "CallDurationInSeconds": round(talk.seconds),
        "ActivityDate": talk.began.date().isoformat(),
        "Description": None,
    }


def _signal(one: Captured) -> dict[str, Any]:
    """Give a task that is still to be done: somebody has to answer."""
    talk = one.conversation
    return {
        **_whose(one),
        "Status": "Not Started",
        "TaskSubtype": "Task",
        "ActivityDate": talk.began.date().isoformat(),
        "Description": talk.text or None,
    }


def _message(one: Captured) -> dict[str, Any]:
    talk = one.conversation
    sender = next((one for one in talk.parties if one.role is Role.SENDER), None)
    incoming = sender is None or not sender.internal
    return {
        "FromName": (sender and sender.name) or None,
        "FromAddress": _addresses(talk, Role.SENDER),
        "ToAddress": _addresses(talk, Role.TO),
        "CcAddress": _addresses(talk, Role.CC),
        "BccAddress": _addresses(talk, Role.BCC),
        "TextBody": talk.text or None,
        "MessageDate": _moment(talk.began),
        "MessageIdentifier": talk.source_id,
        "ThreadIdentifier": (talk.thread or (talk.source_id,))[0][:_SUBJECT],
        "Incoming": incoming,
        "Status": _READ if incoming else _SENT,
    }


def _whose(one: Captured) -> dict[str, Any]:
    """Give whose activity it is, and the first of the others that took part and is known: a contact before a lead."""
    theirs = [each for each in _who_spoke_first(one.conversation) if each.kind in {"Contact", "Lead"}]
    theirs.sort(key=lambda each: each.kind != "Contact")
    return {"OwnerId": one.owner or None, "WhoId": theirs[0].record_id if theirs else None}


def _who_spoke_first(talk: Conversation) -> list[Party]:
    """Give the parties, those who spoke in the order of their first words, the silent ones after them."""
    spoke = dict.fromkeys(one.party for one in talk.turns if one.party is not None)
    return [talk.parties[place] for place in dict.fromkeys([*spoke, *range(len(talk.parties))])]


def _addresses(talk: Conversation, role: Role) -> str | None:
    found = "; ".join(one.address for one in talk.parties if one.role is role and one.address)
    return (found if len(found) <= _ADDRESSES else found[:_ADDRESSES].rpartition("; ")[0]) or None


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
