"""Build src/upbeat/schema/standard.json, the packaged catalogue of standard objects.

    python tools/build_catalogue.py FACTS

FACTS is a folder with `describes/*.json` (describe results of some objects, from a real org) and
`standard-objects.json` (names, JSON types and relationships of many more). Described objects are read as they are,
less what an admin or a package added. The others get their types and lengths from the names of their fields, by the
rules below, and their picklists from `PICKLISTS`: Salesforce's published defaults.
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import MISSING, fields, replace
from pathlib import Path
from typing import Any

from upbeat.schema.describe import parse
from upbeat.schema.model import Child, DeleteConstraint, Field, FieldType, Object, PicklistValue, Stage

OUT = Path(__file__).parent.parent / "src/upbeat/schema/standard.json"

PREFIXES = dict(
    pair.split(":")
    for pair in """
    Account:001 AccountHistory:017 AssignmentRule:01Q BusinessHours:01m Campaign:701 CampaignMember:00v
    CampaignMemberStatus:01Y Case:500 CaseHistory:017 Contact:003 ContactHistory:017 Contract:800
    DuplicateRecordItem:0GL DuplicateRecordSet:0GK DuplicateRule:0Bm EmailMessage:02s Event:00U EventRelation:0RE
    FiscalYearSettings:022 Group:00G GroupMember:011 Holiday:0C0 Lead:00Q LeadHistory:017 LeadStatus:01J Note:002
    Opportunity:006 OpportunityContactRole:00K OpportunityFieldHistory:017 OpportunityHistory:008
    OpportunityLineItem:00k OpportunityStage:01J Organization:00D Period:026 PermissionSet:0PS
    PermissionSetAssignment:0Pa Pricebook2:01s PricebookEntry:01u ProcessDefinition:04a ProcessInstance:04g
    ProcessInstanceStep:04h ProcessInstanceWorkitem:04i Product2:01t Profile:00e QueueSobject:03g RecordType:012
    Task:00T TaskPriority:01J TaskStatus:01J User:005 UserLicense:100 UserRole:00E
    AccountShare:00r BusinessProcess:019 CampaignShare:08s CaseShare:01n ContactShare:03s CurrencyType:01L
    DatedConversionRate:04w EmailMessageRelation:0CZ FieldPermissions:01k LeadShare:01o ObjectPermissions:110
    OpportunityShare:00t TaskRelation:0RT UserRecordAccess:
    """.split()  # noqa: SIM905 (a table of sixty reads best as text)
)

PERMISSIONS = frozenset(  # of a profile or a permission set: those that decide what a client of the API may do
    """
    PermissionsApiEnabled PermissionsApiUserOnly PermissionsAssignPermissionSets PermissionsAuthorApex
    PermissionsBulkApiHardDelete PermissionsConvertLeads PermissionsCustomizeApplication PermissionsEditEvent
    PermissionsEditReadonlyFields PermissionsEditTask PermissionsManageProfilesPermissionsets PermissionsManageRoles
    PermissionsManageUsers PermissionsModifyAllData PermissionsTransferAnyCase PermissionsTransferAnyEntity
    PermissionsTransferAnyLead PermissionsViewAllData PermissionsViewAllUsers PermissionsViewSetup
    """.split()  # noqa: SIM905 (the same)
)


def unlisted() -> dict[str, dict[str, Any]]:
    """Give what the facts leave out, in their form, from the Object Reference: shares, rates, relations of tasks."""
    touched = {"LastModifiedDate": "DateString", "LastModifiedById": "string"}
    dated = {"CreatedDate": "DateString", "CreatedById": "string", **touched, "SystemModstamp": "DateString"}
    by = {"CreatedBy": ["User"], "LastModifiedBy": ["User"]}
    found: dict[str, dict[str, Any]] = {
        "CurrencyType": {
            "fields": {"Id": "string", "IsoCode": "string", "ConversionRate": "number", "DecimalPlaces": "number"}
            | {"IsActive": "boolean", "IsCorporate": "boolean"}
            | dated,
            "parents": by,
        },
        "DatedConversionRate": {
            "fields": {"Id": "string", "IsoCode": "string", "StartDate": "DateString", "NextStartDate": "DateString"}
            | {"ConversionRate": "number"}
            | dated,
            "parents": by,
        },
    }
    found["TaskRelation"] = {  # of an org with Shared Activities
        "fields": {
            "Id": "string",
            "TaskId": "string",
            "RelationId": "string",
            "IsWhat": "boolean",
            "AccountId": "string?",
        }
        | dated
        | {"IsDeleted": "boolean"},
        "parents": by | {"Task": ["Task"], "Account": ["Account"]},
    }
    has = [f"Has{one}Access" for one in ("Read", "Edit", "Delete", "Transfer", "All")]
    found["UserRecordAccess"] = {
        "fields": dict.fromkeys(("Id", "UserId", "RecordId", "MaxAccessLevel"), "string")
        | dict.fromkeys(has, "boolean"),
        "parents": {},
    }
    levels = {  # what a share grants beside its own object: on the records below an account
        "Account": ("OpportunityAccessLevel", "CaseAccessLevel", "ContactAccessLevel"),
        **dict.fromkeys(("Campaign", "Case", "Contact", "Lead", "Opportunity"), ()),
    }
    for name, below in levels.items():
        own = {f"{name}AccessLevel": "string"} | dict.fromkeys(below, "string?")
        granted = {"Id": "string", f"{name}Id": "string", "UserOrGroupId": "string", **own, "RowCause": "string?"}
        found[f"{name}Share"] = {"fields": granted | touched | {"IsDeleted": "boolean"}, "parents": by | {name: [name]}}
    return {name: one | {"children": {}} for name, one in found.items()}


LABELS = {
    "Pricebook2": ("Price Book", "Price Books"),
    "PricebookEntry": ("Price Book Entry", "Price Book Entries"),
    "Product2": ("Product", "Products"),
    "OpportunityLineItem": ("Opportunity Product", "Opportunity Product"),
}

STAGES = (  # Salesforce's default sales process: every open stage is Pipeline until an admin maps it otherwise
    ("Prospecting", 10, "Pipeline"),
    ("Qualification", 10, "Pipeline"),
    ("Needs Analysis", 20, "Pipeline"),
    ("Value Proposition", 50, "Pipeline"),
    ("Id. Decision Makers", 60, "Pipeline"),
    ("Perception Analysis", 70, "Pipeline"),
    ("Proposal/Price Quote", 75, "Pipeline"),
    ("Negotiation/Review", 90, "Pipeline"),
    ("Closed Won", 100, "Closed"),
    ("Closed Lost", 0, "Omitted"),
)

TRACKED = {  # what the org keeps field history of
    "Account": "Name OwnerId ParentId Type Industry AnnualRevenue NumberOfEmployees Rating BillingCountry",
    "Case": "Status Priority OwnerId ContactId AccountId Type",
    "Contact": "AccountId Email LastName FirstName OwnerId Phone ReportsToId Title",
    "Lead": "Company Email LeadSource OwnerId Phone Rating Status Title",
    "Opportunity": "AccountId Amount CloseDate ForecastCategoryName Name NextStep OwnerId Probability StageName Type",
}

UNWANTED = re.compile(  # of packages, of old features, or of one person's screen: nothing that an orchestrator reads
    r".*__c|Recurrence.+|IsRecurrence2?.*|Jigsaw.*|Dandb.*|.*Duns.*|CleanStatus|UserPreferences.*|EmailPreferences.*"
    r"|UserPermissions.*|(Profile|PermissionSet)\.Permissions.*|StayInTouch.*|.*PhotoUrl|Offline.*|Portal.*|IsPortal.*|.*CURequestDate"
    r"|.*CUUpdateDate|ChannelProgram.*|Preferences.*|MayForecast.*"
    r"|HasOpenActivity|HasOverdueTask|Last(Amount|CloseDate)ChangedHistoryId|Opportunity\.ContactId"
)

READ_ONLY_OBJECTS = frozenset(
    """
    AccountHistory AssignmentRule BusinessHours BusinessProcess CaseHistory ContactHistory DuplicateRule
    FiscalYearSettings LeadHistory
    LeadStatus OpportunityFieldHistory OpportunityHistory OpportunityStage Organization Period ProcessDefinition
    ProcessInstance ProcessInstanceStep Profile RecordType TaskPriority TaskStatus UserLicense UserRecordAccess
    """.split()  # noqa: SIM905 (the same)
)
READ_ONLY_FIELDS = re.compile(
    r"Id|IsDeleted|CreatedDate|CreatedById|LastModifiedDate|LastModifiedById|SystemModstamp|LastViewedDate"
    r"|LastReferencedDate|LastActivityDate|IsArchived|IsClosed|IsHighPriority|ContractNumber|StatusCode"
    r"|NumberOf.*|Amount.*Opportunities|LastLoginDate|LastPasswordChangeDate|LeadOrContact.*|CompanyOrAccount"
    r"|HasResponded|FirstRespondedDate|ActivatedDate|ActivatedById|LastApprovedDate|IsStandard|UserType"
    r"|Task(Relation)?\.AccountId|EmailMessageRelation\.RelationObjectType|OpportunityLineItem\.(Name|ListPrice|ProductCode|SortOrder)|PricebookEntry\.(Name|ProductCode)"
    r"|CampaignMember\.(Salutation|Title|Street|City|State|PostalCode|Country|Email|\w*Phone|Fax|Description|DoNotCall"
    r"|FirstName|LastName|HasOpted\w+|LeadSource|Type)"
)
DATES = re.compile(
    r"ActivityDate|CloseDate|StartDate|EndDate|LastActivityDate|ServiceDate|.*SignedDate|.*StartDateOnly"
)
NUMBERS = (  # a number's name → its type, precision and scale; any other is an int of eight digits
    (re.compile(r"Amount.*|ExpectedRevenue|.*Price"), FieldType.CURRENCY, 18, 2),
    (re.compile(r".*Cost"), FieldType.CURRENCY, 18, 0),
    (re.compile(r".*Probability"), FieldType.PERCENT, 3, 0),
    (re.compile(r"ConversionRate"), FieldType.DOUBLE, 18, 6),
    (re.compile(r".*Latitude|.*Longitude"), FieldType.DOUBLE, 18, 15),
    (re.compile(r"Quantity|ExpectedResponse"), FieldType.DOUBLE, 12, 2),
    (re.compile(r"ElapsedTime.*|NumberSent"), FieldType.DOUBLE, 18, 0),
)
TEXTS = (  # a text's name → its type and length, the first that matches; any other is a string of 255
    (re.compile(r"User\.Username"), FieldType.STRING, 80),
    (re.compile(r".*\.(Email|SenderEmail|FromAddress)"), FieldType.EMAIL, 80),
    (re.compile(r".*\.(To|Cc|Bcc)Address"), FieldType.STRING, 4000),
    (re.compile(r".*\.(Phone|Fax|MobilePhone|Extension)"), FieldType.PHONE, 40),
    (re.compile(r".*Url"), FieldType.URL, 255),
    (re.compile(r".*Street"), FieldType.TEXTAREA, 255),
    (re.compile(r".*City"), FieldType.STRING, 40),
    (re.compile(r".*(State|Country)"), FieldType.STRING, 80),
    (re.compile(r".*(SobjectType|GeocodeAccuracy)"), FieldType.STRING, 40),
    (re.compile(r".*\.IsoCode"), FieldType.STRING, 3),
    (re.compile(r"FieldPermissions\.Field"), FieldType.STRING, 255),
    (re.compile(r"EmailMessageRelation\.RelationAddress"), FieldType.STRING, 255),
    (re.compile(r".*PostalCode"), FieldType.STRING, 20),
    (re.compile(r".*\.(OldValue|NewValue)"), FieldType.ANY, 255),
    (re.compile(r".*\.(Description|SpecialTerms|Body|TextBody|HtmlBody|Headers)"), FieldType.TEXTAREA, 32000),
    (re.compile(r".*\.(Comments|AboutMe|Signature)"), FieldType.TEXTAREA, 4000),
    (re.compile(r".*(StartTime|EndTime)"), FieldType.TIME, 0),
    (re.compile(r"EmailMessage\.Subject"), FieldType.STRING, 3000),
    (re.compile(r"(User|CampaignMember)\.Name"), FieldType.STRING, 121),
    (
        re.compile(r".*\.(LastName|DeveloperName|CompanyName|Division|Department)|User\.Title|Note\.Title"),
        FieldType.STRING,
        80,
    ),
    (re.compile(r"(Campaign|Organization|UserRole)\.Name"), FieldType.STRING, 80),
    (
        re.compile(r".*\.(FirstName|CommunityNickname|DefaultGroup.*|DigestFrequency)|.*SidKey|.*Key"),
        FieldType.STRING,
        40,
    ),
    (re.compile(r"Group\.Name"), FieldType.STRING, 40),
    (re.compile(r"User\.Alias"), FieldType.STRING, 8),
    (re.compile(r".*\.(EmployeeNumber|ContractNumber)"), FieldType.STRING, 30),
)
PICKLISTS = {  # a star marks the default, a bang a restricted list
    "Task.Status": "Not Started*|In Progress|Completed|Waiting on someone else|Deferred",
    "Task.Priority": "High|Normal*|Low",
    "Task.TaskSubtype": "!Task*|Email|ListEmail|Cadence|Call|LinkedIn",
    "Task.CallType": "!Internal|Inbound|Outbound",
    "Campaign.Type": "Conference|Webinar|Trade Show|Public Relations|Partners|Referral Program|Advertisement"
    "|Banner Ads|Direct Mail|Email|Telemarketing|Other",
    "Campaign.Status": "Planned*|In Progress|Completed|Aborted",
    "CampaignMember.Status": "Sent*|Responded",
    "Contract.Status": "Draft*|In Approval Process|Activated",
    "Contract.StatusCode": "!Draft|InApproval|Activated",
    "Contract.OwnerExpirationNotice": "!15|30|45|60|90|120",
    "EmailMessage.Status": "!0|1|2|3|4|5*",
    "Group.Type": "!Regular*|Queue|Role|RoleAndSubordinates|Organization|Manager|AllCustomerPortal|Territory",
    "User.UserType": "!Standard*|PowerPartner|CustomerSuccess|PowerCustomerSuccess|CsnOnly|Guest",
    "Product2.Family": "None",
    **{
        f"{name}Share.{name}AccessLevel": "!Read|Edit|All"
        for name in ("Account", "Campaign", "Case", "Contact", "Lead", "Opportunity")
    },
    **{f"AccountShare.{name}AccessLevel": "!None|Read|Edit" for name in ("Case", "Contact", "Opportunity")},
    **{
        f"{name}Share.RowCause": "!Manual*|Owner|ImplicitChild|ImplicitParent|Rule|Team|Territory"
        for name in ("Account", "Campaign", "Case", "Contact", "Lead", "Opportunity")
    },
    "EmailMessageRelation.RelationType": "!FromAddress|ToAddress|CcAddress|BccAddress|OtherAddress",
    "UserRecordAccess.MaxAccessLevel": "!None|Read|Edit|Delete|Transfer|All",
    "Period.Type": "!Month|Quarter|Week|Year",
    "EventRelation.Status": "!New*|Accepted|Declined|Uninvited|Maybe",
    "ProcessInstance.Status": "!Started|Pending|Approved|Rejected|Removed|Fault|NoResponse|Held|Reassigned",
    "OpportunityHistory.StageName": "|".join(name for name, *_ in STAGES),
    "OpportunityHistory.ForecastCategory": "!Omitted|Pipeline|BestCase|MostLikely|Forecast|Closed",
    "OpportunityStage.ForecastCategory": "!Omitted|Pipeline|BestCase|MostLikely|Forecast|Closed",
    "OpportunityStage.ForecastCategoryName": "!Omitted|Pipeline|Best Case|Commit|Closed",
}
REFERENCES = {  # parents that the facts leave open (`Name` stands there for "several objects")
    "CampaignMember.LeadOrContactOwnerId": "Group User",
    "DuplicateRecordItem.RecordId": "Account Contact Lead",
    "UserRecordAccess.RecordId": "Account Campaign Case Contact Contract Event Lead Opportunity Task",
    "UserRecordAccess.UserId": "User",
    "EmailMessage.ActivityId": "Task",
    "EmailMessageRelation.RelationId": "Contact Lead User",
    "EmailMessage.RelatedToId": "Account Campaign Case Contract Opportunity Product2",
    "EventRelation.RelationId": "Contact Lead User",
    "Group.OwnerId": "Organization User",
    "Group.RelatedId": "User UserRole",
    "GroupMember.UserOrGroupId": "Group User",
    **{
        f"{name}Share.UserOrGroupId": "Group User"
        for name in ("Account", "Campaign", "Case", "Contact", "Lead", "Opportunity")
    },
    "FieldPermissions.ParentId": "PermissionSet",
    "ObjectPermissions.ParentId": "PermissionSet",
    "Note.ParentId": "Account Contact Contract Lead Opportunity Product2",
    "PermissionSet.ProfileId": "Profile",
    "ProcessInstance.TargetObjectId": "Account Campaign Case Contact Contract Lead Opportunity",
    "ProcessInstanceStep.ActorId": "Group User",
    "ProcessInstanceStep.OriginalActorId": "Group User",
    "ProcessInstanceWorkitem.ActorId": "Group User",
    "ProcessInstanceWorkitem.OriginalActorId": "Group User",
    "Task.OwnerId": "Group User",
    "TaskRelation.RelationId": "Account Campaign Case Contact Contract Lead Opportunity Product2",
    "Task.WhatId": "Account Campaign Case Contract Opportunity Product2",
    "Task.WhoId": "Contact Lead",
    "User.DelegatedApproverId": "Group User",
    "UserRole.ForecastUserId": "User",
    "UserRole.ParentRoleId": "UserRole",
}
CASCADES = frozenset(  # references that may be blank, and whose records go with their parent all the same
    """
    CampaignMember.ContactId CampaignMember.LeadId Contact.AccountId EmailMessage.ParentId
    EmailMessageRelation.RelationId Event.WhatId Event.WhoId Opportunity.AccountId Task.WhatId Task.WhoId
    """.split()  # noqa: SIM905 (the same)
)
HOLDS = frozenset(  # references that keep their parent from being deleted
    """
    Case.AccountId Case.ContactId Contract.CustomerSignedId Opportunity.Pricebook2Id
    OpportunityLineItem.PricebookEntryId OpportunityLineItem.Product2Id
    """.split()  # noqa: SIM905 (the same)
)
ACTORS = frozenset({"CreatedById", "LastModifiedById", "OwnerId"})  # people are never deleted
NAMELESS = {
    "UserRecordAccess.UserId",
    "GroupMember.UserOrGroupId",
    "UserRole.ForecastUserId",
    "UserRole.ParentRoleId",
    "User.DelegatedApproverId",
}
NAME_FIELDS = {"Task": "Subject", "Event": "Subject", "Note": "Title", "Contract": "ContractNumber"}
BACK = {  # the child's reference behind a relationship, where the child has several to the same parent
    "User.ContractsSigned": "CompanySignedId",
    "User.DelegatedUsers": "DelegatedApproverId",
    "User.ManagedUsers": "ManagerId",
}
DEFAULTED = {
    "OpportunityAccessForAccountOwner",
    "OwnerId",
    "CommunityNickname",
    "DigestFrequency",
    "DefaultGroupNotificationFrequency",
    "QuantityUnitOfMeasure",
}


def words(name: str) -> str:
    """`NumberOfEmployees` → `Number Of Employees`; `AccountId` → `Account ID`."""
    return re.sub(r"Id\b", "ID", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name))


def picklist(text: str) -> dict[str, Any]:
    """Read an entry of `PICKLISTS` into a field's attributes."""
    values = tuple(PicklistValue(v.rstrip("*"), default=v.endswith("*")) for v in text.lstrip("!").split("|"))
    default = next((v.value for v in values if v.default), None)
    return {
        "type": FieldType.PICKLIST,
        "length": 40,
        "picklist": values,
        "restricted": text.startswith("!"),
        "default": default,
        "defaulted": default is not None,
    }


