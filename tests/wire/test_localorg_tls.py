"""The local org over TLS: clients that trust its authority reach it by every name of this machine, and nobody else."""

import signal
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import grpc
import httpx2
import pytest
from cryptography import x509
from tests.commands import Forks

from upbeat.base import ManualClock, UpbeatError, write_private
from upbeat.localorg import Authority, Identity, LocalOrg, OrgError, Server, StreamServer
from upbeat.pubsub import SERVICE, TopicInfo, TopicRequest

START = ("org", "start")
FORM = {"grant_type": "client_credentials", "client_id": "client", "client_secret": "secret"}


def trusting(certificate: bytes) -> ssl.SSLContext:
    """Make a client's context as strict as Python makes one since 3.13."""
    context = ssl.create_default_context(cadata=certificate.decode())
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


@pytest.fixture
def org() -> Iterator[LocalOrg]:
    org = LocalOrg(":memory:", clock=ManualClock(datetime(2026, 1, 5, 9, 30, tzinfo=UTC)))
    org.user("ana.diaz@acme.example", last_name="Diaz")
    org.client_credentials("client", "secret", "ana.diaz@acme.example")
    yield org
    org.close()


@pytest.fixture(scope="module")
def identity() -> Identity:
    return Authority().identity(["org.acme.example", "0.0.0.0"])


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_a_client_that_trusts_the_authority_logs_in_by_https(org: LocalOrg, identity: Identity, name: str) -> None:
    with Server(org, identity=identity) as server, httpx2.Client(verify=trusting(identity.authority)) as http:
        url = server.url.replace("127.0.0.1", name)
        told = http.post(f"{url}/services/oauth2/token", data=FORM).json()
        header = {"Authorization": f"Bearer {told['access_token']}"}
        assert told["instance_url"] == url
        assert url.startswith("https://")
        assert http.get(f"{url}/services/data/v67.0/limits", headers=header).status_code == 200


def test_a_client_that_does_not_trust_it_goes_no_further(org: LocalOrg, identity: Identity) -> None:
    with (
        Server(org, identity=identity) as server,
        httpx2.Client(verify=trusting(Authority().certificate)) as http,
        pytest.raises(httpx2.ConnectError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        http.get(server.url)


def test_the_stream_is_read_over_the_same_trust(org: LocalOrg, identity: Identity) -> None:
    token = org.access.token_for("ana.diaz@acme.example")
    metadata = (("accesstoken", token), ("instanceurl", "https://localhost"), ("tenantid", org.id))
    with StreamServer(org, identity=identity) as stream:
        trust = grpc.ssl_channel_credentials(identity.authority)
        with grpc.secure_channel(stream.address, trust) as channel:
            ask: Any = channel.unary_unary(f"/{SERVICE}/GetTopic", TopicRequest.SerializeToString, TopicInfo.FromString)
            found = ask(TopicRequest(topic_name="/data/LeadChangeEvent"), metadata=metadata, timeout=10)
    assert found.topic_name == "/data/LeadChangeEvent"


def test_the_certificate_names_hosts_that_clients_ask_for(identity: Identity) -> None:
    made = x509.load_pem_x509_certificate(identity.chain)
    named = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert named.get_values_for_type(x509.DNSName) == ["localhost", "org.acme.example"]
    assert {str(one) for one in named.get_values_for_type(x509.IPAddress)} == {"127.0.0.1", "::1"}


def test_the_org_listens_on_the_newer_loopback_too(org: LocalOrg, identity: Identity) -> None:
    try:
        server = Server(org, host="::1", identity=identity)
    except OrgError:
        pytest.skip("this machine has no IPv6")
    with server, httpx2.Client(verify=trusting(identity.authority)) as http:
        assert server.url.startswith("https://[::1]:")
        assert http.get(f"{server.url}/services/data").status_code == 200


def test_the_authority_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    kept = tmp_path / "org.db.ca.pem"
    first, second = Authority(kept), Authority(kept)
    assert first.certificate == second.certificate
    assert first.certificate != Authority().certificate
    assert kept.stat().st_mode & 0o777 == 0o600
    assert b"PRIVATE KEY" not in first.certificate


def test_a_file_that_holds_no_authority_is_named(tmp_path: Path) -> None:
    write_private(tmp_path / "ca.pem", b"nothing")
    with pytest.raises(OrgError, match="holds no authority"):
        Authority(tmp_path / "ca.pem")


def test_an_authority_that_others_could_use_is_not_used(tmp_path: Path) -> None:
    Authority(tmp_path / "ca.pem")
    (tmp_path / "ca.pem").chmod(0o644)
    with pytest.raises(UpbeatError, match="open to other users"):
        Authority(tmp_path / "ca.pem")


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(OrgError, match="no certificate for"):
        Authority().identity(["no name"])


def test_the_command_serves_tls_and_writes_what_to_trust(tmp_path: Path, forks: Forks) -> None:
    ca = tmp_path / "trust.pem"
    with forks.started(
        *START, "--file", tmp_path / "org.db", "--tls", "--ca-out", ca, "--json", cwd=tmp_path
    ) as served:
        said = served.told()
        form = FORM | {"client_id": "upbeat-reader", "client_secret": (tmp_path / "secrets" / "reader").read_text()}
        answer = httpx2.post(f"{said['url']}/services/oauth2/token", data=form, verify=trusting(ca.read_bytes()))
    assert answer.json()["instance_url"] == said["url"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--host", "0.0.0.0"), "add --open-to-network"),
        (("--host", "org.acme.example"), "add --open-to-network"),
        (("--ca-out", "trust.pem"), "Add --tls"),
    ],
)
def test_the_command_says_what_it_means_and_does_not_listen(
    tmp_path: Path, forks: Forks, args: tuple[str, ...], words: str
) -> None:
    done = forks(*START, *args, cwd=tmp_path)
    assert done.code == 1
    assert words in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("args", "clear"), [((), True), (("--tls",), False)])
def test_an_org_that_the_network_reaches_says_so(
    tmp_path: Path, forks: Forks, args: tuple[str, ...], *, clear: bool
) -> None:
    command = (*START, "--host", "0.0.0.0", "--open-to-network", "--file", tmp_path / "org.db", "--json", *args)
    with forks.started(*command, cwd=tmp_path) as served:
        said = served.told()
        served.end(signal.SIGINT)
        warned = served.err
    assert "://127.0.0.1:" in said["url"]
    assert "Others than this machine reach this org" in warned
    assert ("in the clear" in warned) is clear
