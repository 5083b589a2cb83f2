"""The local org's OAuth, as any client meets it: every flow, every refusal in Salesforce's words, sessions that end."""

import hmac
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from upbeat.base import ManualClock, encode
from upbeat.localorg import ConnectedApp, Fault, LocalOrg, OrgError, Server
from upbeat.localorg.oauth.assertion import AUDIENCES

V = "/services/data/v67.0"
BACK = "http://localhost:1717/OauthRedirect"
VERIFIER = "a-verifier-that-only-the-app-knows-0123456789-abc"
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
PASSWORD = "correct horse"


def certified() -> tuple[RSAKey, str]:
    """Make a key, and the certificate that an admin would upload."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "nightly.acme.example")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    return RSAKey.import_key(key), made.public_bytes(serialization.Encoding.PEM).decode()


KEY, CERTIFICATE = certified()
APPS = (
    (ConnectedApp("nightly", certificate=CERTIFICATE, pre_authorized=True, approved=("Standard User",)), ""),
    (ConnectedApp("own", certificate=CERTIFICATE, callbacks=(BACK,)), "s3cret"),
    (ConnectedApp("machine", run_as="ana.diaz@acme.example"), "s3cret"),
    (ConnectedApp("nobodys", callbacks=(BACK,)), "s3cret"),
    (
        ConnectedApp("web", "Acme <Web>", (BACK, "https://acme.example/cb?x=1"), ("api", "refresh_token", "openid")),
        "s3cret",
    ),
    (ConnectedApp("turning", callbacks=(BACK,), rotate=True, public=True, session_minutes=15), ""),
    (ConnectedApp("ageing", callbacks=(BACK,), refresh_days=30), "s3cret"),
    (ConnectedApp("old", takes_passwords=True), "s3cret"),
    (ConnectedApp("who", scopes=("id", "refresh_token"), run_as="ana.diaz@acme.example"), "s3cret"),
    (ConnectedApp("admins", callbacks=(BACK,), pre_authorized=True, approved=("System Administrator",)), "s3cret"),
)


class Wire:
    """An org that is served, and what a client does to it."""

    def __init__(self, org: LocalOrg, url: str, clock: ManualClock) -> None:
        self.org, self.url, self.clock = org, url, clock
        self.http = httpx2.Client(base_url=url)

    def token(self, **form: str) -> httpx2.Response:
        return self.http.post("/services/oauth2/token", data=form)

    def machine(self, client_id: str = "machine") -> dict[str, Any]:
        return self.token(grant_type="client_credentials", client_id=client_id, client_secret="s3cret").json()

    def jwt(self, key: RSAKey = KEY, **claims: Any) -> httpx2.Response:
        exp = int(self.clock.now().timestamp()) + 180
        whole = {"iss": "nightly", "sub": "ana.diaz@acme.example", "aud": "https://login.salesforce.com", "exp": exp}
        return self.token(grant_type=JWT_BEARER, assertion=jwt.encode({"alg": "RS256"}, whole | claims, key))

    def allow(self, client_id: str = "web", **given: str) -> dict[str, str]:
        """Log in and allow on the page; give the parameters that come back at the callback."""
        form = {"client_id": client_id, "redirect_uri": BACK, "response_type": "code", "decision": "allow"}
        form |= {"username": "ana.diaz@acme.example", "password": PASSWORD}
        answer = self.http.post("/services/oauth2/authorize", data=form | given)
        assert answer.status_code == 302, answer.text
        return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}

    def exchange(self, code: str, client_id: str = "web", secret: str = "s3cret", **more: str) -> httpx2.Response:
        form = {"grant_type": "authorization_code", "code": code, "client_id": client_id, "redirect_uri": BACK}
        return self.token(**(form | ({"client_secret": secret} if secret else {}) | more))

    def refresh(self, token: str, client_id: str = "web", secret: str = "s3cret") -> httpx2.Response:
        form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": client_id}
        return self.token(**(form | ({"client_secret": secret} if secret else {})))

    def works(self, token: str, scheme: str = "Bearer") -> bool:
        return self.http.get(f"{V}/limits", headers={"Authorization": f"{scheme} {token}"}).status_code == 200


def refused(answer: httpx2.Response) -> tuple[int, str, str]:
    content = answer.json()
    return answer.status_code, content["error"], content["error_description"]


def prepared(path: Path | str, clock: ManualClock) -> LocalOrg:
    org = LocalOrg(path, clock=clock)
    org.user("ana.diaz@acme.example", last_name="Diaz", FirstName="Ana", TimeZoneSidKey="Europe/Berlin")
    org.user("ben.ito@acme.example", last_name="Ito")
    org.access.set_password("ana.diaz@acme.example", PASSWORD)
    for app, secret in APPS:
        org.access.connect(app, secret)
    return org


@contextmanager
def served(org: LocalOrg, clock: ManualClock) -> Iterator[Wire]:
    with Server(org) as server:
        wire = Wire(org, server.url, clock)
        with wire.http:
            yield wire


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    clock = ManualClock(datetime(2026, 1, 5, 9, 30, tzinfo=UTC))
    org = prepared(":memory:", clock)
    with served(org, clock) as wire:
        yield wire


class TestClientCredentials:
    def test_the_answer_is_whole_and_signed(self, wire: Wire) -> None:
        answer = wire.machine()
        signed = hmac.digest(b"s3cret", (answer["id"] + answer["issued_at"]).encode(), "sha256")
        assert set(answer) == {
            "access_token", "signature", "scope", "instance_url", "id", "token_type", "issued_at",
        }  # fmt: skip
        assert (answer["scope"], answer["instance_url"], answer["token_type"]) == ("api", wire.url, "Bearer")
        assert answer["signature"] == b64encode(signed).decode()
        assert re.fullmatch(r"00D\w{12}![\w.]+", answer["access_token"])
        assert wire.works(answer["access_token"])
        assert wire.works(answer["access_token"], "OAuth")

    def test_the_secret_may_stand_in_the_header(self, wire: Wire) -> None:
        answer = wire.http.post(
            "/services/oauth2/token", data={"grant_type": "client_credentials"}, auth=("machine", "s3cret")
        )
        assert wire.works(answer.json()["access_token"])

    def test_no_token_is_kept_by_a_cache(self, wire: Wire) -> None:
        answer = wire.token(grant_type="client_credentials", client_id="machine", client_secret="s3cret")
        assert answer.headers["Cache-Control"] == "no-store"

    @pytest.mark.parametrize(
        ("form", "error", "description"),
        [
            ({"client_id": "machine", "client_secret": "guess"}, "invalid_client", "invalid client credentials"),
            ({"client_id": "machine"}, "invalid_client", "invalid client credentials"),
            ({"client_id": "moon", "client_secret": "s3cret"}, "invalid_client_id", "client identifier invalid"),
            ({}, "invalid_client_id", "client identifier invalid"),
            ({"client_id": "PlatformCLI"}, "invalid_client", "invalid client credentials"),
            (
                {"client_id": "nobodys", "client_secret": "s3cret"},
                "invalid_grant",
                "no client credentials user enabled",
            ),
            (
                {"client_id": "machine", "client_secret": "s3cret", "scope": "full"},
                "invalid_scope",
                "the requested scope is not allowed",
            ),
        ],
    )
    def test_a_refusal_is_worded_as_salesforce_words_it(
        self, wire: Wire, form: dict[str, str], error: str, description: str
    ) -> None:
        assert refused(wire.token(grant_type="client_credentials", **form)) == (400, error, description)

    @pytest.mark.parametrize("grant", ["", "implicit", "urn:ietf:params:oauth:grant-type:saml2-bearer"])
    def test_a_flow_that_there_is_not_is_named(self, wire: Wire, grant: str) -> None:
        assert refused(wire.token(grant_type=grant)) == (400, "unsupported_grant_type", "grant type not supported")

    def test_who_may_not_work_any_more_does_not_come_in(self, wire: Wire) -> None:
        wire.org.user("former@acme.example", last_name="Former", IsActive=False)
        wire.org.access.connect(ConnectedApp("former", run_as="former@acme.example"), "s3cret")
        answer = wire.token(grant_type="client_credentials", client_id="former", client_secret="s3cret")
        assert refused(answer) == (400, "inactive_user", "user is inactive")


class TestJwtBearer:
    @pytest.mark.parametrize(
        "claims",
        [
            {},
            {"aud": "https://test.salesforce.com/"},
            {"aud": ["https://login.salesforce.com"]},
            {"exp": "4102444800"},
            {"exp": 1_767_605_400_000 + 300},  # milliseconds, as sf writes it
            {"sub": "", "prn": "ANA.DIAZ@acme.example"},
        ],
    )
    def test_a_jwt_that_holds_gives_a_session_of_its_user(self, wire: Wire, claims: dict[str, Any]) -> None:
        answer = wire.jwt(**claims).json()
        assert answer["id"].endswith(wire.org.access.user_of(answer["access_token"]))
        assert answer["scope"] == "api"
        assert "refresh_token" not in answer

    def test_the_org_itself_may_be_addressed(self, wire: Wire) -> None:
        assert wire.jwt(aud=wire.url).status_code == 200

    @pytest.mark.parametrize(
        ("claims", "error", "description"),
        [
            ({"aud": "https://elsewhere.example"}, "invalid_grant", "audience is invalid"),
            ({"aud": None}, "invalid_grant", "audience is invalid"),
            ({"exp": 1_700_000_000}, "invalid_grant", "expired authorization code"),
            ({"exp": "soon"}, "invalid_grant", "invalid assertion"),
            ({"exp": "nan"}, "invalid_grant", "expired authorization code"),
            ({"exp": None}, "invalid_grant", "invalid assertion"),
            ({"iss": "moon"}, "invalid_client_id", "client identifier invalid"),
            ({"iss": 7}, "invalid_client_id", "client identifier invalid"),
            ({"iss": "machine"}, "invalid_client", "invalid client credentials"),
            ({"sub": "moon@acme.example"}, "invalid_grant", "user hasn't approved this consumer"),
            ({"sub": None}, "invalid_grant", "user hasn't approved this consumer"),
            ({"iss": "own", "sub": "ben.ito@acme.example"}, "invalid_grant", "user hasn't approved this consumer"),
        ],
    )
    def test_a_jwt_that_does_not_hold_is_refused(
        self, wire: Wire, claims: dict[str, Any], error: str, description: str
    ) -> None:
        assert refused(wire.jwt(**claims)) == (400, error, description)

    def test_nobody_else_signs_for_the_app(self, wire: Wire) -> None:
        assert refused(wire.jwt(certified()[0])) == (400, "invalid_grant", "invalid assertion")

    @pytest.mark.parametrize("algorithm", ["HS256", "none"])
    def test_no_weaker_algorithm_is_taken(self, wire: Wire, algorithm: str) -> None:
        head, body = (
            urlsafe_b64encode(text.encode()).decode().rstrip("=")
            for text in (
                f'{{"alg": "{algorithm}"}}',
                encode({"iss": "nightly", "sub": "ana.diaz@acme.example", "exp": 4102444800, "aud": AUDIENCES[0]}),
            )
        )
        signed = urlsafe_b64encode(hmac.digest(CERTIFICATE.encode(), f"{head}.{body}".encode(), "sha256")).decode()
        tail = "" if algorithm == "none" else signed.rstrip("=")
        answer = wire.token(grant_type=JWT_BEARER, assertion=f"{head}.{body}.{tail}")
        assert refused(answer) == (400, "invalid_grant", "invalid assertion")

    @pytest.mark.parametrize("text", ["x", "a.b.c", "....", "é.é.é", "e30.W10.x", "e30.e30", "x" * 50_000])
    def test_what_is_no_jwt_is_refused(self, wire: Wire, text: str) -> None:
        assert refused(wire.token(grant_type=JWT_BEARER, assertion=text))[:2] == (400, "invalid_grant")

    def test_only_whom_an_admin_approved_comes_in_where_admins_do(self, wire: Wire) -> None:
        wire.org.user("admin@acme.example", last_name="Shah", profile="System Administrator")
        answer = wire.jwt(sub="admin@acme.example")
        assert refused(answer) == (400, "invalid_app_access", "user is not admin approved to access this app")

    def test_a_permission_set_approves_as_a_profile_does(self, wire: Wire) -> None:
        cara = wire.org.user("cara@acme.example", last_name="Bell", profile="Minimum Access - API Only Integrations")
        wire.org.access.connect(
            ConnectedApp("nightly2", certificate=CERTIFICATE, pre_authorized=True, approved=("Night",))
        )
        before = wire.jwt(iss="nightly2", sub="cara@acme.example")
        wire.org.rights.permission_set("Night", label="Night")
        wire.org.rights.assign("Night", cara)
        after = wire.jwt(iss="nightly2", sub="cara@acme.example")
        assert (before.status_code, after.status_code) == (400, 200)

    def test_a_consent_with_refresh_token_lets_the_app_in_from_then_on(self, wire: Wire) -> None:
        before = wire.jwt(iss="own")
        wire.allow("own", scope="api refresh_token")
        assert before.status_code == 400
        assert wire.works(wire.jwt(iss="own").json()["access_token"])


class TestWebServer:
    def test_a_code_becomes_a_session_and_a_refresh_token(self, wire: Wire) -> None:
        back = wire.allow(state="ü &<1>", code_challenge=CHALLENGE)
        answer = wire.exchange(back["code"], code_verifier=VERIFIER).json()
        assert back["state"] == "ü &<1>"
        assert answer["scope"] == "api refresh_token openid"
        assert wire.works(answer["access_token"])
        assert wire.works(wire.refresh(answer["refresh_token"]).json()["access_token"])

    def test_the_callback_keeps_its_own_parameters(self, wire: Wire) -> None:
        assert wire.allow(redirect_uri="https://acme.example/cb?x=1").keys() == {"x", "code"}

    def test_an_id_token_says_who_logged_in_to_this_app_just_now(self, wire: Wire) -> None:
        answer = wire.exchange(wire.allow(nonce="n-1")["code"]).json()
        keys = KeySet.import_key_set(wire.http.get("/id/keys").json())
        claims = jwt.decode(answer["id_token"], keys, algorithms=["RS256"]).claims
        assert (claims["iss"], claims["aud"], claims["sub"], claims["nonce"]) == (wire.url, "web", answer["id"], "n-1")
        assert claims["exp"] - claims["iat"] == 120

    @pytest.mark.parametrize("scope", ["api", "openid"])
    def test_without_being_asked_for_there_is_no_refresh_token(self, wire: Wire, scope: str) -> None:
        answer = wire.exchange(wire.allow(scope=scope)["code"]).json()
        assert "refresh_token" not in answer
        assert answer["scope"] == scope

    def test_offline_access_is_the_same_as_refresh_token(self, wire: Wire) -> None:
        assert "refresh_token" in wire.exchange(wire.allow(scope="api offline_access")["code"]).json()

    def test_a_code_dies_with_its_use(self, wire: Wire) -> None:
        code = wire.allow()["code"]
        first, second = (wire.exchange(code) for _ in range(2))
        assert first.status_code == 200
        assert refused(second) == (400, "invalid_grant", "invalid authorization code")

    def test_a_code_dies_after_fifteen_minutes(self, wire: Wire) -> None:
        young, old = wire.allow()["code"], wire.allow()["code"]
        wire.clock.advance(timedelta(minutes=14, seconds=59))
        assert wire.exchange(young).status_code == 200
        wire.clock.advance(timedelta(seconds=1))
        assert refused(wire.exchange(old)) == (400, "invalid_grant", "expired authorization code")

    @pytest.mark.parametrize(
        ("asked", "more", "error"),
        [
            ({"code_challenge": CHALLENGE}, {}, ("invalid_grant", "invalid code verifier")),
            ({"code_challenge": CHALLENGE}, {"code_verifier": "guess"}, ("invalid_grant", "invalid code verifier")),
            ({}, {"code_verifier": VERIFIER}, ("invalid_grant", "invalid code verifier")),
            (
                {},
                {"redirect_uri": "https://acme.example/cb?x=1"},
                ("redirect_uri_mismatch", "redirect_uri must match configuration"),
            ),
            ({}, {"redirect_uri": ""}, ("redirect_uri_mismatch", "redirect_uri must match configuration")),
            ({}, {"client_secret": "guess"}, ("invalid_client", "invalid client credentials")),
            ({}, {"client_id": "own"}, ("invalid_grant", "invalid authorization code")),
        ],
    )
    def test_a_code_in_other_hands_is_of_no_use(
        self, wire: Wire, asked: dict[str, str], more: dict[str, str], error: tuple[str, str]
    ) -> None:
        assert refused(wire.exchange(wire.allow(**asked)["code"], **more)) == (400, *error)

    def test_no_code_is_no_request(self, wire: Wire) -> None:
        assert refused(wire.exchange("")) == (400, "invalid_request", "missing required parameter: code")

    def test_a_person_may_deny(self, wire: Wire) -> None:
        back = wire.allow(decision="deny", state="s", password="")
        assert back == {"error": "access_denied", "error_description": "end-user denied authorization", "state": "s"}

    @pytest.mark.parametrize(
        ("given", "error"),
        [
            ({"response_type": "token"}, "unsupported_response_type"),
            ({"response_type": ""}, "unsupported_response_type"),
            ({"scope": "api full"}, "invalid_scope"),
            ({"code_challenge": "short"}, "invalid_request"),
            ({"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, "invalid_request"),
            ({"code_challenge_method": "S256"}, "invalid_request"),
            ({"prompt": "none"}, "immediate_unsuccessful"),
        ],
    )
    def test_the_app_is_told_of_its_mistakes_at_its_callback(
        self, wire: Wire, given: dict[str, str], error: str
    ) -> None:
        assert wire.allow(**given)["error"] == error

    @pytest.mark.parametrize(
        ("given", "error"),
        [
            ({"client_id": "moon"}, "invalid_client_id"),
            ({"client_id": ""}, "invalid_client_id"),
            ({"redirect_uri": ""}, "redirect_uri_missing"),
            ({"redirect_uri": "https://elsewhere.example/"}, "redirect_uri_mismatch"),
            ({"redirect_uri": f"{BACK}/../x"}, "redirect_uri_mismatch"),
            ({"redirect_uri": f"{BACK}@elsewhere.example"}, "redirect_uri_mismatch"),
            ({"redirect_uri": "javascript:alert(1)"}, "redirect_uri_mismatch"),
        ],
    )
    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_nobody_is_sent_where_the_app_does_not_live(
        self, wire: Wire, method: str, given: dict[str, str], error: str
    ) -> None:
        asked = {"client_id": "web", "redirect_uri": BACK, "response_type": "code", "decision": "deny"} | given
        sent = {"params": asked} if method == "GET" else {"data": asked}
        answer = wire.http.request(method, "/services/oauth2/authorize", **sent)
        assert (answer.status_code, answer.headers.get("Location")) == (400, None)
        assert f"error={error}&amp;" in answer.text

    def test_a_wrong_password_is_told_on_the_page_and_locks_out_after_ten(self, wire: Wire) -> None:
        wire.org.user("lee@acme.example", last_name="Lee")
        wire.org.access.set_password("lee@acme.example", PASSWORD)
        form = {"client_id": "web", "redirect_uri": BACK, "response_type": "code", "decision": "allow"}

        def enter(password: str) -> httpx2.Response:
            data = form | {"username": "lee@acme.example", "password": password}
            return wire.http.post("/services/oauth2/authorize", data=data)

        wrong = [enter("guess") for _ in range(10)]
        assert {one.status_code for one in wrong} == {200}
        assert 'role="alert"' in wrong[0].text
        assert "guess" not in wrong[0].text
        assert enter(PASSWORD).status_code == 200
        wire.clock.advance(timedelta(minutes=15))
        assert enter(PASSWORD).status_code == 302

    def test_only_whom_an_admin_approved_gets_a_code_where_admins_do(self, wire: Wire) -> None:
        assert wire.allow("admins")["error"] == "OAUTH_APP_ACCESS_DENIED"

    def test_the_command_line_app_is_there_and_asks_for_pkce(self, wire: Wire) -> None:
        without = wire.allow("PlatformCLI")
        back = wire.allow("PlatformCLI", scope="refresh_token api web", code_challenge=CHALLENGE)
        answer = wire.exchange(back["code"], "PlatformCLI", "", code_verifier=VERIFIER).json()
        assert without["error_description"] == "missing required code challenge"
        assert wire.works(wire.refresh(answer["refresh_token"], "PlatformCLI", "").json()["access_token"])


class TestThePage:
    def _page(self, wire: Wire, **given: str) -> httpx2.Response:
        asked = {"client_id": "web", "redirect_uri": BACK, "response_type": "code"} | given
        return wire.http.get("/services/oauth2/authorize", params=asked)

    def test_it_says_who_asks_for_what(self, wire: Wire) -> None:
        page = self._page(wire, scope="api refresh_token", login_hint="ana.diaz@acme.example").text
        assert "Allow access to Acme &lt;Web&gt;?" in page
        assert "Manage your data through the APIs" in page
        assert 'value="ana.diaz@acme.example"' in page

    def test_nothing_that_is_sent_becomes_markup(self, wire: Wire) -> None:
        attack = "\"><script>alert(1)</script>'"
        page = self._page(wire, state=attack, login_hint=attack, **{attack: attack}).text
        form = {"client_id": "web", "redirect_uri": BACK, "response_type": "code", "decision": "allow"}
        again = wire.http.post("/services/oauth2/authorize", data=form | {"username": attack, "state": attack}).text
        wrong = self._page(wire, client_id=attack).text
        assert [one for one in (page, again, wrong) if "<script" in one] == []

    def test_it_loads_nothing_and_nothing_frames_it(self, wire: Wire) -> None:
        answer = self._page(wire)
        policy = answer.headers["Content-Security-Policy"]
        style = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)
        assert style is not None
        assert f"'sha256-{b64encode(sha256(style[1].encode()).digest()).decode()}'" in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert policy.endswith("form-action 'self' http://localhost:1717")
        assert re.findall(r"(?:src|href)=", answer.text) == []


class TestRefresh:
    def test_a_refresh_token_goes_on_working_unless_the_app_rotates(self, wire: Wire) -> None:
        token = wire.exchange(wire.allow()["code"]).json()["refresh_token"]
        answers = [wire.refresh(token).json() for _ in range(2)]
        assert all(wire.works(one["access_token"]) for one in answers)
        assert [one for one in answers if "refresh_token" in one] == []

    def test_a_spent_refresh_token_ends_all_that_came_of_its_consent(self, wire: Wire) -> None:
        first = wire.exchange(wire.allow("turning")["code"], "turning", "").json()
        second = wire.refresh(first["refresh_token"], "turning", "").json()
        assert wire.works(second["access_token"])
        stolen = wire.refresh(first["refresh_token"], "turning", "")
        assert refused(stolen) == (400, "invalid_grant", "expired access/refresh token")
        assert not wire.works(second["access_token"])
        assert wire.refresh(second["refresh_token"], "turning", "").status_code == 400

    def test_a_refresh_token_ends_by_age_where_the_app_says_so(self, wire: Wire) -> None:
        token = wire.exchange(wire.allow("ageing")["code"], "ageing").json()["refresh_token"]
        assert wire.refresh(token, "ageing").status_code == 200
        wire.clock.advance(timedelta(days=30))
        assert refused(wire.refresh(token, "ageing")) == (400, "invalid_grant", "expired access/refresh token")

    @pytest.mark.parametrize(("client_id", "secret"), [("own", "s3cret"), ("turning", "")])
    def test_a_refresh_token_is_of_no_use_to_another_app(self, wire: Wire, client_id: str, secret: str) -> None:
        token = wire.exchange(wire.allow()["code"]).json()["refresh_token"]
        assert refused(wire.refresh(token, client_id, secret))[1] == "invalid_grant"

    def test_the_secret_is_asked_for(self, wire: Wire) -> None:
        token = wire.exchange(wire.allow()["code"]).json()["refresh_token"]
        assert refused(wire.refresh(token, secret=""))[1] == "invalid_client"


class TestUsernameAndPassword:
    def _enter(self, wire: Wire, client_id: str, password: str = PASSWORD) -> httpx2.Response:
        form = {"client_id": client_id, "client_secret": "s3cret", "username": "ana.diaz@acme.example"}
        return wire.token(grant_type="password", password=password, **form)

    def test_it_is_blocked_as_in_a_new_org(self, wire: Wire) -> None:
        assert refused(self._enter(wire, "web")) == (400, "invalid_grant", "authentication failure")

    def test_an_app_may_be_let_use_it(self, wire: Wire) -> None:
        assert wire.works(self._enter(wire, "old").json()["access_token"])
        assert refused(self._enter(wire, "old", "guess")) == (400, "invalid_grant", "authentication failure")

    def test_soap_logs_in_by_the_same_password(self, wire: Wire) -> None:
        found = wire.org.access.session_for("ana.diaz@acme.example", PASSWORD)
        assert found is not None
        assert wire.works(found[0])
        assert wire.org.access.session_for("ana.diaz@acme.example", "guess") is None
        assert wire.org.access.session_for("ben.ito@acme.example", "") is None


class TestPasswords:
    def _ask(self, wire: Wire, method: str, who: str, whose: str, **sent: Any) -> httpx2.Response:
        header = {"Authorization": f"Bearer {wire.org.access.token_for(f'{who}@acme.example')}"}
        key = wire.org.user(f"{whose}@acme.example", last_name=whose)
        return wire.http.request(method, f"{V}/sobjects/User/{key}/password", headers=header, **sent)

    @pytest.fixture(autouse=True)
    def _boss(self, wire: Wire) -> None:
        wire.org.user("boss@acme.example", last_name="Boss", profile="System Administrator")

    @pytest.mark.parametrize(("who", "whose"), [("boss", "dan"), ("dan", "dan")])
    def test_who_manages_users_chooses_one_and_so_does_everybody_for_themselves(
        self, wire: Wire, who: str, whose: str
    ) -> None:
        wire.org.user("dan@acme.example", last_name="Dan")
        chosen = self._ask(wire, "POST", who, whose, json={"NewPassword": f"{who} chose it"})
        assert chosen.status_code == 204
        assert wire.org.access.session_for("dan@acme.example", f"{who} chose it") is not None
        assert self._ask(wire, "GET", who, whose).json() == {"isExpired": False}

    def test_the_org_makes_one_up(self, wire: Wire) -> None:
        made = self._ask(wire, "DELETE", "boss", "dan").json()["NewPassword"]
        assert wire.org.access.session_for("dan@acme.example", made) is not None

    @pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
    def test_nobody_else_does(self, wire: Wire, method: str) -> None:
        wire.org.user("dan@acme.example", last_name="Dan")
        answer = self._ask(wire, method, "dan", "boss", json={"NewPassword": "dan chose it"})
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (403, "INSUFFICIENT_ACCESS_OR_READONLY")

    @pytest.mark.parametrize("told", [{"NewPassword": "short"}, {"NewPassword": 7}, {}])
    def test_a_password_that_is_none_is_refused(self, wire: Wire, told: dict[str, Any]) -> None:
        answer = self._ask(wire, "POST", "boss", "dan", json=told)
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_NEW_PASSWORD")

    def test_there_is_none_of_nobody(self, wire: Wire) -> None:
        header = {"Authorization": f"Bearer {wire.org.access.token_for('boss@acme.example')}"}
        answers = [wire.http.get(f"{V}/sobjects/User/{key}/password", headers=header) for key in ("me", "0" * 15)]
        assert [one.status_code for one in answers] == [404, 404]


class TestTheEndOfSessions:
    def test_a_session_ends_where_no_call_comes(self, wire: Wire) -> None:
        token = wire.machine()["access_token"]
        wire.clock.advance(timedelta(minutes=110))
        assert wire.works(token)
        wire.clock.advance(timedelta(minutes=110))
        assert wire.works(token)
        wire.clock.advance(timedelta(hours=2))
        answer = wire.http.get(f"{V}/limits", headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()[0]["message"]) == (401, "Session expired or invalid")

    def test_sessions_end_on_demand(self, wire: Wire) -> None:
        tokens = [wire.machine()["access_token"] for _ in range(3)]
        ana = wire.org.access.user_of(tokens[0])
        assert wire.org.access.sessions.end(token=tokens[0]) == 1
        assert [wire.works(one) for one in tokens] == [False, True, True]
        assert wire.org.access.sessions.end(user_id=ana) >= 2
        assert [wire.works(one) for one in tokens] == [False, False, False]
        other = wire.machine()["access_token"]
        wire.org.access.sessions.end(everything=True)
        assert not wire.works(other)

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_a_revoked_token_is_dead_and_a_second_time_unknown(self, wire: Wire, method: str) -> None:
        token = wire.machine()["access_token"]
        sent = {"params": {"token": token}} if method == "GET" else {"data": {"token": token}}
        first, second = (wire.http.request(method, "/services/oauth2/revoke", **sent) for _ in range(2))
        assert (first.status_code, first.content) == (200, b"")
        assert refused(second) == (400, "invalid_token", "invalid token")
        assert not wire.works(token)

    def test_a_revoked_refresh_token_takes_its_sessions_along(self, wire: Wire) -> None:
        answer = wire.exchange(wire.allow()["code"]).json()
        wire.http.post("/services/oauth2/revoke", data={"token": answer["refresh_token"]})
        assert not wire.works(answer["access_token"])
        assert wire.refresh(answer["refresh_token"]).status_code == 400

    def test_a_session_without_the_scope_api_is_alive_and_of_no_use_to_rest(self, wire: Wire) -> None:
        header = {"Authorization": f"Bearer {wire.machine('who')['access_token']}"}
        rest = wire.http.get(f"{V}/limits", headers=header)
        assert (rest.status_code, rest.json()[0]["errorCode"]) == (401, "INVALID_SESSION_ID")
        assert rest.json()[0]["message"] == "This session is not valid for use with the REST API"
        assert wire.http.get("/services/oauth2/userinfo", headers=header).status_code == 200

    def test_sessions_apps_and_consents_outlive_the_server(self, tmp_path: Path) -> None:
        clock = ManualClock(datetime(2026, 1, 5, 9, 30, tzinfo=UTC))
        org = prepared(tmp_path / "acme.org", clock)
        with served(org, clock) as wire:
            answer = wire.exchange(wire.allow()["code"]).json()
        org.close()
        again = LocalOrg(tmp_path / "acme.org", clock=clock)
        with served(again, clock) as wire:
            assert wire.works(answer["access_token"])
            assert wire.refresh(answer["refresh_token"]).status_code == 200
            assert wire.jwt(iss="web").json()["error"] == "invalid_client"
        again.close()

    def test_the_file_holds_no_secret(self, tmp_path: Path) -> None:
        clock = ManualClock(datetime(2026, 1, 5, 9, 30, tzinfo=UTC))
        org = prepared(tmp_path / "acme.org", clock)
        with served(org, clock) as wire:
            answer = wire.exchange(wire.allow()["code"]).json()
        org.close()
        kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        assert [
            one for one in (answer["access_token"], answer["refresh_token"], PASSWORD) if one.encode() in kept
        ] == []
        assert b"s3cret" not in kept


class TestWhoIsLoggedIn:
    def test_userinfo_says_it_in_the_words_of_openid_connect(self, wire: Wire) -> None:
        told = wire.machine()
        header = {"Authorization": f"OAuth {told['access_token']}"}
        by_header = wire.http.get("/services/oauth2/userinfo", headers=header).json()
        by_form = wire.http.post("/services/oauth2/userinfo", data={"access_token": told["access_token"]}).json()
        assert by_header == by_form
        assert by_header["sub"] == told["id"]
        assert (by_header["preferred_username"], by_header["name"]) == ("ana.diaz@acme.example", "Ana Diaz")
        assert (by_header["organization_id"], by_header["utcOffset"]) == (wire.org.id, 3_600_000)
        assert by_header["urls"]["rest"] == f"{wire.url}/services/data/v{{version}}/"

    def test_the_identity_url_answers(self, wire: Wire) -> None:
        told = wire.machine()
        answer = wire.http.get(told["id"], params={"oauth_token": told["access_token"], "version": "latest"}).json()
        assert (answer["id"], answer["username"], answer["asserted_user"]) == (
            told["id"],
            "ana.diaz@acme.example",
            True,
        )
        assert answer["urls"]["query"] == f"{wire.url}{V}/query/"

    def test_a_colleague_is_seen_by_the_same_token(self, wire: Wire) -> None:
        told, ben = wire.machine(), wire.org.user("ben.ito@acme.example", last_name="Ito")
        url = f"/id/{wire.org.id[:15]}/{ben[:15]}"
        answer = wire.http.get(url, headers={"Authorization": f"Bearer {told['access_token']}"}).json()
        assert (answer["username"], answer["asserted_user"]) == ("ben.ito@acme.example", False)

    @pytest.mark.parametrize(
        ("path", "token", "word"),
        [
            ("/services/oauth2/userinfo", "", "Missing_OAuth_Token"),
            ("/services/oauth2/userinfo", "guess", "Bad_OAuth_Token"),
            ("/id/00DLo0000000001/005Lo0000000001", "", "Missing_OAuth_Token"),
            ("/id/00DLo0000000009/005Lo0000000001", "good", "Wrong_Org"),
            ("/id/00DLo0000000001/me", "good", "Bad_Id"),
            ("/id/00DLo0000000001/005Lo0000009999", "good", "Bad_Id"),
        ],
    )
    def test_a_token_of_nobody_is_told_in_one_word(self, wire: Wire, path: str, token: str, word: str) -> None:
        token = wire.machine()["access_token"] if token == "good" else token
        answer = wire.http.get(path, headers={"Authorization": f"Bearer {token}"} if token else {})
        assert (answer.status_code, answer.text) == (403, word)

    def test_the_org_describes_its_endpoints(self, wire: Wire) -> None:
        told = wire.http.get("/.well-known/openid-configuration").json()
        assert told["issuer"] == wire.url
        assert told["jwks_uri"] == f"{wire.url}/id/keys"
        assert {key["kty"] for key in wire.http.get(told["jwks_uri"]).json()["keys"]} == {"RSA"}
        assert "d" not in wire.http.get(told["jwks_uri"]).json()["keys"][0]


class TestIntrospection:
    def _ask(self, wire: Wire, token: str, client_id: str = "web") -> dict[str, Any]:
        form = {"token": token, "client_id": client_id, "client_secret": "s3cret"}
        return wire.http.post("/services/oauth2/introspect", data=form).json()

    def test_an_app_learns_whether_its_tokens_live(self, wire: Wire) -> None:
        told = wire.exchange(wire.allow()["code"]).json()
        access, refresh = (self._ask(wire, told[name]) for name in ("access_token", "refresh_token"))
        assert (access["active"], access["token_type"], access["sub"]) == (True, "access_token", told["id"])
        assert access["exp"] - access["iat"] == 7200
        assert (refresh["active"], refresh["token_type"]) == (True, "refresh_token")
        assert access["username"] == "ana.diaz@acme.example"

    @pytest.mark.parametrize(("client_id", "token"), [("machine", ""), ("web", "guess")])
    def test_of_other_tokens_it_learns_nothing(self, wire: Wire, client_id: str, token: str) -> None:
        token = token or wire.exchange(wire.allow()["code"]).json()["access_token"]
        assert self._ask(wire, token, client_id) == {"active": False}

    def test_nobody_asks_without_a_secret(self, wire: Wire) -> None:
        answer = wire.http.post("/services/oauth2/introspect", data={"token": "x", "client_id": "web"})
        assert refused(answer)[1] == "invalid_client"


class TestOddCalls:
    @pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
    def test_a_token_is_posted_for(self, wire: Wire, method: str) -> None:
        answer = wire.http.request(method, "/services/oauth2/token", params={"grant_type": "client_credentials"})
        assert refused(answer) == (400, "invalid_request", "must use HTTP POST")

    @pytest.mark.parametrize(
        "body",
        [
            b"grant_type=client_credentials&client_id=a&client_id=b",
            b"grant_type=client_credentials&client_id=%ff",
            b"\xff\xfe",
            b"&".join(b"a%d=1" % n for n in range(200)),
        ],
    )
    def test_a_form_that_is_none_is_refused_in_oauths_words(self, wire: Wire, body: bytes) -> None:
        header = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = wire.http.post("/services/oauth2/token", content=body, headers=header)
        assert refused(answer)[:2] == (400, "invalid_request")

    def test_a_parameter_in_address_and_form_came_twice(self, wire: Wire) -> None:
        answer = wire.http.post("/services/oauth2/token?client_id=a", data={"client_id": "b"})
        assert refused(answer)[1] == "invalid_request"

    def test_a_form_too_large_is_refused(self, wire: Wire) -> None:
        answer = wire.token(grant_type="client_credentials", client_id="x" * 2_000_000)
        assert answer.status_code == 413

    def test_json_is_no_form(self, wire: Wire) -> None:
        answer = wire.http.post("/services/oauth2/token", json={"grant_type": "client_credentials"})
        assert refused(answer)[1] == "unsupported_grant_type"

    @pytest.mark.parametrize("header", ["Basic", "Basic é", "Basic %%%", "Basic " + "A" * 9, "Bearer x"])
    def test_a_header_that_holds_no_credentials_is_as_none(self, wire: Wire, header: str) -> None:
        sent = {"Authorization": header.encode()}
        answer = wire.http.post("/services/oauth2/token", data={"grant_type": "client_credentials"}, headers=sent)
        assert refused(answer)[1] == "invalid_client_id"

    @pytest.mark.parametrize("host", ["a b", 'x"y', "", "a.example/evil", "<x>"])
    def test_a_host_that_is_none_never_comes_back_in_an_address(self, wire: Wire, host: str) -> None:
        answer = wire.http.get("/.well-known/openid-configuration", headers={"Host": host})
        assert answer.status_code == 400

    def test_no_error_repeats_a_secret(self, wire: Wire) -> None:
        answers = [
            wire.token(grant_type="client_credentials", client_id="machine", client_secret="hunter2-hunter2"),
            wire.exchange("hunter2-hunter2"),
            wire.refresh("hunter2-hunter2"),
            wire.http.post("/services/oauth2/revoke", data={"token": "hunter2-hunter2"}),
            wire.token(grant_type=JWT_BEARER, assertion="hunter2-hunter2"),
        ]
        assert [one.text for one in answers if "hunter2" in one.text or one.status_code != 400] == []


class TestFaults:
    @pytest.mark.parametrize(("kind", "status"), [("500 before", 500), ("503 before", 503), ("500 after commit", 500)])
    def test_a_server_in_trouble_says_so_in_oauths_form(self, wire: Wire, kind: str, status: int) -> None:
        wire.org.faults.add(Fault("/services/oauth2/token", kind))
        answer = wire.token(grant_type="client_credentials", client_id="machine", client_secret="s3cret")
        assert refused(answer)[:2] == (status, "unknown_error")

    def test_a_used_up_day_keeps_its_name(self, wire: Wire) -> None:
        wire.org.faults.add(Fault("/services/oauth2/token", "limit"))
        answer = wire.token(grant_type="client_credentials", client_id="machine", client_secret="s3cret")
        assert refused(answer)[:2] == (403, "REQUEST_LIMIT_EXCEEDED")

    def test_a_login_is_refused_on_demand(self, wire: Wire) -> None:
        wire.org.faults.add(Fault("/services/oauth2/token", "login refused"))
        answer = wire.token(grant_type="client_credentials", client_id="machine", client_secret="s3cret")
        assert refused(answer) == (400, "invalid_grant", "expired access/refresh token")
        assert wire.works(wire.machine()["access_token"])

    def test_a_login_is_answered_with_a_page_on_demand(self, wire: Wire) -> None:
        wire.org.faults.add(Fault("/services/oauth2/token", "login garbled"))
        answer = wire.token(grant_type="client_credentials", client_id="machine", client_secret="s3cret")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html;charset=UTF-8")

    def test_a_session_is_of_no_use_on_demand(self, wire: Wire) -> None:
        wire.org.faults.add(Fault("/limits", "unusable session"))
        token = wire.machine()["access_token"]
        assert [wire.works(token) for _ in range(2)] == [False, True]


@pytest.mark.parametrize(
    ("app", "secret"),
    [
        (ConnectedApp("a", scopes=("moon",)), "s3cret"),
        (ConnectedApp("a", callbacks=("no address",)), "s3cret"),
        (ConnectedApp("a", callbacks=("https://a.example/\r\nSet-Cookie: x",)), "s3cret"),
        (ConnectedApp("a", callbacks=("https://a.example; script-src *",)), "s3cret"),
        (ConnectedApp("a", certificate="none"), ""),
        (ConnectedApp("a", run_as="moon@acme.example"), "s3cret"),
        (ConnectedApp("a"), ""),
    ],
)
def test_an_app_that_nobody_could_use_is_refused_when_it_is_defined(wire: Wire, app: ConnectedApp, secret: str) -> None:
    with pytest.raises(OrgError):
        wire.org.access.connect(app, secret)


@pytest.mark.parametrize(
    ("username", "password"), [("moon@acme.example", PASSWORD), ("ana.diaz@acme.example", "short")]
)
def test_a_password_is_set_for_a_user_and_is_no_short_one(wire: Wire, username: str, password: str) -> None:
    with pytest.raises(OrgError):
        wire.org.access.set_password(username, password)
