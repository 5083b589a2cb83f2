"""Defects that are planted: the same for a seed, each at records of its own, through the org's own save path."""

from collections import Counter

import pytest

from upbeat.base import ManualClock
from upbeat.localorg import LocalOrg, OrgError, sample
from upbeat.localorg.sample import Planted
from upbeat.localorg.sample.defects import KINDS


def harmed(number: int, seed: int) -> tuple[LocalOrg, tuple[Planted, ...]]:
    clock = ManualClock(sample.BEGAN)
    org = LocalOrg(":memory:", clock=clock, time_zone=sample.TIME_ZONE)
    ids = sample.build(org, clock)
    return org, sample.plant(org, ids, number, seed)


def test_forty_of_every_kind_stand_at_records_of_their_own_and_a_seed_makes_them_again() -> None:
    _, planted = harmed(40, 3)
    records = Counter(record for one in planted for record in one.records)
    assert (len(planted), len({one.kind for one in planted}), max(records.values())) == (40, len(KINDS), 1)
    assert harmed(40, 3)[1] == planted


def test_more_than_there_is_room_for_is_refused_and_nothing_is_planted() -> None:
    clock = ManualClock(sample.BEGAN)
    org = LocalOrg(":memory:", clock=clock, time_zone=sample.TIME_ZONE)
    ids = sample.build(org, clock)
    before = org.archive.counts()
    with pytest.raises(OrgError, match=r"room for \d+ defects, not 900"):
        sample.plant(org, ids, 900)
    assert org.archive.counts() == before
    assert all(one.active for one in org.definitions.rules)
