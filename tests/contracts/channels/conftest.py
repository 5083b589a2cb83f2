"""Every channel there is, each with a real server at its other end."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mail_server import PASSWORD, USER
from mail_server import MailServer as Host
from upbeat.channels import MailServer, Message, Security
from upbeat.channels.send import Channel, Smtp

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


@dataclass
class Line:
    """A channel and what stands at its other end. `box` holds what arrived."""

    channel: Channel
    host: Host

    @property
    def box(self) -> list[Any]:
        return self.host.box

    def message(self, number: int = 1, **more: Any) -> Message:
        plain = Message(
            id=f"{number:064x}",
            to="dana.whitfield@acme.example",
            subject=f"Lowell {number} moves to Commit",
            text="Shall it?",
            reason="you are its manager",
            at=NOW,
        )
        return replace(plain, **more)

    def send(self, *messages: Message) -> list[str]:
        with self.channel as channel:
            return [channel.send(one) for one in messages]


def smtp(host: Host, **more: Any) -> Smtp:
    login = {"username": USER, "password": PASSWORD} if host.login else {}
    sender, name = "upbeat@acme.example", "Upbeat"
    plain = {"host": "localhost", "port": host.port, "timeout": timedelta(seconds=1), **login, **more}
    return Smtp(MailServer(security=Security(host.security), sender=sender, name=name, **plain))


@pytest.fixture(
    params=[
        pytest.param(("none", False), id="SMTP in the clear, on this machine"),
        pytest.param(("starttls", True), id="SMTP with STARTTLS and a login"),
        pytest.param(("tls", True), id="SMTP over TLS and a login"),
    ]
)
def line(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """Each adapter in each of the ways it connects."""
    security, login = request.param
    with Host(tmp_path, security, login=login) as host:
        monkeypatch.setenv("SSL_CERT_FILE", str(host.authority))
        yield Line(smtp(host), host)
