"""Whether what was said is written back: transcript, summary and next step of each meeting and call of the last month.

A talk is a meeting that was held, or a call of a minute or more, that names a contact or a lead, a deal or an account:
what people do among themselves names none of them. Where fields.yaml does not
say where a part of it goes, the field is taken that every org has for it: the description of the activity for the
summary, the next step of the deal.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from upbeat.foundation.activity import past_events, past_tasks
from upbeat.foundation.checks import Check, Look
from upbeat.foundation.deals import DEAL, OPEN, unseen
from upbeat.foundation.findings import MOST_RECORDS, Finding, Found, Measure, RecordAt, Unseen, Weight
from upbeat.foundation.ground import Ground
from upbeat.foundation.questions import Answer, Question, Way
from upbeat.foundation.spans import MONTH, since

_ACTIVITIES: Final = ("Event", "Task")
_SHORT: Final = 60  # seconds of a call in which nobody said what is worth writing back
_WORDS: Final = {"transcript": "transcript", "summary": "summary", "next_step": "next step"}
_CUSTOMERS: Final = ("001", "006")  # how the ids of accounts and deals begin, in every org
_MINUTES: Final = 5  # to write one talk up


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a part of a talk goes; `named` is whether fields.yaml says so."""

    part: str
    object: str
    field: str
    named: bool

    @property
    def path(self) -> str:
        return f"{self.object}.{self.field}"

    @property
    def words(self) -> str:
        return _WORDS[self.part]


@dataclass(frozen=True, slots=True)
class _Told:
    """Of how many talks a part was looked for, and those without it."""

    of: int
    without: tuple["_Talk", ...]


@dataclass(frozen=True, slots=True)
class _Talk:
    """One meeting or call: what it is about, with whom, when, and which of its own fields have a value."""

    id: str
    object: str
    name: str
    day: str
    about: frozenset[str]
    filled: frozenset[str]


def _look(ground: Ground) -> Look:
    if blind := unseen(ground, "Event", "WhoId"):
        return Found(unseen=blind)
    places, lost = _places(ground)
    own = [one for one in places if one.object in _ACTIVITIES]
    asked = [_activities(ground, "Event", "StartDateTime", _meetings(ground), own)]
    asked += [_activities(ground, "Task", "CreatedDate", where, own)] if (where := _calls(ground)) else []
    [held, *called] = yield asked
    if held.denied:
        return Found(unseen=(Unseen("Event", "", held.denied),))
    talks = [*_talks("Event", held, own), *(talk for one in called for talk in _talks("Task", one, own))]
    unseen_too = [Unseen("Task", "", one.denied) for one in called if one.denied]
    if not talks:
        return Found(measures=(Measure(BACK.name, 0, 0, f"no meeting or call with a customer in {MONTH} days"),))
    others = [one for one in places if one.object not in _ACTIVITIES]
    answers = yield [_elsewhere(ground, one) for one in others]
    lost += [
        Unseen(one.object, one.field, each.denied) for one, each in zip(others, answers, strict=True) if each.denied
    ]
    told = {one: _own(one, talks) for one in own}
    told |= {
        one: _others(ground, one, talks, each) for one, each in zip(others, answers, strict=True) if not each.denied
    }
    return Found(
        findings=tuple(
            _finding(ground, one, each) for one, each in told.items() if _is_ours(ground, one) and each.without
        ),
        measures=tuple(_measures(ground, told, len(talks))),
        unseen=(*lost, *unseen_too),
    )


def _places(ground: Ground) -> tuple[list[_Place], list[Unseen]]:
    """Give where each part goes, by fields.yaml or by what every org has; and what the reading user does not see."""
    said, places, lost = ground.fields.write_back, list[_Place](), list[Unseen]()
    shown = {
        "transcript": _transcripts(ground),
        "summary": "Event.Description",
        "next_step": f"{DEAL}.{ground.fields.next_step}",
    }
    for part, other in shown.items():
        named: str | None = getattr(said, part)
        name, _, field = (named or other).partition(".")
        if name == DEAL and ground.has(name, field) and ground.count(DEAL) is None:
            lost.append(ground.uncounted(DEAL))
        elif field and ground.has(name, field):
            places.append(_Place(part, name, field, named is not None))
        elif named:
            why = f"fields.yaml has the {_WORDS[part]} there, and the org has no such field, or hides it"
            lost.append(Unseen(name, field, why))
    return places, lost


