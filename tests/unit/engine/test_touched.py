"""A record that we made is ours to delete only while nobody has had to do with it."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from upbeat import soql
from upbeat.base import ManualClock
from upbeat.engine import Created, touched
from upbeat.localorg import LocalOrg, sample

pytestmark = pytest.mark.law(8)

WRITER, MAYA = "upbeat.writer@acme.example", "maya.chen@acme.example"


class Org:
    """An org in which Upbeat's user has made a deal."""

    def __init__(self, org: LocalOrg, ids: Mapping[str, str], clock: ManualClock) -> None:
        self.org, self.ids, self.clock = org, ids, clock
        self.deal = self.create("Opportunity", WRITER, Name="Lowell", StageName="Prospecting", CloseDate="2027-01-31")

    def create(self, name: str, by: str, **values: Any) -> str:
        (saved,) = self.org.create(name, [values], self.ids[by])
        assert saved.ok, saved.errors
        return saved.id

    def found(self, *also: Created) -> str:
        def query(text: str, binds: Mapping[str, Any]) -> list[dict[str, Any]]:
            return self.org.query(str(soql.parse(text).fill(binds)), self.ids[WRITER])

        made = [Created("Opportunity", self.deal), *also]
        touch = touched(query, self.org.schema, made).get(self.deal)
        return "" if touch is None else touch.words({self.ids[MAYA]: "Maya Chen"})


@pytest.fixture
def org() -> Iterator[Org]:
    clock = ManualClock(sample.NOW)
    with closing(LocalOrg(":memory:", clock=clock, time_zone=sample.TIME_ZONE)) as org:
        ids = sample.set_up(org)
        yield Org(org, ids, clock)


def test_what_nobody_touched_is_ours(org: Org) -> None:
    org.clock.advance(timedelta(days=1))
    assert org.found() == ""


def test_what_somebody_changed_is_no_longer_ours(org: Org) -> None:
    org.clock.advance(timedelta(hours=1))
    org.org.update("Opportunity", [{"Id": org.deal, "NextStep": "Call"}], org.ids[MAYA])
    assert org.found() == "it was changed by Maya Chen on 16 Nov 2026 07:00 UTC"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Task", {"Subject": "Call", "Status": "Not Started", "Priority": "Normal"}),
        ("Event", {"Subject": "Meet", "DurationInMinutes": 30, "ActivityDateTime": "2026-11-17T09:00:00Z"}),
    ],
)
def test_an_activity_that_somebody_put_to_it_holds_it(org: Org, name: str, values: dict[str, Any]) -> None:
    org.clock.advance(timedelta(hours=1))
    org.create(name, MAYA, WhatId=org.deal, **values)
    assert org.found() == f"a {name} was put to it by Maya Chen on 16 Nov 2026 07:00 UTC"


def test_what_goes_back_with_it_does_not_hold_it(org: Org) -> None:
    org.clock.advance(timedelta(hours=1))
    task = org.create("Task", WRITER, Subject="Call", Status="Not Started", Priority="Normal", WhatId=org.deal)
    assert "a Task was put to it" in org.found()
    assert org.found(Created("Task", task)) == ""


def test_what_a_flow_made_in_the_same_second_does_not_hold_it(org: Org) -> None:
    org.create("Task", WRITER, Subject="Call", Status="Not Started", Priority="Normal", WhatId=org.deal)
    assert org.found() == ""


def test_a_record_that_is_gone_is_left_out(org: Org) -> None:
    org.org.delete([org.deal], org.ids[MAYA])
    assert org.found() == ""