def typed(owner: str, name: str, kind: str, parents: dict[str, list[str]]) -> dict[str, Any]:
    """Work out a field's type and what belongs to it from its name and its JSON type."""
    full = f"{owner}.{name}"
    if name == "Id":
        return {"type": FieldType.ID, "length": 18, "defaulted": True}
    if full in PICKLISTS:
        return picklist(PICKLISTS[full])
    if name.endswith("Id"):
        targets = REFERENCES[full].split() if full in REFERENCES else parents.get(name[:-2], ())
        relationship = "" if full in NAMELESS else name[:-2]
        return {"type": FieldType.REFERENCE, "length": 18, "reference_to": tuple(targets), "relationship": relationship}
    return plain(full, name, kind)


def plain(full: str, name: str, kind: str) -> dict[str, Any]:
    """Do the same for a field that is neither a key nor a picklist."""
    match kind:
        case "boolean":
            return {"type": FieldType.BOOLEAN, "default": False, "defaulted": True}
        case "DateString":
            return {"type": FieldType.DATE if DATES.fullmatch(name) else FieldType.DATETIME}
        case "Address":
            return {"type": FieldType.ADDRESS}
        case "number":
            found = next(((t, p, s) for pattern, t, p, s in NUMBERS if pattern.fullmatch(name)), (FieldType.INT, 8, 0))
            return dict(zip(("type", "precision", "scale"), found, strict=True))
        case _:
            found = next(((t, n) for pattern, t, n in TEXTS if pattern.fullmatch(full)), (FieldType.STRING, 255))
            return dict(zip(("type", "length"), found, strict=True))


