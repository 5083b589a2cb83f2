"""The ways to log in: what each sends, what each keeps, and that none shows or loses its secret."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from upbeat.base import UpbeatError
from upbeat.salesforce import JwtBearer, Session, SessionDead, WebServer
from upbeat.salesforce.credentials import audience

URL = "https://login.acme.example"


class Kept:
    """A refresh token in memory, and the order in which it was read, saved and used."""

    def __init__(self, secret: str = "first") -> None:
        self.secret = secret
        self.held = False
        self.saved: list[str] = []

    def read(self) -> str:
        assert self.held, "another process may use it up meanwhile"
        return self.secret

    def save(self, secret: str) -> None:
        assert self.held
        self.secret = secret
        self.saved.append(secret)

    @contextmanager
    def alone(self) -> Generator[None]:
        self.held = True
        yield
        self.held = False


class Desk:
    """Answers logins, and keeps what was sent there."""

    def __init__(self, org: Any) -> None:
        self.org = org
        self.forms: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.gives: dict[str, str] = {}
        self.seen_at_first_call: str = ""

    def session(self, credentials: Any, kept: Kept | None = None) -> Session:
        def answer(request: httpx2.Request) -> httpx2.Response:
            self.paths.append(request.url.path)
            if request.url.path == "/services/data":
                return self.org.gives([{"version": "67.0"}])
            if request.url.path.startswith("/services/oauth2/"):
                self.forms.append(dict(parse_qsl(request.content.decode())))
                return self.org.gives(
                    {
                        "access_token": f"token-{len(self.forms)}",
                        "instance_url": "https://acme.my.example",
                        "id": "https://login.acme.example/id/00D000000000001AAA/005000000000001AAA",
                        **self.gives,
                    }
                )
            self.seen_at_first_call = kept.secret if kept else ""
            return self.org.gives({"ok": 1})

        return Session(credentials, clock=self.org.clock, transport=httpx2.MockTransport(answer), sleep=lambda _: None)


@pytest.fixture
def desk(org: Any) -> Desk:
    return Desk(org)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "upbeat.pem"
    file.touch(mode=0o600)
    file.write_bytes(RSAKey.generate_key(2048).as_pem(private=True))
    return file


class TestAKey:
    def test_it_signs_who_logs_in_where_and_for_three_minutes(self, desk: Desk, key_file: Path) -> None:
        desk.session(JwtBearer(URL, "the-app", "upbeat.reader@acme.example", key_file)).get("limits")
        [form] = desk.forms
        assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        claims = jwt.decode(form["assertion"], RSAKey.import_key(key_file.read_bytes()), algorithms=["RS256"]).claims
        assert claims == {
            "iss": "the-app",
            "sub": "upbeat.reader@acme.example",
            "aud": URL,
            "exp": int((desk.org.clock.now() + timedelta(minutes=3)).timestamp()),
        }

    @pytest.mark.parametrize(
        ("url", "whom"),
        [
            ("https://acme.my.salesforce.com", "https://login.salesforce.com"),
            ("https://acme--dev.sandbox.my.salesforce.com/", "https://test.salesforce.com"),
            ("https://test.salesforce.com", "https://test.salesforce.com"),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ],
    )
    def test_it_is_meant_for_the_login_server_of_the_kind_of_org(self, url: str, whom: str) -> None:
        assert audience(url) == whom

    def test_a_key_that_others_can_read_signs_nothing(self, desk: Desk, key_file: Path) -> None:
        key_file.chmod(0o640)
        with pytest.raises(UpbeatError, match="the key is open to other users"):
            desk.session(JwtBearer(URL, "the-app", "a@acme.example", key_file)).get("limits")
        assert desk.forms == []

    @pytest.mark.parametrize(
        "content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
    )
    def test_a_file_without_a_key_says_how_to_make_one(self, desk: Desk, key_file: Path, content: bytes) -> None:
        key_file.write_bytes(content)
        with pytest.raises(UpbeatError, match="holds no RSA key") as refused:
            desk.session(JwtBearer(URL, "the-app", "a@acme.example", key_file)).get("limits")
        assert "openssl req" in refused.value.fix

    def test_a_public_key_signs_nothing(self, desk: Desk, key_file: Path) -> None:
        key_file.write_bytes(RSAKey.generate_key(2048).as_pem(private=False))
        with pytest.raises(UpbeatError, match="public key"):
            desk.session(JwtBearer(URL, "the-app", "a@acme.example", key_file)).get("limits")


class TestAConsent:
    def test_a_refresh_token_logs_in_without_a_secret(self, desk: Desk) -> None:
        desk.session(WebServer(URL, "the-app", Kept())).get("limits")
        assert desk.forms == [{"grant_type": "refresh_token", "refresh_token": "first", "client_id": "the-app"}]

    def test_a_replaced_refresh_token_is_saved_before_the_new_session_is_used(self, desk: Desk) -> None:
        kept = Kept()
        desk.gives = {"refresh_token": "second"}
        desk.session(WebServer(URL, "the-app", kept), kept).get("limits")
        assert (desk.seen_at_first_call, kept.saved) == ("second", ["second"])

    def test_a_consent_that_was_withdrawn_says_what_to_do(self, org: Any) -> None:
        def refuse(_: httpx2.Request) -> httpx2.Response:
            return httpx2.Response(
                400, json={"error": "invalid_grant", "error_description": "expired access/refresh token"}
            )

        session = Session(WebServer(URL, "the-app", Kept()), clock=org.clock, transport=httpx2.MockTransport(refuse))
        with pytest.raises(SessionDead, match="expired access/refresh token") as dead:
            session.get("limits")
        assert "upbeat org connect" in dead.value.fix

    def test_logging_out_takes_the_refresh_token_back(self, desk: Desk) -> None:
        assert desk.session(WebServer(URL, "the-app", Kept())).log_out()
        assert (desk.paths, desk.forms) == (["/services/oauth2/revoke"], [{"token": "first"}])


def test_logging_out_takes_the_session_back(desk: Desk, key_file: Path) -> None:
    session = desk.session(JwtBearer(URL, "the-app", "a@acme.example", key_file))
    assert not session.log_out()  # there was none
    session.get("limits")
    assert session.log_out()
    assert desk.forms[-1] == {"token": "token-1"}


def test_no_way_to_log_in_shows_its_secret(key_file: Path) -> None:
    shown = repr(WebServer(URL, "the-app", Kept("hush"), "hush")) + repr(JwtBearer(URL, "a", "b", key_file))
    assert ("hush" in shown, "BEGIN" in shown) == (False, False)
