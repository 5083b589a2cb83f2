"""The audit of the foundation, from its plan to what is kept of it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from upbeat import operations
from upbeat.foundation import CHECKS, Status
from upbeat.operations import Refused
from upbeat.operations.auditing import keeping
from upbeat.testing import House

ADMIN = "priya.shah@acme.example"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(year=True) as made:
        yield made


def calls(house: House) -> int:
    return house.space.house.get_reader().session.calls


def test_an_audit_reads_and_changes_nothing_in_the_org(house: House) -> None:
    before = house.query("SELECT Id, SystemModstamp FROM Opportunity ORDER BY Id")
    done = operations.audit(house.space.house, operations.plan_audit(house.space.house))
    assert not done.not_ended
    assert house.written() == []
    assert house.query("SELECT Id, SystemModstamp FROM Opportunity ORDER BY Id") == before


def test_it_takes_no_more_calls_than_it_said(house: House) -> None:
    planned = operations.plan_audit(house.space.house)
    before = calls(house)
    done = operations.audit(house.space.house, planned)
    assert calls(house) - before <= planned.plan.calls
    assert done.calls <= done.planned


def test_where_calls_run_out_it_says_which_checks_did_not_end_and_guesses_nothing(house: House) -> None:
    done = operations.audit(house.space.house, operations.plan_audit(house.space.house), calls=1)
    assert done.not_ended
    assert {one.check for one in done.not_ended} <= {one.name for one in CHECKS}
    assert not done.findings
    assert not [one for one in done.items if one.status is Status.PASSES and one.measures == () and not one.attested]


def test_the_last_one_is_kept_with_who_asked_and_entered_in_the_ledger(house: House) -> None:
    done = operations.audit(house.space.house, operations.plan_audit(house.space.house), by=ADMIN)
    assert operations.last_audit(house.space.house) == done
    assert done.by == ADMIN
    assert operations.verify(house.space.house).ok


def test_before_the_first_one_it_says_how_to_run_it() -> None:
    with House() as made, pytest.raises(Refused, match="nothing was audited here yet"):
        operations.last_audit(made.space.house)


def test_of_two_processes_that_go_on_with_one_audit_both_tell_what_is_kept(house: House) -> None:
    here = house.space.house
    done = operations.audit(here, operations.plan_audit(here))
    late = replace(done, calls=done.calls + 1, by="somebody.else@acme.example")
    assert keeping.finish(here.store, here.ledger, late, house.clock.now()) == done


def test_what_people_say_after_an_audit_counts_in_the_last_one(house: House) -> None:
    here = house.space.house
    operations.audit(here, operations.plan_audit(here))
    operations.attest(here, "api-footprint", ADMIN, "reviewed with the vendor list")
    stands = {one.key: one.status for one in operations.last_audit(here).items}
    assert stands["api-footprint"] is Status.PASSES
