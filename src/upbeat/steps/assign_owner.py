"""assign_owner: asks a routing pool who takes the record, and proposes that owner; what fits nobody is held."""

from collections.abc import Mapping
from typing import Any

from upbeat.domain import Verb
from upbeat.formula import Type
from upbeat.routing import Assignment, Request
from upbeat.steps.accounts import answered, offered
from upbeat.steps.case import Case, Function, Result
from upbeat.workflows import FunctionSpec, Kind, Parameter

_ACCOUNT = "account"  # what a person is asked for, where it is not the owner
CHOSEN_ACCOUNT = "chosen_account"  # the account that a person chose: the pool decides the owner by it


def _writes(_args: Mapping[str, Any], target: str) -> frozenset[tuple[str, str]]:
    return frozenset({(target, "OwnerId")})


def _reads(_args: Mapping[str, Any], _object: str) -> frozenset[str]:
    return frozenset({"OwnerId"})


def _run(case: Case) -> Result:
    pool, answer = case.args["pool"], case.answer
    if answer is None or case.is_taken(pool, case.record):
        return _by_pool(case, _settled(case))
    if case.before.get("doubt") == _ACCOUNT:
        account = answered(answer.choice)
        return _by_pool(case, account, f"{answer.by} chose {answer.choice}", *filter(None, [answer.note]))
    chosen = case.person(answer.choice)
    if chosen is None or not chosen.active:
        return _by_pool(case, _settled(case), f"{answer.choice} is not an active user")
    reasons = (f"{answer.by} chose {answer.choice}", *filter(None, [answer.note]))
    return _give(case, chosen.user_id, chosen.username, "a person", reasons, _found_before(case))


def _settled(case: Case) -> str | None:
    """Give the account that a person chose, or an earlier step found; empty where it is none, None where nobody did."""
    if CHOSEN_ACCOUNT in case.before:
        return case.before[CHOSEN_ACCOUNT]
    return str(case.args["account"] or "") if "account" in case.args else None


def _by_pool(case: Case, account: str | None, *reasons: str) -> Result:
    found = case.assign(case.args["pool"], case.record, Request(case.args.get("with", {}), account))
    reasons = (*reasons, *found.reasons)
    more = {
        "instead": found.instead or None,
        "account": found.account or None,
        "contact": found.contact or None,
        "territory": found.territory or None,
        "relaxed": ", ".join(found.relaxed) or None,
    }
    more |= {} if account is None else {CHOSEN_ACCOUNT: account}
    if found.left_alone or found.held:
        gives = {"owner": found.owner, "rule": found.rule, "left_alone": found.left_alone, "held": found.held, **more}
        gives["reason"] = "; ".join(reasons)
        return Result(gives) if found.left_alone else _ask(case, found, gives, reasons)
    return _give(case, found.user_id, found.owner, found.rule, reasons, more)


def _ask(case: Case, found: Assignment, gives: dict[str, Any], reasons: tuple[str, ...]) -> Result:
    """Put a doubt before a person: whose it is or, where that hangs on which account it is, which account."""
    choices = found.choices
    if found.candidates:
        choices = offered(found.candidates)
        gives["doubt"] = _ACCOUNT
    hold = case.hold(found.rule, found.ask, found.holder, found.due, choices, reasons)
    return Result(gives, hold=hold, waits=True)


def _give(case: Case, user_id: str, owner: str, rule: str, reasons: tuple[str, ...], more: Mapping[str, Any]) -> Result:
    gives = {**more, "owner": owner, "rule": rule, "left_alone": False, "held": False, "reason": "; ".join(reasons)}
    before, after = {"OwnerId": case.record["OwnerId"]}, {"OwnerId": user_id}
    if before == after:
        return Result(gives)
    event = case.item.event
    proposal = case.propose(Verb.UPDATE, event.object, event.record_id, before, after, reasons)
    return Result(gives, (proposal,))


def _found_before(case: Case) -> Mapping[str, Any]:
    """Give what the pool found before a person was asked for the owner."""
    return {name: case.before.get(name) for name in ("account", "contact", "territory")} | {"instead": None}


ASSIGN_OWNER = Function(
    FunctionSpec(
        name="assign_owner",
        does="Asks a routing pool who takes the record and makes that person its owner; what fits nobody is held.",
        parameters={
            "pool": Parameter(Kind.POOL),
            "account": Parameter(Kind.TEXT, required=False),
            "with": Parameter(Kind.TEXTS, required=False),
        },
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
            "account": Type.TEXT,
            "contact": Type.TEXT,
            "territory": Type.TEXT,
            "relaxed": Type.TEXT,
        },
        asks_person=True,
    ),
    _run,
)
