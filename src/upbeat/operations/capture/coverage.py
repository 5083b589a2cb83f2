"""What of an export of Gong's lands where, what does not, and why: by the fields that its calls have.

The fields are those of Gong's API, `POST /v2/calls/extensive` and `POST /v2/calls/transcript`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

_LANDS: Final[Mapping[str, str]] = {
    "metaData.id": "what the call is known by: it is taken once",
    "metaData.title": "Event.Subject, Task.Subject",
    "metaData.started": "Event.StartDateTime, Task.ActivityDate",
    "metaData.duration": "Event.EndDateTime, Task.CallDurationInSeconds",
    "metaData.direction": "Task for inbound and outbound calls, Event for the rest",
    "metaData.language": "the language in which it is read",
    "metaData.isPrivate": "a private call is left out whole",
    "parties.emailAddress": "the Contact, Lead or User: WhoId, OwnerId and relation rows",
    "parties.name": "the Contact of the account, where there is no address; whose turns are whose",
    "parties.title": "the title of a missing Contact",
    "parties.affiliation": "who is ours, and who is the customer",
    "parties.speakerId": "whose turns are whose",
    "parties.id": "whose turns are whose",
    "transcript.speakerId": "whose turns are whose",
    "transcript.sentences.start": "the times of each turn: talk ratio, and where a quote stands",
    "transcript.sentences.end": "the times of each turn: talk ratio, and where a quote stands",
    "transcript.sentences.text": "the turns, from which fields are read with their quotes",
    "callId": "what the call is known by: it is taken once",
}
_LEFT: Final[Mapping[str, str]] = {
    "context": "which deal it is of is found in the org, and asked where that is in doubt",
    "content": "what was said is read anew, each value with its quote",
    "interaction": "talk ratio and questions are counted anew from the turns, the same for every source",
    "collaboration": "comments stay where they were written",
    "media": "recordings are not copied",
    "parties.userId": "people are known by their address",
    "parties.phoneNumber": "people are known by their address",
    "parties.context": "people are found in the org",
    "parties.methods": "how somebody joined is not kept",
    "metaData.primaryUserId": "the organizer is found by the address",
    "metaData.scheduled": "when it took place counts",
    "metaData.url": "the recording is not copied",
    "metaData.scope": "who took part says whether it was internal",
    "metaData.system": "it does not change what was said",
    "metaData.media": "it does not change what was said",
    "metaData.purpose": "it does not change what was said",
    "metaData.meetingUrl": "it does not change what was said",
    "metaData.workspaceId": "an org has one house",
    "metaData.customData": "it is free text without a meaning of its own",
    "metaData.sdrDisposition": "how a call ended is read from what was said",
    "metaData.clientUniqueId": "the call's own id counts",
    "metaData.calendarEventId": "a meeting and its recording are known by time and people",
    "transcript.topic": "what was said is read anew, each value with its quote",
}
_UNKNOWN: Final = "it is no field of Gong's API that we know, and nothing reads it"


@dataclass(frozen=True, slots=True)
class Covered:
    """One field of an export: how many calls have it, and where it lands; empty where it does not, and why."""

    field: str
    calls: int
    lands: str
    why: str


class Coverage:
    """Counts the fields of an export's calls."""

    def __init__(self) -> None:
        """Begin with no call."""
        self._calls = Counter[str]()

    def add(self, call: Any) -> None:
        """Count the fields that a call has; a list counts by what is in it."""
        self._calls.update(set(_paths(call, "")))

    def told(self) -> tuple[Covered, ...]:
        """Give every field, those that land first, then the most frequent."""
        found = [_covered(path, count) for path, count in self._calls.items()]
        return tuple(sorted(found, key=lambda one: (not one.lands, -one.calls, one.field)))


def _covered(path: str, count: int) -> Covered:
    if path in _LANDS:
        return Covered(path, count, _LANDS[path], "")
    parts = path.split(".")
    heads = (".".join(parts[:size]) for size in range(len(parts), 0, -1))
    return Covered(path, count, "", next((_LEFT[one] for one in heads if one in _LEFT), _UNKNOWN))


def _paths(value: Any, path: str) -> Iterator[str]:
    """Give the paths of every value that is not blank, as far down as Gong's API goes."""
    match value:
        case dict():
            for name, inner in cast("dict[str, Any]", value).items():
                wrapped = name in {"calls", "callTranscripts"} and not path
                yield from _paths(inner, path if wrapped else f"{path}.{name}" if path else name)
        case list():
            for inner in cast("list[Any]", value):
                yield from _paths(inner, path)
        case None | "":
            return
        case _:
            yield _short(path)


def _short(path: str) -> str:
    """Leave out what lies deeper than any field that lands: a tracker's own tree says nothing more."""
    head = path.split(".", 1)[0]
    return head if head in {"content", "interaction", "collaboration", "media", "context"} else path
