"""relate_people: names everybody who took part in a conversation on the activity that it was logged as, each once."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from upbeat.conversation import OBJECTS, Captured, Party, Role
from upbeat.domain import Verb
from upbeat.formula import Type
from upbeat.steps.case import Case, Function, Result
from upbeat.workflows import RELATIONS, FunctionSpec, Kind, Parameter

_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "EventRelation": ("EventId", "RelationId", "Status"),
    "TaskRelation": ("TaskId", "RelationId"),
    "EmailMessageRelation": ("EmailMessageId", "RelationId", "RelationType", "RelationAddress"),
}
_TYPES: Final[Mapping[Role, str]] = {
    Role.SENDER: "FromAddress",
    Role.TO: "ToAddress",
    Role.CC: "CcAddress",
    Role.BCC: "BccAddress",
}
_MOST: Final = 50  # contacts that a Task may be related to (Object Reference, TaskRelation)

Row = dict[str, Any]


def _writes(_args: Mapping[str, Any], target: str) -> frozenset[tuple[str, str]]:
    relation = RELATIONS.get(target, "")
    return frozenset((relation, name) for name in _FIELDS.get(relation, ()))


def _beside(_args: Mapping[str, Any], target: str) -> frozenset[str]:
    return frozenset({RELATIONS[target]})


def _run(case: Case) -> Result:
    target, one = case.item.event.object, case.captured
    relation = RELATIONS[target]
    if one is None:
        return _nothing("no conversation started it")
    if relation not in case.beside.records:
        return _nothing(f"the org has no {relation}: it relates one person to an activity")
    activity, parent = str(case.args["activity"] or ""), f"{target}Id"
    stand = {_of(row) for row in case.beside.records[relation] if row.get(parent) == activity}
    rows, left = _ROWS[target](one)
    fresh = [(row, party) for row, party in rows if _of(row) not in stand]
    proposals = tuple(
        case.propose(Verb.CREATE, relation, "", {}, {parent: activity, **row}, (_why(party, one), *case.reasons))
        for row, party in fresh
    )
    return Result({"related": len(fresh), "reason": "; ".join(left)}, proposals)


def _of(row: Mapping[str, Any]) -> tuple[str, str]:
    """Tell a relation from every other one of its activity: by whom it names, and of a mail by what they were."""
    who = row.get("RelationId") or str(row.get("RelationAddress") or "").casefold()
    return str(who), str(row.get("RelationType") or "")


def _of_event(one: Captured) -> tuple[list[tuple[Row, Party]], list[str]]:
    """Give everybody who is known, but whose Event it is: the org has an Event's owner in it."""
    return [({"RelationId": each.record_id, "Status": "Accepted"}, each) for each in _others(one)], []


def _of_task(one: Captured) -> tuple[list[tuple[Row, Party]], list[str]]:
    """Give the customers who are known: one lead, or up to fifty contacts."""
    theirs = [each for each in _others(one) if each.kind in {"Contact", "Lead"}]
    contacts = [each for each in theirs if each.kind == "Contact"]
    named = contacts[:_MOST] or theirs[:1]
    left = [f"{each.name} is not named: a Task is related to one lead, or to contacts" for each in theirs]
    return [({"RelationId": each.record_id}, each) for each in named], [
        said for each, said in zip(theirs, left, strict=True) if each not in named
    ]


def _of_mail(one: Captured) -> tuple[list[tuple[Row, Party]], list[str]]:
    """Give everybody who wrote it or had it, known or not: a mail keeps the address of whom nobody knows."""
    rows = [(each, _TYPES[each.role]) for each in one.conversation.parties if each.role in _TYPES]
    return [
        (
            {
                **({"RelationId": each.record_id} if each.record_id else {}),
                "RelationType": kind,
                "RelationAddress": each.address,
            },
            each,
        )
        for each, kind in rows
        if each.address or each.record_id
    ], []


_ROWS: Final = {"Event": _of_event, "Task": _of_task, "EmailMessage": _of_mail}


def _others(one: Captured) -> Iterator[Party]:
    """Give those who took part and are known, each record once, without whose activity it is."""
    owner, seen = one.owner, set[str]()
    for each in one.conversation.parties:
        if each.record_id and each.record_id != owner and each.record_id not in seen:
            seen.add(each.record_id)
            yield each


def _why(party: Party, one: Captured) -> str:
    if party.role in _TYPES:
        return f"{party.name or party.address} is in the mail's {_TYPES[party.role].removesuffix('Address')}"
    turns = sum(one.conversation.speaker(turn) == party for turn in one.conversation.turns)
    return f"{party.name or party.address} took part" + (f", and spoke {turns} times" if turns else "")


def _nothing(reason: str) -> Result:
    return Result({"related": 0, "reason": reason})


RELATE_PEOPLE = Function(
    FunctionSpec(
        name="relate_people",
        does="Names everybody who took part in the conversation on the activity that it was logged as, each once.",
        parameters={"activity": Parameter(Kind.TEXT)},
        verbs=frozenset({Verb.CREATE}),
        objects=tuple(dict.fromkeys(OBJECTS.values())),
        writes=_writes,
        beside=_beside,
        gives={"related": Type.NUMBER, "reason": Type.TEXT},
    ),
    _run,
)
