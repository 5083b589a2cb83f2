"""propose_merge: finds other records of the same person, and proposes to make one of them; a doubt is a person's."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from upbeat.domain import Record, Verb
from upbeat.formula import Type
from upbeat.matching import CONTACT, LEAD, NEUTRAL, Fields, Likeness, compare_people, told
from upbeat.steps.alike import is_sure, may_be, why
from upbeat.steps.case import Case, Function, Result
from upbeat.steps.keeping import called, keep
from upbeat.workflows import FunctionSpec, Kind, Parameter

NONE: Final = "none of them"
_FIELDS: Final[Mapping[str, Fields]] = {"Lead": LEAD, "Contact": CONTACT}
_AT_ONCE: Final = 2  # records that Salesforce merges into another in one request
_DUE: Final = timedelta(days=2)

Alike = tuple[Record, Likeness, str]  # and why


def _beside(_args: Mapping[str, Any], target: str) -> frozenset[str]:
    return frozenset({target})


def _writes(_args: Mapping[str, Any], target: str) -> frozenset[tuple[str, str]]:
    return frozenset({(target, "MasterRecordId")})


def _run(case: Case) -> Result:
    target = case.item.event.object
    own = case.beside.of(target, case.item.event.record_id)
    if own is None:
        return _nothing("the record is gone")
    sure, doubtful = _alike(own, case.beside.records[target], _FIELDS[target])
    if case.answer is not None:
        by = case.answer.by
        chosen = [(row, like, f"{by} says so") for row, like, _ in doubtful if row["Id"] in case.answer.choice]
        sure = [*sure, *chosen]
    elif doubtful and not sure:
        return _doubt(case, own, doubtful)
    if not sure:
        return _nothing("no other record is of the same person")
    if asked := [row["Id"] for row in (own, *(row for row, *_ in sure)) if row["Id"] in case.beside.asked]:
        return _nothing(f"a merge of {', '.join(asked)} is suggested already", asked=True)
    return _merge(case, own, sure, doubtful)


def _alike(own: Record, rows: Sequence[Record], fields: Fields) -> tuple[list[Alike], list[Alike]]:
    """Give the records that are of the same person for sure, and those that may be: the likest first."""
    mine = told(own, fields)
    found: list[Alike] = []
    for row in rows:
        if row["Id"] != own["Id"] and not row.get("IsConverted"):
            like = compare_people(mine, told(row, fields), NEUTRAL)
            found.append((row, like, why(like)))
    found.sort(key=lambda one: (-one[1].score, str(one[0].get("CreatedDate")), one[0]["Id"]))
    sure = [one for one in found if is_sure(one[1])]
    return sure, [one for one in found if may_be(one[1]) and not is_sure(one[1])]


def _merge(case: Case, own: Record, sure: Sequence[Alike], doubtful: Sequence[Alike]) -> Result:
    target = case.item.event.object
    some = [row for row, *_ in sure[:_AT_ONCE]]
    kept = keep([own, *some], case.beside.settable[target], lambda key: _owner(case, key))
    later = [called(row) for row, *_ in sure[_AT_ONCE:]]
    reasons = (
        *(f"{called(row)} is of the same person: {said}" for row, _, said in sure[:_AT_ONCE]),
        *kept.says,
        *(f"{one} is of the same person too, and left for another merge: three at once at most" for one in later),
        *(f"{called(row)} may be of the same person, and is left: {said}" for row, _, said in doubtful),
        *case.reasons,
    )
    before = {name: kept.master.get(name) for name in kept.after}
    records = tuple(case.beside.snapshot(target, one) for one in (kept.master, *kept.others))
    master = kept.master["Id"]
    proposal = case.propose(Verb.MERGE, target, master, before, kept.after, reasons, records)
    gives = {"into": master, "duplicates": len(sure), "asked": False, "held": False, "reason": reasons[0]}
    return Result(gives, (proposal,))


def _doubt(case: Case, own: Record, doubtful: Sequence[Alike]) -> Result:
    """Ask a person which record, if any, is of the same person: none is guessed."""
    choices = (*(called(row) for row, *_ in doubtful), NONE)
    beside = (f"{_line(row)}: {said}" for row, _, said in doubtful)
    reasons = (f"it is {_line(own)}", *beside, *case.reasons)
    hold = case.hold(
        "same person", f"Which is the same person as {called(own)}?", case.owner, _due(case), choices, reasons
    )
    gives = {"into": None, "duplicates": 0, "asked": False, "held": True, "reason": "a person says which is the same"}
    return Result(gives, hold=hold, waits=True)


def _nothing(reason: str, *, asked: bool = False) -> Result:
    return Result({"into": None, "duplicates": 0, "asked": asked, "held": False, "reason": reason})


def _line(row: Record) -> str:
    parts = (row.get(name) for name in ("Title", "Company", "Email", "Phone", "City", "MailingCity"))
    return ", ".join([called(row), *(str(one) for one in parts if one)])


def _due(case: Case) -> timedelta:
    return case.args.get("due") or _DUE


def _owner(case: Case, key: str) -> str:
    person = case.person(key)
    return person.username if person is not None else key


PROPOSE_MERGE = Function(
    FunctionSpec(
        name="propose_merge",
        does="Finds other records of the same person and proposes to merge them; what may be another one is asked.",
        parameters={"due": Parameter(Kind.DURATION, required=False)},
        verbs=frozenset({Verb.MERGE}),
        objects=tuple(_FIELDS),
        writes=_writes,
        beside=_beside,
        gives={
            "into": Type.TEXT,
            "duplicates": Type.NUMBER,
            "asked": Type.BOOLEAN,
            "held": Type.BOOLEAN,
            "reason": Type.TEXT,
        },
        asks_person=True,
    ),
    _run,
)
