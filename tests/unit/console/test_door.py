"""The door: sign-in at the org, sessions that are replaced and copied, other sites, tokens, and who is away."""

import re
from asyncio import run, timeout
from asyncio import sleep as sleep_async
from collections.abc import Callable, Iterator
from datetime import timedelta
from time import sleep
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from starlette.requests import Request
from starlette.testclient import TestClient
from starlette.types import Message
from tests.unit.console.conftest import DANA, MAYA, PRIYA, SignIn, form_token

from upbeat.console import application, areas, live
from upbeat.console.area import Action, File, Page, Route
from upbeat.console.cookies import SESSION
from upbeat.console.entering import Door
from upbeat.console.signing_in import within
from upbeat.localorg import ConnectedApp, Fault
from upbeat.operations.signing_in import LONGEST, How, look, make_token, open_session, sign_out
from upbeat.operations.signing_in.sessions import IDLE, TURN
from upbeat.testing import House
from upbeat.workflows import Console, Permission

HERE, PASSWORD, CLIENT = "http://localhost:8765", "correct horse", "upbeat-console"
ROUTES = [one for area in areas.AREAS for one in area.routes]
Browser = Callable[[], TestClient]


@pytest.fixture(scope="module")
def browser(house: House) -> Iterator[Browser]:
    """Give a browser on a console as it is shared: nobody comes in but through the org."""
    scopes = ("openid", "profile")
    answer = f"{HERE}/sign-in/answer"
    house.org.access.apps.connect(
        ConnectedApp(CLIENT, callbacks=(answer,), scopes=scopes, public=True, requires_pkce=True)
    )
    for person in (PRIYA, DANA, MAYA):
        house.org.access.people.set_password(person, PASSWORD)
    console = Console(address=HERE, client_id=CLIENT)
    app = application(
        house.space.house, dev=False, settings=house.space.settings.model_copy(update={"console": console})
    )
    with TestClient(app):
        yield lambda: TestClient(app, base_url=HERE, follow_redirects=False)


def at_the_org(house: House, address: str, username: str) -> str:
    """Log in on the org's page, and give where it sends the browser back to."""
    form = {**dict(parse_qsl(urlsplit(address).query)), "username": username, "password": PASSWORD, "decision": "allow"}
    page = f"{house.space.settings.org.login_url}/services/oauth2/authorize"
    with httpx2.Client(trust_env=False) as org:
        return org.post(page, data=form).headers["Location"]


def signed_in(house: House, one: TestClient, username: str, to: str = "/") -> str:
    """Sign in with Salesforce, and give where one is sent."""
    begun = one.get("/sign-in/salesforce", params={"to": to})
    assert begun.status_code == 303, begun.text
    back = one.get(at_the_org(house, begun.headers["Location"], username))
    assert back.status_code == 303, back.text
    return back.headers["Location"]


def comes(what: Callable[[], bool]) -> bool:
    """Whether something comes to be so soon: the org is asked beside the request."""
    return any(what() or sleep(0.05) for _ in range(60))


def asked_of(route: Route, browser: TestClient, *, api: bool) -> int:
    """Ask for a route, with something for each part of its path; give the status."""
    path = route.path.replace("{", "").replace("}", "")
    path = f"/api{path if path != '/' else '/home'}" if api else path
    if not isinstance(route, Page):
        return (browser.post(path, json={}) if api else browser.post(path, data={})).status_code
    return browser.get(path).status_code


