"""A suggested change and the org as it is: what each field was when it was suggested, would become, and is now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from upbeat.apply import same
from upbeat.base import shown
from upbeat.domain import Proposal, Record, Snapshot, Verb
from upbeat.engine import value_at
from upbeat.operations.house import House
from upbeat.review import Review


class Side(StrEnum):
    """Who has moved a field since a change of it was suggested."""

    NOBODY = "as it was"
    THE_ORG = "changed since"
    BOTH = "has the suggested value already"
    FACT = "the condition read it, and it has changed since"
    GONE = "the record is gone"

    @property
    def is_fact(self) -> bool:
        """Whether it is something that the condition read and the change leaves as it is."""
        return self is Side.FACT


@dataclass(frozen=True, slots=True)
class ThreeWay:
    """One field of one record in three states. A fact that the condition read has no suggested value."""

    object: str
    record_id: str
    field: str
    was: Any
    suggested: Any
    now: Any
    side: Side
    by: str = ""  # who changed the record last, where somebody did and the org says

    @property
    def moved(self) -> bool:
        """Whether the org is no longer as it was."""
        return self.side is not Side.NOBODY


def three_ways(house: House, found: Review) -> tuple[ThreeWay, ...]:
    """Compare an open suggested change with the org as it is now: its fields first, then the facts it rests on.

    A create has nothing to compare, nor has a message. Raises SalesforceError where the org does not answer.
    """
    told: list[ThreeWay] = []
    for one in found.body.proposals:
        if one.records:
            told += [each for found in one.records for each in _of_snapshot(house, one, found)]
        elif one.record_id and one.verb is not Verb.SEND and one.before:
            told += _of_proposal(house, one)
    if found.body.rests_on:
        changed = {field for one in found.body.proposals if one.record_id == found.record_id for field in one.before}
        told += _of_facts(house, found, [path for path in found.body.rests_on if path not in changed])
    return tuple(told)


def moved_since(house: House, found: Review) -> tuple[ThreeWay, ...]:
    """Give only what is no longer as it was when the change was suggested."""
    return tuple(one for one in three_ways(house, found) if one.moved)


def words(moved: Sequence[ThreeWay]) -> str:
    """Say in a sentence what has changed, and by whom."""
    if gone := next((one for one in moved if one.side is Side.GONE), None):
        return f"{gone.object} {gone.record_id} is gone"
    return "; ".join(
        f"{one.field} was {shown(one.was)} when this was suggested and is {shown(one.now)} now"
        f"{f', as {one.by} left it' if one.by else ''}"
        for one in moved
    )


def _of_proposal(house: House, one: Proposal) -> Iterator[ThreeWay]:
    names = sorted(one.before)
    row = _read(house, one.object, one.record_id, names)
    for name in names:
        was, suggested = one.before[name], one.after.get(name)
        if row is None:
            yield ThreeWay(one.object, one.record_id, name, was, suggested, None, Side.GONE)
            continue
        now = row.get(name)
        if same(now, was):
            side, by = Side.NOBODY, ""
        else:
            side, by = Side.BOTH if same(now, suggested) else Side.THE_ORG, _last(row)
        yield ThreeWay(one.object, one.record_id, name, was, suggested, now, side, by)


def _of_snapshot(house: House, one: Proposal, found: Snapshot) -> Iterator[ThreeWay]:
    """Give what has moved of one record that a merge or a conversion reaches, and the fields that it sets."""
    row = _read(house, found.object, found.record_id, sorted(found.values))
    sets: Record = one.after if found.record_id == one.record_id else {}
    if row is None:
        yield ThreeWay(found.object, found.record_id, "Id", found.record_id, None, None, Side.GONE)
        return
    for name, was in sorted(found.values.items()):
        moved = not same(row.get(name), was)
        if moved or name in sets:
            side, by = (Side.THE_ORG, _last(row)) if moved else (Side.NOBODY, "")
            yield ThreeWay(found.object, found.record_id, name, was, sets.get(name), row.get(name), side, by)


def _of_facts(house: House, found: Review, paths: Sequence[str]) -> Iterator[ThreeWay]:
    row = _read(house, found.object, found.record_id, paths) if paths else None
    for path in paths:
        was, now = found.body.rests_on[path], value_at(row or {}, path)
        if row is None:
            yield ThreeWay(found.object, found.record_id, path, was, None, None, Side.GONE)
        elif same(now, was):
            yield ThreeWay(found.object, found.record_id, path, was, None, now, Side.NOBODY)
        else:
            yield ThreeWay(found.object, found.record_id, path, was, None, now, Side.FACT, _last(row))


def _read(house: House, target: str, record_id: str, paths: Sequence[str]) -> Record | None:
    schema = house.get_schema()
    audited = schema.has(target) and schema.object(target).has("LastModifiedById")
    names = ", ".join(dict.fromkeys(["Id", *paths, *(["LastModifiedBy.Name"] if audited else [])]))
    rows = house.query(f"SELECT {names} FROM {target} WHERE Id = :id", {"id": record_id})  # noqa: S608  from the schema
    return rows[0] if rows else None


def _last(row: Record) -> str:
    return str(value_at(row, "LastModifiedBy.Name") or "")
