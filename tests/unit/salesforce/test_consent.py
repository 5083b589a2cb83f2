"""Consent in the browser: one try, one answer, with the state that the try began with."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from random import Random
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from upbeat.base import encode
from upbeat.salesforce import Rejected, SessionDead, ask_for_consent


class Org:
    """A token endpoint that gives what a test says, and keeps what it was asked."""

    def __init__(self) -> None:
        self.forms: list[dict[str, str]] = []
        self.status, self.content = 200, {"access_token": "token", "refresh_token": "a-refresh-token"}
        org = self

        class Desk(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                org.forms.append(dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode())))
                body = encode(org.content).encode()
                self.send_response(org.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Desk)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def desk() -> Iterator[Org]:
    org = Org()
    thread = Thread(target=org.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield org
    org.server.shutdown()
    thread.join()
    org.server.server_close()


PORT = 20_000 + Random().randrange(20_000)  # below the ports that the system hands out


class Person:
    """Follows the address to the callback, and brings there what a test says."""

    def __init__(self, **brings: str) -> None:
        self.brings = brings
        self.asked: dict[str, str] = {}
        self.answers: list[httpx2.Response] = []
        self.first = ""

    def __call__(self, address: str) -> None:
        self.asked = dict(parse_qsl(urlsplit(address).query))
        self.path = urlsplit(address).path
        back = self.asked["redirect_uri"].replace("localhost", "127.0.0.1")
        with httpx2.Client(trust_env=False) as browser:
            if self.first:
                self.answers.append(browser.get(back.replace("/callback", self.first)))
            said = {"state": self.asked["state"], **self.brings}
            self.answers += [browser.get(back, params=said)]


def consent(desk: Org, person: Any, org: Any, **more: Any) -> str:
    return ask_for_consent(desk.url, "the-app", person, clock=org.clock, sleep=lambda _: None, port=PORT, **more)


def test_a_persons_consent_becomes_a_refresh_token(desk: Org, org: Any) -> None:
    person = Person(code="the-code")
    assert consent(desk, person, org) == "a-refresh-token"
    assert (person.path, person.asked["scope"]) == ("/services/oauth2/authorize", "api refresh_token")
    [form] = desk.forms
    assert {name: form[name] for name in ("grant_type", "code", "client_id", "redirect_uri")} == {
        "grant_type": "authorization_code",
        "code": "the-code",
        "client_id": "the-app",
        "redirect_uri": person.asked["redirect_uri"],
    }


def test_the_address_carries_the_digest_of_what_only_this_try_knows(desk: Org, org: Any) -> None:
    person = Person(code="the-code")
    consent(desk, person, org)
    verifier = desk.forms[0]["code_verifier"]
    digest = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    assert (person.asked["code_challenge"], person.asked["code_challenge_method"]) == (digest, "S256")
    assert verifier not in person.asked.values()


def test_two_tries_have_nothing_in_common(desk: Org, org: Any) -> None:
    one, two = Person(code="a"), Person(code="b")
    consent(desk, one, org)
    consent(desk, two, org)
    assert one.asked["state"] != two.asked["state"]
    assert desk.forms[0]["code_verifier"] != desk.forms[1]["code_verifier"]


def test_an_answer_with_another_state_ends_the_try_and_its_code_is_not_used(desk: Org, org: Any) -> None:
    with pytest.raises(Rejected, match="its state is another"):
        consent(desk, Person(code="somebody-elses", state="guessed"), org)
    assert desk.forms == []


def test_a_no_is_told_as_the_org_words_it(desk: Org, org: Any) -> None:
    with pytest.raises(Rejected, match="access_denied: end-user denied authorization"):
        consent(desk, Person(error="access_denied", error_description="end-user denied authorization"), org)


def test_an_answer_without_a_code_is_none(desk: Org, org: Any) -> None:
    with pytest.raises(Rejected, match="no code"):
        consent(desk, Person(), org)


def test_other_addresses_of_the_listener_end_nothing(desk: Org, org: Any) -> None:
    person = Person(code="the-code")
    person.first = "/favicon.ico"
    assert consent(desk, person, org) == "a-refresh-token"
    assert [answer.status_code for answer in person.answers] == [404, 200]


def test_the_page_for_the_person_holds_no_code(desk: Org, org: Any) -> None:
    person = Person(code="the-code")
    consent(desk, person, org)
    assert "the-code" not in person.answers[0].text


def test_a_person_who_does_not_come_back_is_waited_for_and_given_up(desk: Org, org: Any) -> None:
    with pytest.raises(Rejected, match="no answer came"):
        consent(desk, lambda _: None, org, patience=0.05)


def test_a_port_in_use_is_said_so(desk: Org, org: Any) -> None:
    taken = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    with taken, pytest.raises(Rejected, match="cannot be listened on"):
        ask_for_consent(
            desk.url, "the-app", lambda _: None, clock=org.clock, sleep=lambda _: None, port=taken.server_port
        )


def test_an_app_that_gives_no_refresh_token_is_said_so(desk: Org, org: Any) -> None:
    desk.content = {"access_token": "token"}
    with pytest.raises(Rejected, match="no refresh token") as refused:
        consent(desk, Person(code="the-code"), org)
    assert "refresh_token" in refused.value.fix


def test_a_code_that_the_org_refuses_is_not_tried_twice(desk: Org, org: Any) -> None:
    desk.status, desk.content = 400, {"error": "invalid_grant", "error_description": "expired authorization code"}
    with pytest.raises(SessionDead, match="expired authorization code"):
        consent(desk, Person(code="the-code"), org)
    assert len(desk.forms) == 1
