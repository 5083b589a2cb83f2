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
}
"""What a conversation is logged as, by its medium."""

_SUBJECT: Final = 255  # characters: the length of Subject


def draft(one: Captured) -> dict[str, Any]:
    """Give the activity as REST JSON has it, with its relations as far as they are certain, and without an Id."""
    talk = one.conversation
    fields = {
        Medium.MEETING: _event,
        Medium.CALL: _task,
        Medium.EMAIL: _message,
    }[talk.medium](talk)
    about = one.link.opportunity or one.link.account
    relation = "RelatedToId" if talk.medium is Medium.EMAIL else "WhatId"
    return {"Id": one.link.activity or None, "Subject": talk.title[:_SUBJECT], relation: about or None, **fields}


def _event(talk: Conversation) -> dict[str, Any]:
    return {
        **_whose(talk),
        "StartDateTime": _moment(talk.began),
        "EndDateTime": _moment(talk.began + timedelta(seconds=talk.seconds)),
        "DurationInMinutes": max(1, round(talk.seconds / 60)),
        "ActivityDate": talk.began.date().isoformat(),
        "Description": None,
    }


def _task(talk: Conversation) -> dict[str, Any]:
    return {
        **_whose(talk),
        "Status": "Completed",
        "TaskSubtype": "Call",
        "CallDurationInSeconds": round(talk.seconds),
        "ActivityDate": talk.began.date().isoformat(),
        "Description": None,
    }


def _message(talk: Conversation) -> dict[str, Any]:
    return {
        "FromAddress": _addresses(talk, Role.SENDER),
        "ToAddress": _addresses(talk, Role.TO),
        "CcAddress": _addresses(talk, Role.CC),
        "TextBody": talk.text or None,
        "MessageDate": _moment(talk.began),
        "MessageIdentifier": talk.source_id,
        "Incoming": not any(one.internal for one in talk.parties if one.role is Role.SENDER),
    }


def _whose(talk: Conversation) -> dict[str, Any]:
    """Give whose activity it is, and the first of the others that took part and is known."""
    ours = [one for one in talk.parties if one.kind == "User"]
    ours.sort(key=lambda one: one.role is not Role.ORGANIZER)
    theirs = [one for one in _who_spoke_first(talk) if one.kind in {"Contact", "Lead"}]
    return {
        "OwnerId": ours[0].record_id if ours else None,
        "WhoId": theirs[0].record_id if theirs else None,
    }


def _who_spoke_first(talk: Conversation) -> list[Party]:
    """Give the parties, those who spoke in the order of their first words, the silent ones after them."""
    spoke = dict.fromkeys(one.party for one in talk.turns if one.party is not None)
    return [talk.parties[place] for place in dict.fromkeys([*spoke, *range(len(talk.parties))])]


def _addresses(talk: Conversation, role: Role) -> str | None:
    return "; ".join(one.address for one in talk.parties if one.role is role and one.address) or None


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
