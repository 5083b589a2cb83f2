"""assign_owner: asks a routing pool who takes the record, and proposes that owner; what fits nobody is held."""

from collections.abc import Mapping
from typing import Any

from upbeat.domain import Verb
from upbeat.formula import Type
from upbeat.steps.case import Case, Function, Result
from upbeat.workflows import FunctionSpec, Kind, Parameter

HOLDING = "holding pool"


def _writes(_args: Mapping[str, Any], target: str) -> frozenset[tuple[str, str]]:
    return frozenset({(target, "OwnerId")})


def _reads(_args: Mapping[str, Any], _object: str) -> frozenset[str]:
    return frozenset({"OwnerId"})


def _run(case: Case) -> Result:
    target = case.item.event.object
    if case.answer is not None:
        chosen = case.person(case.answer.choice)
        reasons = (f"{case.answer.by} chose {case.answer.choice}", *filter(None, [case.answer.note]))
        return _give(case, target, "" if chosen is None else chosen.user_id, case.answer.choice, "a person", reasons)
    found = case.assign(case.args["pool"], case.record)
    gives = {"owner": found.owner, "rule": found.rule, "left_alone": found.left_alone, "held": found.held}
    gives["reason"] = "; ".join(found.reasons)
    if found.left_alone:
        return Result(gives)
    if found.held:
        hold = case.hold(HOLDING, found.ask, found.holder, found.due, found.choices, found.reasons)
        return Result(gives, hold=hold, waits=True)
    return _give(case, target, found.user_id, found.owner, found.rule, found.reasons)


def _give(case: Case, target: str, user_id: str, owner: str, rule: str, reasons: tuple[str, ...]) -> Result:
    gives = {"owner": owner, "rule": rule, "left_alone": False, "held": False, "reason": "; ".join(reasons)}
    before, after = {"OwnerId": case.record["OwnerId"]}, {"OwnerId": user_id}
    if before == after:
        return Result(gives)
    proposal = case.propose(Verb.UPDATE, target, case.item.event.record_id, before, after, reasons)
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
        },
        asks_person=True,
    ),
    _run,
)
