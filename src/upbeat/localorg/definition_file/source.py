"""Definitions as metadata source, in the layout of a Salesforce DX project: custom objects, fields, permission sets."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from upbeat.localorg.definition_file.fields import in_words, metadata
from upbeat.localorg.definition_file.model import (
    FieldAccess,
    FieldDefinition,
    FieldKind,
    ObjectAccess,
    ObjectDefinition,
    OrgDefinition,
    PermissionSetDefinition,
)

API_VERSION: Final = "67.0"
PACKAGE: Final = "sfdx-project.json"
_NAMESPACE: Final = "http://soap.sforce.com/2006/04/metadata"
_LINES: Final = 10  # of a long text on the page
_RIGHTS: Final[Mapping[ObjectAccess, str]] = {
    ObjectAccess.READ: "allowRead",
    ObjectAccess.CREATE: "allowCreate",
    ObjectAccess.EDIT: "allowEdit",
    ObjectAccess.DELETE: "allowDelete",
    ObjectAccess.VIEW_ALL: "viewAllRecords",
    ObjectAccess.MODIFY_ALL: "modifyAllRecords",
}


def sources(files: Iterable[OrgDefinition]) -> dict[str, str]:
    """Give the text of each file of a project by its path. Of a standard object only the fields are written."""
    found = {PACKAGE: _PROJECT}
    for file in files:
        for name, one in file.objects.items():
            found |= {f"force-app/main/default/objects/{name}/{path}": text for path, text in _object(name, one)}
        for name, one in file.permission_sets.items():
            found[f"force-app/main/default/permissionsets/{name}.permissionset-meta.xml"] = _permissions(name, one)
    return found


_PROJECT: Final = f"""{{
  "packageDirectories": [{{"path": "force-app", "default": true}}],
  "sourceApiVersion": "{API_VERSION}"
}}
"""


def _object(name: str, one: ObjectDefinition) -> Iterator[tuple[str, str]]:
    if name.endswith("__c"):
        label = one.label or in_words(name)
        yield (
            f"{name}.object-meta.xml",
            _document(
                "CustomObject",
                {
                    "deploymentStatus": "Deployed",
                    "enableReports": True,
                    "enableSearch": True,
                    "label": label,
                    "nameField": {"label": f"{label} Name", "type": "Text"},
                    "pluralLabel": one.plural_label or f"{label}s",
                    "sharingModel": None if one.sharing is None else str(one.sharing),
                },
            ),
        )
    for field, written in one.fields.items():
        if field.endswith("__c"):
            told = {"fullName": field, **_field(field, written)}
            yield f"fields/{field}.field-meta.xml", _document("CustomField", told)


def _field(name: str, written: FieldDefinition) -> dict[str, Any]:
    found = metadata(name, written)
    lines = {"visibleLines": _LINES} if written.type in {FieldKind.LONG_TEXT_AREA, FieldKind.HTML} else {}
    values = found.pop("valueSet", None)
    if values is None:
        return found | lines
    every = [
        {"fullName": one["valueName"], "default": one["default"], "label": one["label"] or one["valueName"]}
        for one in values["valueSetDefinition"]["value"]
    ]
    return found | {
        "valueSet": {"restricted": values["restricted"], "valueSetDefinition": {"sorted": False, "value": every}}
    }


def _permissions(name: str, one: PermissionSetDefinition) -> str:
    return _document(
        "PermissionSet",
        {
            "fieldPermissions": [
                {"editable": FieldAccess.EDIT in rights, "field": str(field), "readable": bool(rights)}
                for field, rights in one.fields.items()
            ],
            "label": one.label or in_words(name),
            "objectPermissions": [
                {**{tag: right in rights for right, tag in _RIGHTS.items()}, "object": target}
                for target, rights in one.objects.items()
            ],
        },
    )


def _document(kind: str, values: Mapping[str, Any]) -> str:
    root = Element(kind, xmlns=_NAMESPACE)
    _grow(root, values)
    indent(root, "    ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, "unicode")}\n'


def _grow(parent: Element, values: Mapping[str, Any]) -> None:
    """Put values below an element: a list as one element an item, a mapping as its children; none as nothing."""
    for name, value in values.items():
        for one in cast("list[Any]", value) if isinstance(value, list) else [value]:
            if isinstance(one, Mapping):
                _grow(SubElement(parent, name), cast("Mapping[str, Any]", one))
            elif one is not None:
                SubElement(parent, name).text = str(one).lower() if isinstance(one, bool) else str(one)
