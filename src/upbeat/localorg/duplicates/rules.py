"""Duplicate rules as an admin writes them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from upbeat.localorg.duplicates.matching import Method
from upbeat.localorg.problems import OrgError
from upbeat.schema import Field, FieldType, Schema

_MESSAGE: Final = "Use one of these records?"
_COMPARED: Final = frozenset(
    {FieldType.STRING, FieldType.EMAIL, FieldType.PHONE, FieldType.URL, FieldType.PICKLIST, FieldType.TEXTAREA}
    | {FieldType.REFERENCE, FieldType.COMBOBOX}
)


class Action(StrEnum):
    """What becomes of a save that would make a duplicate."""

    ALLOW = "Allow"
    BLOCK = "Block"


@dataclass(frozen=True, slots=True)
class Criterion:
    """Two fields that must be alike: one of the record that is saved, and one of the record it is compared with.

    They have the same name where `against` is empty. Where `match_blanks`, two blanks are alike; otherwise a blank is
    like nothing.
    """

    field: str
    method: Method = Method.EXACT
    against: str = ""
    match_blanks: bool = False


@dataclass(frozen=True, slots=True)
class MatchingRule:
    """Criteria that all hold between two duplicates. `object` is what is looked through; empty, that of the record."""

    name: str
    criteria: tuple[Criterion, ...]
    object: str = ""


@dataclass(frozen=True, slots=True)
class DuplicateRule:
    """A rule of one object: what it finds by any of its matching rules, it handles by its actions.

    Where the action allows the save, `alert` refuses it with the duplicates until the client says that it knows, and
    `report` keeps what was found in DuplicateRecordSet and DuplicateRecordItem.
    """

    object: str
    name: str
    matching: tuple[MatchingRule, ...]
    on_create: Action = Action.ALLOW
    on_update: Action = Action.ALLOW
    alert: bool = True
    report: bool = False
    message: str = _MESSAGE
    label: str = ""
    active: bool = True


def checked(schema: Schema, rules: Iterable[DuplicateRule]) -> tuple[DuplicateRule, ...]:
    """Give the rules with names as the org spells them.

    Raises OrgError where a rule compares nothing, or a field that holds no text; SchemaError for an object or field
    that there is not.
    """
    return tuple(_checked(schema, rule) for rule in rules)


def _checked(schema: Schema, rule: DuplicateRule) -> DuplicateRule:
    owner = schema.object(rule.object)
    matching: list[MatchingRule] = []
    for one in rule.matching:
        other = schema.object(one.object or owner.name)
        criteria = tuple(
            replace(
                each,
                field=_text(rule, owner.field(each.field)),
                against=_text(rule, other.field(each.against or each.field)),
            )
            for each in one.criteria
        )
        matching.append(replace(one, object=other.name, criteria=criteria))
    if not matching or not all(one.criteria for one in matching):
        raise OrgError(f"duplicate rule {rule.name} compares nothing", where=owner.name, fix="Give it a criterion.")
    return replace(rule, object=owner.name, matching=tuple(matching), label=rule.label or rule.name.replace("_", " "))


def _text(rule: DuplicateRule, field: Field) -> str:
    if field.type not in _COMPARED or field.formula:
        what = f"duplicate rule {rule.name} compares {field.name}, a field of type {field.type}"
        raise OrgError(what, where=rule.object, fix="Compare texts, mail addresses, phones, picklists or references.")
    return field.name
