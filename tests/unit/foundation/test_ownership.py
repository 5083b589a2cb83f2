"""Whose records are."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from tests.unit.foundation.talk import an_org, held, without

from upbeat.foundation import Ground, Weight
from upbeat.foundation.ownership import INACTIVE, WITHOUT_DEALS, idle_sellers

ORG = an_org()
GONE = {"OwnerId": "0051", "person": "Ada Brook", "n": 3, "worth": 900}
DEALS = [{"Id": f"006{n}", "Name": f"D{n}", "Owner": {"Name": "Ada Brook"}} for n in range(3)]
SOME: dict[str, Any] = {
    "worth FROM Opportunity": [GONE],
    "GROUP BY OwnerId, Owner.Name": [],
    "SELECT Id": DEALS,
    "COUNT() FROM Opportunity": 60,
    "COUNT()": 100,
}


def test_records_of_people_who_left_are_told_by_object_and_by_owner() -> None:
    found = held(INACTIVE, ORG, SOME)
    [one] = found.findings
    assert (one.key, one.count, one.of) == ("inactive-owners:Opportunity.OwnerId", 3, 60)
    assert (one.weight, one.values, one.amount) == (Weight.HIGH, ("Ada Brook",), Decimal(900))
    assert [measure.percent for measure in found.measures] == [95, 100, 100, 100]
    assert found.exhibits[0].rows == (("open deals", "Ada Brook", 3),)


def test_one_who_left_is_never_told_as_the_right_owner_of_what_another_left() -> None:
    both = [GONE, GONE | {"OwnerId": "0052", "person": "Omar Diaz"}]
    [one] = held(INACTIVE, ORG, SOME | {"worth FROM Opportunity": both}).findings
    assert (one.values, one.corrections) == (("Ada Brook", "Omar Diaz"), ())


def test_where_all_owners_are_active_there_is_nothing_to_hand_over() -> None:
    found = held(INACTIVE, ORG, {"worth FROM Opportunity": [], **SOME} | {"worth FROM Opportunity": []})
    assert (found.findings, found.exhibits) == ((), ())


@pytest.mark.parametrize("ground", [ORG, without(ORG, "User"), without(ORG, "User", "IsActive")])
def test_owners_who_are_not_told_are_no_figure(ground: Ground) -> None:
    found = held(INACTIVE, ground, {"FROM": "no access"})
    assert (found.findings, found.measures) == ((), ())
    assert found.unseen


def user(number: int, **more: Any) -> dict[str, Any]:
    return {"Id": f"005{number}", "Name": f"Rep {number}", "UserRoleId": "AE", "ProfileId": "P"} | more


def idle(*users: dict[str, Any], selling: int) -> list[str]:
    return [row["Name"] for row, _ in idle_sellers(users, [row["Id"] for row in users[:selling]])[0]]


def test_a_person_is_missed_among_the_owners_whose_peers_own_deals() -> None:
    assert idle(*map(user, range(8)), selling=6) == ["Rep 6", "Rep 7"]


@pytest.mark.parametrize(("selling", "missed"), [(7, 3), (6, 0), (10, 0)])
def test_people_sell_where_seven_in_ten_like_them_own_deals(selling: int, missed: int) -> None:
    assert len(idle(*map(user, range(10)), selling=selling)) == missed


def test_two_owners_are_no_kind_of_people() -> None:
    assert idle(user(1), user(2), selling=2) == []
    assert idle(user(1), user(2), user(3), selling=2) == []


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"UserRoleId": "VP"}, id="another role"),
        pytest.param({"UserRoleId": None, "Title": "Controller"}, id="another title, and no role"),
        pytest.param({"UserRoleId": None, "ProfileId": "Q"}, id="another profile, and neither role nor title"),
        pytest.param({"Name": "Gong Sync"}, id="a tool"),
        pytest.param({"Username": "integration.user@acme.example"}, id="an integration"),
        pytest.param({"Profile": {"Name": "System Administrator"}}, id="an administrator"),
        pytest.param({"Id": "boss"}, id="a manager of others"),
    ],
)
def test_who_is_no_seller_owns_no_deals_and_is_not_missed(other: dict[str, Any]) -> None:
    peers = [user(number, ManagerId="boss") for number in range(9)]
    assert idle(*peers, user(9, **other), selling=9) == []


def test_people_are_told_as_users_with_why_they_are_taken_for_sellers() -> None:
    users = [user(number, UserRoleId=None, Title="Sales Agent") for number in range(8)]
    told = {"FROM User": users, "FROM Opportunity": [{"OwnerId": one["Id"], "n": 4} for one in users[:7]]}
    [one] = held(WITHOUT_DEALS, ORG, told).findings
    assert (one.count, one.of, one.weight, one.records[0].object) == (1, 8, Weight.LOW, "User")
    assert one.records[0].why == "owns no deal; 7 of 8 with this title do"
    [query] = one.queries
    assert query.endswith(f"WHERE Id IN ('{users[7]['Id']}') AND Id NOT IN (SELECT OwnerId FROM Opportunity)")


def test_an_org_without_deals_says_nothing_of_anybody() -> None:
    found = held(WITHOUT_DEALS, ORG, {"FROM User": [user(1)], "FROM Opportunity": []})
    assert (found.findings, found.measures[0].percent) == ((), None)


def test_who_owns_no_deal_today_is_said_and_not_that_it_was_never_so() -> None:
    told = {"FROM User": [*map(user, range(8))], "FROM Opportunity": [{"OwnerId": f"005{n}", "n": 4} for n in range(7)]}
    found = held(WITHOUT_DEALS, ORG, told)
    assert found.findings[0].says == "1 of 8 people who sell owns no deal, where those like them do."
    assert found.measures[0].says == "7 of 8 people who sell own a deal"


def test_more_owners_than_the_org_tells_at_once_are_said_and_nobody_is_missed_among_them() -> None:
    told = {"FROM User": [user(1)], "FROM Opportunity": [{"OwnerId": f"005{n}", "n": 1} for n in range(2_000)]}
    found = held(WITHOUT_DEALS, ORG, told)
    assert (found.findings, found.measures, found.unseen[0].field) == ((), (), "OwnerId")
    assert "2,000 people or more" in found.unseen[0].why


def test_users_who_are_not_told_are_said() -> None:
    assert held(WITHOUT_DEALS, replace(ORG), {"FROM": "no access"}).unseen[0].object == "User"
