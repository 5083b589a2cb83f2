"""What goes wrong in Setup: rules switched off, flows that nobody owns, stages that contradict each other."""

from dataclasses import replace

from upbeat.localorg.definitions import Flow
from upbeat.localorg.rights import Can
from upbeat.localorg.sample.company import ADMIN, ENRICHMENT, EXITS
from upbeat.localorg.sample.defects.planted import Hands, Planted
from upbeat.localorg.sample.governance import rule_name

_SWITCHED_OFF = "Prospecting"
"""The stage that is not active any more, where one is not: no rule of its is harmed."""


def rule_off(hands: Hands) -> Planted | None:
    """Switch the rule of a stage's exit off."""
    rules = [one for one in hands.org.definitions.rules if one.active and one.name.startswith("Exit_")]
    rules = [one for one in rules if one.name not in {*hands.used, rule_name(_SWITCHED_OFF)}]
    if len(rules) < 6:  # two at most, or no exit is left that is enforced
        return None
    rule = hands.random.choice(rules)
    stage = next(one for one in EXITS if rule_name(one) == rule.name)
    hands.used.add(rule.name)
    hands.org.define(rules=[replace(rule, active=False)], user_id=hands.ids[ADMIN])
    told = f"the validation rule {rule.name} is switched off"
    return Planted("validation rule off", "stage-exits", "Opportunity", "StageName", told, value=stage)


def flow_unowned(hands: Hands) -> Planted | None:
    """Add a flow of which nobody says whose it is."""
    name = f"Lead_Rating_{hands.random.randrange(1000)}"
    if "flow unowned" in hands.used:
        return None
    hands.used.add("flow unowned")
    flow = Flow(name, trigger="RecordBeforeSave", object="Lead", record_trigger="Create", sets={"Rating": "Hot"})
    hands.org.define(flows=[flow])
    return Planted("flow without owner", "automation-owners", "Flow", "", f"{name} has no owner", value=name)


def flows_on_one_field(hands: Hands) -> Planted | None:
    """Add a flow that writes what another writes too."""
    if "two flows" in hands.used:
        return None
    hands.used.add("two flows")
    name = "Opportunity_Reset_Pushes"
    flow = Flow(
        name,
        trigger="RecordBeforeSave",
        object="Opportunity",
        record_trigger="Update",
        description=f"Owner: {ADMIN}. Sets the counter back when a quarter ends.",
        sets={"Push_Count__c": "0"},
    )
    hands.org.define(flows=[flow], user_id=hands.ids[ADMIN])
    told = f"{name} and Opportunity_Count_Pushes both write Push_Count__c"
    return Planted(
        "two flows on one field",
        "automation-conflicts",
        "Opportunity",
        "Push_Count__c",
        told,
        value="Opportunity.Push_Count__c",
    )


def stage_contradicts(hands: Hands) -> Planted | None:
    """Let a later stage be forecast as less sure than an earlier one."""
    stages = hands.org.schema.stages
    if "stage" in hands.used:
        return None
    hands.used.add("stage")
    wrong = hands.random.choice(["Id. Decision Makers", "Perception Analysis"])
    hands.org.define(stages=[replace(one, probability=30) if one.name == wrong else one for one in stages])
    told = f"{wrong} is worth less than the stages before it"
    return Planted("stage contradicts", "forecast-mapping", "OpportunityStage", "DefaultProbability", told, value=wrong)


def stage_left(hands: Hands) -> Planted | None:
    """Switch a stage off in which deals stand."""
    stage = _SWITCHED_OFF
    if stage in hands.used:
        return None
    hands.used.add(stage)
    there = hands.query(f"SELECT Id FROM Opportunity WHERE StageName = '{stage}' AND IsClosed = FALSE")  # noqa: S608 - our own names
    stages = hands.org.schema.stages
    hands.org.define(stages=[replace(one, active=False) if one.name == stage else one for one in stages])
    told, keys = f"{len(there)} deals stand in {stage}, which is not active", tuple(row["Id"] for row in there)
    also = ("look-alikes",)
    return Planted("inactive stage in use", "forecast-mapping", "Opportunity", "StageName", told, keys, stage, also)


def tool_unknown(hands: Hands) -> Planted | None:
    """Let a tool write that nobody wrote down."""
    username = "sparkmail.sync@acme.example"
    if username in hands.used:
        return None
    hands.used.add(username)
    user = hands.org.user(username, last_name="Sparkmail", profile="Minimum Access - API Only Integrations")
    can = Can.READ | Can.CREATE | Can.EDIT
    hands.org.rights.permission_set("Sparkmail", objects={"Lead": can}, fields={"Lead.LeadSource": can & ~Can.CREATE})
    hands.org.rights.assign("Sparkmail", user)
    for number in range(5):
        lead = {"LastName": f"Spark {number}", "Company": f"Spark Works {number}", "LeadSource": "Web"}
        hands.create("Lead", lead, user)
    told = f"{username} writes leads, and tools.yaml names no tool of that user"
    return Planted("tool unknown", "write-back-rules", "User", "", told, value=username)


def tool_writes_undeclared(hands: Hands) -> Planted | None:
    """Let a tool write a field that its register does not list."""
    if "tool" in hands.used:
        return None
    hands.used.add("tool")
    accounts = hands.query("SELECT Id FROM Account ORDER BY Id LIMIT 40")
    some = [row["Id"] for row in hands.random.sample(accounts, 12)]
    for key in some:
        hands.update("Account", key, {"Rating": "Warm"}, ENRICHMENT)
    told = f"{ENRICHMENT} writes Account.Rating, which tools.yaml does not list"
    return Planted("tool writes undeclared", "write-back-rules", "Account", "Rating", told, value=ENRICHMENT)


KINDS = (
    rule_off,
    flow_unowned,
    flows_on_one_field,
    stage_contradicts,
    stage_left,
    tool_writes_undeclared,
    tool_unknown,
)
