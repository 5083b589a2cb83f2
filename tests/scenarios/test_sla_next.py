"""Next, please: a member takes the best of what waits, and no more than the pool lets them."""

import pytest
from tests.scenarios.promised import BEN, LENA, OWEN, POOL, ROUTE, arrives, monday, until

from upbeat import operations
from upbeat.operations import Refused
from upbeat.testing import House

BY_PULLING = POOL.replace("acme.example}", "acme.example, hours: office}").replace(
    "otherwise:", "rank: 'NumberOfEmployees'\npull: {most: 2, every: 1 day}\notherwise:"
)
CHOOSY = """\
territories:
  - {name: dach, countries: [Germany]}
  - {name: uk, countries: [United Kingdom]}
"""
DANA = "dana.whitfield@acme.example"


def test_next_please_takes_the_best_of_what_waits_until_the_quota_is_used_up() -> None:
    with House(only=[ROUTE], files={"routing/inbound.yaml": BY_PULLING}) as house:
        house.promote(ROUTE)
        monday(house)
        until(house, 20)  # nobody is there, and who asks is
        leads = {size: arrives(house, NumberOfEmployees=size) for size in (5, 500, 50)}
        assert {house.owner("Lead", one) for one in leads.values()} == {"New Leads"}
        for size in (500, 50):
            taken = operations.next_please(house.space.house, "inbound", LENA)
            house.play()
            assert (taken.record_id, house.owner("Lead", leads[size])) == (leads[size], LENA)
        with pytest.raises(Refused, match="which is the quota"):
            operations.next_please(house.space.house, "inbound", LENA)
        assert operations.next_please(house.space.house, "inbound", OWEN).record_id == leads[5]
        with pytest.raises(Refused, match="nothing waits"):
            operations.next_please(house.space.house, "inbound", BEN)
        with pytest.raises(Refused, match="is no member"):
            operations.next_please(house.space.house, "inbound", DANA)


def test_next_please_gives_nobody_what_they_had_before_or_what_the_pool_would_not_give_them() -> None:
    pool = BY_PULLING.replace("lena.vogel@acme.example,", "lena.vogel@acme.example, caps: [1 a day],")
    pool = pool.replace("owen.hughes@acme.example,", "owen.hughes@acme.example, territories: [uk],")
    pool = pool.replace(
        "ben.foster@acme.example,", "ben.foster@acme.example, territories: [uk], away: [2026-11-01 to 2027-12-31],"
    )
    with House(only=[ROUTE], files={"routing/inbound.yaml": pool.replace("members:", f"{CHOOSY}members:")}) as house:
        house.promote(ROUTE)
        monday(house)
        lead = arrives(house, Country="Germany")
        assert house.owner("Lead", lead) == LENA
        operations.decline_promise(house.space.house, lead, LENA, "busy")
        house.play()
        until(house, 20)
        for person, why in (
            (LENA, "had it before, is at the cap of 1 a day"),
            (OWEN, "serves uk"),
            (BEN, "serves uk, "),
        ):
            with pytest.raises(Refused, match="could take") as refused:
                operations.next_please(house.space.house, "inbound", person)
            assert why in refused.value.fix
        british = arrives(house, Country="United Kingdom")
        with pytest.raises(Refused, match="could take"):
            operations.next_please(house.space.house, "inbound", BEN)
        assert operations.next_please(house.space.house, "inbound", OWEN).record_id == british


@pytest.mark.law(7)
def test_monitor_mode_promises_nothing_and_says_what_would_have_been() -> None:
    with House(only=[ROUTE], files={"routing/inbound.yaml": POOL}) as house:
        monday(house)
        lead = arrives(house)
        said = [one.what for one in house.run(lead).told]
        assert any("would have been to touch it by" in one for one in said)
        assert operations.waiting(house.space.house) == []