def derived(name: str, facts: dict[str, Any], labels: dict[str, tuple[str, str]]) -> Object:
    """Build an object that has no describe result."""
    made: dict[str, Field] = {}
    named = NAME_FIELDS.get(name, "Name")
    for key, kind in facts["fields"].items():
        attributes = {"defaulted": key in DEFAULTED} | typed(name, key, kind.rstrip("?"), facts["parents"])
        fixed = (
            name in READ_ONLY_OBJECTS
            or READ_ONLY_FIELDS.fullmatch(key)
            or READ_ONLY_FIELDS.fullmatch(f"{name}.{key}")
            or attributes["type"] is FieldType.ADDRESS
        )
        composed = "LastName" in facts["fields"] and key == "Name"
        made[key] = Field(
            name=key,
            label=words(key),
            nillable=kind.endswith("?"),
            createable=not fixed and not composed,
            updateable=not fixed and not composed,
            name_field=key == named,
            auto_number=key == "ContractNumber",
            unique=key == "Username",
            compound=compound(key, facts["fields"]),
            **attributes,
        )
    label, plural = labels.get(name, (words(name), plural_of(words(name))))
    return Object(name=name, label=label, label_plural=plural, key_prefix=PREFIXES[name], fields=made)


def compound(key: str, siblings: dict[str, str]) -> str:
    """Name the compound field that a field is a part of, or give an empty text."""
    if key in {"FirstName", "LastName", "Salutation"} and "LastName" in siblings:
        return "Name"
    part = re.fullmatch(r"(\w*?)(Street|City|State|PostalCode|Country|Latitude|Longitude|GeocodeAccuracy)", key)
    return f"{part[1]}Address" if part and f"{part[1]}Address" in siblings else ""


