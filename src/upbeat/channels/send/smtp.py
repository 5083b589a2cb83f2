"""Mail over SMTP (RFC 5321): encrypted and checked before anything is said, and clear about what left and what did not.

    connect ─▶ TLS ─▶ log in ─▶ MAIL ─▶ RCPT ─▶ DATA ─────▶ answer
    └────────── away ─────────┘ └─ refused, or not now ─┘ └─ lost ─┘

Until the text is handed over a failure means that nothing left. From there on a lost answer is said to be lost.
"""

import smtplib
import socket
import ssl
from collections.abc import Generator
from contextlib import contextmanager, suppress
from threading import Timer
from types import TracebackType
from typing import Any, Self

from upbeat.channels.errors import ChannelAwayError, LostAnswerError, NotNowError, RefusedMessageError
from upbeat.channels.letter import Letter, Message, letter_of
from upbeat.channels.server import MailServer, Security

_TRUST = "Where the server shows a certificate of your own authority, set SSL_CERT_FILE to that authority's file."
_OK = 250
_CLOSING = 421
_FOR_GOOD = 500  # and above: the same would be answered again


class Smtp:
    """A channel to one mail server."""

    def __init__(self, server: MailServer) -> None:
        """Connect to nothing yet."""
        self._server = server
        self._client: _Client | None = None

    def __enter__(self) -> Self:
        """Give the channel itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say goodbye, and close."""
        if self._client is not None and error is None:
            with suppress(OSError, smtplib.SMTPException), self._in_time(self._client):
                self._client.quit()
        self._hang_up()

    def reach(self) -> None:
        """Connect and log in, and send nothing."""
        self._connected()

    def send(self, message: Message) -> str:
        """Hand one message over; see the port for what it promises."""
        letter = letter_of(message, self._server)
        client = self._connected()
        with self._in_time(client):
            try:
                self._address(client, letter)
            except (OSError, smtplib.SMTPException) as error:
                self._hang_up()
                raise self._away(f"the connection was lost: {_words(error)}") from error
            return self._hand_over(client, letter)

    def _connected(self) -> "_Client":
        if self._client is None:
            self._client = self._connect()
        return self._client

    def _connect(self) -> "_Client":
        server = self._server
        client = _Client(server)
        try:
            client.open()
            with self._in_time(client):
                client.ehlo_or_helo_if_needed()
                if server.security is Security.STARTTLS:
                    client.starttls(context=client.trust)
                if server.username:
                    client.login(server.username, server.password)
        except ssl.SSLCertVerificationError as error:
            client.close()
            raise self._away(f"its certificate is not trusted: {error.verify_message}", _TRUST) from error
        except smtplib.SMTPNotSupportedError as error:
            client.close()
            raise self._away(f"{_words(error)} Nothing is said in the clear, and nobody logs in.") from error
        except smtplib.SMTPAuthenticationError as error:
            client.close()
            fix = "Check the username, and where upbeat.yaml says the password is."
            raise self._away(f"it refuses the login of {server.username}: {_answer(error)}", fix) from error
        except (OSError, smtplib.SMTPException) as error:
            client.close()
            raise self._away(_words(error)) from error
        return client

    def _address(self, client: "_Client", letter: Letter) -> None:
        options: list[str] = []
        if letter.international:
            if not client.has_extn("smtputf8"):
                what = f"the mail server takes no addresses beyond ASCII, such as {letter.recipient}"
                raise RefusedMessageError(what, where=self._place)
            options = ["SMTPUTF8", "BODY=8BITMIME"]
        code, reply = client.mail(letter.sender, options)
        if code != _OK:  # says nothing of this message: the next one comes from the same address
            self._hang_up()
            raise self._away(f"it takes no mail from {letter.sender}: {_reply(code, reply)}")
        code, reply = client.rcpt(letter.recipient)
        if code not in {_OK, 251, 252}:
            self._refused(client, code, reply, letter)

    def _hand_over(self, client: "_Client", letter: Letter) -> str:
        try:
            code, reply = client.data(letter.content)
        except smtplib.SMTPDataError as error:  # it did not even want to hear the text
            code, reply = error.smtp_code, _bytes(error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            what = f"the mail to {letter.recipient} was handed over, and the answer was lost: {_words(error)}"
            raise LostAnswerError(what, where=self._place) from error
        if code != _OK:
            self._refused(client, code, reply, letter)
        return _reply(code, reply)

    def _refused(self, client: "_Client", code: int, reply: bytes, letter: Letter) -> None:
        """Raise what the server's answer means for this message, and leave the connection fit for the next."""
        said = _reply(code, reply)
        if code == _CLOSING:
            self._hang_up()
            raise self._away(f"it closes: {said}")
        try:
            client.rset()
        except (OSError, smtplib.SMTPException):
            self._hang_up()
        if code >= _FOR_GOOD:
            raise RefusedMessageError(f"the mail server refuses the mail to {letter.recipient}: {said}")
        raise NotNowError(f"the mail server takes the mail to {letter.recipient} later: {said}", where=self._place)

    def _away(self, why: str, fix: str = "") -> ChannelAwayError:
        return ChannelAwayError(f"the mail server: {why}", where=self._place, fix=fix)

    @property
    def _place(self) -> str:
        return f"{self._server.host}:{self._server.port}"

    @contextmanager
    def _in_time(self, client: "_Client") -> Generator[None]:
        """Cut the connection when the exchange has taken as long as it may, however slowly the server still speaks."""
        clock = Timer(self._server.timeout.total_seconds(), client.cut)
        clock.daemon = True
        clock.start()
        try:
            yield
        finally:
            clock.cancel()

    def _hang_up(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


class _Client(smtplib.SMTP):
    """smtplib's client, with the certificate checked against the server's name, and a way to cut it off."""

    def __init__(self, server: MailServer) -> None:
        own_name = server.sender.rpartition("@")[2]  # smtplib would ask the net for this machine's
        super().__init__(local_hostname=own_name, timeout=server.timeout.total_seconds())
        self.trust = ssl.create_default_context()
        self._server = server
        self._host = server.host  # against which starttls checks the certificate

    def open(self) -> None:
        code, reply = self.connect(self._server.host, self._server.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, reply)

    def cut(self) -> None:
        """End the connection from another thread: whoever waits for the server is told that it is gone."""
        connected = self.sock  # smtplib takes it away from its own thread at any moment
        if connected is not None:
            with suppress(OSError):
                socket.socket.shutdown(connected, socket.SHUT_RDWR)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((host, port), timeout)
        if self._server.security is not Security.TLS:
            return plain
        return self.trust.wrap_socket(plain, server_hostname=host)


def _words(error: BaseException) -> str:
    """Give an error of the net or of smtplib in words, whatever form it has."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error)
    if isinstance(error, TimeoutError):
        return "no answer in time."
    return f"{getattr(error, 'strerror', None) or error or type(error).__name__}".rstrip(".") + "."


def _answer(error: smtplib.SMTPResponseException) -> str:
    return _reply(error.smtp_code, _bytes(error.smtp_error))


def _reply(code: int, reply: bytes) -> str:
    return f"{code} {' '.join(reply.decode('utf-8', 'replace').split())}"


def _bytes(said: Any) -> bytes:
    return said if isinstance(said, bytes) else str(said).encode()
