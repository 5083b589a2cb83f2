"""Next, please: a member takes the best of what waits, and no more than the pool lets them."""

import pytest
from tests.scenarios.promised import BEN, LENA, OWEN, POOL, ROUTE, arrives, monday

from upbeat import operations
from upbeat.operations import Refused
from upbeat.testing import House

BY_PULLING = POOL.replace("acme.example}", "acme.example, caps: [1 a day]}").replace(
    "otherwise:", "rank: 'NumberOfEmployees'\npull: {most: 2, every: 1 day}\notherwise:"
)
DANA = "dana.whitfield@acme.example"


def test_next_please_takes_the_best_of_what_waits_until_the_quota_is_used_up() -> None:
    with House(only=[ROUTE], files={"routing/inbound.yaml": BY_PULLING}) as house:
        house.promote(ROUTE)
        monday(house)
        assert {house.owner("Lead", arrives(house, LastName=f"Lead {number}")) for number in range(3)} == {
            LENA,
            OWEN,
            BEN,
        }
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


@pytest.mark.law(7)
def test_monitor_mode_promises_nothing_and_says_what_would_have_been() -> None:
    with House(only=[ROUTE], files={"routing/inbound.yaml": POOL}) as house:
        monday(house)
        lead = arrives(house)
        said = [one.what for one in house.run(lead).told]
        assert any("would have been to touch it by" in one for one in said)
        assert operations.waiting(house.space.house) == []
