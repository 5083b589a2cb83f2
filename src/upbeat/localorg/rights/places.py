"""Where each object's permissions come from: its own, those of the object that it belongs to, or a system permission.

Salesforce grants object permissions on the objects that people keep records of. History, shares, roles of contacts and
the like follow the object that they belong to; activities take `EditTask` and `EditEvent`; what is found in Setup is
read by everybody and written with a system permission (Object Reference, and the permissions of PermissionSet).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from upbeat.schema import Field, FieldType, Object


@dataclass(frozen=True, slots=True)
class Place:
    """What decides about an object's records.

    `governed_by` names the object whose permissions count, empty where none do; `read_with` and `write_with` are the
    system permissions that it takes then, empty where it takes none. `shared` says that records are shared one by
    one, rather than read by everybody; `parents` are the references to records that may pass their sharing on.
    """

    governed_by: str = ""
    read_with: str = ""
    write_with: str = ""
    shared: bool = False
    parents: tuple[str, ...] = ()


_GRANTED: Final = frozenset(
    {"Account", "Campaign", "Case", "Contact", "Contract", "Lead", "Opportunity", "Pricebook2", "Product2"}
)
_PERMISSIONS: Final = Place(read_with="ViewSetup", write_with="ManageProfilesPermissionsets")
_PLACES: Final[Mapping[str, Place]] = {
    "CampaignMember": Place("Campaign", shared=True, parents=("CampaignId",)),
    "CampaignMemberStatus": Place("Campaign", shared=True, parents=("CampaignId",)),
    "Contact": Place("Contact", shared=True, parents=("AccountId",)),
    "EmailMessage": Place(shared=True, parents=("RelatedToId", "ParentId")),
    "EmailMessageRelation": Place(shared=True, parents=("EmailMessageId",)),
    "Event": Place(write_with="EditEvent", shared=True, parents=("WhatId", "WhoId")),
    "EventRelation": Place(write_with="EditEvent", shared=True, parents=("EventId",)),
    "Note": Place(shared=True, parents=("ParentId",)),
    "OpportunityContactRole": Place("Opportunity", shared=True, parents=("OpportunityId",)),
    "OpportunityHistory": Place("Opportunity", shared=True, parents=("OpportunityId",)),
    "OpportunityLineItem": Place("Opportunity", shared=True, parents=("OpportunityId",)),
    "PricebookEntry": Place("Pricebook2"),
    "Task": Place(write_with="EditTask", shared=True, parents=("WhatId", "WhoId")),
    "TaskRelation": Place(write_with="EditTask", shared=True, parents=("TaskId",)),
    "FieldPermissions": _PERMISSIONS,
    "ObjectPermissions": _PERMISSIONS,
    "PermissionSet": _PERMISSIONS,
    "PermissionSetAssignment": Place(read_with="ViewSetup", write_with="AssignPermissionSets"),
    "Group": Place(write_with="ManageUsers"),
    "GroupMember": Place(write_with="ManageUsers"),
    "QueueSobject": Place(write_with="ManageUsers"),
    "User": Place(write_with="ManageUsers"),
    "UserRole": Place(write_with="ManageRoles"),
}
_SETUP: Final = Place(write_with="CustomizeApplication")

_ALWAYS_SEEN: Final = frozenset(  # what describe calls not permissionable, though it may be blank and written
    {"RecordTypeId", "IndividualId", "CurrencyIsoCode", "EmailBouncedReason", "EmailBouncedDate", "IsPartner"}
    | {"IsCustomerPortal", "IsConverted", "IsUnreadByOwner", "IsPrivate", "Subject", "Status", "ForecastCategoryName"}
    | {"Pricebook2Id", "Comments", "ActivityDateTime", "ActivityDate", "StartDateTime", "EndDateTime"}
    | {"DurationInMinutes", "ShowAs", "ReminderDateTime", "IsReminderSet", "EventSubtype", "TaskSubtype", "Priority"}
)
_ALSO_HIDDEN: Final = frozenset({"ExpectedRevenue", "ClosedDate"})  # permissionable, though only the org writes them
_WHOLE: Final = frozenset({FieldType.ADDRESS, FieldType.LOCATION})


@lru_cache(maxsize=1024)
def _place(name: str) -> Place:
    if name in _PLACES:
        return _PLACES[name]
    if name in _GRANTED or name.endswith("__c"):
        return Place(name, shared=True)
    for ending in ("FieldHistory", "History", "Share"):
        owner = name.removesuffix(ending)
        if owner in _GRANTED:
            return Place(owner, shared=True, parents=(f"{owner}Id",))
        if owner != name and owner.endswith("__"):
            return Place(f"{owner}c", shared=True, parents=("ParentId",))
    return _SETUP


def place(one: Object) -> Place:
    """Give where an object's permissions come from."""
    return _place(one.name)


def takes_grants(one: Object) -> bool:
    """Whether object permissions are granted on the object itself."""
    return place(one).governed_by == one.name


def permissionable(one: Object, field: Field) -> bool:
    """Whether field permissions decide who sees the field: not what the record cannot be without, nor the org's own.

    The parts of an address go with the address, and those of a person's name are always seen.
    """
    if not (takes_grants(one) or one.name in {"Event", "Task"}):
        return False
    whole = _compound(one, field)
    if whole is not None:
        return permissionable(one, whole)
    if field.name in _ALWAYS_SEEN or (field.compound and field.type not in _WHOLE):
        return False
    if field.name in _ALSO_HIDDEN or field.type in _WHOLE or field.formula:
        return True
    return (field.nillable or field.type is FieldType.BOOLEAN) and (field.createable or field.updateable)


def governing(one: Object, field: Field) -> str:
    """Give the name of the field that field permissions are granted on: the address, of its parts."""
    whole = _compound(one, field)
    return field.name if whole is None else whole.name


def _compound(one: Object, field: Field) -> Field | None:
    """Give the address or location that a field is a part of, None where it stands for itself."""
    if not field.compound or field.compound == field.name or not one.has(field.compound):
        return None
    whole = one.field(field.compound)
    return whole if whole.type in _WHOLE else None