def plural_of(label: str) -> str:
    """`Opportunity Stage` → `Opportunity Stages`; a history keeps its singular, as in Salesforce."""
    if label.endswith(("History", "Hours", "Settings", "Permissions")):
        return label
    return f"{label[:-1]}ies" if label.endswith("y") else f"{label}es" if label.endswith("s") else f"{label}s"


def trimmed(one: Object, known: set[str]) -> Object:
    """Keep what every org has: no packages' fields, no references to objects outside the catalogue."""
    kept = dict[str, Field]()
    for field in one.fields.values():
        targets = tuple(name for name in field.reference_to if name in known)
        unwanted = field.name not in PERMISSIONS and (
            UNWANTED.fullmatch(field.name) or UNWANTED.fullmatch(f"{one.name}.{field.name}")
        )
        if unwanted or (field.type is FieldType.REFERENCE and not targets):
            continue
        kept[field.name] = replace(
            field,
            reference_to=targets,
            history=field.name in TRACKED.get(one.name, "").split(),
            delete_constraint=constraint(one.name, field),
            master_detail=False,  # Salesforce numbers some of its own relationships as if they were
        )
    return replace(one, fields=kept, key_prefix=PREFIXES[one.name])


def constraint(owner: str, field: Field) -> DeleteConstraint:
    """Say what becomes of an object's record when the record behind a reference is deleted."""
    full = f"{owner}.{field.name}"
    if full in HOLDS:
        return DeleteConstraint.RESTRICT
    owned = field.type is FieldType.REFERENCE and not field.nillable and field.name not in ACTORS
    return DeleteConstraint.CASCADE if owned or full in CASCADES else DeleteConstraint.SET_NULL