class TestEveryRoute:
    @pytest.mark.parametrize("route", ROUTES, ids=lambda one: f"{type(one).__name__} {one.path}")
    def test_lets_nobody_in_who_is_not_signed_in(self, browser: Browser, route: Route) -> None:
        assert asked_of(route, browser(), api=False) == 303
        if not isinstance(route, File):
            assert asked_of(route, browser(), api=True) == 401

    @pytest.mark.parametrize(
        "route",
        [one for one in ROUTES if one.needs not in {Permission.OWN, Permission.STOP}],
        ids=lambda one: f"{type(one).__name__} {one.path}",
    )
    def test_refuses_whoever_lacks_its_permission(self, sign_in: SignIn, route: Route) -> None:
        rep = sign_in(MAYA)
        assert asked_of(route, rep, api=False) == 403
        if not isinstance(route, File):
            assert asked_of(route, rep, api=True) == 403

    def test_that_the_application_serves_is_an_areas_or_one_of_those_before_the_door(self, browser: Browser) -> None:
        mine = {one.path for one in ROUTES} | {f"/api{one.path}" for one in ROUTES} | {"/api/home"}
        served = {getattr(one, "path", "") for one in browser().app.routes}  # type: ignore[attr-defined]
        before = {
            "/sign-in",
            "/sign-in/salesforce",
            "/sign-in/answer",
            "/sign-out",
            "/band",
            "/events",
            "/api/openapi.json",
        }
        assert {one for one in served - mine if not one.startswith("/static")} - {""} == before

    def test_names_a_permission(self) -> None:
        assert {type(one.needs) for one in ROUTES} == {Permission}
        assert {type(one) for one in ROUTES} >= {Page, Action}


@pytest.mark.parametrize("by_hand", [True, False], ids=["signed out", "idle too long"])
def test_the_stream_of_a_session_that_has_ended_ends(
    house: House, monkeypatch: pytest.MonkeyPatch, *, by_hand: bool
) -> None:
    monkeypatch.setattr(live, "_ASKS_WHO", 0.0)
    monkeypatch.setattr(live, "_BEATS", 0.001)
    inside = house.space.house
    cookie = open_session(inside, DANA, How.DEV).cookie
    door, looking = Door(inside, dev=True, app=None, address=HERE), live.Live(inside)
    request = Request({"type": "http", "headers": [(b"cookie", f"{SESSION}={cookie}".encode())]}, receive=forever)

    async def listened() -> list[str]:
        heard = aiter((await looking.stream(request, lambda: door.still_in(request))).body_iterator)
        first = [str(await anext(heard)), str(await anext(heard))]
        if by_hand:
            sign_out(inside, cookie)
        else:
            house.clock.advance(IDLE)
        async with timeout(5):
            return first + [str(one) async for one in heard]

    assert [one.partition("\n")[0] for one in run(listened())][:2] == ["retry: 2000", ": still here"]


async def forever() -> Message:
    await sleep_async(3600)
    return {"type": "http.disconnect"}


