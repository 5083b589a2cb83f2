"""Leaving on the command line: tokens taken back, secrets gone, what remains listed, and nothing erased by mistake."""

from collections.abc import Iterator
from typing import Any

import pytest

from upbeat.localorg.faults import Fault
from upbeat.testing import House

PRIYA = "priya.shah@acme.example"
ROUTE, NEXT = "route-inbound-leads", "missing-next-step"


@pytest.fixture
def house() -> Iterator[House]:
    with House(only=[ROUTE, NEXT]) as one:
        one.promote(ROUTE, NEXT)
        yield one


@pytest.fixture
def worked(house: House) -> House:
    """A house that has created a task in the org, and whose engine has ended."""
    deal = {"Name": "Lowell", "StageName": "Value Proposition", "CloseDate": "2027-03-31"}
    house.create("Opportunity", by="maya.chen@acme.example", **deal)
    house.play("1 day")
    house.close()
    return house


def left(upbeat: Any, *more: str) -> Any:
    return upbeat("org", "disconnect", "--as", PRIYA, "--json", *more)


def test_both_tokens_are_taken_back_and_what_logs_in_is_erased(house: House, upbeat: Any) -> None:
    house.close()
    said = left(upbeat)
    assert said.code == 0, said.err
    assert [(one["connection"], one["revoked"]) for one in said.json["identities"]] == [
        ("reading", True),
        ("writing", True),
    ]
    assert not [file for file in (house.folder / "secrets").iterdir() if file.is_file()]
    again = upbeat("query", "SELECT COUNT() FROM Lead")
    assert (again.code, "the secret cannot be read" in again.err) == (1, True)


def test_what_remains_in_the_org_is_listed(worked: House, upbeat: Any) -> None:
    found = left(upbeat).json
    assert [one["client_id"] for one in found["identities"]] == ["upbeat-reader", "upbeat-writer"]
    assert found["identities"][1]["username"] == "upbeat.writer@acme.example"
    tasks = [row["Id"] for row in worked.query("SELECT Id FROM Task")]
    assert len(tasks) == 1
    assert found["remaining"]["created"] == {"Task": tasks}
    assert "Task.Upbeat_Key__c" in found["remaining"]["custom_fields"]


@pytest.mark.usefixtures("worked")
def test_the_store_and_the_ledger_stay_unless_they_are_to_go(upbeat: Any) -> None:
    left(upbeat)
    assert upbeat("status", "--json").json["sealed"] > 0
    assert upbeat("ledger", "verify").code == 0


def test_erasing_leaves_nothing_but_what_a_person_wrote(worked: House, upbeat: Any) -> None:
    said = left(upbeat, "--erase", "--yes")
    assert said.code == 0, said.err
    files = {str(file.relative_to(worked.folder)) for file in worked.folder.rglob("*") if file.is_file()}
    assert {name for name in files if not name.endswith(".yaml")} == set()
    assert "workflows/route-inbound-leads.yaml" in files


def test_nothing_is_erased_without_the_word(worked: House, upbeat: Any) -> None:
    said = upbeat("org", "disconnect", "--as", PRIYA, "--erase", stdin="yes\n")
    assert (said.code, "nothing was erased" in said.err) == (1, True)
    assert (worked.folder / "upbeat.db").exists()
    done = upbeat("org", "disconnect", "--as", PRIYA, "--erase", stdin="erase\n")
    assert (done.code, (worked.folder / "upbeat.db").exists()) == (0, False)


def test_an_org_that_is_away_keeps_nobody(house: House, upbeat: Any) -> None:
    house.close()
    house.org.faults.add(Fault("oauth2", "500 before", times=1_000))
    said = upbeat("org", "disconnect", "--as", PRIYA)
    assert (said.code, said.out.count("its token was not taken back: the org answered 500")) == (0, 2)
    assert said.out.count("erased here:") == 2


def test_while_an_engine_runs_nobody_leaves(house: House, upbeat: Any) -> None:
    house.play()
    said = left(upbeat)
    assert (said.code, said.json["error"]["what"]) == (1, "an engine runs on this workspace")


def test_who_leaves_says_so(upbeat: Any) -> None:
    assert "nobody says who leaves" in upbeat("org", "disconnect").err


def test_forgetting_asks_for_the_word(house: House, upbeat: Any) -> None:
    lead = house.create("Lead", LastName="Quill", Company="Quill", OwnerId=house.ids["New Leads"])
    house.play()
    said = upbeat("forget", lead, "--as", PRIYA, stdin="\n")
    assert (said.code, "nothing was erased" in said.err) == (1, True)
    done = upbeat("forget", lead, "--as", PRIYA, stdin="erase\n")
    assert (done.code, "Forgotten" in done.out) == (0, True)
    assert upbeat("forget", lead, "--as", PRIYA, "--yes", "--json").json["runs"] == 1
