"""What no policy, proposal or order of approvals can bring about."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upbeat.base import digest
from upbeat.domain import Approval, Effect, Mode, Proposal, Quote, Record, Tier, Verb, Verdict
from upbeat.gate import FLOOR, Facts, decide, decide_group, effects
from upbeat.workflows import Policy, Rule

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
PEOPLE = ["ann@acme.example", "raj@acme.example", "both@acme.example", "priya.shah@acme.example"]
ROLES = ["manager", "revops", "finance"]
DEALS = ["unknown", "pipeline", "commit", "commit by hand", "won", "lost", "unmapped stage", "only its stage"]
FIELDS = {
    "StageName": ["Discovery", "Commit", "Proposal", "Handshake", "Signed", "Lost", "Mystery", None],
    "ForecastCategoryName": ["Pipeline", "Upside", "Promise", "Commit", "Sure Thing", None],
    "ForecastCategory": ["Pipeline", "BestCase", "Forecast"],
    "Amount": [0, 100],
    "TotalOpportunityQuantity": [3],
    "OwnerId": ["005000000000001AAA"],
    "UnitPrice": [1],
    "NextStep": ["Call"],
}
OBJECTS = ["Opportunity", "OpportunityLineItem", "OpportunityContactRole", "Account", "Lead", "Task", "Thing__c"]

Make = Callable[..., Proposal]
Tell = Callable[..., Facts]
Deals = Mapping[str, Record | None]

afters = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in FIELDS.items()})
tiers = st.sampled_from(Tier)


SCOPES = [(), ("Opportunity.*",), ("Opportunity.StageName", "Account.OwnerId"), ("Lead.Rating",), ("No.Such",)]


@st.composite
def rules(draw: st.DrawFn, effect: Effect, *, scoped: bool) -> Rule:
    """Give any rule, below the floor or above it, with or without people."""
    return Rule.model_construct(
        effect=effect,
        tier=draw(tiers),
        roles=tuple(draw(st.lists(st.sampled_from(ROLES), unique=True, max_size=2))),
        confidence=draw(st.sampled_from([0, 1, -1, 2])),
        fields=draw(st.sampled_from(SCOPES)) if scoped else (),
        workflows=draw(st.sampled_from([(), ("route-inbound-leads",), ("another",)])) if scoped else (),
        why="It was agreed.",
        owner=PEOPLE[3],
        applies="always",
    )


@st.composite
def policies(draw: st.DrawFn, base: Policy) -> Policy:
    """Give any policy, those that a file could never bring among them: nobody to promote, two rules for one effect."""
    named = draw(st.lists(st.sampled_from(Effect), unique=True, min_size=len(Effect) - 3))
    scoped = draw(st.lists(st.sampled_from(Effect), max_size=4))
    found = (
        *(draw(rules(effect, scoped=False)) for effect in named),
        *(draw(rules(effect, scoped=True)) for effect in scoped),
    )
    roles = draw(st.dictionaries(st.sampled_from(ROLES), st.lists(st.sampled_from(PEOPLE), unique=True).map(tuple)))
    late = draw(st.sampled_from([None, "Proposal", "Lost", "Nowhere"]))
    promotion = base.promotion.model_copy(
        update={"roles": draw(st.sampled_from([(), ("manager",), ("chief", "manager")]))}
    )
    return base.model_copy(update={"rules": found, "roles": roles, "late_from": late, "promotion": promotion})


@st.composite
def worlds(
    draw: st.DrawFn, policy: Policy, proposal: Make, facts: Tell, deals: Deals
) -> tuple[Proposal, Policy, Facts]:
    """Give any proposal, any policy, and facts with any approvals of it and of others."""
    made = proposal(
        draw(st.sampled_from(Verb)),
        draw(st.sampled_from(OBJECTS)),
        draw(afters),
        raise_to=draw(tiers),
        confidence=draw(st.floats()),
        from_model=draw(st.booleans()),
        undoes=draw(st.sampled_from([(), ("p0",)])),
        reasons=draw(st.sampled_from([(), ("",), ("because",)])),
        quotes=tuple(Quote(name, "as they said", "call 17", NOW) for name in FIELDS) if draw(st.booleans()) else (),
        edited=draw(st.dictionaries(st.sampled_from(list(FIELDS)), st.sampled_from(PEOPLE), max_size=1)),
    )
    approvals = st.builds(
        Approval,
        review_id=st.just("r1"),
        by=st.sampled_from([*PEOPLE, "eve@acme.example"]),
        role=st.sampled_from([*ROLES, "chief"]),
        at=st.sampled_from([NOW, NOW - timedelta(days=1), NOW + timedelta(days=1)]),
        proposal_digest=st.sampled_from([digest(made), digest(made), digest("another")]),
    )
    told = facts(
        deal=deals[draw(st.sampled_from(DEALS))],
        mode=draw(st.sampled_from(Mode)),
        approvals=tuple(draw(st.lists(approvals, max_size=6))),
    )
    return made, draw(policies(policy)), told


@pytest.fixture(scope="session")
def any_world(policy: Policy, proposal: Make, facts: Tell, deals: Deals) -> Any:
    return worlds(policy, proposal, facts, deals)


def allowed(approval: Approval, proposal: Proposal, policy: Policy, facts: Facts) -> bool:
    return (
        approval in facts.approvals
        and approval.proposal_digest == digest(proposal)
        and approval.by in policy.roles.get(approval.role, ())
        and approval.by != facts.author
        and approval.at <= facts.now
    )


@pytest.mark.law(1, 6)
@given(data=st.data())
def test_nothing_on_the_floor_passes_without_stored_approvals_of_different_people_who_may(
    any_world: Any, data: st.DataObject
) -> None:
    proposal, policy, facts = data.draw(any_world)
    decided = decide(proposal, policy, facts)
    if decided.verdict is Verdict.APPLY and any(FLOOR.get(one) is Tier.APPROVAL for one in decided.effects):
        signed = decided.approvals[: len(decided.roles)]
        assert [one.role for one in signed] == list(decided.roles)
        assert len({one.by for one in signed}) == len(decided.roles) > 0
        assert all(allowed(one, proposal, policy, facts) for one in decided.approvals)
        assert {one.by for one in decided.approvals}.isdisjoint(proposal.edited.values())


@pytest.mark.law(1)
@given(data=st.data())
def test_nothing_above_auto_passes_without_an_approval(any_world: Any, data: st.DataObject) -> None:
    proposal, policy, facts = data.draw(any_world)
    decided = decide(proposal, policy, facts)
    if decided.verdict is Verdict.APPLY and decided.tier is not Tier.AUTO:
        assert any(allowed(one, proposal, policy, facts) for one in decided.approvals)


FLOOR_WRITES = [  # what they set, and on which deal: each into, out of or within what the laws name
    ("Opportunity", {"StageName": "Handshake"}, "pipeline"),
    ("Opportunity", {"StageName": "Qualified"}, "commit"),
    ("Opportunity", {"StageName": "Signed"}, "pipeline"),
    ("Opportunity", {"StageName": "Mystery"}, "pipeline"),
    ("Opportunity", {"ForecastCategoryName": "Promise"}, "pipeline"),
    ("Opportunity", {"ForecastCategory": "Forecast"}, "pipeline"),
    ("Opportunity", {"NextStep": "Call"}, "won"),
    ("Opportunity", {"Amount": 1}, "pipeline"),
    ("Opportunity", {"Pricebook2Id": "01s000000000001AAA"}, "pipeline"),
    ("OpportunityLineItem", {"UnitPrice": 1}, "pipeline"),
    ("OpportunityContactRole", {"Role": "Buyer"}, "won"),
    ("Account", {"OwnerId": "005000000000001AAA"}, "pipeline"),
]


@st.composite
def spelled(draw: st.DrawFn, text: str) -> str:
    """Give a name in any mixture of small and capital letters."""
    return "".join(draw(st.sampled_from([one.lower(), one.upper()])) for one in text)


@st.composite
def disguised(draw: st.DrawFn, target: str, after: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Give a write in another spelling: in other letters, by its relationship, or by way of another record."""
    names = {"OwnerId": ["OwnerId", "Owner", "Owner.Id__c"], "Pricebook2Id": ["Pricebook2Id", "Pricebook2"]}
    there = {draw(spelled(draw(st.sampled_from(names.get(name, [name]))))): value for name, value in after.items()}
    plain = draw(spelled(target)), there
    if target == "OpportunityContactRole" or "NextStep" in after:  # it is its deal that makes these what they are
        return plain
    by_path = "Task", {f"{draw(spelled('What'))}.{name}": value for name, value in there.items()}
    below = "Contact", {draw(spelled("Account")): draw(st.sampled_from([there, [there], {"records": [there]}]))}
    return draw(st.sampled_from([plain, by_path, below]))


