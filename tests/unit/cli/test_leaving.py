"""Leaving on the command line: tokens taken back, secrets gone, what remains listed, and nothing erased by mistake."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from upbeat import operations
from upbeat.app import keep_secret
from upbeat.localorg.faults import Fault
from upbeat.store import tables
from upbeat.testing import House

PRIYA, DANA = "priya.shah@acme.example", "dana.whitfield@acme.example"
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
    assert (again.code, f"{PRIYA} disconnected http" in again.err, "`upbeat org connect`" in again.err) == (
        1,
        True,
        True,
    )


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


@pytest.mark.parametrize("stranger", ["nobody@elsewhere.example", DANA])
def test_nobody_but_an_active_user_of_the_org_leaves_or_forgets(house: House, upbeat: Any, stranger: str) -> None:
    house.update("User", house.ids[DANA], IsActive=False)
    house.close()
    for words in (
        ["org", "disconnect"],
        ["org", "disconnect", "--erase", "--yes"],
        ["forget", house.ids[PRIYA], "--yes"],
    ):
        said = upbeat(*words, "--as", stranger)
        assert (said.code, "name an active Salesforce user" in said.err) == (1, True), said.err
    assert upbeat("status", "--json").json["disconnected"] is None
    assert (house.folder / "secrets" / "reader").exists()


def test_where_the_org_cannot_say_who_leaves_the_ledger_and_the_screen_say_so(house: House, upbeat: Any) -> None:
    house.close()
    house.org.faults.add(Fault("oauth2", "500 before", times=1_000))
    said = upbeat("org", "disconnect", "--as", PRIYA)
    assert f"Nobody could check that {PRIYA} is a user of the org: the org answered 500" in said.out
    assert "its user and its permission set" in said.out
    with house.space.store.reading() as conn:
        newest = select(tables.ledger_entries.c.id).order_by(tables.ledger_entries.c.seq.desc()).limit(1)
        entry = house.space.ledger.read(conn, conn.scalars(newest).one())
    assert (entry.kind, entry.actor) == ("org:connection:ended", PRIYA)
    assert "the org answered 500" in entry.payload["unchecked"]


def test_who_was_disconnected_already_is_told_so(house: House, upbeat: Any) -> None:
    house.close()
    left(upbeat)
    again = upbeat("org", "disconnect", "--as", DANA)
    assert (again.code, f"Nothing is connected any more: {PRIYA} disconnected http" in again.out) == (0, True)
    assert ("External Client App" in again.out, "reading" in again.out, "erased here" in again.out) == (False,) * 3
    gone = upbeat("org", "disconnect", "--as", DANA, "--erase", "--yes")
    assert f"Nobody could check that {DANA} is a user of the org" in gone.out


def test_after_leaving_status_says_how_to_come_back_and_connecting_does(house: House, upbeat: Any) -> None:
    house.close()
    secret = (house.folder / "secrets" / "reader").read_text(encoding="utf-8")
    url = house.space.settings.org.login_url
    house.close()
    left(upbeat)
    assert f"The org is disconnected, by {PRIYA}" in upbeat("status").out
    keep_secret(house.folder / "secrets" / "reader", secret)
    assert upbeat("query", "SELECT COUNT() FROM Lead").code == 1
    file = str(house.folder / "secrets" / "reader")
    words = ("--url", url, "--client-id", "upbeat-reader", "--secret-file", file, "--sandbox")
    done = upbeat("org", "connect", *words)
    assert done.code == 0, done.err
    assert upbeat("status", "--json").json["disconnected"] is None
    assert upbeat("query", "SELECT COUNT() FROM Lead").code == 0


def test_what_was_disconnected_can_still_forget_a_person_and_says_that_nobody_could_check_who_asks(
    house: House, upbeat: Any
) -> None:
    house.close()
    left(upbeat)
    said = upbeat("forget", "00QLo00000zzzzz", "--as", PRIYA, "--yes")
    assert (said.code, f"Nobody could check that {PRIYA} is a user of the org" in said.out) == (0, True), said.err


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


def test_that_runs_of_others_go_as_well_is_said_before_the_word(house: House, upbeat: Any) -> None:
    rep, deal = "maya.chen@acme.example", {"StageName": "Value Proposition", "CloseDate": "2027-03-31"}
    for name in ("Lowell", "Marlow"):
        house.create("Opportunity", by=rep, Name=name, **deal)
    house.play("1 day")
    said = upbeat("forget", house.ids[rep], "--as", PRIYA, stdin="\n")
    assert (said.code, "0 runs, 2 ended runs of other records that name it, whole," in said.out) == (1, True), said.out
    before = operations.known_of(house.space.house, house.ids[rep])
    assert 0 < before.payloads_of_others <= before.payloads
    done = upbeat("forget", house.ids[rep], "--as", PRIYA, stdin="erase\n")
    assert (done.code, "Of other records, which named it: 2 runs of these" in done.out) == (0, True)
    assert operations.known_of(house.space.house, house.ids[rep]).runs_of_others == 0
