"""The editor over HTTP: drafts, choices where two people met, and what a form may not do."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import delete
from starlette.testclient import TestClient
from tests.unit.console.conftest import MAYA, PRIYA, SignIn

from upbeat.app import Workspace
from upbeat.localorg import Fault
from upbeat.localorg.faults import Faults
from upbeat.salesforce import SalesforceError
from upbeat.store import tables
from upbeat.testing import House

IRIS = "iris.nolan@acme.example"  # RevOps too
EDIT = "/workflows/missing-next-step/edit"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=["missing-next-step"]) as house:
        house.play()
        yield house


@pytest.fixture
def browser(sign_in: SignIn, house: House) -> Iterator[TestClient]:
    """Give a browser of RevOps; what a test left in drafts and files goes after it."""
    file = house.folder / "workflows/missing-next-step.yaml"
    text = file.read_bytes()
    yield sign_in(PRIYA)
    with house.space.house.store.writing() as conn:
        conn.execute(delete(tables.drafts))
    file.write_bytes(text)


@pytest.fixture
def opened(browser: TestClient) -> int:
    """Give the revision of the editor as it was opened on the file, before anybody changed anything."""
    return browser.get(f"/api{EDIT}").json()["revision"]


def keep(browser: TestClient, revision: int, part: str, **more: object) -> object:
    values = {f"values[{name}]": one for name, one in dict(more.pop("values", {})).items()}
    return browser.post(EDIT, data={"revision": revision, "part": part, **values, **more})


def test_the_list_leads_to_every_workflow_and_to_a_new_one(browser: TestClient) -> None:
    page = browser.get("/workflows").text
    assert "Ask for the next step of deals that have none" in page
    assert 'href="/workflows/new"' in page


def test_while_the_org_is_away_the_templates_stand_and_the_page_says_what_it_cannot_list(
    browser: TestClient, house: House
) -> None:
    house.org.faults.add(Fault(".", "503 before", times=None))
    try:
        answer = browser.get("/workflows/new")
    finally:
        house.org.faults = Faults()
    assert (answer.status_code, "Or from a template" in answer.text) == (200, True)
    assert "The org does not answer, so its objects are not listed" in answer.text


def test_a_page_does_not_wait_for_an_org_that_is_away(house: House) -> None:
    waits: list[float] = []
    house.org.faults.add(Fault(".", "503 before", times=None))
    try:
        space = Workspace(house.folder, clock=house.clock, sleep=waits.append, patient=False)
        with space, pytest.raises(SalesforceError):
            space.house.query("SELECT Id FROM User", {})
    finally:
        house.org.faults = Faults()
    assert waits == []


def test_what_is_kept_is_there_when_the_page_is_loaded_again(browser: TestClient, opened: int) -> None:
    answer = keep(browser, opened, "ask", values={"due": "3 days"}, then="outcomes")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{EDIT}?part=outcomes")
    assert 'value="3 days"' in browser.get(f"{EDIT}?part=ask").text


def test_where_two_people_changed_one_value_the_second_is_asked_and_nothing_is_lost(
    browser: TestClient, opened: int, sign_in: SignIn
) -> None:
    keep(browser, opened, "ask", values={"due": "3 days"})
    page = keep(sign_in(IRIS), opened, "ask", values={"due": "4 days", "subject": "What next?"})
    assert page.status_code == 200
    assert ("3 days" in page.text, "4 days" in page.text, 'value="What next?"' in page.text) == (True, True, True)
    key = re.search(r'name="(choose\[steps[^"]*)"', page.text)[1]
    keep(sign_in(IRIS), opened, "ask", values={"due": "4 days", "subject": "What next?"}, **{key: "mine"})
    found = browser.get(f"/api{EDIT}").json()["after"]
    assert ("due: 4 days" in found, "What next?" in found) == (True, True)


def test_what_is_wrong_is_said_beside_its_field_and_keeps_it_from_being_published(
    browser: TestClient, opened: int
) -> None:
    keep(browser, opened, "trigger", values={"trigger.when": 'StageName = "Won"'})
    page = browser.get(f"{EDIT}?part=trigger").text
    assert page.count("StageName is a picklist") >= 2  # in the list, and at the field
    assert re.search(r'value="publish" disabled', page)
    answer = keep(browser, 1, "trigger", act="publish")
    assert "not%20saved" in answer.headers["Set-Cookie"]


def test_a_form_cannot_take_a_workflow_live(browser: TestClient, opened: int) -> None:
    """F3: the file may not either, and says so."""
    keep(browser, opened, "about", values={"mode": "live"})
    wrong = browser.get(f"/api{EDIT}").json()["problems"]
    assert [one["part"] for one in wrong if "promotion" in one["what"]] == ["about"]


def test_a_step_is_added_moved_and_taken_out_and_undone(browser: TestClient, opened: int) -> None:
    def steps() -> list[str]:
        found = browser.get(f"/api{EDIT}").json()["parts"]
        return [one["key"] for one in found if one["key"] not in {"about", "trigger", "outcomes"}]

    keep(browser, opened, "about", act="add", use="update_record")
    assert steps() == ["ask", "update_record"]
    keep(browser, 1, "about", act="up:update_record")
    assert steps() == ["update_record", "ask"]
    keep(browser, 2, "about", act="out:ask")
    assert steps() == ["update_record"]
    keep(browser, 3, "about", act="undo")
    assert steps() == ["update_record", "ask"]


def test_a_title_that_is_a_script_stays_words(browser: TestClient, opened: int) -> None:
    keep(
        browser,
        opened,
        "about",
        values={"title": "<script>alert(1)</script>", "problem": '"><img src=x onerror=alert(1)>'},
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


def test_a_form_of_a_step_that_is_gone_is_refused_and_not_forgotten(browser: TestClient, opened: int) -> None:
    answer = keep(browser, opened, "nothing", values={"due": "3 days"})
    assert (answer.status_code, "no step nothing" in answer.text) == (409, True)


def test_a_draft_that_was_thrown_away_meanwhile_leaves_the_second_form_as_it_was_written(
    browser: TestClient, opened: int
) -> None:
    keep(browser, opened, "ask", values={"due": "3 days"})
    browser.post(EDIT, data={"revision": 1, "act": "discard"})
    page = keep(browser, 1, "ask", values={"due": "4 days"}).text
    key = re.search(r'name="(choose\[steps[^"]*)"', page)[1]
    assert ("2 days" in page, "4 days" in page) == (True, True)
    keep(browser, 1, "ask", values={"due": "4 days"}, **{key: "mine"})
    assert "due: 4 days" in browser.get(f"/api{EDIT}").json()["after"]


def test_a_file_that_changed_meanwhile_is_taken_in_by_choice(browser: TestClient, opened: int, house: House) -> None:
    file = house.folder / "workflows/missing-next-step.yaml"
    stood = file.read_text(encoding="utf-8")
    keep(browser, opened, "ask", values={"due": "3 days"})
    file.write_text(stood.replace("due: 2 days\n", "due: 4 days  # by hand\n"), encoding="utf-8")
    assert "The file changed since this draft began" in browser.get(EDIT).text
    page = browser.post(EDIT, data={"revision": 1, "act": "bring"}).text
    key = re.search(r'name="(choose\[steps[^"]*)"', page)[1]
    browser.post(EDIT, data={"revision": 1, "act": "bring", key: "mine"})
    after = browser.get(f"/api{EDIT}").json()["after"]
    file.write_text(stood, encoding="utf-8")
    assert "due: 3 days  # by hand\n" in after


def _title(browser: TestClient) -> tuple[str, str]:
    after = browser.get(f"/api{EDIT}").json()["after"]
    return re.search(r"(?m)^title: (.*)$", after)[1], re.search(r"(?m)^problem: (.*)$", after)[1]


def _about(browser: TestClient) -> tuple[int, dict[str, str]]:
    """Open the form of what a workflow is, and give its revision with all that it would post."""
    found = browser.get(f"/api{EDIT}").json()
    return found["revision"], {one["name"]: one["value"] for one in found["form"]}


def test_a_form_of_a_change_that_was_taken_back_does_not_bring_it_again(
    browser: TestClient, sign_in: SignIn, opened: int
) -> None:
    iris = sign_in(IRIS)
    keep(iris, opened, "about", values={"title": "One"})
    seen, form = _about(browser)
    iris.post(EDIT, data={"revision": seen, "act": "undo"})
    keep(iris, opened, "about", values={"title": "Iris wants this title"})
    keep(browser, seen, "about", values=form | {"problem": "Priya says why"})
    assert _title(browser) == ("Iris wants this title", "Priya says why")


@pytest.mark.parametrize("ends", ["saved", "thrown away"])
def test_a_form_of_the_file_does_not_undo_what_was_done_with_the_draft_meanwhile(
    browser: TestClient, sign_in: SignIn, ends: str
) -> None:
    iris, (seen, form) = sign_in(IRIS), _about(browser)
    keep(iris, seen, "about", values={"title": "Iris saved this"}, **({"act": "file"} if ends == "saved" else {}))
    if ends == "thrown away":
        iris.post(EDIT, data={"revision": _about(iris)[0], "act": "discard"})
    keep(browser, seen, "about", values=form | {"problem": "Priya says why"})
    assert _title(browser) == ("Iris saved this" if ends == "saved" else form["title"], "Priya says why")


def test_a_form_of_a_file_that_was_changed_by_hand_since_is_not_kept_until_somebody_looked(
    browser: TestClient, house: House
) -> None:
    file, (seen, form) = house.folder / "workflows/missing-next-step.yaml", _about(browser)
    file.write_text(file.read_text(encoding="utf-8").replace("title: ", "title: By hand "), encoding="utf-8")
    page = keep(browser, seen, "about", values=form | {"problem": "Priya says why"})
    assert (page.status_code, "Priya says why" in page.text) == (200, True)
    assert _about(browser)[0] < 0  # the file, and no draft
    again = int(re.search(r'name="revision" value="(-\d+)"', page.text)[1])
    keep(browser, again, "about", values={"problem": "Priya says why"}, **{"choose[looked]": "theirs"})
    assert _title(browser) == (f"By hand {form['title']}", "Priya says why")


def test_a_test_is_of_what_stands_in_the_form_and_keeps_none_of_it(browser: TestClient, house: House) -> None:
    seen = _about(browser)[0]
    deal = house.create("Opportunity", Name="Now", StageName="Prospecting", CloseDate="2027-01-31", Amount=4_242)
    posted = {"revision": seen, "part": "trigger", "values": {"trigger.when": "Amount = 4242"}}
    found = browser.post(f"/api{EDIT}/test", json=posted).json()
    assert [one["record_id"] for one in found["records"] if one["fired"]] == [deal]
    assert browser.get(f"/api{EDIT}").json()["revision"] == seen


def test_a_step_that_is_renamed_stays_the_one_on_the_page(browser: TestClient, opened: int) -> None:
    answer = keep(browser, opened, "ask", values={"step": "ask_owner"})
    assert answer.headers["Location"] == f"{EDIT}?part=ask_owner"
    moved = keep(browser, _about(browser)[0], "ask_owner", values={"step": "ask"}, act="out:ask_owner")
    assert moved.headers["Location"] == f"{EDIT}?part=trigger"
    assert browser.get(f"/api{EDIT}").json()["parts"][2]["key"] == "outcomes"


DRAFTED = {"title": "Ünïcödé Straße", "problem": "Why", "object": "Opportunity"}


def test_a_form_that_is_refused_is_shown_again_with_what_was_typed(browser: TestClient) -> None:
    page = browser.post("/workflows/new", data=DRAFTED | {"title": "<b>Mine", "name": "missing-next-step"})
    assert (page.status_code, "There is a workflow missing-next-step already" in page.text) == (409, True)
    assert 'value="&lt;b&gt;Mine"' in page.text
    assert browser.post("/api/workflows/new", json=DRAFTED | {"name": "missing-next-step"}).status_code == 409


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"object": "Oportunity"}, "Did you mean Opportunity?"),
        ({"name": "No Name"}, "cannot be called No Name"),
        ({"name": "new"}, "cannot be called new"),
        ({"title": "…"}, "no name can be made of this title"),
        ({"title": "a" * 201}, "at most 200 characters"),
    ],
)
def test_what_a_workflow_cannot_begin_with_is_said(browser: TestClient, typed: dict[str, str], why: str) -> None:
    assert why.casefold() in browser.post("/workflows/new", data=DRAFTED | typed).text.casefold()


def test_a_workflow_is_named_after_its_title_in_plain_letters(browser: TestClient) -> None:
    answer = browser.post("/workflows/new", data=DRAFTED)
    assert answer.headers["Location"] == "/workflows/unicode-strasse/edit?part=trigger"
    page = browser.get(answer.headers["Location"]).text
    assert "every record goes to a person after 2 days" in page
    revision = browser.get("/api/workflows/unicode-strasse/edit").json()["revision"]
    browser.post("/workflows/unicode-strasse/edit", data={"revision": revision, "act": "discard"})


def test_a_value_that_changed_again_while_somebody_chose_is_asked_again(
    browser: TestClient, opened: int, sign_in: SignIn
) -> None:
    iris = sign_in(IRIS)
    keep(browser, opened, "about", values={"title": "One"})
    page = keep(iris, opened, "about", values={"title": "Mine"}).text
    key = re.search(r'name="(choose\[title[^"]*)"', page)[1]
    keep(browser, _about(browser)[0], "about", values={"title": "Unseen"})
    again = keep(iris, opened, "about", values={"title": "Mine"}, **{key: "mine"})
    assert (again.status_code, "Unseen" in again.text, _title(browser)[0]) == (200, True, "Unseen")


def test_a_draft_that_cannot_be_tested_yet_says_what_its_form_lacks(browser: TestClient, opened: int) -> None:
    posted = {"revision": opened, "part": "ask", "values": {"agent": ""}}
    error = browser.post(f"/api{EDIT}/test", json=posted).json()["error"]
    assert (error["what"], error["fix"]) == ("it cannot be tested yet: Agent is missing", "Fill it in.")
