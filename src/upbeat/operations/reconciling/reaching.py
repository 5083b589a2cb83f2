"""A merge or a conversion is several writes to the org: each record that it reached, told apart. Pure.

merge         the record that stays is changed, the others are deleted
conversion    the lead is changed, what it was joined to is filled in, what it became is created
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from upbeat.domain import Verb
from upbeat.operations.reconciling.values import Claim

_BECOMES: Final = {"Account": "AccountId", "Contact": "ContactId", "Opportunity": "OpportunityId"}
"""What a lead becomes, and by which name a conversion says which record is to be it."""


def apart(claim: Claim, said: Mapping[str, Any]) -> Iterator[Claim]:
    """Give a write as one claim for each record that it changed; `said` is the payload of its entry."""
    if claim.verb is Verb.MERGE:
        yield replace(claim, verb=Verb.UPDATE)
        for one in said.get("records", ())[1:]:
            yield _of(claim, Verb.DELETE, one["object"], one["record_id"])
    elif claim.verb is Verb.CONVERT:
        yield from _converted(claim, said)
    else:
        yield claim


def _converted(claim: Claim, said: Mapping[str, Any]) -> Iterator[Claim]:
    """Give what a conversion did; one that is under way makes records whose ids are not known."""
    asked, became = claim.after, said.get("became", {})
    after = {"Status": asked.get("ConvertedStatus")}
    shown = [one["values"].get("Status") for one in said.get("records", ())[:1]]
    yield replace(claim, verb=Verb.UPDATE, before={"Status": next(iter(shown), None)}, after=after)
    for name, field in _BECOMES.items():
        given = asked.get(field)
        made = became.get(f"{name.lower()}Id", "")
        if given:
            yield _of(claim, Verb.UPDATE, name, given)
        elif made or (claim.at is None and not (name == "Opportunity" and asked.get("DoNotCreateOpportunity"))):
            yield _of(claim, Verb.CREATE, name, made)


def _of(claim: Claim, verb: Verb, name: str, record_id: str) -> Claim:
    """Give the claim on another record than the proposal's own: what the org shows of one says nothing of the other."""
    key = f"{claim.proposal}:{record_id or name}"
    return replace(claim, proposal=key, verb=verb, object=name, record_id=record_id, before={}, after={})
