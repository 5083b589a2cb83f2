"""Another threshold, or another condition: on which records it would fire then, and on which it does now.

Both are asked about the same records, as they are now, so what differs differs by the value alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from upbeat import formula
from upbeat.base.files import Plain
from upbeat.domain import Change, Event, Firing, Item, Record
from upbeat.formula import Formula, FormulaError
from upbeat.operations.building import WorkflowDraft, change, find_draft
from upbeat.operations.house import House, Refused
from upbeat.operations.tracing.scope import EVERYTHING, Scope, holders
from upbeat.schema import Object
from upbeat.timeline import fetch
from upbeat.triggers import evaluate, scope_values
from upbeat.workflows import Workflow, no_condition, not_given

MOST = 1_000
"""Records that are looked at, those that changed last: five queries of fields, and five of each signal."""

_CHUNK = 200
_EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class Tried:
    """A threshold, what it is, and what was tried in its place."""

    name: str
    was: str
    value: str


@dataclass(frozen=True, slots=True)
class Differs:
    """A record on which the two differ, and why, by the value that was tried."""

    record_id: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change would do, of `looked_at` records: how many fire now, and how many would.

    `when` is the new condition, empty where it is as it was. `whole` is whether those are all that may fire; else they
    are the ones that changed last. `more` and `fewer` are examples of those that would fire too, and no more; `gained`
    and `lost` count them all.
    """

    workflow: str
    object: str
    tried: tuple[Tried, ...]
    when: str
    looked_at: int
    whole: bool
    now: int
    then: int
    gained: int
    lost: int
    more: tuple[Differs, ...]
    fewer: tuple[Differs, ...]


def effect(house: House, name: str, values: Mapping[str, str], when: str = "", scope: Scope = EVERYTHING) -> Effect:
    """Say what other values of thresholds, or another condition, would change on a scope's records. Nothing is written.

    Raises Refused for a wrong name or value, FormulaError where the condition does not hold, SalesforceError.
    """
    flow = house.workflow(name)
    condition = _condition(flow, when) if when.strip() else flow.when
    if flow.when.prior or condition.prior:
        fix = "Test a draft on real records instead: it sees each at its newest change."
        raise Refused(f"{name} asks what a field was before a change, which no record as it is now says", fix=fix)
    tried = {one: _read(flow, one, text) for one, text in values.items()}
    signals = {one.removeprefix("$Signal.") for one in condition.globals if one.startswith("$Signal.")}
    other = replace(
        flow,
        thresholds={**flow.thresholds, **tried},
        when=condition,
        fields=tuple(sorted({*flow.fields, *condition.fields})),
        signals=tuple(sorted({*flow.signals, *signals})),
    )
    at, target = house.clock.now(), house.get_schema().object(flow.object)
    ids, whole = _candidates(house, flow, other, at, scope)
    found = list(_judged(house, flow, other, target, ids, at))
    more = [told for told, before, after in found if after and not before]
    fewer = [told for told, before, after in found if before and not after]
    return Effect(
        workflow=name,
        object=flow.object,
        when="" if condition.canonical == flow.when.canonical else condition.canonical,
        tried=tuple(Tried(one, str(flow.thresholds[one]), str(value)) for one, value in tried.items()),
        looked_at=len(ids),
        whole=whole,
        now=sum(before for _, before, _ in found),
        then=sum(after for _, _, after in found),
        gained=len(more),
        lost=len(fewer),
        more=tuple(more[:_EXAMPLES]),
        fewer=tuple(fewer[:_EXAMPLES]),
    )


def tuned(house: House, name: str, values: Mapping[str, str], when: str, why: str, by: str) -> WorkflowDraft:
    """Put other thresholds, or another condition, into the draft of a workflow's file; publishing it is another step.

    `why` says where the new values come from, in place of what the file says of the old ones. Raises Refused where
    nothing is tried, for a wrong name or value and whoever may not build; FormulaError as `effect` does; StaleError.
    """
    flow = house.workflow(name)
    tried = {one: _plain(_read(flow, one, text)) for one, text in values.items()}
    if when.strip():
        _condition(flow, when)
    if not (tried or when.strip()):
        raise Refused("nothing else was tried", fix="Write another value, or another condition, first.")
    if tried and not why.strip():
        raise Refused("a threshold needs its reason", fix="Say where the new value comes from.")
    draft = find_draft(house, name)
    if draft is None:
        raise Refused(f"the file of {name} is gone", fix="Bring back a version of it: Versions.")

    def with_them(said: Mapping[str, Any]) -> Mapping[str, Any]:
        thresholds = {one: {**each} for one, each in said.get("thresholds", {}).items()}
        for one, value in tried.items():
            thresholds[one] = {**thresholds.get(one, {}), "value": value, "why": Plain(why.strip())}
        trigger = {**said["trigger"], **({"when": when.strip() + "\n"} if when.strip() else {})}
        return {**said, **({"thresholds": thresholds} if thresholds else {}), "trigger": trigger}

    return change(house, name, draft.revision, with_them, "tuned", by)


