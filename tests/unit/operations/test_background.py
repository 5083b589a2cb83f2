"""Work in the background: one of a name at a time, told while it goes on, and how it ended is known afterwards."""

from collections.abc import Callable, Iterator
from threading import Event
from time import monotonic, sleep

import pytest

from upbeat.base import UpbeatError
from upbeat.operations import Refused, last_audit
from upbeat.operations.auditing.beside import audit_in_background, begin_audit, cut_off_audit
from upbeat.operations.background import Background, background, begin
from upbeat.operations.house import House
from upbeat.testing import House as Whole

PRIYA = "priya.shah@acme.example"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with Whole() as whole:
        yield whole.space.house


def ended(house: House, name: str) -> Background:
    """Wait until work has ended, and give how."""
    return until(house, name, lambda one: one.ended_at is not None and not one.runs)


def until(house: House, name: str, holds: Callable[[Background], bool]) -> Background:
    deadline = monotonic() + 60
    while True:
        found = background(house, name)
        if found is not None and holds(found):
            return found
        assert monotonic() < deadline, f"{name} never came there: {found}"
        sleep(0.01)


def test_what_goes_on_says_how_far_it_is_and_a_second_one_is_refused_until_it_has_ended(house: House) -> None:
    go = Event()

    def work(tell: Callable[[str], None]) -> None:
        tell("half of it")
        assert go.wait(30)

    assert background(house, "count") is None
    begin(house, "count", PRIYA, work)
    found = until(house, "count", lambda one: one.said == "half of it")
    assert (found.runs, found.by, found.ended_at) == (True, PRIYA, None)
    with pytest.raises(Refused, match=f"under way already: {PRIYA} began it"):
        begin(house, "count", PRIYA, work)
    go.set()
    assert ended(house, "count").failed == ""
    begin(house, "count", PRIYA, lambda _: None)
    assert ended(house, "count").said == ""


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (UpbeatError("the org is away", fix="Try again later."), "the org is away. Try again later."),
        (ValueError("no such thing"), "A fault of its own: ValueError: no such thing"),
    ],
)
def test_why_work_went_no_further_stands_on_its_page_with_what_to_do(house: House, error: Exception, told: str) -> None:
    def work(_: Callable[[str], None]) -> None:
        raise error

    begin(house, "fails", PRIYA, work)
    assert ended(house, "fails").failed == told


def test_an_audit_begun_on_a_page_is_the_same_audit_and_ends_in_the_name_of_who_began_it(house: House) -> None:
    begin_audit(house, PRIYA)
    found = ended(house, "audit")
    assert found.failed == ""
    assert found == audit_in_background(house)
    assert not cut_off_audit(house)
    assert last_audit(house).by == PRIYA


def test_nobody_begins_an_audit_in_the_name_of_somebody_the_org_does_not_know(house: House) -> None:
    with pytest.raises(Refused, match="is no user of this org"):
        begin_audit(house, "nobody@acme.example")
