"""assign_owner: asks a routing pool who takes the record, and proposes that owner; what fits nobody is held."""

from collections.abc import Mapping
from typing import Any

from upbeat.domain import Verb
from upbeat.formula import Type
from upbeat.steps.case import Case, Function, Result
from upbeat.workflows import FunctionSpec, Kind, Parameter


def _writes(_args: Mapping[str, Any], target: str) -> frozenset[tuple[str, str]]:
    return frozenset({(target, "OwnerId")})


def _reads(_args: Mapping[str, Any], _object: str) -> frozenset[str]:
    return frozenset({"OwnerId"})


def _run(case: Case) -> Result:
    pool, answer = case.args["pool"], case.answer
    if answer is None or case.is_taken(pool, case.record):
        return _by_pool(case)
    chosen = case.person(answer.choice)
    if chosen is None or not chosen.active:
        return _by_pool(case, f"{answer.choice} is not an active user")
    reasons = (f"{answer.by} chose {answer.choice}", *filter(None, [answer.note]))
    return _give(case, chosen.user_id, chosen.username, "a person", reasons)


def _by_pool(case: Case, *reasons: str) -> Result:
    found = case.assign(case.args["pool"], case.record)
    reasons = (*reasons, *found.reasons)
    gives = {"owner": found.owner, "rule": found.rule, "left_alone": found.left_alone, "held": found.held}
    gives |= {"reason": "; ".join(reasons), "instead": found.instead or None}
    if found.left_alone:
        return Result(gives)
    if found.held:
        hold = case.hold(found.rule, found.ask, found.holder, found.due, found.choices, reasons)
        return Result(gives, hold=hold, waits=True)
    return _give(case, found.user_id, found.owner, found.rule, reasons)


def _give(case: Case, user_id: str, owner: str, rule: str, reasons: tuple[str, ...]) -> Result:
    gives = {"owner": owner, "rule": rule, "left_alone": False, "held": False, "instead": None}
    gives["reason"] = "; ".join(reasons)
    before, after = {"OwnerId": case.record["OwnerId"]}, {"OwnerId": user_id}
    if before == after:
        return Result(gives)
    event = case.item.event
    proposal = case.propose(Verb.UPDATE, event.object, event.record_id, before, after, reasons)
    return Result(gives, (proposal,))


ASSIGN_OWNER = Function(
    FunctionSpec(
        name="assign_owner",
        does="Asks a routing pool who takes the record and makes that person its owner; what fits nobody is held.",
        parameters={"pool": Parameter(Kind.POOL)},
        verbs=frozenset({Verb.UPDATE}),
        writes=_writes,
        reads=_reads,
        gives={
            "owner": Type.TEXT,
            "rule": Type.TEXT,
            "reason": Type.TEXT,
            "held": Type.BOOLEAN,
            "left_alone": Type.BOOLEAN,
            "instead": Type.TEXT,
        },
        asks_person=True,
    ),
    _run,
)
