"""The list: what is asked for, the most pressing first, page by page, and nothing that was put off."""

from typing import Any

import pytest

from upbeat import review
from upbeat.domain import Tier
from upbeat.review import OwnerQueue, State, Wanted

ROWAN, DANA = (f"{name}@acme.example" for name in ("rowan.ellis", "dana.whitfield"))


def ids(queue: Any, /, **wanted: Any) -> list[str]:
    return [one.id for one in queue.listing(**wanted)]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param({"owner": ROWAN}, True, id="its owner"),
        pytest.param({"owner": DANA}, False, id="another owner"),
        pytest.param({"workflow": "advance-stage"}, True, id="its workflow"),
        pytest.param({"workflow": "advance"}, False, id="a part of the name"),
        pytest.param({"kind": review.RELEASE}, True, id="its kind"),
        pytest.param({"kind": "decision"}, False, id="another kind"),
        pytest.param({"tier": "approval"}, True, id="its tier"),
        pytest.param({"tier": "review"}, False, id="another tier"),
        pytest.param({"text": "qualification →"}, True, id="a text, whatever its case"),
        pytest.param({"text": "100%"}, False, id="a text that is a pattern elsewhere"),
        pytest.param({"queue": "tuning"}, False, id="an owner's queue"),
        pytest.param({"overdue": True}, False, id="overdue"),
    ],
)
def test_a_filter_asks_for_what_it_says(queue: Any, wanted: dict[str, Any], found: bool) -> None:
    one = queue.release("revenue_manager")
    assert (one.id in ids(queue, **wanted)) is found


def test_a_record_is_found_by_its_id(queue: Any) -> None:
    one = queue.release("revenue_manager")
    assert ids(queue, text=one.record_id) == [one.id]


def test_what_is_overdue_is_told_apart(queue: Any) -> None:
    one = queue.release("revenue_manager")
    queue.clock.advance(one.due_at - queue.clock.now())
    assert one.id not in ids(queue, overdue=True)  # due at this moment, and not over
    queue.clock.advance(one.due_at.resolution)
    assert one.id in ids(queue, overdue=True)


def test_pages_hold_everything_once_in_one_order(queue: Any) -> None:
    for _ in range(7):
        queue.release("revenue_manager")
    with queue.store.reading() as conn:
        whole = review.page(conn, Wanted(limit=1000), queue.clock.now())
        pages = [
            review.page(conn, Wanted(limit=3, page=number), queue.clock.now())
            for number in range(1, whole.total // 3 + 2)
        ]
    assert [one.id for page in pages for one in page.lines] == [one.id for one in whole.lines]
    assert {page.total for page in pages} == {len(whole.lines)}


def test_what_was_put_off_is_counted_and_shown_when_asked_for(queue: Any) -> None:
    one = queue.release("revenue_manager", tier=Tier.REVIEW)
    queue.snooze(one, ROWAN, 1)
    with queue.store.reading() as conn:
        shown = review.page(conn, Wanted(text=one.record_id), queue.clock.now())
        asked = review.page(conn, Wanted(text=one.record_id, snoozed=True), queue.clock.now())
    assert ((shown.lines, shown.total, shown.snoozed), asked.total) == (((), 0, 1), 1)


def test_what_was_decided_is_shown_when_asked_for(queue: Any) -> None:
    one = queue.reject(queue.release("revenue_manager"), ROWAN)
    assert one.id not in ids(queue)
    assert [each.state for each in queue.listing(every=True, text=one.record_id)] == [State.REJECTED]


@pytest.mark.parametrize("name", [one for one in OwnerQueue if one])
def test_an_owners_queue_holds_its_own_kind_of_work(queue: Any, name: OwnerQueue) -> None:
    opened = queue.matter(name)
    found = [one for one in queue.listing(queue=name) if one.id == opened.id]
    assert [one.queue for one in found] == [name]
