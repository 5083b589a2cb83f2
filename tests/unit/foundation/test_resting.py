"""What a workflow rests on follows from what it reads, and each reason names the field or the signal."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from upbeat.domain import Effect
from upbeat.foundation import BY_KEY, ITEMS, Judged, Measure, Status, Unseen
from upbeat.foundation.findings import Finding, Weight
from upbeat.foundation.readiness import Flows, consequences, readiness
from upbeat.foundation.resting import rests
from upbeat.schema import Field, FieldType
from upbeat.timeline import SIGNALS, Computed
from upbeat.workflows import PLAYBOOKS, TEMPLATES, Catalogue, FieldMap, ToolRegister, Workflow, compile_workflow, load

THREADS, STEP, PUSH, ROUTE, ADVANCE = (
    "single-threaded-larger-deals", "missing-next-step", "repeated-close-date-push", "route-inbound-leads",
    "advance-stage",
)  # fmt: skip

FIELDS = FieldMap.model_validate(
    {
        "methodology": {"name": "MEDDIC", "elements": {"economic_buyer": "Opportunity.Economic_Buyer__c"}},
        "stages": {"Qualification": {"exit": ["NextStep", "Type"], "why": "So it is told."}},
        "push_count": "Push_Count__c",
        "icp_tier": {"field": "ICP_Tier__c"},
        "territory": {"field": "Territory__c"},
        "write_back": {"next_step": "Opportunity.NextStep"},
    }
)
TOOLS = ToolRegister.model_validate(
    {
        "tools": {
            "parley": {
                "title": "Parley",
                "kind": "conversation",
                "owner": "priya.shah@acme.example",
                "writes": [{"object": "Opportunity", "fields": ["Description"], "every": "each call"}],
                "ids": {"account": "Account.Parley_Id__c"},
            }
        }
    }
)

When = Callable[[str], Workflow]


@pytest.fixture(scope="module")
def when(against: Catalogue) -> When:
    """Give a workflow on deals with a condition of its own, in an org with the fields that the map names."""
    schema = against.schema
    deal, account = schema.object("Opportunity"), schema.object("Account")
    new = [
        replace(
            target,
            fields={**target.fields, **{one: Field(name=one, type=kind, length=80) for one, kind in some.items()}},
        )
        for target, some in (
            (deal, {"Economic_Buyer__c": FieldType.STRING, "Push_Count__c": FieldType.DOUBLE}),
            (account, dict.fromkeys(("ICP_Tier__c", "Territory__c", "Parley_Id__c"), FieldType.STRING)),
        )
    ]
    there, definitions = replace(against, schema=schema.with_objects(new)), load(PLAYBOOKS)
    [written] = [one for one in definitions.workflows if one.workflow == STEP]

    def compiled(condition: str) -> Workflow:
        trigger = written.trigger.model_copy(update={"when": condition})
        return compile_workflow(written.model_copy(update={"trigger": trigger}), definitions, there)

    return compiled


def items(flow: Workflow) -> set[tuple[str, str]]:
    """Give what a workflow rests on, but for what every workflow does."""
    found = rests(flow, FIELDS, TOOLS)
    everyone = {"api-footprint", "territories-and-owners"}
    return {(one.item, one.check) for one in found if one.item not in everyone}


def test_each_shipped_workflow_rests_on_what_it_reads(shipped: Mapping[str, Workflow]) -> None:
    owners, calls = ("territories-and-owners", "inactive-owners"), ("api-footprint", "")
    expected = {
        THREADS: {("contact-roles", "contact-roles"), ("required-fields", "amounts-missing"), owners, calls},
        PUSH: {("required-fields", "push-count"), owners, calls},
        STEP: {("stage-exits", ""), owners, calls},
        ROUTE: {("territories-and-owners", ""), calls},
        ADVANCE: {
            ("stage-exits", ""), ("forecast-categories", ""), ("forecast-conditions", ""), ("human-queue", ""), owners,
            calls,
        },
    }  # fmt: skip
    plain = FieldMap(), ToolRegister()
    assert {name: {(one.item, one.check) for one in rests(flow, *plain)} for name, flow in shipped.items()} == expected


@pytest.mark.parametrize(
    ("condition", "on"),
    [
        pytest.param('ISPICKVAL(StageName, "Prospecting")', {("stage-exits", "")}, id="a stage"),
        pytest.param(
            'ISPICKVAL(ForecastCategoryName, "Commit")',
            {("forecast-categories", ""), ("forecast-conditions", "")},
            id="a forecast category",
        ),
        pytest.param("Amount > 5", {("required-fields", "amounts-missing")}, id="an amount"),
        pytest.param("ISBLANK(Amount)", set(), id="whether there is an amount: a blank is the answer"),
        pytest.param(
            'ISPICKVAL(Type, "New")', {("required-fields", "required-fields")}, id="a field of a stage's exit"
        ),
        pytest.param(
            "ISBLANK(Economic_Buyer__c)", {("methodology", ""), ("conversation-write-back", "")}, id="the methodology"
        ),
        pytest.param(
            'CONTAINS(NextStep, "legal")',
            {("required-fields", "next-steps"), ("conversation-write-back", "")},
            id="a next step that conversations write",
        ),
        pytest.param("Push_Count__c > 2", {("required-fields", "push-count")}, id="the push counter"),
        pytest.param(
            "TODAY() - LastActivityDate > 14", {("activity-capture", ""), ("linked-participants", "")}, id="quiet"
        ),
        pytest.param('Account.ICP_Tier__c = "A"', {("icp-tiers", "")}, id="the tier of the account"),
        pytest.param('CONTAINS(Description, "risk")', {("write-back-rules", "")}, id="what a tool writes"),
        pytest.param('Account.Parley_Id__c = "7"', {("shared-ids", "")}, id="a tool's id"),
        pytest.param("$Signal.ContactRoles < 3", {("contact-roles", "contact-roles")}, id="contact roles"),
        pytest.param("$Signal.MonthPushCount > 1", {("required-fields", "push-count")}, id="pushes by the month"),
        pytest.param("$Signal.StageNumber > 2", {("stage-exits", "")}, id="a stage by its number"),
        pytest.param("IsPrivate", set(), id="nothing that the audit measures"),
    ],
)
def test_a_condition_rests_on(when: When, condition: str, on: set[tuple[str, str]]) -> None:
    assert items(when(condition)) == on


def test_what_logs_captured_meetings_does_not_wait_for_activities_to_be_logged(against: Catalogue) -> None:
    definitions = load(TEMPLATES)
    [written] = [one for one in definitions.workflows if one.workflow == "log-meetings"]
    assert "activity-capture" not in {name for name, _ in items(compile_workflow(written, definitions, against))}


def test_each_reason_names_the_field_or_the_signal(when: When) -> None:
    whys = {(one.item, one.check): one.why for one in rests(when('Account.Territory__c = "North"'), FIELDS, TOOLS)}
    assert whys["territories-and-owners", "inactive-owners"] == "reaches people by Opportunity.Owner.ManagerId"
    assert whys["territories-and-owners", "territories"] == "goes by Account.Territory__c"
    [why] = [one.why for one in rests(when("$Signal.PushCount > 2"), FIELDS, TOOLS) if one.item == "required-fields"]
    assert why == "counts close-date pushes by $Signal.PushCount"


def test_what_a_workflow_writes_itself_it_does_not_rest_on(shipped: Mapping[str, Workflow]) -> None:
    flow = shipped[THREADS]
    step = replace(flow.steps[0], writes=flow.steps[0].writes | {("Opportunity", "Amount")})
    assert "required-fields" not in {
        one.item for one in rests(replace(flow, steps=(step,)), FieldMap(), ToolRegister())
    }


def judged(item: str, *measures: Measure, status: Status = Status.PASSES, **parts: Any) -> Judged:
    score = min((one.percent for one in measures if one.percent is not None), default=None)
    one = BY_KEY[item]
    whole = Judged(
        key=item, number=one.number, title=one.title, status=status, score=score, least=90, says="as told",
        measures=measures, findings=(), unseen=(), blind=(), attested=None, why=one.why, fix=one.fix,
    )  # fmt: skip
    return replace(whole, **parts)


def alone(*flows: Workflow, live: frozenset[str] = frozenset()) -> Flows:
    return Flows(flows, live, FieldMap(), ToolRegister())


FINDING = Finding(
    check="contact-roles",
    key="contact-roles:Opportunity",
    weight=Weight.HIGH,
    says="12 of 40 open deals have no contact role.",
    object="Opportunity",
    fields=("OpportunityContactRoles",),
    count=12,
    of=40,
    fix="Add them.",
    minutes=120,
    queries=("SELECT Id, Name FROM Opportunity WHERE IsClosed = FALSE",),
)


def test_a_failing_item_is_told_with_its_score_and_what_it_does_to_the_workflow(
    shipped: Mapping[str, Workflow],
) -> None:
    failing = judged("contact-roles", Measure("contact-roles", 28, 40, "28 of 40"), status=Status.FAILS)
    every = {one.key: judged(one.key) for one in ITEMS} | {"contact-roles": failing}
    bare = replace(shipped[THREADS], despite={})
    found = readiness(bare, alone(bare), every, [FINDING])
    [lacks] = found.lacking
    assert (lacks.item, lacks.standing) == ("contact-roles", "fails (70 % of 90 %)")
    assert lacks.harm == "would flag up to 12 deals only because contact roles are missing"
    assert not found.ready
    assert shipped[THREADS].despite
    assert readiness(shipped[THREADS], alone(shipped[THREADS]), every, [FINDING]).ready


@pytest.mark.parametrize(
    ("item", "parts", "harm"),
    [
        pytest.param("contact-roles", {"count": 1}, "would flag one deal only because", id="one deal"),
        pytest.param(
            "stage-exits",
            {"count": 1, "queries": ("SELECT Id FROM ValidationRule",)},
            "would act on deals by a stage",
            id="a rule that is missing",
        ),
        pytest.param(
            "forecast-categories",
            {
                "check": "forecast-mapping",
                "object": "OpportunityStage",
                "queries": ("SELECT Id FROM OpportunityStage",),
            },
            "would take deals for another forecast category",
            id="stages",
        ),
    ],
)
def test_only_what_counts_records_is_told_as_so_many_records(
    when: When, item: str, parts: dict[str, Any], harm: str
) -> None:
    flow = when(
        'AND($Signal.ContactRoles < 3, ISPICKVAL(StageName, "Proposal"), ISPICKVAL(ForecastCategory, "Commit"))'
    )
    finding = replace(FINDING, **{"check": BY_KEY[item].checks[0], **parts})
    every = {one.key: judged(one.key) for one in ITEMS}
    [one] = [one for one in readiness(flow, alone(flow), every, [finding]).data if one.item == item]
    assert one.harm.startswith(harm)


def test_an_item_that_fails_by_a_hair_is_not_told_as_at_its_mark(shipped: Mapping[str, Workflow]) -> None:
    failing = judged("contact-roles", Measure("contact-roles", 897, 1000, "897"), status=Status.FAILS)
    every = {one.key: judged(one.key) for one in ITEMS} | {"contact-roles": failing}
    bare = replace(shipped[THREADS], despite={})
    assert [one.standing for one in readiness(bare, alone(bare), every, []).lacking] == ["fails (89 % of 90 %)"]


def test_only_the_check_that_matters_counts(shipped: Mapping[str, Workflow]) -> None:
    measures = Measure("push-count", 40, 40, "all"), Measure("next-steps", 1, 40, "1 of 40")
    every = {one.key: judged(one.key) for one in ITEMS}
    every["required-fields"] = judged("required-fields", *measures, status=Status.FAILS)
    assert readiness(shipped[PUSH], alone(shipped[PUSH]), every, []).ready


@pytest.mark.parametrize("status", [Status.UNKNOWN, Status.TO_ATTEST, Status.FAILS])
def test_what_nobody_could_see_or_say_does_not_hold(shipped: Mapping[str, Workflow], status: Status) -> None:
    every = {one.key: judged(one.key) for one in ITEMS}
    every["stage-exits"] = judged("stage-exits", status=status, unseen=(Unseen("ValidationRule", "", "no access"),))
    [lacks] = readiness(shipped[STEP], alone(shipped[STEP]), every, []).lacking
    assert lacks.status is status


def test_where_there_is_nothing_to_measure_nothing_is_in_the_way(shipped: Mapping[str, Workflow]) -> None:
    every = {one.key: judged(one.key, status=Status.NOTHING) for one in ITEMS}
    assert all(readiness(one, alone(one), every, []).ready for one in shipped.values())


def test_an_item_that_the_audit_did_not_look_at_does_not_hold(shipped: Mapping[str, Workflow]) -> None:
    assert {one.status for one in readiness(shipped[STEP], alone(shipped[STEP]), {}, []).lacking} == {Status.UNKNOWN}


def reading_the_flag(when: When, shipped: Mapping[str, Workflow]) -> tuple[Workflow, Workflow]:
    return replace(when('Risk_Flag__c = "Single-threaded"'), name="coach"), shipped[THREADS]


def test_a_use_case_waits_for_the_trigger_that_writes_what_it_reads(
    when: When, shipped: Mapping[str, Workflow]
) -> None:
    coach, threads = reading_the_flag(when, shipped)
    every = {one.key: judged(one.key) for one in ITEMS}
    [below] = readiness(coach, alone(coach, threads), every, []).waits_for
    assert (below.workflows, below.about) == ((THREADS,), ("Opportunity.Risk_Flag__c",))
    assert readiness(coach, alone(coach, threads, live=frozenset({THREADS})), every, []).ready
    assert readiness(replace(coach, despite={THREADS: "People flag by hand."}), alone(coach, threads), every, []).ready


def test_two_that_read_each_other_wait_for_neither(when: When, shipped: Mapping[str, Workflow]) -> None:
    coach, threads = reading_the_flag(when, shipped)
    step = replace(
        coach.steps[0], writes=frozenset({("Opportunity", "Risk_Since__c")}), effects=frozenset({Effect.FIELD})
    )
    coach = replace(coach, steps=(step,))
    other = replace(when("Risk_Since__c < TODAY()"), name=THREADS, steps=threads.steps[:1])
    plain = replace(other, steps=(replace(threads.steps[0], writes=frozenset({("Opportunity", "Risk_Flag__c")})),))
    every = {one.key: judged(one.key) for one in ITEMS}
    assert readiness(coach, alone(coach, plain), every, []).ready


def test_what_people_fill_as_well_is_no_layer(shipped: Mapping[str, Workflow]) -> None:
    """The stage that one moves on, another reads: it is the reps' own field."""
    every = {one.key: judged(one.key) for one in ITEMS}
    assert readiness(shipped[STEP], alone(*shipped.values()), every, []).triggers == ()


