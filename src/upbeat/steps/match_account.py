"""match_account: finds the account, the contact and the doubles of a record; where it is a doubt, a person says."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from upbeat.formula import Type
from upbeat.routing import Known, Match
from upbeat.steps.accounts import answered, offered
from upbeat.steps.case import Case, Function, Result
from upbeat.workflows import FunctionSpec, Kind, Parameter

_DUE: Final = timedelta(days=1)


def _run(case: Case) -> Result:
    known = case.known(case.args["pool"], case.record)
    if case.answer is None:
        return _ask(case, known) if known.doubt else _give(known, known.accounts[:1])
    account = answered(case.answer.choice)
    if not account:
        return _give(known, (), f"{case.answer.by} says that it is none of them")
    there = [one for one in known.accounts if one.account["Id"] == account]
    if there:
        return _give(known, there, f"{case.answer.by} chose it")
    gone = f"{case.answer.choice} is not like it any more, or gone"
    return _ask(case, known, gone) if known.doubt else _give(known, known.accounts[:1], gone)


def _ask(case: Case, known: Known, *more: str) -> Result:
    reasons = (*more, *(f"{one.account['Name']}: {one.why}" for one in known.accounts), *case.reasons)
    due = case.args.get("due") or _DUE
    ask = f"Which account is it? {known.doubt}"
    hold = case.hold("account", ask, str(case.args.get("of") or case.owner), due, offered(known.accounts), reasons)
    gives = {**_gives(known, None, known.doubt), "held": True}
    return Result(gives, hold=hold, waits=True)


def _give(known: Known, accounts: Sequence[Match], *said: str) -> Result:
    one = accounts[0] if accounts else None
    why = (*said, one.why) if one is not None else said or ("no account is like it",)
    return Result(_gives(known, one, "; ".join(why)))


def _gives(known: Known, one: Match | None, why: str) -> dict[str, Any]:
    contact = known.contact
    return {
        "account": None if one is None else one.account["Id"],
        "account_name": None if one is None else one.account["Name"],
        "likeness": None if one is None else one.score,
        "contact": None if contact is None else contact.record["Id"],
        "doubles": ", ".join(each.record["Id"] for each in known.doubles) or None,
        "why": why,
        "held": False,
    }


MATCH_ACCOUNT = Function(
    FunctionSpec(
        name="match_account",
        does="Finds the record's account, contact and doubles as a pool's `match` says; in doubt, a person chooses.",
        parameters={
            "pool": Parameter(Kind.POOL),
            "of": Parameter(Kind.USER, required=False),
            "due": Parameter(Kind.DURATION, required=False),
        },
        gives={
            "account": Type.TEXT,
            "account_name": Type.TEXT,
            "likeness": Type.NUMBER,
            "contact": Type.TEXT,
            "doubles": Type.TEXT,
            "why": Type.TEXT,
            "held": Type.BOOLEAN,
        },
        asks_person=True,
    ),
    _run,
)
