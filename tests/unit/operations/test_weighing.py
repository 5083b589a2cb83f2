"""Whether a write can be taken back, as a pure function of the record as it is now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from upbeat.domain import Proposal, Verb
from upbeat.operations import Reversible
from upbeat.operations.rolling_back.choosing import Written
from upbeat.operations.rolling_back.weighing import Reversal, Stand, weigh

pytestmark = pytest.mark.law(8)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LEAD = "00Q000000000001AAA"


def wrote(number: int, before: Any, after: Any, verb: Verb = Verb.UPDATE) -> Written:
    values = (before, after) if verb in {Verb.UPDATE, Verb.CREATE} else ({}, {})
    proposal = Proposal(
        id=f"p{number}",
        item_id=f"run{number}",
        workflow="rate-leads",
        version="v",
        step="rate",
        agent="rater",
        verb=verb,
        object="Lead",
        record_id=LEAD,
        before=values[0],
        after=values[1],
        reasons=("why",),
        group="g",
    )
    return Written(proposal, LEAD, NOON + timedelta(minutes=number))


def rated(number: int, before: str | None, after: str) -> Written:
    return wrote(number, {"Rating": before}, {"Rating": after})


def stand(rating: str | None = None, **more: Any) -> Stand:
    rows = {} if rating is None else {LEAD: {"Id": LEAD, "Rating": rating}}
    return replace(Stand(rows=rows, undone=(), asked=(), touched={}, others={}), **more)


def states(chosen: list[Written], found: Stand) -> list[Reversible]:
    return [one.state for one in weigh(chosen, found)]


@pytest.mark.parametrize("verb", [Verb.SEND, Verb.MERGE, Verb.CONVERT, Verb.DELETE])
def test_what_cannot_be_undone_is_said_with_why(verb: Verb) -> None:
    [one] = weigh([wrote(1, {}, {}, verb)], stand("Hot"))
    assert one.state is Reversible.NEVER
    assert len(one.why) > 20


def test_the_newest_is_weighed_first_and_the_older_against_what_it_leaves() -> None:
    chain = [rated(2, "Warm", "Hot"), rated(1, None, "Warm")]
    assert states(chain, stand("Hot")) == [Reversible.YES, Reversible.YES]
    assert states(chain, stand("Cold")) == [Reversible.CHANGED, Reversible.CHANGED]


def test_a_persons_value_between_two_of_ours_stops_the_way_there() -> None:
    assert states([rated(2, "Theirs", "Hot"), rated(1, None, "Warm")], stand("Hot")) == [
        Reversible.YES,
        Reversible.CHANGED,
    ]


def test_a_later_write_of_ours_that_is_not_chosen_is_named() -> None:
    [one] = weigh([rated(1, None, "Warm")], stand("Hot", others={LEAD: [rated(2, "Warm", "Hot")]}))
    assert "rate-leads wrote it in run run2, which goes back first" in one.why


def test_what_is_gone_or_taken_back_or_on_its_way_back_is_said_to_be() -> None:
    chosen = [rated(1, None, "Warm")]
    assert states(chosen, stand()) == [Reversible.GONE]
    assert states(chosen, stand("Warm", undone={"p1"})) == [Reversible.DONE]
    assert states(chosen, stand("Warm", asked={"p1"})) == [Reversible.ASKED]


def test_a_record_that_somebody_touched_is_told_with_who_and_when() -> None:
    made = wrote(1, {}, {"Rating": "Hot"}, Verb.CREATE)
    [one] = weigh([made], stand("Hot", touched={LEAD: ("a Task was put to it", "005", NOON)}))
    assert (one.state, one.why, one.by, one.at) == (Reversible.CHANGED, "a Task was put to it", "005", NOON)


def test_a_created_record_goes_to_the_recycle_bin_and_a_value_to_the_one_before() -> None:
    made, changed = weigh([wrote(2, {}, {"Rating": "Hot"}, Verb.CREATE), rated(1, "Cold", "Hot")], stand("Hot"))
    assert isinstance(made, Reversal)
    assert (made.back_to, changed.back_to) == ({"Id": "to the recycle bin"}, {"Rating": "Cold"})
