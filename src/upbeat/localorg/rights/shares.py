"""The share object that Salesforce gives each custom object whose records have owners: `Plan__Share` of Plan__c."""

from dataclasses import replace
from typing import Final

from upbeat.schema import Child, Field, Object, Schema, standard

_RELATIONSHIP: Final = "Shares"


def share_of(name: str) -> str:
    """Name the share object of a custom object."""
    return f"{name[:-1]}Share"


def with_shares(schema: Schema) -> Schema:
    """Give each custom object whose records have owners its share object, where it has none yet."""
    owned = [one for one in schema if one.custom and one.has("OwnerId") and not schema.has(share_of(one.name))]
    parents = [
        replace(one, children=(*one.children, Child(_RELATIONSHIP, share_of(one.name), "ParentId"))) for one in owned
    ]
    return schema.with_objects([*parents, *map(_share, owned)])


def is_share(one: Object) -> bool:
    """Whether it is the share object of a custom object, which comes and goes with it."""
    return one.name.endswith("__Share")


def _share(owner: Object) -> Object:
    """Build it after the share of a lead, with the parent and the access named as custom objects have them."""
    fields = dict[str, Field]()
    for field in standard().object("LeadShare").fields.values():
        if field.name == "LeadId":
            fields["ParentId"] = replace(field, name="ParentId", reference_to=(owner.name,), relationship="Parent")
        elif field.name == "LeadAccessLevel":
            fields["AccessLevel"] = replace(field, name="AccessLevel", label="Access Level")
        else:
            fields[field.name] = field
    return Object(
        name=share_of(owner.name),
        label=f"Share: {owner.label}",
        label_plural=f"Share: {owner.label}",
        key_prefix=owner.key_prefix.upper(),  # its own, so that its ids are told from those of other shares
        fields=fields,
    )
