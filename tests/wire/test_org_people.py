"""upbeat org token and upbeat org password: a person's way in, whether the org is served at that moment or not."""

import json
import signal
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import trustme
from joserfc import jwt
from joserfc.jwk import RSAKey
from tests.commands import Ended, Forks

from upbeat.base import SystemClock
from upbeat.localorg import LocalOrg

ANA = "ana.diaz@acme.example"


def certified() -> tuple[RSAKey, str]:
    """Make a key, and a certificate of it."""
    made = trustme.CA(key_type=trustme.KeyType.RSA)
    return RSAKey.import_key(made.private_key_pem.bytes()), made.cert_pem.bytes().decode()


Upbeat = Callable[..., Ended]
Serving = Callable[..., AbstractContextManager[dict[str, Any]]]


@pytest.fixture
def upbeat(forks: Forks, tmp_path: Path) -> Upbeat:
    """Give `upbeat org` with these arguments, run to its end."""

    def run(*args: str, stdin: str = "") -> Ended:
        return forks("org", *args, cwd=tmp_path, stdin=stdin)

    return run


@pytest.fixture
def serving(forks: Forks) -> Serving:
    """Give an org that is served in a process of its own, as a person does in another terminal."""

    @contextmanager
    def serve(file: Path, *args: str) -> Iterator[dict[str, Any]]:
        with forks.started("org", "start", "--file", file, "--json", *args, cwd=file.parent) as served:
            yield served.told()
            served.end(signal.SIGINT)

    return serve


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An org with Ana in it."""
    org = LocalOrg(tmp_path / "org.db", clock=SystemClock())
    org.user(ANA, last_name="Diaz", profile="System Administrator")
    org.close()
    return tmp_path / "org.db"


def who(url: str, token: str, verify: Any = True) -> str:
    header = {"Authorization": f"Bearer {token}"}
    return httpx2.get(f"{url}/services/oauth2/userinfo", headers=header, verify=verify).json()["preferred_username"]


def soap_login_holds(file: Path, password: str) -> bool:
    org = LocalOrg(file, clock=SystemClock())
    try:
        return org.access.session_for(ANA, password) is not None
    finally:
        org.close()


def test_a_token_is_printed_alone_and_outlives_the_command(file: Path, upbeat: Upbeat, serving: Serving) -> None:
    done = upbeat("token", "--user", ANA, "--file", str(file))
    with serving(file) as said:
        assert who(said["url"], done.out.strip()) == ANA


@pytest.mark.parametrize("args", [(), ("--tls",)])
def test_a_served_org_gives_a_token_too(file: Path, args: tuple[str, ...], upbeat: Upbeat, serving: Serving) -> None:
    ca = ("--ca-out", str(file.with_name("ca.pem"))) if args else ()
    with serving(file, *args, *ca) as said:
        done = upbeat("token", "--user", ANA, "--file", str(file), "--json")
        verify = ssl.create_default_context(cafile=str(file.with_name("ca.pem"))) if args else True
        assert who(said["url"], json.loads(done.out)["access_token"], verify) == ANA


def test_a_password_is_set_whether_the_org_is_served_or_not(file: Path, upbeat: Upbeat, serving: Serving) -> None:
    told = upbeat("password", "--user", ANA, "--file", str(file), stdin="correct horse\n")
    assert soap_login_holds(file, "correct horse")
    with serving(file):
        upbeat("password", "--user", ANA, "--file", str(file), stdin="battery staple\n")
    assert soap_login_holds(file, "battery staple")
    assert "correct horse" not in told.out + told.err


@pytest.mark.parametrize("is_served", [False, True])
def test_the_org_makes_a_password_up_and_prints_it_once(
    file: Path, upbeat: Upbeat, serving: Serving, *, is_served: bool
) -> None:
    args = ("password", "--user", ANA, "--file", str(file), "--generate", "--json")
    if is_served:
        with serving(file):
            done = upbeat(*args)
    else:
        done = upbeat(*args)
    assert soap_login_holds(file, json.loads(done.out)["password"])


@pytest.mark.parametrize("is_served", [False, True])
@pytest.mark.parametrize(
    ("args", "stdin", "words"),
    [
        (("token", "--user", "moon@acme.example"), "", "by the username"),
        (("password", "--user", "moon@acme.example"), "correct horse\n", "user"),
        (("password", "--user", ANA), "short\n", "too short"),
        (("password", "--user", ANA), "", "standard input holds no password"),
    ],
)
def test_a_mistake_is_told_with_what_to_do(
    file: Path, args: tuple[str, ...], stdin: str, words: str, upbeat: Upbeat, serving: Serving, *, is_served: bool
) -> None:
    def mistaken() -> Ended:
        return upbeat(*args, "--file", str(file), stdin=stdin)

    if is_served:
        with serving(file):
            done = mistaken()
    else:
        done = mistaken()
    assert (done.code, "Traceback" in done.err) == (1, False)
    assert words in done.err


@pytest.mark.parametrize("is_served", [False, True])
def test_an_app_is_defined_whether_the_org_is_served_or_not(
    file: Path, upbeat: Upbeat, serving: Serving, *, is_served: bool
) -> None:
    args = ("app", "loader", "--run-as", ANA, "--file", str(file), "--json")
    if not is_served:
        told = json.loads(upbeat(*args).out)
    with serving(file) as said:
        if is_served:
            told = json.loads(upbeat(*args).out)
        form = {"grant_type": "client_credentials", "client_id": "loader"}
        form["client_secret"] = Path(told["secret_file"]).read_text()
        answer = httpx2.post(f"{said['url']}/services/oauth2/token", data=form).json()
        assert who(said["url"], answer["access_token"]) == ANA


@pytest.mark.parametrize("is_served", [False, True])
def test_an_app_that_is_removed_is_gone_with_its_secret_and_sessions(
    file: Path, upbeat: Upbeat, serving: Serving, *, is_served: bool
) -> None:
    made = json.loads(upbeat("app", "loader", "--run-as", ANA, "--file", str(file), "--json").out)
    form = {"grant_type": "client_credentials", "client_id": "loader"}
    form["client_secret"] = Path(made["secret_file"]).read_text()
    with serving(file) as said:
        token = httpx2.post(f"{said['url']}/services/oauth2/token", data=form).json()["access_token"]
        if is_served:
            upbeat("app", "loader", "--file", str(file), "--remove")
    if not is_served:
        upbeat("app", "loader", "--file", str(file), "--remove")
    again = upbeat("app", "loader", "--file", str(file), "--remove")
    with serving(file) as said:
        refused = httpx2.post(f"{said['url']}/services/oauth2/token", data=form).json()
        info = httpx2.get(f"{said['url']}/services/oauth2/userinfo", headers={"Authorization": f"Bearer {token}"})
    assert (refused["error"], info.text) == ("invalid_client_id", "Bad_OAuth_Token")
    assert not Path(made["secret_file"]).exists()
    assert "there is no app loader" in again.err


def test_an_app_with_a_certificate_logs_in_whom_an_admin_approved(file: Path, upbeat: Upbeat, serving: Serving) -> None:
    key, certificate = certified()
    file.with_name("nightly.crt").write_text(certificate)
    given = ("--certificate", str(file.with_name("nightly.crt")), "--approve", "System Administrator")
    told = upbeat("app", "nightly", "--file", str(file), *given, "--json")
    claims = {"iss": "nightly", "sub": ANA, "aud": "https://login.salesforce.com", "exp": 4_102_444_800}
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer"}
    form["assertion"] = jwt.encode({"alg": "RS256"}, claims, key)
    with serving(file) as said:
        answer = httpx2.post(f"{said['url']}/services/oauth2/token", data=form).json()
        assert who(said["url"], answer["access_token"]) == ANA
    assert json.loads(told.out) == {"client_id": "nightly", "secret_file": ""}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("app", "../x", "--run-as", ANA), "is no consumer key"),
        (("app", "x", "--run-as", "moon@acme.example"), "there is no user"),
        (("app", "x"), "Give it a certificate"),
        (("app", "x", "--callback", "nowhere"), "is no callback URL"),
        (("app", "x", "--callback", "https://a.example", "--scope", "moon"), "there is no scope moon"),
        (("app", "x", "--certificate", "nothing.crt"), "nothing.crt"),
    ],
)
def test_an_app_that_nobody_could_use_is_told_of_and_gets_no_secret(
    file: Path, args: tuple[str, ...], words: str, upbeat: Upbeat
) -> None:
    done = upbeat(*args, "--file", str(file))
    assert (done.code, "Traceback" in done.err) == (1, False)
    assert words in done.err
    assert not (file.parent / "secrets").exists()


def test_no_org_is_made_by_asking_for_a_token(tmp_path: Path, upbeat: Upbeat) -> None:
    done = upbeat("token", "--user", ANA, "--file", str(tmp_path / "org.db"))
    assert (done.code, list(tmp_path.iterdir())) == (1, [])
    assert "there is no org yet" in done.err


def test_the_note_of_a_killed_process_counts_no_more(file: Path, upbeat: Upbeat, forks: Forks) -> None:
    with forks.started("org", "start", "--file", file, "--json", cwd=file.parent) as served:
        served.told()
        served.end(signal.SIGKILL)
    assert upbeat("token", "--user", ANA, "--file", str(file)).code == 0


def test_what_opens_the_org_is_its_owners_alone(file: Path, serving: Serving) -> None:
    with serving(file, "--tls"):
        kept = [*file.parent.glob("org.db*"), *(file.parent / "secrets").iterdir()]
        assert {one.name for one in kept} >= {"org.db", "org.db.ca.pem", "org.db.served", "reader", "writer"}
        assert {one.name: one.stat().st_mode & 0o077 for one in kept} == dict.fromkeys([one.name for one in kept], 0)
    assert b"PRIVATE KEY" not in file.read_bytes()
