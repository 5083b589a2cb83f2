"""The stream: every change once, ours known as ours, and what it cannot tell is said."""

from typing import Any

import pytest

from upbeat.salesforce import Batch, Change, ChangeType, Expired, Gap, Subscriber


def heard(subscriber: Subscriber, position: bytes | None, ids: set[str]) -> list[Any]:
    """Read until every one of these records was told of, by a change or by a gap."""
    found: list[Any] = []
    told = set[str]()
    for came in subscriber.batches(position):
        found += [one for one in came.changes if set(one.record_ids) & ids] if isinstance(came, Batch) else [came]
        told |= {key for one in found if not isinstance(one, Expired) for key in one.record_ids}
        if ids <= told:
            return found
    return found


def test_what_upbeat_writes_comes_back_as_its_own(org: Any, subscriber: Subscriber) -> None:
    ids = set(org.made(3))
    changes = heard(subscriber, None, ids)
    assert [(one.type, one.ours) for one in changes] == [(ChangeType.CREATE, True)] * 3


def test_what_others_write_does_not(org: Any, subscriber: Subscriber) -> None:
    if org.local is None:
        pytest.skip("nobody else writes at a word in a real org")
    (saved,) = org.local.create("Lead", org.rows(1), org.local.process_user)
    assert [one.ours for one in heard(subscriber, None, {saved.id})] == [False]


@pytest.mark.law(3)
def test_a_stream_that_is_cut_loses_nothing_and_repeats_nothing(org: Any, subscriber: Subscriber) -> None:
    for number in range(0, 6, 2):
        org.fails("event Lead", "cut stream", skip=number)
    ids = org.made(6)
    changes = heard(subscriber, None, set(ids))
    assert [one.record_ids[0] for one in changes] == ids
    assert set(org.explained()) in ({"network"}, {"trouble at the org"})  # as the wire happens to break


@pytest.mark.law(2)
def test_a_gap_names_the_record_that_is_to_be_read(org: Any, subscriber: Subscriber) -> None:
    org.fails("event Lead CREATE", "gap")
    ids = org.made(2)
    first, second = heard(subscriber, None, set(ids))
    assert (isinstance(first, Gap), isinstance(second, Change)) == (True, True)
    assert first.record_ids == (ids[0],)


@pytest.mark.law(2)
def test_a_position_that_has_expired_is_said_and_what_there_still_is_follows(org: Any, subscriber: Subscriber) -> None:
    first = org.made(1)
    position = None
    for came in subscriber.batches(None):
        if isinstance(came, Batch) and came.changes:
            position = came.position
            break
    org.fails("Subscribe", "expired replay id")
    second = org.made(1)
    found = heard(subscriber, position, {*first, *second})
    assert isinstance(found[0], Expired)
    assert {one.record_ids[0] for one in found[1:]} == {*first, *second}
