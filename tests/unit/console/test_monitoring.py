"""From monitor to live and back in the console, and a threshold tried before anybody publishes it."""

from collections.abc import Iterator

import pytest
from tests.unit.console.conftest import DANA, MAYA, PRIYA, SignIn

from upbeat.operations.building import find_draft
from upbeat.testing import House

LARGER = "single-threaded-larger-deals"
PUSH = "repeated-close-date-push"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=[LARGER, PUSH, "route-inbound-leads"]) as house:
        house.play()
        for name, amount in (("Large", 90_000), ("Middle", 40_000), ("Small", 10_000)):
            house.create("Opportunity", Name=name, StageName="Qualification", CloseDate="2026-12-01", Amount=amount)
        house.play("1 day")
        yield house


def test_monitor_shows_what_it_would_have_done_and_what_is_in_the_way(sign_in: SignIn) -> None:
    page = sign_in(PRIYA).get(f"/workflows/{LARGER}/monitor").text
    for words in ("Nothing is in the way", "update Opportunity Risk_Flag__c", "Was this right?", "A month live"):
        assert words in page
    assert "Agree, and ask the next person" in page


def test_a_run_is_judged_and_the_report_counts_it(sign_in: SignIn) -> None:
    browser = sign_in(PRIYA)
    (run,) = browser.get(f"/api/workflows/{LARGER}/monitor").json()["report"]["monitor"]["samples"]
    unsaid = browser.post(f"/api/workflows/{LARGER}/judge", json={"run": run["run"], "word": "wrong"})
    assert "needs its reason" in unsaid.json()["error"]["what"]
    browser.post(f"/workflows/{LARGER}/judge", data={"run": run["run"], "word": "right"})
    assert "1 of 1 runs" in browser.get(f"/workflows/{LARGER}/monitor").text


def test_another_value_of_a_threshold_is_shown_by_the_records_that_it_changes(sign_in: SignIn, house: House) -> None:
    asked = {"values": {"larger": "30,000", "contacts": ""}}
    found = sign_in(PRIYA).post(f"/api/workflows/{LARGER}/effect", json=asked).json()
    assert (found["now"], found["then"], found["gained"], found["lost"]) == (1, 2, 1, 0)
    assert [one["name"] for one in found["more"]] == ["Middle"]
    part = sign_in(PRIYA).post(
        f"/workflows/{LARGER}/effect",
        data={"values[larger]": "95000"},
        headers={"HX-Request": "true", "HX-Target": "div#effect"},
    )
    assert "Would fire on these no more" in part.text
    assert house.written() == []


def test_only_whoever_builds_may_try_another_condition_as_it_asks_about_any_record(sign_in: SignIn) -> None:
    path, asked = f"/api/workflows/{LARGER}/effect", {"when": "Amount > 0"}
    answer = sign_in(DANA).post(path, json=asked)
    assert (answer.status_code, "any record" in answer.json()["error"]["what"]) == (403, True)
    assert sign_in(PRIYA).post(path, json=asked).json()["looked_at"] == 3
    assert 'name="when"' not in sign_in(DANA).get(f"/workflows/{LARGER}/tune").text


def test_one_judges_the_runs_that_open_for_one_and_each_by_its_own_workflow(sign_in: SignIn) -> None:
    runs = sign_in(PRIYA).get(f"/api/runs?workflow={LARGER}").json()["page"]["lines"]
    other = next(one["run"] for one in runs if sign_in(DANA).get(f"/runs/{one['run']}").status_code == 404)
    word = {"run": other, "word": "right"}
    assert sign_in(DANA).post(f"/api/workflows/{LARGER}/judge", json=word).status_code == 404
    assert sign_in(PRIYA).post(f"/api/workflows/{PUSH}/judge", json=word).status_code == 404


@pytest.mark.parametrize(
    ("name", "values", "why"),
    [
        pytest.param(LARGER, {"size": "1"}, "has no threshold size", id="no such threshold"),
        pytest.param(LARGER, {"larger": "much"}, "larger is a number", id="no number"),
        pytest.param(LARGER, {"larger": "NaN"}, "larger is a number", id="not a number"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(sign_in: SignIn, name: str, values: dict[str, str], why: str) -> None:
    answer = sign_in(PRIYA).post(f"/api/workflows/{name}/effect", json={"values": values})
    assert why in answer.json()["error"]["what"]


def test_what_was_tried_goes_into_the_draft_with_its_reason_and_changes_nothing_else(
    sign_in: SignIn, house: House
) -> None:
    browser = sign_in(PRIYA)
    unsaid = browser.post(f"/api/workflows/{LARGER}/tune", json={"values": {"larger": "30000"}})
    assert "needs its reason" in unsaid.json()["error"]["what"]
    kept = {"values[larger]": "30000", "why": "The median deal of this year"}
    assert browser.post(f"/workflows/{LARGER}/tune", data=kept).headers["Location"] == f"/workflows/{LARGER}/edit"
    draft = find_draft(house.space.house, LARGER)
    assert draft is not None
    before = (house.folder / "workflows" / f"{LARGER}.yaml").read_text()
    assert set(draft.text.splitlines()) - set(before.splitlines()) == {
        "  larger: {value: 30000, why: The median deal of this year}"
    }


def test_going_live_takes_two_people_and_one_takes_it_back(sign_in: SignIn, house: House) -> None:
    browser = sign_in(PRIYA)
    answer = browser.post(f"/workflows/{LARGER}/go-live", data={"note": "three deals so far"})
    assert answer.headers["Location"] == f"/workflows/{LARGER}/monitor"
    page = browser.get(f"/workflows/{LARGER}/monitor").text
    assert "You agreed. It waits for" in page
    assert house.space.house.versions.modes()[LARGER] == "monitor"
    (waits,) = [one for one in house.reviews() if one.kind == "go live"]
    house.approve(waits, waits.owner)
    assert "Take it back to monitor" in browser.get(f"/workflows/{LARGER}/monitor").text
    browser.post(f"/workflows/{LARGER}/demote", data={"why": "too loud"})
    assert house.space.house.versions.modes()[LARGER] == "monitor"


def test_who_may_not_build_agrees_to_nothing(sign_in: SignIn) -> None:
    assert sign_in(MAYA).post(f"/workflows/{LARGER}/go-live", data={}).status_code == 403


def test_whoever_does_not_see_what_runs_takes_nothing_back(sign_in: SignIn) -> None:
    answer = sign_in(MAYA).post(f"/workflows/{LARGER}/demote", data={"why": "mine are flagged"})
    assert answer.status_code == 403


def test_a_manager_sees_the_effect_of_a_threshold_on_the_records_of_her_own_people(
    sign_in: SignIn, house: House
) -> None:
    terms = {"StageName": "Qualification", "CloseDate": "2026-12-01", "Amount": 45_000}
    mayas = house.create("Opportunity", by=MAYA, OwnerId=house.ids[MAYA], Name="Of her team", **terms)
    tried = {"values": {"larger": "30000"}}
    found = sign_in(DANA).post(f"/api/workflows/{LARGER}/effect", json=tried).json()
    assert [one["record_id"] for one in found["more"]] == [mayas]
    everybodys = sign_in(PRIYA).post(f"/api/workflows/{LARGER}/effect", json=tried).json()
    assert everybodys["looked_at"] > found["looked_at"] > 0
