"""Who writes what, by evidence: who created records and changed them last, and whose changes field history tells."""

from collections import Counter
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from typing import Final

from upbeat.foundation.deals import LARGEST, MOST_GROUPS
from upbeat.foundation.findings import Unseen
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Answer, Question, Way
from upbeat.foundation.spans import QUARTER, since
from upbeat.workflows import Person

CHANGING: Final = ("Account", "Contact", "Lead", "Opportunity", "Event")
"""Objects whose records several hands change: who changed them last is asked, and their history where there is one."""
CREATED: Final = ("Task", "EmailMessage")
"""Objects whose records are made once: only who made them is asked."""
UPBEAT: Final = "Upbeat"
"""The one system that all of our own connections are."""
_LIMITED: Final = Question(
    Way.QUERY,
    "SELECT AssigneeId FROM PermissionSetAssignment WHERE PermissionSet.PermissionsApiUserOnly = TRUE",
    rows=MOST_GROUPS,
)
"""Users whom a right lets in over the API alone: profiles stand among the permission sets (Object Reference)."""
_NIGHT: Final = frozenset({22, 23, 0, 1, 2, 3, 4, 5})  # hours, in the org's time zone


class How(StrEnum):
    """How somebody's writing shows."""

    CREATED = "created"
    LAST = "changed last"  # who changed it before is not told
    FIELD = "changed"  # a field, by its history

    @property
    def who(self) -> str:
        """The field that names the user."""
        return "LastModifiedById" if self is How.LAST else "CreatedById"


@dataclass(frozen=True, slots=True)
class Written:
    """What one user wrote: so many records of an object, of one field where history tells it."""

    user: str  # id
    object: str
    how: How
    count: int
    field: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """A user who writes. `tool` is the entry of tools.yaml that names them; `why` says what shows that it is a tool.

    A user of our own connections is `UPBEAT`, and no stranger's tool: what it writes stands in its own register.
    """

    id: str
    name: str
    username: str
    active: bool
    tool: str
    why: tuple[str, ...]

    @property
    def key(self) -> str:
        """The tool that this is: its entry, else the user alone."""
        return self.tool or self.username


@dataclass(frozen=True)
class Evidence:
    """What was told of who writes. `asked` are the objects, and ways of telling, that the org answered."""

    written: tuple[Written, ...]
    asked: frozenset[tuple[str, How]]
    unseen: tuple[Unseen, ...]
    actors: Mapping[str, Actor]
    nights: Mapping[str, int]  # by user, records changed last at night
    hours: Mapping[str, int]  # by user, hours of the day in which they changed records last

    @cached_property
    def tools(self) -> Mapping[str, tuple[Written, ...]]:
        """What each tool wrote, by the tool's key."""
        found: dict[str, list[Written]] = {}
        for one in self.written:
            actor = self.actors.get(one.user)
            if actor is not None and actor.why:
                found.setdefault(actor.key, []).append(one)
        return {key: tuple(some) for key, some in found.items()}


def gather(ground: Ground) -> Generator[Sequence[Question], Sequence[Answer], Evidence]:
    """Ask who wrote what in the last quarter, all at once."""
    asked = list(_asked(ground))
    limited = [_LIMITED] if "PermissionSetAssignment" in ground.objects else []
    written, unseen, nights = list[Written](), list[Unseen](), Counter[str]()
    told_all = yield [*(question for *_, question in asked), *limited]
    answers, by_right = told_all[: len(asked)], told_all[len(asked) :]
    unseen += [Unseen("PermissionSetAssignment", "AssigneeId", one.denied) for one in by_right if one.denied]
    api_only = frozenset(row["AssigneeId"] for one in by_right for row in one.rows)
    hours = set[tuple[str, int]]()
    told = set[tuple[str, How]]()
    for (name, how, _), answer in zip(asked, answers, strict=True):
        if answer.denied:
            unseen.append(Unseen(history_of(name)[0] if how is How.FIELD else name, how.who, answer.denied))
            continue
        told.add((name, how))
        written += _written(name, how, answer, ground)
        if how is How.LAST:
            nights.update(_at_night(answer, ground))
            hours.update((row["LastModifiedById"], int(row["h"])) for row in answer.rows if row["LastModifiedById"])
    hidden = [Unseen(one, "", ground.hidden[one]) for one in (*CHANGING, *CREATED) if one in ground.hidden]
    entries = {user.casefold(): key for key, tool in ground.tools.tools.items() for user in tool.users}
    by_id = {one.user_id: one for one in ground.people.values()}
    ids = dict.fromkeys([*(one.user for one in written), *by_id])
    actors = {key: _actor(key, ground, entries, by_id.get(key), api_only) for key in ids}
    return Evidence(
        tuple(written), frozenset(told), (*unseen, *hidden), actors, nights, Counter(user for user, _ in hours)
    )


