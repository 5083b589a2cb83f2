"""What Acme's admin has made to hold without anybody watching: stage exits, a duplicate rule, flows with an owner."""

from typing import Final

from upbeat.localorg.definitions import Flow
from upbeat.localorg.duplicates import Criterion, DuplicateRule, MatchingRule
from upbeat.localorg.org import LocalOrg
from upbeat.localorg.rights import Can, every_field
from upbeat.localorg.rules import ValidationRule
from upbeat.localorg.sample.company import ADMIN, CONVERSATIONS, ENRICHMENT, EXITS

_FLOWS: Final = (
    Flow(
        "Opportunity_Count_Pushes",
        label="Count pushes of the close date",
        trigger="RecordBeforeSave",
        object="Opportunity",
        record_trigger="CreateAndUpdate",
        description=f"Owner: {ADMIN}. Adds one for each later close date of an open deal; the forecast call reads it.",
        sets={"Push_Count__c": None},
    ),
    Flow(
        "Account_Territory",
        label="Set the territory of a new account",
        trigger="RecordBeforeSave",
        object="Account",
        record_trigger="Create",
        description=f"Owner: {ADMIN}. Country and postal code say which territory an account belongs to.",
        sets={"Territory__c": None},
    ),
)
_SAME_ADDRESS: Final = DuplicateRule(
    "Contact",
    "Contact_Same_Address",
    (MatchingRule("Contact_By_Email", (Criterion("Email"),)),),
    alert=False,
    report=True,
)
_TOOLS: Final = {
    "Callnote": (CONVERSATIONS, ("Contact", "Opportunity"), ("Contact", "Event", "Opportunity")),
    "Firmlens": (ENRICHMENT, ("Account",), ("Account",)),
}
"""Permission sets of tools: whom they act as, the objects that they reach, and those whose fields they see."""


def exit_rules() -> list[ValidationRule]:
    """Give a rule for each open stage: a deal that goes on without what must be known of it is not saved."""
    return [
        ValidationRule(
            "Opportunity",
            rule_name(stage),
            "AND(\n"
            "  ISCHANGED(StageName),\n"
            f'  ISPICKVAL(PRIORVALUE(StageName), "{stage}"),\n'
            '  NOT(ISPICKVAL(StageName, "Closed Lost")),\n'
            f"  {_missing(fields)})",
            f"Before a deal leaves {stage}, fill in {' and '.join(map(_words, fields))}.",
            fields[0],
        )
        for stage, fields in EXITS.items()
    ]


def rule_name(stage: str) -> str:
    """Give the name of the rule that keeps deals in a stage until its exit is met."""
    return f"Exit_{''.join(part for part in stage.title() if part.isalpha())}"


def govern(org: LocalOrg, ids: dict[str, str]) -> None:
    """Define all of it in Setup, and let the tools in that write."""
    org.define(rules=exit_rules(), flows=_FLOWS, duplicate_rules=[_SAME_ADDRESS], user_id=ids[ADMIN])
    for name, (username, objects, seen) in _TOOLS.items():
        fields = every_field(org.schema, map(org.schema.object, seen))
        org.rights.permission_set(
            name,
            system=["ApiEnabled", "EditEvent"],
            objects=dict.fromkeys(objects, Can.WRITE | Can.MODIFY_ALL),
            fields=dict.fromkeys(fields, Can.READ | Can.EDIT),
        )
        org.rights.assign(name, ids[username])


def _missing(fields: tuple[str, ...]) -> str:
    blank = [f"ISBLANK({one})" for one in fields]
    return blank[0] if len(blank) == 1 else f"OR({', '.join(blank)})"


def _words(field: str) -> str:
    return {"NextStep": "Next Step"}.get(field, field.removesuffix("__c").replace("_", " "))
