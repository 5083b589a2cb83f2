"""Signing in with Salesforce, at the local org's own log-in page."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from upbeat.localorg import ConnectedApp, Fault, LocalOrg, Server
from upbeat.operations import House, Refused
from upbeat.operations.signing_in import App, How, begin_sign_in, find_session, finish_sign_in, standing_of
from upbeat.operations.signing_in.with_salesforce import PATIENCE
from upbeat.salesforce import Rejected, Retryable, SessionDead
from upbeat.store import StoreError
from upbeat.testing import House as Whole
from upbeat.workflows import Permission

PASSWORD = "correct horse"
DANA, MAYA = (f"{one}@acme.example" for one in ("dana.whitfield", "maya.chen"))

Answer = Callable[..., dict[str, str]]


@pytest.fixture
def answer(app: App) -> Answer:
    """Log in at the org as somebody, and give what the browser brings back to the callback."""

    def one(address: str, username: str, *, at: str = "", **given: str) -> dict[str, str]:
        form = {**dict(parse_qsl(urlsplit(address).query)), "username": username, "password": PASSWORD}
        with httpx2.Client(trust_env=False) as browser:
            sent = browser.post(
                f"{at or app.login_url}/services/oauth2/authorize", data=form | {"decision": "allow"} | given
            )
        back = urlsplit(sent.headers["Location"])
        assert f"{back.scheme}://{back.netloc}{back.path}" == app.callback
        return dict(parse_qsl(back.query))

    return one


def test_who_logs_in_at_the_org_is_signed_in_here_as_themselves(house: House, app: App, answer: Answer) -> None:
    begun = begin_sign_in(house, app, "/review?tier=approval")
    opened, to = finish_sign_in(house, app, begun.kept, answer(begun.address, DANA))
    assert (opened.session.username, opened.session.how, to) == (DANA, How.SALESFORCE, "/review?tier=approval")
    found, standing = find_session(house, opened.cookie), standing_of(house, DANA)
    assert found is not None
    assert standing is not None
    assert (standing.name, standing.team[0]) == ("Dana Whitfield", DANA)
    assert MAYA in standing.team
    assert standing.permissions >= {Permission.DECIDE, Permission.WATCH}


def test_the_org_keeps_no_token_of_it(whole: Whole, house: House, app: App, answer: Answer) -> None:
    begun = begin_sign_in(house, app, "/")
    finish_sign_in(house, app, begun.kept, answer(begun.address, MAYA))
    alive = whole.org.access.sessions._alive.values()
    assert not [one for one in alive if one.client_id == app.client_id]


def test_it_asks_the_org_for_nothing_but_who_it_is(house: House, app: App) -> None:
    asked = dict(parse_qsl(urlsplit(begin_sign_in(house, app, "/").address).query))
    assert (asked["scope"], asked["code_challenge_method"], asked["redirect_uri"]) == (
        "openid profile",
        "S256",
        app.callback,
    )


def test_what_the_browser_keeps_shows_nothing_and_fits_no_other_try(house: House, app: App, answer: Answer) -> None:
    one, two = begin_sign_in(house, app, "/"), begin_sign_in(house, app, "/")
    state = dict(parse_qsl(urlsplit(one.address).query))["state"]
    assert state not in one.kept
    with pytest.raises(Rejected, match="its state is another"):
        finish_sign_in(house, app, two.kept, answer(one.address, MAYA))


@pytest.mark.parametrize("kept", ["", "x", "bm90IG91cnM="])
def test_an_answer_without_a_try_of_this_browser_signs_nobody_in(house: House, app: App, kept: str) -> None:
    with pytest.raises(Refused, match="this browser did not begin"):
        finish_sign_in(house, app, kept, {"code": "x", "state": "y"})


def test_a_try_is_good_for_minutes(whole: Whole, house: House, app: App, answer: Answer) -> None:
    begun = begin_sign_in(house, app, "/")
    said = answer(begun.address, MAYA)
    whole.clock.advance(PATIENCE + timedelta(seconds=1))
    with pytest.raises(Refused, match="longer than 10 minutes"):
        finish_sign_in(house, app, begun.kept, said)


def test_a_code_is_good_once(house: House, app: App, answer: Answer) -> None:
    begun = begin_sign_in(house, app, "/")
    said = answer(begun.address, MAYA)
    finish_sign_in(house, app, begun.kept, said)
    with pytest.raises(SessionDead, match="invalid authorization code"):
        finish_sign_in(house, app, begun.kept, said)


def test_who_says_no_is_not_signed_in(house: House, app: App, answer: Answer) -> None:
    begun = begin_sign_in(house, app, "/")
    with pytest.raises(Rejected, match="access_denied"):
        finish_sign_in(house, app, begun.kept, answer(begun.address, MAYA, decision="deny"))


def test_a_login_for_customers_opens_nothing(whole: Whole, house: House, app: App, answer: Answer) -> None:
    portal = whole.org._storage
    begun = begin_sign_in(house, app, "/")
    said = answer(begun.address, MAYA)
    whole.clock.advance(timedelta(minutes=2))  # people are known for a minute
    portal.execute("UPDATE \"User\" SET UserType = 'CspLitePortal' WHERE Username = ?", (MAYA,))
    try:
        with pytest.raises(Refused, match="a login for customers or partners"):
            finish_sign_in(house, app, begun.kept, said)
    finally:
        portal.execute("UPDATE \"User\" SET UserType = 'Standard' WHERE Username = ?", (MAYA,))
        whole.clock.advance(timedelta(minutes=2))


def test_while_the_org_is_away_nobody_new_comes_in_and_it_says_so(
    whole: Whole, house: House, app: App, answer: Answer
) -> None:
    begun = begin_sign_in(house, app, "/")
    said = answer(begun.address, MAYA)
    whole.org.faults.add(Fault("POST .*/oauth2/token", "503 before"))
    with pytest.raises(Retryable):
        finish_sign_in(house, app, begun.kept, said, sleep=lambda _: None)


def test_an_app_of_another_org_signs_nobody_in(house: House, app: App, answer: Answer) -> None:
    with closing(LocalOrg(":memory:", clock=house.clock, org_id="00D000000000009")) as other, Server(other) as server:
        other.user(MAYA, last_name="Chen")
        other.access.people.set_password(MAYA, PASSWORD)
        other.access.apps.connect(
            ConnectedApp(app.client_id, callbacks=(app.callback,), scopes=("openid", "profile"), public=True)
        )
        there = replace(app, login_url=server.url)
        begun = begin_sign_in(house, there, "/")
        with pytest.raises(StoreError, match="the store belongs to the org"):
            finish_sign_in(house, there, begun.kept, answer(begun.address, MAYA, at=server.url))


def test_a_try_that_was_begun_with_another_app_ends(house: House, app: App) -> None:
    begun = begin_sign_in(house, replace(app, client_id="the-old-one"), "/")
    with pytest.raises(Refused, match="settings have changed"):
        finish_sign_in(house, app, begun.kept, {"code": "x", "state": "y"})
