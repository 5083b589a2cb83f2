"""Formulas as the console's fields ask about them: through the API, for those who may build."""

import pytest
from tests.unit.console.conftest import MAYA, PRIYA, SignIn

from upbeat.testing import House

DEALS = {"object": "Opportunity"}


def test_a_formula_is_checked_by_the_engines_own_parser(sign_in: SignIn) -> None:
    asked = {
        **DEALS,
        "text": "AND(NOT(IsClosed), Amount > $Threshold.larger)",
        "known": {"$Threshold.larger": "number"},
    }
    found = sign_in(PRIYA).post("/api/formula/check", json=asked).json()
    assert (found["wrong"], found["type"]) == (None, "boolean")
    assert [one["kind"] for one in found["marks"]][:3] == ["function", "function", "field"]


@pytest.mark.parametrize(
    ("text", "what", "place"),
    [
        pytest.param('StageName = "Proposal"', "StageName is a picklist", (0, 9), id="what a picklist takes"),
        pytest.param("Amount", "the condition is a number, and must be true or false", (0, 6), id="no condition"),
        pytest.param("Amuont > 5", "Opportunity has no field Amuont", (0, 6), id="no such field"),
        pytest.param('$User.Email = "x"', "a workflow is given no $User.Email", (0, 17), id="nobody is saving"),
        pytest.param("  AND(Amount > 5", "this bracket is not closed", (5, 6), id="blanks before count"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(sign_in: SignIn, text: str, what: str, place: tuple[int, int]) -> None:
    wrong = sign_in(PRIYA).post("/api/formula/check", json={**DEALS, "text": text}).json()["wrong"]
    assert what in wrong["what"]
    assert (wrong["start"], wrong["end"]) == place


def test_a_text_is_checked_and_completed_within_its_merge_fields(sign_in: SignIn) -> None:
    browser, text = sign_in(PRIYA), "Quiet: {!Nam} and {!Amuont}"
    found = browser.post("/api/formula/check", json={**DEALS, "text": text, "writes": "text"}).json()
    assert found["wrong"]["start"] == text.index("Nam")
    offered = browser.post("/api/formula/complete", json={**DEALS, "text": text, "writes": "text", "at": 12}).json()
    assert (offered["start"], offered["options"][0]["text"]) == (9, "Name")
    outside = browser.post("/api/formula/complete", json={**DEALS, "text": text, "writes": "text", "at": 3}).json()
    assert outside["options"] == []


def test_a_signal_is_offered_with_what_it_says(sign_in: SignIn) -> None:
    asked = {**DEALS, "text": "$Signal.Cont", "at": 12}
    first = sign_in(PRIYA).post("/api/formula/complete", json=asked).json()["options"][0]
    assert (first["text"], first["label"]) == (
        "$Signal.ContactRoles",
        "How many different contacts have a role on the deal.",
    )


def test_a_parent_that_nothing_named_yet_is_described_when_it_is_written(sign_in: SignIn) -> None:
    asked = {**DEALS, "text": "Campaign.Parent.Na", "at": 18}
    options = sign_in(PRIYA).post("/api/formula/complete", json=asked).json()["options"]
    assert options[0]["text"] == "Campaign.Parent.Name"


def test_an_object_that_there_is_not_is_refused_in_words(sign_in: SignIn) -> None:
    answer = sign_in(PRIYA).post("/api/formula/check", json={"object": "Nothing__c", "text": "true"})
    assert (answer.status_code, answer.json()["error"]["what"]) == (409, "the org has no object Nothing__c")


def test_an_error_about_hostile_words_is_no_markup(sign_in: SignIn) -> None:
    answer = sign_in(PRIYA).post("/api/formula/check", json={**DEALS, "text": "<script>alert(1)</script>"})
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.json()["wrong"]["what"] == "a value is missing before <"


def test_who_may_not_build_is_told_nothing_of_the_orgs_fields(sign_in: SignIn) -> None:
    browser = sign_in(MAYA)
    assert browser.post("/api/formula/check", json={**DEALS, "text": "true"}).status_code == 403
    assert browser.post("/api/formula/complete", json={**DEALS, "text": "", "at": 0}).status_code == 403


def test_an_object_that_a_half_written_path_names_is_asked_for_once(sign_in: SignIn, house: House) -> None:
    browser, asked = sign_in(PRIYA), {**DEALS, "text": "Owner:Nobody.Na", "at": 15}
    browser.post("/api/formula/complete", json=asked)
    before = house.space.reading.calls
    browser.post("/api/formula/complete", json=asked)
    assert house.space.reading.calls == before
