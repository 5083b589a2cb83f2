"""No call of OAuth, however odd, is answered with a server error, reaches another callback, or gets a token."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upbeat.localorg import ConnectedApp, LocalOrg

Ask = Callable[..., httpx2.Response]

BACK = "http://localhost:1717/OauthRedirect"
GRANTS = ["client_credentials", "authorization_code", "refresh_token", "password"]
HINT = st.sampled_from(
    ["client", "web", "PlatformCLI", BACK, "code", "S256", "api openid", "allow", "ana.diaz@acme.example"]
)
TEXT = st.text(max_size=20) | st.text(st.characters(codec="latin-1"), max_size=20)
NAMES = [
    "client_id",
    "client_secret",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "code",
    "code_verifier",
    "code_challenge",
    "code_challenge_method",
    "refresh_token",
    "username",
    "password",
    "assertion",
    "token",
    "decision",
    "prompt",
    "nonce",
    "login_hint",
    "version",
    "grant_type",
]
NAME = st.sampled_from(NAMES)
FORM = st.dictionaries(NAME | TEXT, HINT | TEXT, max_size=6)
ADDRESS = st.sampled_from(["token", "authorize", "revoke", "introspect", "userinfo"]).map("/services/oauth2/{}".format)
HOLD = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)


@pytest.fixture(scope="module", autouse=True)
def _web(served: Any) -> None:
    org: LocalOrg = served[0]
    org.access.connect(ConnectedApp("web", "Web", (BACK,)), "s3cret")
    org.access.set_password("ana.diaz@acme.example", "correct horse")


def sane(answer: httpx2.Response) -> None:
    """Hold what is true of every answer."""
    assert answer.status_code < 500
    assert "access_token" not in answer.text
    assert "<script" not in answer.text.casefold()
    if "Location" in answer.headers:
        assert answer.headers["Location"].startswith(f"{BACK}?error=")


@HOLD
@given(st.sampled_from(["GET", "POST", "PUT", "HEAD", "DELETE"]), ADDRESS, FORM, FORM)
def test_any_form_is_answered(ask: Ask, method: str, address: str, query: dict[str, str], form: dict[str, str]) -> None:
    body = urlencode(form, errors="replace").encode()
    header = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": "Basic eA=="}
    sane(ask(method, f"{address}?{urlencode(query, errors='replace')}", content=body, headers=header))


@HOLD
@given(st.sampled_from([*GRANTS, "urn:ietf:params:oauth:grant-type:jwt-bearer"]), FORM)
def test_any_grant_of_nothing_is_refused(ask: Ask, grant: str, form: dict[str, str]) -> None:
    body = urlencode(form | {"grant_type": grant}, errors="replace").encode()
    answer = ask("POST", "/services/oauth2/token", content=body, headers={"Authorization": "Basic eA=="})
    sane(answer)
    assert {"error", "error_description"} == answer.json().keys()


@HOLD
@given(ADDRESS, st.binary(max_size=80), st.binary(max_size=40))
def test_any_bytes_are_answered(ask: Ask, address: str, body: bytes, header: bytes) -> None:
    clean = bytes(re.sub(rb"[^\x21-\x7e\x80-\xff]", b"", header))
    sane(ask("POST", address, content=body, headers={b"Authorization": b"Basic e" + clean}))


@HOLD
@given(TEXT, TEXT)
def test_any_identity_is_answered(ask: Ask, org_id: str, user_id: str) -> None:
    parts = (quote(one, safe="", errors="replace") or "x" for one in (org_id, user_id))
    address = "/id/" + "/".join(parts)
    assert ask("GET", address).status_code in {403, 404}
