"""Requests that no page of ours sends: each is refused in words, and none costs more than what it sent."""

from collections.abc import Iterator

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient
from tests.unit.console.conftest import PRIYA, SignIn, form_token

from upbeat.console import application, areas
from upbeat.console.area import Action, Body
from upbeat.console.bodies import MOST
from upbeat.testing import House
from upbeat.workflows import Console

BODIES = sorted({one.body for area in areas.AREAS for one in area.routes if isinstance(one, Action)}, key=str)
LONG = "x" * (MOST // 4)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House(only=["route-inbound-leads"]) as house:
        yield house


@pytest.fixture
def browser(sign_in: SignIn) -> TestClient:
    return sign_in(PRIYA)


class TestTheCookieOfWhatWasJustDone:
    @pytest.mark.parametrize("held", ["[" * 3000, '"\\ud800"', "%ED%A0%80", "%00%ff", "null"])
    def test_harms_no_page_whatever_another_program_put_there(self, browser: TestClient, held: str) -> None:
        cookies = f"upbeat={browser.cookies['upbeat']}; upbeat_said={held}"
        answer = browser.get("/settings", headers={"Cookie": cookies})
        assert (answer.status_code, "upbeat_said=" in answer.headers["set-cookie"]) == (200, True)

    def test_shows_its_words_once_and_whole(self, browser: TestClient) -> None:
        browser.post("/stop", data={"why": "odd “mails” & more"})
        browser.post("/resume")
        assert "Writes go on." in browser.get("/settings").text
        assert "Writes go on." not in browser.get("/settings").text

    def test_is_out_of_reach_of_other_hosts_over_tls(self, house: House, sign_in: SignIn) -> None:
        home = "https://upbeat.acme.example"
        settings = house.space.settings.model_copy(update={"console": Console(address=home)})
        one = TestClient(application(house.space.house, dev=True, settings=settings), base_url=home)
        one.cookies.set("__Host-upbeat", sign_in(PRIYA).cookies["upbeat"])
        with one:
            one.headers["X-Form-Token"] = form_token(one)
            given = one.post("/stop", follow_redirects=False).headers["set-cookie"]
            one.post("/resume", follow_redirects=False)
        assert given.startswith("__Host-upbeat_said=")
        assert "Secure" in given


class TestWhatCannotBeRead:
    @pytest.mark.parametrize("origin", ["http://[", "http://]", "[", "http://[::1", "://"])
    def test_an_origin_that_is_no_address_is_another_site(self, browser: TestClient, origin: str) -> None:
        for path in ("/sign-in", "/stop"):
            assert browser.post(path, data={"username": PRIYA}, headers={"Origin": origin}).status_code == 403

    @pytest.mark.parametrize("form", ["why=x&why[a]=b", "why[a]=b&why=x"])
    def test_a_field_that_comes_as_text_and_as_a_table_is_refused(self, browser: TestClient, form: str) -> None:
        answer = browser.post("/stop", content=form, headers={"Content-Type": "application/x-www-form-urlencoded"})
        assert (answer.status_code, "why" in answer.text) == (422, True)

    def test_a_file_in_the_place_of_a_text_is_refused(self, browser: TestClient) -> None:
        answer = browser.post("/settings/tokens", files={"name": ("a.txt", b"x")})
        assert (answer.status_code, "cannot be read" in answer.text) == (400, True)

    @pytest.mark.parametrize("charset", ["punycode", "idna", "unicode_escape", "base64", "nonsense"])
    def test_a_form_in_an_unheard_of_alphabet_is_no_fault_of_ours(self, browser: TestClient, charset: str) -> None:
        part = b'--b\r\nContent-Disposition: form-data; name="why"\r\n\r\n\\ud800\xff-\xff\r\n--b--\r\n'
        kind = f"multipart/form-data; boundary=b; charset={charset}"
        assert browser.post("/stop", content=part, headers={"Content-Type": kind}).status_code < 500
        browser.post("/resume")

    def test_a_form_that_breaks_off_is_said_to_be_unreadable(self, browser: TestClient) -> None:
        kind = "multipart/form-data; boundary=b"
        answer = browser.post("/stop", content=b"--c\r\nnothing", headers={"Content-Type": kind})
        assert (answer.status_code, "cannot be read" in answer.text) == (400, True)

    def test_every_number_in_an_address_has_its_bounds(self, browser: TestClient) -> None:
        paths = browser.get("/api/openapi.json").json()["paths"]
        schemas = {
            f"{path} {one['name']}": option
            for path, said in paths.items()
            for operation in said.values()
            for one in operation.get("parameters", ())
            for option in one["schema"].get("anyOf", [one["schema"]])
            if option.get("type") == "integer"
        }
        assert len(schemas) > 10
        assert [name for name, one in schemas.items() if "maximum" not in one or "minimum" not in one] == []

    def test_a_page_beyond_all_numbers_is_refused_in_words(self, browser: TestClient) -> None:
        for path in ("/review", "/calls", "/api/calls", "/foundation/findings", "/settings/users"):
            answer = browser.get(path, params={"page": 10**18})
            assert (answer.status_code, "100000" in answer.text) == (422, True)


class TestTooMuch:
    @pytest.mark.parametrize("body", BODIES, ids=lambda one: f"{one.__module__}.{one.__name__}")
    def test_no_field_of_any_action_takes_a_text_without_end(self, body: type[Body]) -> None:
        for name in body.model_fields:
            for held in (LONG, [LONG], {LONG: "x"}, {"x": LONG}):
                with pytest.raises(ValidationError) as refused:
                    body.model_validate({name: held})
                assert name in {one["loc"][0] for one in refused.value.errors()}, f"{name} takes {str(held)[:9]}…"

    @pytest.mark.parametrize("path", ["/api/stop", "/sign-in"])
    @pytest.mark.parametrize("announced", [{}, {"Content-Length": "20000000"}], ids=["unannounced", "announced"])
    def test_a_stranger_sends_no_more_than_we_would_keep(
        self, sign_in: SignIn, path: str, announced: dict[str, str]
    ) -> None:
        stranger = TestClient(sign_in(PRIYA).app, base_url="http://127.0.0.1:8765")
        kind = {"/sign-in": "application/x-www-form-urlencoded", "/api/stop": "application/json"}[path]
        body = (b"x" * (MOST // 10) for _ in range(20))
        answer = stranger.post(path, content=body, headers={"Content-Type": kind, **announced})
        assert (answer.status_code, "ore was sent than 1 MB" in answer.text) == (413, True)

    def test_is_not_sent_to_every_page(self, browser: TestClient) -> None:
        answer = browser.post("/api/stop", json={"why": LONG})
        assert (answer.status_code, answer.json()["error"]["where"]) == (422, "why")
