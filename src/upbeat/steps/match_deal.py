"""match_deal: gives the account and the deal that a conversation is of; where it is a doubt, a person says which."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from upbeat.conversation import Candidate, Link
from upbeat.formula import Type
from upbeat.steps.accounts import answered
from upbeat.steps.case import Case, Function, Result
from upbeat.workflows import FunctionSpec, Kind, Parameter

NONE_OF_THESE: Final = "none of these"
"""What a person chooses where it is of no deal, of another one, or of one that is not there yet."""

_DUE: Final = timedelta(days=2)
_DEAL: Final = "Opportunity"


def _run(case: Case) -> Result:
    one = case.captured
    if one is None:
        return Result(_gives("", "", "no conversation started it"))
    link = one.link
    if case.answer is not None:
        return _answered(case, link)
    if link.opportunity or link.by or not link.candidates:
        return Result(_gives(link.account, link.opportunity, link.why))
    ask = f"Which deal is {one.conversation.title or 'it'} of? {link.why}"
    owner = str(case.args.get("of") or one.owner or case.owner)
    reasons = (*map(_line, link.candidates), *case.reasons)
    hold = case.hold("deal", ask, owner, case.args.get("due") or _DUE, offered(link.candidates), reasons)
    return Result({**_gives(link.account, "", link.why), "held": True}, hold=hold, waits=True)


def offered(candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """Give what a person chooses from: `Havelund - trailers (006...)` for each, and none of them."""
    return (*(f"{one.name} ({one.record_id})" for one in candidates), NONE_OF_THESE)


def _answered(case: Case, link: Link) -> Result:
    """Give what a person chose: a deal, an account without one, or nothing but the account that is certain."""
    assert case.answer is not None  # noqa: S101  who calls this has looked
    by = case.answer.by
    chosen = next((one for one in link.candidates if one.record_id == answered(case.answer.choice)), None)
    if chosen is None:
        return Result(_gives(link.account, "", f"{by} says that it is none of them", by))
    deal = chosen.record_id if chosen.object == _DEAL else ""
    return Result(_gives(chosen.account or link.account, deal, f"{by} chose {chosen.name}", by))


def _line(one: Candidate) -> str:
    return f"{one.name}: {'; '.join(one.reasons)}" if one.reasons else one.name


def _gives(account: str, deal: str, why: str, by: str = "") -> dict[str, Any]:
    return {"account": account or None, "deal": deal or None, "why": why, "by": by or None, "held": False}


MATCH_DEAL = Function(
    FunctionSpec(
        name="match_deal",
        does="Gives the account and the deal that the conversation is of; in doubt, a person chooses among candidates.",
        parameters={
            "of": Parameter(Kind.USER, required=False),
            "due": Parameter(Kind.DURATION, required=False),
        },
        gives={
            "account": Type.TEXT,
            "deal": Type.TEXT,
            "why": Type.TEXT,
            "by": Type.TEXT,
            "held": Type.BOOLEAN,
        },
        asks_person=True,
    ),
    _run,
)
