"""What else fires in an org when one of its records is written, as far as the org tells: read, never guessed.

Validation rules, triggers and workflow rules stand in the Tooling API, flows in FlowDefinitionView, and assignment and
duplicate rules among the records. What a user may not see of them is said by name.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from upbeat.base import encode
from upbeat.salesforce.errors import SalesforceError
from upbeat.salesforce.read import Reader, Record

_HIDDEN = "(hidden)"  # what the Tooling API gives for the code of a managed package
_EVENTS = ("BeforeInsert", "AfterInsert", "BeforeUpdate", "AfterUpdate", "AfterUndelete")
_SAVES = ("RecordBeforeSave", "RecordAfterSave")
_PROCESSES = ("Workflow", "InvocableProcess")  # ProcessType of what Process Builder made


class AutomationKind(StrEnum):
    """What fires."""

    VALIDATION_RULE = "validation rule"
    FLOW = "flow"
    TRIGGER = "Apex trigger"
    WORKFLOW_RULE = "workflow rule"
    ASSIGNMENT_RULE = "assignment rule"
    DUPLICATE_RULE = "duplicate rule"


@dataclass(frozen=True, slots=True)
class Automation:
    """One active automation on an object.

    `names` are those of the fields asked about that its formula, code or metadata names, `sets` those that it gives
    values to. `on` says in words when it runs; `unseen` why what it does could not be read, or nothing.
    """

    kind: AutomationKind
    name: str
    object: str
    on: str
    names: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    unseen: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A kind of automation that the org does not tell this user about, and why."""

    kind: AutomationKind
    object: str
    why: str


@dataclass(frozen=True, slots=True)
class Automations:
    """What fires on an object's records, and what could not be found out."""

    found: tuple[Automation, ...]
    unread: tuple[Unread, ...]


def automations(reader: Reader, target: str, fields: Iterable[str]) -> Automations:
    """Give every active automation that runs when a record of `target` is saved, with those of `fields` it is about.

    Takes a call for each kind, and one for each rule and flow.
    """
    asked = tuple(fields)
    found: list[Automation] = []
    unread: list[Unread] = []
    for kind, look in _KINDS.items():
        try:
            found += look(reader, target, asked)
        except SalesforceError as error:
            unread.append(Unread(kind, target, error.what))
    return Automations(tuple(found), tuple(unread))


def _validation_rules(reader: Reader, target: str, fields: tuple[str, ...]) -> Iterator[Automation]:
    where = "Active = true AND EntityDefinition.QualifiedApiName = :object"
    for row in reader.tooling(f"SELECT Id, ValidationName FROM ValidationRule WHERE {where}", {"object": target}):  # noqa: S608  our own text
        told = _metadata(reader, "ValidationRule", row["Id"])
        formula = str(told.get("errorConditionFormula") or "")
        yield Automation(
            AutomationKind.VALIDATION_RULE, row["ValidationName"], target, "every save", _named(fields, formula)
        )


def _flows(reader: Reader, target: str, fields: tuple[str, ...]) -> Iterator[Automation]:
    known = _known_as(reader, target)
    columns = "ApiName, ProcessType, TriggerType, RecordTriggerType, TriggerObjectOrEventId, ActiveVersionId"
    for row in reader.query(f"SELECT {columns} FROM FlowDefinitionView WHERE IsActive = true"):  # noqa: S608  our own text
        starts = row["TriggerType"] in _SAVES and row["TriggerObjectOrEventId"] in known
        if not starts and row["ProcessType"] not in _PROCESSES:
            continue
        told = _metadata(reader, "Flow", row["ActiveVersionId"])
        text = encode(told)
        if not starts and not _named((target,), text):
            continue
        when = row["TriggerType"] == "RecordBeforeSave"
        on = f"{'before' if when else 'after'} {_changes(row['RecordTriggerType'])}" if starts else "a process"
        yield Automation(
            AutomationKind.FLOW, row["ApiName"], target, on, _named(fields, text), tuple(_flow_sets(told, target))
        )


def _triggers(reader: Reader, target: str, fields: tuple[str, ...]) -> Iterator[Automation]:
    events = ", ".join(f"Usage{one}" for one in _EVENTS)
    text = f"SELECT Name, Body, {events} FROM ApexTrigger WHERE Status = 'Active' AND TableEnumOrId IN :known"  # noqa: S608  our own text
    for row in reader.tooling(text, {"known": _known_as(reader, target)}):
        on = ", ".join(_words(one) for one in _EVENTS if row[f"Usage{one}"])
        body = str(row["Body"] or "")
        unseen = "its code is hidden" if body in {"", _HIDDEN} else ""
        yield Automation(AutomationKind.TRIGGER, row["Name"], target, on, _named(fields, body), unseen=unseen)


