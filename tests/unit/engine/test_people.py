"""Who is who in the org, read once a minute."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from upbeat.base import ManualClock
from upbeat.engine import People
from upbeat.salesforce import Rejected


def a_user(number: int, name: str, manager: int = 0, *, active: bool = True, email: str = "") -> dict[str, Any]:
    return {
        "Id": f"005{number:012}AAA",
        "Username": f"{name}@acme.example",
        "Name": name.capitalize(),
        "Email": email or f"{name}@mail.example",
        "IsActive": active,
        "ManagerId": f"005{manager:012}AAA" if manager else None,
    }


@dataclass
class Org:
    """Answers the two queries, and counts them."""

    users: list[dict[str, Any]]
    clock: ManualClock = field(default_factory=lambda: ManualClock(datetime(2026, 1, 31, tzinfo=UTC)))
    asked: int = 0
    roles: dict[str, str] | None = None  # the role above each; None where the org does not show them

    def query(self, text: str, _binds: Mapping[str, Any]) -> list[dict[str, Any]]:
        self.asked += 1
        if "FROM UserRole" in text:
            if self.roles is None:
                raise Rejected("sObject type 'UserRole' is not supported", code="INVALID_TYPE")
            return [{"Id": role, "ParentRoleId": above or None} for role, above in self.roles.items()]
        queue = {"Id": "00G000000000001AAA", "Name": "New Leads", "DeveloperName": "New_Leads"}
        return self.users if "FROM User" in text else [queue]

    @property
    def people(self) -> People:
        return People(self.query, self.clock)


@pytest.fixture
def org() -> Org:
    return Org([
        a_user(1, "rowan"), a_user(2, "dana", 1), a_user(3, "maya", 2), a_user(4, "sam", 3, active=False),
        a_user(5, "ben", 4),
    ])  # fmt: skip


@pytest.mark.parametrize("key", ["maya@acme.example", "MAYA@ACME.EXAMPLE", "maya@mail.example", "005000000000003AAA"])
def test_a_person_is_found_by_username_email_or_id_whatever_the_case(org: Org, key: str) -> None:
    found = org.people.find(key)
    assert found is not None
    assert found.username == "maya@acme.example"


def test_nobody_is_found_by_another_name(org: Org) -> None:
    assert org.people.find("maya") is None


def test_a_username_outweighs_somebody_elses_email(org: Org) -> None:
    org.users.append(a_user(6, "twin", email="maya@acme.example"))
    found = org.people.find("maya@acme.example")
    assert found is not None
    assert found.user_id == "005000000000003AAA"


def test_the_email_of_somebody_who_left_finds_nobody(org: Org) -> None:
    assert org.people.find("sam@mail.example") is None


@pytest.mark.parametrize(
    ("username", "manager"), [("maya", "dana@acme.example"), ("rowan", None), ("ben", "maya@acme.example")]
)
def test_a_manager_is_the_nearest_active_person_above(org: Org, username: str, manager: str | None) -> None:
    assert org.people.manager(f"{username}@acme.example") == manager


@pytest.mark.parametrize("name", ["New Leads", "new_leads", "NEW LEADS", "00G000000000001AAA"])
def test_a_queue_is_found_by_either_of_its_names(org: Org, name: str) -> None:
    assert org.people.holder_id(name) == "00G000000000001AAA"


def test_the_org_is_asked_once_a_minute(org: Org) -> None:
    people = org.people
    for _ in range(3):
        people.find("maya@acme.example")
    assert org.asked == 2
    org.clock.advance(timedelta(minutes=1))
    people.find("maya@acme.example")
    assert org.asked == 4


def test_somebody_who_joins_is_known_a_minute_later(org: Org) -> None:
    people = org.people
    assert people.find("new@acme.example") is None
    org.users.append(a_user(7, "new"))
    org.clock.advance(timedelta(minutes=1))
    assert people.find("new@acme.example") is not None


@pytest.mark.parametrize(
    ("username", "below"),
    [("rowan", ["ben", "dana", "maya", "sam"]), ("maya", ["ben", "sam"]), ("ben", []), ("nobody", [])],
)
def test_below_a_person_stands_everybody_whom_they_manage_and_those_manage(
    org: Org, username: str, below: list[str]
) -> None:
    assert org.people.below(f"{username}@acme.example") == [f"{one}@acme.example" for one in below]


def test_below_a_person_stands_whoever_has_a_role_below_theirs_with_whom_those_manage(org: Org) -> None:
    org.roles = {"west": "sales", "sales": "all", "all": "", "east": "sales"}
    org.users += [a_user(7, "lead") | {"UserRoleId": "sales"}, a_user(8, "peer") | {"UserRoleId": "sales"}]
    org.users += [a_user(9, "rep") | {"UserRoleId": "west"}, a_user(10, "aide", 9)]
    assert org.people.below("lead@acme.example") == ["aide@acme.example", "rep@acme.example"]


def test_people_who_manage_each_other_stand_below_each_other_and_not_below_themselves(org: Org) -> None:
    org.users[0]["ManagerId"] = org.users[2]["Id"]
    assert org.people.below("maya@acme.example") == [f"{one}@acme.example" for one in ("ben", "dana", "rowan", "sam")]


def test_roles_that_go_round_in_a_circle_end_somewhere(org: Org) -> None:
    org.roles = {"a": "b", "b": "a"}
    org.users.append(a_user(7, "lead") | {"UserRoleId": "a"})
    assert org.people.below("lead@acme.example") == []