def _plain(value: Any) -> Any:
    """Give a value as a file has it: a whole number without a point."""
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


def _condition(flow: Workflow, text: str) -> Formula:
    """Compile a condition over what the workflow's own may name."""
    found = formula.compile(text, flow.when.scope)
    if wrong := not_given(found, flow.when.scope) or no_condition(found):
        raise FormulaError(wrong[0], text=text, at=None, fix=wrong[1])
    return found


def _read(flow: Workflow, name: str, text: str) -> Any:
    """Read a threshold's value as one of its kind."""
    if name not in flow.thresholds:
        known = ", ".join(flow.thresholds) or "none"
        raise Refused(f"{flow.name} has no threshold {name}", fix=f"It has: {known}.")
    was = flow.thresholds[name]
    if isinstance(was, bool):
        if text.casefold() not in {"true", "false"}:
            raise Refused(f"{name} is true or false, and {text!r} is neither", fix="Write true or false.")
        return text.casefold() == "true"
    if isinstance(was, str):
        return text
    try:
        value = Decimal(text.replace(",", "").strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise Refused(f"{name} is a number, and {text!r} is none", fix="Write it as 50000 or 0.25.")
    return value


def _candidates(house: House, flow: Workflow, other: Workflow, at: datetime, scope: Scope) -> tuple[list[str], bool]:
    """Give the records for which either may hold, those that changed last, and whether that is all of them.

    Of a scope are those that its people own in the org; where records have no owner of their own, none.
    """
    owners = holders(house, scope)
    if scope.people is not None and not (owners and house.get_schema().object(flow.object).has("OwnerId")):
        return [], True
    asked = [one.when.to_soql(scope_values(one, {}), now=at).where for one in (flow, other)]
    holds = [f"(({asked[0]}) OR ({asked[1]}))"] if all(asked) else []
    theirs = [] if scope.people is None else ["OwnerId IN :owners"]
    where = f" WHERE {' AND '.join([*theirs, *holds])}" if theirs or holds else ""
    text = f"SELECT Id FROM {flow.object}{where} ORDER BY SystemModstamp DESC, Id LIMIT {MOST + 1}"  # noqa: S608  our own text
    ids = [row["Id"] for row in house.query(text, {"owners": owners} if theirs else {})]
    return ids[:MOST], len(ids) <= MOST


def _judged(
    house: House, flow: Workflow, other: Workflow, target: Object, ids: Sequence[str], at: datetime
) -> Iterator[tuple[Differs, bool, bool]]:
    """Give each record, and whether either fires on it."""
    called = target.name_field.name if target.name_field else "Id"
    names = ", ".join(sorted({"Id", called, *other.fields}))
    for start in range(0, len(ids), _CHUNK):
        some = list(ids[start : start + _CHUNK])
        rows = house.query(f"SELECT {names} FROM {flow.object} WHERE Id IN :ids", {"ids": some})  # noqa: S608  names of the schema
        signals = fetch(other.signals, flow.object, some, house.query)
        for row in rows:
            seen = signals.get(row["Id"], {})
            before, _ = _fires(flow, row, seen, at)
            after, why = _fires(other, row, seen, at)
            yield Differs(row["Id"], str(row.get(called) or row["Id"]), why), before, after


def _fires(flow: Workflow, record: Record, signals: Record, at: datetime) -> tuple[bool, str]:
    event = Event("", flow.object, record["Id"], Change.DUE, "", at)
    found = evaluate(Item("", flow.name, flow.version, event), flow, record, signals, at)
    return (True, found.reason) if isinstance(found, Firing) else (False, found.why)