def children(name: str, related: dict[str, list[str]], objects: dict[str, Object]) -> Iterator[Child]:
    """Give the child relationships of an object that has no describe: the child's one reference back to it."""
    for relationship, targets in related.items():
        for target in targets:
            back = [f for f in objects[target].fields.values() if name in f.reference_to] if target in objects else []
            keys = {BACK.get(f"{name}.{relationship}", f"{name}Id"), "ParentId", "WhatId", "WhoId", "RelatedToId"}
            named = [f for f in back if f.name in keys]
            if len(back) == 1 or len(named) == 1:
                yield Child(relationship, target, (named or back)[0].name)


def sparse(value: Any) -> dict[str, Any]:
    """Give a dataclass's attributes that differ from their defaults, as plain JSON."""
    out: dict[str, Any] = {}
    for spec in fields(value):
        got = getattr(value, spec.name)
        if spec.default is MISSING or got != spec.default:
            out[spec.name] = (
                [one if isinstance(one, str) else sparse(one) for one in got] if isinstance(got, tuple) else got
            )
    return out


def build(facts: Path) -> tuple[list[Object], list[Stage]]:
    """Derive the catalogue from the folder of facts."""
    listed = json.loads((facts / "standard-objects.json").read_text("utf-8")) | unlisted()
    listed["Task"]["children"]["TaskRelations"] = ["TaskRelation"]
    described = [json.loads(path.read_text("utf-8")) for path in sorted((facts / "describes").glob("*.json"))]
    names = {
        one["name"]: (one["label"], one["labelPlural"]) for d in described for one in d.get("sobjects", ())
    } | LABELS
    objects = {one.name: one for one in parse(d for d in described if "fields" in d and d["name"] in PREFIXES)}
    exact = set(objects)
    for name in PREFIXES:
        if name not in exact:
            objects[name] = derived(name, listed[name], names)
    known = set(PREFIXES)
    objects = {name: trimmed(objects[name], known) for name in sorted(objects)}
    for name, one in objects.items():
        found = one.children if name in exact else tuple(children(name, listed[name]["children"], objects))
        kept = tuple(c for c in found if c.object in known and c.field in objects[c.object].fields)
        objects[name] = replace(one, children=kept)
    stages = [
        Stage(
            name, order, category, closed=category in {"Closed", "Omitted"}, won=category == "Closed", probability=odds
        )
        for order, (name, odds, category) in enumerate(STAGES, 1)
    ]
    return list(objects.values()), stages


def listing(one: Object) -> str:
    """Write an object with one line a field, so that a change of the catalogue reads well."""
    head = {"name": one.name, "label": one.label, "label_plural": one.label_plural, "key_prefix": one.key_prefix}
    lines = ",\n".join(json.dumps(sparse(field), ensure_ascii=False) for field in one.fields.values())
    below = json.dumps([sparse(child) for child in one.children])
    return f'{json.dumps(head)[:-1]}, "fields": [\n{lines}],\n"children": {below}}}'


def main() -> None:
    """Write the catalogue and say what is in it."""
    objects, stages = build(Path(sys.argv[1]))
    rows = ",\n".join(json.dumps(sparse(stage)) for stage in stages)
    text = ",\n\n".join(listing(one) for one in objects)
    OUT.write_text(f'{{"stages": [\n{rows}],\n\n"objects": [\n{text}]}}\n', "utf-8")
    print(f"{len(objects)} objects, {sum(len(one.fields) for one in objects)} fields, {OUT.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
