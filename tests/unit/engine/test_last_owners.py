"""What tells a person and a company again, and who had them last as a pool's promises remember it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from upbeat.base import ManualClock
from upbeat.engine import promises
from upbeat.engine.last_owners import LastOwners, Trace, trace
from upbeat.routing import Had, Promised, Stage
from upbeat.store import Store

NOW = datetime(2026, 6, 8, 10, tzinfo=UTC)
JO = {"Email": "Jo@Pennant.example", "Website": "https://www.pennant.example/about"}


@pytest.mark.parametrize(
    ("other", "person", "company"),
    [
        pytest.param({"Email": " jo@pennant.example "}, True, True, id="the same address, however it is written"),
        pytest.param({"Email": "kim@pennant.example"}, False, True, id="a colleague"),
        pytest.param({"Website": "pennant.example"}, False, True, id="the company alone"),
        pytest.param({"Email": "jo@talwerk.example"}, False, False, id="another company"),
        pytest.param({}, False, False, id="nothing told"),
    ],
)
def test_a_person_is_told_by_their_address_and_a_company_by_its_domain(
    other: Mapping[str, Any], person: bool, company: bool
) -> None:
    one, two = trace(JO, "Lead", ""), trace(other, "Lead", "")
    assert (one.person == two.person, one.company == two.company) == (person, company)


@pytest.mark.parametrize("email", ["jo@gmail.com", ""])
def test_what_many_share_tells_no_company(email: str) -> None:
    assert trace({"Email": email}, "Lead", "").company == ""


def test_a_matched_account_tells_the_company_before_its_domain() -> None:
    assert trace(JO, "Lead", "001000000000001AAA").company == "001000000000001AAA"


def test_an_object_that_tells_nobody_leaves_no_trace() -> None:
    assert trace(JO, "Opportunity", "") == Trace()


GIVEN = Promised(
    id="1",
    pool="inbound",
    workflow="route",
    item_id="1",
    object="Lead",
    record_id="00Q000000000001AAA",
    owner="ann@acme.example",
    holders=("ann@acme.example",),
    stage=Stage.OPEN,
    rule="fair share",
    born_at=NOW - timedelta(days=9),
    given_at=NOW - timedelta(days=8),
    person="jo",
    company="pennant",
)


@pytest.mark.parametrize(
    ("more", "until"),
    [
        pytest.param({}, NOW - timedelta(days=8), id="when it was given"),
        pytest.param({"stage": Stage.TOUCHED, "ended_at": NOW}, NOW, id="when it was touched"),
        pytest.param({"stage": Stage.PASSED_ON, "ended_at": NOW}, None, id="never, where a person passed it on"),
        pytest.param({"stage": Stage.DECLINED}, None, id="never, where its owner declined it"),
        pytest.param({"pool": "another"}, None, id="never, in another pool"),
    ],
)
def test_somebody_had_a_person_last_until(more: dict[str, Any], until: datetime | None, store: Store) -> None:
    with store.writing() as conn:
        promises.keep(conn, [replace(GIVEN, **more)])
        found = LastOwners.read(conn, "inbound", [Trace("jo", "pennant")])
    had = [Had("ann@acme.example", until, why) for why in ("the same person", "the same company") if until]
    assert list(found.of(Trace("jo", "pennant"))) == had


def test_the_last_of_several_counts_and_what_is_given_meanwhile_is_the_last(store: Store) -> None:
    ben = replace(GIVEN, id="2", owner="ben@acme.example", given_at=NOW - timedelta(days=2), person="kim")
    with store.writing() as conn:
        promises.keep(conn, [ben, GIVEN])
        found = LastOwners.read(conn, "inbound", [Trace("jo", "pennant")])
    assert [one.user for one in found.of(Trace("jo", "pennant"))] == ["ann@acme.example", "ben@acme.example"]
    found.note(Trace("jo", "pennant"), "cleo@acme.example", NOW)
    assert {one.user for one in found.of(Trace("jo", "pennant"))} == {"cleo@acme.example"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "upbeat.db", clock=ManualClock(NOW)) as one:
        yield one