def _transcripts(ground: Ground) -> str:
    """Give a field of meetings that is called a transcript, where an admin made one."""
    fields = ground.schema.object("Event").fields.values()
    return next((f"Event.{one.name}" for one in fields if one.custom and "transcript" in one.name.casefold()), "")


def _meetings(ground: Ground) -> str:
    """Give the condition of the meetings that were held; `_talks` leaves out those about neither deal nor account."""
    whole = " AND IsChild = FALSE" if ground.has("Event", "IsChild") else ""
    return f"{_about(ground, 'Event')}{whole} AND {past_events(ground)}"


def _calls(ground: Ground) -> str:
    """Give the condition of the calls that were had, empty where the org does not tell which tasks are calls."""
    if not ground.has("Task", "TaskSubtype", "WhoId"):
        return ""
    return f"TaskSubtype = 'Call' AND {_about(ground, 'Task')} AND {past_tasks(ground)}"


def _about(ground: Ground, name: str) -> str:
    return "(WhoId != NULL OR WhatId != NULL)" if ground.has(name, "WhatId") else "WhoId != NULL"


def _activities(ground: Ground, name: str, day: str, where: str, own: Sequence[_Place]) -> Question:
    """Ask for the newest: what was said in them is read once, and not kept."""
    usual = [one for one in ("WhoId", "WhatId", "AccountId", "CallDurationInSeconds") if ground.has(name, one)]
    fields = ["Id", "Subject", day, *usual, *(one.field for one in own if ground.has(name, one.field))]
    text = (
        f"SELECT {', '.join(dict.fromkeys(fields))} FROM {name} WHERE {where} ORDER BY {day} DESC LIMIT {MOST_RECORDS}"  # noqa: S608  names from the schema
    )
    return Question(Way.QUERY, text, rows=MOST_RECORDS, kept=False)


def _talks(name: str, answer: Answer, own: Sequence[_Place]) -> Iterator[_Talk]:
    for row in answer.rows:
        seconds = row.get("CallDurationInSeconds")
        with_them = row.get("WhoId") or row.get("AccountId") or (row.get("WhatId") or "").startswith(_CUSTOMERS)
        if with_them and (seconds is None or seconds >= _SHORT):
            about = (row.get(one) for one in ("WhatId", "WhoId", "AccountId"))
            yield _Talk(
                row["Id"],
                name,
                row["Subject"] or "",
                row.get("StartDateTime") or row.get("CreatedDate") or "",
                frozenset(one for one in about if one),
                frozenset(one.field for one in own if not _blank(row.get(one.field))),
            )


def _blank(value: object) -> bool:
    return value is None or not str(value).strip()


def _is_ours(ground: Ground, place: _Place) -> bool:
    """Whether a missing value is found here: the next steps of deals are found deal by deal, by their own check."""
    return place.named and place.path != f"{DEAL}.{ground.fields.next_step}"


def _own(place: _Place, talks: Sequence[_Talk]) -> _Told:
    """Hold talks against a field of their own: calls are no meetings, and have fields of their own."""
    mine = [one for one in talks if one.object == place.object]
    return _Told(len(mine), tuple(one for one in mine if place.field not in one.filled))


def _elsewhere(ground: Ground, place: _Place) -> Question:
    """Ask for another object's records: of deals for the open ones that were worked on, of others for the new ones."""
    if place.object == DEAL:
        begin = ground.today - timedelta(days=MONTH)
        worked = f" AND LastActivityDate >= {begin}" if ground.has(DEAL, "LastActivityDate") else ""
        text = f"SELECT Id, {place.field} FROM {DEAL} WHERE {OPEN}{worked}"  # noqa: S608  names from the schema
        return Question(Way.QUERY, text, rows=max(ground.count(DEAL) or 0, 1))
    fields = ", ".join(dict.fromkeys(["Id", place.field, *_references(ground, place.object)]))
    text = f"SELECT {fields} FROM {place.object} WHERE CreatedDate >= {since(ground, MONTH)}"  # noqa: S608  the same
    return Question(Way.QUERY, f"{text} ORDER BY Id DESC LIMIT {MOST_RECORDS}", rows=MOST_RECORDS, kept=False)


