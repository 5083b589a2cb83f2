"""A case as the line hands it to a function: an item, its record, people, and a routing pool that answers as told."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from upbeat.base import digest
from upbeat.conversation import Captured
from upbeat.domain import Change, Event, Item, Tier
from upbeat.routing import Assignment, Known, Request
from upbeat.steps import Answer, Beside, Case
from upbeat.workflows import Person

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
OWNER = "priya.shah@acme.example"
PEOPLE = {
    name: Person(name, f"005{number:012}AAA", name.partition(".")[0].capitalize(), active=active)
    for number, (name, active) in enumerate(
        [(OWNER, True), ("maya.chen@acme.example", True), ("sam.porter@acme.example", False)], 1
    )
}
IDS = {one.user_id: one for one in PEOPLE.values()}
RECORD = {
    "Opportunity": {"Id": "006000000000001AAA", "Name": "Lowell", "Risk_Flag__c": None, "Amount": 42_000},
    "Lead": {"Id": "00Q000000000001AAA", "Name": "Ruth Evans", "OwnerId": "00G000000000001AAA"},
    "Account": {"Id": "001000000000001AAA", "Name": "Havelund Fresh"},
}


def a_case(
    target: str = "Opportunity",
    *,
    answer: Answer | None = None,
    assignment: Assignment | None = None,
    taken: bool = False,
    known: Known | None = None,
    reasons: tuple[str, ...] = ("the condition held",),
    record: Mapping[str, Any] | None = None,
    captured: Captured | None = None,
    beside: Beside | None = None,
    before: Mapping[str, Any] | None = None,
    **args: Any,
) -> Case:
    whole = RECORD[target] | dict(record or {})
    event = Event("00D000000000001EAA", target, whole["Id"], Change.UPDATED, "key", NOW)

    def assign(_pool: str, _record: Mapping[str, Any], _request: Request) -> Assignment:
        if assignment is None:
            raise AssertionError("the pool is not to be asked")
        return assignment

    return Case(
        item=Item(digest(["item"]), "flow", "v" * 64, event),
        step="do",
        agent="agent",
        use="do_it",
        tier=Tier.AUTO,
        record=whole,
        reasons=reasons,
        args=args,
        now=NOW,
        owner=OWNER,
        person=lambda key: PEOPLE.get(key) or IDS.get(key),
        assign=assign,
        is_taken=lambda _pool, _record: taken,
        known=lambda _pool, _record: known or Known(),
        explain=lambda formula: formula.explain(whole, now=NOW),
        answer=answer,
        captured=captured,
        beside=beside or Beside(),
        before=before or {},
    )


@pytest.fixture
def case() -> Callable[..., Case]:
    return a_case
