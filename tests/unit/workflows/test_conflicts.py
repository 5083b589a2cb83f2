"""Where workflows meet: the same field, one that starts another, a circle; and which of them interrupt a person."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from upbeat.domain import Change, Effect, Tier
from upbeat.formula import compile  # noqa: A004 - as re.compile
from upbeat.workflows import PLAYBOOKS, Clash, Workflow, conflicts, interrupts, load

PUSH, STEP, ADVANCE, ROUTE, THREADS = (
    "repeated-close-date-push",
    "missing-next-step",
    "advance-stage",
    "route-inbound-leads",
    "single-threaded-larger-deals",
)


def writing(flow: Workflow, *fields: str, name: str = "") -> Workflow:
    """Give a workflow that updates these fields of its object, with one step."""
    pairs = frozenset((flow.object, one) for one in fields)
    step = replace(flow.steps[0], writes=pairs, changes=pairs, effects=frozenset({Effect.FIELD}), tier=Tier.AUTO)
    return replace(flow, name=name or flow.name, steps=(step,))


def starting(flow: Workflow, *fields: str, name: str) -> Workflow:
    """Give a workflow that starts when one of these fields changes, and writes nothing."""
    step = replace(flow.steps[0], writes=frozenset(), changes=frozenset(), effects=frozenset(), tier=Tier.AUTO)
    return replace(flow, name=name, starts=frozenset({Change.UPDATED}), watched=fields, steps=(step,))


@pytest.fixture
def push(shipped: Mapping[str, Workflow]) -> Workflow:
    return shipped[PUSH]


def test_shipped_workflows_meet_nobody_else(shipped: Mapping[str, Workflow]) -> None:
    assert {name: conflicts(one, shipped.values()) for name, one in shipped.items() if name != ADVANCE} == {
        name: [] for name in shipped if name != ADVANCE
    }
    [met] = {one.clash for one in conflicts(shipped[ADVANCE], shipped.values())}
    assert met is Clash.READS  # the stage, which missing-next-step looks at


def test_two_that_write_one_field_are_told_to_both(push: Workflow) -> None:
    one, other = writing(push, "NextStep", name="one"), writing(push, "NextStep", "Type", name="other")
    for mine, theirs in ((one, other), (other, one)):
        [met] = [each for each in conflicts(mine, [one, other]) if each.clash is Clash.SAME_FIELD]
        assert (met.others, met.about) == ((theirs.name,), ("Opportunity.NextStep",))


@pytest.mark.parametrize(
    ("condition", "starts", "meet"),
    [
        ('ISPICKVAL(LeadSource, "Web")', Change.CREATED, False),
        ("NOT(IsConverted)", Change.CREATED, True),
        ('ISPICKVAL(LeadSource, "Web")', Change.UPDATED, True),
    ],
    ids=["conditions exclude each other", "both may hold", "a record may have one start today, the other tomorrow"],
)
def test_two_that_no_new_record_has_both_start_may_write_one_field(
    shipped: Mapping[str, Workflow], condition: str, starts: Change, meet: bool
) -> None:
    scope = shipped[ROUTE].when.scope
    other = compile('ISPICKVAL(LeadSource, "Partner Referral")', scope)
    mine = replace(shipped[ROUTE], when=compile(condition, scope), starts=frozenset({starts}))
    theirs = replace(mine, name="other", when=other)
    assert (Clash.SAME_FIELD in [one.clash for one in conflicts(mine, [theirs])]) is meet


def test_one_that_has_another_start_is_told_with_the_field(push: Workflow) -> None:
    mine, other = writing(push, "NextStep", name="mine"), starting(push, "NextStep", name="other")
    [met] = conflicts(mine, [other])
    assert (met.clash, met.others, met.about) == (Clash.STARTS, ("other",), ("Opportunity.NextStep",))
    assert conflicts(other, [mine]) == []


def test_a_circle_is_told_by_its_way(push: Workflow) -> None:
    first = replace(writing(push, "NextStep", name="first"), watched=("Type",), starts=frozenset({Change.UPDATED}))
    second = replace(writing(push, "Amount", name="second"), watched=("NextStep",), starts=frozenset({Change.UPDATED}))
    third = replace(writing(push, "Type", name="third"), watched=("Amount",), starts=frozenset({Change.UPDATED}))
    [met] = [one for one in conflicts(first, [second, third]) if one.clash is Clash.CIRCLE]
    assert (met.others, met.about) == (("second", "third", "first"), ("Opportunity.NextStep",))


def test_one_that_starts_on_what_it_writes_itself_is_a_circle_of_one(push: Workflow) -> None:
    mine = replace(writing(push, "NextStep"), watched=("NextStep",), starts=frozenset({Change.UPDATED}))
    [met] = conflicts(mine, [mine])
    assert (met.clash, met.others) == (Clash.CIRCLE, (PUSH,))


def test_a_new_record_starts_what_starts_on_new_ones(shipped: Mapping[str, Workflow]) -> None:
    on_tasks = replace(shipped[ROUTE], name="on-tasks", object="Task")
    met = [one for one in conflicts(shipped[STEP], [on_tasks]) if one.clash is Clash.STARTS]
    assert [one.about for one in met] == [("a new Task",)]


def test_what_asks_and_tells_interrupts_and_what_routes_is_silent(shipped: Mapping[str, Workflow]) -> None:
    policy = load(PLAYBOOKS).policy
    assert {name for name, one in shipped.items() if interrupts(one, policy)} == {PUSH, STEP, ADVANCE, THREADS}


def test_what_the_policy_puts_before_a_person_interrupts(shipped: Mapping[str, Workflow]) -> None:
    policy = load(PLAYBOOKS).policy
    asked = [
        one.model_copy(update={"tier": Tier.REVIEW, "roles": ("revops",)}) if one.effect is Effect.LEAD_OWNER else one
        for one in policy.rules
    ]
    assert interrupts(shipped[ROUTE], policy.model_copy(update={"rules": tuple(asked)}))
