"""Flows and processes: what their metadata says, in the words of Salesforce's Metadata API.

A flow's `start` says what starts it and its entry condition; a process (what Process Builder made) names its object in
`processMetadataValues`, and the record that started it is its variable `myVariable_current`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, cast

from upbeat.formula import FormulaError, quoted
from upbeat.formula.partial import changes_asked, named, read
from upbeat.foundation.automation.values import SAVES, Automation, Event, Kind, Moment, Setting

Told = Mapping[str, Any]

PROCESSES: Final = frozenset({"Workflow", "InvocableProcess"})
"""ProcessType of what Process Builder made."""

_EVENTS: Final = {
    "Create": frozenset({Event.CREATE}),
    "Update": frozenset({Event.UPDATE}),
    "Delete": frozenset({Event.DELETE}),
    "onCreateOnly": frozenset({Event.CREATE}),
}
_MOMENTS: Final = {
    "RecordBeforeSave": Moment.BEFORE_FLOW,
    "RecordBeforeDelete": Moment.BEFORE_FLOW,
    "RecordAfterSave": Moment.AFTER_FLOW,
}
_OWN: Final = ("$Record", "myVariable_current")
_OPERATORS: Final = {
    "EqualTo": "=",
    "NotEqualTo": "<>",
    "GreaterThan": ">",
    "GreaterThanOrEqualTo": ">=",
    "LessThan": "<",
    "LessThanOrEqualTo": "<=",
}


def of_flow(one: Automation, told: Told, row: Told) -> Automation:
    """Give a flow or a process whole, by its metadata and its row of FlowDefinitionView."""
    start = _inside(told, "start")
    target = str(start.get("object") or "") or _process_value(told, "ObjectType") or one.object
    trigger = str(start.get("triggerType") or row.get("TriggerType") or "")
    is_process = one.kind is Kind.PROCESS
    moment = Moment.PROCESS if is_process and target else _MOMENTS.get(trigger, Moment.NOT_OF_A_SAVE)
    if moment is Moment.AFTER_FLOW and _only_async(start):
        moment = Moment.AFTER_COMMIT
    recorded = start.get("recordTriggerType") or row.get("RecordTriggerType") or _process_value(told, "TriggerType")
    when, whole = _condition(start)
    return replace(
        one,
        object=target if moment else "",
        moments=(moment,),
        events=_EVENTS.get(str(recorded), SAVES),
        when=when,
        whole=whole and not is_process,
        reacts=_reacts(start, when),
        reads=tuple(dict.fromkeys([*_names(when), *_references(told)])),
        sets=tuple(dict.fromkeys(settings(told, target))),
        refuses=bool(_rows(told, "customErrors")),
        description=str(row.get("Description") or told.get("description") or ""),
    )


def settings(told: Told, target: str) -> Iterator[Setting]:
    """Give what a flow gives values to: of the record that started it, which is of `target`, and of others."""
    kinds = _variables(told)
    for update in (*_rows(told, "recordUpdates"), *_rows(told, "recordCreates")):
        where = str(update.get("inputReference") or "")
        found = _object_of(where, target, kinds) if where else str(update.get("object") or "")
        for one in _rows(update, "inputAssignments"):
            if one.get("field") and found:
                yield Setting(found, str(one["field"]), _literal(one.get("value")))
    for assignment in _rows(told, "assignments"):
        for one in _rows(assignment, "assignmentItems"):
            head, _, name = str(one.get("assignToReference") or "").partition(".")
            found = _object_of(head, target, kinds)
            if name and found and "." not in name:
                yield Setting(found, name, _literal(one.get("value")) if one.get("operator") == "Assign" else None)


def _object_of(reference: str, target: str, kinds: Mapping[str, str]) -> str:
    head, _, rest = reference.partition(".")
    return (target if head in _OWN else kinds.get(head, "")) if not rest else ""


def _variables(told: Told) -> dict[str, str]:
    """Give the objects of a flow's record variables and of what its lookups found."""
    found = {str(one.get("name")): str(one.get("objectType") or "") for one in _rows(told, "variables")}
    return found | {str(one.get("name")): str(one.get("object") or "") for one in _rows(told, "recordLookups")}


