"""What a merge or a conversion reaches is shown to whoever releases it, or it is refused."""

from collections.abc import Callable
from typing import Any

import pytest

from upbeat.domain import Effect, Proposal, Snapshot, Verb, Verdict
from upbeat.gate import Facts, decide
from upbeat.schema import standard
from upbeat.workflows import Policy

LEAD, OTHER, THIRD = (f"00Q00000000000{number}AAA" for number in (1, 2, 3))
ACCOUNT = "001000000000001AAA"
Make = Callable[..., Proposal]
Tell = Callable[..., Facts]


def shown(*ids: str) -> tuple[Snapshot, ...]:
    return tuple(Snapshot("Account" if one == ACCOUNT else "Lead", one, {}) for one in ids)


@pytest.mark.law(8)
@pytest.mark.parametrize("verb", [Verb.MERGE, Verb.CONVERT])
def test_a_person_reads_that_it_cannot_be_undone(verb: Verb, proposal: Make, facts: Tell, policy: Policy) -> None:
    after = {"ConvertedStatus": "Converted", "DoNotCreateOpportunity": True} if verb is Verb.CONVERT else {}
    found = decide(proposal(verb, "Lead", after), policy, facts())
    assert (found.verdict, found.tier) == (Verdict.REVIEW, "approval")
    assert "which cannot be undone, always needs approval" in found.why
    assert (Effect.MERGE if verb is Verb.MERGE else Effect.CONVERT) in found.effects


@pytest.mark.law(11)
@pytest.mark.parametrize(
    "records",
    [
        pytest.param((), id="nothing is shown"),
        pytest.param(shown(LEAD), id="no other record"),
        pytest.param(shown(OTHER, LEAD), id="another one stays"),
        pytest.param(shown(LEAD, LEAD), id="into itself"),
        pytest.param(shown(LEAD, OTHER, OTHER), id="one twice"),
        pytest.param(shown(LEAD, OTHER, THIRD, "00Q000000000004AAA"), id="more than Salesforce takes"),
        pytest.param(shown(LEAD, ACCOUNT), id="an account into a lead"),
        pytest.param((*shown(LEAD), Snapshot("Lead", ACCOUNT, {})), id="an account that is said to be a lead"),
    ],
)
def test_a_merge_that_does_not_show_what_goes_is_refused(
    records: tuple[Snapshot, ...], proposal: Make, facts: Tell, policy: Policy
) -> None:
    found = decide(proposal(Verb.MERGE, "Lead", record_id=LEAD, records=records), policy, facts(schema=standard()))
    assert (found.verdict, found.rule) == (Verdict.BLOCK, "record")


@pytest.mark.parametrize(
    ("after", "records"),
    [
        ({"AccountId": ACCOUNT}, shown(LEAD)),
        ({}, shown(LEAD, ACCOUNT)),
        ({"AccountId": ACCOUNT}, shown(ACCOUNT)),
        ({}, ()),
    ],
    ids=["an account that is not shown", "an account that it does not name", "no lead", "nothing"],
)
def test_a_conversion_shows_what_the_lead_is_joined_to_or_is_refused(
    after: dict[str, Any], records: tuple[Snapshot, ...], proposal: Make, facts: Tell, policy: Policy
) -> None:
    asked = {"ConvertedStatus": "Converted", "DoNotCreateOpportunity": True, **after}
    found = decide(proposal(Verb.CONVERT, "Lead", asked, record_id=LEAD, records=records), policy, facts())
    assert (found.verdict, found.rule) == (Verdict.BLOCK, "record")


def test_a_plain_change_carries_no_other_record(proposal: Make, facts: Tell, policy: Policy) -> None:
    found = decide(proposal(Verb.UPDATE, "Lead", {"Status": "Working"}, records=shown(LEAD)), policy, facts())
    assert (found.verdict, found.rule) == (Verdict.BLOCK, "record")
