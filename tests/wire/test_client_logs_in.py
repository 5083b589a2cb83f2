"""The client's ways to log in against the local org's OAuth: a key, a consent that rotates, and both taken back."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from upbeat.base import ManualClock
from upbeat.localorg import ConnectedApp, Fault, LocalOrg, Server
from upbeat.salesforce import JwtBearer, Session, SessionDead, WebServer, ask_for_consent, callback

ANA, PASSWORD = "ana.diaz@acme.example", "correct horse"
PORT = 20_000 + Random().randrange(12_000)  # below the ports that the system hands out
NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)


class Kept:
    """A refresh token in memory, with every one that it ever was."""

    def __init__(self, secret: str) -> None:
        self.all = [secret]

    def read(self) -> str:
        return self.all[-1]

    def save(self, secret: str) -> None:
        self.all.append(secret)

    @contextmanager
    def alone(self) -> Generator[None]:
        yield


class World:
    def __init__(self, org: LocalOrg, url: str, key_file: Path) -> None:
        self.org, self.url, self.key_file = org, url, key_file
        self.clock = ManualClock(NOW)

    def session(self, credentials: JwtBearer | WebServer) -> Session:
        return Session(credentials, clock=self.clock, sleep=lambda _: None)

    def consents(self, **given: str) -> str:
        """Have Ana log in and allow the app in her browser; give the refresh token."""

        def browse(address: str) -> None:
            asked = dict(parse_qsl(urlsplit(address).query))
            form = {**asked, "username": ANA, "password": PASSWORD, "decision": "allow", **given}
            with httpx2.Client(trust_env=False) as browser:
                page = browser.get(address)
                assert page.status_code == 200, page.text
                sent = browser.post(f"{self.url}/services/oauth2/authorize", data=form)
                browser.get(sent.headers["Location"].replace("localhost", "127.0.0.1"))

        return ask_for_consent(
            self.url, "turning", browse, clock=self.clock, sleep=lambda _: None, port=PORT, patience=10
        )


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "upbeat.acme.example")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    key_file = tmp_path / "upbeat.pem"
    key_file.touch(mode=0o600)
    form = serialization.PrivateFormat.PKCS8
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    org = LocalOrg(":memory:", clock=ManualClock(NOW))
    org.user(ANA, last_name="Diaz")
    org.access.people.set_password(ANA, PASSWORD)
    signed = certificate.public_bytes(serialization.Encoding.PEM).decode()
    approved = {"pre_authorized": True, "approved": ("Standard User",)}
    org.access.apps.connect(ConnectedApp("nightly", certificate=signed, **approved))
    org.access.apps.connect(
        ConnectedApp("turning", callbacks=(callback(PORT),), rotate=True, public=True, requires_pkce=True)
    )
    with Server(org) as server:
        yield World(org, server.url, key_file)
    org.close()


def test_a_key_logs_in_as_the_user_it_names(world: World) -> None:
    with world.session(JwtBearer(world.url, "nightly", ANA, world.key_file)) as session:
        assert session.identity().username == ANA


def test_a_user_whom_the_app_may_not_be_is_refused_with_what_to_check(world: World) -> None:
    with (
        world.session(JwtBearer(world.url, "nightly", "nobody@acme.example", world.key_file)) as session,
        pytest.raises(SessionDead) as refused,
    ):
        session.get("limits")
    assert "pre-authorised" in refused.value.fix


def test_a_consent_in_the_browser_logs_in_and_each_renewal_is_kept(world: World) -> None:
    kept = Kept(world.consents())
    with world.session(WebServer(world.url, "turning", kept)) as session:
        assert session.identity().username == ANA
        world.org.faults.add(Fault("GET .*/limits", "401"))
        session.get("limits")
    assert len(kept.all) == len(set(kept.all)) == 3


def test_a_refresh_token_that_was_used_up_by_somebody_else_ends_with_what_to_do(world: World) -> None:
    first = world.consents()
    with world.session(WebServer(world.url, "turning", Kept(first))) as session:
        session.get("limits")
    with world.session(WebServer(world.url, "turning", Kept(first))) as late, pytest.raises(SessionDead) as dead:
        late.get("limits")
    assert "upbeat org connect" in dead.value.fix


def test_a_renewal_whose_answer_was_lost_is_named_among_the_causes(world: World) -> None:
    kept = Kept(world.consents())
    world.org.faults.add(Fault("POST .*/oauth2/token", "cut after commit"))
    with world.session(WebServer(world.url, "turning", kept)) as session, pytest.raises(SessionDead) as dead:
        session.get("limits")
    assert len(kept.all) == 1
    assert "the answer with the new one was lost" in dead.value.fix
    assert "upbeat org connect" in dead.value.fix


def test_logging_out_ends_the_session_and_the_consent(world: World) -> None:
    kept = Kept(world.consents())
    with world.session(WebServer(world.url, "turning", kept)) as session:
        session.get("limits")
        assert session.log_out()
        with pytest.raises(SessionDead):
            session.get("limits")


def test_a_login_that_is_no_login_is_said_so(world: World) -> None:
    world.org.faults.add(Fault("oauth2/token", "login refused", times=1))
    with (
        world.session(JwtBearer(world.url, "nightly", ANA, world.key_file)) as session,
        pytest.raises(SessionDead, match="invalid_grant"),
    ):
        session.get("limits")