def _condition(start: Told) -> tuple[str, bool]:
    """Give a flow's entry condition as a formula, and whether that is all of it."""
    formula = str(start.get("filterFormula") or "")
    if formula:
        return formula, True
    parts = [_filter(one) for one in _rows(start, "filters")]
    known = [one for one in parts if one]
    logic = str(start.get("filterLogic") or "and").casefold()
    if not parts:
        return "", True
    if logic == "or" and len(known) == len(parts):
        return f"OR({', '.join(known)})" if known[1:] else known[0], True
    if logic != "and":  # a pattern of its own, such as 1 AND (2 OR 3)
        return "", False
    joined = f"AND({', '.join(known)})" if known[1:] else "".join(known)
    return joined, len(known) == len(parts)


def _filter(one: Told) -> str:
    field, operator, value = str(one.get("field") or ""), str(one.get("operator") or ""), one.get("value")
    text = _literal(value)
    if operator == "IsChanged":
        return f"ISCHANGED({field})" if text == "true" else f"NOT(ISCHANGED({field}))"
    if operator in {"IsNull", "IsBlank"}:
        return f"ISBLANK({field})" if text == "true" else f"NOT(ISBLANK({field}))"
    sign = _OPERATORS.get(operator)
    if sign is None or text is None:
        return ""
    kinds = set(cast("Told", value)) if isinstance(value, Mapping) else set[str]()
    plain = bool(kinds & {"numberValue", "booleanValue"})
    return f"{field} {sign} {text.upper() if plain else quoted(text)}"


def _reacts(start: Told, when: str) -> tuple[str, ...]:
    """Give the fields whose change starts a flow."""
    if start.get("doesRequireRecordChangedToMeetCriteria"):
        return tuple(dict.fromkeys(_names(when)))
    try:
        return tuple(dict.fromkeys(changes_asked(read(when)))) if when else ()
    except FormulaError:
        return ()


def _names(when: str) -> tuple[str, ...]:
    try:
        return tuple(dict.fromkeys(named(read(when)))) if when else ()
    except FormulaError:
        return tuple(dict.fromkeys(re.findall(r"\$Record(?:__Prior)?\.(\w+)", when)))


def _references(told: Any) -> Iterator[str]:
    """Give the fields of the starting record that a flow's metadata refers to, wherever it does."""
    if isinstance(told, str):
        yield from re.findall(rf"(?:{'|'.join(map(re.escape, _OWN))}|\$Record__Prior)\.(\w+)", told)
    elif isinstance(told, Mapping):
        for one in cast("Told", told).values():
            yield from _references(one)
    elif isinstance(told, list):
        for one in cast("list[Any]", told):
            yield from _references(one)


def _only_async(start: Told) -> bool:
    """Whether all that a flow does comes after the commit: it has scheduled or asynchronous paths, and no other."""
    return bool(_rows(start, "scheduledPaths")) and not start.get("connector")


def _literal(value: Any) -> str | None:
    """Give a value as text where it is written out; None where it is worked out."""
    if not isinstance(value, Mapping):
        return None
    told = cast("Told", value)
    for key in ("stringValue", "numberValue", "dateValue", "dateTimeValue"):
        if told.get(key) is not None:
            text = str(told[key])
            return None if "{!" in text else text
    flag = told.get("booleanValue")
    return None if flag is None else str(flag).lower()


def _process_value(told: Told, name: str) -> str:
    rows = _rows(told, "processMetadataValues")
    return next((_literal(one.get("value")) or "" for one in rows if one.get("name") == name), "")


def _inside(told: Told, key: str) -> Told:
    value = told.get(key)
    return cast("Told", value) if isinstance(value, Mapping) else {}


def _rows(told: Told, key: str) -> list[Told]:
    value = told.get(key)
    return (
        [cast("Told", one) for one in cast("list[Any]", value) if isinstance(one, Mapping)]
        if isinstance(value, list)
        else []
    )
