"""The client and a local org over TLS: trusted where the environment names its authority, and else refused at once."""

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from upbeat.base import ManualClock
from upbeat.localorg import Authority, ConnectedApp, LocalOrg, Server, StreamServer
from upbeat.salesforce import Batch, ClientCredentials, Reader, Rejected, Session, Subscriber, ask_for_consent, callback

SECRET, USER, TOPIC = "secret-of-the-client", "upbeat.reader@acme.example", "/data/LeadChangeEvent"
LEAD = {"LastName": "Vega", "Company": "Northwind"}
CLOSED = "http://127.0.0.1:9"  # a proxy that is not there


@dataclass
class World:
    """An org that is served and streamed over TLS. `slept` keeps the waits of its sessions, in seconds."""

    org: LocalOrg
    authority: Authority
    url: str
    stream: str
    clock: ManualClock
    slept: list[float] = field(default_factory=list[float])

    def session(self) -> Session:
        credentials = ClientCredentials(self.url, "upbeat-reader", SECRET)
        return Session(credentials, clock=self.clock, sleep=self.slept.append)

    def assert_used(self) -> None:
        """Log in, query, and read a change from the stream."""
        (made,) = self.org.create("Lead", [LEAD], self.org.process_user)
        with self.session() as session, Subscriber(session, self.clock, TOPIC, address=self.stream) as stream:
            assert session.identity().instance_url == self.url
            assert [row["Id"] for row in Reader(session).query("SELECT Id FROM Lead")] == [made.id]
            came = next(one for one in stream.batches(None) if isinstance(one, Batch) and one.changes)
            assert [change.record_ids for change in came.changes] == [(made.id,)]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    clock = ManualClock(datetime(2026, 11, 16, 6, tzinfo=UTC))
    org = LocalOrg(":memory:", clock=clock)
    org.user(USER, last_name="Reader")
    org.client_credentials("upbeat-reader", SECRET, USER)
    authority = Authority()
    identity = authority.identity()
    with Server(org, identity=identity) as server, StreamServer(org, identity=identity) as stream:
        url = server.url.replace("127.0.0.1", "localhost")
        yield World(org, authority, url, stream.address.replace("127.0.0.1", "localhost"), clock)
    org.close()


@pytest.fixture
def trusting(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    (tmp_path / "ca.pem").write_bytes(world.authority.certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return world


def test_who_trusts_the_org_logs_in_queries_and_streams(trusting: World) -> None:
    trusting.assert_used()


def test_a_consent_in_the_browser_is_asked_for_over_the_same_trust(trusting: World) -> None:
    port = 20_000 + Random().randrange(12_000)  # below the ports that the system hands out
    trusting.org.access.people.set_password(USER, SECRET)
    app = ConnectedApp("by-consent", callbacks=(callback(port),), public=True, requires_pkce=True)
    trusting.org.access.apps.connect(app)
    trust = ssl.create_default_context(cadata=trusting.authority.certificate.decode())

    def browse(address: str) -> None:
        asked = dict(parse_qsl(urlsplit(address).query))
        form = {**asked, "username": USER, "password": SECRET, "decision": "allow"}
        with httpx2.Client(trust_env=False, verify=trust) as browser:
            sent = browser.post(f"{trusting.url}/services/oauth2/authorize", data=form)
            browser.get(sent.headers["Location"].replace("localhost", "127.0.0.1"))

    clock, sleep = trusting.clock, trusting.slept.append
    assert ask_for_consent(trusting.url, app.client_id, browse, clock=clock, sleep=sleep, port=port, patience=10)


def test_a_folder_of_authorities_is_trusted_too(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("this machine has no openssl, which names the files of such a folder")
    hashed = [openssl, "x509", "-subject_hash", "-noout"]
    done = subprocess.run(hashed, input=world.authority.certificate, capture_output=True, check=True)
    (tmp_path / f"{done.stdout.decode().strip()}.0").write_bytes(world.authority.certificate)
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    world.assert_used()


def test_what_is_spoken_to_this_machine_goes_past_every_proxy(trusting: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "grpc_proxy", "all_proxy"):
        monkeypatch.setenv(name, CLOSED)
    trusting.assert_used()


def test_without_its_authority_the_org_is_refused_at_once_and_the_fix_named(world: World) -> None:
    with world.session() as session, pytest.raises(Rejected, match="certificate is not trusted") as refused:
        session.get("limits")
    assert refused.value.where.file == world.url
    assert "--ca-out" in refused.value.fix
    assert "SSL_CERT_FILE" in refused.value.fix
    assert world.slept == []


def test_a_stream_whose_certificate_is_not_trusted_is_refused_at_once(trusting: World) -> None:
    with (
        trusting.session() as session,
        StreamServer(trusting.org, identity=Authority().identity()) as strange,
        Subscriber(session, trusting.clock, TOPIC, address=strange.address) as stream,
    ):
        with pytest.raises(Rejected, match="certificate is not trusted") as refused:
            next(stream.batches(None))
        with pytest.raises(Rejected, match="certificate is not trusted"):
            stream.streams("Lead")
    assert "SSL_CERT_FILE" in refused.value.fix
    assert trusting.slept == []


def test_an_authority_that_is_not_there_is_named(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    with pytest.raises(Rejected, match="no authority can be read") as refused:
        world.session()
    assert refused.value.where.file == f"SSL_CERT_FILE={tmp_path / 'none.pem'}"
