"""Describe, as the user who asks may see and change what is described."""

from dataclasses import replace
from typing import Any

from upbeat.localorg.rights.grants import Can
from upbeat.localorg.rights.places import permissionable
from upbeat.localorg.rights.reach import Reach
from upbeat.schema import Field, Object, render, summary


def described(one: Object, reach: Reach, version: str) -> dict[str, Any]:
    """Give the describe result of an object that the user reads, `one` being the object as the user sees it."""
    rights = reach.rights.on(one.name)
    creates, edits = bool(rights.can & Can.CREATE), bool(rights.can & Can.EDIT)
    fields = dict[str, Field]()
    for name, field in one.fields.items():
        free = name not in rights.fixed
        createable, updateable = field.createable and creates and free, field.updateable and edits and free
        same = createable == field.createable and updateable == field.updateable
        fields[name] = field if same else replace(field, createable=createable, updateable=updateable)
    found = render(replace(one, fields=fields), reach.schema, version) | listed(one, reach, version)
    for field in found["fields"]:
        field["permissionable"] = permissionable(one, one.field(field["name"]))
    return found


def listed(one: Object, reach: Reach, version: str) -> dict[str, Any]:
    """Give an object's row in the list of all objects."""
    can, found = reach.rights.on(one.name).can, summary(one, version)
    needed = {
        "createable": Can.CREATE,
        "updateable": Can.EDIT,
        "deletable": Can.DELETE,
        "undeletable": Can.DELETE,
        "mergeable": Can.DELETE,
    }
    return found | {key: found[key] and bool(can & flag) for key, flag in needed.items()}
