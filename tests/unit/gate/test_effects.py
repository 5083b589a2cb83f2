"""Whom the gate believes about a deal: the org as it is now, then the proposal, and nobody at all."""

from collections.abc import Callable, Mapping

import pytest

from upbeat.domain import Effect, Proposal, Record, Verb
from upbeat.gate import Facts, effects
from upbeat.schema import Schema

DEAL, OTHER = "006000000000001AAA", "006000000000002AAA"


@pytest.mark.law(6)
def test_what_the_org_says_now_outweighs_what_the_proposal_found(
    proposal: Callable[..., Proposal], facts: Callable[..., Facts], deals: Mapping[str, Record | None]
) -> None:
    stale = proposal(Verb.UPDATE, "Opportunity", {"Amount": 1}, before=deals["pipeline"])
    assert Effect.COMMIT in effects(stale, facts(deal=deals["commit"]))


@pytest.mark.law(11)
def test_where_nothing_was_read_the_proposal_is_not_believed(
    proposal: Callable[..., Proposal], facts: Callable[..., Facts], deals: Mapping[str, Record | None]
) -> None:
    told = proposal(Verb.UPDATE, "Opportunity", {"NextStep": "Call"}, before=deals["pipeline"])
    assert effects(told, facts(deal=None)) == {Effect.FIELD, Effect.CLOSED_WON}


@pytest.mark.law(11)
@pytest.mark.parametrize(
    ("verb", "target", "record_id", "after", "read", "believed"),
    [
        pytest.param(Verb.UPDATE, "Opportunity", DEAL, {"NextStep": "x"}, DEAL, True, id="the deal itself"),
        pytest.param(Verb.UPDATE, "Opportunity", DEAL, {"NextStep": "x"}, DEAL[:15], True, id="its short id"),
        pytest.param(Verb.UPDATE, "Opportunity", DEAL, {"NextStep": "x"}, OTHER, False, id="another deal"),
        pytest.param(Verb.UPDATE, "Opportunity", "mine", {"NextStep": "x"}, "theirs", False, id="ids that are none"),
        pytest.param(Verb.CREATE, "Quote", "", {"OpportunityId": DEAL}, DEAL, True, id="a part of the deal"),
        pytest.param(Verb.CREATE, "Quote", "", {"OpportunityId": DEAL}, OTHER, False, id="a part of another deal"),
        pytest.param(Verb.UPDATE, "Quote", "0Q0", {"Name": "x"}, DEAL, False, id="a part that does not say whose"),
        pytest.param(
            Verb.CONVERT, "Lead", "00Q", {"OpportunityId": DEAL}, OTHER, False, id="a lead that joins another"
        ),
        pytest.param(Verb.CONVERT, "Lead", "00Q", {"OpportunityId": DEAL}, DEAL, True, id="a lead that joins it"),
    ],
)
def test_what_was_read_of_another_deal_is_not_believed(
    verb: Verb, target: str, record_id: str, after: Record, read: str, believed: bool,
    proposal: Callable[..., Proposal], facts: Callable[..., Facts], deals: Mapping[str, Record | None],
) -> None:  # fmt: skip
    write = proposal(verb, target, after, record_id=record_id)
    found = effects(write, facts(deal={"Id": read, **(deals["pipeline"] or {})}))
    assert (Effect.CLOSED_WON not in found) is believed


@pytest.mark.law(6)
def test_an_org_without_known_stages_treats_every_stage_as_commit(
    proposal: Callable[..., Proposal], facts: Callable[..., Facts], deals: Mapping[str, Record | None]
) -> None:
    move = proposal(Verb.UPDATE, "Opportunity", {"StageName": "Qualified"})
    assert Effect.COMMIT in effects(move, facts(deal=deals["pipeline"], schema=Schema({})))