def _workflow_rules(reader: Reader, target: str, fields: tuple[str, ...]) -> Iterator[Automation]:
    text = "SELECT Id, Name FROM WorkflowRule WHERE TableEnumOrId IN :known"
    for row in reader.tooling(text, {"known": _known_as(reader, target)}):
        told = _metadata(reader, "WorkflowRule", row["Id"])
        if told.get("active") is not False:
            unseen = "what its field updates set stands in Setup" if _of(told, "actions") else ""
            named = _named(fields, encode(told))
            yield Automation(AutomationKind.WORKFLOW_RULE, row["Name"], target, "every save", named, unseen=unseen)


def _assignment_rules(reader: Reader, target: str, fields: tuple[str, ...]) -> Iterator[Automation]:
    text = "SELECT Name FROM AssignmentRule WHERE Active = true AND SobjectType = :object"
    for row in reader.query(text, {"object": target}):
        named = _named(fields, "OwnerId")
        on = "saves that ask for it, as the web form's do"
        yield Automation(AutomationKind.ASSIGNMENT_RULE, row["Name"], target, on, named, sets=("OwnerId",))


def _duplicate_rules(reader: Reader, target: str, _fields: tuple[str, ...]) -> Iterator[Automation]:
    text = "SELECT DeveloperName FROM DuplicateRule WHERE IsActive = true AND SobjectType = :object"
    for row in reader.query(text, {"object": target}):
        yield Automation(AutomationKind.DUPLICATE_RULE, row["DeveloperName"], target, "every save")


_Look = Callable[[Reader, str, tuple[str, ...]], Iterator[Automation]]
_KINDS: Mapping[AutomationKind, _Look] = {
    AutomationKind.VALIDATION_RULE: _validation_rules,
    AutomationKind.FLOW: _flows,
    AutomationKind.TRIGGER: _triggers,
    AutomationKind.WORKFLOW_RULE: _workflow_rules,
    AutomationKind.ASSIGNMENT_RULE: _assignment_rules,
    AutomationKind.DUPLICATE_RULE: _duplicate_rules,
}


def _known_as(reader: Reader, target: str) -> list[str]:
    """Give what the Tooling API may know an object by: its name, and a custom object's id."""
    text = "SELECT DurableId FROM EntityDefinition WHERE QualifiedApiName = :object"
    return [target, *(str(row["DurableId"]) for row in reader.tooling(text, {"object": target}))]


def _metadata(reader: Reader, kind: str, identity: str) -> Record:
    """Give one component's metadata, which the Tooling API tells of one at a time."""
    rows = reader.tooling(f"SELECT Metadata FROM {kind} WHERE Id = :id", {"id": identity})  # noqa: S608  a name of ours
    return (rows[0]["Metadata"] or {}) if rows else {}


def _flow_sets(told: Record, target: str) -> Iterator[str]:
    """Give the fields that a flow gives values to, of the record that started it."""
    for update in _of(told, "recordUpdates"):
        if update.get("inputReference") == "$Record" or update.get("object") == target:
            yield from (str(one["field"]) for one in _of(update, "inputAssignments") if one.get("field"))
    for assignment in _of(told, "assignments"):
        for one in _of(assignment, "assignmentItems"):
            start, _, field = str(one.get("assignToReference") or "").partition(".")
            if start == "$Record" and field:
                yield field


def _of(told: Record, key: str) -> list[Record]:
    found = told.get(key)
    rows = cast("list[Any]", found) if isinstance(found, list) else []
    return [cast("Record", one) for one in rows if isinstance(one, dict)]


def _named(fields: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Give the fields that a text names as whole words, without minding case."""
    words = {word.casefold() for word in re.findall(r"\w+", text)}
    return tuple(one for one in fields if one.casefold() in words)


def _changes(record_trigger: str | None) -> str:
    return {"Create": "create", "Update": "update"}.get(record_trigger or "", "create or update")


def _words(event: str) -> str:
    return " ".join(re.findall(r"[A-Z][a-z]+", event)).lower()
