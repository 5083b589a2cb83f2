"""A mail server that cannot be used, and what is said of it: nothing left, and nobody's password went in the clear."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from mail_server import PASSWORD, USER
from mail_server import MailServer as Host
from upbeat.channels import ChannelAwayError, MailServer, Message, RefusedMessageError, Security
from upbeat.channels.send import Smtp

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


def message(to: str = "dana.whitfield@acme.example") -> Message:
    return Message("1", to, "Lowell", "Shall it?", "you are its manager", NOW)


def channel(at: Host, **more: Any) -> Smtp:
    plain: dict[str, Any] = {"host": "localhost", "port": at.port, "security": Security(at.security)}
    plain |= {"sender": "upbeat@acme.example", "timeout": timedelta(seconds=1)}
    return Smtp(MailServer(**{**plain, **more}))


def test_a_login_that_is_refused_is_said_and_the_password_is_not(tmp_path: Path, monkeypatch: Any) -> None:
    with Host(tmp_path, "starttls", login=True) as host:
        monkeypatch.setenv("SSL_CERT_FILE", str(host.authority))
        with pytest.raises(ChannelAwayError, match="refuses the login of upbeat") as caught:
            channel(host, username=USER, password="a guess").send(message())
        assert "a guess" not in f"{caught.value!r} {caught.value}"
        assert host.box == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_an_unknown_authority_is_not_trusted(tmp_path: Path, security: str) -> None:
    with Host(tmp_path, security) as host:
        with pytest.raises(ChannelAwayError, match="certificate is not trusted") as caught:
            channel(host).send(message())
        assert "SSL_CERT_FILE" in caught.value.fix
        assert host.box == []


def test_a_certificate_of_another_host_is_not_trusted(tmp_path: Path, monkeypatch: Any) -> None:
    with Host(tmp_path, "starttls") as host:
        monkeypatch.setenv("SSL_CERT_FILE", str(host.authority))
        with pytest.raises(ChannelAwayError, match="certificate is not trusted"):
            channel(host, host="127.0.0.1").send(message())


def test_a_server_without_starttls_is_told_no_password_and_no_mail(tmp_path: Path) -> None:
    with Host(tmp_path) as host:
        with pytest.raises(ChannelAwayError, match="Nothing is said in the clear"):
            channel(host, security=Security.STARTTLS, username=USER, password=PASSWORD).send(message())
        assert host.box == []


def test_a_port_where_nobody_listens_is_away(tmp_path: Path) -> None:
    with Host(tmp_path) as host:
        port = host.port
    with pytest.raises(ChannelAwayError, match=r"localhost:|Connection refused"):
        channel(host, port=port).send(message())


def test_letters_that_the_server_does_not_know_are_refused_and_others_go(tmp_path: Path) -> None:
    with Host(tmp_path, international=False) as host:
        with channel(host) as one:
            with pytest.raises(RefusedMessageError, match="no addresses beyond ASCII"):
                one.send(message("łukasz@acme.example"))
            one.send(message())
        assert [mail.to for mail in host.box] == ["dana.whitfield@acme.example"]


@contextmanager
def talking(*said: bytes, every: float = 0.2) -> Iterator[int]:
    """A server that says these bytes, then one more byte every so often, for ever."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def talk() -> None:
            line, _ = server.accept()
            with line:
                for one in said:
                    line.sendall(one)
                while not over.wait(every):
                    try:
                        line.sendall(b"2")
                    except OSError:
                        return

        thread = threading.Thread(target=talk)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            over.set()
            thread.join()


@pytest.mark.parametrize("greeting", [pytest.param((b"220 hello\r\n",), id="at the hello")])
def test_a_server_that_drips_is_cut_off_when_the_time_is_over(greeting: tuple[bytes, ...]) -> None:
    with talking(*greeting) as port:
        server = MailServer("localhost", port, Security.NONE, "upbeat@acme.example", timeout=timedelta(seconds=1))
        began = monotonic()
        with pytest.raises(ChannelAwayError):
            Smtp(server).send(message())
        assert monotonic() - began < 5
