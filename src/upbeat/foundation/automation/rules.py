"""Validation rules, workflow rules and Apex triggers: what the Tooling API tells of them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, cast

from upbeat.formula import FormulaError, quoted
from upbeat.formula.partial import changes_asked, named, read
from upbeat.foundation.automation.values import SAVES, Automation, Event, Moment, Setting

Told = Mapping[str, Any]

_HIDDEN: Final = frozenset({"", "(hidden)"})  # what the Tooling API gives for the code of a managed package
_USAGES: Final = {
    "UsageBeforeInsert": (Moment.BEFORE_TRIGGER, Event.CREATE),
    "UsageBeforeUpdate": (Moment.BEFORE_TRIGGER, Event.UPDATE),
    "UsageBeforeDelete": (Moment.BEFORE_TRIGGER, Event.DELETE),
    "UsageAfterInsert": (Moment.AFTER_TRIGGER, Event.CREATE),
    "UsageAfterUpdate": (Moment.AFTER_TRIGGER, Event.UPDATE),
    "UsageAfterDelete": (Moment.AFTER_TRIGGER, Event.DELETE),
    "UsageAfterUndelete": (Moment.AFTER_TRIGGER, Event.UNDELETE),
}
USAGES: Final = tuple(_USAGES)
"""The columns of ApexTrigger that say when it runs."""
_OPERATORS: Final = {
    "equals": "=",
    "notEqual": "<>",
    "greaterThan": ">",
    "greaterOrEqual": ">=",
    "lessThan": "<",
    "lessOrEqual": "<=",
}
_WORKFLOW_EVENTS: Final = {"onCreateOnly": frozenset({Event.CREATE})}
_HEADER: Final = re.compile(r"\s*(?:/\*(.*?)\*/|//([^\n]*))", re.DOTALL)
_NOT_CODE: Final = re.compile(r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'", re.DOTALL)


def of_validation(one: Automation, told: Told) -> Automation:
    """Give a validation rule whole, by its metadata."""
    when, description = str(told.get("errorConditionFormula") or ""), str(told.get("description") or "")
    return _by_formula(replace(one, moments=(Moment.VALIDATION,), when=when, description=description))


def of_workflow_rule(one: Automation, told: Told, updates: Mapping[str, Told]) -> Automation:
    """Give a workflow rule whole; `updates` are the field updates of its object by their names."""
    when, whole = _criteria(told)
    timed = [action for each in _rows(told, "workflowTimeTriggers") for action in _rows(each, "actions")]
    actions = [each for each in (*_rows(told, "actions"), *timed) if each.get("type") == "FieldUpdate"]
    names = [str(each.get("name")) for each in actions]
    lacking = [name for name in names if name not in updates]
    found = replace(
        one,
        moments=(Moment.WORKFLOW,),
        events=_WORKFLOW_EVENTS.get(str(told.get("triggerType")), SAVES),
        when=when,
        whole=whole,
        sets=tuple(_update(updates[name], one.object) for name in names if name in updates),
        description=str(told.get("description") or ""),
        unseen=f"what its field update {lacking[0]} sets was not told" if lacking else "",
    )
    return _by_formula(found)


def of_trigger(one: Automation, row: Told) -> Automation:
    """Give an Apex trigger whole, by its row, its code among it."""
    used = [place for name, place in _USAGES.items() if row.get(name)]
    body = str(row.get("Body") or "")
    code = _NOT_CODE.sub(" ", body)
    return replace(
        one,
        moments=tuple(dict.fromkeys(moment for moment, _ in used)) or (Moment.NOT_OF_A_SAVE,),
        events=frozenset(event for _, event in used),
        whole=False,  # what its code asks before it does anything is not read
        reads=tuple(dict.fromkeys(re.findall(r"\.\s*([A-Za-z]\w*)(?!\w*\s*\()", code))),
        sets=tuple(dict.fromkeys(_assigned(code, one.object))),
        description=_header(body),
        unseen="its code is hidden" if body in _HIDDEN else "",
    )


def _header(body: str) -> str:
    """Give the comment at the head of a trigger's code: where people write what it is for, and whose it is."""
    found = _HEADER.match(body)
    return "" if found is None else " ".join((found[1] or found[2] or "").replace("*", " ").split())


def _assigned(code: str, target: str) -> Iterator[Setting]:
    """Give the fields that a trigger's own code sets of the records that are saved.

    Certain are those of a variable that runs over Trigger.new; what classes do that it calls is not seen.
    """
    loops = rf"\bfor\s*\(\s*{re.escape(target)}\s+(\w+)\s*:\s*Trigger\s*\.\s*new\s*\)"
    for name in dict.fromkeys(re.findall(loops, code, re.IGNORECASE)):
        for field in re.findall(rf"\b{re.escape(name)}\s*\.\s*(\w+)\s*=(?!=)", code):
            yield Setting(target, field)


def _by_formula(one: Automation) -> Automation:
    """Add what an automation's condition names."""
    if not one.when:
        return one
    try:
        tree = read(one.when)
    except FormulaError as error:
        words = tuple(dict.fromkeys(re.findall(r"[A-Za-z]\w*", one.when)))
        return replace(one, reads=words, whole=False, unseen=f"its formula could not be read: {error.what}")
    return replace(one, reads=tuple(dict.fromkeys(named(tree))), reacts=tuple(dict.fromkeys(changes_asked(tree))))


def _criteria(told: Told) -> tuple[str, bool]:
    """Give a workflow rule's condition as a formula, and whether that is all of it."""
    if told.get("formula"):
        return str(told["formula"]), True
    items = _rows(told, "criteriaItems")
    parts = [_criterion(one) for one in items]
    known = [one for one in parts if one]
    if told.get("booleanFilter"):
        return "", False
    joined = f"AND({', '.join(known)})" if known[1:] else "".join(known)
    return joined, len(known) == len(items)


def _criterion(one: Told) -> str:
    """Write one criterion as a formula: `Opportunity.StageName equals Won,Lost` is one of the two."""
    field, sign = str(one.get("field") or "").partition(".")[2], _OPERATORS.get(str(one.get("operation") or ""))
    value = one.get("value")
    if not field or sign is None or value is None or one.get("valueField"):
        return ""
    texts = [quoted(part.strip()) for part in str(value).split(",")]
    tests = [f"{field} {sign} {text}" for text in texts]
    if len(tests) == 1:
        return tests[0]
    return f"OR({', '.join(tests)})" if sign == "=" else f"AND({', '.join(tests)})" if sign == "<>" else ""


def _update(told: Told, target: str) -> Setting:
    parent = str(told.get("targetObject") or "")
    literal = told.get("literalValue") if told.get("operation") in {None, "Literal"} else None
    return Setting(parent or target, str(told.get("field") or ""), None if literal is None else str(literal))


def _rows(told: Told, key: str) -> list[Told]:
    value = told.get(key)
    return (
        [cast("Told", one) for one in cast("list[Any]", value) if isinstance(one, Mapping)]
        if isinstance(value, list)
        else []
    )
