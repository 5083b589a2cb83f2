"""What is known before a check asks, and what is not."""

from dataclasses import replace

import pytest
from tests.unit.foundation.talk import an_org, held

from upbeat.foundation import Check, Ground, Unseen
from upbeat.foundation.duplicates import ACCOUNTS, CONTACTS
from upbeat.foundation.orphans import ORPHANS
from upbeat.foundation.ownership import WITHOUT_DEALS
from upbeat.foundation.territories import TERRITORIES
from upbeat.foundation.tiers import TIERS

WHY = "the org did not say how many records there are"


@pytest.fixture
def untold() -> Ground:
    """An org that did not say how many records there are of anything, and manages its territories."""
    org = an_org()
    return replace(org, records={}, objects=org.objects | {"Territory2", "UserTerritory2Association"})


@pytest.mark.parametrize(
    ("check", "name"),
    [
        (ACCOUNTS, "Account"),
        (CONTACTS, "Contact"),
        (TIERS, "Account"),
        (TERRITORIES, "Account"),
        (WITHOUT_DEALS, "User"),
    ],
    ids=lambda one: getattr(one, "name", ""),
)
def test_a_number_that_the_org_did_not_tell_is_not_none_of_none(check: Check, name: str, untold: Ground) -> None:
    found = held(check, untold, {})
    assert (found.unseen, found.measures, found.findings) == ((Unseen(name, "", WHY),), (), ())


def test_an_object_of_which_nobody_knows_the_size_is_not_read_whole_for_its_lists(untold: Ground) -> None:
    found = held(ORPHANS, untold, {"COUNT()": 0})
    assert {one.why for one in found.unseen} == {WHY}


def test_more_accounts_without_territory_than_were_counted_before_are_all_of_them(untold: Ground) -> None:
    told = {"FROM Territory2": [{"Id": "0MI1", "Name": "East"}], "FROM UserTerritory2": [], "COUNT()": 3, "SELECT": []}
    [measure, _] = held(TERRITORIES, replace(untold, records={"Account": 2}), told).measures
    assert (measure.part, measure.of) == (0, 3)
