"""Every channel there is, each with a real server at its other end."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import slack_server
from mail_server import DROP, LOSE, PASSWORD, USER, slow
from mail_server import MailServer as Host
from slack_server import SlackServer
from upbeat.channels import MailServer, Message, Security, SlackApp
from upbeat.channels.send import Channel, Slack, Smtp

PEOPLE = {"dana.whitfield@acme.example": "UDANA", "rowan.ellis@acme.example": "UROWAN"}
NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


@dataclass
class Line:
    """A channel and what stands at its other end. `box` holds what arrived."""

    channel: Channel
    host: Any

    @property
    def box(self) -> list[Any]:
        return self.host.box

    @property
    def arrived(self) -> list[tuple[str, str]]:
        """To whom, and all that a reader sees of it."""
        return [(one.to, f"{one.subject}\n\n{one.text}") for one in self.box]

    @property
    def asked(self) -> int:
        """How often the server was spoken to."""
        return self.host.connections

    def fail(self, how: str) -> None:
        """Have the next message fail: `before` it is handed over, or when it is."""
        faults = {
            "refused": ("RCPT", "550 5.1.1 no such person"),
            "later": ("DATA", "450 4.7.1 greylisted"),
            "cut before": ("RCPT", DROP),
            "slow before": ("RCPT", slow(2)),
            "taken unheard": ("DATA", LOSE),
            "cut": ("DATA", DROP),
            "slow": ("DATA", slow(2)),
        }
        self.host.next(*faults[how])

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


class SlackLine(Line):
    """The same with Slack at its other end."""

    @property
    def arrived(self) -> list[tuple[str, str]]:
        addresses = {user: address for address, user in PEOPLE.items()}
        return [(addresses[one.user], one.text) for one in self.box]

    @property
    def asked(self) -> int:
        return len(self.host.calls)

    def fail(self, how: str) -> None:
        faults = {
            "refused": ("chat.postMessage", "cannot_dm_bot"),
            "later": ("users.lookupByEmail", "service_unavailable"),
            "cut before": ("users.lookupByEmail", slack_server.DROP),
            "slow before": ("users.lookupByEmail", 2.0),
            "taken unheard": ("chat.postMessage", slack_server.LOSE),
            "cut": ("chat.postMessage", slack_server.DROP),
            "slow": ("chat.postMessage", 2.0),
        }
        self.host.next(*faults[how])


def smtp(host: Host, **more: Any) -> Smtp:
    login = {"username": USER, "password": PASSWORD} if host.login else {}
    sender, name = "upbeat@acme.example", "Upbeat"
    plain = {"host": "localhost", "port": host.port, "timeout": timedelta(seconds=1), **login, **more}
    return Smtp(MailServer(security=Security(host.security), sender=sender, name=name, **plain))


MAIL = [
    pytest.param(("none", False), id="SMTP in the clear, on this machine"),
    pytest.param(("starttls", True), id="SMTP with STARTTLS and a login"),
    pytest.param(("tls", True), id="SMTP over TLS and a login"),
]


@pytest.fixture(params=[*MAIL, pytest.param(None, id="Slack")])
def way(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """Each adapter in each of the ways it connects."""
    with ExitStack() as stack:
        if request.param is None:
            slack = stack.enter_context(SlackServer(dict(PEOPLE)))
            app = SlackApp(slack_server.TOKEN, slack.url, timedelta(seconds=1))
            yield SlackLine(Slack(app), slack)
        else:
            yield stack.enter_context(mail(*request.param, tmp_path, monkeypatch))


@pytest.fixture(params=MAIL)
def line(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """Mail, in each of the ways it connects."""
    with mail(*request.param, tmp_path, monkeypatch) as one:
        yield one


@contextmanager
def mail(security: str, login: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    with Host(tmp_path, security, login=login) as host:
        monkeypatch.setenv("SSL_CERT_FILE", str(host.authority))
        yield Line(smtp(host), host)
