"""Emails, meetings and calls of the last month, by whose they are: asked in groups, so that few calls tell of many."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from upbeat.foundation.deals import LARGEST, MOST_GROUPS
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Answer, Question, Row, Way
from upbeat.foundation.spans import MONTH, since

KINDS: Final = ("TaskSubtype", "Type")
"""Fields that say what a Task stands for; tools of old write the second alone."""


def past_events(ground: Ground) -> str:
    """Give the condition of meetings that were held within the month, before today; one without an end had a start."""
    today = since(ground, 0)
    ended = f"(EndDateTime < {today} OR (EndDateTime = NULL AND StartDateTime < {today}))"
    return f"StartDateTime >= {since(ground, MONTH)} AND {ended}"


def past_tasks(ground: Ground) -> str:
    """Give the condition of tasks that were done within the month, before today: calls and emails among them."""
    return f"IsClosed = TRUE AND CreatedDate >= {since(ground, MONTH)} AND CreatedDate < {since(ground, 0)}"


def meetings(ground: Ground) -> Question:
    """Ask for meetings by their owner and who created them; `facing` are those with a contact or a lead."""
    return _grouped("Event", "OwnerId, CreatedById", past_events(ground))


def tasks(ground: Ground) -> Question:
    """Ask for tasks by their owner, who created them, and whether they stand for a call or an email."""
    kinds = [one for one in KINDS if (field := ground.field("Task", one)) is not None and field.groupable]
    return _grouped("Task", ", ".join(["OwnerId", "CreatedById", *kinds]), past_tasks(ground))


def _grouped(name: str, by: str, where: str) -> Question:
    text = f"SELECT {by}, COUNT(Id) n, COUNT(WhoId) facing FROM {name} WHERE {where} GROUP BY {by} {LARGEST}"  # noqa: S608  our own names
    return Question(Way.QUERY, text, rows=MOST_GROUPS)


def sent(ground: Ground) -> Question:
    """Ask for emails that went out, by who created them and from which address."""
    text = (
        f"SELECT CreatedById, FromAddress, COUNT(Id) n FROM EmailMessage "  # noqa: S608  our own names
        f"WHERE Incoming = FALSE AND MessageDate >= {since(ground, MONTH)} GROUP BY CreatedById, FromAddress {LARGEST}"
    )
    return Question(Way.QUERY, text, rows=MOST_GROUPS)


def of_users(ground: Ground) -> Question:
    """Ask for emails by the user who wrote them or whom they were written to."""
    text = (
        f"SELECT RelationId, COUNT_DISTINCT(EmailMessageId) n FROM EmailMessageRelation "  # noqa: S608  our own names
        f"WHERE RelationObjectType = 'User' AND CreatedDate >= {since(ground, MONTH)} GROUP BY RelationId {LARGEST}"
    )
    return Question(Way.QUERY, text, rows=MOST_GROUPS)


def summed(rows: Iterable[Row], key: str, number: str = "n") -> dict[str, int]:
    """Add a number up by a column."""
    found: dict[str, int] = {}
    for row in rows:
        if row[key]:
            found[row[key]] = found.get(row[key], 0) + int(row[number])
    return found


def stands_for(row: Row, kind: str) -> bool:
    """Whether a task stands for a call or an email: `Email`, `ListEmail`, `Call`."""
    return any(kind in str(row.get(one) or "").casefold() for one in KINDS)


@dataclass(frozen=True, slots=True)
class Activity:
    """One user's month. `emails` counts those of EmailMessage and Task, `facing` the meetings with customers."""

    emails: int = 0
    meetings: int = 0
    facing: int = 0
    calls: int = 0

    @property
    def words(self) -> str:
        """Say what there is: `4 meetings, 2 calls`."""
        parts = [(self.emails, "email"), (self.meetings, "meeting"), (self.calls, "call")]
        return ", ".join(f"{count:,} {word}{'s' * (count != 1)}" for count, word in parts if count) or "nothing"


def by_user(ground: Ground, events: Answer, done: Answer, out: Answer, related: Answer) -> dict[str, Activity]:
    """Put together, for each user, what the four answers say; one that was denied says nothing."""
    addresses = {one.email.casefold(): one.user_id for one in ground.people.values() if one.email}
    made, written = summed(out.rows, "CreatedById"), dict[str, int]()
    for row in out.rows:
        user = addresses.get((row["FromAddress"] or "").casefold())
        if user is not None and user != row["CreatedById"]:  # a capture tool created it for them
            written[user] = written.get(user, 0) + int(row["n"])
    logged = summed((row for row in done.rows if stands_for(row, "email")), "OwnerId")
    called = summed((row for row in done.rows if stands_for(row, "call")), "OwnerId")
    known, held = summed(related.rows, "RelationId"), summed(events.rows, "OwnerId")
    facing = summed(events.rows, "OwnerId", "facing")
    users = {*made, *written, *logged, *called, *known, *held}
    return {
        one: Activity(
            emails=max(made.get(one, 0) + written.get(one, 0), known.get(one, 0)) + logged.get(one, 0),
            meetings=held.get(one, 0),
            facing=facing.get(one, 0),
            calls=called.get(one, 0),
        )
        for one in users
    }
