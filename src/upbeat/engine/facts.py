"""What a suggested change rests on, and whether that is still so when a person has answered."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from upbeat.apply import same
from upbeat.base import shown
from upbeat.domain import Proposal, Record
from upbeat.engine.items import Work
from upbeat.review import Review
from upbeat.review import State as Answered
from upbeat.schema import FieldType, Schema
from upbeat.workflows import Workflow

_LISTED = frozenset({FieldType.PICKLIST, FieldType.MULTIPICKLIST, FieldType.BOOLEAN})


def rests_on(work: Work, workflow: Workflow, schema: Schema) -> dict[str, Any]:
    """Give what the condition read of the record, by path.

    Left out is what the org calculates: that may change with the time alone, and the condition is asked again anyway.
    What later steps suggest rests on what the earlier ones wrote, so the condition's values are none of it.
    """
    if work.step or work.progress.is_apart:
        return {}
    known, record = schema.object(workflow.object), work.progress.record or {}
    paths = sorted(workflow.when.fields)
    return {path: value_at(record, path) for path in paths if not (known.has(path) and known.field(path).formula)}


def moves_of(proposals: Sequence[Proposal], schema: Schema) -> list[tuple[str, str, str]]:
    """Give every move from one listed value of a field to another: a picklist, or a box that is ticked or not."""
    return sorted(
        (f"{one.object}.{name}", shown(one.before.get(name)), shown(value))
        for one in proposals
        if schema.has(one.object)
        for name, value in one.after.items()
        if schema.object(one.object).has(name) and schema.object(one.object).field(name).type in _LISTED
    )


def outdated(review: Review, work: Work) -> str:
    """Say what has changed since a change was suggested, in words; nothing where its facts are as they were.

    The item's own record counts, as it is now. What is written to other records is compared where it is written, and
    what a rollback takes back as well.
    """
    if work.progress.undo:
        return ""
    if review.state is Answered.OUTDATED:
        return review.note
    return moved(review.body.rests_on, review.body.proposals, review.record_id, work.progress.record or {})


def moved(rests_on: Mapping[str, Any], proposals: Sequence[Proposal], record_id: str, record: Record) -> str:
    """Say in words what of these facts, and of what proposals found on the record, is otherwise now."""
    was = dict(rests_on)
    for one in proposals:
        if one.record_id == record_id:
            was |= {name: value for name, value in one.before.items() if name in record}
    other = {name: value for name, value in was.items() if not same(value_at(record, name), value)}
    return "; ".join(
        f"{name} was {shown(value)} when this was suggested and is {shown(value_at(record, name))} now"
        for name, value in other.items()
    )


def value_at(record: Record, path: str) -> Any:
    """Give what stands at a dotted path of a record, such as `Account.Industry`; nothing where a parent is missing."""
    found: Any = record
    for name in path.split("."):
        found = cast("Mapping[str, Any]", found).get(name) if isinstance(found, Mapping) else None
    return found
