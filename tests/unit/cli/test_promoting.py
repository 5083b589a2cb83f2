"""promote, judge, demote, as a user types them: the report in words and as JSON, and the ways to say who."""

from collections.abc import Iterator
from typing import Any

import pytest

from upbeat.localorg import ValidationRule
from upbeat.localorg.definitions import Automation, AutomationKind, Flow
from upbeat.testing import House

PRIYA, ROWAN, MAYA = (f"{name}@acme.example" for name in ("priya.shah", "rowan.ellis", "maya.chen"))
ROUTE = "route-inbound-leads"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """A house that has routed two leads in monitor, of which people have done one otherwise."""
    with House(only=[ROUTE]) as one:
        one.org.define(
            rules=[ValidationRule("Lead", "Owner_Stays", "ISBLANK(OwnerId)", "Who has it?")],
            flows=[Flow("Old_Router", trigger="RecordAfterSave", object="Lead", sets={"OwnerId": None})],
            automations=[
                Automation(AutomationKind.APEX_TRIGGER, "Leads", "Lead", ("before insert",), body="l.OwnerId;")
            ],
        )
        one.play()
        for name in ("Huber", "Steiner"):
            queue = one.ids["New Leads"]
            lead = one.create("Lead", LastName=name, Company=f"{name} AG", Country="Germany", OwnerId=queue)
            one.play()
        one.update("Lead", lead, OwnerId=one.ids[MAYA])
        yield one


@pytest.fixture
def run(upbeat: Any) -> str:
    return upbeat("promote", ROUTE, "--json").json["monitor"]["to_judge"][0]


def test_without_people_it_shows_and_changes_nothing(upbeat: Any) -> None:
    said = upbeat("promote", ROUTE)
    assert said.code == 0
    for words in (
        "fired 2 times, on 2 records",
        "update Lead OwnerId",
        "0 the same, 1 different, 1 nothing done",
        "Priya Shah did otherwise",
        "from LeadHistory",
        "A month live, drawn from 1 day of monitor; few to draw from",
        "(rules only)",
        "flow Old_Router on Lead, after create or update: sets OwnerId",
        "Apex trigger Leads on Lead, before insert: names OwnerId",
        "validation rule Owner_Stays on Lead",
        "Nothing is in the way.",
    ):
        assert words in said.out, words
    assert upbeat("promote", ROUTE, "--json").json["mode"] == "monitor"


def test_as_json_it_is_one_value_with_all_of_it(upbeat: Any) -> None:
    found = upbeat("promote", ROUTE, "--json").json
    assert (found["workflow"], found["monitor"]["fired"], found["beside"]["different"]) == (ROUTE, 2, 1)
    assert {"preview", "conflicts", "fires", "unread", "completeness", "refusals", "advice"} <= found.keys()


def test_who_the_user_is_takes_nothing_live_by_itself(upbeat: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPBEAT_USER", PRIYA)
    assert upbeat("promote", ROUTE, "--json").json["mode"] == "monitor"
    assert upbeat("review", "list").out.startswith("All clear")


def test_a_person_judges_a_run_and_the_report_says_how_sure_that_is(upbeat: Any, run: str) -> None:
    assert "is right" in upbeat("judge", run, "right", "--as", MAYA).out
    assert "right 1 of 1 (21% to 100%, at 95 %)" in upbeat("promote", ROUTE).out
    assert "a person judged what it would have done: right" in upbeat("explain", run).out


def test_a_judgement_is_one_of_two_words(upbeat: Any, run: str) -> None:
    assert upbeat("judge", run, "perhaps", "--as", MAYA).code == 2
    assert "needs its reason" in upbeat("judge", run, "wrong", "--as", MAYA).err


def test_both_ways_to_say_who_are_one_too_many(upbeat: Any) -> None:
    said = upbeat("promote", ROUTE, "--by", PRIYA, "--as", ROWAN)
    assert (said.code, "both --by and --as" in said.err) == (1, True)


def test_one_asks_the_other_agrees_in_the_queue_and_one_takes_it_back(upbeat: Any) -> None:
    asked = upbeat("promote", ROUTE, "--as", PRIYA)
    assert f"waits for {ROWAN}" in asked.out
    key = asked.out.split("upbeat review approve ")[1].split("`")[0]
    shown = upbeat("review", "show", key).out
    assert "In monitor since" in shown
    assert "has the digest" in shown
    assert "answered" in upbeat("review", "approve", key, "--as", ROWAN).out
    assert upbeat("promote", ROUTE, "--json").json["mode"] == "live"
    refused = upbeat("promote", ROUTE)
    assert "In the way: route-inbound-leads is live already" in refused.out
    assert upbeat("demote", ROUTE, "--why", "wrong region", "--as", MAYA).code == 0
    assert upbeat("promote", ROUTE, "--json").json["mode"] == "monitor"