@pytest.mark.law(6)
@given(data=st.data(), write=st.sampled_from(FLOOR_WRITES), more=afters)
def test_no_policy_no_verb_and_no_spelling_lets_a_floor_effect_through_without_a_signature(
    policy: Policy, proposal: Make, facts: Tell, deals: Deals, data: st.DataObject, write: Any, more: dict[str, Any]
) -> None:
    target, after, deal = write
    target, after = data.draw(disguised(target, after))
    verb = data.draw(st.sampled_from([Verb.UPDATE, Verb.MERGE]))
    made = proposal(verb, target, {**more, **after}, undoes=data.draw(st.sampled_from(["", "p0"])))
    asking = Approval("r1", PEOPLE[3], data.draw(st.sampled_from(ROLES)), NOW, digest(made))
    told = facts(deal=deals[deal], approvals=(asking,))
    assert decide(made, data.draw(policies(policy)), told).verdict is not Verdict.APPLY


@pytest.mark.law(6)
@given(data=st.data(), more=afters)
def test_another_field_takes_no_effect_away_and_never_lowers_the_tier(
    any_world: Any, data: st.DataObject, more: dict[str, Any]
) -> None:
    proposal, policy, facts = data.draw(any_world)
    if proposal.verb is Verb.CREATE:  # a deal created without a stage is a doubt, which naming the stage may clear up
        proposal = replace(proposal, after={"StageName": "Discovery", **proposal.after})
    longer = replace(proposal, after={**more, **proposal.after})
    assert effects(proposal, facts) <= effects(longer, facts)
    if proposal.after or proposal.verb is not Verb.UPDATE:
        assert decide(proposal, policy, facts).tier.rank <= decide(longer, policy, facts).tier.rank


