"""Which effects a write has: effects.txt is the table, and this file reads it."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from upbeat.domain import Effect, Proposal, Record, Verb
from upbeat.gate import Facts, effects
from upbeat.schema import Schema

_WORDS = {"true": True, "false": False, "null": None}


def _rows() -> Iterator[Any]:
    for line in Path(__file__).with_name("effects.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, act, deal, sets, found = (part.strip() for part in line.split("|"))
            verb, target = act.split()
            pairs = (pair.split("=") for pair in sets.split(", ") if pair)
            after = {field: _WORDS.get(value, value) for field, value in pairs}
            wanted = {Effect(one) for one in found.split(", ") if one}
            yield pytest.param(Verb(verb), target, deal, after, wanted, id=name)


@pytest.mark.law(6)
@pytest.mark.parametrize(("verb", "target", "deal", "after", "wanted"), [*_rows()])
def test_a_write_means(
    verb: Verb,
    target: str,
    deal: str,
    after: Record,
    wanted: set[Effect],
    proposal: Callable[..., Proposal],
    facts: Callable[..., Facts],
    deals: Mapping[str, Record | None],
) -> None:
    assert effects(proposal(verb, target, after), facts(deal=deals[deal])) == wanted


def test_every_effect_is_in_the_table() -> None:
    named = {effect for row in _rows() for effect in row.values[-1]}
    assert named == set(Effect)


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
