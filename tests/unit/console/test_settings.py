"""Settings: what I may do, where I am signed in, tokens, people and roles, connections and keys."""

import re

import pytest
from starlette.testclient import TestClient
from tests.unit.console.conftest import DANA, MAYA, PRIYA, SignIn

from upbeat.testing import House


def test_everybody_sees_what_they_may_and_who_else_may(sign_in: SignIn) -> None:
    page = sign_in(MAYA).get("/settings").text
    assert "Stop all writes" in page
    assert "whoever takes workflows live: revops or revenue_manager" in page
    assert "nobody, by the org" in page


def test_a_browser_is_signed_out_from_another(sign_in: SignIn) -> None:
    here = sign_in(MAYA)
    before = keys(here)
    there = sign_in(MAYA)
    [key] = keys(here) - before
    assert here.post(f"/settings/sessions/{key}/end").headers["Location"] == "/settings"
    assert (here.get("/api/home").status_code, there.get("/api/home").status_code) == (200, 401)


def keys(browser: TestClient) -> set[str]:
    return {one["key"] for one in browser.get("/api/settings").json()["sessions"]}


def test_anothers_session_is_none_of_mine_by_its_key(sign_in: SignIn) -> None:
    theirs, mine = sign_in(DANA), sign_in(MAYA)
    key = theirs.get("/api/settings").json()["sessions"][0]["key"]
    assert mine.post(f"/api/settings/sessions/{key}/end", json={}).status_code == 409
    assert theirs.get("/api/home").status_code == 200


def test_the_text_of_a_token_is_shown_once_and_opens_what_it_says(sign_in: SignIn) -> None:
    priya = sign_in(PRIYA)
    made = priya.post("/settings/tokens", data={"name": "<b>nightly</b>", "scopes": ["watch", "audit"], "days": "30"})
    text = re.search(r"upbeat_[0-9a-f]{16}_[\w-]+", made.text)
    assert (made.status_code, "&lt;b&gt;nightly" in made.text) == (200, True)
    assert text is not None
    later = priya.get("/settings/tokens").text
    assert text[0] not in later
    assert "&lt;b&gt;nightly" in later
    bare = sign_in(PRIYA)
    bare.cookies.clear()
    bearer = {"Authorization": f"Bearer {text[0]}"}
    assert bare.get("/api/home", headers=bearer).status_code == 403  # it is not for her own things
    token = priya.get("/api/settings/tokens").json()["tokens"][0]["id"]
    assert priya.post(f"/settings/tokens/{token}/revoke").status_code == 303
    assert bare.get("/api/home", headers=bearer).status_code == 401


def test_a_token_beyond_what_one_may_is_refused_with_words(sign_in: SignIn) -> None:
    answer = sign_in(MAYA).post("/api/settings/tokens", json={"name": "x", "scopes": ["audit"], "days": 1})
    assert (answer.status_code, "cannot give away: audit" in answer.text) == (409, True)


def test_it_sees_people_with_their_roles_and_who_is_signed_in(sign_in: SignIn) -> None:
    sign_in(MAYA)
    told = sign_in(PRIYA).get("/api/settings/users", params={"q": "whitfield"}).json()
    [dana] = told["users"]
    assert (dana["username"], dana["roles"], dana["leads"] > 3) == (DANA, ["sales_manager"], True)
    assert MAYA in {one["username"] for one in told["sessions"]}


def test_roles_say_what_they_are_for(sign_in: SignIn) -> None:
    told = {one["name"]: one for one in sign_in(MAYA).get("/api/settings/roles").json()["roles"]}
    assert "stage" in told["sales_manager"]["releases"]
    assert (told["revops"]["takes_live"], told["sales_manager"]["takes_live"]) == (True, False)


def test_connections_are_named_with_where_their_secret_lies_and_never_with_it(sign_in: SignIn, house: House) -> None:
    page = sign_in(PRIYA).get("/settings/connections").text
    secret = (house.folder / "secrets" / "reader").read_text()
    assert "secrets/reader" in page
    assert "upbeat org connect" in page
    assert secret not in page


def test_a_key_that_others_can_read_is_said_so_with_the_command(sign_in: SignIn, house: House) -> None:
    priya, key = sign_in(PRIYA), house.space.settings.path("keys") / "ledger.key"
    assert "chmod 600" not in priya.get("/settings/keys").text
    key.chmod(0o644)
    try:
        assert f"chmod 600 {key}" in priya.get("/settings/keys").text
    finally:
        key.chmod(0o600)


@pytest.mark.parametrize("path", ["/settings/users", "/settings/connections", "/settings/keys"])
def test_what_is_its_is_nobody_elses(sign_in: SignIn, path: str) -> None:
    assert sign_in(DANA).get(path).status_code == 403
    assert f'href="{path}"' not in sign_in(DANA).get("/settings").text


def test_a_form_for_a_token_that_is_sent_again_makes_no_second_one(sign_in: SignIn) -> None:
    browser = sign_in(DANA)
    [form] = re.findall(r'name="form" value="([^"]+)"', browser.get("/settings/tokens").text)
    asked = {"name": "sheet", "scopes": ["watch"], "days": "30", "form": form}
    assert "The token sheet is made" in browser.post("/settings/tokens", data=asked).text
    again = browser.post("/settings/tokens", data=asked)
    assert (again.status_code, again.headers["Location"]) == (303, "/settings/tokens")
    page = browser.get("/settings/tokens").text
    assert "The token sheet is made already, and its text was shown once" in page
    assert page.count('<th scope="row">sheet') == 1