@pytest.mark.law(6)
@given(data=st.data())
def test_a_stricter_rule_never_lowers_the_tier(any_world: Any, data: st.DataObject) -> None:
    proposal, policy, facts = data.draw(any_world)
    strict = policy.model_copy(
        update={"rules": tuple(one.model_copy(update={"tier": Tier.APPROVAL}) for one in policy.rules)}
    )
    assert decide(proposal, policy, facts).tier.rank <= decide(proposal, strict, facts).tier.rank


@given(data=st.data())
def test_the_same_question_has_the_same_answer_in_whatever_order_people_signed(
    any_world: Any, data: st.DataObject
) -> None:
    proposal, policy, facts = data.draw(any_world)
    other = replace(facts, approvals=tuple(data.draw(st.permutations(facts.approvals))))
    assert decide(proposal, policy, facts) == decide(proposal, policy, other)


@given(data=st.data())
def test_a_decision_leaves_what_it_read_as_it_was(any_world: Any, data: st.DataObject) -> None:
    proposal, policy, facts = data.draw(any_world)
    before = digest([proposal, facts.approvals, facts.deal]), policy.model_dump_json()
    decide(proposal, policy, facts)
    assert (digest([proposal, facts.approvals, facts.deal]), policy.model_dump_json()) == before


@pytest.mark.law(7)
@given(data=st.data())
def test_monitor_never_applies(any_world: Any, data: st.DataObject) -> None:
    proposal, policy, facts = data.draw(any_world)
    assert decide(proposal, policy, replace(facts, mode=Mode.MONITOR)).verdict in {Verdict.OBSERVE, Verdict.BLOCK}


@pytest.mark.law(6)
@given(data=st.data())
def test_the_writes_of_a_step_share_one_fate(any_world: Any, data: st.DataObject) -> None:
    first, policy, told = data.draw(any_world)
    second, _, also = data.draw(any_world)
    decided = decide_group([(first, told), (second, replace(also, mode=told.mode))], policy)
    alone = [decide(first, policy, told), decide(second, policy, replace(also, mode=told.mode))]
    assert len({(one.verdict, one.tier, one.roles) for one in decided}) == 1
    assert decided[0].tier.rank == max(one.tier.rank for one in alone)
