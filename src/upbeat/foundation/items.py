"""The nineteen items of a foundation, as data: what each rests on, whether a person must say it, why it matters."""

from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    """The four parts of the list."""

    DATA = "Data"
    PROCESS = "Process"
    TOOLS = "Tools"
    GOVERNANCE = "Governance"


class Attest(StrEnum):
    """What a person's word is worth for an item: never more than what was measured."""

    NOTHING = "nothing"  # it is measured, and nobody's word changes that
    BESIDE = "beside"  # it is measured, and somebody says the part that no data shows
    ALONE = "alone"  # no data shows it


@dataclass(frozen=True, slots=True)
class Item:
    """One item. `checks` are the names of those that measure it; `says` is what somebody says who attests it."""

    key: str
    number: str
    group: Group
    title: str
    checks: tuple[str, ...]
    attest: Attest
    why: str
    fix: str
    says: str = ""


ITEMS = (
    Item(
        "activity-capture", "Data 1", Group.DATA,
        "Emails and meetings are captured in EmailMessage, Task and Event",
        ("activity-capture",), Attest.NOTHING,
        "What stands outside the data model can drive no condition, no report and no flow.",
        "Turn on capture that writes native activities, for every mailbox of the team.",
    ),
    Item(
        "conversation-write-back", "Data 2", Group.DATA,
        "Recordings are transcribed, and what was said is written back after each conversation",
        ("conversation-write-back",), Attest.NOTHING,
        "A call that reaches no field is a call that no report and no trigger knows of.",
        "Name under write_back in fields.yaml where transcripts, summaries and next steps go, and have them written.",
    ),
    Item(
        "contact-roles", "Data 3", Group.DATA,
        "Every open deal has its contact roles, and larger single-threaded deals are flagged",
        ("contact-roles", "single-threaded"), Attest.NOTHING,
        "A deal without contact roles looks single-threaded, whoever is in fact in it.",
        "Add the people who decide and who use it as contact roles of each deal.",
    ),
    Item(
        "linked-participants", "Data 4", Group.DATA,
        "Participants become contacts, linked to the right account, contact and deal",
        ("linked-participants", "unlinked-activities", "contacts-without-account"), Attest.NOTHING,
        "A talk with somebody nobody knows counts for no deal.",
        "Create the contacts of unknown participants, and link activities to their deal.",
    ),
    Item(
        "required-fields", "Data 5", Group.DATA,
        "Key fields are required at the right stage, with methodology, next step and push counter",
        ("required-fields", "next-steps", "push-count", "amounts-missing"), Attest.NOTHING,
        "A field that nothing asks for is empty when a trigger reads it.",
        "Ask for each field by a validation rule at the stage at which it is known.",
    ),
    Item(
        "forecast-categories", "Data 6", Group.DATA,
        "Forecast categories are documented, and mapped to stages",
        ("forecast-mapping",), Attest.BESIDE,
        "Whether a deal is in the forecast follows from its stage; a wrong mapping misstates every forecast.",
        "Mend the mapping under Setup > Opportunity Stages, and write down what each category means.",
        "that it is written down what each forecast category means, and that everybody has read it",
    ),
    Item(
        "stage-exits", "Process 1", Group.PROCESS,
        "Stage exit criteria are defined, and enforced by validation rules",
        ("stage-exits",), Attest.NOTHING,
        "Without them bad stage data reaches the forecast.",
        "Write the criteria under stages in fields.yaml, and export each as a rule: `upbeat formula export`.",
    ),
    Item(
        "methodology", "Process 2", Group.PROCESS,
        "The methodology is mapped to fields",
        ("methodology",), Attest.NOTHING,
        "An element that has no field cannot be asked for, nor found missing.",
        "Name the field of each element under methodology in fields.yaml.",
    ),
    Item(
        "icp-tiers", "Process 3", Group.PROCESS,
        "ICP tiers are tagged on accounts, and current",
        ("icp-tiers",), Attest.NOTHING,
        "Routing and priority go by the tier; without one, a good lead waits like any other.",
        "Tag the accounts of open deals first, then the rest.",
    ),
    Item(
        "territories-and-owners", "Process 4", Group.PROCESS,
        "Territories and owner maps are current",
        ("inactive-owners", "territories"), Attest.NOTHING,
        "What belongs to somebody who has left is answered by nobody.",
        "Give the records of people who left to those who follow them.",
    ),
    Item(
        "forecast-conditions", "Process 5", Group.PROCESS,
        "Pipeline, Best Case, Commit and Closed are documented with conditions that live deals meet",
        ("forecast-conditions",), Attest.BESIDE,
        "A category without a condition means something else to each rep.",
        "Write the condition of each category under forecast in fields.yaml.",
        "that the conditions of the four categories are agreed, and who agreed them",
    ),
    Item(
        "write-back-rules", "Tools 1", Group.TOOLS,
        "What each tool writes is documented: object, field, direction, how often",
        ("write-back-rules", "field-owners"), Attest.NOTHING,
        "Two systems that write one field undo each other's work.",
        "List what each tool writes in tools.yaml, and give each field one owner.",
    ),
    Item(
        "shared-ids", "Tools 2", Group.TOOLS,
        "Tools share the ids of accounts and contacts",
        ("shared-ids",), Attest.NOTHING,
        "A record that is found by its name is sometimes the wrong one.",
        "Keep each tool's id in a field of its own, and name it in tools.yaml.",
    ),
    Item(
        "read-only-tools", "Tools 3", Group.TOOLS,
        "Tools that only read are documented as data silos",
        ("read-only-tools",), Attest.BESIDE,
        "What such a tool knows, no trigger knows.",
        "Write reads_only in tools.yaml, and replace what must write back.",
        "that every tool of the team stands in tools.yaml, those that only read among them",
    ),
    Item(
        "api-footprint", "Tools 4", Group.TOOLS,
        "API dependencies and footprints are reviewed before going live",
        ("api-footprint",), Attest.BESIDE,
        "An org whose calls are used up answers nobody until they refill.",
        "Review what each tool calls, and leave room for it.",
        "that the API calls of each tool were reviewed, and by whom",
    ),
    Item(
        "automation-owners", "Governance 1", Group.GOVERNANCE,
        "Every automation, flow and trigger has a named owner",
        ("automation-owners", "workflow-owners"), Attest.NOTHING,
        "What nobody owns, nobody mends.",
        "Name an active user as the owner of each.",
    ),
    Item(
        "misfire-sla", "Governance 2", Group.GOVERNANCE,
        "There is a documented time in which misfires and bad updates are answered",
        ("misfire-sla",), Attest.NOTHING,
        "People stop reporting what nobody answers.",
        "Write misfires with why and owner in policy.yaml, and answer within it.",
    ),
    Item(
        "human-queue", "Governance 3", Group.GOVERNANCE,
        "High-stakes actions go to people before they happen",
        ("human-queue",), Attest.NOTHING,
        "Commit, Closed Won, price and account owner are people's word.",
        "Give each effect a rule in policy.yaml that names who signs.",
    ),
    Item(
        "pipeline-deltas", "Governance 4", Group.GOVERNANCE,
        "Pipeline reviews look at what changed, slipped and was added",
        ("pipeline-deltas",), Attest.BESIDE,
        "A total that stays the same hides what moved.",
        "Go through the weekly packet in the review, and sign it: `upbeat packet sign`.",
        "that the pipeline review goes by what changed, and since when",
    ),
)  # fmt: skip
"""All of them, in the order of the list: six of data, five of process, four of tools, four of governance."""

BY_KEY = {one.key: one for one in ITEMS}