def _references(ground: Ground, name: str) -> list[str]:
    """Give the fields of an object that lead to what talks are about."""
    about = {"Account", "Contact", "Lead", DEAL, *_ACTIVITIES}
    return [one.name for one in ground.schema.object(name).fields.values() if about.intersection(one.reference_to)]


def _others(ground: Ground, place: _Place, talks: Sequence[_Talk], answer: Answer) -> _Told:
    """Hold talks against the records of another object: those about an open deal against it, others against any."""
    rows = tuple(answer.rows)
    filled = [row for row in rows if not _blank(row.get(place.field))]
    if place.object == DEAL:
        known, have = {row["Id"] for row in rows}, {row["Id"] for row in filled}
        concerned = [one for one in talks if not one.about.isdisjoint(known)]
    else:
        have = {row[one] for row in filled for one in _references(ground, place.object) if row.get(one)}
        concerned = list(talks)
    return _Told(len(concerned), tuple(one for one in concerned if have.isdisjoint({one.id, *one.about})))


def _measures(ground: Ground, told: Mapping[_Place, _Told], talks: int) -> Iterator[Measure]:
    for one, each in told.items():
        how = "" if one.named else ", which fields.yaml does not name"
        good = each.of - len(each.without)
        says = f"{good:,} of {each.of:,} talks with customers in {MONTH} days have a {one.words} in {one.path}{how}"
        yield Measure(f"{BACK.name}/{one.part}", good, each.of, says)
    if not any(one.part == "transcript" for one in told) and ground.fields.write_back.transcript is None:
        says = f"none of {talks:,} talks with customers in {MONTH} days has a transcript"
        says += ": fields.yaml names no field for it, and none shows in the org"
        yield Measure(f"{BACK.name}/transcript", 0, talks, says)


def _finding(ground: Ground, place: _Place, told: _Told) -> Finding:
    some = told.without
    return Finding(
        check=BACK.name,
        key=f"{BACK.name}:{place.path}",
        weight=Weight.MEDIUM,
        says=f"{len(some):,} of {told.of:,} meetings and calls with customers in the last {MONTH} days "
        f"{'has' if len(some) == 1 else 'have'} no {place.words} in {place.path}: no report knows what was said.",
        object=place.object,
        fields=(place.field,),
        count=len(some),
        of=told.of,
        fix=f"See why the tool that writes {place.path} left these out, have it run over them again, and write "
        "up by hand what was not recorded.",
        minutes=_MINUTES * len(some),
        queries=tuple(_shown(ground, place)),
        records=tuple(RecordAt(one.id, one.object, one.name, f"{one.day[:10]}: no {place.words}") for one in some),
    )


def _shown(ground: Ground, place: _Place) -> Iterator[str]:
    """Give the queries that show the talks again, with the field where it is one of theirs."""
    for name, where in (("Event", _meetings(ground)), ("Task", _calls(ground))):
        if where and (place.object == name or place.object not in _ACTIVITIES):
            columns = ["Id", "Subject", "OwnerId", *([place.field] if place.object == name else ["WhoId", "WhatId"])]
            shown = ", ".join(one for one in columns if ground.has(name, one) or one == "Id")
            yield f"SELECT {shown} FROM {name} WHERE {where}"  # noqa: S608  names from the schema


BACK = Check(
    "conversation-write-back",
    "What was said in meetings and calls, written back",
    _look,
    lambda ground: sum(_elsewhere(ground, one).calls for one in _places(ground)[0] if one.object not in _ACTIVITIES),
)
CHECKS = (BACK,)