def _asked(ground: Ground) -> Iterator[tuple[str, How, Question]]:
    at = since(ground, QUARTER)
    named = (one.object for tool in ground.tools.tools.values() for one in tool.writes)
    for name in dict.fromkeys((*CHANGING, *CREATED, *named)):
        if not ground.has(name, "CreatedById"):
            continue
        yield name, How.CREATED, created(ground, name)
        if name in CREATED or not ground.has(name, "LastModifiedById"):
            continue
        last = (
            f"SELECT LastModifiedById, HOUR_IN_DAY(LastModifiedDate) h, COUNT(Id) n FROM {name} "  # noqa: S608  the same
            f"WHERE LastModifiedDate >= {at} GROUP BY LastModifiedById, HOUR_IN_DAY(LastModifiedDate) {LARGEST}"
        )
        yield name, How.LAST, Question(Way.QUERY, last, rows=MOST_GROUPS)
        history, parent = history_of(name)
        if history in ground.objects:
            fields = (
                f"SELECT Field, CreatedById, COUNT_DISTINCT({parent}) n FROM {history} "  # noqa: S608  the same
                f"WHERE CreatedDate >= {at} GROUP BY Field, CreatedById {LARGEST}"
            )
            yield name, How.FIELD, Question(Way.QUERY, fields, rows=MOST_GROUPS)


def created(ground: Ground, name: str) -> Question:
    """Ask who created the records of an object in the last quarter."""
    when = f"CreatedDate >= {since(ground, QUARTER)}"
    text = f"SELECT CreatedById, COUNT(Id) n FROM {name} WHERE {when} GROUP BY CreatedById {LARGEST}"  # noqa: S608  names from the schema
    return Question(Way.QUERY, text, rows=MOST_GROUPS)


def history_of(name: str) -> tuple[str, str]:
    """Give the object that holds an object's field history, and its reference to the record."""
    if name.endswith("__c"):
        return f"{name[:-1]}History", "ParentId"
    return ("OpportunityFieldHistory" if name == "Opportunity" else f"{name}History"), f"{name}Id"


def _written(name: str, how: How, answer: Answer, ground: Ground) -> Iterator[Written]:
    counts, who = Counter[tuple[str, str]](), how.who
    for row in answer.rows:
        field = _field(name, row["Field"], ground) if how is How.FIELD else ""
        if field is not None and row[who]:
            counts[row[who], field] += int(row["n"])
    yield from (Written(user, name, how, count, field) for (user, field), count in counts.items())


def _field(name: str, told: str, ground: Ground) -> str | None:
    """Give the field that a history row is about: `Owner` there is OwnerId; None for what is no field: `created`."""
    return next((one for one in (told, f"{told}Id") if ground.has(name, one)), None)


def _at_night(answer: Answer, ground: Ground) -> Mapping[str, int]:
    """Count by user what was changed last at night, on the org's clock as it stands today."""
    shift = (ground.now.astimezone(ground.zone).utcoffset() or timedelta()) // timedelta(hours=1)
    found = Counter[str]()
    for row in answer.rows:
        if row["LastModifiedById"] and (int(row["h"]) + shift) % 24 in _NIGHT:
            found[row["LastModifiedById"]] += int(row["n"])
    return found


def _actor(
    key: str, ground: Ground, entries: Mapping[str, str], person: Person | None, api_only: Collection[str]
) -> Actor:
    if key in ground.ours:
        name, username = (person.name, person.username) if person else (key, key)
        return Actor(key, name, username, active=True, tool=UPBEAT, why=())
    if person is None:
        return Actor(key, key, key, active=False, tool="", why=())
    tool = entries.get(person.username.casefold(), "")
    why = [f"tools.yaml names it under {tool}"] if tool else []
    why += ["its profile lets it in over the API alone"] if person.integration else []
    if key in api_only and not person.integration:
        why.append("a permission set lets it in over the API alone")
    return Actor(key, person.name, person.username, person.active, tool, tuple(why))


def total(written: Iterable[Written]) -> int:
    """Give how many records somebody wrote at least: of each object, the largest of what was told."""
    most = dict[str, int]()
    for one in written:
        most[one.object] = max(most.get(one.object, 0), one.count)
    return sum(most.values())