def test_a_finding_says_what_it_does_to_each_workflow_that_it_touches(shipped: Mapping[str, Workflow]) -> None:
    twice = replace(
        FINDING, check="duplicate-accounts", key="twice", object="Account", fields=("Name",), count=3,
        queries=("SELECT Id, Name FROM Account",),
    )  # fmt: skip
    stage = replace(FINDING, check="look-alikes", key="stage", fields=("StageName",), count=5)
    several = replace(FINDING, check="incomplete-deals", key="several", fields=("StageName", "NextStep"))
    nobody = replace(FINDING, check="look-alikes", key="nobody", object="Contact", fields=("Title",))
    found = {
        (one.finding, one.workflow): one.says
        for one in consequences([FINDING, twice, stage, several, nobody], alone(*shipped.values()))
    }
    assert found == {
        (FINDING.key, THREADS): "would flag up to 12 deals only because contact roles are missing",
        ("twice", ROUTE): "could give a lead to the owner of the wrong account, as up to 3 accounts stand there twice",
        ("stage", STEP): "goes by Opportunity.StageName, and takes up to 5 deals for what stands there",
    }


def test_every_signal_leads_to_an_item_or_is_told_by_the_record_itself(when: When) -> None:
    for name, one in SIGNALS.items():
        if not isinstance(one, Computed):
            flow = replace(when("IsPrivate"), signals=(name,))
            assert items(flow), name
