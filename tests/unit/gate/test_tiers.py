"""What each change means, needs and is released by: tiers.txt is the table, and this file reads it."""

import runpy
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from upbeat.domain import Decision, Effect, Proposal, Record, Tier, Verb, Verdict
from upbeat.gate import Facts, decide, effects
from upbeat.workflows import PLAYBOOKS, Policy, load

ROOT = Path(__file__).parents[3]
WORDS = {"true": True, "false": False, "null": None}
LEAST = 200  # rows


def _rows() -> Iterator[Any]:
    for line in Path(__file__).with_name("tiers.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, state, act, sets, found, tier, people = ("" if one == "-" else one for one in line.split(" | "))
            pairs = (pair.split("=") for pair in sets.split(", ") if pair)
            after = {field: WORDS.get(value, value) for field, value in pairs}
            wanted = {Effect(one) for one in found.split(", ") if one}
            yield pytest.param(state or "-", act, after, wanted, tier, people, id=name.strip())


@pytest.fixture(scope="session")
def shipped() -> Policy:
    """Give the shipped policy, with the first late stage of this org."""
    return load(PLAYBOOKS).policy.model_copy(update={"late_from": "Proposal"})


def released_by(decided: Decision) -> str:
    """Say who releases a change, as the table does: `a or b` for a review, `a and b` for an approval."""
    lists = [" or ".join(roles) for roles in decided.one_of]
    return " and ".join(lists if decided.tier is Tier.REVIEW else [*decided.roles, *lists])


@pytest.mark.law(6)
@pytest.mark.parametrize(("state", "act", "after", "wanted", "tier", "people"), [*_rows()])
def test_a_change_means_and_needs(
    state: str,
    act: str,
    after: Record,
    wanted: set[Effect],
    tier: str,
    people: str,
    shipped: Policy,
    proposal: Callable[..., Proposal],
    facts: Callable[..., Facts],
    deals: Mapping[str, Record | None],
) -> None:
    verb, target = act.split()
    ours = {"undoes": "p0"} if verb == "take-back" else {}
    write = proposal(Verb.DELETE if ours else Verb(verb), target, after, **ours)
    told = facts(deal=deals[state], taken="Lena Vogel accepted it" if state == "taken by a rep" else "")
    decided = decide(write, shipped, told)
    refused = decided.verdict is Verdict.BLOCK
    assert effects(write, told) == wanted
    assert ("refused" if refused else decided.tier, "" if refused else released_by(decided)) == (tier, people)


def test_every_effect_is_in_the_table() -> None:
    assert {effect for row in _rows() for effect in row.values[3]} == set(Effect)


def test_the_table_is_long_enough_to_be_believed() -> None:
    assert len({row.id for row in _rows()}) == len([*_rows()]) >= LEAST


def test_the_page_of_the_docs_is_the_table() -> None:
    tool = runpy.run_path(str(ROOT / "tools/tiers.py"))
    assert tool["made"]() == tool["PAGE"].read_text(encoding="utf-8"), "run: python tools/tiers.py"