class TestWithSalesforce:
    def test_who_logs_in_at_the_org_comes_back_to_what_they_wanted(self, house: House, browser: Browser) -> None:
        one = browser()
        assert signed_in(house, one, DANA, "/settings?a=1") == "/settings?a=1"
        page = one.get("/settings").text
        assert DANA in page
        assert MAYA in page  # she stands below her
        assert "dev sign-in" not in page

    def test_only_the_cookie_of_the_session_is_left_and_no_script_reads_it(
        self, house: House, browser: Browser
    ) -> None:
        one = browser()
        begun = one.get("/sign-in/salesforce")
        back = one.get(at_the_org(house, begun.headers["Location"], DANA))
        given, dropped = sorted(back.headers.get_list("set-cookie"))
        assert "HttpOnly" in given
        assert "SameSite=lax" in given
        assert (given.startswith("upbeat="), dropped.startswith('upbeat_try="";')) == (True, True)
        assert set(one.cookies) == {"upbeat"}

    def test_an_answer_that_another_browser_began_signs_nobody_in(self, house: House, browser: Browser) -> None:
        begun = browser().get("/sign-in/salesforce")
        link = at_the_org(house, begun.headers["Location"], MAYA)  # a link that somebody is sent
        victim = browser()
        answer = victim.get(link)
        assert (answer.status_code, "did not begin to sign in" in answer.text, dict(victim.cookies)) == (403, True, {})

    def test_an_answer_is_good_once(self, house: House, browser: Browser) -> None:
        one = browser()
        begun = one.get("/sign-in/salesforce")
        link = at_the_org(house, begun.headers["Location"], MAYA)
        kept = dict(one.cookies)
        assert one.get(link).status_code == 303
        one.cookies.update(kept)
        assert one.get(link).status_code in {403, 503}

    @pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example"])
    def test_nobody_is_sent_to_another_site_after_it(self, house: House, browser: Browser, to: str) -> None:
        assert signed_in(house, browser(), DANA, to) == "/"

    def test_nobody_comes_in_by_a_name_alone(self, browser: Browser) -> None:
        answer = browser().post("/sign-in", data={"username": PRIYA})
        assert (answer.status_code, "without showing who they are" in answer.text) == (403, True)
        assert PRIYA not in browser().get("/sign-in").text

    def test_a_session_of_development_is_none_here(self, house: House, browser: Browser) -> None:
        look(house.space.house, PRIYA)
        one = browser()
        one.cookies.set("upbeat", open_session(house.space.house, PRIYA, How.DEV).cookie)
        assert one.get("/api/home").status_code == 401

    def test_while_the_org_is_away_the_page_says_so_and_who_is_in_stays_in(
        self, house: House, browser: Browser
    ) -> None:
        inside, outside = browser(), browser()
        signed_in(house, inside, DANA)
        begun = outside.get("/sign-in/salesforce")
        link = at_the_org(house, begun.headers["Location"], MAYA)
        house.clock.advance(timedelta(minutes=7))
        house.org.faults.add(Fault(".*", "503 before", times=None))
        try:
            assert outside.get(link).status_code == 503
            assert inside.get("/settings").status_code == 200
            assert comes(lambda: "The org does not answer" in inside.get("/settings").text)
        finally:
            house.org.faults.clear()
        house.clock.advance(timedelta(minutes=2))
        assert comes(lambda: "The org does not answer" not in inside.get("/settings").text)


class TestSessions:
    def test_somebody_whom_the_org_has_made_inactive_is_out_within_minutes(
        self, house: House, browser: Browser
    ) -> None:
        one = browser()
        signed_in(house, one, MAYA)
        house.update("User", house.ids[MAYA], IsActive=False)
        house.clock.advance(timedelta(minutes=6))
        try:
            assert comes(lambda: one.get("/api/home").status_code == 401)
        finally:
            house.update("User", house.ids[MAYA], IsActive=True)
            house.clock.advance(timedelta(minutes=2))

    def test_a_session_that_was_signed_out_is_not_replayed(self, house: House, browser: Browser) -> None:
        one, thief = browser(), browser()
        signed_in(house, one, DANA)
        thief.cookies.set("upbeat", one.cookies["upbeat"])
        assert thief.get("/api/home").status_code == 200
        one.headers["X-Form-Token"] = form_token(one)
        assert one.post("/sign-out").headers["Location"] == "/sign-in"
        assert thief.get("/api/home").status_code == 401
        assert not sign_out(house.space.house, thief.cookies["upbeat"])

    def test_a_copied_cookie_ends_with_the_next_that_the_browser_gets(self, house: House, browser: Browser) -> None:
        one, thief = browser(), browser()
        signed_in(house, one, DANA)
        thief.cookies.set("upbeat", one.cookies["upbeat"])
        house.clock.advance(TURN)
        assert one.get("/api/home").status_code == 200
        assert one.cookies["upbeat"] != thief.cookies["upbeat"]
        assert one.get("/api/home").status_code == 200
        house.clock.advance(timedelta(minutes=2))
        assert thief.get("/api/home").status_code == 401
        assert one.get("/api/home").status_code == 401  # whoever it was: both sign in again

    def test_a_form_that_was_open_while_the_cookie_was_replaced_is_taken(self, house: House, browser: Browser) -> None:
        one = browser()
        signed_in(house, one, DANA)
        token = form_token(one)
        house.clock.advance(TURN)
        assert one.post("/api/stop", json={"why": "x"}, headers={"X-Form-Token": token}).status_code == 200
        assert one.post("/api/resume", json={}, headers={"X-Form-Token": token}).status_code == 200

    def test_anothers_form_token_is_none_of_mine(self, house: House, browser: Browser) -> None:
        mine, theirs = browser(), browser()
        signed_in(house, mine, DANA)
        signed_in(house, theirs, PRIYA)
        answer = mine.post("/api/stop", json={"why": "x"}, headers={"X-Form-Token": form_token(theirs)})
        assert (answer.status_code, answer.json()["error"]["what"]) == (403, "this page is too old")

    def test_over_tls_no_other_host_can_set_the_cookie_and_it_never_goes_in_the_clear(self, house: House) -> None:
        console = Console(address="https://upbeat.acme.example", client_id=CLIENT)
        settings = house.space.settings.model_copy(update={"console": console})
        app = application(house.space.house, dev=False, settings=settings)
        one = TestClient(app, base_url="https://upbeat.acme.example", follow_redirects=False)
        answer = one.get("/sign-in/salesforce")
        assert "redirect_uri=https%3A%2F%2Fupbeat.acme.example%2Fsign-in%2Fanswer" in answer.headers["Location"]
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-upbeat_try=")
        assert "Secure" in cookie
        assert "Domain" not in cookie
        assert answer.headers["Strict-Transport-Security"]


