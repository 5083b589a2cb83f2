"""Scorecards as pages: what each trigger is worth, and what each person does with its flags."""

from collections.abc import Iterator

import pytest
from tests.unit.console.conftest import DANA, MAYA, PRIYA, SignIn

from upbeat.testing import House

PUSH = "repeated-close-date-push"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """A deal whose close date was pushed three times: its manager has decided what comes next."""
    with House(only=[PUSH, "missing-next-step"]) as house:
        house.promote(PUSH)
        account = house.create("Account", Name="Kestrel Foods")
        deal = house.create(
            "Opportunity",
            Name="Kestrel - ovens",
            AccountId=account,
            OwnerId=house.ids[MAYA],
            StageName="Qualification",
            CloseDate="2026-12-01",
        )
        house.play()
        for day in ("2026-12-15", "2026-12-29", "2027-01-12"):
            house.update("Opportunity", deal, CloseDate=day)
            house.play("1 day")
        [review] = house.reviews()
        house.approve(review, review.owner, review.body.choices[0])
        house.play()
        yield house


def test_each_trigger_has_its_fires_its_action_rate_and_its_time_to_act(sign_in: SignIn) -> None:
    browser = sign_in(DANA)
    cards = {one["workflow"]: one for one in browser.get("/api/scorecards").json()["cards"]}
    assert cards[PUSH]["fires"]["live"] == 1
    assert (cards[PUSH]["action_rate"]["part"], cards[PUSH]["action_rate"]["of"]) == (1, 1)
    assert cards[PUSH]["took"]["count"] == 1
    page = browser.get("/scorecards").text
    assert "100 % of 1" in page
    assert f'href="/scorecards/{PUSH}?days=30"' in page


def test_what_each_person_does_with_their_flags_is_added_up_over_the_triggers(sign_in: SignIn) -> None:
    [person] = sign_in(DANA).get("/api/scorecards").json()["people"]
    assert (person["received"], person["acted"]["part"], person["triggers"]) == (1, 1, 1)
    assert person["person"] in sign_in(DANA).get(f"/scorecards/{PUSH}").text


def test_a_trigger_that_never_fired_says_so_and_what_to_do(sign_in: SignIn) -> None:
    page = sign_in(PRIYA).get("/scorecards/missing-next-step").text
    assert "It has not fired in this time" in page


def test_a_trigger_that_does_not_run_has_no_scorecard(sign_in: SignIn) -> None:
    assert sign_in(PRIYA).get("/scorecards/nothing").status_code == 404
    assert sign_in(MAYA).get("/scorecards").status_code == 403
