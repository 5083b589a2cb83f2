"""Whom the gate believes about a deal: the org as it is now, then the proposal, and nobody at all."""

from collections.abc import Callable, Mapping

import pytest

from upbeat.domain import Effect, Proposal, Record, Verb
from upbeat.gate import Facts, effects
from upbeat.schema import Schema


@pytest.mark.law(6)
def test_what_the_org_says_now_outweighs_what_the_proposal_found(
    proposal: Callable[..., Proposal], facts: Callable[..., Facts], deals: Mapping[str, Record | None]
) -> None:
    stale = proposal(Verb.UPDATE, "Opportunity", {"Amount": 1}, before=deals["pipeline"])
    assert Effect.COMMIT in effects(stale, facts(deal=deals["commit"]))


def test_the_proposal_tells_where_nothing_was_read(
    proposal: Callable[..., Proposal], facts: Callable[..., Facts], deals: Mapping[str, Record | None]
) -> None:
    told = proposal(Verb.UPDATE, "Opportunity", {"NextStep": "Call"}, before=deals["pipeline"])
    assert effects(told, facts(deal=None)) == {Effect.FIELD}


@pytest.mark.law(6)
def test_an_org_without_known_stages_treats_every_stage_as_commit(
    proposal: Callable[..., Proposal], facts: Callable[..., Facts], deals: Mapping[str, Record | None]
) -> None:
    move = proposal(Verb.UPDATE, "Opportunity", {"StageName": "Qualified"})
    assert Effect.COMMIT in effects(move, facts(deal=deals["pipeline"], schema=Schema({})))