class TestOtherSites:
    @pytest.mark.parametrize(
        "headers",
        [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
        ids=lambda one: next(iter(one.values())),
    )
    def test_what_another_site_sends_is_refused(self, sign_in: SignIn, headers: dict[str, str]) -> None:
        for path in ("/stop", "/api/stop", "/sign-out"):
            assert sign_in(DANA).post(path, headers=headers).status_code == 403
        assert sign_in(DANA).post("/sign-in", data={"username": PRIYA}, headers=headers).status_code == 403

    def test_this_machine_is_known_by_its_newer_address_too(self, sign_in: SignIn) -> None:
        there = TestClient(sign_in(DANA).app, base_url="http://[::1]:8765", follow_redirects=False)
        headers = {"Origin": "http://[::1]:8765"}
        assert there.post("/sign-in", data={"username": DANA}, headers=headers).status_code == 303
        assert there.get("/settings").status_code == 200

    def test_another_name_that_leads_to_this_machine_is_another_site(self, sign_in: SignIn) -> None:
        answer = sign_in(DANA).get("/api/home", headers={"Host": "evil.example:8765"})
        assert answer.status_code == 400

    @pytest.mark.parametrize(
        ("to", "goes"),
        [
            ("/review?tier=approval#x", "/review?tier=approval#x"),
            ("", "/"),
            ("review", "/"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("/a\\b", "/"),
            ("/\n/evil.example", "/"),
            ("/ /evil.example", "/"),
            ("javascript:alert(1)", "/"),
            ("/" + "a" * 2000, "/"),
        ],
    )
    def test_an_address_to_come_back_to_is_a_path_of_ours(self, to: str, goes: str) -> None:
        assert within(to) == goes


class TestTokens:
    @pytest.fixture
    def program(self, house: House, browser: Browser) -> TestClient:
        """A program with a token of Priya's, for all that one can be made for."""
        look(house.space.house, PRIYA)
        scopes = [one for one in Permission if one is not Permission.CONNECT]
        one = browser()
        one.headers["Authorization"] = (
            f"Bearer {make_token(house.space.house, PRIYA, 'a test', scopes, 1, How.SALESFORCE).text}"
        )
        return one

    def test_no_token_outlives_its_person_while_nobody_uses_it(self, house: House, browser: Browser) -> None:
        look(house.space.house, MAYA)
        made = make_token(house.space.house, MAYA, "hers", [Permission.OWN], 9, How.SALESFORCE)
        house.clock.advance(LONGEST)
        house.update("User", house.ids[MAYA], IsActive=False)
        try:
            asked = browser().get("/api/home", headers={"Authorization": f"Bearer {made.text}"})
            assert asked.status_code == 401
        finally:
            house.update("User", house.ids[MAYA], IsActive=True)
            house.clock.advance(timedelta(minutes=2))

    def test_what_the_org_said_long_ago_lets_no_program_in_while_it_is_away(
        self, house: House, program: TestClient
    ) -> None:
        house.clock.advance(LONGEST)
        house.org.faults.add(Fault(".*", "503 before", times=None))
        try:
            assert program.get("/api/home").status_code == 503
        finally:
            house.org.faults.clear()
        house.clock.advance(timedelta(minutes=2))
        assert program.get("/api/home").status_code == 200

    def test_a_token_of_development_opens_nothing_where_people_show_who_they_are(
        self, browser: Browser, sign_in: SignIn
    ) -> None:
        made = sign_in(PRIYA).post("/settings/tokens", data={"name": "x", "scopes": "own", "days": "1"})
        bearer = {"Authorization": "Bearer " + re.findall(r"upbeat_[0-9a-f]{16}_[\w-]+", made.text)[0]}
        there = TestClient(sign_in(PRIYA).app, base_url="http://127.0.0.1:8765")
        assert there.get("/api/home", headers=bearer).status_code == 200
        assert browser().get("/api/home", headers=bearer).status_code == 401

    def test_a_program_reads_with_a_token_and_needs_no_form(self, program: TestClient) -> None:
        assert program.get("/api/home").status_code == 200
        assert program.post("/api/stop", json={"why": "a program"}).status_code == 200

    def test_no_token_lets_writes_go_on(self, program: TestClient, sign_in: SignIn) -> None:
        program.post("/api/stop", json={"why": "a program"})
        answer = program.post("/api/resume", json={})
        assert (answer.status_code, answer.json()["error"]["what"]) == (
            403,
            "a token does nothing that a person decides",
        )
        assert sign_in(PRIYA).post("/api/resume", json={}).status_code == 200

    def test_no_token_makes_another_or_reaches_connections_and_secrets(self, program: TestClient) -> None:
        answer = program.post("/api/settings/tokens", json={"name": "more", "scopes": ["watch"], "days": 300})
        assert answer.status_code == 403
        assert program.get("/api/settings/connections").status_code == 403

    @pytest.mark.parametrize(
        "route",
        [one for one in ROUTES if isinstance(one, Action) and (one.by_person or one.needs is Permission.DECIDE)],
        ids=lambda one: one.path,
    )
    def test_no_token_does_what_a_person_decides(self, program: TestClient, route: Action) -> None:
        assert asked_of(route, program, api=True) == asked_of(route, program, api=False) == 403

    @pytest.mark.parametrize(
        "path",
        ["/runs/{run_id}/wrong", "/records/{record_id}/wrong", "/me/flags/{key}/wrong", "/workflows/{name}/demote"],
    )
    def test_no_token_takes_a_workflow_back_by_itself_or_by_one_report_too_many(
        self, program: TestClient, path: str
    ) -> None:
        assert program.post(f"/api{path}", json={}).json()["error"]["what"].startswith("a token does nothing")

    def test_no_token_takes_changes_back(self, program: TestClient) -> None:
        assert program.post("/api/rollbacks", json={"workflow": "x"}).status_code == 403

    def test_a_wrong_token_opens_nothing_even_beside_a_good_cookie(self, sign_in: SignIn) -> None:
        answer = sign_in(DANA).get("/api/home", headers={"Authorization": "Bearer upbeat_x_y"})
        assert answer.status_code == 401
