"""log_activity: logs a conversation once, as an Event, a Task or an EmailMessage; what a person logged is completed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, timedelta
from typing import Any, Final

from upbeat.conversation import OBJECTS, Captured, draft
from upbeat.domain import Record, Verb
from upbeat.formula import Type
from upbeat.steps.case import Case, Function, Result, to_json
from upbeat.steps.logged import Logged, logged_as
from upbeat.workflows import RELATIONS, FunctionSpec, Kind, Parameter

NONE: Final = "none of them"
_TEXT: Final = "Description"
_LONGEST: Final = 32_000  # characters: the length of an activity's Description, and of a mail's TextBody
_DUE: Final = timedelta(days=2)
_UNWRITTEN: Final = frozenset({"Id", "DurationInMinutes"})  # what the org works out from the rest
_BY_START: Final = "ActivityDate"  # an Event's day follows from its start; a Task's is the org's day
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "Event": ("Subject", "WhatId", "WhoId", "OwnerId", "StartDateTime", "EndDateTime", _TEXT),
    "Task": (
        *("Subject", "WhatId", "WhoId", "OwnerId", "Status", "TaskSubtype"),
        *("CallDurationInSeconds", "ActivityDate", _TEXT),
    ),
    "EmailMessage": (
        *("Subject", "RelatedToId", "FromAddress", "FromName", "ToAddress", "CcAddress", "BccAddress", "TextBody"),
        *("MessageDate", "MessageIdentifier", "ThreadIdentifier", "Incoming", "Status"),
    ),
}
_ABOUT: Final = {"EmailMessage": "RelatedToId"}  # where it names what it is about; else in WhatId
_COMPLETED: Final = ("Subject", "WhoId", "WhatId", "CallDurationInSeconds")  # what a person left blank


def _writes(args: Mapping[str, Any], target: str) -> frozenset[tuple[str, str]]:
    return frozenset((target, name) for name in (*_FIELDS.get(target, ()), *args.get("set", {})))


def _changes(args: Mapping[str, Any], target: str) -> frozenset[tuple[str, str]]:
    if target == "EmailMessage":  # the org changes no mail that was sent
        return frozenset()
    known = (name for name in _COMPLETED if name in _FIELDS[target])
    return frozenset((target, name) for name in (*known, *args.get("set", {})))


def _beside(_args: Mapping[str, Any], target: str) -> frozenset[str]:
    return frozenset({target, RELATIONS[target]})


def _run(case: Case) -> Result:
    one, target = case.captured, case.item.event.object
    if one is None:
        return _nothing("no conversation started it")
    rows = case.beside.records.get(target, ())
    if logged := str(case.args.get("activity") or one.link.activity):
        known = next((row for row in rows if row["Id"] == logged), None)
        return _nothing("what it was logged as is gone") if known is None else _complete(case, one, known, "")
    found = logged_as(
        one, rows, case.beside.records.get(RELATIONS[target], ()), case.beside.asked, case.now.tzinfo or UTC
    )
    if case.answer is not None:
        chosen = [each for each in found if each.record["Id"] in case.answer.choice]
        found = [Logged(each.record, sure=True, why=f"{case.answer.by} says so") for each in chosen]
    sure = [each for each in found if each.sure]
    if len(sure) == 1:
        return _complete(case, one, sure[0].record, sure[0].why)
    return _doubt(case, one, sure or found) if found else _create(case, one)


def _wanted(case: Case, one: Captured) -> dict[str, Any]:
    """Give the fields of the activity: what follows from the conversation, then what the step sets."""
    target, about = case.item.event.object, case.args.get("deal") or ""
    known = draft(one)
    fields = {name: known.get(name) for name in _FIELDS[target]}
    fields |= {_ABOUT.get(target, "WhatId"): str(about)} if about else {}
    if target == "Task":
        fields[_BY_START] = one.conversation.began.astimezone(case.now.tzinfo).date().isoformat()
    fields |= {name: to_json(value) for name, value in case.args.get("set", {}).items()}
    if fields.get("TextBody"):
        fields["TextBody"] = str(fields["TextBody"])[:_LONGEST]
    return {name: value for name, value in fields.items() if value is not None}


def _create(case: Case, one: Captured) -> Result:
    target = case.item.event.object
    after, reasons = _wanted(case, one), [*_said(one)]
    if "OwnerId" not in after and target != "EmailMessage":
        owner = case.person(case.owner)
        after |= {} if owner is None else {"OwnerId": owner.user_id}
        reasons.append(f"none of those who took part is known as a user, so it is {case.owner}'s")
    if str(after.get("WhoId", "")).startswith(_LEAD) and after.pop("WhatId", None):
        reasons.append("it is with a lead, and the org relates such an activity to nothing else")
    if len(after.get(_TEXT) or "") > _LONGEST:
        after[_TEXT] = after[_TEXT][:_LONGEST]
        reasons.append(f"its text is cut to the {_LONGEST:,} characters that the org keeps")
    proposal = case.propose(Verb.CREATE, target, "", {}, after, (*reasons, *case.reasons))
    return Result(_gives("", reasons[0]), (proposal,))


def _complete(case: Case, one: Captured, row: Record, why: str) -> Result:
    """Add to what stands in the org, and take nothing away: a person may have written it."""
    target, key = case.item.event.object, str(row["Id"])
    own = {*case.args.get("set", {})}
    reasons = [f"it is logged already as {row.get('Subject') or key}" + (f": {why}" if why else "")]
    after: dict[str, Any] = {}
    if target != "EmailMessage":  # the org changes no mail that was sent
        wanted = _wanted(case, one)
        for name in dict.fromkeys((*_COMPLETED, *own)):
            value, stands = wanted.get(name), row.get(name)
            if value is None or stands == value:
                continue
            if name == _TEXT and stands:
                merged = _added(str(stands), str(value))
                after |= {name: merged} if merged != stands else {}
            elif stands in (None, "") or (name == "WhatId" and stands == one.link.account):
                after[name] = value
            elif name in own or name == "WhatId":
                reasons.append(f"{name} stays {stands}, as it stands there")
    gives = _gives(key, reasons[0], adopted=True)
    if not after:
        return Result(gives)
    before = {name: row.get(name) for name in after}
    made = case.propose(Verb.UPDATE, target, key, before, after, (*reasons, *_said(one), *case.reasons))
    return Result(gives, (made,))


def _added(stands: str, text: str) -> str:
    """Put a text below what stands there, which stays whole; what does not fit behind it is left out."""
    if text.strip() in stands:
        return stands
    room = _LONGEST - len(stands) - 2
    return f"{stands.rstrip()}\n\n{text[:room].strip()}" if room > 0 else stands


def _doubt(case: Case, one: Captured, found: Sequence[Logged]) -> Result:
    """Ask a person whether it is logged already: nothing is logged twice, and nothing of another meeting changed."""
    choices = (*(_line(each.record) for each in found), NONE)
    ask = f"Is {one.conversation.title} logged already?"
    owner = one.owner or case.owner
    reasons = (*(f"{_line(each.record)}: {each.why}" for each in found), *_said(one), *case.reasons)
    hold = case.hold("logged already", ask, owner, case.args.get("due") or _DUE, choices, reasons)
    return Result(_gives("", "a person says whether it is logged already", held=True), hold=hold, waits=True)


def _line(row: Record) -> str:
    when = str(row.get("StartDateTime") or row.get("ActivityDate") or "")[:16].replace("T", " ")
    return f"{row.get('Subject') or 'no subject'}, {when} ({row['Id']})"


def _said(one: Captured) -> tuple[str, ...]:
    talk = one.conversation
    told = f"{talk.source} has this {talk.medium} of {talk.began:%d %B %Y %H:%M}: {talk.title}"
    return (told, *([one.link.why] if one.link.why else []))


def _gives(key: str, reason: str, *, adopted: bool = False, held: bool = False) -> dict[str, Any]:
    return {"id": key, "adopted": adopted, "held": held, "reason": reason}


def _nothing(reason: str) -> Result:
    return Result(_gives("", reason))


_LEAD: Final = "00Q"  # how a lead's id begins

LOG_ACTIVITY = Function(
    FunctionSpec(
        name="log_activity",
        does="Logs the conversation as an Event, a Task or an EmailMessage, once; one that stands in the org already "
        "is completed, and what a person wrote there is kept; so is the `activity` that an earlier step logged.",
        parameters={
            "set": Parameter(Kind.FIELDS, required=False),
            "deal": Parameter(Kind.TEXT, required=False),
            "activity": Parameter(Kind.TEXT, required=False),
            "due": Parameter(Kind.DURATION, required=False),
        },
        verbs=frozenset({Verb.CREATE, Verb.UPDATE}),
        objects=tuple(dict.fromkeys(OBJECTS.values())),
        writes=_writes,
        changes=_changes,
        beside=_beside,
        gives={"id": Type.TEXT, "adopted": Type.BOOLEAN, "held": Type.BOOLEAN, "reason": Type.TEXT},
        asks_person=True,
    ),
    _run,
)
