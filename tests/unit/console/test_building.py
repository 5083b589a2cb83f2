"""The editor over HTTP: drafts, choices where two people met, and what a form may not do."""

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient
from tests.unit.console.conftest import MAYA, PRIYA, SignIn

from upbeat.testing import House

IRIS = "iris.nolan@acme.example"  # RevOps too
EDIT = "/workflows/missing-next-step/edit"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=["missing-next-step"]) as house:
        house.play()
        yield house


@pytest.fixture
def browser(sign_in: SignIn) -> Iterator[TestClient]:
    """Give a browser of RevOps; a draft that a test left is thrown away."""
    one = sign_in(PRIYA)
    yield one
    revision = one.get(f"/api{EDIT}").json()["revision"]
    if revision:
        one.post(EDIT, data={"revision": revision, "act": "discard"})


def keep(browser: TestClient, revision: int, part: str, **more: object) -> object:
    values = {f"values[{name}]": one for name, one in dict(more.pop("values", {})).items()}
    return browser.post(EDIT, data={"revision": revision, "part": part, **values, **more})


def test_the_list_leads_to_every_workflow_and_to_a_new_one(browser: TestClient) -> None:
    page = browser.get("/workflows").text
    assert "Ask for the next step of deals that have none" in page
    assert 'href="/workflows/new"' in page


def test_what_is_kept_is_there_when_the_page_is_loaded_again(browser: TestClient) -> None:
    answer = keep(browser, 0, "ask", values={"due": "3 days"}, then="outcomes")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{EDIT}?part=outcomes")
    assert 'value="3 days"' in browser.get(f"{EDIT}?part=ask").text


def test_where_two_people_changed_one_value_the_second_is_asked_and_nothing_is_lost(
    browser: TestClient, sign_in: SignIn
) -> None:
    keep(browser, 0, "ask", values={"due": "3 days"})
    page = keep(sign_in(IRIS), 0, "ask", values={"due": "4 days", "subject": "What next?"})
    assert page.status_code == 200
    assert ("3 days" in page.text, "4 days" in page.text, 'value="What next?"' in page.text) == (True, True, True)
    key = re.search(r'name="(choose\[steps[^"]*)"', page.text)[1]
    keep(sign_in(IRIS), 0, "ask", values={"due": "4 days", "subject": "What next?"}, **{key: "mine"})
    found = browser.get(f"/api{EDIT}").json()["after"]
    assert ("due: 4 days" in found, "What next?" in found) == (True, True)


def test_what_is_wrong_is_said_beside_its_field_and_keeps_it_from_being_published(browser: TestClient) -> None:
    keep(browser, 0, "trigger", values={"trigger.when": 'StageName = "Won"'})
    page = browser.get(f"{EDIT}?part=trigger").text
    assert page.count("StageName is a picklist") >= 2  # in the list, and at the field
    assert re.search(r'value="publish" disabled', page)
    answer = keep(browser, 1, "trigger", act="publish")
    assert "not%20saved" in answer.headers["Set-Cookie"]


def test_a_form_cannot_take_a_workflow_live(browser: TestClient) -> None:
    """F3: the file may not either, and says so."""
    keep(browser, 0, "about", values={"mode": "live"})
    wrong = browser.get(f"/api{EDIT}").json()["problems"]
    assert [one["part"] for one in wrong if "promotion" in one["what"]] == ["about"]


def test_a_step_is_added_moved_and_taken_out_and_undone(browser: TestClient) -> None:
    def steps() -> list[str]:
        found = browser.get(f"/api{EDIT}").json()["parts"]
        return [one["key"] for one in found if one["key"] not in {"about", "trigger", "outcomes"}]

    keep(browser, 0, "about", act="add", use="update_record")
    assert steps() == ["ask", "update_record"]
    keep(browser, 1, "about", act="up:update_record")
    assert steps() == ["update_record", "ask"]
    keep(browser, 2, "about", act="out:ask")
    assert steps() == ["update_record"]
    keep(browser, 3, "about", act="undo")
    assert steps() == ["update_record", "ask"]


def test_a_title_that_is_a_script_stays_words(browser: TestClient) -> None:
    keep(
        browser, 0, "about", values={"title": "<script>alert(1)</script>", "problem": '"><img src=x onerror=alert(1)>'}
    )
    for path in (EDIT, "/workflows"):
        page = browser.get(path).text
        assert "<script>alert(1)" not in page
        assert "<img src=x" not in page


def test_who_may_not_build_sees_no_editor(sign_in: SignIn) -> None:
    rep = sign_in(MAYA)
    assert [rep.get(one).status_code for one in (EDIT, "/workflows/new")] == [403, 403]
    assert rep.post(EDIT, data={"revision": 0}).status_code == 403


def test_a_workflow_that_there_is_not_is_not_found(browser: TestClient) -> None:
    assert browser.get("/workflows/nothing/edit").status_code == 404
    assert browser.get("/api/workflows/nothing/edit").status_code == 404


def test_a_template_is_taken_in_and_opens_in_the_editor(browser: TestClient, house: House) -> None:
    answer = browser.post("/workflows/templates/merge-duplicate-leads")
    assert answer.headers["Location"] == "/workflows/merge-duplicate-leads/edit?part=about"
    assert "not published" in browser.get(answer.headers["Location"]).text
    (house.folder / "workflows/merge-duplicate-leads.yaml").unlink()


@pytest.mark.parametrize("name", ["..", "x%00y", "Missing-Next-Step", "-a", "a" * 300])
def test_a_name_that_no_file_can_have_is_not_found(browser: TestClient, name: str) -> None:
    assert browser.get(f"/workflows/{name}/edit").status_code == 404


def test_a_form_of_a_step_that_is_gone_is_refused_and_not_forgotten(browser: TestClient) -> None:
    answer = keep(browser, 0, "nothing", values={"due": "3 days"})
    assert (answer.status_code, "no step nothing" in answer.text) == (409, True)


def test_a_draft_that_was_thrown_away_meanwhile_leaves_the_second_form_as_it_was_written(browser: TestClient) -> None:
    keep(browser, 0, "ask", values={"due": "3 days"})
    browser.post(EDIT, data={"revision": 1, "act": "discard"})
    page = keep(browser, 1, "ask", values={"due": "4 days"}).text
    assert ("thrown away" in page or "somebody else has changed" in page.lower(), "4 days" in page) == (True, True)
    again = int(re.search(r'name="revision" value="(\d+)"', page)[1])
    keep(browser, again, "ask", values={"due": "4 days"}, **{"choose[looked]": "theirs"})
    assert "due: 4 days" in browser.get(f"/api{EDIT}").json()["after"]


def test_a_file_that_changed_meanwhile_is_taken_in_by_choice(browser: TestClient, house: House) -> None:
    file = house.folder / "workflows/missing-next-step.yaml"
    stood = file.read_text(encoding="utf-8")
    keep(browser, 0, "ask", values={"due": "3 days"})
    file.write_text(stood.replace("due: 2 days\n", "due: 4 days  # by hand\n"), encoding="utf-8")
    assert "The file changed since this draft began" in browser.get(EDIT).text
    page = browser.post(EDIT, data={"revision": 1, "act": "bring"}).text
    key = re.search(r'name="(choose\[steps[^"]*)"', page)[1]
    browser.post(EDIT, data={"revision": 1, "act": "bring", key: "mine"})
    after = browser.get(f"/api{EDIT}").json()["after"]
    file.write_text(stood, encoding="utf-8")
    assert "due: 3 days  # by hand\n" in after
